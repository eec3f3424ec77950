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
    if (stacks->by_text)
        index_clear(stacks->by_text);
    else
        stacks->by_text = index_make();
    arena_clear(&stacks->arena);
}

/* One that no text can be added to yet. */
static struct stacks *make_closed(enum stacks_order order, unsigned columns, size_t most)
{
    struct stacks *stacks = memory_zero(1, sizeof *stacks);
    stacks->order = order;
    stacks->most = most;
    stacks->columns = columns;
    stacks->grand = memory_zero(columns, sizeof *stacks->grand);
    frame_table_init(&stacks->frames);
    arena_init(&stacks->arena);
    return stacks;
}

struct stacks *stacks_make(enum stacks_order order, unsigned columns, size_t most)
{
    struct stacks *stacks = make_closed(order, columns, most);
    stacks->seed = hash_seed_make();
    begin_text(stacks);
    return stacks;
}

struct stacks *stacks_beside(const struct stacks *known)
{
    struct stacks *stacks = make_closed(known->order, known->columns, known->most);
    stacks->seed = known->seed;
    begin_text(stacks);
    stacks->known = known;
    stacks->known_weight = memory_zero((size_t)known->count * known->columns, sizeof *stacks->known_weight);
    return stacks;
}

void stacks_want(struct stacks *stacks, enum stacks_order order)
{
    stacks->order = order;
    if (order == STACKS_BY_TEXT)
        stacks->most = STACKS_MOST_AGAIN;
}

static void free_text(struct stacks *stacks)
{
    index_free(stacks->by_text);
    arena_free(&stacks->arena);
    memory_free(stacks->text);
    memory_free(stacks->weight);
    memory_free(stacks->hash);
    stacks->by_text = NULL;
    stacks->text = NULL;
    stacks->weight = NULL;
    stacks->hash = NULL;
    stacks->capacity = stacks->weight_capacity = stacks->hash_capacity = 0;
}

void stacks_free(struct stacks *stacks)
{
    free_text(stacks);
    stacks_drop_runs(stacks);
    frame_table_free(&stacks->frames);
    memory_free(stacks->known_weight);
    memory_free(stacks->grand);
    memory_free(stacks);
}

static uint32_t find_row(const struct stacks *stacks, struct span text, uint64_t hash)
{
    uint32_t row, at = index_begin(stacks->by_text, hash);
    while ((row = index_next(stacks->by_text, hash, &at)) != INDEX_NONE)
        if (span_equal(stacks->text[row], text))
            return row;
    return STACKS_NONE;
}

uint32_t stacks_find(const struct stacks *stacks, struct span text, uint64_t hash)
{
    uint32_t row = stacks->known ? find_row(stacks->known, text, hash) : STACKS_NONE;
    return row == STACKS_NONE ? find_row(stacks, text, hash) : STACKS_KNOWN + row;
}

bool stacks_has(const struct stacks *stacks, uint32_t row, struct span text)
{
    const struct stacks *owner = row >= STACKS_KNOWN ? stacks->known : stacks;
    row %= STACKS_KNOWN;
    return owner && row < owner->count && span_equal(owner->text[row], text);
}

/* What was wanted by text is by tree from now on. */
void stacks_make_room(struct stacks *stacks)
{
    if (stacks->bytes < stacks->most)
        return;
    if (stacks->order == STACKS_BY_TEXT)
        stacks_want(stacks, STACKS_BY_TREE);
    struct index *index = stacks->by_text;
    stacks->by_text = NULL; /* else it is freed, and grows anew */
    stacks_seal(stacks);
    stacks->by_text = index;
    begin_text(stacks);
}

/* The text stays where it is. */
static uint32_t add_row(struct stacks *stacks, struct span text, uint64_t hash)
{
    uint32_t row = stacks->count++;
    size_t columns = stacks->columns;
    if (stacks->count == STACKS_KNOWN)
        memory_exhausted();
    stacks->text = memory_grow(stacks->text, &stacks->capacity, stacks->count, sizeof *stacks->text);
    stacks->hash = memory_grow(stacks->hash, &stacks->hash_capacity, stacks->count, sizeof *stacks->hash);
    stacks->weight = memory_grow(stacks->weight, &stacks->weight_capacity, stacks->count * columns,
                                 sizeof *stacks->weight);
    stacks->text[row] = text;
    stacks->hash[row] = (uint32_t)hash;
    stacks->bytes += text.len + sizeof *stacks->text + sizeof *stacks->hash + columns * sizeof *stacks->weight;
    for (size_t c = 0; c < columns; c++)
        stacks->weight[row * columns + c] = 0;
    index_add(stacks->by_text, hash, row);
    return row;
}

uint32_t stacks_add(struct stacks *stacks, struct span text, uint64_t hash)
{
    assert(!stacks->sorted);
    stacks_make_room(stacks);
    return add_row(stacks, span_make(arena_copy(&stacks->arena, text), text.len), hash);
}

/* So many rows ahead the index is asked for. */
#define AHEAD 16

