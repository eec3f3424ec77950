/* The perf reader's memos. The stack memo needs no bound: it holds less than the profile does. */
#include "perf_memo.h"

/* The line memo forgets when its records or frames are as many. */
#define MAX_WORDS ((size_t)8 << 20)
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
        else
            for (uint32_t i = 0; i < count; i++)
                frame_list_push(list, memo->frames.ids[frames + i]);
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
    if (count != 1)
        for (size_t i = 0; i < count; i++)
            frame_list_push(&memo->frames, frames[i]);
    index_add(memo->index, hash, (uint32_t)memo->used);
    memo->used += words;
}

void stack_memo_init(struct stack_memo *memo, struct profile *profile)
{
    *memo = (struct stack_memo){.profile = profile};
    if (profile->order == PROFILE_BY_NAME && !profile->paths)
        memo->index = index_make();
}

void stack_memo_free(struct stack_memo *memo)
{
    index_free(memo->index);
    memory_free(memo->path);
}

/* Whether the stack of this node is the process and the list. The root's frame is no frame of a
 * list, so that a walk up cannot pass it. */
static bool is_stack_of(const struct profile *profile, uint32_t node, uint32_t process,
                        const struct frame_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (profile->nodes[node].frame != list->ids[i])
            return false;
        node = profile->nodes[node].parent;
    }
    if (process != FRAME_GAP) {
        if (profile->nodes[node].frame != process)
            return false;
        node = profile->nodes[node].parent;
    }
    return node == PROFILE_ROOT;
}

/* The node of the stack's next frame: that of the last new stack as long as they are the same. */
static uint32_t make_step(struct stack_memo *memo, size_t depth, uint32_t parent, uint32_t frame)
{
    if (depth < memo->depth && memo->path[depth].frame == frame)
        return memo->path[depth].node;
    memo->path = memory_grow(memo->path, &memo->capacity, depth + 1, sizeof *memo->path);
    memo->path[depth] = (struct stack_step){frame, profile_child(memo->profile, parent, frame)};
    memo->depth = depth + 1;
    return memo->path[depth].node;
}

static uint32_t make_stack(struct stack_memo *memo, uint32_t process, const struct frame_list *list)
{
    uint32_t node = PROFILE_ROOT;
    size_t depth = 0;
    if (process != FRAME_GAP)
        node = make_step(memo, depth++, node, process);
    for (size_t i = list->count; i-- > 0;)
        node = make_step(memo, depth++, node, list->ids[i]);
    memo->depth = depth;
    return node;
}

uint32_t stack_memo_node(struct stack_memo *memo, uint32_t process, const struct frame_list *list)
{
    if (!memo->index)
        return make_stack(memo, process, list);
    struct hash_seed seed = memo->profile->frames.seed;
    uint64_t hash = process;
    if (list->count)
        hash = hash_pair(
            seed, process,
            hash_bytes(seed, span_make((const char *)list->ids, list->count * sizeof *list->ids)));
    uint32_t node, at = index_begin(memo->index, hash);
    while ((node = index_next(memo->index, hash, &at)) != INDEX_NONE)
        if (is_stack_of(memo->profile, node, process, list))
            return node;
    node = make_stack(memo, process, list);
    index_add(memo->index, hash, node);
    return node;
}
