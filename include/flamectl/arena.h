/* An arena hands out memory that is all freed together; what it gives never moves. */
#ifndef FLAMECTL_ARENA_H
#define FLAMECTL_ARENA_H

#include <stddef.h>

#include "flamectl/span.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    struct arena_block *spare;  /* to be used again */
    char *next;
    size_t left, usual; /* bytes in the present block; of a block */
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);

/* Takes everything back, and keeps the memory. */
void arena_clear(struct arena *arena);

/* Takes over what another one has given out; that one is empty then. */
void arena_join(struct arena *arena, struct arena *from);

/* `size` bytes aligned for any type. */
void *arena_get(struct arena *arena, size_t size);

/* A copy of the bytes followed by a NUL (the bytes may hold NULs of their own). */
char *arena_copy(struct arena *arena, struct span bytes);

#endif
