/* What is not done for each frame. */
#include "frame_list.h"

#include <string.h>

void frame_list_append(struct frame_list *list, const uint32_t *ids, size_t count)
{
    list->ids = memory_grow(list->ids, &list->capacity, list->count + count + 1, sizeof *ids);
    if (count)
        memcpy(list->ids + list->count, ids, count * sizeof *ids);
    list->count += count;
}

void frame_list_reverse(struct frame_list *list, size_t from)
{
    for (size_t i = from, j = list->count; i + 1 < j; i++) {
        uint32_t id = list->ids[i];
        list->ids[i] = list->ids[--j];
        list->ids[j] = id;
    }
}
