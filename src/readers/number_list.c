/* Seven bits a byte, the lowest first, the highest bit set on all bytes but the last; the sign is the
 * lowest bit. */
#include "number_list.h"

#include "flamectl/memory.h"

#define MOST_BYTES 10

void number_list_free(struct number_list *list)
{
    memory_free(list->bytes);
    *list = (struct number_list){0};
}

void number_list_add(struct number_list *list, int64_t number)
{
    uint64_t left = number < 0 ? ~((uint64_t)number << 1) : (uint64_t)number << 1;
    if (list->capacity - list->used < MOST_BYTES)
        list->bytes = memory_grow(list->bytes, &list->capacity, list->used + MOST_BYTES, 1);
    for (; left > 127; left >>= 7)
        list->bytes[list->used++] = (unsigned char)(left | 128);
    list->bytes[list->used++] = (unsigned char)left;
    list->count++;
}

void number_list_trim(struct number_list *list)
{
    if (list->used == list->capacity)
        return;
    list->bytes = memory_resize(list->bytes, list->used, 1);
    list->capacity = list->used;
}

bool number_list_next(const struct number_list *list, size_t *at, int64_t *number)
{
    uint64_t bits = 0;
    if (*at == list->used)
        return false;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = list->bytes[(*at)++];
        bits |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            break;
    }
    *number = bits & 1 ? (int64_t)~(bits >> 1) : (int64_t)(bits >> 1);
    return true;
}
