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

struct pprof_stacks {
    struct hash_seed seed;
    struct pprof_stack *stacks;
    size_t count, capacity;
    char *keys;
    size_t key_len, key_capacity;
    int64_t *values;
    size_t value_count, value_capacity;
    struct index *by_key;
    bool labels; /* samples with other labels are other stacks */
    struct protobuf_message sample_locations, sample_labels; /* of the present sample */
    int64_t *sample_values;
    size_t sample_value_count, sample_value_capacity;
};

void pprof_stacks_init(struct pprof_stacks *stacks, bool labels);
void pprof_stacks_free(struct pprof_stacks *stacks);

enum pprof_added { PPROF_ADDED, PPROF_DAMAGED, PPROF_OVERFLOW };

/* Adds a message Sample. */
enum pprof_added pprof_stacks_add(struct pprof_stacks *stacks, struct span message);

struct span pprof_stacks_locations(const struct pprof_stacks *stacks, size_t stack);
struct span pprof_stacks_labels(const struct pprof_stacks *stacks, size_t stack);
int64_t pprof_stacks_value(const struct pprof_stacks *stacks, size_t stack, size_t which);

#endif
