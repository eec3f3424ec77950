/* Totals and depths of a sorted profile. */
#include "flamectl/profile_walk.h"

#include <assert.h>

#include "flamectl/memory.h"

void profile_walk_init(struct profile_walk *walk, const struct profile *profile)
{
    uint32_t count = profile->count;
    assert(profile->sorted);
    *walk = (struct profile_walk){.profile = profile};
    walk->total = memory_get(profile->columns, sizeof *walk->total);
    for (unsigned c = 0; c < profile->columns; c++) {
        walk->total[c] = memory_get(count, sizeof(int64_t));
        memcpy(walk->total[c], profile->self[c], count * sizeof(int64_t));
    }
    for (uint32_t node = count; node-- > 1;)
        for (unsigned c = 0; c < profile->columns; c++)
            walk->total[c][profile->nodes[node].parent] += walk->total[c][node];
    walk->depth = memory_get(count, sizeof(uint32_t));
    walk->depth[PROFILE_ROOT] = 0;
    for (uint32_t node = 1; node < count; node++)
        walk->depth[node] = walk->depth[profile->nodes[node].parent] + 1;
}

void profile_walk_free(struct profile_walk *walk)
{
    for (unsigned c = 0; walk->profile && c < walk->profile->columns; c++)
        memory_free(walk->total[c]);
    memory_free(walk->total);
    memory_free(walk->depth);
}
