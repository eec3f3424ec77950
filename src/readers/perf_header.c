/* Header lines of `perf script`, read from the time stamp outward:
 *
 *     V8 WorkerThread 24636/25607 [000] 94564.109216:     10000 cycles:u:
 *     VM:   13 VCPU:000 app 10 U   2026-11-22 13:12:25.441686   715.620844: sched:sched_switch:
 * prio=1 python3 18050   613.092662:   10101 cpu-clock:      7f2ae6198ce1 main+0x1 (/bin/python3)
 *     node 31912 cpu-clock:
 *            dd      7f2ae6198ce1 read
 *
 * Which fields are there depends on `perf script -F` and on what was recorded; their order is
 * fixed.
 *
 * The lesson: a command name may hold anything - blanks, numbers, colons - so nothing can be read
 * from the left. Left of the time stamp the fields are peeled off from the right, and what remains
 * is the name. */
#include "perf_header.h"

#include "perf_left.h"

/* How many places of a line are tried as its time stamp or event. Only a command name can come
 * before the right one, and it has room for few. */
#define PLACES 8

#define NANOSECONDS 1000000000

/* How many numbers are passed over before a frame; perf has no more fields to print there. */
#define NUMBERS 16

/* perf prints a command name as %16s where a frame stands on the same line, a period as %10lu. */
#define COMM_COLUMNS 16
#define PERIOD_COLUMNS 10

/* A period is known by its width where nothing else tells it from a thread's id (at most 7 columns) or an
 * address (17). `blanks` before it: one of them ends the field before. */
static bool is_period(size_t blanks, bool first, size_t digits)
{
    size_t padding = blanks - (blanks && !first);
    return digits > PERIOD_COLUMNS ? padding == 0 : padding + digits == PERIOD_COLUMNS;
}

/* Behind "pid/tid" there may be more blanks, which pad that. */
static bool take_period(struct span *s, struct span *digits)
{
    struct span rest = *s, word, before, last, left;
    if (!span_take_last(&rest, &word) || !span_is_digits(word))
        return false;
    before = left = span_trim_right(rest);
    size_t blanks = rest.len - before.len;
    bool padded = span_take_last(&left, &last) && span_find(last, '/') != SPAN_NONE;
    if (!is_period(blanks, before.len == 0, word.len) && (!padded || blanks + word.len <= PERIOD_COLUMNS))
        return false;
    *digits = word;
    *s = rest;
    return true;
}

static void set_period(struct perf_header *header, struct span digits)
{
    header->period_fits = span_to_int64(digits, &header->sample.period);
    header->period = digits;
}

/* seconds "." decimals, in nanoseconds; decimals past the ninth do not count. */
static int64_t parse_seconds(struct span whole, struct span decimals)
{
    int64_t seconds, fraction = 0;
    if (!span_to_int64(whole, &seconds) || seconds >= INT64_MAX / NANOSECONDS)
        return TIME_NONE;
    for (size_t i = 0; i < 9; i++)
        fraction = fraction * 10 + (i < decimals.len ? decimals.data[i] - '0' : 0);
    return seconds * NANOSECONDS + fraction;
}

/* The time stamp that ends with `before`: digits "." digits, after a blank or at the line's
 * beginning. Returns where it starts, or SPAN_NONE. */
static size_t find_time(struct span before, int64_t *time)
{
    size_t decimals = before.len;
    while (decimals && is_digit(before.data[decimals - 1]))
        decimals--;
    if (decimals < 2 || decimals == before.len || before.data[decimals - 1] != '.')
        return SPAN_NONE;
    size_t start = decimals - 1;
    while (start && is_digit(before.data[start - 1]))
        start--;
    if (start == decimals - 1 || (start && !is_blank(before.data[start - 1])))
        return SPAN_NONE;
    *time = parse_seconds(span_make(before.data + start, decimals - 1 - start),
                          span_skip(before, decimals));
    return start;
}

/* An event's name ends at the first ':' before a blank or the line's end; it may hold other ':'. */
static bool is_event(struct span word)
{
    int64_t time;
    return word.len > 1 && span_ends(word, ":") &&
           find_time(span_first(word, word.len - 1), &time) == SPAN_NONE;
}

static const char *span_end(struct span s)
{
    return s.data + s.len;
}

