/* Gathering stacks as text. Most lines of folded text either come again as they are or are a stack of
 * their own: the first cost a hash and a comparison, the second a copy besides. */
#include "flamectl/stacks.h"

#include <assert.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "stacks_pack.h"

static void begin_text(struct stacks *stacks)
{
    stacks->count = 0;
    stacks->bytes = 0;
    stacks->sorted = false;
    stacks->by_text = index_make();
    arena_clear(&stacks->arena);
}

struct stacks *stacks_make(enum stacks_order order, unsigned columns)
{
    struct stacks *stacks = memory_zero(1, sizeof *stacks);
    stacks_want(stacks, order);
    stacks->seed = hash_seed_make();
    stacks->columns = columns;
    stacks->grand = memory_zero(columns, sizeof *stacks->grand);
    frame_table_init(&stacks->frames);
    arena_init(&stacks->arena);
    begin_text(stacks);
    return stacks;
}

void stacks_want(struct stacks *stacks, enum stacks_order order)
{
    stacks->order = order;
    stacks->most = order == STACKS_BY_TEXT ? STACKS_MOST_BY_TEXT : STACKS_MOST_BY_TREE;
}

void stacks_free(struct stacks *stacks)
{
    index_free(stacks->by_text);
    arena_free(&stacks->arena);
    stacks_drop_runs(stacks);
    frame_table_free(&stacks->frames);
    memory_free(stacks->text);
    memory_free(stacks->weight);
    memory_free(stacks->grand);
    memory_free(stacks);
}

uint32_t stacks_find(const struct stacks *stacks, struct span text, uint64_t hash)
{
    uint32_t row, at = index_begin(stacks->by_text, hash);
    while ((row = index_next(stacks->by_text, hash, &at)) != INDEX_NONE)
        if (span_equal(stacks->text[row], text))
            return row;
    return STACKS_NONE;
}

static void pack_text(struct stacks *stacks)
{
    index_free(stacks->by_text);
    stacks->by_text = NULL;
    stacks_sort(stacks, STACKS_BY_TREE);
    stacks_pack(stacks);
}

/* What was wanted by text is by tree from now on. */
static void make_room(struct stacks *stacks)
{
    if (stacks->bytes < stacks->most)
        return;
    if (stacks->order == STACKS_BY_TEXT)
        stacks_want(stacks, STACKS_BY_TREE);
    pack_text(stacks);
    begin_text(stacks);
}

uint32_t stacks_add(struct stacks *stacks, struct span text, uint64_t hash)
{
    assert(!stacks->sorted);
    make_room(stacks);
    uint32_t row = stacks->count++;
    size_t columns = stacks->columns;
    stacks->text = memory_grow(stacks->text, &stacks->capacity, stacks->count, sizeof *stacks->text);
    stacks->weight = memory_grow(stacks->weight, &stacks->weight_capacity, stacks->count * columns,
                                 sizeof *stacks->weight);
    stacks->text[row] = span_make(arena_copy(&stacks->arena, text), text.len);
    stacks->bytes += text.len + sizeof *stacks->text + columns * sizeof *stacks->weight;
    for (size_t c = 0; c < columns; c++)
        stacks->weight[row * columns + c] = 0;
    index_add(stacks->by_text, hash, row);
    return row;
}

bool stacks_add_weight(struct stacks *stacks, uint32_t row, unsigned column, int64_t weight)
{
    if (weight > INT64_MAX - stacks->grand[column])
        return false;
    stacks->grand[column] += weight;
    stacks->weight[(size_t)row * stacks->columns + column] += weight;
    return true;
}

void stacks_set_columns(struct stacks *stacks, unsigned columns)
{
    size_t old = stacks->columns;
    if (columns <= old)
        return;
    stacks->weight = memory_grow(stacks->weight, &stacks->weight_capacity, stacks->count * (size_t)columns,
                                 sizeof *stacks->weight);
    for (uint32_t row = stacks->count; row-- > 0;)
        for (size_t c = columns; c-- > 0;)
            stacks->weight[row * (size_t)columns + c] = c < old ? stacks->weight[row * old + c] : 0;
    stacks->grand = memory_resize(stacks->grand, columns, sizeof *stacks->grand);
    for (size_t c = old; c < columns; c++)
        stacks->grand[c] = 0;
    stacks->columns = columns;
}

bool stacks_scale(struct stacks *stacks, int64_t factor)
{
    for (unsigned c = 0; c < stacks->columns; c++)
        if (stacks->grand[c] > INT64_MAX / factor)
            return false;
    for (unsigned c = 0; c < stacks->columns; c++)
        stacks->grand[c] *= factor;
    for (size_t i = 0; i < (size_t)stacks->count * stacks->columns; i++)
        stacks->weight[i] *= factor;
    stacks_scale_runs(stacks, factor);
    return true;
}

void stacks_seal(struct stacks *stacks)
{
    if (stacks->sorted)
        return;
    stacks->sorted = true;
    if (stacks->order == STACKS_BY_TEXT) {
        stacks_sort(stacks, STACKS_BY_TEXT);
        return;
    }
    pack_text(stacks);
    arena_free(&stacks->arena);
    stacks->count = 0;
}

bool stacks_are_text(const struct stacks *stacks)
{
    return stacks->order == STACKS_BY_TEXT;
}
