/* The rows above the present one, and filing what is theirs. Indentation is compared, never counted: a row
 * stands under the last one before it that is indented less. */
#include "outline.h"

#include "flamectl/memory.h"

void outline_free(struct outline *outline)
{
    stack_free(&outline->names);
    memory_free(outline->levels);
}

static uint32_t make_reversed(const struct outline *outline)
{
    uint32_t node = recorder_below(outline->names.recorder, FRAME_GAP);
    for (size_t i = outline->depth; i-- > 0;)
        node = profile_child(outline->names.recorder->profile, node, outline->levels[i].frame);
    return node;
}

uint32_t outline_node(struct outline *outline)
{
    if (outline->callers_below)
        return make_reversed(outline);
    struct profile *profile = outline->names.recorder->profile;
    uint32_t slice = outline->names.recorder->slice;
    size_t known = outline->slice == slice ? outline->depth : 0;
    outline->slice = slice;
    while (known && outline->levels[known - 1].node == PROFILE_NONE)
        known--;
    uint32_t node = known ? outline->levels[known - 1].node : recorder_below(outline->names.recorder, FRAME_GAP);
    for (size_t i = known; i < outline->depth; i++)
        node = outline->levels[i].node = profile_child(profile, node, outline->levels[i].frame);
    return node;
}

/* Files a weight at the last level. */
static int file_weight(struct outline *outline, int64_t weight)
{
    struct recorder *recorder = outline->names.recorder;
    if (weight <= 0)
        return 0;
    struct sample sample = {.event = outline->event, .time = TIME_NONE, .period = weight};
    if (outline->event.len && !recorder_begin(recorder, &sample))
        return 0;
    uint32_t node = outline_node(outline);
    if (outline->event.len)
        return recorder_add(recorder, node, &sample);
    bool whole = outline->places && weight % PROFILE_DECIMAL_SCALE == 0;
    return recorder_add_weight(recorder, node, recorder->column, whole ? weight / PROFILE_DECIMAL_SCALE : weight,
                               whole ? 0 : outline->places);
}

/* Leaves the levels that are indented as much as the row to come, or more. */
static int close_levels(struct outline *outline, size_t indent)
{
    int result = 0;
    while (result == 0 && outline->depth && outline->levels[outline->depth - 1].indent >= indent) {
        const struct outline_level *level = &outline->levels[outline->depth - 1];
        result = level->wanted ? file_weight(outline, level->left) : 0;
        outline->depth--;
    }
    return result;
}

static void push_level(struct outline *outline, struct outline_level level)
{
    outline->levels = memory_grow(outline->levels, &outline->capacity, outline->depth + 1,
                                  sizeof *outline->levels);
    outline->levels[outline->depth++] = level;
}

static int file_row(struct outline *outline, const struct outline_row *row, uint32_t frame)
{
    if (close_levels(outline, row->indent) < 0)
        return -1;
    if (outline->depth) {
        int64_t *left = &outline->levels[outline->depth - 1].left;
        *left = *left > INT64_MIN + row->total ? *left - row->total : INT64_MIN;
    }
    push_level(outline, (struct outline_level){row->indent, frame, PROFILE_NONE,
                                               row->tells_self ? 0 : row->total, row->wanted});
    if (outline->event.len == 0)
        recorder_count(outline->names.recorder);
    return row->tells_self ? file_weight(outline, row->self) : 0;
}

static int file_rows(struct outline *outline)
{
    struct frame_list *frames = &outline->names.frames;
    int result = 0;
    stack_settle(&outline->names);
    for (size_t i = 0; i < frames->count && result == 0; i++)
        result = file_row(outline, &outline->rows[i], frames->ids[i]);
    stack_clear(&outline->names);
    return result;
}

static int add_row(struct outline *outline, struct outline_row row, struct span name)
{
    struct frame_list *frames = &outline->names.frames;
    outline->rows[frames->count] = row;
    stack_push(&outline->names, name, FRAME_PLAIN);
    return frames->count == FRAME_AHEAD ? file_rows(outline) : 0;
}

int outline_self(struct outline *outline, size_t indent, struct span name, int64_t total, int64_t self)
{
    return add_row(outline, (struct outline_row){indent, total, self, true, true}, name);
}

int outline_total(struct outline *outline, size_t indent, struct span name, int64_t total, bool wanted)
{
    return add_row(outline, (struct outline_row){indent, total, 0, false, wanted}, name);
}

int outline_end(struct outline *outline)
{
    return file_rows(outline) < 0 ? -1 : close_levels(outline, 0);
}

void outline_enter(struct outline *outline, size_t indent, uint32_t frame)
{
    outline_leave(outline, indent);
    push_level(outline, (struct outline_level){indent, frame, PROFILE_NONE, 0, true});
}

void outline_leave(struct outline *outline, size_t indent)
{
    while (outline->depth && outline->levels[outline->depth - 1].indent >= indent)
        outline->depth--;
}
