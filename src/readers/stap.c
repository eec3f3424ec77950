/* SystemTap's print_stack() and print_ustack(), each followed by the count that the script prints: a frame a
 * line, leaf first.
 *
 *      0xffffffff8103ce3b : native_safe_halt+0xb/0x10 [kernel]
 *      0x401136 : main+0x10/0x30 [/usr/bin/my demo]
 *      0x7f0012345678 (inexact)
 *     TAB 2404
 *
 * Skipped: blank lines, and the module behind a name.
 *
 * The lesson: the module may hold any character, so that the name is what stands before the offset, not before
 * the last '+'. Written from the grammar of SystemTap 4's tapsets. */
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

struct stap_options {
    int offsets;
};

static const struct option stap_option_rows[] = {
    {.name = "offsets", .kind = OPTION_FLAG, .offset = offsetof(struct stap_options, offsets), .set = 1,
     .help = "keep the offsets in functions (+0xb) of callers"},
    {.name = NULL},
};

/* The length of "0x" and hexadecimal digits at the beginning, or 0. */
static size_t address_length(struct span s)
{
    size_t digits = span_starts(s, "0x") ? span_hex_digits(span_skip(s, 2)) : 0;
    return digits ? 2 + digits : 0;
}

/* Where "+0x" hex "/0x" hex begins, followed by a blank or nothing; SPAN_NONE: nowhere. *end: of "+0x" hex. */
static size_t find_offset(struct span s, size_t *end)
{
    size_t from = 0, at;
    while ((at = span_find_text(span_skip(s, from), "+0x")) != SPAN_NONE) {
        at += from;
        size_t offset = address_length(span_skip(s, at + 1));
        struct span size = span_skip(s, at + 1 + offset);
        size_t digits = address_length(span_skip(size, 1));
        struct span after = span_skip(size, 1 + digits);
        if (offset && span_starts(size, "/") && digits && (after.len == 0 || after.data[0] == ' ')) {
            *end = at + 1 + offset;
            return at;
        }
        from = at + 3;
    }
    return SPAN_NONE;
}

/* frame = {blank} address " : " name ["+0x" offset "/0x" size] [" [" module "]"] [" (inexact)"]
 *
 * A line without a name is a frame as it stands. */
static void push_frame(struct stack *stack, bool offsets, struct span line)
{
    struct span text = span_trim(line);
    size_t digits = address_length(text), end;
    if (digits && span_starts(span_skip(text, digits), " : ")) {
        struct span name = span_skip(text, digits + 3);
        size_t offset = find_offset(name, &end), module = span_find_text(name, " [");
        if (offset != SPAN_NONE)
            text = span_first(name, offsets && stack->frames.count ? end : offset);
        else
            text = span_ends(name, " (inexact)") ? span_first(name, name.len - 10) : name;
        if (offset == SPAN_NONE && span_ends(text, "]") && module != SPAN_NONE && module > 0)
            text = span_first(text, module);
    }
    stack_push(stack, text, FRAME_PLAIN);
}

static int stap_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct stap_options *stap = options;
    struct stack stack = {.recorder = recorder};
    struct span line;
    int count = 0;
    while (count >= 0 && source_line(source, &line)) {
        if (span_trim(line).len == 0)
            continue;
        count = stack_read_count(&stack, FRAME_GAP, source->line, line);
        if (count == 0 && span_starts(line, "WARNING: "))
            recorder_skipped(recorder);
        else if (count == 0)
            push_frame(&stack, stap->offsets, line);
    }
    stack_drop(&stack, source->line, "a stack without a count");
    stack_free(&stack);
    return count < 0 ? -1 : 0;
}

static enum bid stap_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, framed = false;
    struct span line;
    while (head_line(&head, cut, &line)) {
        struct span text = span_trim(line);
        size_t digits = address_length(text);
        if (digits && span_starts(span_skip(text, digits), " : "))
            framed = true;
        else if (framed && span_is_digits(text))
            return BID_CERTAIN;
    }
    return framed ? BID_MAYBE : BID_NO;
}

const struct reader stap_reader = {
    .name = "stap",
    .summary = "SystemTap: print_stack() and the count after it",
    .options = stap_option_rows,
    .options_size = sizeof(struct stap_options),
    .records = RECORDS_COUNTS,
    .detect = stap_detect,
    .read = stap_read,
};
