/* The call tree. A child's id is always greater than its parent's; every loop here relies on it. */
#include "flamectl/profile.h"

#include <assert.h>
#include <stdio.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/stacks.h"

static void make_room(struct profile *profile, size_t nodes)
{
    profile->nodes = memory_grow(profile->nodes, &profile->capacity, nodes, sizeof *profile->nodes);
    size_t capacity = profile->capacity;
    if (profile->last_child)
        profile->last_child = memory_resize(profile->last_child, capacity, sizeof *profile->last_child);
    for (unsigned c = 0; c < profile->columns; c++) {
        profile->self[c] = memory_resize(profile->self[c], capacity, sizeof(int64_t));
        if (profile_knows_samples(profile, c))
            profile->samples[c] = memory_resize(profile->samples[c], capacity, sizeof(int64_t));
    }
}

/* Most profiles have one column of weights and nothing else. */
static void clear_columns(struct profile *profile, uint32_t node)
{
    for (unsigned c = 0; c < profile->columns; c++) {
        profile->self[c][node] = 0;
        if (profile_knows_samples(profile, c))
            profile->samples[c][node] = 0;
    }
}

static uint32_t make_node(struct profile *profile, uint32_t parent, uint32_t frame)
{
    if (profile->count == profile->capacity)
        make_room(profile, (size_t)profile->count + 1);
    assert(!profile->sorted);
    if (profile->count == PROFILE_MOST_NODES)
        memory_exhausted();
    uint32_t node = profile->count++;
    profile->nodes[node] = (struct profile_node){frame, parent};
    profile->self[0][node] = 0;
    if (profile->columns > 1 || profile->samples)
        clear_columns(profile, node);
    if (profile->last_child) {
        profile->last_child[node] = PROFILE_NONE;
        profile->last_child[parent] = node;
    }
    return node;
}

void profile_init(struct profile *profile, enum profile_order order)
{
    *profile = (struct profile){.order = order, .scale = 1};
    profile_set_columns(profile, 1);
    frame_table_init(&profile->frames);
    make_node(profile, PROFILE_NONE, FRAME_GAP);
}

void profile_free(struct profile *profile)
{
    profile_drop_stacks(profile);
    if (profile->paths)
        stacks_free(profile->paths);
    memory_free(profile->narrow);
    memory_free(profile->ranked);
    frame_table_free(&profile->frames);
    profile_forget_children(profile);
    memory_free(profile->nodes);
    for (unsigned c = 0; c < profile->columns; c++) {
        memory_free(profile->self[c]);
        profile_forget_samples(profile, c);
    }
    memory_free(profile->self);
    memory_free(profile->grand);
    memory_free(profile->samples);
    memory_free(profile->grand_samples);
    memory_free((char *)profile->unit);
}

static uint64_t hash_child(const struct profile *profile, uint32_t parent, uint32_t frame)
{
    return hash_pair(profile->frames.seed, parent, frame);
}

/* Tells the nodes' children, as they are looked for from now on. */
static void know_children(struct profile *profile)
{
    uint32_t *last = memory_get(profile->capacity, sizeof *last);
    last[PROFILE_ROOT] = PROFILE_NONE;
    for (uint32_t node = 1; node < profile->count; node++) {
        last[node] = PROFILE_NONE;
        last[profile->nodes[node].parent] = node;
    }
    profile->last_child = last;
}

void profile_forget_children(struct profile *profile)
{
    memory_free(profile->last_child);
    index_free(profile->by_child);
    profile->last_child = NULL;
    profile->by_child = NULL;
}

/* Makes the index of the nodes that have siblings. */
static void index_children(struct profile *profile)
{
    profile->by_child = index_make();
    for (uint32_t node = 1; node < profile->count; node++) {
        const struct profile_node *made = &profile->nodes[node];
        uint32_t *last = &profile->last_child[made->parent];
        if (*last != node)
            *last |= PROFILE_INDEXED;
        if (*last & PROFILE_INDEXED)
            index_add(profile->by_child, hash_child(profile, made->parent, made->frame), node);
    }
}

static uint32_t make_indexed(struct profile *profile, uint32_t parent, uint32_t frame,
                             uint64_t hash)
{
    uint32_t node = make_node(profile, parent, frame);
    profile->last_child[parent] |= PROFILE_INDEXED;
    index_add(profile->by_child, hash, node);
    return node;
}

/* Most nodes of a deep tree have one child: it is found without the index, and is entered there
 * only with the second. */
