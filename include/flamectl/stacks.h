/* Distinct stacks as folded text, with their weights: what folded input is gathered in before
 * anybody needs a call tree. Lines that come again are told by their bytes; no frame of theirs is
 * looked up.
 *
 * Text beyond a limit is packed: the stacks are sorted, and frames are told by numbers, of one to three
 * bytes mostly. profile_settle puts them into the call tree; a stack_merge walks over what is text still,
 * in order, over several gatherings (every thread has its own). */
#ifndef FLAMECTL_STACKS_H
#define FLAMECTL_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/frame.h"
#include "flamectl/heap.h"

#define STACKS_NONE UINT32_MAX /* no row */

/* The order that they are wanted in. */
enum stacks_order {
    STACKS_BY_TREE, /* depth first; siblings by their bytes, a prefix before what it begins */
    STACKS_BY_TEXT  /* byte order of the texts; by tree where there is too much text */
};

/* Bytes of text in one gathering, rows included: what is wanted by tree is better packed soon, what is
 * wanted by text is never packed in most uses. */
#define STACKS_MOST_BY_TREE ((size_t)32 << 20)
#define STACKS_MOST_BY_TEXT ((size_t)128 << 20)

struct stack_run; /* packed stacks, in order of the tree */

struct stacks {
    enum stacks_order order;
    struct hash_seed seed;
    unsigned columns;
    int64_t *grand; /* by column: sum of the weights, in the profile's units */
    /* present text, by row */
    uint32_t count;
    size_t capacity, weight_capacity;
    struct span *text;
    int64_t *weight; /* by row, then by column */
    struct arena arena;
    size_t bytes, most;
    struct index *by_text;
    bool sorted; /* rows are in order, and no text can be added */
    /* packed before */
    struct stack_run *runs;
    size_t run_count, run_capacity;
    struct frame_table frames; /* of the runs */
};

/* With the limit for the order. */
struct stacks *stacks_make(enum stacks_order order, unsigned columns);
void stacks_free(struct stacks *stacks);

/* The row of a text with this hash (hash_bytes by the seed), or STACKS_NONE. Rows stand until the
 * next stacks_add. */
uint32_t stacks_find(const struct stacks *stacks, struct span text, uint64_t hash);

/* Makes a row for a text that has none; packs what there is where it is too much. */
uint32_t stacks_add(struct stacks *stacks, struct span text, uint64_t hash);

/* Adds to a row's weight. false, with nothing changed, where the column's sum would exceed INT64_MAX. */
bool stacks_add_weight(struct stacks *stacks, uint32_t row, unsigned column, int64_t weight);

/* Says in what order they are wanted; before they are sealed. */
void stacks_want(struct stacks *stacks, enum stacks_order order);

void stacks_set_columns(struct stacks *stacks, unsigned columns);

/* Multiplies all weights. false, with nothing changed, where a sum would exceed INT64_MAX. */
bool stacks_scale(struct stacks *stacks, int64_t factor);

/* Sorts what it holds, and packs it where it is wanted by tree. No text can be added any more. */
void stacks_seal(struct stacks *stacks);

/* Whether all is there as text in byte order, once sealed. */
bool stacks_are_text(const struct stacks *stacks);

/* Sorts the rows; the beginning of the file says how. */
void stacks_sort(struct stacks *stacks, enum stacks_order order);

/* A walk over all stacks of several gatherings in order, equal ones as one. */
struct stack_merge {
    struct span text; /* the present stack */
    int64_t *weight;  /* by column */
    unsigned columns;
    struct stack_cursor *cursors;
    struct heap heap; /* of those with more to come */
};

/* Begins over sealed gatherings that stacks_are_text of, and that stay as they are. */
void stack_merge_init(struct stack_merge *merge, struct stacks *const *all, size_t count,
                      unsigned columns);
void stack_merge_free(struct stack_merge *merge);

/* The next stack; false at the end. */
bool stack_merge_next(struct stack_merge *merge);

#endif
