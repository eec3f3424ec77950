/* Folded (collapsed) text, the common currency of flame graphs: a line a stack, frames joined by
 * ';' with the root first, a blank, and the count.
 *
 *     main;parse;read_file 37
 *     main;parse 2.5
 *     main;gone 10 0
 *
 * Written by the stackcollapse scripts, bcc, async-profiler, py-spy, rbspy and many more; two
 * counts a line, before and after, by difffolded.pl. Empty lines and comments ("# ...") are
 * skipped.
 *
 * The lesson: a frame may itself end in a number ("thread 12 5"), so whether lines carry one count
 * or two cannot be told from a line. It is decided once, for the whole file. */
#include "flamectl/memory.h"
#include "flamectl/profile_stacks.h"

#include "flamectl/reader.h"

#include "head.h"

enum columns_option { COLUMNS_DEFAULT, COLUMNS_AUTO, COLUMNS_1, COLUMNS_2 };

struct folded_options {
    int columns; /* enum columns_option */
};

static const struct option folded_option_rows[] = {
    {.name = "columns", .kind = OPTION_CHOICE, .offset = offsetof(struct folded_options, columns),
     .value = "auto|1|2",
     .help = "counts a line: one, or before and after (default: as most lines have)"},
    {.name = NULL},
};

/* Lines of the head that detection looks at; how many of them in a hundred must be a stack and a count, where
 * more than one is not. */
#define JUDGED_LINES 20
#define JUDGED_PERCENT 80

/* Of the lines with a count, how many in a hundred have two where the file has two columns. */
#define TWO_COLUMNS_PERCENT 95

/* A frame of a stack: where its text ends, and its node. */
struct step {
    size_t end;
    uint32_t node;
};

/* The file being read. */
struct folding {
    struct recorder *recorder;
    struct stacks *gathering; /* where stacks are gathered, or NULL: into the tree at once */
    uint32_t next;            /* the row behind the last line's */
    bool in_order;            /* the last line's was the one behind the line's before it */
    struct step *path; /* the last stack's frames, root first */
    size_t depth, path_capacity;
    char *last; /* the last stack's text */
    size_t last_len, last_capacity;
    char *text; /* scratch: a stack with its TABs replaced */
    size_t text_capacity;
};

/* A count in units of 10^-places. */
struct count {
    int64_t value;
    unsigned places;
};

static bool is_silent(struct span line)
{
    return line.len == 0 || (line.data[0] == '#' && (line.len == 1 || is_blank(line.data[1])));
}

/* line = stack count [count]; count = blank digits ["." {digit}]
 *
 * Takes the last count, with its one blank, off the line. */
static bool take_count(struct span *line, struct span *count)
{
    size_t start = line->len, points = 0;
    for (; start && (is_digit(line->data[start - 1]) || line->data[start - 1] == '.'); start--)
        points += line->data[start - 1] == '.';
    *count = span_skip(*line, start);
    if (count->len == 0 || points > 1 || count->data[0] == '.')
        return false;
    if (start == 0 || !is_blank(line->data[start - 1]))
        return false;
    *line = span_first(*line, start - 1);
    return true;
}

/* metrics = time "," ("0" | "1") "," ["-"] memory
 *
 * What `austin -f` has for a count, of which the time counts. */
static bool take_metrics(struct span *line, struct span *count)
{
    size_t blank = span_find_last(*line, ' ');
    if (blank == SPAN_NONE)
        return false;
    struct span text = span_skip(*line, blank + 1);
    struct span time = span_before(text, ','), rest = span_skip(text, time.len);
    if (!span_starts(rest, ",0,") && !span_starts(rest, ",1,"))
        return false;
    rest = span_skip(rest, 3);
    if (!span_is_digits(time) || !span_is_digits(span_skip(rest, span_starts(rest, "-"))))
        return false;
    *count = time;
    *line = span_first(*line, blank);
    return true;
}

/* Six decimals are kept, the sixth rounded half up. False where the count is too large. */
static bool parse_count(struct span text, struct count *count)
{
    size_t point = span_find(text, '.');
    struct span decimals = point == SPAN_NONE ? span_make(NULL, 0) : span_skip(text, point + 1);
    int64_t fraction = 0;
    for (size_t i = 0; i < PROFILE_DECIMAL_PLACES; i++)
        fraction = fraction * 10 + (i < decimals.len ? decimals.data[i] - '0' : 0);
    if (decimals.len > PROFILE_DECIMAL_PLACES && decimals.data[PROFILE_DECIMAL_PLACES] >= '5')
        fraction++;
    if (!span_to_int64(span_first(text, point), &count->value))
        return false;
    count->places = fraction ? PROFILE_DECIMAL_PLACES : 0;
    if (!fraction)
        return true;
    if (count->value > (INT64_MAX - fraction) / PROFILE_DECIMAL_SCALE)
        return false;
    count->value = count->value * PROFILE_DECIMAL_SCALE + fraction;
    return true;
}

