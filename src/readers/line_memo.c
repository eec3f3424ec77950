/* Lines and their frames, in one array: the hash leads to the place. */
#include "line_memo.h"

/* The line memo forgets when its records or frames are as many. */
#define MAX_WORDS ((size_t)16 << 20)
#define MAX_FRAMES ((size_t)4 << 20)

/* Longer lines are rare and would crowd out the others. */
#define MAX_LINE 4096

/* A record is a header of words, then the bytes of the line, padded to whole words. */
enum record_header {
    RECORD_LENGTH, /* of the line */
    RECORD_KEY,    /* number of frames, twice, plus 1 for java */
    RECORD_FRAMES, /* where they start; of a line with one frame, its id */
    RECORD_BYTES
};

void line_memo_init(struct line_memo *memo, struct hash_seed seed)
{
    *memo = (struct line_memo){.seed = seed, .index = index_make()};
}

void line_memo_free(struct line_memo *memo)
{
    index_free(memo->index);
    memory_free(memo->records);
    memory_free(memo->frames.ids);
}

uint64_t line_memo_hash(const struct line_memo *memo, struct span line, bool java)
{
    return hash_bytes(memo->seed, line) + java;
}

bool line_memo_find(const struct line_memo *memo, uint64_t hash, struct span line, bool java,
                    struct frame_list *list)
{
    uint32_t id, at = index_begin(memo->index, hash);
    while ((id = index_next(memo->index, hash, &at)) != INDEX_NONE) {
        const uint32_t *record = &memo->records[id];
        if (record[RECORD_LENGTH] != line.len || (record[RECORD_KEY] & 1) != java ||
            memcmp(record + RECORD_BYTES, line.data, line.len) != 0)
            continue;
        uint32_t count = record[RECORD_KEY] >> 1, frames = record[RECORD_FRAMES];
        if (count == 1)
            frame_list_push(list, frames);
        else if (count)
            frame_list_append(list, memo->frames.ids + frames, count);
        return true;
    }
    return false;
}

static void forget(struct line_memo *memo)
{
    index_free(memo->index);
    memo->index = index_make();
    memo->used = memo->frames.count = 0;
}

void line_memo_add(struct line_memo *memo, uint64_t hash, struct span line, bool java,
                   const uint32_t *frames, size_t count)
{
    if (line.len > MAX_LINE)
        return;
    if (memo->used >= MAX_WORDS || memo->frames.count >= MAX_FRAMES)
        forget(memo);
    size_t words = RECORD_BYTES + (line.len + sizeof(uint32_t) - 1) / sizeof(uint32_t);
    memo->records = memory_grow(memo->records, &memo->capacity, memo->used + words, sizeof(uint32_t));
    uint32_t *record = &memo->records[memo->used];
    record[RECORD_LENGTH] = (uint32_t)line.len;
    record[RECORD_KEY] = (uint32_t)count << 1 | java;
    record[RECORD_FRAMES] = count == 1 ? frames[0] : (uint32_t)memo->frames.count;
    memcpy(record + RECORD_BYTES, line.data, line.len);
    if (count > 1)
        frame_list_append(&memo->frames, frames, count);
    index_add(memo->index, hash, (uint32_t)memo->used);
    memo->used += words;
}
