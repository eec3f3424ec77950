/* Distinct stacks as folded text, with their weights: what folded input is gathered in before
 * anybody needs a call tree. Lines that come again are told by their bytes; no frame of theirs is
 * looked up.
 *
 * Text beyond a limit is packed: the stacks are sorted, and frames are told by numbers, of one to three
 * bytes mostly. profile_settle puts them into the call tree.
 *
 * Every thread has a gathering of its own. What was gathered before they started is known to all of them
 * and changed by none; each counts for itself how often it comes again. */
#ifndef FLAMECTL_STACKS_H
#define FLAMECTL_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/frame.h"

#define STACKS_NONE UINT32_MAX             /* no row */
#define STACKS_KNOWN (UINT32_C(1) << 31) /* added to a row of what is known */

/* The order that they are wanted in. */
enum stacks_order {
    STACKS_BY_TREE, /* depth first; siblings by their bytes, a prefix before what it begins */
    STACKS_BY_TEXT  /* byte order of the texts; by tree where there is too much text */
};

/* Bytes of text, rows included. Stacks of one input are better packed soon, by each thread. But what comes again
 * after it was packed is packed again, and what is wanted by text takes less memory and a third of the time as such:
 * those of several inputs, and those that are wanted by text, are never packed in most uses. More than two threads
 * have less each (profile_fork). */
#define STACKS_MOST_ONCE ((size_t)32 << 20)
#define STACKS_MOST_AGAIN ((size_t)512 << 20)

struct stack_run; /* packed stacks, in order of the tree */

struct stacks {
    enum stacks_order order;
    struct hash_seed seed;
    unsigned columns;
    int64_t *grand; /* by column: sum of the weights, in the profile's units */
    /* present text, by row */
    uint32_t count;
    size_t capacity, weight_capacity, hash_capacity;
    struct span *text;
    int64_t *weight; /* by row, then by column */
    uint32_t *hash;  /* by row: the lower half of its text's */
    struct arena arena;
    size_t bytes, most;
    struct index *by_text;
    bool sorted; /* rows are in order, and no text can be added */
    /* packed before */
    struct stack_run *runs;
    size_t run_count, run_capacity;
    size_t packed, merged; /* bytes in them: now, and when they were last merged into one */
    struct frame_table frames; /* of the runs */
    /* gathered before, or NULL */
    const struct stacks *known;
    int64_t *known_weight; /* as weight, of its rows: what they weigh besides */
};

/* `most`: bytes of text. */
struct stacks *stacks_make(enum stacks_order order, unsigned columns, size_t most);
void stacks_free(struct stacks *stacks);

/* An empty one, for a thread, beside what is known. */
struct stacks *stacks_beside(const struct stacks *known);

/* What came again of the known stacks is added to them, who are the same, and forgotten here. Where a sum would
 * exceed INT64_MAX nothing is added. */
void stacks_tell(struct stacks *stacks, struct stacks *known);

/* Takes over the text, and its weights, of another one with the same seed; what that one has packed stays there.
 * false, with nothing changed, where a sum would exceed INT64_MAX. */
bool stacks_take(struct stacks *stacks, struct stacks *from);

/* Moves the last `count` rows, sorted, to a new gathering; their text stays with this one (stacks_drop_text). */
struct stacks *stacks_part(struct stacks *stacks, uint32_t count);

/* The row of a text with this hash (hash_bytes by the seed), or STACKS_NONE. Rows stand until the
 * next stacks_add. */
uint32_t stacks_find(const struct stacks *stacks, struct span text, uint64_t hash);

/* Whether there is such a row, and it has this text. */
bool stacks_has(const struct stacks *stacks, uint32_t row, struct span text);

/* Packs what there is where it is too much. */
void stacks_make_room(struct stacks *stacks);

/* Makes a row for a text that has none; packs what there is where it is too much. */
uint32_t stacks_add(struct stacks *stacks, struct span text, uint64_t hash);

/* Adds to a row's weight. false, with nothing changed, where the column's sum would exceed INT64_MAX. */
bool stacks_add_weight(struct stacks *stacks, uint32_t row, unsigned column, int64_t weight);

/* Says in what order they are wanted, which may raise the limit; before they are sealed. */
void stacks_want(struct stacks *stacks, enum stacks_order order);

void stacks_set_columns(struct stacks *stacks, unsigned columns);

/* Multiplies all weights. false, with nothing changed, where a sum would exceed INT64_MAX. */
bool stacks_scale(struct stacks *stacks, int64_t factor);

/* Sorts its rows (stacks_sort.c says how) by so many threads at most. No text can be added any more. */
void stacks_sort(struct stacks *stacks, unsigned jobs);

/* Sorts what is not sorted yet, and packs it where it is wanted by tree. */
void stacks_seal(struct stacks *stacks);

/* Frees the text of what was sealed and is packed. */
void stacks_drop_text(struct stacks *stacks);

/* Whether all is there as text in byte order, once sealed. */
bool stacks_are_text(const struct stacks *stacks);

#endif
