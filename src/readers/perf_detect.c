/* What is judged by single lines: whether a text is of `perf script`, and where it can be parted. */
#include "perf_detect.h"

#include "head.h"
#include "perf_header.h"

#define LEAST_ADDRESS 3 /* digits; less number the rows of a table */

/* A frame whose address is no word ("added"). */
static bool is_frame(struct span line, struct perf_frame *frame)
{
    if (!perf_frame_split(line, frame))
        return false;
    bool sure = frame->dso.data != NULL;
    for (size_t i = 0; !sure && i < frame->ip.len; i++)
        sure = frame->ip.len >= LEAST_ADDRESS && is_digit(frame->ip.data[i]);
    return sure;
}

/* Whether a line may be a header without time and event, seen with the frame after it. A line of folded
 * text has a number at its end, too: " 5" is no frame. Without a thread, what perf's frame looks like tells. */
static bool is_bare_header(struct span line, struct span next, const struct perf_frame *frame)
{
    struct perf_header header;
    if (frame->symbol.len == 0 && !frame->dso.data)
        return false;
    if (line.len && perf_header_parse_bare(line, &header) && header.sample.comm.len <= COMM_LENGTH)
        return true;
    bool columns = next.data[0] == '\t' && frame->ip.data + frame->ip.len == next.data + 1 + ADDRESS_COLUMNS;
    return columns && perf_header_parse_short(line, &header);
}

/* How much a line speaks for this format, seen with the line after it, and whether that is a frame. */
static enum bid judge(struct span line, struct span next, bool framed, struct perf_frame frame)
{
    struct perf_header header, other;
    if (span_starts(line, "\t") || span_find(line, '\0') != SPAN_NONE)
        return BID_NO;
    enum perf_line kind = perf_header_parse(line, &header);
    if (kind == PERF_RECORD)
        return BID_LIKELY;
    if (kind == PERF_OTHER)
        return framed && is_bare_header(line, next, &frame) ? BID_LIKELY : BID_NO;
    framed = framed || perf_header_frame(&header, &frame);
    bool event = header.sample.event.len > 0, timed = header.sample.time != TIME_NONE;
    if (framed)
        return event ? BID_CERTAIN : BID_LIKELY;
    bool followed = perf_header_parse(next, &other) != PERF_OTHER;
    if (event && timed)
        return followed || next.len == 0 ? BID_CERTAIN : BID_LIKELY;
    return followed || span_trim(header.rest).len == 0 ? BID_MAYBE : BID_NO;
}

/* One line that looks like a header means little in a text of other lines, and headers without time and frames
 * look like much else: so many lines there may be for each that is of this format. */
#define LINES_EACH 8
#define LINES_EACH_MAYBE 2

enum bid perf_detect(struct span head)
{
    const struct span all = head;
    bool cut = head.len >= SOURCE_HEAD;
    enum bid best = BID_NO;
    struct span line, next;
    struct perf_frame frame;
    size_t lines = 0, known = 0;
    if (span_starts(head, "PeriodType: ")) /* of pprof: its locations look like frames */
        return BID_NO;
    bool more = head_line(&head, cut, &line), framed = more && is_frame(line, &frame);
    while (more) {
        more = head_line(&head, cut, &next);
        next = more ? next : span_make("", 0);
        bool followed = is_frame(next, &frame);
        enum bid bid = judge(line, next, followed, frame);
        best = bid > best ? bid : best;
        lines += line.len && line.data[0] != '#';
        known += bid != BID_NO || framed;
        framed = followed;
        line = next;
    }
    if (lines == 0) /* `perf script --header` of a recording without samples, or of a machine with much to tell */
        return span_find_text(all, "\n# captured on ") == SPAN_NONE ? BID_NO : BID_LIKELY;
    return lines > known * (best == BID_MAYBE ? LINES_EACH_MAYBE : LINES_EACH) ? BID_NO : best;
}

/* A header whatever stands before it. */
static bool is_header(struct span line)
{
    struct perf_header header;
    return line.data[0] != '\t' && line.data[0] != '#' && !perf_header_is_lone(line) &&
           perf_header_parse(line, &header) != PERF_OTHER;
}

/* After a blank line nothing is left of the lines before it; nor is anything left of a header, but
 * its sample, where another one follows (samples of one line). A second blank line may be a header. Lone frames
 * are samples where there is nothing else. */
size_t perf_cut(struct span block)
{
    size_t end = span_find_last(block, '\n'), blank = 0; /* where a blank line after this one ends */
    size_t lone = end = end == SPAN_NONE ? 0 : end + 1;
    bool before_header = false;
    while (end > 0) {
        struct span lines = span_first(block, end - 1);
        size_t start = span_find_last(lines, '\n');
        start = start == SPAN_NONE ? 0 : start + 1;
        struct span line = span_trim_right(span_skip(lines, start));
        bool header = line.len && is_header(line);
        if (blank)
            return line.len ? blank : end;
        if (header && before_header)
            return end;
        if (!perf_header_is_lone(line) && !span_starts(line, "#"))
            lone = 0;
        blank = line.len ? 0 : end;
        before_header = header;
        end = start;
    }
    return lone ? lone : blank;
}
