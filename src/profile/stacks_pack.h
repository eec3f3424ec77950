/* Packed stacks, sorted by tree. */
#ifndef FLAMECTL_STACKS_PACK_H
#define FLAMECTL_STACKS_PACK_H

#include <stddef.h>

#include "flamectl/stacks.h"

/* For each stack, as varints: how many frames it has, their ids, and its weight in every column, in
 * units of `factor`. */
struct stack_run {
    unsigned char *bytes;
    size_t len, capacity;
    size_t count; /* stacks */
    unsigned columns;
    int64_t factor;
};

/* A stack's frames, root first. */
struct packed_stack {
    uint32_t *frames;
    size_t depth, capacity;
};

/* Makes a run of the rows, which are sorted by tree. */
void stacks_pack(struct stacks *stacks);

/* Adds a stack behind those that come before it, and its weight in every column. */
void run_add(struct stack_run *run, const struct packed_stack *stack, const int64_t *weights);

void stacks_scale_runs(struct stacks *stacks, int64_t factor);
void stacks_drop_runs(struct stacks *stacks);

/* Takes the next varint off. */
static inline uint64_t packed_number(const unsigned char **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    for (; **at & 0x80; shift += 7)
        value |= (uint64_t)(*(*at)++ & 0x7f) << shift;
    return value | (uint64_t)*(*at)++ << shift;
}

/* Takes the frames of a stack off, as `map` has them; its weights follow. */
void packed_frames(const unsigned char **at, const uint32_t *map, struct packed_stack *stack);

/* A run and a place in it. */
struct run_cursor {
    const struct stack_run *run;
    const uint32_t *map; /* from the run's frame ids to those of a table of all */
    const unsigned char *at;
    size_t left; /* stacks that follow */
    struct packed_stack stack;
    const unsigned char *begin, *weights; /* of the stack */
};

/* Before the first stack. */
struct run_cursor run_begin(const struct stack_run *run, const uint32_t *map);

/* Goes to the next stack; false at the end. */
bool run_next(struct run_cursor *cursor);

/* The order of the stacks at two cursors, for a heap whose context is the table of all frames. */
int run_compare(const void *left, const void *right, const void *frames);

/* Takes a run over; where that makes them too many, all are merged. */
void stacks_add_run(struct stacks *stacks, struct stack_run run);

#endif
