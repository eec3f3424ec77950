/* Text of the lightweight Java profiler: a count, the depth, and the frames, leaf first.
 *
 *     42 3  my_func_b(prog.java:455)
 *           my_func_a(prog.java:123)
 *           java.lang.Thread.run(Thread.java:744)
 *     Total trace count = 1, Total traces = 42
 *
 * Skipped: places in the source. From public samples of the format.
 *
 * The lesson: the depth says where a stack ends, whether or not the line of totals follows. */
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

struct ljp_reading {
    struct stack stack;
    int64_t count; /* of the present stack */
};

/* begin = count blanks depth blanks method "(" ...; perf script has a blank before its '(' */
static bool begins_stack(struct span line, int64_t *count, struct span *method)
{
    int64_t depth;
    size_t blank = span_find(line, ' ');
    if (blank == SPAN_NONE || !span_to_int64(span_first(line, blank), count))
        return false;
    line = span_trim_left(span_skip(line, blank));
    blank = span_find(line, ' ');
    if (blank == SPAN_NONE || !span_to_int64(span_first(line, blank), &depth))
        return false;
    *method = span_trim(span_skip(line, blank));
    size_t open = span_find(*method, '(');
    return open != SPAN_NONE && open > 0 && !is_blank(method->data[open - 1]) && span_ends(*method, ")");
}

static void push_method(struct stack *stack, struct span method)
{
    method = span_trim(method);
    stack_push(stack, span_first(method, span_find_last(method, '(')), FRAME_PLAIN);
}

static int end_stack(struct ljp_reading *reading)
{
    return reading->stack.frames.count ? stack_add_count(&reading->stack, FRAME_GAP, reading->count) : 0;
}

static int read_line(struct ljp_reading *reading, uint64_t number, struct span line)
{
    struct span method;
    int64_t count;
    if (begins_stack(line, &count, &method)) {
        int result = end_stack(reading);
        reading->count = count;
        push_method(&reading->stack, method);
        return result;
    }
    if (span_trim(line).len == 0)
        return 0;
    if (span_starts(line, "Total"))
        return end_stack(reading);
    if (is_blank(line.data[0]) && reading->stack.frames.count)
        push_method(&reading->stack, line);
    else
        recorder_unusable(reading->stack.recorder, number, line, "neither a stack nor a frame of one");
    return 0;
}

static int ljp_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct ljp_reading reading = {.stack = {.recorder = recorder}};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    if (result == 0)
        result = end_stack(&reading);
    stack_free(&reading.stack);
    return result;
}

/* A stack, and below it a frame that is indented. */
static enum bid ljp_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, began = false;
    struct span line, method;
    int64_t count;
    while (head_line(&head, cut, &line)) {
        if (began && line.len && is_blank(line.data[0]) && span_ends(line, ")"))
            return BID_CERTAIN;
        began = begins_stack(line, &count, &method);
        if (!began && line.len)
            return BID_NO;
    }
    return BID_NO;
}

const struct reader ljp_reader = {
    .name = "ljp",
    .summary = "text of the lightweight Java profiler",
    .records = RECORDS_COUNTS,
    .detect = ljp_detect,
    .read = ljp_read,
};