/* Whether the address of a frame is padded as perf pads it, behind a blank. */
static bool is_wide(struct span line, const struct perf_frame *frame)
{
    return span_end(frame->ip) > line.data + ADDRESS_COLUMNS;
}

/* right = [period] event ":" [rest] | [period] | [period] [frame] | fields of a tracepoint
 *
 * False for the last, which can be anything. */
static bool parse_right(struct span right, struct perf_header *header)
{
    struct span rest = right, behind = right, word;
    struct perf_frame frame;
    bool period = false;
    if (!span_take_first(&rest, &word))
        return true;
    if (span_is_digits(word)) {
        set_period(header, word);
        period = is_period((size_t)(word.data - right.data), false, word.len);
        behind = rest;
        if (!span_take_first(&rest, &word))
            return true;
    }
    if (is_event(word)) {
        header->sample.event = span_first(word, word.len - 1);
        header->rest = rest;
        return true;
    }
    if (period && perf_frame_split(behind, &frame) && is_wide(behind, &frame)) {
        header->rest = behind;
        return true;
    }
    header->sample.period = 0;
    header->period_fits = true;
    header->period = span_first(right, 0);
    header->rest = right;
    return perf_frame_split(right, &frame) && frame.dso.data;
}

static void clear(struct perf_header *header)
{
    struct span none = span_make("", 0);
    memset(header, 0, sizeof *header);
    header->sample.event = header->sample.comm = header->period = header->rest = none;
    header->sample.time = TIME_NONE;
    header->period_fits = true;
}

/* The next ':' from *at on that a blank or the line's end follows; *at is then behind it. */
static bool next_colon(struct span line, size_t *at)
{
    size_t colon;
    while ((colon = span_find(span_skip(line, *at), ':')) != SPAN_NONE) {
        *at += colon + 1;
        while (*at < line.len && line.data[*at] == ':')
            ++*at;
        if (*at == line.len || is_blank(line.data[*at]))
            return true;
    }
    return false;
}

/* How many words may stand before a frame. */
#define WORDS (2 * PLACES)

/* Takes the frame off the end of a line. Headers without one mostly end with their event. */
static struct span take_frame(struct span *line, size_t *width)
{
    struct span rest = *line, behind, word;
    bool is_event_last = span_ends(span_trim_right(rest), ":");
    for (int words = 0; !is_event_last && words < WORDS; words++) {
        behind = rest;
        if (!span_take_first(&rest, &word))
            break;
        *width = (size_t)(rest.data - behind.data);
        if (*width > ADDRESS_COLUMNS && span_hex_digits(word) == word.len) {
            line->len -= behind.len;
            return behind;
        }
    }
    *width = 0;
    return span_skip(*line, line->len);
}

/* tail = text [period] [event ":"], the period with one blank before its columns */
static void part_period(struct perf_parts *parts, struct span tail, struct span *text)
{
    struct span before = tail, word;
    *text = tail;
    if (span_ends(span_trim_right(tail), ":"))
        span_take_last(&before, &word);
    if (!span_take_last(&before, &word) || !span_is_digits(word))
        return;
    size_t blanks = before.len - span_trim_right(before).len;
    if (word.len <= PERIOD_COLUMNS && blanks + word.len == 1 + PERIOD_COLUMNS) {
        parts->period = word;
        parts->text[2] = span_skip(tail, before.len + word.len);
        *text = span_first(tail, before.len - blanks);
    }
}

struct perf_parts perf_header_parts(struct span line)
{
    struct span none = span_first(line, 0), front = line;
    struct perf_parts parts = {.text = {none, none, none}, .period = none};
    size_t at = 0, start;
    parts.frame = take_frame(&front, &parts.address_width);
    for (int place = 0; place < PLACES && next_colon(front, &at); place++) {
        start = find_time(span_first(line, at - 1), &parts.time);
        if (start != SPAN_NONE) {
            parts.time_end = at;
            parts.text[0] = span_first(line, start);
            break;
        }
    }
    part_period(&parts, span_skip(front, parts.time_end), &parts.text[parts.time_end > 0]);
    return parts;
}

