/* Linear probing over a power of two of slots, half of them free. */
#include "flamectl/index.h"

#include "flamectl/memory.h"

#define FIRST_SLOTS 1024

static void clear(struct index_slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        slots[i].id = INDEX_NONE;
}

static struct index_slot *make_slots(size_t count)
{
    struct index_slot *slots = memory_get(count, sizeof *slots);
    clear(slots, count);
    return slots;
}

struct index *index_make(void)
{
    struct index *index = memory_get(1, sizeof *index);
    index->slots = make_slots(FIRST_SLOTS);
    index->mask = FIRST_SLOTS - 1;
    index->count = 0;
    return index;
}

void index_free(struct index *index)
{
    if (!index)
        return;
    memory_free(index->slots);
    memory_free(index);
}

void index_clear(struct index *index)
{
    clear(index->slots, (size_t)index->mask + 1);
    index->count = 0;
}

static void place(struct index *index, struct index_slot slot)
{
    uint32_t at = slot.hash & index->mask;
    while (index->slots[at].id != INDEX_NONE)
        at = (at + 1) & index->mask;
    index->slots[at] = slot;
}

static void grow(struct index *index)
{
    struct index_slot *old = index->slots;
    size_t old_count = (size_t)index->mask + 1;
    index->slots = make_slots(old_count * 2);
    index->mask = index->mask * 2 + 1;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].id != INDEX_NONE)
            place(index, old[i]);
    memory_free(old);
}

void index_add(struct index *index, uint64_t hash, uint32_t id)
{
    if (index->count > index->mask / 2)
        grow(index);
    struct index_slot slot = {id, (uint32_t)hash};
    place(index, slot);
    index->count++;
}
