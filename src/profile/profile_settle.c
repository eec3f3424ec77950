/* From packed stacks to the call tree.
 *
 * The runs are merged in order of their texts, which has all stacks below a frame side by side; drawing
 * order (profile_sort.h) differs from that only between siblings of which one's name begins the
 * other's, "read" and "read.part": an inner frame then stands where its name and ';' stand. So when
 * all below a frame is known, its children are put right, as lists of stacks; then the nodes are made in
 * order, each once, and nothing is looked up. */
#include <stdlib.h>

#include "flamectl/heap.h"
#include "flamectl/memory.h"
#include "flamectl/profile_stacks.h"
#include "stacks_pack.h"

/* A stack in a run, and the one that is drawn after it. */
struct packed {
    const unsigned char *at;
    uint32_t cursor, next;
};

#define NO_STACK UINT32_MAX

/* The stacks of a node and all below it, as a list in drawing order. */
struct block {
    uint32_t frame, first, last;
    bool has_self;
};

/* A node of the present path. */
struct step {
    struct block block; /* as far as it is known: its own stack */
    size_t children;    /* where its children's blocks begin */
    bool reversed;      /* they are to be sorted */
};

struct settling {
    struct profile *profile;
    bool fresh; /* its tree was empty */
    uint32_t **maps;
    struct run_cursor *cursors;
    size_t cursor_count;
    struct packed *stacks;
    size_t count;
    struct step *path; /* path[0] is the root */
    size_t depth, path_capacity;
    uint32_t nodes;       /* that the tree will have */
    struct block *blocks; /* of closed children of the path's nodes, deepest last */
    size_t block_count, block_capacity;
};

static int compare_blocks(const struct frame_table *frames, const struct block *a,
                          const struct block *b)
{
    return frame_compare(frames, a->frame, a->has_self ? ' ' : ';', b->frame,
                         b->has_self ? ' ' : ';');
}

/* Most names do not begin with the one before: a look at two bytes tells. */
static bool are_reversed(const struct frame_table *frames, const struct block *before,
                         const struct block *after)
{
    struct span a = frames->frames[before->frame].name, b = frames->frames[after->frame].name;
    size_t last = a.len < b.len ? a.len : b.len;
    if (last && a.data[last - 1] != b.data[last - 1])
        return false;
    return compare_blocks(frames, before, after) > 0;
}

/* Puts a block's list behind another's. */
static void append(struct settling *settling, struct block *block, const struct block *more)
{
    if (block->first == NO_STACK)
        block->first = more->first;
    else
        settling->stacks[block->last].next = more->first;
    block->last = more->last;
}

/* Insertion: a block passes none but those whose names begin with its own. */
static void sort_blocks(const struct frame_table *frames, struct block *blocks, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct block block = blocks[i];
        size_t j = i;
        for (; j && compare_blocks(frames, &blocks[j - 1], &block) > 0; j--)
            blocks[j] = blocks[j - 1];
        blocks[j] = block;
    }
}

static void open_step(struct settling *settling, uint32_t frame)
{
    settling->path = memory_grow(settling->path, &settling->path_capacity, settling->depth + 1,
                                 sizeof *settling->path);
    settling->path[settling->depth++] = (struct step){
        .block = {frame, NO_STACK, NO_STACK, false},
        .children = settling->block_count,
    };
    settling->nodes++;
}

/* All of its children are closed: their lists are put behind its own. */
static void join_children(struct settling *settling, struct step *step)
{
    struct block *children = settling->blocks + step->children;
    size_t count = settling->block_count - step->children;
    if (step->reversed)
        sort_blocks(&settling->profile->frames, children, count);
    for (size_t i = 0; i < count; i++)
        append(settling, &step->block, &children[i]);
    settling->block_count = step->children;
}

static void close_step(struct settling *settling)
{
    struct step *step = &settling->path[--settling->depth], *parent = step - 1;
    join_children(settling, step);
    size_t count = settling->block_count;
    if (count > parent->children &&
        are_reversed(&settling->profile->frames, &settling->blocks[count - 1], &step->block))
        parent->reversed = true;
    settling->blocks =
        memory_grow(settling->blocks, &settling->block_capacity, count + 1, sizeof step->block);
    settling->blocks[settling->block_count++] = step->block;
}

/* Goes to the node of a stack, and files the stack there. */
static void file_stack(struct settling *settling, const struct run_cursor *cursor)
{
    const struct packed_stack *stack = &cursor->stack;
    size_t depth = 0;
    while (depth < stack->depth && depth + 1 < settling->depth &&
           settling->path[depth + 1].block.frame == stack->frames[depth])
        depth++;
    while (settling->depth > depth + 1)
        close_step(settling);
    for (; depth < stack->depth; depth++)
        open_step(settling, stack->frames[depth]);
    uint32_t id = (uint32_t)settling->count++;
    settling->stacks[id] =
        (struct packed){cursor->begin, (uint32_t)(cursor - settling->cursors), NO_STACK};
    struct block *own = &settling->path[settling->depth - 1].block;
    append(settling, own, &(struct block){.first = id, .last = id});
    own->has_self = true;
}