bool perf_header_is_apart(struct span text)
{
    struct perf_frame frame;
    size_t at = 0;
    return !next_colon(text, &at) && span_find_text(text, "PERF_RECORD_") == SPAN_NONE &&
           perf_frame_split(text, &frame) && (frame.symbol.len || frame.dso.data) &&
           (frame.dso.data != NULL) == span_ends(text, ")");
}

/* timed = left time ":" right
 *
 * A command name may look like a time stamp, even like one with an event: of several places the
 * first is it that has a thread on its left and something known on its right. */
static enum perf_line parse_timed(struct span line, struct perf_header *header)
{
    struct perf_header vague;
    bool found = false;
    size_t at = 0;
    clear(&vague);
    for (int place = 0; place < PLACES && next_colon(line, &at); place++) {
        clear(header);
        size_t start = find_time(span_first(line, at - 1), &header->sample.time);
        if (start == SPAN_NONE)
            continue;
        header->time_end = at;
        struct span right = span_skip(line, at);
        if (span_starts(span_trim_left(right), "PERF_RECORD_"))
            return PERF_RECORD;
        bool known = parse_right(right, header);
        perf_left_parse(span_first(line, start), header);
        if (known && header->has_thread)
            return PERF_SAMPLE;
        if (!found && (header->has_thread || header->sample.event.len)) {
            vague = *header;
            found = true;
        }
    }
    *header = vague;
    return found ? PERF_SAMPLE : PERF_OTHER;
}

/* timeless = left [period] event ":" rest
 *
 * Of two numbers before the event the second is the period. */
static enum perf_line parse_timeless(struct span line, struct perf_header *header)
{
    size_t at = 0;
    for (int place = 0; place < PLACES && next_colon(line, &at); place++) {
        clear(header);
        struct span left = span_first(line, at), event, period;
        if (!span_take_last(&left, &event) || !is_event(event))
            continue;
        struct span before = left;
        bool wide = take_period(&before, &period);
        if (wide || (span_take_last(&before, &period) && span_is_digits(period))) {
            perf_left_parse(before, header);
            if (wide || header->has_thread)
                set_period(header, period);
        }
        if (!wide && !header->has_thread)
            perf_left_parse(left, header);
        if (!header->has_thread && (!wide || header->sample.comm.len > COMM_LENGTH))
            continue;
        header->sample.event = span_first(event, event.len - 1);
        header->rest = span_skip(line, at);
        return span_starts(event, "PERF_RECORD_") ? PERF_RECORD : PERF_SAMPLE;
    }
    return PERF_OTHER;
}

/* front = left [time ":"] [period] [event ":"] */
static void parse_front(struct span line, struct perf_header *header)
{
    struct sample *sample = &header->sample;
    struct span left = line, word;
    if (span_take_last(&left, &word) && is_event(word)) {
        sample->event = span_first(word, word.len - 1);
        line = left;
    }
    if (take_period(&line, &word))
        set_period(header, word);
    left = line;
    if (span_take_last(&left, &word) && span_ends(word, ":") &&
        find_time(span_first(word, word.len - 1), &sample->time) == 0) {
        header->time_end = left.len + word.len;
        line = left;
    }
    perf_left_parse(line, header);
}

/* Whether what stands before a frame, which ends at `end`, is of perf: it pads what it prints, so that
 * without a thread the columns tell. */
static bool is_front(struct span line, struct span left, size_t end, const struct perf_header *header)
{
    struct span comm = header->sample.comm;
    if (header->has_thread)
        return true;
    if (left.len == 0)
        return line.data[0] == ' ' && end == 1 + ADDRESS_COLUMNS;
    return end == left.len + 2 + ADDRESS_COLUMNS &&
           (comm.len == 0 || (size_t)(comm.data - line.data) + comm.len == COMM_COLUMNS);
}

/* flat = front ip symbol, where the front is one of those that the parsers above do not know, as of
 * `perf script -F comm,tid,ip,sym`
 *
 * The address is printed 16 columns wide behind a blank. */
static enum perf_line parse_flat(struct span line, struct perf_header *header)
{
    struct span rest = line, word, left = span_first(line, 0);
    struct perf_frame frame;
    for (int place = 0; place < PLACES && span_take_first(&rest, &word); place++) {
        size_t end = (size_t)(rest.data - line.data);
        if (is_hex(word.data[0]) && end >= left.len + 1 + ADDRESS_COLUMNS) {
            clear(header);
            parse_front(left, header);
            header->rest = span_skip(line, left.len);
            if (is_front(line, left, end, header) && perf_header_frame(header, &frame))
                return PERF_SAMPLE;
        }
        left = span_first(line, end);
    }
    return PERF_OTHER;
}

