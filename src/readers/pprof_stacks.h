/* The distinct stacks of a pprof profile and the sums of their values, by location ids: what these
 * stand for may come later in the file. */
#ifndef FLAMECTL_PPROF_STACKS_H
#define FLAMECTL_PPROF_STACKS_H

#include "flamectl/hash.h"
#include "flamectl/protobuf.h"

struct index;

struct pprof_stack {
    size_t key;            /* where its bytes begin: location ids as varints, leaf first, then */
    size_t location_bytes; /* its labels, as a message of nothing but labels */
    size_t label_bytes;
    size_t value; /* its first one; those behind the last are 0 */
    size_t value_count;
};

/* So many samples are stacks of their own until they are looked up together: what one needs is fetched while the
 * others are read. */
#define PPROF_UNSETTLED 16

struct pprof_stacks {
    struct hash_seed seed;
    struct pprof_stack *stacks;
    size_t count, capacity;
    struct protobuf_message keys;
    int64_t *values;
    size_t value_count, value_capacity;
    struct index *by_key; /* of the settled ones */
    size_t settled;
    uint64_t hash[PPROF_UNSETTLED]; /* of the others */
    bool labels; /* samples with other labels are other stacks */
    struct protobuf_message sample_labels; /* of the present sample */
};

void pprof_stacks_init(struct pprof_stacks *stacks, bool labels);
void pprof_stacks_free(struct pprof_stacks *stacks);

enum pprof_added { PPROF_ADDED, PPROF_DAMAGED, PPROF_OVERFLOW };

/* Adds a message Sample. */
enum pprof_added pprof_stacks_add(struct pprof_stacks *stacks, struct span message);

/* After the last one, before any stack is looked at. */
enum pprof_added pprof_stacks_end(struct pprof_stacks *stacks);

struct span pprof_stacks_locations(const struct pprof_stacks *stacks, size_t stack);
struct span pprof_stacks_labels(const struct pprof_stacks *stacks, size_t stack);
int64_t pprof_stacks_value(const struct pprof_stacks *stacks, size_t stack, size_t which);

#endif
