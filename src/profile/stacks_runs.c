/* The runs of packed stacks. Stacks that come again after they were packed are in several of them: when the runs
 * have twice the bytes that they had when they were last merged, they are merged again. So memory follows
 * what is distinct, and a byte is merged twice on the average: a profile 30 times over takes two thirds of the
 * time, for there is less to settle, and a million distinct stacks a twentieth more. */
#include <string.h>

#include "flamectl/heap.h"
#include "flamectl/memory.h"
#include "stacks_pack.h"

static void add_run(struct stacks *stacks, struct stack_run run)
{
    run.bytes = memory_resize(run.bytes, run.len, 1);
    stacks->runs = memory_grow(stacks->runs, &stacks->run_capacity, stacks->run_count + 1,
                               sizeof *stacks->runs);
    stacks->runs[stacks->run_count++] = run;
    stacks->packed += run.len;
}

void stacks_scale_runs(struct stacks *stacks, int64_t factor)
{
    for (size_t i = 0; i < stacks->run_count; i++)
        stacks->runs[i].factor *= factor;
}

void stacks_drop_runs(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->run_count; i++)
        memory_free(stacks->runs[i].bytes);
    memory_free(stacks->runs);
    stacks->runs = NULL;
    stacks->run_count = stacks->run_capacity = 0;
    stacks->packed = 0;
}

struct run_cursor run_begin(const struct stack_run *run, const uint32_t *map)
{
    return (struct run_cursor){.run = run, .map = map, .at = run->bytes, .left = run->count};
}

bool run_next(struct run_cursor *cursor)
{
    if (cursor->left == 0)
        return false;
    cursor->left--;
    cursor->begin = cursor->at;
    packed_frames(&cursor->at, cursor->map, &cursor->stack);
    cursor->weights = cursor->at;
    for (unsigned c = 0; c < cursor->run->columns; c++)
        packed_number(&cursor->at);
    return true;
}

/* Frames are interned: those that are not the same differ in text. */
int run_compare(const void *left, const void *right, const void *frames)
{
    const struct packed_stack *a = &((const struct run_cursor *)left)->stack;
    const struct packed_stack *b = &((const struct run_cursor *)right)->stack;
    size_t least = a->depth < b->depth ? a->depth : b->depth, i = 0;
    while (i < least && a->frames[i] == b->frames[i])
        i++;
    if (i == least)
        return (a->depth > b->depth) - (a->depth < b->depth);
    return frame_compare(frames, a->frames[i], -1, b->frames[i], -1);
}

static void add_weights(const struct run_cursor *cursor, int64_t *weight)
{
    const unsigned char *at = cursor->weights;
    for (unsigned c = 0; c < cursor->run->columns; c++)
        weight[c] += (int64_t)packed_number(&at) * cursor->run->factor;
}

static bool same_stack(const struct packed_stack *a, const struct packed_stack *b)
{
    return a->depth == b->depth &&
           (a->depth == 0 || memcmp(a->frames, b->frames, a->depth * sizeof *a->frames) == 0);
}

/* A stack, and what it weighs in all runs so far. */
struct merging {
    struct stack_run run;
    struct packed_stack stack;
    int64_t *weight;
};

/* The stack of a cursor is the next one, unless it is the same. */
static void go_to(struct merging *merging, struct run_cursor *cursor, bool first)
{
    struct packed_stack kept = merging->stack;
    if (!first && same_stack(&kept, &cursor->stack))
        return;
    if (!first)
        run_add(&merging->run, &kept, merging->weight);
    merging->stack = cursor->stack;
    cursor->stack = kept; /* its room is used again */
    memset(merging->weight, 0, merging->run.columns * sizeof *merging->weight);
}

static struct stack_run merge(struct heap *heap, unsigned columns)
{
    struct merging merging = {
        .run = {.columns = columns, .factor = 1},
        .weight = memory_get(columns, sizeof *merging.weight),
    };
    for (bool first = true; heap->count; first = false) {
        struct run_cursor *cursor = heap->items[0];
        go_to(&merging, cursor, first);
        add_weights(cursor, merging.weight);
        if (run_next(cursor))
            heap_settle(heap);
        else
            heap_remove(heap);
    }
    run_add(&merging.run, &merging.stack, merging.weight);
    memory_free(merging.stack.frames);
    memory_free(merging.weight);
    return merging.run;
}

static void merge_runs(struct stacks *stacks)
{
    struct heap heap = {.compare = run_compare, .context = &stacks->frames};
    struct run_cursor *cursors = memory_get(stacks->run_count, sizeof *cursors);
    uint32_t *same = memory_get(stacks->frames.count, sizeof *same);
    for (uint32_t frame = 0; frame < stacks->frames.count; frame++)
        same[frame] = frame;
    for (size_t i = 0; i < stacks->run_count; i++) {
        cursors[i] = run_begin(&stacks->runs[i], same);
        if (run_next(&cursors[i]))
            heap_add(&heap, &cursors[i]);
    }
    struct stack_run run = merge(&heap, stacks->columns);
    for (size_t i = 0; i < stacks->run_count; i++)
        memory_free(cursors[i].stack.frames);
    memory_free(cursors);
    memory_free(same);
    heap_free(&heap);
    stacks_drop_runs(stacks);
    add_run(stacks, run);
}

void stacks_add_run(struct stacks *stacks, struct stack_run run)
{
    add_run(stacks, run);
    if (stacks->packed < stacks->most / 2 || stacks->packed / 2 < stacks->merged)
        return;
    merge_runs(stacks);
    stacks->merged = stacks->packed;
}
