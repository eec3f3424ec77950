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
}

void profile_walk_free(struct profile_walk *walk)
{
    for (unsigned c = 0; walk->total && c < walk->profile->columns; c++)
        memory_free(walk->total[c]);
    memory_free(walk->total);
    walk->total = NULL;
}

/* In drawing order a node is below the one before, or below one that that one is below. */
uint32_t profile_level_of(struct profile_level *level, const struct profile *profile, uint32_t node)
{
    assert(level->node <= node);
    while (level->node < node) {
        uint32_t last = level->node++, parent = profile->nodes[level->node].parent;
        for (; last != parent; last = profile->nodes[last].parent)
            level->depth--;
        level->depth++;
    }
    return level->depth;
}
