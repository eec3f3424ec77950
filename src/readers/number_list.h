/* Long lists of integers in few bytes each, mostly ones that are near their neighbours: for formats that tell of a
 * sample in several lists, one after the other. */
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

static inline struct number_cursor number_list_end(const struct number_list *list)
{
    return (struct number_cursor){list->used, list->last};
}

/* Adds the numbers of another list that stand between two places. */
void number_list_append(struct number_list *list, const struct number_list *more, struct number_cursor from,
                        struct number_cursor to);

/* The number at the cursor, which moves on. False at the end. */
bool number_list_next(const struct number_list *list, struct number_cursor *cursor, int64_t *number);

#endif
