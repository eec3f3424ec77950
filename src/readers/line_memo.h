/* Frame lines that a reader of text remembers: inputs repeat them over and over, so each distinct one is cleaned
 * once.
 *
 * A memo is a cache. It compares the bytes, not only a hash, and never grows without bounds. */
#ifndef FLAMECTL_LINE_MEMO_H
#define FLAMECTL_LINE_MEMO_H

#include <stdbool.h>

#include "flamectl/hash.h"
#include "flamectl/index.h"
#include "flamectl/memory.h"

#include "frame_list.h"

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

/* A line's key: what it means may depend on the kind of thread (`java`). */
uint64_t line_memo_hash(const struct line_memo *memo, struct span line, bool java);

/* Asks the caches of the processor for what line_memo_find will look at: first for the index, then, for
 * several lines at a time, for the records. */
static inline void line_memo_prefetch_index(const struct line_memo *memo, uint64_t hash)
{
    index_prefetch(memo->index, hash);
}

static inline void line_memo_prefetch_record(const struct line_memo *memo, uint64_t hash)
{
    uint32_t id = memo->index->slots[index_begin(memo->index, hash)].id;
    if (id != INDEX_NONE)
        memory_prefetch(&memo->records[id]);
}

/* Adds the frames of a known line to the list; false, with nothing done, where it is not known. */
bool line_memo_find(const struct line_memo *memo, uint64_t hash, struct span line, bool java,
                    struct frame_list *list);

/* Remembers a line that is not known. */
void line_memo_add(struct line_memo *memo, uint64_t hash, struct span line, bool java,
                   const uint32_t *frames, size_t count);

#endif
