/* Output of procstack (AIX), again and again: each thread's stack is a sample.
 *
 *     5439604: /opt/shop/till -v
 *     ---------- tid# 12345 (pthread ID: 258) ----------
 *     0xd0532af0  _event_sleep(??, ??) + 0x510
 *     0x09000000  [unknown]( ) + 0x1
 *     0x10002ad8  main(??, ??) + 0x1338
 *
 * The first frame is the process; a function without a name is told by its address.
 *
 * The lesson: a line may name a process, a thread, or a frame, and neither has an end of its own. Written from
 * the grammar, for there is no AIX at hand. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

struct aix_reading {
    struct stack stack;
    struct sample process; /* its name is a copy */
    struct buffer name;
};

/* process = digits ": " command */
static bool parse_process(struct span line, int64_t *pid, struct span *command)
{
    size_t colon = span_find(line, ':');
    if (colon == SPAN_NONE || !span_to_int64(span_first(line, colon), pid))
        return false;
    *command = span_trim(span_skip(line, colon + 1));
    *command = span_before(*command, ' ');
    return command->len > 0 && is_blank(line.data[colon + 1]);
}

/* thread = dashes " tid# " digits more */
static bool parse_thread(struct span line, int64_t *tid)
{
    size_t at = span_find_text(line, "- tid# ");
    if (!span_starts(line, "---") || at == SPAN_NONE)
        return false;
    struct span digits = span_skip(line, at + 7);
    return span_to_int64(span_before(digits, ' '), tid);
}

/* frame = "0x" hex blanks function "(" arguments ")" more */
static bool parse_frame(struct span line, struct span *name)
{
    struct span s = span_trim(line), address = span_before(s, ' ');
    if (!span_starts(address, "0x") || address.len < 3 || address.len == s.len)
        return false;
    *name = span_trim_left(span_skip(s, address.len));
    *name = span_trim(span_before(*name, '('));
    if (span_starts(*name, "["))
        *name = address;
    return true;
}

static int end_stack(struct aix_reading *reading)
{
    struct stack *stack = &reading->stack;
    if (stack->frames.count == 0)
        return 0;
    if (recorder_begin(stack->recorder, &reading->process)) {
        uint32_t first = recorder_process(stack->recorder, &reading->process);
        return stack_file(stack, first, &reading->process);
    }
    stack_clear(stack);
    return 0;
}

static void begin_process(struct aix_reading *reading, int64_t pid, struct span command)
{
    buffer_set(&reading->name, command);
    reading->process = (struct sample){.time = TIME_NONE, .has_process = true, .has_pid = true, .pid = pid,
                                       .tid = pid, .comm = buffer_span(&reading->name)};
}

static int read_line(struct aix_reading *reading, uint64_t number, struct span line)
{
    struct span text;
    int64_t id;
    int result = 0;
    if (parse_frame(line, &text)) {
        stack_push(&reading->stack, text, FRAME_PLAIN);
    } else if (parse_process(line, &id, &text)) {
        result = end_stack(reading);
        begin_process(reading, id, text);
    } else if (parse_thread(line, &id)) {
        result = end_stack(reading);
        reading->process.tid = id;
    } else if (span_trim(line).len == 0) {
        result = end_stack(reading);
    } else {
        recorder_unusable(reading->stack.recorder, number, line, "not a line of procstack");
    }
    return result;
}

static int aix_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct aix_reading reading = {.stack = {.recorder = recorder}, .process = {.time = TIME_NONE}};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    if (result == 0)
        result = end_stack(&reading);
    buffer_free(&reading.name);
    stack_free(&reading.stack);
    return result;
}

static enum bid aix_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, begun = false;
    struct span line, text;
    int64_t id;
    while (head_line(&head, cut, &line)) {
        if (begun && parse_frame(line, &text) && span_find(line, '(') != SPAN_NONE)
            return BID_CERTAIN;
        begun = parse_process(line, &id, &text) || parse_thread(line, &id);
    }
    return BID_NO;
}

const struct reader aix_reader = {
    .name = "aix",
    .summary = "AIX: procstack",
    .records = RECORDS_PROCESSES | RECORDS_ROOTS,
    .detect = aix_detect,
    .read = aix_read,
};