enum perf_line perf_header_parse(struct span line, struct perf_header *header)
{
    enum perf_line kind = PERF_OTHER;
    size_t at = 0;
    clear(header);
    if (next_colon(line, &at)) {
        kind = parse_timed(line, header);
        if (kind == PERF_OTHER)
            kind = parse_timeless(line, header);
    }
    if (kind == PERF_OTHER && span_find_text(line, "PERF_RECORD_") != SPAN_NONE)
        return PERF_RECORD;
    return kind == PERF_OTHER ? parse_flat(line, header) : kind;
}

/* "lost 123", or "lost: 123" */
uint64_t perf_record_lost(struct span line)
{
    size_t at = span_find_text(line, "PERF_RECORD_LOST");
    int64_t lost;
    if (at == SPAN_NONE)
        return 0;
    line = span_skip(line, at);
    while ((at = span_find_text(line, "lost")) != SPAN_NONE)
        line = span_skip(line, at + 4);
    line = span_trim(span_skip(line, span_starts(line, ":")));
    return span_to_int64(span_before(line, ' '), &lost) ? (uint64_t)lost : 0;
}

/* bare = left [period] */
bool perf_header_parse_bare(struct span line, struct perf_header *header)
{
    struct span digits;
    clear(header);
    if (take_period(&line, &digits))
        set_period(header, digits);
    perf_left_parse(line, header);
    return header->has_thread;
}

/* short = front */
bool perf_header_parse_short(struct span line, struct perf_header *header)
{
    clear(header);
    parse_front(line, header);
    return header->sample.comm.len <= COMM_LENGTH;
}

/* lone = blank ip symbol, the address 16 columns wide */
bool perf_header_is_lone(struct span line)
{
    struct span ip = span_trim_left(line);
    return span_starts(line, " ") && span_find(ip, ' ') == 1 + ADDRESS_COLUMNS - (line.len - ip.len);
}

/* numbers = number {blanks number} blank; number = digits | pid "/" tid | cpu */
bool perf_header_is_numbers(struct span line)
{
    struct span numbers = span_trim_right(line), first = span_trim_left(numbers);
    for (size_t i = 0; i < first.len; i++)
        if (!is_digit(first.data[i]) && (!first.data[i] || !strchr(" /-[]", first.data[i])))
            return false;
    size_t end = numbers.len - first.len + span_before(first, ' ').len;
    bool narrow = end <= ADDRESS_COLUMNS || numbers.len == first.len;
    return numbers.len < line.len && first.len && !span_starts(line, "\t") && narrow;
}

/* A tracepoint's name is "group:name"; what follows the ':' of other events are modifiers. */
static bool is_tracepoint(struct span event)
{
    size_t colon = span_find_last(event, ':');
    if (colon == SPAN_NONE)
        return false;
    for (size_t i = colon + 1; i < event.len; i++)
        if (!strchr("ukhHGpPSDWeIb", event.data[i]) || !event.data[i])
            return true;
    return false;
}

/* rest = {number} ip symbol [blank "(" dso ")"]
 *
 * The numbers are those of -F +addr,+weight and the like, printed as wide as an address. The fields
 * of a tracepoint may look like a frame, but are not padded. */
bool perf_header_frame(const struct perf_header *header, struct perf_frame *frame)
{
    struct span rest = header->rest;
    struct perf_frame next;
    if (!perf_frame_split(rest, frame))
        return false;
    if (!is_wide(rest, frame) && (!frame->dso.data || is_tracepoint(header->sample.event)))
        return false;
    for (int number = 0; number < NUMBERS && frame->symbol.len; number++) {
        rest = span_skip(rest, (size_t)(span_end(frame->ip) - rest.data));
        if (!perf_frame_split(rest, &next) || span_end(next.ip) < rest.data + ADDRESS_COLUMNS)
            break;
        *frame = next;
    }
    return frame->dso.data || (frame->symbol.len && frame->symbol.data == span_end(frame->ip) + 1);
}
