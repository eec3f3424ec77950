/* Java thread dumps (jstack PID, kill -3, jcmd PID Thread.print, jcmd PID Thread.dump_to_file FILE), taken again
 * and again: the stack of each thread that runs is a sample.
 *
 *     "worker-1" #12 prio=5 os_prio=0 tid=0x00007f nid=0x47 runnable  [0x00007f28]
 *        java.lang.Thread.State: RUNNABLE
 *     TAB at App$Inner.work(App.java:6)
 *     TAB - locked <0x000000068742d3e0> (a java.lang.Object)
 *     TAB at java.lang.Thread.run(java.base@17.0.21.1/Thread.java:840)
 *
 * Only files of Thread.dump_to_file have virtual threads. Their threads have a state since JDK 24, in the header:
 *
 *     #18 "" virtual
 *           java.base/java.lang.VirtualThread.park(VirtualThread.java:582)
 *     #31 "worker-1" RUNNABLE 2025-10-01T10:00:00.000000Z
 *         at App.work(App.java:6)
 *
 * Skipped: locks, what stands between threads, and the list of deadlocks, whose threads stand above.
 *
 * The lesson: a thread that waits in native code is RUNNABLE to the JVM. Those that wait for events,
 * connections, processes or garbage (the Reference Handler, in any JVM since 9), and the JVM's own threads without
 * a frame, take no time and are left out, unless all states are asked for. Where no state is told, the frames must.
 * Checked against OpenJDK 17. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

enum states { STATES_DEFAULT, STATES_RUNNABLE, STATES_ALL };

struct jstack_options {
    int states;
};

static const struct option jstack_option_rows[] = {
    {.name = "states", .kind = OPTION_CHOICE, .offset = offsetof(struct jstack_options, states),
     .value = "runnable|all", .help = "threads that run, or all (default: jstack runnable, javacore all)"},
    {.name = NULL},
};

struct jstack_reading {
    struct stack stack;
    const struct jstack_options *options;
    bool in_thread;   /* a header was seen, and neither a blank line nor another */
    bool in_deadlock; /* the list at the end, which says again what stands above */
    bool dumped;      /* of Thread.dump_to_file */
    bool runnable;    /* the state says so, or none is told */
    bool stateless;   /* none is */
    bool waiting;     /* a frame says otherwise */
    struct buffer name;
};

static bool ends_with_any(struct span method, const char *const *ends)
{
    for (; *ends; ends++)
        if (span_ends(method, *ends))
            return true;
    return false;
}

/* Where a thread waits for others, though the JVM takes it for running; and where it waits to its knowledge. */
static bool is_wait(struct span method, bool stateless)
{
    static const char *const ends[] = {
        ".epollWait", "EPoll.wait", ".kevent0", "KQueue.poll", ".poll0", "Net.poll", "Net.accept",
        "socketAccept", "Socket.accept0", "SocketImpl.accept0", "socketRead0", "Unsafe.park",
        "WindowsSelectorImpl$SubSelector.poll0", "Reference.waitForReferencePendingList",
        "ProcessHandleImpl.waitForProcessExit0", NULL};
    static const char *const known[] = {
        "Thread.sleep", "Thread.sleep0", "Object.wait", "Object.wait0", "VirtualThread.park",
        "VirtualThread.parkNanos", NULL};
    return ends_with_any(method, ends) || (stateless && ends_with_any(method, known));
}

/* The text of a thread's first frame: the name, and unless threads are told apart without the number at its
 * end, which pools count their threads by. */
static uint32_t first_frame(struct jstack_reading *reading)
{
    struct recorder *recorder = reading->stack.recorder;
    const struct recorder_options *options = recorder->options;
    struct span name = reading->name.len ? buffer_span(&reading->name) : span_of("[unnamed]");
    size_t end = name.len;
    if (!options->pid && !options->tid && options->root == ROOT_NONE)
        return FRAME_GAP;
    while (end && is_digit(name.data[end - 1]))
        end--;
    bool apart = options->tid || options->pid || options->root == ROOT_TID || options->root == ROOT_PID;
    if (!apart && end < name.len && end > 1 && name.data[end - 1] == '-')
        name.len = end - 1;
    return recorder_root_frame(recorder, stack_clean(&reading->stack, name), FRAME_PLAIN);
}

static int end_thread(struct jstack_reading *reading)
{
    struct stack *stack = &reading->stack;
    bool all = reading->options->states == STATES_ALL;
    bool found = reading->in_thread && !reading->in_deadlock && stack->frames.count;
    bool runs = all || (reading->runnable && !reading->waiting);
    struct sample sample = {.time = TIME_NONE};
    reading->in_thread = false;
    found = found && recorder_begin(stack->recorder, &sample);
    if (found && !runs)
        recorder_leave_out(stack->recorder);
    if (!found || !runs) {
        stack_clear(stack);
        return 0;
    }
    return stack_file(stack, first_frame(reading), &sample);
}

