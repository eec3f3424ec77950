/* In drawing order what is below a node is a run of ids right behind it: its weight is the
 * difference of two sums from the left, and a node without its own function above it is one behind
 * the end of that function's last such run. */
#include "flamectl/profile_functions.h"

#include <assert.h>

#include "flamectl/memory.h"

/* By node: the end of what is below it (the first id that is not). */
static uint32_t *find_ends(const struct profile *profile)
{
    uint32_t *end = memory_get(profile->count, sizeof *end);
    for (uint32_t node = 0; node < profile->count; node++)
        end[node] = node + 1;
    for (uint32_t node = profile->count; node-- > 1;) {
        uint32_t parent = profile->nodes[node].parent;
        if (end[node] > end[parent])
            end[parent] = end[node];
    }
    return end;
}

/* 0 for nodes that are no outermost call of their function. */
static void keep_outermost(const struct profile *profile, uint32_t *end)
{
    uint32_t *until = memory_zero(profile->frames.count, sizeof *until); /* by frame */
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t frame = profile->nodes[node].frame;
        if (frame == FRAME_GAP || node < until[frame])
            end[node] = 0;
        else
            until[frame] = end[node];
    }
    memory_free(until);
}

/* The frame that a node's own weight is for, or FRAME_GAP. */
static uint32_t own_frame(const struct profile *profile, uint32_t node)
{
    const struct profile_node *at = &profile->nodes[node];
    if (at->frame != FRAME_GAP || node == PROFILE_ROOT)
        return at->frame;
    return profile->nodes[at->parent].frame;
}

/* Adds a column up by frame. before: scratch, an item more than nodes. */
static void add_up(const struct profile *profile, const int64_t *column, const uint32_t *end,
                   int64_t *before, int64_t *self, int64_t *total)
{
    before[0] = 0;
    for (uint32_t node = 0; node < profile->count; node++)
        before[node + 1] = before[node] + column[node];
    for (uint32_t node = 0; node < profile->count; node++) {
        if (end[node])
            total[profile->nodes[node].frame] += before[end[node]] - before[node];
        uint32_t frame = column[node] ? own_frame(profile, node) : FRAME_GAP;
        if (frame != FRAME_GAP)
            self[frame] += column[node];
    }
}

static int64_t **make_columns(unsigned columns)
{
    return memory_zero(columns, sizeof(int64_t *));
}

void profile_functions_init(struct profile_functions *functions, const struct profile *profile)
{
    uint32_t count = profile->frames.count;
    unsigned columns = profile->columns;
    assert(profile->sorted);
    *functions = (struct profile_functions){
        .count = count,
        .columns = columns,
        .self = make_columns(columns),
        .total = make_columns(columns),
        .self_samples = make_columns(columns),
        .total_samples = make_columns(columns),
    };
    uint32_t *end = find_ends(profile);
    int64_t *before = memory_get((size_t)profile->count + 1, sizeof *before);
    keep_outermost(profile, end);
    for (unsigned c = 0; c < columns; c++) {
        functions->self[c] = memory_zero(count, sizeof(int64_t));
        functions->total[c] = memory_zero(count, sizeof(int64_t));
        add_up(profile, profile->self[c], end, before, functions->self[c], functions->total[c]);
        if (!profile_knows_samples(profile, c))
            continue;
        functions->self_samples[c] = memory_zero(count, sizeof(int64_t));
        functions->total_samples[c] = memory_zero(count, sizeof(int64_t));
        add_up(profile, profile->samples[c], end, before, functions->self_samples[c],
               functions->total_samples[c]);
    }
    memory_free(before);
    memory_free(end);
}

static void free_columns(int64_t **columns, unsigned count)
{
    for (unsigned c = 0; c < count; c++)
        memory_free(columns[c]);
    memory_free(columns);
}

void profile_functions_free(struct profile_functions *functions)
{
    free_columns(functions->self, functions->columns);
    free_columns(functions->total, functions->columns);
    free_columns(functions->self_samples, functions->columns);
    free_columns(functions->total_samples, functions->columns);
}
