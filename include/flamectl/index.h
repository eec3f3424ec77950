/* A hash table from hashes to ids; the caller compares what the ids stand for:
 *
 *     uint32_t id, at = index_begin(index, hash);
 *     while ((id = index_next(index, hash, &at)) != INDEX_NONE)
 *         if (same(id))
 *             return id;
 *     index_add(index, hash, id);
 *
 * Only the low 32 bits of a hash count. */
#ifndef FLAMECTL_INDEX_H
#define FLAMECTL_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "flamectl/memory.h"

#define INDEX_NONE UINT32_MAX

struct index_slot {
    uint32_t id; /* INDEX_NONE where free */
    uint32_t hash;
};

struct index {
    struct index_slot *slots; /* linear probing; at most half are taken */
    uint32_t mask;            /* number of slots (a power of two) less 1 */
    uint32_t count;
};

struct index *index_make(void);
void index_free(struct index *index);

/* Forgets all ids, and keeps the room for as many. */
void index_clear(struct index *index);

static inline uint32_t index_begin(const struct index *index, uint64_t hash)
{
    return (uint32_t)hash & index->mask;
}

/* Asks for what index_begin and index_next will look at. */
static inline void index_prefetch(const struct index *index, uint64_t hash)
{
    memory_prefetch(&index->slots[index_begin(index, hash)]);
}

/* The next id that was added under this hash, or INDEX_NONE. */
static inline uint32_t index_next(const struct index *index, uint64_t hash, uint32_t *at)
{
    for (;;) {
        struct index_slot slot = index->slots[*at];
        if (slot.id == INDEX_NONE)
            return INDEX_NONE;
        *at = (*at + 1) & index->mask;
        if (slot.hash == (uint32_t)hash)
            return slot.id;
    }
}

void index_add(struct index *index, uint64_t hash, uint32_t id);

#endif
