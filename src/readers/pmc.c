/* FreeBSD's pmcstat -G: an outline that begins with the leaf, callers below.
 *
 *     @ CPU_CLK_UNHALTED_CORE [17 samples]
 *
 *     70.59%  [12]       witness_unlock @ /boot/kernel/kernel
 *      83.33%  [10]        __mtx_unlock_flags
 *       16.67%  [2]          selfdfree
 *        100.0%  [2]           sys_poll
 *
 * Skipped: comments (#, //), and the module behind '@'.
 *
 * The lesson: a row has samples of its own where those of its callers add up to less: there the stack begins.
 * Checked against a public output. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "outline.h"
#include "stack.h"

struct pmc_reading {
    struct outline outline;
    struct buffer event;
};

/* event = "@ " name " [" digits " samples]" */
static bool parse_event(struct span line, struct span *name)
{
    size_t open = span_find_last(line, '[');
    if (!span_starts(line, "@ ") || !span_ends(line, " samples]") || open == SPAN_NONE)
        return false;
    *name = span_trim(span_make(line.data + 2, open - 2));
    return name->len > 0;
}

/* row = {blank} percent "%  [" digits "]" blanks name [" @ " module] */
static bool parse_row(struct span line, size_t *indent, int64_t *count, struct span *name)
{
    struct span s = span_trim_left(line);
    size_t percent = span_find(s, '%'), close = span_find(s, ']');
    *indent = line.len - s.len;
    if (percent == SPAN_NONE || percent == 0 || !is_digit(s.data[0]) || close == SPAN_NONE || close < percent)
        return false;
    struct span number = span_trim(span_make(s.data + percent + 1, close - percent - 1));
    if (!span_starts(number, "[") || !span_to_int64(span_skip(number, 1), count))
        return false;
    *name = span_trim(span_skip(s, close + 1));
    *name = span_first(*name, span_find_text(*name, " @ "));
    return true;
}

static int begin_event(struct pmc_reading *reading, struct span name)
{
    int result = outline_end(&reading->outline);
    buffer_set(&reading->event, name);
    reading->outline.event = buffer_span(&reading->event);
    return result;
}

static int read_line(struct pmc_reading *reading, uint64_t number, struct span line)
{
    size_t indent;
    int64_t count;
    struct span name;
    if (parse_event(line, &name))
        return begin_event(reading, name);
    if (span_trim(line).len == 0 || line.data[0] == '#' || span_starts(line, "//"))
        return 0;
    if (!parse_row(line, &indent, &count, &name)) {
        recorder_unusable(reading->outline.names.recorder, number, line, "not a row of pmcstat -G");
        return 0;
    }
    return outline_total(&reading->outline, indent, name, count, true);
}

static int pmc_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct pmc_reading reading = {.outline = {.names = {.recorder = recorder}, .callers_below = true}};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    if (result == 0)
        result = outline_end(&reading.outline);
    buffer_free(&reading.event);
    outline_free(&reading.outline);
    return result;
}

static enum bid pmc_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, event = false;
    struct span line, name;
    size_t indent;
    int64_t count;
    while (head_line(&head, cut, &line)) {
        if (parse_row(line, &indent, &count, &name))
            return event ? BID_CERTAIN : BID_LIKELY;
        event = event || parse_event(line, &name);
        if (line.len && line.data[0] != '#' && !span_starts(line, "//") && !event)
            return BID_NO;
    }
    return BID_NO;
}

const struct reader pmc_reader = {
    .name = "pmc",
    .summary = "FreeBSD: pmcstat -G",
    .records = RECORDS_EVENTS,
    .detect = pmc_detect,
    .read = pmc_read,
};
