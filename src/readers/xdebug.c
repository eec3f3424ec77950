/* Function traces of Xdebug (PHP) in the computerized format (xdebug.trace_format=1), parted by TABs:
 *
 *     Version: 3.2.0
 *     File format: 4
 *     TRACE START [2026-01-01 18:29:01.000000]
 *     1  0  0  0.010870  114112  {main}     1    /srv/shop.php  0  0          enters
 *     2  1  0  0.032009  114272  str_split  0    /srv/shop.php  8  0
 *     2  1  1  0.032073  116632                                               leaves
 *     2  1  R                    array(1)                                     returns a value
 *                0.033710  8848
 *     TRACE END   [2026-01-01 18:29:01.000000]
 *
 * A stack weighs the microseconds that it was the present one; with --count=samples, the calls that it ended
 * without a call of its own. Skipped: values returned, assignments, memory.
 *
 * The lesson: what ends is told by the level, the first column, since exceptions leave several functions at
 * once. Checked against Xdebug 3.2. */
#include "flamectl/reader.h"

#include "head.h"
#include "outline.h"
#include "stack.h"

#define FIELDS 6 /* level, function number, what, time, memory, name */

struct xdebug_reading {
    struct outline outline;
    bool in_trace, counts_calls;
    bool entered;  /* the line before entered a function */
    int64_t since; /* nanoseconds, or TIME_NONE */
};

static size_t split(struct span line, struct span *fields)
{
    size_t count = 0;
    while (count < FIELDS) {
        size_t tab = span_find(line, '\t');
        fields[count++] = span_first(line, tab);
        if (tab == SPAN_NONE)
            break;
        line = span_skip(line, tab + 1);
    }
    return count;
}

/* One sample of the present stack: a stretch of time that begins at `time`, or a call. */
static int add_sample(struct xdebug_reading *reading, int64_t time, int64_t weight)
{
    struct recorder *recorder = reading->outline.names.recorder;
    struct sample sample = {.time = time, .period = weight};
    if (weight <= 0 || reading->outline.depth == 0 || !recorder_begin(recorder, &sample))
        return 0;
    return recorder_add(recorder, outline_node(&reading->outline), &sample);
}

/* Files the time since the line before. */
static int spend(struct xdebug_reading *reading, int64_t now)
{
    struct recorder *recorder = reading->outline.names.recorder;
    int64_t since = reading->since;
    reading->since = now;
    if (reading->counts_calls || since == TIME_NONE)
        return 0;
    recorder_clip(recorder, &since, &now);
    for (int64_t end; since < now; since = end) {
        end = now;
        if (recorder_part(recorder, since, &end) < 0 || add_sample(reading, since, end / 1000 - since / 1000) < 0)
            return -1;
    }
    return 0;
}

static int read_call(struct xdebug_reading *reading, uint64_t number, struct span line)
{
    struct recorder *recorder = reading->outline.names.recorder;
    struct span fields[FIELDS];
    int64_t level, now;
    size_t count = split(line, fields);
    bool enters = count > 2 && span_is(fields[2], "0"), leaves = count > 2 && span_is(fields[2], "1");
    if (count > 2 && (span_is(fields[2], "R") || span_is(fields[2], "A")))
        return 0;
    if ((!enters && !leaves) || count < 4 + 2 * (size_t)enters || !span_to_int64(fields[0], &level) ||
        !span_to_decimal(fields[3], 9, &now)) {
        recorder_unusable(recorder, number, line, "not a line of a trace");
        return 0;
    }
    int result = spend(reading, now);
    if (enters) {
        uint32_t frame = stack_frame(&reading->outline.names, fields[5], FRAME_PLAIN);
        outline_enter(&reading->outline, (size_t)level, frame);
    } else {
        if (reading->counts_calls && reading->entered)
            result = add_sample(reading, now, 1);
        outline_leave(&reading->outline, (size_t)level);
    }
    reading->entered = enters;
    return result;
}

static void end_trace(struct xdebug_reading *reading)
{
    reading->in_trace = reading->entered = false;
    reading->since = TIME_NONE;
    outline_leave(&reading->outline, 0);
}

static int read_line(struct xdebug_reading *reading, uint64_t number, struct span line)
{
    bool starts = span_starts(line, "TRACE START");
    if (starts || span_starts(line, "TRACE END")) {
        end_trace(reading);
        reading->in_trace = starts;
    }
    if (!reading->in_trace || starts || line.len == 0 || line.data[0] == '\t')
        return 0;
    return read_call(reading, number, line);
}

static int xdebug_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct xdebug_reading reading = {.outline = {.names = {.recorder = recorder}},
                                     .counts_calls = recorder->options->count == COUNT_SAMPLES,
                                     .since = TIME_NONE};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    recorder_unit(recorder, "us");
    outline_free(&reading.outline);
    return result;
}

/* Traces for people say TRACE START, too, but have no TABs. */
static enum bid xdebug_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, started = false;
    struct span line;
    while (head_line(&head, cut, &line)) {
        if (started)
            return span_find(line, '\t') != SPAN_NONE ? BID_CERTAIN : BID_NO;
        started = span_starts(line, "TRACE START [");
    }
    return BID_NO;
}

const struct reader xdebug_reader = {
    .name = "xdebug",
    .summary = "Xdebug (PHP): function traces (xdebug.trace_format=1)",
    .records = RECORDS_TIMES | RECORDS_PERIODS,
    .detect = xdebug_detect,
    .read = xdebug_read,
};
