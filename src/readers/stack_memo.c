/* A memo of stacks needs no bound: it holds less than the profile does. */
#include "stack_memo.h"

void stack_memo_init(struct stack_memo *memo, struct profile *profile)
{
    *memo = (struct stack_memo){.profile = profile};
    if (profile->order == PROFILE_BY_NAME && !profile->paths)
        memo->index = index_make();
}

void stack_memo_free(struct stack_memo *memo)
{
    index_free(memo->index);
    memory_free(memo->path);
}

/* Whether the stack of this node is the list. The root's frame is no frame of a list, so that a walk up cannot pass
 * it. */
static bool is_stack_of(const struct profile *profile, uint32_t node, const struct frame_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (profile->nodes[node].frame != list->ids[i])
            return false;
        node = profile->nodes[node].parent;
    }
    return node == PROFILE_ROOT;
}

/* The node of the stack's next frame: that of the last new stack as long as they are the same. */
static uint32_t make_step(struct stack_memo *memo, size_t depth, uint32_t parent, uint32_t frame)
{
    if (depth < memo->depth && memo->path[depth].frame == frame)
        return memo->path[depth].node;
    memo->path = memory_grow(memo->path, &memo->capacity, depth + 1, sizeof *memo->path);
    memo->path[depth] = (struct stack_step){frame, profile_child(memo->profile, parent, frame)};
    memo->depth = depth + 1;
    return memo->path[depth].node;
}

static uint32_t make_stack(struct stack_memo *memo, const struct frame_list *list)
{
    uint32_t node = PROFILE_ROOT;
    size_t depth = 0;
    for (size_t i = list->count; i-- > 0;)
        node = make_step(memo, depth++, node, list->ids[i]);
    memo->depth = depth;
    return node;
}

uint32_t stack_memo_node(struct stack_memo *memo, const struct frame_list *list)
{
    if (!memo->index)
        return make_stack(memo, list);
    struct span ids = span_make((const char *)list->ids, list->count * sizeof *list->ids);
    uint64_t hash = hash_bytes(memo->profile->frames.seed, ids);
    uint32_t node, at = index_begin(memo->index, hash);
    while ((node = index_next(memo->index, hash, &at)) != INDEX_NONE)
        if (is_stack_of(memo->profile, node, list))
            return node;
    node = make_stack(memo, list);
    index_add(memo->index, hash, node);
    return node;
}
