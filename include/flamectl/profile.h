/* The profile: one call tree over interned frames, with one or more columns of weights, and beside
 * each, where they are counted, the samples that the weights come from.
 *
 * Nodes are rows of flat arrays in order of creation, so a parent's id is smaller than its child's:
 * totals are one backward loop, and nothing recurses. Node 0 is the root ("all") and has no frame.
 * A diff is a profile with a column for each run before and after. */
#ifndef FLAMECTL_PROFILE_H
#define FLAMECTL_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/frame.h"

#define PROFILE_ROOT 0
#define PROFILE_NONE UINT32_MAX /* no node */
#define PROFILE_MOST_NODES INT32_MAX /* twice a node's id fits 32 bits, too */
#define PROFILE_FIT_NODES ((uint32_t)1 << 24) /* any input may ask for as many: 1 GB or so */
#define PROFILE_INDEXED (UINT32_C(1) << 31) /* no node's id has it */

/* Weights are exact: integers, or where a decimal weight was added, integers in units of 10^-6. */
#define PROFILE_DECIMAL_PLACES 6
#define PROFILE_DECIMAL_SCALE 1000000

/* Whether equal stacks become one node wherever they stand, or only when they are neighbours. */
enum profile_order { PROFILE_BY_NAME, PROFILE_BY_TIME };

struct profile_node {
    uint32_t frame;  /* frame id; FRAME_GAP for the root and for gaps */
    uint32_t parent; /* PROFILE_NONE for the root */
};

struct profile {
    struct frame_table frames;
    enum profile_order order;
    uint32_t count; /* nodes */
    size_t capacity;
    struct profile_node *nodes;
    unsigned columns;
    int64_t **self;   /* by column, by node: weight of the stack that ends here, in units of 1/scale */
    int64_t scale;    /* 1, or PROFILE_DECIMAL_SCALE */
    int64_t *grand;   /* by column: its sum; never overflows */
    int64_t **samples; /* as self, and never scaled; NULL where samples are not counted, and a column
                        * NULL where its samples are not known */
    int64_t *grand_samples; /* by column; NULL where samples is */
    const char *unit; /* what weights count ("cycles"), owned; NULL where the input does not say */
    bool sorted;      /* ids are in drawing order, and no node can be made (profile_sort) */
    uint32_t *last_child;   /* by node: the child made last, or PROFILE_NONE; of those whose children
                             * by_child finds, with PROFILE_INDEXED. NULL until profile_child needs it */
    struct index *by_child; /* (parent, frame) -> node, but for only children; by-name order only,
                             * NULL until profile_child needs it */
    struct stacks **stacks; /* not in the tree yet: profile_stacks.h */
    size_t stacks_count, stacks_capacity;
    struct stacks *paths; /* nor are these: profile_paths.h; NULL where none are kept */
    size_t path_bytes; /* of a frame in one of them */
    uint16_t *narrow;  /* scratch */
    size_t narrow_capacity;
    uint32_t turn; /* how often there were too many, and they went into the tree */
    uint32_t *ranked; /* by rank: frames, once paths are sorted */
};

void profile_init(struct profile *profile, enum profile_order order);
void profile_free(struct profile *profile);

/* The child of a node with this frame, made where it is not there yet. */
uint32_t profile_child(struct profile *profile, uint32_t parent, uint32_t frame);

/* Makes room for so many nodes in all. */
void profile_reserve(struct profile *profile, uint32_t nodes);

/* Forgets what finds them, which the next call of profile_child makes anew. */
void profile_forget_children(struct profile *profile);

/* Makes a child that is not there yet. */
uint32_t profile_append(struct profile *profile, uint32_t parent, uint32_t frame);

/* The node of a stack of `count` frames, root first. */
uint32_t profile_node(struct profile *profile, const uint32_t *frames, size_t count);

/* Adds to the node's own weight, in units of 1/scale. false, with nothing changed, where the
 * column's sum would exceed INT64_MAX. */
bool profile_add(struct profile *profile, uint32_t node, unsigned column, int64_t weight);

/* Starts to count samples, in all columns; before anything is added. Where a column's samples are
 * not known for some of its weight, they are not known for any: profile_forget_samples. */
void profile_count_samples(struct profile *profile);
void profile_forget_samples(struct profile *profile, unsigned column);
bool profile_knows_samples(const struct profile *profile, unsigned column);

/* As profile_add; nothing is added where the column's samples are not known. */
bool profile_add_samples(struct profile *profile, uint32_t node, unsigned column, int64_t samples);

/* Goes over to units of 10^-6. false, with nothing changed, where a sum would exceed INT64_MAX. */
bool profile_make_decimal(struct profile *profile);

/* Raises the number of columns; new ones are all 0. */
void profile_set_columns(struct profile *profile, unsigned columns);

/* Adds `count` columns up into the first of them, and drops the others. false where a sum would
 * exceed INT64_MAX; the columns are then of no use. */
bool profile_join_columns(struct profile *profile, unsigned first, unsigned count);

void profile_set_unit(struct profile *profile, const char *unit);

/* The frames from the root to a node. Room for profile_depth(node) ids; returns how many. */
size_t profile_depth(const struct profile *profile, uint32_t node);
size_t profile_stack(const struct profile *profile, uint32_t node, uint32_t *frames);

/* Adds every stack of `from` to `into` (frames by name, weights and samples by column); both by
 * name. Both go over to decimals where one has. false where a sum would exceed INT64_MAX. */
bool profile_merge(struct profile *into, struct profile *from);

/* Forgets the stacks that are not in the tree. */
void profile_drop_stacks(struct profile *profile);

/* A weight as text in plain decimal: digits, and where scale is not 1 a point and up to six
 * decimals without trailing zeros. buffer has PROFILE_WEIGHT_TEXT bytes; returns the length.
 * Weights may be negative. */
#define PROFILE_WEIGHT_TEXT 32
size_t profile_weight_text(int64_t weight, int64_t scale, char *buffer);

#endif