/* Much text has lines that end in a number. Where no stack has a ';', each must be what may be the name of a
 * function: it is no number or date, has no blank at either end (columns), none of ":,=" at its end
 * ("MemFree: 12"), and no third count after it. */
static bool is_name(struct span stack)
{
    struct span count;
    if (take_count(&stack, &count) && take_count(&stack, &count))
        return false;
    if (stack.len == 0 || is_blank(stack.data[0]) || strchr(" \t:,=", stack.data[stack.len - 1]))
        return false;
    for (size_t i = 0; i < stack.len; i++)
        if (!is_digit(stack.data[i]) && !strchr(" \t.,:/+-", stack.data[i]))
            return true;
    return false;
}

static enum bid folded_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, nested = false;
    struct span rest = head, line, count;
    size_t judged = 0, good = 0, named = 0;
    while (judged < JUDGED_LINES && head_line(&rest, cut, &line)) {
        if (is_silent(line))
            continue;
        bool counted = take_count(&line, &count) || take_metrics(&line, &count);
        if (counted && line.len == 0) /* weight of no frame, or a mere number */
            continue;
        judged++;
        good += counted;
        named += counted && is_name(line);
        nested = nested || (counted && span_find(line, ';') != SPAN_NONE);
    }
    good = nested ? good : named;
    if (judged == 0) /* perhaps one very deep stack */
        return cut && span_find(rest, ';') != SPAN_NONE && span_find(rest, '\0') == SPAN_NONE
                   ? BID_MAYBE
                   : BID_NO;
    bool one_bad = nested && judged - good == 1;
    if (good * 100 < judged * JUDGED_PERCENT && !one_bad)
        return BID_NO;
    return good == judged && nested ? BID_LIKELY : BID_MAYBE;
}

/* How many counts a line has, or 0 where the head does not say. */
static unsigned judge_columns(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD;
    size_t counted = 0, two = 0;
    struct span line, count;
    while (head_line(&head, cut, &line)) {
        if (is_silent(line) || !take_count(&line, &count))
            continue;
        counted++;
        two += take_count(&line, &count);
    }
    if (counted == 0)
        return 0;
    return two * 100 >= counted * TWO_COLUMNS_PERCENT ? 2 : 1;
}

/* Whether the columns of this file go with what is read already. */
static int set_columns(struct folding *folding, unsigned columns)
{
    struct recorder *recorder = folding->recorder;
    struct profile *profile = recorder->profile;
    bool first = profile_is_empty(profile);
    const char *why = NULL;
    recorder->columns = columns;
    if (columns == 2 && recorder->comparing)
        why = "this has two counts a line, before and after: a diff already (render draws it)";
    else if (columns == 2 && !first && profile->columns == 1)
        why = "this has two counts a line, before and after, and the input before it has one";
    else if (columns == 1 && !first && profile->columns == 2 && !recorder->comparing)
        why = "this has one count a line, and the input before it has two";
    if (why) {
        diag_error(recorder->diag, recorder->file, 0, "%s", why);
        return -1;
    }
    if (columns == 2)
        profile_set_columns(profile, 2);
    return 0;
}

/* A TAB in a name becomes a blank, and so does a CR. */
static struct span replace_tabs(struct folding *folding, struct span stack)
{
    if (span_find(stack, '\t') == SPAN_NONE && span_find(stack, '\r') == SPAN_NONE)
        return stack;
    folding->text = memory_grow(folding->text, &folding->text_capacity, stack.len, 1);
    for (size_t i = 0; i < stack.len; i++)
        folding->text[i] = stack.data[i] == '\t' || stack.data[i] == '\r' ? ' ' : stack.data[i];
    return span_make(folding->text, stack.len);
}

/* How many of the last stack's frames begin this one, too: lines are mostly sorted. */
static size_t shared_frames(const struct folding *folding, struct span stack)
{
    const struct span last = {folding->last, folding->last_len};
    size_t common = span_common(stack, last);
    size_t shared = stack.len ? folding->depth : 0; /* no text is the root, not a frame */
    while (shared && folding->path[shared - 1].end > common)
        shared--;
    if (shared && folding->path[shared - 1].end == common && common < stack.len && stack.data[common] != ';')
        shared--;
    return shared;
}

/* stack = [frame {";" frame}] {";"}
 *
 * A frame may be empty, but for those at the end: as flamegraph.pl has it. */
static uint32_t file_stack(struct folding *folding, struct span stack)
{
    struct recorder *recorder = folding->recorder;
    struct profile *profile = recorder->profile;
    stack = replace_tabs(folding, stack);
    while (span_ends(stack, ";"))
        stack.len--;
    size_t depth = shared_frames(folding, stack);
    size_t at = depth ? folding->path[depth - 1].end + 1 : 0;
    uint32_t node = depth ? folding->path[depth - 1].node : PROFILE_ROOT;
    while (at < stack.len) {
        struct span rest = span_skip(stack, at), name = span_before(rest, ';');
        uint32_t frame = depth ? frame_intern(&profile->frames, name, FRAME_PLAIN)
                               : recorder_root_frame(recorder, name, FRAME_PLAIN);
        node = profile_child(profile, node, frame);
        folding->path = memory_grow(folding->path, &folding->path_capacity, depth + 1,
                                    sizeof *folding->path);
        folding->path[depth++] = (struct step){at + name.len, node};
        at += name.len + 1;
    }
    folding->depth = depth;
    folding->last = memory_grow(folding->last, &folding->last_capacity, stack.len + 1, 1);
    memcpy(folding->last, stack.data, stack.len);
    folding->last_len = stack.len;
    return node;
}

