/* What the tools of bcc print without -f: profile and offcputime
 *
 *     Sampling at 49 Hertz of all threads by user + kernel stack... Hit Ctrl-C to end.
 *         _raw_spin_unlock_irqrestore
 *         --
 *         main
 *         -                my demo (1234)
 *             5
 *
 * and stackcount:
 *
 *     Tracing 1 functions for "submit_bio"... Hit Ctrl-C to end.
 *       submit_bio
 *       main
 *         my demo [1234]
 *         5
 *
 * Frames are leaf first, those of the kernel, which "--" may part from the others, before those of the process.
 * With -f the tools print folded text. Skipped: what is not indented, but for the stacks that it says were lost.
 *
 * The lesson: the process stands behind its stack, so that a block is known only at its end. Checked against
 * offcputime of bcc's libbpf-tools 0.26; the other tools from descriptions. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

/* The process of a block; its name is a copy. */
struct bcc_process {
    struct sample sample;
    struct buffer comm;
};

/* ids = " (" digits ")" | " [" digits "]", at the end */
static bool take_id(struct span *text, char open, char close, int64_t *id)
{
    if (text->len < 4 || text->data[text->len - 1] != close)
        return false;
    size_t at = span_find_last(*text, open);
    if (at == SPAN_NONE || at == 0 || text->data[at - 1] != ' ' ||
        !span_to_int64(span_make(text->data + at + 1, text->len - at - 2), id))
        return false;
    *text = span_first(*text, at - 1);
    return true;
}

/* process = blanks "-" blanks name " (" id ")" | blanks name " [" id "]" */
static bool parse_process(struct span line, struct span *comm, int64_t *id)
{
    *comm = span_trim(line);
    if (span_starts(*comm, "- ") && take_id(comm, '(', ')', id)) {
        *comm = span_trim(span_skip(*comm, 1));
        return true;
    }
    return take_id(comm, '[', ']', id);
}

static void keep_process(struct bcc_process *process, struct span comm, int64_t id)
{
    buffer_set(&process->comm, comm);
    process->sample = (struct sample){.time = TIME_NONE, .has_process = true, .has_pid = true,
                                      .comm = buffer_span(&process->comm), .pid = id, .tid = id};
}

/* A frame's name as Python 3 prints bytes: b'name' */
static struct span without_quotes(struct span name)
{
    bool quoted = name.len >= 3 && span_starts(name, "b'") && span_ends(name, "'");
    return quoted ? span_make(name.data + 2, name.len - 3) : name;
}

/* lost = "WARNING: " digits " stack traces " ...
 *
 * Without indentation: that, or what the tool says before and after its stacks. */
static void read_words(struct recorder *recorder, struct span line, bool in_stack)
{
    static const char warning[] = "WARNING: ", stacks[] = " stack traces ";
    struct span rest = span_skip(line, sizeof warning - 1), digits = span_before(rest, ' ');
    int64_t lost;
    if (span_starts(line, warning) && span_starts(span_skip(rest, digits.len), stacks) &&
        span_to_int64(digits, &lost))
        recorder_lost(recorder, (uint64_t)lost);
    else if (in_stack)
        recorder_skipped(recorder);
}

static int read_line(struct stack *stack, struct bcc_process *process, uint64_t number, struct span line)
{
    struct span text = span_trim(line), comm;
    int64_t id;
    if (text.len == 0 || span_is(text, "--"))
        return 0;
    if (!is_blank(line.data[0])) {
        read_words(stack->recorder, line, stack->frames.count > 0);
        return 0;
    }
    if (span_is_digits(text)) {
        uint32_t first = recorder_process(stack->recorder, &process->sample);
        process->sample.has_process = false;
        return stack_read_count(stack, first, number, line) < 0 ? -1 : 0;
    }
    if (parse_process(line, &comm, &id))
        keep_process(process, comm, id);
    else
        stack_push(stack, without_quotes(text), FRAME_PLAIN);
    return 0;
}

static int bcc_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct stack stack = {.recorder = recorder};
    struct bcc_process process = {.sample = {.time = TIME_NONE}};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line))
        result = read_line(&stack, &process, source->line, line);
    stack_drop(&stack, source->line, "a stack without a count");
    buffer_free(&process.comm);
    stack_free(&stack);
    return result;
}

static bool is_greeting(struct span line)
{
    return (span_starts(line, "Sampling at ") || span_starts(line, "Tracing ")) &&
           span_find_text(line, "... Hit Ctrl-C to end.") != SPAN_NONE;
}

/* Without the greeting, a process and a count behind indented lines. */
static enum bid bcc_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, greeted = false, ended = false, framed = false;
    struct span line, comm;
    int64_t id;
    while (head_line(&head, cut, &line)) {
        greeted = greeted || is_greeting(line);
        if (line.len == 0 || !is_blank(line.data[0]))
            continue;
        bool count = span_is_digits(span_trim(line));
        if (count && ended)
            return BID_CERTAIN;
        if (count && framed && greeted)
            return BID_LIKELY;
        ended = framed && parse_process(line, &comm, &id);
        framed = !count;
    }
    return BID_NO;
}

const struct reader bcc_reader = {
    .name = "bcc",
    .summary = "bcc without -f: profile, offcputime, stackcount",
    .records = RECORDS_PROCESSES | RECORDS_ROOTS | RECORDS_COUNTS,
    .detect = bcc_detect,
    .read = bcc_read,
};
