/* Making lists; reading them is in the header. */
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

static void make_room(struct number_list *list, size_t numbers)
{
    if (list->capacity - list->used < numbers * MOST_BYTES)
        list->bytes = memory_grow(list->bytes, &list->capacity, list->used + numbers * MOST_BYTES, 1);
}

/* Differences wrap around, and back when they are added. */
static inline unsigned char *put(unsigned char *out, int64_t number, int64_t last)
{
    uint64_t step = (uint64_t)number - (uint64_t)last;
    uint64_t left = step >> 63 ? ~(step << 1) : step << 1;
    for (; left > 127; left >>= 7)
        *out++ = (unsigned char)(left | 128);
    *out++ = (unsigned char)left;
    return out;
}

void number_list_add(struct number_list *list, int64_t number)
{
    make_room(list, 1);
    list->used = (size_t)(put(list->bytes + list->used, number, list->last) - list->bytes);
    list->last = number;
}

void number_list_add_all(struct number_list *list, const int64_t *numbers, size_t count)
{
    make_room(list, count);
    unsigned char *out = list->bytes + list->used;
    int64_t last = list->last;
    for (size_t i = 0; i < count; i++) {
        out = put(out, numbers[i], last);
        last = numbers[i];
    }
    list->used = (size_t)(out - list->bytes);
    list->last = last;
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
