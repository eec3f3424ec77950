/* What Python's faulthandler writes: each thread's traceback is a sample.
 *
 *     Timeout (0:00:00.300000)!
 *     Thread 0x00007f97c46d96c0 (most recent call first):
 *       File "/srv/demo.py", line 4 in inner
 *       File "/srv/demo.py", line 5 in outer
 *       ...
 *
 *     Current thread 0x00007f97c5441b80 [main] (most recent call first):
 *       File "/srv/demo.py", line 8 in <module>
 *
 * Skipped: the mark of a traceback of more than 100 frames, threads without a Python frame, the C stacks of
 * Python 3.14, and what the program itself writes to the same place (counted).
 *
 * The lesson: the last thread of a dump is followed by no blank line, so that a stack goes on until something
 * else begins. Checked against CPython 3.11. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

struct faulthandler_options {
    int no_lines;
};

static const struct option faulthandler_option_rows[] = {
    {.name = "no-lines", .kind = OPTION_FLAG, .offset = offsetof(struct faulthandler_options, no_lines),
     .set = 1, .help = "leave line numbers out of frames"},
    {.name = NULL},
};

struct faulthandler_reading {
    struct stack stack;
    bool lines;           /* line numbers are wanted */
    bool in_c_stack;      /* to be skipped */
    struct sample thread; /* its name is a copy */
    struct buffer name;
    struct buffer frame; /* scratch */
};

/* frame = "  File \"" file "\", line " digits " in " function */
static bool parse_frame(struct span line, struct span *file, struct span *number, struct span *function)
{
    static const char open[] = "  File \"", close[] = "\", line ", in[] = " in ";
    struct span rest = span_skip(line, sizeof open - 1);
    size_t end = span_find_text(rest, close);
    if (!span_starts(line, open) || end == SPAN_NONE)
        return false;
    *file = span_first(rest, end);
    rest = span_skip(rest, end + sizeof close - 1);
    end = span_find_text(rest, in);
    if (end == SPAN_NONE || !span_is_digits(span_first(rest, end)))
        return false;
    *number = span_first(rest, end);
    *function = span_skip(rest, end + sizeof in - 1);
    return true;
}

/* "file:line:function" */
static void push_frame(struct faulthandler_reading *reading, struct span file, struct span number,
                       struct span function)
{
    const struct span parts[] = {file, reading->lines ? number : span_make("", 0), function};
    struct buffer *frame = &reading->frame;
    frame->len = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].len && frame->len)
            buffer_add(frame, span_of(":"));
        buffer_add(frame, parts[i]);
    }
    stack_push(&reading->stack, buffer_span(frame), FRAME_PLAIN);
}

static int64_t parse_hex(struct span s)
{
    uint64_t value = 0;
    for (size_t i = 0; i < s.len && is_hex(s.data[i]); i++)
        value = value << 4 | hex_value(s.data[i]);
    return (int64_t)(value & INT64_MAX);
}

/* thread = ("Thread " | "Current thread ") "0x" hex [" [" name "]"] " (most recent call first):" */
static void begin_thread(struct faulthandler_reading *reading, struct span line)
{
    struct sample *thread = &reading->thread;
    size_t id = span_find_text(line, "0x"), open = span_find(line, '['), close = span_find_last(line, ']');
    *thread = (struct sample){.time = TIME_NONE};
    reading->in_c_stack = span_find_text(line, "C stack") != SPAN_NONE;
    if (id == SPAN_NONE)
        return;
    thread->has_process = true;
    thread->tid = parse_hex(span_skip(line, id + 2));
    if (open == SPAN_NONE || close == SPAN_NONE || close < open)
        return;
    buffer_set(&reading->name, span_make(line.data + open + 1, close - open - 1));
    thread->comm = buffer_span(&reading->name);
}

static bool begins_thread(struct span line)
{
    return span_ends(line, " (most recent call first):") &&
           (span_starts(line, "Thread 0x") || span_starts(line, "Current thread") ||
            span_starts(line, "Stack (most"));
}

static bool is_expected(struct span line)
{
    return line.len == 0 || span_starts(line, "Timeout (") || span_starts(line, "Fatal Python error: ") ||
           span_starts(line, "Extension modules: ");
}

static int read_line(struct faulthandler_reading *reading, struct span line)
{
    struct span file, number, function;
    if (parse_frame(line, &file, &number, &function)) {
        push_frame(reading, file, number, function);
        return 0;
    }
    if (begins_thread(line)) {
        int result = stack_add_sample(&reading->stack, &reading->thread);
        begin_thread(reading, line);
        return result;
    }
    reading->in_c_stack = reading->in_c_stack && line.len;
    if (is_expected(line))
        return stack_add_sample(&reading->stack, &reading->thread);
    if (!span_is(line, "  ...") && !span_is(line, "  <no Python frame>") && !reading->in_c_stack)
        recorder_skipped(reading->stack.recorder);
    return 0;
}

static int faulthandler_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct faulthandler_options *faulthandler = options;
    struct faulthandler_reading reading = {.stack = {.recorder = recorder},
                                           .lines = !faulthandler->no_lines,
                                           .thread = {.time = TIME_NONE}};
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, line);
    if (result == 0)
        result = stack_add_sample(&reading.stack, &reading.thread);
    buffer_free(&reading.name);
    buffer_free(&reading.frame);
    stack_free(&reading.stack);
    return result;
}

static enum bid faulthandler_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, thread = false;
    struct span line, file, number, function;
    while (head_line(&head, cut, &line)) {
        if (thread && parse_frame(line, &file, &number, &function))
            return BID_CERTAIN;
        thread = begins_thread(line);
    }
    return BID_NO;
}

const struct reader faulthandler_reader = {
    .name = "faulthandler",
    .summary = "tracebacks of Python's faulthandler",
    .options = faulthandler_option_rows,
    .options_size = sizeof(struct faulthandler_options),
    .records = RECORDS_PROCESSES,
    .detect = faulthandler_detect,
    .read = faulthandler_read,
};