/* thread = '"' name '"' ... ("prio=" | "tid=" | "nid=") ...; the list of deadlocks has '"' name '":' */
static bool begins_thread(struct span line, struct span *name)
{
    size_t end = span_starts(line, "\"") ? span_find_last(line, '"') : 0;
    if (end == 0)
        return false;
    *name = span_make(line.data + 1, end - 1);
    struct span rest = span_skip(line, end + 1);
    return span_starts(rest, ":") || span_find_text(rest, "prio=") != SPAN_NONE ||
           span_find_text(rest, "tid=") != SPAN_NONE || span_find_text(rest, "nid=") != SPAN_NONE;
}

/* dumped = "#" digits " " '"' name '"' [" virtual"] [" " state " " time] */
static bool begins_dumped(struct span line, struct span *name, struct span *state)
{
    if (!span_starts(line, "#"))
        return false;
    size_t blank = span_find(line, ' '), end = span_find_last(line, '"');
    if (blank == SPAN_NONE || !span_is_digits(span_make(line.data + 1, blank - 1)))
        return false;
    if (end == SPAN_NONE || end < blank + 2 || line.data[blank + 1] != '"')
        return false;
    *name = span_make(line.data + blank + 2, end - blank - 2);
    *state = span_skip(line, end + 1);
    if (span_starts(*state, " virtual"))
        *state = span_skip(*state, 8);
    return state->len == 0 || span_starts(*state, " ");
}

static void begin_thread(struct jstack_reading *reading, struct span name)
{
    reading->in_thread = true;
    reading->dumped = reading->runnable = reading->stateless = reading->waiting = false;
    buffer_set(&reading->name, name);
}

/* frame = blanks ["at "] method "(" place ")", "at" left out by Thread.dump_to_file alone */
static bool take_method(struct span line, bool dumped, struct span *method)
{
    line = span_trim_left(line);
    bool at = span_starts(line, "at ");
    if (!at && (!dumped || span_starts(line, "- ")))
        return false;
    line = span_skip(line, at ? 3 : 0);
    size_t open = span_find(line, '(');
    *method = span_first(line, open);
    return open != SPAN_NONE && open > 0;
}

static int read_line(struct jstack_reading *reading, struct span line)
{
    static const char state[] = "java.lang.Thread.State: ";
    struct span name, known, text = span_trim(line);
    if (span_starts(line, "Full thread dump")) {
        reading->in_deadlock = false;
        return end_thread(reading);
    }
    if (begins_thread(line, &name)) {
        int result = end_thread(reading);
        begin_thread(reading, name);
        return result;
    }
    if (begins_dumped(line, &name, &known)) {
        int result = end_thread(reading);
        begin_thread(reading, name);
        reading->dumped = true;
        reading->stateless = known.len == 0;
        reading->runnable = reading->stateless || span_starts(known, " RUNNABLE");
        return result;
    }
    if (span_starts(line, "Found ") && span_find_text(line, "deadlock") != SPAN_NONE) {
        int result = end_thread(reading);
        reading->in_deadlock = true;
        return result;
    }
    if (text.len == 0)
        return end_thread(reading);
    if (reading->in_thread && span_starts(text, state))
        reading->runnable = span_starts(span_skip(text, sizeof state - 1), "RUNNABLE");
    else if (reading->in_thread && take_method(line, reading->dumped, &name)) {
        reading->waiting = reading->waiting || is_wait(name, reading->stateless);
        stack_push(&reading->stack, name, FRAME_PLAIN);
    }
    return 0;
}

static int jstack_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct jstack_reading reading = {.stack = {.recorder = recorder}, .options = options};
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

static enum bid jstack_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, thread = false, dumped = false;
    struct span line, name, state;
    while (head_line(&head, cut, &line)) {
        if (span_starts(line, "Full thread dump"))
            return BID_CERTAIN;
        if (thread && span_starts(span_trim_left(line), "java.lang.Thread.State: "))
            return BID_CERTAIN;
        if (dumped && line.len && is_blank(line.data[0]) && take_method(line, true, &name))
            return BID_CERTAIN;
        thread = begins_thread(line, &name);
        dumped = begins_dumped(line, &name, &state);
    }
    return BID_NO;
}

const struct reader jstack_reader = {
    .name = "jstack",
    .summary = "Java thread dumps (jstack, kill -3, jcmd Thread.dump_to_file)",
    .options = jstack_option_rows,
    .options_size = sizeof(struct jstack_options),
    .records = RECORDS_PROCESSES | RECORDS_ROOTS,
    .detect = jstack_detect,
    .read = jstack_read,
};
