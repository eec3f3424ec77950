/* Totals and depths of a sorted profile (profile_sort), for writers. Totals are valid while the profile is not
 * changed. */
#ifndef FLAMECTL_PROFILE_WALK_H
#define FLAMECTL_PROFILE_WALK_H

#include <stdint.h>

#include "flamectl/profile.h"

struct profile_walk {
    const struct profile *profile;
    int64_t **total; /* by column, by node: self plus all below */
};

void profile_walk_init(struct profile_walk *walk, const struct profile *profile);
void profile_walk_free(struct profile_walk *walk);

/* A node and its depth, the root's being 0. It begins as {0}. */
struct profile_level {
    uint32_t node, depth;
};

/* The depth of a node that is not before the level's, where it goes: all depths take linear time, and no memory. */
uint32_t profile_level_of(struct profile_level *level, const struct profile *profile, uint32_t node);

#endif
