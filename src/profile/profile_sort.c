/* Ordering without recursion, and without comparing texts more than once per frame: frames are
 * ranked once, and nodes with siblings are then dealt to their parents in order of rank. */
#include "flamectl/profile_sort.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"

static bool has_self(const struct profile *profile, uint32_t node)
{
    bool has = profile->self[0][node];
    for (unsigned c = 1; c < profile->columns; c++)
        has = has || profile->self[c][node];
    return has;
}

/* Positions of frames' texts (frame_rank). */
struct ranks {
    uint32_t *self, *inner;
};

/* Things to be put in order under their nodes: nodes under their parents, or entries of folded
 * text. */
struct ordering {
    uint32_t *first;   /* by node: the first thing below it, or PROFILE_NONE */
    uint32_t *next;    /* by thing: the one after it, or PROFILE_NONE */
    uint32_t *several; /* things that share their node with others, as they came */
    size_t count, capacity;
};

/* Marks a node with several things, until they are sorted. */
#define SEVERAL (PROFILE_NONE - 1)

static void begin_ordering(struct ordering *ordering, uint32_t nodes)
{
    for (uint32_t node = 0; node < nodes; node++)
        ordering->first[node] = PROFILE_NONE;
    ordering->several = NULL;
    ordering->count = ordering->capacity = 0;
}

static void push(struct ordering *ordering, uint32_t thing)
{
    ordering->several = memory_grow(ordering->several, &ordering->capacity, ordering->count + 1,
                                    sizeof *ordering->several);
    ordering->several[ordering->count++] = thing;
}

/* Most nodes of a deep tree have one thing below: only the others' need sorting. */
static void put(struct ordering *ordering, uint32_t node, uint32_t thing)
{
    ordering->next[thing] = PROFILE_NONE;
    if (ordering->first[node] == PROFILE_NONE) {
        ordering->first[node] = thing;
        return;
    }
    if (ordering->first[node] != SEVERAL)
        push(ordering, ordering->first[node]);
    ordering->first[node] = SEVERAL;
    push(ordering, thing);
}

/* Sorts things by key, a counting sort. Keys are below `limit`. */
static uint32_t *sort_things(const uint32_t *things, const uint32_t *key, size_t count,
                             uint32_t limit)
{
    size_t *start = memory_zero((size_t)limit + 1, sizeof *start);
    uint32_t *order = memory_get(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        start[key[i] + 1]++;
    for (uint32_t i = 0; i < limit; i++)
        start[i + 1] += start[i];
    for (size_t i = 0; i < count; i++)
        order[start[key[i]]++] = things[i];
    memory_free(start);
    return order;
}

/* Gives each node its things in order; node_of and key_of tell of a thing. */
static void end_ordering(struct ordering *ordering, uint32_t limit,
                         uint32_t (*node_of)(const struct profile *, uint32_t thing),
                         uint32_t (*key_of)(const struct profile *, const struct ranks *,
                                            uint32_t thing),
                         const struct profile *profile, const struct ranks *ranks)
{
    uint32_t *key = memory_get(ordering->count, sizeof *key);
    for (size_t i = 0; i < ordering->count; i++) {
        key[i] = key_of(profile, ranks, ordering->several[i]);
        ordering->first[node_of(profile, ordering->several[i])] = PROFILE_NONE;
    }
    uint32_t *order = sort_things(ordering->several, key, ordering->count, limit);
    for (size_t i = ordering->count; i-- > 0;) {
        uint32_t node = node_of(profile, order[i]);
        ordering->next[order[i]] = ordering->first[node];
        ordering->first[node] = order[i];
    }
    memory_free(order);
    memory_free(key);
    memory_free(ordering->several);
}

static uint32_t parent_of(const struct profile *profile, uint32_t node)
{
    return profile->nodes[node].parent;
}

static uint32_t drawing_key(const struct profile *profile, const struct ranks *ranks, uint32_t node)
{
    return (has_self(profile, node) ? ranks->self : ranks->inner)[profile->nodes[node].frame];
}

static void order_by_name(struct ordering *ordering, const struct profile *profile)
{
    struct ranks ranks;
    begin_ordering(ordering, profile->count);
    for (uint32_t node = 1; node < profile->count; node++)
        put(ordering, profile->nodes[node].parent, node);
    frame_rank(&profile->frames, ' ', &ranks.self, &ranks.inner);
    end_ordering(ordering, profile->frames.count * 2 + 1, parent_of, drawing_key, profile, &ranks);
    memory_free(ranks.self);
    memory_free(ranks.inner);
}

static void order_by_time(struct ordering *ordering, const struct profile *profile)
{
    begin_ordering(ordering, profile->count);
    for (uint32_t node = profile->count; node-- > 1;) {
        uint32_t parent = profile->nodes[node].parent;
        ordering->next[node] = ordering->first[parent];
        ordering->first[parent] = node;
    }
}

/* Where a walk in depth-first order goes from a node: below, or else on. */
struct link {
    uint32_t below, on;
};

/* The last of siblings goes on where its parent does; parents come first. */
static struct link *make_links(const struct ordering *ordering, const struct profile *profile)
{
    struct link *links = memory_get(profile->count, sizeof *links);
    links[PROFILE_ROOT] = (struct link){ordering->first[PROFILE_ROOT], PROFILE_NONE};
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t on = ordering->next[node];
        if (on == PROFILE_NONE)
            on = links[profile->nodes[node].parent].on;
        links[node] = (struct link){ordering->first[node], on};
    }
    return links;
}

