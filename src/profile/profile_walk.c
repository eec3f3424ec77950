/* Totals and sibling order, without recursion and without comparing texts more than once per frame:
 * frames are ranked once, and the nodes are then dealt to their parents in order of rank. */
#include "flamectl/profile_walk.h"

#include "flamectl/memory.h"

static bool has_self(const struct profile *profile, uint32_t node)
{
    for (unsigned c = 0; c < profile->columns; c++)
        if (profile->self[c][node])
            return true;
    return false;
}

/* The places 0..count-1 by ascending key: a counting sort, stable. Keys are below `limit`. */
static uint32_t *sort_places(const uint32_t *key, uint32_t count, uint32_t limit)
{
    uint32_t *start = memory_zero((size_t)limit + 1, sizeof *start);
    uint32_t *order = memory_get(count, sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        start[key[i] + 1]++;
    for (uint32_t i = 0; i < limit; i++)
        start[i + 1] += start[i];
    for (uint32_t i = 0; i < count; i++)
        order[start[key[i]]++] = i;
    memory_free(start);
    return order;
}

static void link_children(struct profile_walk *walk, const uint32_t *order)
{
    const struct profile *profile = walk->profile;
    for (uint32_t i = profile->count; i-- > 0;) {
        uint32_t node = order ? order[i] : i;
        uint32_t parent = profile->nodes[node].parent;
        if (parent == PROFILE_NONE)
            continue;
        walk->next_sibling[node] = walk->first_child[parent];
        walk->first_child[parent] = node;
    }
}

static void link_by_name(struct profile_walk *walk)
{
    const struct profile *profile = walk->profile;
    uint32_t *rank_self, *rank_inner;
    frame_rank(&profile->frames, ' ', &rank_self, &rank_inner);
    uint32_t *key = memory_get(profile->count, sizeof *key);
    key[PROFILE_ROOT] = 0;
    for (uint32_t node = 1; node < profile->count; node++)
        key[node] = (has_self(profile, node) ? rank_self : rank_inner)[profile->nodes[node].frame];
    uint32_t *order = sort_places(key, profile->count, profile->frames.count * 2 + 1);
    link_children(walk, order);
    memory_free(order);
    memory_free(key);
    memory_free(rank_self);
    memory_free(rank_inner);
}

void profile_walk_init(struct profile_walk *walk, const struct profile *profile)
{
    uint32_t count = profile->count;
    *walk = (struct profile_walk){.profile = profile};
    for (unsigned c = 0; c < profile->columns; c++) {
        walk->total[c] = memory_get(count, sizeof(int64_t));
        memcpy(walk->total[c], profile->self[c], count * sizeof(int64_t));
        for (uint32_t node = count; node-- > 1;)
            walk->total[c][profile->nodes[node].parent] += walk->total[c][node];
    }
    walk->depth = memory_get(count, sizeof(uint32_t));
    walk->first_child = memory_get(count, sizeof(uint32_t));
    walk->next_sibling = memory_get(count, sizeof(uint32_t));
    for (uint32_t node = 0; node < count; node++) {
        walk->first_child[node] = walk->next_sibling[node] = PROFILE_NONE;
        walk->depth[node] = node == PROFILE_ROOT ? 0 : walk->depth[profile->nodes[node].parent] + 1;
    }
    if (profile->order == PROFILE_BY_NAME)
        link_by_name(walk);
    else
        link_children(walk, NULL);
}

void profile_walk_free(struct profile_walk *walk)
{
    for (unsigned c = 0; c < PROFILE_MAX_COLUMNS; c++)
        memory_free(walk->total[c]);
    memory_free(walk->depth);
    memory_free(walk->first_child);
    memory_free(walk->next_sibling);
}

uint32_t profile_walk_next(const struct profile_walk *walk, uint32_t node)
{
    if (walk->first_child[node] != PROFILE_NONE)
        return walk->first_child[node];
    while (node != PROFILE_NONE && walk->next_sibling[node] == PROFILE_NONE)
        node = walk->profile->nodes[node].parent;
    return node == PROFILE_NONE ? PROFILE_NONE : walk->next_sibling[node];
}

/* The entries of profile_walk_folded: an entry's parent entry is its node's parent's children entry. */
struct folded_entries {
    uint32_t *first, *next; /* by node: first entry below it; by entry: the entry after it */
};

static void link_entries(struct folded_entries *entries, const struct profile *profile)
{
    uint32_t *rank_self, *rank_inner;
    frame_rank(&profile->frames, -1, &rank_self, &rank_inner);
    uint32_t count = profile->count * 2;
    uint32_t *key = memory_get(count, sizeof *key);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = i / 2;
        key[i] = node == PROFILE_ROOT ? 0
                                      : (i % 2 ? rank_inner : rank_self)[profile->nodes[node].frame] + 1;
    }
    uint32_t *order = sort_places(key, count, profile->frames.count * 2 + 1);
    for (uint32_t i = 0; i < profile->count; i++)
        entries->first[i] = PROFILE_NONE;
    for (uint32_t i = count; i-- > 0;) {
        uint32_t entry = order[i], node = entry / 2;
        bool empty = entry % 2 ? profile->nodes[node].last_child == PROFILE_NONE : !has_self(profile, node);
        if (node == PROFILE_ROOT || empty)
            continue;
        entries->next[entry] = entries->first[profile->nodes[node].parent];
        entries->first[profile->nodes[node].parent] = entry;
    }
    memory_free(order);
    memory_free(key);
    memory_free(rank_self);
    memory_free(rank_inner);
}

void profile_walk_folded(const struct profile *profile, void (*line)(uint32_t node, void *context),
                         void *context)
{
    struct folded_entries entries = {
        .first = memory_get(profile->count, sizeof(uint32_t)),
        .next = memory_get((size_t)profile->count * 2, sizeof(uint32_t)),
    };
    link_entries(&entries, profile);
    if (has_self(profile, PROFILE_ROOT))
        line(PROFILE_ROOT, context);
    uint32_t entry = entries.first[PROFILE_ROOT];
    while (entry != PROFILE_NONE) {
        uint32_t node = entry / 2;
        if (entry % 2 == 0)
            line(node, context);
        uint32_t below = entry % 2 ? entries.first[node] : PROFILE_NONE;
        while (below == PROFILE_NONE && entry != PROFILE_NONE) {
            below = entries.next[entry];
            uint32_t parent = profile->nodes[entry / 2].parent;
            entry = parent == PROFILE_ROOT ? PROFILE_NONE : parent * 2 + 1;
        }
        entry = below;
    }
    memory_free(entries.first);
    memory_free(entries.next);
}
