/* Call trees as inputs have them: nodes that name their parent, and samples that name a node. */
#ifndef FLAMECTL_STACK_TREE_H
#define FLAMECTL_STACK_TREE_H

#include "flamectl/recorder.h"

#include "pair_memo.h"

#define STACK_NONE UINT32_MAX /* no node */

struct stack_node {
    uint32_t parent; /* STACK_NONE at the root */
    uint32_t frame;  /* FRAME_GAP where the node is no frame of its own */
    uint32_t depth;  /* nodes above it */
    uint32_t below;  /* where it was filed last: the node of the profile below which, */
    uint32_t filed;  /* and the one that it became */
};

struct stack_tree {
    struct stack_node *nodes; /* frames and parents are set by the reader */
    uint32_t count;
    size_t capacity;
    uint32_t *path; /* by depth: the nodes filed last */
    uint32_t depth; /* how many they are */
    size_t path_capacity;
    struct pair_memo others; /* by name: where nodes were filed before they were filed elsewhere */
};

void stack_tree_free(struct stack_tree *tree);

/* Makes a node; its parent may be one that is not made yet: then see stack_tree_settle. */
uint32_t stack_tree_add(struct stack_tree *tree, uint32_t parent, uint32_t frame);

/* After parents were set: sees to it that nodes have no cycle of parents, by making nodes roots;
 * returns how many. */
uint32_t stack_tree_settle(struct stack_tree *tree);

/* The profile's node for a stack of the tree, under the node `below` of the profile. */
uint32_t stack_tree_file(struct stack_tree *tree, struct profile *profile, uint32_t below,
                         uint32_t node);

#endif
