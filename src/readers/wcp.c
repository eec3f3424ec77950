/* The report of wallClockProfiler (by gdb): its "Full stacks".
 *
 *     Full stacks:
 *
 *          99.791% ===================================== (17194 samples)
 *            1: poll__YNjd8   (at /srv/asyncloop.nim:343)
 *            2: main   (at /srv/main.c:10)
 *
 * Frames are leaf first, with their places. Skipped: what stands before.
 *
 * The lesson: a bar is as long as the percentage, so that it may be missing. Written from the grammar of the
 * program. */
#include "flamectl/reader.h"

#include "head.h"
#include "stack.h"

/* stack = blanks number "% " bar " (" digits " samples)" */
static bool parse_head(struct span line, int64_t *count)
{
    struct span s = span_trim(line);
    size_t percent = span_find(s, '%'), open = span_find_last(s, '(');
    int64_t ignored;
    if (percent == SPAN_NONE || open == SPAN_NONE || !span_ends(s, " samples)") ||
        !span_to_decimal(span_first(s, percent), 0, &ignored))
        return false;
    struct span digits = span_skip(s, open + 1);
    return span_to_int64(span_before(digits, ' '), count);
}

/* frame = blanks digits ": " text */
static bool parse_frame(struct span line, struct span *text)
{
    struct span s = span_trim(line);
    size_t colon = span_find(s, ':');
    if (colon == SPAN_NONE || !span_is_digits(span_first(s, colon)))
        return false;
    *text = span_skip(s, colon + 1);
    return true;
}

static int wcp_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct stack stack = {.recorder = recorder};
    struct span line, text;
    bool in_stacks = false;
    int64_t count = 0, next;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line)) {
        if (span_starts(line, "Full stacks")) {
            in_stacks = true;
        } else if (in_stacks && parse_head(line, &next)) {
            result = stack.frames.count ? stack_add_count(&stack, FRAME_GAP, count) : 0;
            count = next;
        } else if (in_stacks && parse_frame(line, &text)) {
            stack_push(&stack, text, FRAME_PLAIN);
        } else if (in_stacks && span_trim(line).len) {
            recorder_unusable(recorder, source->line, line, "not a line of a stack");
        }
    }
    if (result == 0 && stack.frames.count)
        result = stack_add_count(&stack, FRAME_GAP, count);
    recorder_unit(recorder, "samples");
    stack_free(&stack);
    return result;
}

static enum bid wcp_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, begun = false;
    struct span line;
    int64_t count;
    while (head_line(&head, cut, &line)) {
        if (begun && parse_head(line, &count))
            return BID_CERTAIN;
        begun = begun || span_starts(line, "Full stacks");
    }
    return BID_NO;
}

const struct reader wcp_reader = {
    .name = "wcp",
    .summary = "wallClockProfiler",
    .records = RECORDS_COUNTS,
    .detect = wcp_detect,
    .read = wcp_read,
};
