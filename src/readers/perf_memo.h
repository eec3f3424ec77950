/* What the perf reader remembers: recordings repeat their frame lines and stacks over and over, so
 * cleaning a line and walking the call tree are done once for each distinct one.
 *
 * Memos are caches. They compare the bytes, not only a hash, and never grow without bounds. */
#ifndef FLAMECTL_PERF_MEMO_H
#define FLAMECTL_PERF_MEMO_H

#include "flamectl/index.h"
#include "flamectl/profile.h"

#include "perf_frame.h"

struct line_entry;

/* Frame lines and their frames. */
struct line_memo {
    struct hash_seed seed;
    struct index *index; /* hash -> entry */
    struct line_entry *entries;
    size_t count, capacity;
    char *bytes; /* of all lines */
    size_t bytes_used, bytes_capacity;
    struct frame_list frames; /* of all lines */
};

void line_memo_init(struct line_memo *memo, struct hash_seed seed);
void line_memo_free(struct line_memo *memo);

/* A line's key: what it cleans up to may depend on the kind of thread (`java`). */
uint64_t line_memo_hash(const struct line_memo *memo, struct span line, bool java);

/* Adds the frames of a known line to the list; false, with nothing done, where it is not known. */
bool line_memo_find(const struct line_memo *memo, uint64_t hash, struct span line, bool java,
                    struct frame_list *list);

/* Remembers a line that is not known. */
void line_memo_add(struct line_memo *memo, uint64_t hash, struct span line, bool java,
                   const uint32_t *frames, size_t count);

/* Stacks and their nodes. The profile itself holds the frames to compare. */
struct stack_memo {
    struct profile *profile;
    struct index *index; /* hash -> node; NULL where every stack is new (by-time profiles) */
    uint32_t *frames;    /* scratch */
    size_t capacity;
};

void stack_memo_init(struct stack_memo *memo, struct profile *profile);
void stack_memo_free(struct stack_memo *memo);

/* The node of the process frame (or FRAME_GAP for none) and the frames, leaf first, under it. */
uint32_t stack_memo_node(struct stack_memo *memo, uint32_t process, const struct frame_list *list);

#endif