/* Links all stacks in drawing order; returns the first. */
static uint32_t link_stacks(struct settling *settling)
{
    struct heap heap = {.compare = run_compare, .context = &settling->profile->frames};
    size_t total = 0;
    for (size_t i = 0; i < settling->cursor_count; i++) {
        total += settling->cursors[i].left;
        if (run_next(&settling->cursors[i]))
            heap_add(&heap, &settling->cursors[i]);
    }
    if (total >= NO_STACK)
        memory_exhausted();
    settling->stacks = memory_get(total, sizeof *settling->stacks);
    open_step(settling, FRAME_GAP);
    while (heap.count) {
        struct run_cursor *cursor = heap.items[0];
        file_stack(settling, cursor);
        if (run_next(cursor))
            heap_settle(&heap);
        else
            heap_remove(&heap);
    }
    heap_free(&heap);
    while (settling->depth > 1)
        close_step(settling);
    join_children(settling, &settling->path[0]);
    return settling->path[0].block.first;
}

static uint32_t *map_frames(const struct frame_table *from, struct frame_table *into)
{
    uint32_t *map = memory_get(from->count, sizeof *map);
    for (uint32_t id = 0; id < from->count; id++)
        map[id] = frame_intern(into, from->frames[id].name, from->frames[id].kind);
    return map;
}

static void begin_cursors(struct settling *settling)
{
    struct profile *profile = settling->profile;
    size_t runs = 0;
    for (size_t i = 0; i < profile->stacks_count; i++)
        runs += profile->stacks[i]->run_count;
    settling->cursors = memory_zero(runs, sizeof *settling->cursors);
    settling->maps = memory_get(profile->stacks_count, sizeof(uint32_t *));
    for (size_t i = 0; i < profile->stacks_count; i++) {
        const struct stacks *stacks = profile->stacks[i];
        settling->maps[i] = map_frames(&stacks->frames, &profile->frames);
        for (size_t r = 0; r < stacks->run_count; r++)
            settling->cursors[settling->cursor_count++] = run_begin(&stacks->runs[r], settling->maps[i]);
    }
}

/* Where samples are known of gathered stacks, they are what their weights count. */
static void add_weight(struct profile *profile, uint32_t node, unsigned column, int64_t weight)
{
    profile->self[column][node] += weight;
    if (!profile_knows_samples(profile, column))
        return;
    profile->samples[column][node] += weight / profile->scale;
    profile->grand_samples[column] += weight / profile->scale;
}

/* The frames and nodes of the stack added last. */
struct tree_path {
    uint32_t *frame, *node;
    size_t depth, frame_capacity, node_capacity;
};

static void add_stack(struct settling *settling, struct tree_path *path, struct run_cursor *cursor,
                      const unsigned char *at)
{
    struct profile *profile = settling->profile;
    struct packed_stack *stack = &cursor->stack;
    size_t depth = 0;
    packed_frames(&at, cursor->map, stack);
    path->frame = memory_grow(path->frame, &path->frame_capacity, stack->depth, sizeof *path->frame);
    path->node = memory_grow(path->node, &path->node_capacity, stack->depth, sizeof *path->node);
    while (depth < stack->depth && depth < path->depth && stack->frames[depth] == path->frame[depth])
        depth++;
    uint32_t node = depth ? path->node[depth - 1] : PROFILE_ROOT;
    for (; depth < stack->depth; depth++) {
        uint32_t frame = path->frame[depth] = stack->frames[depth];
        node = settling->fresh ? profile_append(profile, node, frame)
                               : profile_child(profile, node, frame);
        path->node[depth] = node;
    }
    path->depth = stack->depth;
    for (unsigned c = 0; c < cursor->run->columns; c++)
        add_weight(profile, node, c, (int64_t)packed_number(&at) * cursor->run->factor);
}

/* In drawing order where the tree was empty, else as they come. */
static void add_stacks(struct settling *settling)
{
    struct tree_path path = {0};
    if (settling->fresh) {
        uint32_t next = link_stacks(settling);
        profile_reserve(settling->profile, settling->nodes);
        for (; next != NO_STACK; next = settling->stacks[next].next) {
            const struct packed *stack = &settling->stacks[next];
            add_stack(settling, &path, &settling->cursors[stack->cursor], stack->at);
        }
    } else {
        for (size_t i = 0; i < settling->cursor_count; i++)
            while (run_next(&settling->cursors[i]))
                add_stack(settling, &path, &settling->cursors[i], settling->cursors[i].begin);
    }
    memory_free(path.frame);
    memory_free(path.node);
}

static void free_settling(struct settling *settling)
{
    for (size_t i = 0; i < settling->cursor_count; i++)
        memory_free(settling->cursors[i].stack.frames);
    for (size_t i = 0; i < settling->profile->stacks_count; i++)
        memory_free(settling->maps[i]);
    memory_free(settling->maps);
    memory_free(settling->cursors);
    memory_free(settling->stacks);
    memory_free(settling->path);
    memory_free(settling->blocks);
}

void profile_settle(struct profile *profile)
{
    struct settling settling = {.profile = profile, .fresh = profile->count == 1};
    for (size_t i = 0; i < profile->stacks_count; i++)
        stacks_seal(profile->stacks[i]);
    memory_give_back(); /* of the texts: the tree's arrays are mappings of their own */
    begin_cursors(&settling);
    add_stacks(&settling);
    free_settling(&settling);
    profile_drop_stacks(profile);
    memory_give_back();
    profile->sorted = settling.fresh;
}