uint32_t profile_child(struct profile *profile, uint32_t parent, uint32_t frame)
{
    if (!profile->last_child)
        know_children(profile);
    uint32_t last = profile->last_child[parent];
    if (last == PROFILE_NONE)
        return make_node(profile, parent, frame);
    bool indexed = last & PROFILE_INDEXED;
    last &= ~PROFILE_INDEXED;
    if (profile->nodes[last].frame == frame)
        return last;
    if (profile->order == PROFILE_BY_TIME)
        return make_node(profile, parent, frame);
    if (!profile->by_child) {
        index_children(profile);
        indexed = profile->last_child[parent] & PROFILE_INDEXED;
    }
    uint64_t hash = hash_child(profile, parent, frame);
    if (!indexed) {
        index_add(profile->by_child, hash_child(profile, parent, profile->nodes[last].frame), last);
        return make_indexed(profile, parent, frame, hash);
    }
    uint32_t node, at = index_begin(profile->by_child, hash);
    while ((node = index_next(profile->by_child, hash, &at)) != INDEX_NONE)
        if (profile->nodes[node].parent == parent && profile->nodes[node].frame == frame)
            return node;
    return make_indexed(profile, parent, frame, hash);
}

void profile_reserve(struct profile *profile, uint32_t nodes)
{
    if (nodes > profile->capacity)
        make_room(profile, nodes);
}

uint32_t profile_append(struct profile *profile, uint32_t parent, uint32_t frame)
{
    if (profile->last_child)
        profile_forget_children(profile);
    return make_node(profile, parent, frame);
}

uint32_t profile_node(struct profile *profile, const uint32_t *frames, size_t count)
{
    uint32_t node = PROFILE_ROOT;
    for (size_t i = 0; i < count; i++)
        node = profile_child(profile, node, frames[i]);
    return node;
}

/* By time, what a frame does itself after a call comes after that call. */
static uint32_t own_node(struct profile *profile, uint32_t node)
{
    if (profile->order == PROFILE_BY_TIME && profile->last_child &&
        profile->last_child[node] != PROFILE_NONE)
        return profile_child(profile, node, FRAME_GAP);
    return node;
}

bool profile_add(struct profile *profile, uint32_t node, unsigned column, int64_t weight)
{
    if (weight > INT64_MAX - profile->grand[column])
        return false;
    node = own_node(profile, node);
    profile->grand[column] += weight;
    profile->self[column][node] += weight;
    return true;
}

bool profile_add_samples(struct profile *profile, uint32_t node, unsigned column, int64_t samples)
{
    if (!profile_knows_samples(profile, column))
        return true;
    if (samples > INT64_MAX - profile->grand_samples[column])
        return false;
    node = own_node(profile, node);
    profile->grand_samples[column] += samples;
    profile->samples[column][node] += samples;
    return true;
}

bool profile_make_decimal(struct profile *profile)
{
    if (profile->scale != 1)
        return true;
    for (unsigned c = 0; c < profile->columns; c++)
        if (profile->grand[c] > INT64_MAX / PROFILE_DECIMAL_SCALE)
            return false;
    for (size_t i = 0; i < profile->stacks_count; i++)
        if (!stacks_scale(profile->stacks[i], PROFILE_DECIMAL_SCALE))
            return false;
    if (profile->paths && !stacks_scale(profile->paths, PROFILE_DECIMAL_SCALE))
        return false;
    for (unsigned c = 0; c < profile->columns; c++) {
        profile->grand[c] *= PROFILE_DECIMAL_SCALE;
        for (uint32_t node = 0; node < profile->count; node++)
            profile->self[c][node] *= PROFILE_DECIMAL_SCALE;
    }
    profile->scale = PROFILE_DECIMAL_SCALE;
    return true;
}

void profile_set_unit(struct profile *profile, const char *unit)
{
    size_t size = strlen(unit) + 1;
    char *copy = memcpy(memory_get(size, 1), unit, size);
    memory_free((char *)profile->unit);
    profile->unit = copy;
}

size_t profile_depth(const struct profile *profile, uint32_t node)
{
    size_t depth = 0;
    for (; node != PROFILE_ROOT; node = profile->nodes[node].parent)
        depth++;
    return depth;
}

size_t profile_stack(const struct profile *profile, uint32_t node, uint32_t *frames)
{
    size_t depth = profile_depth(profile, node);
    for (size_t i = depth; i-- > 0; node = profile->nodes[node].parent)
        frames[i] = profile->nodes[node].frame;
    return depth;
}

