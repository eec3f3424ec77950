/* Backtraces of gdb, taken again and again ("poor man's profiler"): each thread's stack is a sample.
 *
 *     Thread 2 (Thread 0x7fffeca9f640 (LWP 102) "worker"):
 *     #0  0x00007f1 in ns::Foo<int, char>::bar(int) (this=0x0, x=1) at /src/a b.cc:10
 *     #1  operator delete (p=0x0) at new.cc:5
 *     #2  <signal handler called>
 *     #3  0x000055 in clone () from /lib/libc.so.6
 *
 * A function without a symbol is named by its library. Skipped: arguments, source lines, local variables
 * (`bt full`), and all that gdb says between the stacks.
 *
 * The lesson: names hold blanks and brackets; what tells the arguments is that their '(' stands behind a blank
 * and outside all brackets. Checked against gdb 13. */
#include <stdio.h>

#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"
#include "symbol.h"

struct gdb_reading {
    struct stack stack;
    struct sample thread; /* its name is a copy */
    struct buffer name;
};

/* frame = "#" digits blanks ["0x" hex " in "] function
 *
 * Takes what stands before the function off. */
static bool take_frame(struct span *line, int64_t *level)
{
    struct span s = *line;
    if (!span_starts(s, "#"))
        return false;
    s = span_skip(s, 1);
    size_t digits = span_digits(s);
    if (!span_to_int64(span_first(s, digits), level) || digits == s.len || !is_blank(s.data[digits]))
        return false;
    s = span_trim_left(span_skip(s, digits));
    if (span_starts(s, "0x")) {
        size_t in = span_find_text(s, " in ");
        if (in == SPAN_NONE || span_find(s, ' ') != in)
            return false;
        s = span_skip(s, in + 4);
    }
    *line = s;
    return true;
}

/* Behind the quotation mark that ends what begins at `at`. */
static size_t skip_quoted(struct span s, size_t at)
{
    char quote = s.data[at++];
    while (at < s.len && s.data[at] != quote)
        at += s.data[at] == '\\' ? 2 : 1;
    return at + 1;
}

static bool ends_operator(struct span name)
{
    return span_ends(name, "operator") || span_ends(name, "operator<") || span_ends(name, "operator>");
}

/* Where the arguments' " (" stands: the last outside all brackets; SPAN_NONE where brackets do not match. */
static size_t find_arguments(struct span s)
{
    size_t found = SPAN_NONE, depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];
        if (depth && (c == '"' || c == '\'')) {
            i = skip_quoted(s, i) - 1;
            continue;
        }
        bool angle = c == '<' || c == '>';
        if (angle && ((i && s.data[i - 1] == '-') || ends_operator(span_first(s, i))))
            continue;
        if (depth == 0 && (span_starts(span_skip(s, i), " at ") || span_starts(span_skip(s, i), " from ")) &&
            found != SPAN_NONE)
            break;
        if (c == '(' && depth == 0 && i && s.data[i - 1] == ' ')
            found = i - 1;
        if (c == '(' || c == '<' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == '>' || c == ']' || c == '}')
            depth -= depth > 0;
    }
    return depth ? SPAN_NONE : found;
}

/* "[libfoo.so.1]" for a function without a symbol, "[unknown]" where not even the library is known. */
static void push_unknown(struct stack *stack, struct span function)
{
    size_t from = span_find_text(function, " from ");
    struct span path = from == SPAN_NONE ? span_of("unknown") : span_trim(span_skip(function, from + 6));
    struct span file = span_first(span_base_name(path), 254);
    char name[256];
    snprintf(name, sizeof name, "[%.*s]", (int)file.len, file.data);
    stack_push(stack, span_of(name), FRAME_PLAIN);
}

/* function = name " (" arguments ")" [" at " file ":" line | " from " library] | "<signal handler called>" */
static void push_function(struct stack *stack, struct span function)
{
    size_t arguments = find_arguments(function);
    if (span_starts(function, "?? ")) {
        push_unknown(stack, function);
        return;
    }
    if (!span_starts(function, "<signal handler"))
        function = symbol_cut_arguments(span_first(function, arguments));
    stack_push(stack, function, FRAME_PLAIN);
}

/* thread = "Thread " number " (" ... "LWP " id ")" [" \"" name "\""] ... "):" */
static void begin_thread(struct gdb_reading *reading, struct span line)
{
    struct sample *thread = &reading->thread;
    size_t lwp = span_find_text(line, "LWP "), quote = span_find(line, '"');
    *thread = (struct sample){.time = TIME_NONE};
    if (lwp == SPAN_NONE)
        return;
    struct span id = span_skip(line, lwp + 4);
    thread->has_process = span_to_int64(span_first(id, span_digits(id)), &thread->tid);
    size_t last = span_find_last(line, '"');
    if (quote == SPAN_NONE || last == quote)
        return;
    buffer_set(&reading->name, span_make(line.data + quote + 1, last - quote - 1));
    thread->comm = buffer_span(&reading->name);
}

static bool begins_thread(struct span line)
{
    return span_starts(line, "Thread ") && line.len > 7 && is_digit(line.data[7]);
}

static int read_line(struct gdb_reading *reading, struct span line)
{
    int64_t level;
    if (take_frame(&line, &level)) {
        int result = level == 0 ? stack_add_sample(&reading->stack, &reading->thread) : 0;
        push_function(&reading->stack, line);
        return result;
    }
    bool thread = begins_thread(line);
    if (!thread && span_trim(line).len && !span_starts(line, "[Inferior "))
        return 0;
    int result = stack_add_sample(&reading->stack, &reading->thread);
    if (thread)
        begin_thread(reading, line);
    return result;
}

static int gdb_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct gdb_reading reading = {.stack = {.recorder = recorder}, .thread = {.time = TIME_NONE}};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, line);
    if (result == 0)
        result = stack_add_sample(&reading.stack, &reading.thread);
    buffer_free(&reading.name);
    stack_free(&reading.stack);
    return result;
}

static enum bid gdb_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, thread = false;
    struct span line;
    int64_t level;
    while (head_line(&head, cut, &line)) {
        if (take_frame(&line, &level) && level == 0 && span_find(line, '(') != SPAN_NONE)
            return thread ? BID_CERTAIN : BID_LIKELY;
        thread = begins_thread(line) && span_find_text(line, " (") != SPAN_NONE;
    }
    return BID_NO;
}

const struct reader gdb_reader = {
    .name = "gdb",
    .summary = "gdb: backtraces (bt, thread apply all bt)",
    .records = RECORDS_PROCESSES,
    .detect = gdb_detect,
    .read = gdb_read,
};
