/* Stacks and their nodes, where no paths are kept (profile_paths.h): recordings repeat their stacks, so walking the
 * call tree is done once for each distinct one. */
#ifndef FLAMECTL_STACK_MEMO_H
#define FLAMECTL_STACK_MEMO_H

#include "flamectl/index.h"
#include "flamectl/profile.h"

#include "frame_list.h"

/* The profile itself holds the frames to compare. */
struct stack_memo {
    struct profile *profile;
    struct index *index; /* hash -> node; NULL where every stack is new (by-time profiles) */
    struct stack_step *path; /* the stack that was new last, root first: the next may begin alike */
    size_t depth, capacity;
};

struct stack_step {
    uint32_t frame, node;
};

void stack_memo_init(struct stack_memo *memo, struct profile *profile);
void stack_memo_free(struct stack_memo *memo);

/* The node of the frames, leaf first. */
uint32_t stack_memo_node(struct stack_memo *memo, const struct frame_list *list);

#endif
