/* Bump allocation in blocks. A request of its own size beyond a block's gets a block to itself. */
#include "flamectl/arena.h"

#include <stdalign.h>
#include <stdbool.h>

#include "flamectl/memory.h"

struct arena_block {
    struct arena_block *next;
    size_t size;
    max_align_t data[];
};

/* Each block is as many times larger than the one before, up to the largest. */
#define FIRST_BLOCK ((size_t)4096)
#define GROWTH 16
#define LARGEST_BLOCK ((size_t)16 << 20)

void arena_init(struct arena *arena)
{
    arena->blocks = arena->spare = NULL;
    arena->next = NULL;
    arena->left = arena->usual = 0;
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;
        memory_free(block);
        block = next;
    }
}

void arena_free(struct arena *arena)
{
    free_blocks(arena->blocks);
    free_blocks(arena->spare);
    arena_init(arena);
}

void arena_clear(struct arena *arena)
{
    struct arena_block *next;
    for (struct arena_block *block = arena->blocks; block; block = next) {
        next = block->next;
        block->next = arena->spare;
        arena->spare = block;
    }
    arena->blocks = NULL;
    arena->next = NULL;
    arena->left = 0;
}

void arena_join(struct arena *arena, struct arena *from)
{
    struct arena_block **last = &from->blocks;
    while (*last)
        last = &(*last)->next;
    *last = arena->blocks;
    arena->blocks = from->blocks;
    if (arena->usual < from->usual)
        arena->usual = from->usual;
    from->blocks = NULL;
    arena_free(from);
}

/* A block for at least `size` bytes. Spare ones that are too small go, or those behind them were never
 * used. */
static struct arena_block *make_block(struct arena *arena, size_t size)
{
    struct arena_block *block;
    while ((block = arena->spare) != NULL) {
        arena->spare = block->next;
        if (block->size >= size)
            return block;
        memory_free(block);
    }
    block = memory_get(1, sizeof *block + size);
    block->size = size;
    return block;
}

static char *take(struct arena *arena, size_t size)
{
    if (size > arena->left) {
        size_t usual = arena->blocks ? arena->usual * GROWTH : FIRST_BLOCK;
        arena->usual = usual < LARGEST_BLOCK ? usual : LARGEST_BLOCK;
        bool own = size > arena->usual / 4;
        struct arena_block *block = make_block(arena, own ? size : arena->usual);
        block->next = arena->blocks;
        arena->blocks = block;
        if (own) /* what is left of the block before stays in use */
            return (char *)block->data;
        arena->next = (char *)block->data;
        arena->left = block->size;
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
