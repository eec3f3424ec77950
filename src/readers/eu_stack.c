/* Stacks as eu-stack of elfutils prints them: each thread's is a sample.
 *
 *     PID 4242 - process
 *     TID 4242:
 *     #0  0x00007f0f2a3b2e4d poll
 *     #1  0x0000000000401136 ns::Foo<int, char>::bar(int)
 *     #2  0x0000000000401200 - 1 main - /usr/bin/demo
 *         demo.c:10:3
 *     #3  0x00007f0f2a2e0fff
 *
 * Skipped: modules (-m), source lines (-s), build ids (-b), the mark of return addresses (-a), and messages.
 *
 * The lesson: all options put what they add behind the name or before it, and a name may hold blanks: only
 * " - /", " - [" and " - inlined" are taken for additions. Checked against elfutils 0.188. */
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

struct eu_stack_reading {
    struct stack stack;
    struct sample thread;
};

/* frame = "#" digits blanks "0x" hex [blanks name]
 *
 * Takes all but the name off. */
static bool take_frame(struct span *line)
{
    struct span s = *line;
    if (!span_starts(s, "#"))
        return false;
    size_t digits = span_digits(span_skip(s, 1));
    s = span_trim_left(span_skip(s, 1 + digits));
    if (digits == 0 || !span_starts(s, "0x"))
        return false;
    s = span_skip(s, 2);
    *line = span_trim_left(span_skip(s, span_hex_digits(s)));
    return true;
}

/* name = ["- 1 "] function [" - inlined"] [" - " module] */
static void push_frame(struct stack *stack, struct span name)
{
    enum frame_kind kind = FRAME_PLAIN;
    if (span_starts(name, "- 1"))
        name = span_trim_left(span_skip(name, 3));
    size_t module = span_find_text(name, " - /");
    if (module == SPAN_NONE)
        module = span_find_text(name, " - [");
    name = span_trim(span_first(name, module));
    if (span_starts(name, "- /") || span_starts(name, "- ["))
        name = span_first(name, 0);
    if (span_ends(name, " - inlined")) {
        name = span_first(name, name.len - 10);
        kind = FRAME_INLINED;
    }
    stack_push(stack, name, kind);
}

/* process = "PID " digits " - " what; thread = "TID " digits ":"
 *
 * Whether the line is one of them. */
static bool read_ids(struct sample *thread, struct span line)
{
    bool process = span_starts(line, "PID "), one = span_starts(line, "TID ");
    struct span id = span_skip(line, 4);
    int64_t number;
    if ((!process && !one) || !span_to_int64(span_before(id, process ? ' ' : ':'), &number))
        return false;
    if (process)
        *thread = (struct sample){.time = TIME_NONE, .has_pid = true, .pid = number, .tid = number};
    thread->tid = number;
    thread->has_process = true;
    return true;
}

static int read_line(struct eu_stack_reading *reading, struct span line)
{
    struct sample ids = reading->thread;
    if (take_frame(&line)) {
        push_frame(&reading->stack, line);
        return 0;
    }
    if (read_ids(&ids, line)) {
        int result = stack_add_sample(&reading->stack, &reading->thread);
        reading->thread = ids;
        return result;
    }
    if (line.len && !is_blank(line.data[0]))
        recorder_skipped(reading->stack.recorder);
    return 0;
}

static int eu_stack_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct eu_stack_reading reading = {.stack = {.recorder = recorder}, .thread = {.time = TIME_NONE}};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, line);
    if (result == 0)
        result = stack_add_sample(&reading.stack, &reading.thread);
    stack_free(&reading.stack);
    return result;
}

static enum bid eu_stack_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, thread = false;
    struct sample ids = {.time = TIME_NONE};
    struct span line;
    while (head_line(&head, cut, &line)) {
        if (thread && take_frame(&line))
            return BID_CERTAIN;
        thread = read_ids(&ids, line);
    }
    return BID_NO;
}

const struct reader eu_stack_reader = {
    .name = "eu-stack",
    .summary = "eu-stack of elfutils",
    .records = RECORDS_PROCESSES,
    .detect = eu_stack_detect,
    .read = eu_stack_read,
};
