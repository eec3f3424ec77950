/* Exceptions in the logs of Java programs: where they were thrown, a sample each.
 *
 *     2026-01-01 12:00:00 ERROR c.e.Service - request failed
 *     java.lang.IllegalStateException: boom (code 1)
 *     TAB at com.example.Service.handle(Service.java:42) ~[app.jar:1.0]
 *     TAB at java.base/java.lang.Thread.run(Thread.java:840)
 *     Caused by: java.io.IOException: disk
 *     TAB at com.example.Disk.read(Disk.java:7)
 *     TAB ... 2 more
 *
 * Each run of frame lines is a stack, so that a cause is one of its own. Skipped: all other lines of the log, and
 * the names of exceptions.
 *
 * The lesson: nothing marks the end of a trace but a line of another kind. */
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

/* How many frames in a row make a log one of exceptions. */
#define SURE_FRAMES 2

/* frame = blanks "at " method "(" ...; a method has a '.', and a blank only within: Kotlin's may */
static bool take_method(struct span line, struct span *method)
{
    struct span text = span_trim_left(line);
    if (text.len == line.len || !span_starts(text, "at "))
        return false;
    text = span_skip(text, 3);
    *method = span_before(text, '(');
    return method->len > 0 && method->len < text.len && !is_blank(method->data[method->len - 1]) &&
           span_find(*method, '.') < span_find(*method, ' ');
}

static int end_stack(struct stack *stack)
{
    struct sample sample = {.time = TIME_NONE};
    if (stack->frames.count == 0 || !recorder_begin(stack->recorder, &sample)) {
        stack_clear(stack);
        return 0;
    }
    return stack_file(stack, FRAME_GAP, &sample);
}

static int java_exceptions_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct stack stack = {.recorder = recorder};
    struct span line, method;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line)) {
        if (take_method(line, &method))
            stack_push(&stack, method, FRAME_PLAIN);
        else if (!span_starts(span_trim_left(line), "- "))
            result = end_stack(&stack);
    }
    if (result == 0)
        result = end_stack(&stack);
    stack_free(&stack);
    return result;
}

static enum bid java_exceptions_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD;
    size_t frames = 0;
    struct span line, method;
    while (frames < SURE_FRAMES && head_line(&head, cut, &line))
        frames += take_method(line, &method);
    return frames == SURE_FRAMES ? BID_LIKELY : frames ? BID_MAYBE : BID_NO;
}

const struct reader java_exceptions_reader = {
    .name = "java-exceptions",
    .summary = "exceptions in the logs of Java programs",
    .detect = java_exceptions_detect,
    .read = java_exceptions_read,
};
