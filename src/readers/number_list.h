/* Long lists of integers, mostly small ones, in few bytes each: for formats that tell of a sample in
 * several lists, one after the other. */
#ifndef FLAMECTL_NUMBER_LIST_H
#define FLAMECTL_NUMBER_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number_list {
    unsigned char *bytes;
    size_t used, capacity;
    uint64_t count;
};

void number_list_free(struct number_list *list);
void number_list_add(struct number_list *list, int64_t number);

/* Gives back what room is left over. */
void number_list_trim(struct number_list *list);

/* The number at *at, which starts at 0 and moves on. False at the end. */
bool number_list_next(const struct number_list *list, size_t *at, int64_t *number);

#endif
