/* Javacores of OpenJ9 and IBM's JVM (kill -3 PID): each thread's Java stack is a sample.
 *
 *     3XMTHREADINFO      "Executor-1" J9VMThread:0x81, j9thread_t:0x1, java/lang/Thread:0x07, state:R, prio=5
 *     3XMTHREADINFO1            (native thread ID:0x3158, native priority:0x5, ...)
 *     4XESTACKTRACE                at java/net/SocketInputStream.read(SocketInputStream.java:182)
 *     4XESTACKTRACE                at java/lang/Thread.run(Thread.java:785(Compiled Code))
 *     NULL
 *
 * Skipped: native stacks, locks, and all other sections. By default threads in any state count, as in the
 * original script; --states=runnable keeps those in state R (or CR).
 *
 * The lesson: not every thread has a native stack, so only the next thread says that one is over. From public
 * samples of the format; no such JVM was at hand. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

enum states { STATES_DEFAULT, STATES_RUNNABLE, STATES_ALL };

struct javacore_options {
    int states;
};

static const struct option javacore_option_rows[] = {
    {.name = "states", .kind = OPTION_CHOICE, .offset = offsetof(struct javacore_options, states),
     .value = "runnable|all", .help = "threads that run, or all (default: jstack runnable, javacore all)"},
    {.name = NULL},
};

struct javacore_reading {
    struct stack stack;
    const struct javacore_options *options;
    bool running; /* the present thread's state */
    struct buffer name; /* and, where threads are told apart, "-" and its id */
};

/* Whether threads of the same name are told apart. */
static bool tells_ids(const struct recorder_options *options)
{
    return options->tid || options->pid || options->root == ROOT_TID || options->root == ROOT_PID;
}

static int end_thread(struct javacore_reading *reading)
{
    struct stack *stack = &reading->stack;
    struct recorder *recorder = stack->recorder;
    const struct recorder_options *options = recorder->options;
    struct sample sample = {.time = TIME_NONE};
    bool wanted = stack->frames.count && (reading->running || reading->options->states != STATES_RUNNABLE);
    if (!wanted || !recorder_begin(recorder, &sample)) {
        stack_clear(stack);
        return 0;
    }
    struct span name = reading->name.data ? buffer_span(&reading->name) : span_of("unknown");
    uint32_t first = FRAME_GAP;
    if (options->root != ROOT_NONE || tells_ids(options))
        first = recorder_root_frame(recorder, stack_clean(stack, name), FRAME_PLAIN);
    return stack_file(stack, first, &sample);
}

/* thread = "3XMTHREADINFO" blanks ('"' name '"' | "Anonymous native thread") ... ["state:" letters] */
static void begin_thread(struct javacore_reading *reading, struct span line)
{
    size_t state = span_find_text(line, ", state:");
    struct span letters = state == SPAN_NONE ? span_of("") : span_skip(line, state + 8);
    size_t open = span_find(line, '"'), close = span_find_last(span_first(line, state), '"');
    struct span name = span_of("Anonymous native thread");
    if (open != SPAN_NONE && close != SPAN_NONE && close > open)
        name = span_make(line.data + open + 1, close - open - 1);
    reading->running = span_starts(letters, "R") || span_starts(letters, "CR");
    buffer_set(&reading->name, name);
}

/* ids = "3XMTHREADINFO1" blanks "(native thread ID:" id "," ... */
static void read_ids(struct javacore_reading *reading, struct span line)
{
    static const char mark[] = "(native thread ID:";
    size_t at = span_find_text(line, mark);
    if (at == SPAN_NONE || !tells_ids(reading->stack.recorder->options))
        return;
    struct span id = span_skip(line, at + sizeof mark - 1);
    size_t end = 0;
    while (end < id.len && id.data[end] != ',' && id.data[end] != ')')
        end++;
    buffer_add(&reading->name, span_of("-"));
    buffer_add(&reading->name, span_first(id, end));
}

static int read_line(struct javacore_reading *reading, struct span line)
{
    static const char frame[] = "4XESTACKTRACE";
    if (span_starts(line, frame)) {
        struct span method = span_trim(span_skip(line, sizeof frame - 1));
        if (span_starts(method, "at "))
            stack_push(&reading->stack,
                       span_before(span_skip(method, 3), '('), FRAME_PLAIN);
        return 0;
    }
    if (span_starts(line, "3XMTHREADINFO1 "))
        read_ids(reading, line);
    bool thread = span_starts(line, "3XMTHREADINFO ");
    if (!thread && !span_starts(line, "NULL") && !span_starts(line, "0SECTION"))
        return 0;
    int result = end_thread(reading);
    if (thread)
        begin_thread(reading, line);
    return result;
}

static int javacore_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct javacore_reading reading = {.stack = {.recorder = recorder}, .options = options};
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, line);
    if (result == 0)
        result = end_thread(&reading);
    buffer_free(&reading.name);
    stack_free(&reading.stack);
    return result;
}

static enum bid javacore_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD;
    struct span line;
    while (head_line(&head, cut, &line))
        if (span_starts(line, "0SECTION ") || span_starts(line, "1TISIGINFO ") ||
            span_starts(line, "3XMTHREADINFO "))
            return BID_CERTAIN;
    return BID_NO;
}

const struct reader javacore_reader = {
    .name = "javacore",
    .summary = "javacores of OpenJ9 and IBM's JVM",
    .options = javacore_option_rows,
    .options_size = sizeof(struct javacore_options),
    .records = RECORDS_PROCESSES | RECORDS_ROOTS,
    .detect = javacore_detect,
    .read = javacore_read,
};
