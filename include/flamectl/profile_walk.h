/* Totals and depths of a sorted profile (profile_sort), for writers. Valid while the profile is not
 * changed. */
#ifndef FLAMECTL_PROFILE_WALK_H
#define FLAMECTL_PROFILE_WALK_H

#include <stdint.h>

#include "flamectl/profile.h"

struct profile_walk {
    const struct profile *profile;
    int64_t **total; /* by column, by node: self plus all below */
    uint32_t *depth; /* root 0 */
};

void profile_walk_init(struct profile_walk *walk, const struct profile *profile);
void profile_walk_free(struct profile_walk *walk);

#endif
