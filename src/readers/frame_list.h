/* Frame ids in the order in which an input has them. */
#ifndef FLAMECTL_FRAME_LIST_H
#define FLAMECTL_FRAME_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "flamectl/memory.h"

struct frame_list {
    uint32_t *ids;
    size_t count, capacity;
};

static inline void frame_list_push(struct frame_list *list, uint32_t id)
{
    if (list->count == list->capacity)
        list->ids = memory_grow(list->ids, &list->capacity, list->count + 1, sizeof *list->ids);
    list->ids[list->count++] = id;
}

/* Those of another list. */
void frame_list_append(struct frame_list *list, const uint32_t *ids, size_t count);

/* Turns the order of those from a place on around. */
void frame_list_reverse(struct frame_list *list, size_t from);

#endif