/* A column of weights or samples that gets a new order. */
struct move {
    int64_t **column, *fresh;
};

static struct move *make_moves(const struct profile *profile, unsigned *count)
{
    struct move *moves = memory_get(2 * (size_t)profile->columns, sizeof *moves);
    *count = 0;
    for (unsigned c = 0; c < profile->columns; c++)
        moves[(*count)++].column = &profile->self[c];
    for (unsigned c = 0; c < profile->columns; c++)
        if (profile_knows_samples(profile, c))
            moves[(*count)++].column = &profile->samples[c];
    for (unsigned i = 0; i < *count; i++)
        moves[i].fresh = memory_get(profile->count, sizeof *moves[i].fresh);
    return moves;
}

/* Puts the nodes into their new places, all of a node at once: what memory is waited for, is waited
 * for together. */
static void renumber(struct profile *profile, const struct link *links)
{
    uint32_t count = 0;
    uint32_t *fresh = memory_get(profile->count, sizeof *fresh); /* by old id */
    struct profile_node *nodes = memory_get(profile->count, sizeof *nodes);
    unsigned columns;
    struct move *moves = make_moves(profile, &columns);
    for (uint32_t old = PROFILE_ROOT; old != PROFILE_NONE; count++) {
        struct profile_node node = profile->nodes[old];
        fresh[old] = count;
        for (unsigned c = 0; c < columns; c++)
            moves[c].fresh[count] = (*moves[c].column)[old];
        if (old != PROFILE_ROOT)
            node.parent = fresh[node.parent];
        nodes[count] = node;
        old = links[old].below != PROFILE_NONE ? links[old].below : links[old].on;
    }
    memory_free(fresh);
    memory_free(profile->nodes);
    profile->nodes = nodes;
    for (unsigned c = 0; c < columns; c++) {
        memory_free(*moves[c].column);
        *moves[c].column = moves[c].fresh;
    }
    memory_free(moves);
    profile->capacity = profile->count;
}

void profile_sort(struct profile *profile)
{
    if (profile->sorted)
        return;
    profile_forget_children(profile);
    struct ordering ordering = {
        .first = memory_get(profile->count, sizeof(uint32_t)),
        .next = memory_get(profile->count, sizeof(uint32_t)),
    };
    if (profile->order == PROFILE_BY_NAME)
        order_by_name(&ordering, profile);
    else
        order_by_time(&ordering, profile);
    struct link *links = make_links(&ordering, profile);
    memory_free(ordering.first);
    memory_free(ordering.next);
    renumber(profile, links);
    memory_free(links);
    profile->sorted = true;
}

/* Entry 2n is node n's own line, 2n + 1 all lines of its children. They stand under n's parent. */
static uint32_t node_of_entry(const struct profile *profile, uint32_t entry)
{
    return profile->nodes[entry / 2].parent;
}

static uint32_t entry_key(const struct profile *profile, const struct ranks *ranks, uint32_t entry)
{
    return (entry % 2 ? ranks->inner : ranks->self)[profile->nodes[entry / 2].frame];
}

static void link_entries(struct ordering *ordering, const struct profile *profile)
{
    struct ranks ranks;
    bool *has_children = memory_zero(profile->count, sizeof *has_children);
    for (uint32_t node = 1; node < profile->count; node++)
        has_children[profile->nodes[node].parent] = true;
    begin_ordering(ordering, profile->count);
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t parent = profile->nodes[node].parent;
        if (has_self(profile, node))
            put(ordering, parent, node * 2);
        if (has_children[node])
            put(ordering, parent, node * 2 + 1);
    }
    memory_free(has_children);
    frame_rank(&profile->frames, -1, &ranks.self, &ranks.inner);
    end_ordering(ordering, profile->frames.count * 2 + 1, node_of_entry, entry_key, profile,
                 &ranks);
    memory_free(ranks.self);
    memory_free(ranks.inner);
}

void profile_folded_order(const struct profile *profile, void (*line)(uint32_t node, void *context),
                          void *context)
{
    struct ordering entries = {
        .first = memory_get(profile->count, sizeof(uint32_t)),
        .next = memory_get((size_t)profile->count * 2, sizeof(uint32_t)),
    };
    link_entries(&entries, profile);
    if (has_self(profile, PROFILE_ROOT))
        line(PROFILE_ROOT, context);
    uint32_t entry = entries.first[PROFILE_ROOT];
    while (entry != PROFILE_NONE) {
        uint32_t node = entry / 2;
        if (entry % 2 == 0)
            line(node, context);
        uint32_t below = entry % 2 ? entries.first[node] : PROFILE_NONE;
        while (below == PROFILE_NONE && entry != PROFILE_NONE) {
            below = entries.next[entry];
            uint32_t parent = profile->nodes[entry / 2].parent;
            entry = parent == PROFILE_ROOT ? PROFILE_NONE : parent * 2 + 1;
        }
        entry = below;
    }
    memory_free(entries.first);
    memory_free(entries.next);
}
