/* Bump allocation in blocks. A request of its own size beyond a block's gets a block to itself. */
#include "flamectl/arena.h"

#include <stdalign.h>
#include <stdbool.h>

#include "flamectl/memory.h"

struct arena_block {
    struct arena_block *next;
    max_align_t data[];
};

#define FIRST_BLOCK ((size_t)4096)
#define LARGEST_BLOCK ((size_t)1 << 20)

void arena_init(struct arena *arena)
{
    arena->blocks = NULL;
    arena->next = NULL;
    arena->left = 0;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        memory_free(block);
    }
    arena_init(arena);
}

static char *take(struct arena *arena, size_t size)
{
    if (size > arena->left) {
        size_t block_size = arena->blocks ? LARGEST_BLOCK : FIRST_BLOCK;
        bool own = size > block_size / 4;
        if (own)
            block_size = size;
        struct arena_block *block = memory_get(1, sizeof *block + block_size);
        block->next = arena->blocks;
        arena->blocks = block;
        if (own) /* what is left of the block before stays in use */
            return (char *)block->data;
        arena->next = (char *)block->data;
        arena->left = block_size;
    }
    char *p = arena->next;
    arena->next += size;
    arena->left -= size;
    return p;
}

void *arena_get(struct arena *arena, size_t size)
{
    size_t slack = (uintptr_t)arena->next % alignof(max_align_t);
    if (slack) {
        size_t skip = alignof(max_align_t) - slack;
        skip = skip < arena->left ? skip : arena->left;
        arena->next += skip;
        arena->left -= skip;
    }
    return take(arena, size);
}

char *arena_copy(struct arena *arena, struct span bytes)
{
    char *copy = take(arena, bytes.len + 1);
    if (bytes.len)
        memcpy(copy, bytes.data, bytes.len);
    copy[bytes.len] = '\0';
    return copy;
}
