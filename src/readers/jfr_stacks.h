/* The stacks of a chunk that samples name, and where they are filed. */
#ifndef FLAMECTL_JFR_STACKS_H
#define FLAMECTL_JFR_STACKS_H

#include "frame_list.h"
#include "jfr_frames.h"
#include "slices.h"

/* A stack that is known; or a bare one, what all have in common that differ in class or method alone. */
struct jfr_stack {
    uint64_t stack, thread, class_id, method; /* bare: thread is its frame */
    bool in_tlab, bare, empty;
    uint32_t slice; /* the recorder's */
    uint32_t below; /* the bare one's place */
    uint32_t node;  /* of the call tree; or, where tiers are told, of theirs */
    int64_t weight; /* in this chunk */
};

struct jfr_stacks {
    struct recorder *recorder;
    struct jfr_frames frames;
    struct jfr_stack *known; /* of the chunk */
    size_t known_count, known_capacity;
    struct index *by_stack;
    bool all;
    bool tell_tiers; /* by most of a node's weight */
    struct jfr_tiers tiers;
    int64_t weight; /* of all chunks */
    struct frame_list path; /* scratch */
    bool by_time;
    struct slice_list timed; /* samples of the chunk by time: places of known stacks, and for durations their weights */
};

void jfr_stacks_init(struct jfr_stacks *stacks, struct recorder *recorder, bool all);
void jfr_stacks_free(struct jfr_stacks *stacks);

/* Around each chunk. The end files what had to wait for it, if that is wanted: 0, or -1 after a message. */
void jfr_stacks_begin(struct jfr_stacks *stacks, struct jfr_chunk *chunk, struct jfr_naming naming);
int jfr_stacks_end(struct jfr_stacks *stacks, bool wanted);

/* Adds a sample of a stack, of which the ids are given. 0, or -1 after a message. */
int jfr_stacks_add(struct jfr_stacks *stacks, const struct jfr_stack *key, int64_t time, int64_t weight);

#endif
