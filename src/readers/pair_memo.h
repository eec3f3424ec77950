/* Which node an input's stack became under which first frame, where it was filed under several: one node is
 * remembered beside the stack itself, the others here. */
#ifndef FLAMECTL_PAIR_MEMO_H
#define FLAMECTL_PAIR_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flamectl/hash.h"

struct index;

struct pair {
    uint32_t stack, first; /* any two numbers */
    uint32_t node;
};

struct pair_memo {
    struct index *index; /* NULL while there is nothing */
    struct pair *pairs;
    size_t count, capacity;
    struct hash_seed seed;
};

void pair_memo_free(struct pair_memo *memo);

/* Looks a pair up, and says its node. */
bool pair_memo_find(const struct pair_memo *memo, uint32_t stack, uint32_t first, uint32_t *node);

/* Remembers a pair, if it is not known. An empty memo is all zeros. */
void pair_memo_add(struct pair_memo *memo, struct pair pair);

#endif