/* Adds a row's weights to those of another, of as many columns. */
static void add_weights(const struct stacks *stacks, int64_t *into, const int64_t *weight)
{
    for (size_t c = 0; c < stacks->columns; c++)
        into[c] += weight[c];
}

/* Adds the sums of another's rows to its own; false, with nothing changed, where one would exceed INT64_MAX. */
static bool add_grand(struct stacks *stacks, struct stacks *from, const int64_t *weight, uint32_t rows)
{
    size_t columns = stacks->columns;
    for (size_t c = 0; c < columns; c++)
        if (from->grand[c] > INT64_MAX - stacks->grand[c])
            return false;
    for (uint32_t row = 0; row < rows; row++)
        for (size_t c = 0; c < columns; c++) {
            stacks->grand[c] += weight[row * columns + c];
            from->grand[c] -= weight[row * columns + c];
        }
    return true;
}

void stacks_tell(struct stacks *stacks, struct stacks *known)
{
    assert(stacks->known == known && stacks->columns == known->columns);
    size_t columns = known->columns;
    if (add_grand(known, stacks, stacks->known_weight, known->count))
        for (uint32_t row = 0; row < known->count; row++)
            add_weights(known, known->weight + row * columns, stacks->known_weight + row * columns);
    memory_free(stacks->known_weight);
    stacks->known_weight = NULL;
    stacks->known = NULL;
}

bool stacks_take(struct stacks *stacks, struct stacks *from)
{
    assert(!from->known && stacks->columns == from->columns);
    size_t columns = stacks->columns;
    if (!add_grand(stacks, from, from->weight, from->count))
        return false;
    for (uint32_t row = 0; row < from->count; row++) {
        if (row + AHEAD < from->count)
            index_prefetch(stacks->by_text, from->hash[row + AHEAD]);
        uint32_t place = find_row(stacks, from->text[row], from->hash[row]);
        if (place == STACKS_NONE)
            place = add_row(stacks, from->text[row], from->hash[row]);
        add_weights(stacks, stacks->weight + place * columns, from->weight + row * columns);
    }
    arena_join(&stacks->arena, &from->arena);
    free_text(from);
    begin_text(from);
    return true;
}

struct stacks *stacks_part(struct stacks *stacks, uint32_t count)
{
    struct stacks *part = make_closed(stacks->order, stacks->columns, stacks->most);
    size_t columns = stacks->columns;
    assert(stacks->sorted);
    part->sorted = true;
    stacks->count -= count;
    part->count = count;
    part->text = memory_grow(NULL, &part->capacity, count, sizeof *part->text);
    part->weight = memory_grow(NULL, &part->weight_capacity, count * columns, sizeof *part->weight);
    memcpy(part->text, stacks->text + stacks->count, count * sizeof *part->text);
    memcpy(part->weight, stacks->weight + stacks->count * columns, count * columns * sizeof *part->weight);
    add_grand(part, stacks, part->weight, count);
    return part;
}

bool stacks_add_weight(struct stacks *stacks, uint32_t row, unsigned column, int64_t weight)
{
    if (weight > INT64_MAX - stacks->grand[column])
        return false;
    stacks->grand[column] += weight;
    int64_t *weights = row >= STACKS_KNOWN ? stacks->known_weight : stacks->weight;
    weights[(size_t)(row % STACKS_KNOWN) * stacks->columns + column] += weight;
    return true;
}

/* Makes room in each row for more columns. */
static void widen(int64_t *weight, uint32_t rows, size_t old, size_t columns)
{
    for (uint32_t row = rows; row-- > 0;)
        for (size_t c = columns; c-- > 0;)
            weight[row * columns + c] = c < old ? weight[row * old + c] : 0;
}

void stacks_set_columns(struct stacks *stacks, unsigned columns)
{
    size_t old = stacks->columns;
    if (columns <= old)
        return;
    stacks->weight = memory_grow(stacks->weight, &stacks->weight_capacity, stacks->count * (size_t)columns,
                                 sizeof *stacks->weight);
    widen(stacks->weight, stacks->count, old, columns);
    if (stacks->known) {
        stacks->known_weight = memory_resize(stacks->known_weight, stacks->known->count * (size_t)columns,
                                             sizeof *stacks->known_weight);
        widen(stacks->known_weight, stacks->known->count, old, columns);
    }
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
    for (size_t i = 0; stacks->known && i < (size_t)stacks->known->count * stacks->columns; i++)
        stacks->known_weight[i] *= factor;
    stacks_scale_runs(stacks, factor);
    return true;
}

void stacks_seal(struct stacks *stacks)
{
    if (!stacks->sorted)
        stacks_sort(stacks, 1);
    if (stacks->order == STACKS_BY_TEXT)
        return;
    stacks_pack(stacks);
    stacks->count = 0;
}

void stacks_drop_text(struct stacks *stacks)
{
    if (stacks->order == STACKS_BY_TREE)
        arena_free(&stacks->arena);
}

bool stacks_are_text(const struct stacks *stacks)
{
    return stacks->order == STACKS_BY_TEXT;
}
