/* Long lists of integers in few bytes each, mostly ones that are near their neighbours: for formats that tell of a
 * sample in several lists, one after the other.
 *
 * Each number is its difference to the one before, of which the first is 0: seven bits a byte, the lowest first, the
 * highest bit set on all bytes but the last; the sign is the lowest bit. */
#ifndef FLAMECTL_NUMBER_LIST_H
#define FLAMECTL_NUMBER_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list that is all zeros is empty. */
struct number_list {
    unsigned char *bytes;
    size_t used, capacity; /* used is 0 while it is empty */
    int64_t last;
};

/* A place in a list: all zeros at its beginning. */
struct number_cursor {
    size_t at;
    int64_t last; /* the number before it */
};

void number_list_free(struct number_list *list);

/* Empties it and keeps its room. */
void number_list_clear(struct number_list *list);

void number_list_add(struct number_list *list, int64_t number);
void number_list_add_all(struct number_list *list, const int64_t *numbers, size_t count);

static inline struct number_cursor number_list_end(const struct number_list *list)
{
    return (struct number_cursor){list->used, list->last};
}

/* Adds the numbers of another list that stand between two places. */
void number_list_append(struct number_list *list, const struct number_list *more, struct number_cursor from,
                        struct number_cursor to);

/* The number at the cursor, which moves on. False at the end. */
static inline bool number_list_next(const struct number_list *list, struct number_cursor *cursor, int64_t *number)
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

#endif
