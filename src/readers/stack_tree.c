/* Filing stacks of an input's own call tree. A node that comes again is not walked again: by name, it is
 * remembered where it was filed, be it under several threads; by time, that counts only while it is on the path filed
 * last. */
#include "stack_tree.h"

#include "flamectl/memory.h"

void stack_tree_free(struct stack_tree *tree)
{
    memory_free(tree->nodes);
    memory_free(tree->path);
    pair_memo_free(&tree->others);
    *tree = (struct stack_tree){0};
}

uint32_t stack_tree_add(struct stack_tree *tree, uint32_t parent, uint32_t frame)
{
    if (tree->count == STACK_NONE - 1)
        memory_exhausted();
    tree->nodes = memory_grow(tree->nodes, &tree->capacity, (size_t)tree->count + 1, sizeof *tree->nodes);
    uint32_t depth = parent < tree->count ? tree->nodes[parent].depth + 1 : 0;
    tree->nodes[tree->count] = (struct stack_node){parent, frame, depth, PROFILE_NONE, PROFILE_NONE};
    return tree->count++;
}

/* The node that a walk up from `node` comes to: one that an earlier walk was at, or none, or one that this
 * walk was at. */
static uint32_t walk_up(const struct stack_tree *tree, uint32_t *walk, uint32_t node, uint32_t number)
{
    uint32_t last = STACK_NONE;
    while (node < tree->count && walk[node] == 0) {
        walk[node] = number;
        last = node;
        node = tree->nodes[node].parent;
    }
    return node < tree->count && walk[node] == number ? last : STACK_NONE;
}

static void set_depth(struct stack_tree *tree, uint32_t *chain, uint32_t node)
{
    uint32_t length = 0, depth = 0;
    for (; node < tree->count; node = tree->nodes[node].parent) {
        if (tree->nodes[node].depth != UINT32_MAX) {
            depth = tree->nodes[node].depth + 1;
            break;
        }
        chain[length++] = node;
    }
    while (length)
        tree->nodes[chain[--length]].depth = depth++;
}

uint32_t stack_tree_settle(struct stack_tree *tree)
{
    uint32_t *walk = memory_zero((size_t)tree->count + 1, sizeof *walk), cuts = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t closes = walk_up(tree, walk, i, i + 1);
        tree->nodes[i].depth = UINT32_MAX;
        if (closes == STACK_NONE)
            continue;
        tree->nodes[closes].parent = STACK_NONE;
        cuts++;
    }
    for (uint32_t i = 0; i < tree->count; i++)
        set_depth(tree, walk, i);
    memory_free(walk);
    return cuts;
}

/* Where a node was filed before is remembered of one level in so many: walks end there, and most nodes of
 * deep trees are filed once under each thread. */
#define LEVELS_EACH 16

static bool is_filed(const struct stack_tree *tree, const struct profile *profile, uint32_t below,
                     uint32_t node, uint32_t *filed)
{
    const struct stack_node *at = &tree->nodes[node];
    *filed = at->filed;
    if (profile->order == PROFILE_BY_TIME)
        return at->below == below && at->depth < tree->depth && tree->path[at->depth] == node;
    return at->below == below ||
           (at->depth % LEVELS_EACH == 0 && pair_memo_find(&tree->others, node, below, filed));
}

static void set_filed(struct stack_tree *tree, const struct profile *profile, uint32_t node, uint32_t below,
                      uint32_t filed)
{
    struct stack_node *at = &tree->nodes[node];
    bool remembered = at->depth % LEVELS_EACH == 0;
    if (remembered && profile->order == PROFILE_BY_NAME && at->below != PROFILE_NONE)
        pair_memo_add(&tree->others, (struct pair){node, at->below, at->filed});
    at->below = below;
    at->filed = filed;
}

uint32_t stack_tree_file(struct stack_tree *tree, struct profile *profile, uint32_t below, uint32_t node)
{
    uint32_t depth = tree->nodes[node].depth + 1, kept = depth, filed = below;
    tree->path = memory_grow(tree->path, &tree->path_capacity, depth, sizeof *tree->path);
    for (uint32_t up = node, known; up != STACK_NONE; up = tree->nodes[up].parent) {
        if (is_filed(tree, profile, below, up, &known)) {
            filed = known;
            break;
        }
        tree->path[--kept] = up;
    }
    for (; kept < depth; kept++) {
        uint32_t frame = tree->nodes[tree->path[kept]].frame;
        if (frame != FRAME_GAP)
            filed = profile_child(profile, filed, frame);
        set_filed(tree, profile, tree->path[kept], below, filed);
    }
    tree->depth = depth;
    return filed;
}
