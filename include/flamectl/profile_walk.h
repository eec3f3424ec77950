/* A finished view of a profile for writers: totals, and the siblings in order.
 *
 * Valid while the profile is not changed. */
#ifndef FLAMECTL_PROFILE_WALK_H
#define FLAMECTL_PROFILE_WALK_H

#include <stdint.h>

#include "flamectl/profile.h"

struct profile_walk {
    const struct profile *profile;
    int64_t *total[PROFILE_MAX_COLUMNS]; /* self plus all below, by node */
    uint32_t *first_child;               /* in drawing order, or PROFILE_NONE */
    uint32_t *next_sibling;
    uint32_t *depth;                     /* root 0 */
};

/* Drawing order: by-name profiles order siblings by their text followed by a blank if the frame has
 * weight of its own in any column, else by ';' (flamegraph.pl sorts lines, which gives the same places);
 * by-time profiles keep the order of creation. */
void profile_walk_init(struct profile_walk *walk, const struct profile *profile);
void profile_walk_free(struct profile_walk *walk);

/* The node after this one in depth-first order, parents first, or PROFILE_NONE after the last. */
uint32_t profile_walk_next(const struct profile_walk *walk, uint32_t node);

/* Lines of folded text in byte order of the stacks: entry 2n is node n's own weight, 2n + 1 its children.
 * Calls line(node, context) for every node with weight of its own, in that order. by-name profiles. */
void profile_walk_folded(const struct profile *profile, void (*line)(uint32_t node, void *context),
                         void *context);

#endif
