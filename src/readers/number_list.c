/* Each number is its difference to the one before, of which the first is 0: seven bits a byte, the lowest first, the
 * highest bit set on all bytes but the last; the sign is the lowest bit. */
#include "number_list.h"

#include <string.h>

#include "flamectl/memory.h"

#define MOST_BYTES 10

void number_list_free(struct number_list *list)
{
    memory_free(list->bytes);
    *list = (struct number_list){0};
}

void number_list_clear(struct number_list *list)
{
    list->used = 0;
    list->last = 0;
}

/* Differences wrap around, and back when they are added. */
void number_list_add(struct number_list *list, int64_t number)
{
    uint64_t step = (uint64_t)number - (uint64_t)list->last;
    uint64_t left = step >> 63 ? ~(step << 1) : step << 1;
    if (list->capacity - list->used < MOST_BYTES)
        list->bytes = memory_grow(list->bytes, &list->capacity, list->used + MOST_BYTES, 1);
    unsigned char *out = list->bytes + list->used;
    for (; left > 127; left >>= 7)
        *out++ = (unsigned char)(left | 128);
    *out++ = (unsigned char)left;
    list->used = (size_t)(out - list->bytes);
    list->last = number;
}

/* Only the first number is told otherwise behind another. */
void number_list_append(struct number_list *list, const struct number_list *more, struct number_cursor from,
                        struct number_cursor to)
{
    int64_t first;
    if (from.at == to.at || !number_list_next(more, &from, &first))
        return;
    number_list_add(list, first);
    size_t rest = to.at - from.at;
    list->bytes = memory_grow(list->bytes, &list->capacity, list->used + rest, 1);
    memcpy(list->bytes + list->used, more->bytes + from.at, rest);
    list->used += rest;
    list->last = to.last;
}

bool number_list_next(const struct number_list *list, struct number_cursor *cursor, int64_t *number)
{
    uint64_t bits = 0;
    if (cursor->at == list->used)
        return false;
    for (unsigned shift = 0;; shift += 7) {
        unsigned char byte = list->bytes[cursor->at++];
        bits |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            break;
    }
    uint64_t step = bits & 1 ? ~(bits >> 1) : bits >> 1;
    *number = cursor->last = (int64_t)((uint64_t)cursor->last + step);
    return true;
}