/* What a column's stacks outside the tree weigh. */
static int64_t gathered(int64_t grand, const int64_t *self, uint32_t count)
{
    for (uint32_t node = 0; node < count; node++)
        grand -= self[node];
    return grand;
}

/* The stacks that are not in the tree change hands. */
static bool take_stacks(struct profile *into, struct profile *from)
{
    bool fits = true;
    for (unsigned c = 0; from->stacks_count && c < from->columns; c++) {
        int64_t paths = from->paths ? from->paths->grand[c] : 0;
        int64_t more = gathered(from->grand[c] - paths, from->self[c], from->count);
        fits = fits && more <= INT64_MAX - into->grand[c];
        into->grand[c] += fits ? more : 0;
    }
    for (size_t i = 0; i < from->stacks_count; i++) {
        into->stacks = memory_grow(into->stacks, &into->stacks_capacity, into->stacks_count + 1,
                                   sizeof(struct stacks *));
        into->stacks[into->stacks_count++] = from->stacks[i];
    }
    from->stacks_count = 0;
    return fits;
}

void profile_drop_stacks(struct profile *profile)
{
    for (size_t i = 0; i < profile->stacks_count; i++)
        stacks_free(profile->stacks[i]);
    memory_free(profile->stacks);
    profile->stacks = NULL;
    profile->stacks_count = profile->stacks_capacity = 0;
}

/* A node that was not there before has no children yet: most of what is merged is appended. */
static uint32_t merge_child(struct profile *into, uint32_t known, uint32_t parent, uint32_t frame)
{
    return parent < known ? profile_child(into, parent, frame) : make_node(into, parent, frame);
}

bool profile_merge(struct profile *into, struct profile *from)
{
    bool fits = true;
    assert(into->order == PROFILE_BY_NAME && from->order == PROFILE_BY_NAME);
    if (from->scale != into->scale)
        fits = profile_make_decimal(into) && profile_make_decimal(from);
    profile_set_columns(into, from->columns);
    for (unsigned c = 0; c < from->columns; c++)
        if (!profile_knows_samples(from, c))
            profile_forget_samples(into, c);
    uint32_t *frame = memory_get(from->frames.count, sizeof *frame);
    for (uint32_t i = 0; i < from->frames.count; i++)
        frame[i] =
            frame_intern(&into->frames, from->frames.frames[i].name, from->frames.frames[i].kind);
    uint32_t *node = memory_get(from->count, sizeof *node), known = into->count;
    node[PROFILE_ROOT] = PROFILE_ROOT;
    for (uint32_t i = 0; i < from->count; i++) {
        if (i != PROFILE_ROOT)
            node[i] = merge_child(into, known, node[from->nodes[i].parent],
                                  frame[from->nodes[i].frame]);
        for (unsigned c = 0; c < from->columns; c++)
            fits = fits && profile_add(into, node[i], c, from->self[c][i]);
        for (unsigned c = 0; into->samples && c < from->columns; c++)
            if (profile_knows_samples(into, c))
                fits = fits && profile_add_samples(into, node[i], c, from->samples[c][i]);
    }
    index_free(into->by_child); /* it misses what was appended */
    into->by_child = NULL;
    fits = profile_merge_paths(into, from, frame) && fits;
    memory_free(node);
    memory_free(frame);
    return take_stacks(into, from) && fits;
}

size_t profile_weight_text(int64_t weight, int64_t scale, char *buffer)
{
    /* the magnitude of INT64_MIN has no int64_t */
    uint64_t value = weight < 0 ? 0 - (uint64_t)weight : (uint64_t)weight;
    uint64_t whole = value / (uint64_t)scale, rest = value % (uint64_t)scale;
    char digits[24], *p = digits + sizeof digits; /* a line of folded text each: no snprintf */
    do
        *--p = (char)('0' + whole % 10);
    while (whole /= 10);
    if (weight < 0)
        *--p = '-';
    int n = (int)(digits + sizeof digits - p);
    memcpy(buffer, p, (size_t)n);
    buffer[n] = '\0';
    if (rest) {
        n += snprintf(buffer + n, PROFILE_WEIGHT_TEXT - (size_t)n, ".%0*llu",
                      PROFILE_DECIMAL_PLACES, (unsigned long long)rest);
        while (buffer[n - 1] == '0')
            buffer[--n] = '\0';
    }
    return (size_t)n;
}
