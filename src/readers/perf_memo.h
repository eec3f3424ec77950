/* What the perf reader remembers: recordings repeat their frame lines and stacks over and over, so
 * cleaning a line and walking the call tree are done once for each distinct one.
 *
 * Memos are caches. They compare the bytes, not only a hash, and never grow without bounds. */
#ifndef FLAMECTL_PERF_MEMO_H
#define FLAMECTL_PERF_MEMO_H

#include "flamectl/index.h"
#include "flamectl/profile.h"

#include "perf_frame.h"

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

/* Frame lines and their frames. */
struct line_memo {
    struct hash_seed seed;
    struct index *index; /* hash -> record: its place in `records`, in words */
    uint32_t *records;
    size_t used, capacity;
    struct frame_list frames; /* of lines with other than one */
};

void line_memo_init(struct line_memo *memo, struct hash_seed seed);
void line_memo_free(struct line_memo *memo);

/* A line's key: what it cleans up to may depend on the kind of thread (`java`). */
uint64_t line_memo_hash(const struct line_memo *memo, struct span line, bool java);

/* Asks the caches of the processor for what line_memo_find will look at: first for the index, then, for
 * several lines at a time, for the records. */
static inline void line_memo_prefetch_index(const struct line_memo *memo, uint64_t hash)
{
    PREFETCH(&memo->index->slots[index_begin(memo->index, hash)]);
}

static inline void line_memo_prefetch_record(const struct line_memo *memo, uint64_t hash)
{
    uint32_t id = memo->index->slots[index_begin(memo->index, hash)].id;
    if (id != INDEX_NONE)
        PREFETCH(&memo->records[id]);
}

/* Adds the frames of a known line to the list; false, with nothing done, where it is not known. */
bool line_memo_find(const struct line_memo *memo, uint64_t hash, struct span line, bool java,
                    struct frame_list *list);

/* Remembers a line that is not known. */
void line_memo_add(struct line_memo *memo, uint64_t hash, struct span line, bool java,
                   const uint32_t *frames, size_t count);

/* Stacks and their nodes, where no paths are kept (profile_paths.h). The profile itself holds the frames to compare. */
struct stack_memo {
    struct profile *profile;
    struct index *index; /* hash -> node; NULL where every stack is new (by-time profiles) */
    struct stack_step *path; /* the stack that was new last, root first: the next may begin alike */
    size_t depth, capacity;
};

struct stack_step {
    uint32_t frame, node;
};

void stack_memo_init(struct stack_memo *memo, struct profile *profile);
void stack_memo_free(struct stack_memo *memo);

/* The node of the process frame (or FRAME_GAP for none) and the frames, leaf first, under it. */
uint32_t stack_memo_node(struct stack_memo *memo, uint32_t process, const struct frame_list *list);

#endif
