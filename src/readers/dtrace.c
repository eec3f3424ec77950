/* What dtrace prints of an aggregation by stack(), ustack() or jstack(): a block a stack, its frames leaf
 * first, then a line with nothing but the count.
 *
 *     CPU     ID                    FUNCTION:NAME
 *       0  64091                        :tick-60s
 *
 *                   libc.so.1`__lll_lock_wait+0x1c
 *                   demo`ns::work(char const*) const+0x3
 *                   Lorg/a/B;::outer->Lorg/a/C;::inner+0x10
 *                   0x7fff8a1b
 *                    12
 *
 * A scalar key of the aggregation (execname) stands before the frames, with less indentation; it becomes the
 * first frame. Skipped: the table of probes, blank lines, what dtrace says of itself but for the drops it counts.
 *
 * The lesson: a blank line ends nothing. Two stacks of one key, kernel and user, are parted by one, and only
 * the count says that a block is over. Of a line with a number only, it cannot be told whether it is a count
 * or a key. Written from the grammar, for there is no dtrace on Linux. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"
#include "symbol.h"

struct dtrace_options {
    int offsets;
};

static const struct option dtrace_option_rows[] = {
    {.name = "offsets", .kind = OPTION_FLAG, .offset = offsetof(struct dtrace_options, offsets),
     .set = 1, .help = "keep the offsets in functions (+0x1c) of callers"},
    {.name = NULL},
};

/* A key is indented by this at the most. */
#define KEY_INDENT 2

/* The first line of a block, held until the next shows whether it is a key. */
struct held {
    struct buffer text;
    size_t indent;
    bool is;
};

struct dtrace_reading {
    struct stack stack;
    bool offsets;
    struct held held;
    uint32_t key; /* the block's first frame, or FRAME_GAP */
};

static size_t indent_of(struct span line)
{
    return (size_t)(span_trim_left(line).data - line.data);
}

/* probe = {blank} cpu blanks id blanks function ":" name */
static bool is_probe(struct span line)
{
    for (int column = 0; column < 2; column++) {
        line = span_trim_left(line);
        size_t end = span_find(line, ' ');
        if (end == SPAN_NONE || !span_is_digits(span_first(line, end)))
            return false;
        line = span_skip(line, end);
    }
    line = span_trim(line);
    return span_find(line, ':') != SPAN_NONE && span_find(line, ' ') == SPAN_NONE &&
           span_find(line, '`') == SPAN_NONE;
}

static bool is_table_head(struct span line)
{
    line = span_trim(line);
    return span_starts(line, "CPU ") && span_find_text(line, "FUNCTION:NAME") != SPAN_NONE;
}

/* offset = "+" ("0x" hex | digits), at the end */
static struct span find_offset(struct span name)
{
    size_t plus = span_find_last(name, '+');
    struct span none = span_make("", 0);
    if (plus == SPAN_NONE)
        return none;
    struct span digits = span_skip(name, plus + 1);
    bool hex = span_starts(digits, "0x");
    digits = hex ? span_skip(digits, 2) : digits;
    for (size_t i = 0; i < digits.len; i++)
        if (!(hex ? is_hex(digits.data[i]) : is_digit(digits.data[i])))
            return none;
    return digits.len ? span_skip(name, plus) : none;
}

/* One function of a line, with what is to be kept of its offset. */
static void push_function(struct stack *stack, struct span name, struct span offset, bool callee)
{
    if (span_find_text(name, "::") != SPAN_NONE)
        name = symbol_cut_arguments(name);
    if (symbol_is_java(name))
        name = span_skip(name, 1);
    if (offset.len) { /* takes the place of what was cut, in the scratch where the name is the last */
        size_t at = (size_t)(name.data - stack->text);
        stack->text = memory_grow(stack->text, &stack->capacity, at + name.len + offset.len, 1);
        memcpy(stack->text + at + name.len, offset.data, offset.len);
        name = span_make(stack->text + at, name.len + offset.len);
    }
    enum frame_kind kind = callee && !span_ends(name, "_[i]") ? FRAME_INLINED : FRAME_PLAIN;
    stack_push_clean(stack, name, kind);
}

/* frame = {blank} function {"->" function} [offset]
 *
 * The leaf's offset says nothing about a call, so that it goes in any case. */