/* What parts frames at the wrong place is mended where a stack is new; one that needs it is new each time
 * it comes. */
static uint32_t find_stack(struct folding *folding, struct span stack)
{
    struct stacks *gathering = folding->gathering;
    uint64_t hash = hash_bytes(gathering->seed, stack);
    uint32_t row = stacks_find(gathering, stack, hash);
    if (row != STACKS_NONE)
        return row;
    struct span clean = replace_tabs(folding, stack);
    while (span_ends(clean, ";"))
        clean.len--;
    hash = hash_bytes(gathering->seed, clean);
    if (clean.data != stack.data || clean.len != stack.len)
        row = stacks_find(gathering, clean, hash);
    return row != STACKS_NONE ? row : stacks_add(gathering, clean, hash);
}

/* Files that are merged mostly have the same stacks in the same order. */
static uint32_t gather_stack(struct folding *folding, struct span stack)
{
    uint32_t row = folding->next;
    if (!folding->in_order || !stacks_has(folding->gathering, row, stack))
        row = find_stack(folding, stack);
    folding->in_order = row == folding->next;
    folding->next = row + 1;
    return row;
}

static int add_count(struct folding *folding, uint32_t place, unsigned column, struct count count)
{
    struct recorder *recorder = folding->recorder;
    if (folding->gathering)
        return recorder_add_stack(recorder, place, column, count.value, count.places);
    return recorder_add_weight(recorder, place, column, count.value, count.places);
}

/* A line is one sample, whatever its columns; without weight it adds no stack. */
static int file_counts(struct folding *folding, struct span stack, const struct count *counts)
{
    struct recorder *recorder = folding->recorder;
    unsigned first = recorder->columns == 1 ? recorder->column : 0;
    uint32_t place = PROFILE_NONE; /* node or row */
    recorder_count(recorder);
    for (unsigned i = 0; i < recorder->columns; i++) {
        if (counts[i].value == 0)
            continue;
        if (place == PROFILE_NONE)
            place = folding->gathering ? gather_stack(folding, stack) : file_stack(folding, stack);
        if (add_count(folding, place, first + i, counts[i]) < 0)
            return -1;
    }
    return 0;
}

static int read_line(struct folding *folding, uint64_t number, struct span line)
{
    struct recorder *recorder = folding->recorder;
    struct span stack = span_trim_right(line), text;
    struct count counts[2];
    if (is_silent(stack))
        return 0;
    if (!take_count(&stack, &text) && !take_metrics(&stack, &text)) {
        recorder_unusable(recorder, number, line, "no count at the end");
        return 0;
    }
    struct span rest = stack, other;
    if (!recorder->columns && set_columns(folding, take_count(&rest, &other) ? 2 : 1) < 0)
        return -1;
    for (unsigned i = recorder->columns; i-- > 0;) {
        if (!parse_count(text, &counts[i])) {
            recorder_unusable(recorder, number, line, "the count is too large");
            return 0;
        }
        if (i && !take_count(&stack, &text)) {
            recorder_unusable(recorder, number, line, "one count where the file has two a line");
            return 0;
        }
    }
    return file_counts(folding, stack, counts);
}

static int folded_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct folded_options *folded = options;
    struct folding folding = {.recorder = recorder};
    if (!recorder->options->group_threads)
        folding.gathering = profile_gathering(recorder->profile);
    unsigned columns = folded->columns == COLUMNS_1   ? 1
                       : folded->columns == COLUMNS_2 ? 2
                                                      : judge_columns(source_head(source));
    if (recorder->columns)
        columns = 0; /* decided by a part of the input read before */
    int result = columns ? set_columns(&folding, columns) : 0;
    struct span line;
    while (result == 0 && source_line(source, &line))
        result = read_line(&folding, source->line, line);
    memory_free(folding.path);
    memory_free(folding.last);
    memory_free(folding.text);
    return result;
}

/* Lines stand for themselves. */
static size_t folded_cut(struct span block)
{
    size_t end = span_find_last(block, '\n');
    return end == SPAN_NONE ? 0 : end + 1;
}

const struct reader folded_reader = {
    .name = "folded",
    .summary = "folded text: a line a stack, frames joined by ';', then the count",
    .options = folded_option_rows,
    .options_size = sizeof(struct folded_options),
    .records = RECORDS_ROOTS | RECORDS_COUNTS,
    .detect = folded_detect,
    .cut = folded_cut,
    .read = folded_read,
};