static void push_frame(struct dtrace_reading *reading, struct span line)
{
    struct stack *stack = &reading->stack;
    struct span text = span_trim(line), offset = find_offset(text);
    struct span name = stack_clean(stack, span_first(text, text.len - offset.len));
    size_t start = stack->frames.count;
    if (!reading->offsets || start == 0)
        offset.len = 0;
    for (;;) {
        size_t end = symbol_find_arrow(name);
        bool last = end == name.len, callee = stack->frames.count > start;
        push_function(stack, span_first(name, end), last ? offset : span_make("", 0), callee);
        if (last)
            break;
        name = span_skip(name, end + 2);
    }
    if (stack->frames.count == start + 1)
        return;
    stack_settle(stack);
    frame_list_reverse(&stack->frames, start);
}

static void hold(struct held *held, struct span line)
{
    buffer_set(&held->text, line);
    held->indent = indent_of(line);
    held->is = true;
}

/* Several keys stand in columns: runs of blanks become one. */
static void use_as_key(struct dtrace_reading *reading)
{
    struct held *held = &reading->held;
    struct stack *stack = &reading->stack;
    struct span key = stack_clean(stack, buffer_span(&held->text));
    char *text = stack->text + stack->used;
    size_t len = 0;
    for (size_t i = 0; i < key.len; i++)
        if (len == 0 || text[i] != ' ' || text[len - 1] != ' ')
            text[len++] = text[i];
    reading->key = frame_intern_clean(&stack->recorder->profile->frames, span_make(text, len), FRAME_PLAIN);
    held->is = false;
}

static void use_as_frame(struct dtrace_reading *reading)
{
    reading->held.is = false;
    push_frame(reading, buffer_span(&reading->held.text));
}

static void read_frame(struct dtrace_reading *reading, struct span line)
{
    struct held *held = &reading->held;
    if (held->is && indent_of(line) > held->indent)
        use_as_key(reading);
    else if (held->is)
        use_as_frame(reading);
    bool first = reading->stack.frames.count == 0 && reading->key == FRAME_GAP;
    if (first && indent_of(line) <= KEY_INDENT && span_find(line, '`') == SPAN_NONE)
        hold(held, line);
    else
        push_frame(reading, line);
}

/* words = "dtrace: " (digits [kind] " drops" ... | anything) */
static void read_words(struct recorder *recorder, struct span words)
{
    struct span digits = span_before(words, ' ');
    int64_t drops;
    if (span_to_int64(digits, &drops) && span_find_text(words, " drops") != SPAN_NONE)
        recorder_lost(recorder, (uint64_t)drops);
    else
        recorder_skipped(recorder);
}

static int read_line(struct dtrace_reading *reading, uint64_t number, struct span line)
{
    struct stack *stack = &reading->stack;
    struct span text = span_trim(line);
    if (text.len == 0 || is_table_head(line) || is_probe(line))
        return 0;
    if (span_starts(line, "dtrace: ")) {
        read_words(stack->recorder, span_skip(line, 8));
        return 0;
    }
    if (span_is_digits(text) && reading->held.is)
        use_as_frame(reading);
    int count = stack_read_count(stack, reading->key, number, line);
    if (count)
        reading->key = FRAME_GAP;
    else
        read_frame(reading, line);
    return count < 0 ? -1 : 0;
}

static int dtrace_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct dtrace_options *dtrace = options;
    struct dtrace_reading reading = {.stack = {.recorder = recorder}, .offsets = dtrace->offsets,
                                     .key = FRAME_GAP};
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    if (reading.held.is)
        use_as_frame(&reading);
    stack_drop(&reading.stack, source->line, "a stack without a count");
    buffer_free(&reading.held.text);
    stack_free(&reading.stack);
    return result;
}

/* A block with a backtick (module`function) and a count is of no other format; one of mere addresses may be. */
static enum bid dtrace_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, ticked = false, addressed = false;
    struct span line;
    while (head_line(&head, cut, &line)) {
        struct span text = span_trim(line);
        if (is_table_head(line))
            return BID_CERTAIN;
        if (text.len == 0 || is_probe(line) || span_starts(line, "dtrace: "))
            continue;
        if (span_is_digits(text) && (ticked || addressed))
            return ticked ? BID_LIKELY : BID_MAYBE;
        if (!is_blank(line.data[0]))
            return BID_NO;
        ticked = ticked || span_find(text, '`') != SPAN_NONE;
        addressed = addressed ||
                    (span_starts(text, "0x") && span_find(text, ' ') == SPAN_NONE);
    }
    return BID_NO;
}

const struct reader dtrace_reader = {
    .name = "dtrace",
    .summary = "DTrace: aggregations by stack(), ustack(), jstack()",
    .options = dtrace_option_rows,
    .options_size = sizeof(struct dtrace_options),
    .records = RECORDS_COUNTS,
    .detect = dtrace_detect,
    .read = dtrace_read,
};
