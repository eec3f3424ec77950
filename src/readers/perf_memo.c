/* The perf reader's memos. The stack memo needs no bound: it holds less than the profile does. */
#include "perf_memo.h"

/* The line memo forgets when it holds as many lines, bytes or frames. */
#define MAX_LINES ((size_t)1 << 20)
#define MAX_BYTES ((size_t)48 << 20)
#define MAX_FRAMES ((size_t)4 << 20)

/* Longer lines are rare and would crowd out the others. */
#define MAX_LINE 4096

struct line_entry {
    size_t bytes;  /* where they start */
    size_t frames; /* where they start; of a line with one frame, its id */
    uint32_t len;
    uint32_t count;
    bool java;
};

void line_memo_init(struct line_memo *memo, struct hash_seed seed)
{
    *memo = (struct line_memo){.seed = seed, .index = index_make()};
}

void line_memo_free(struct line_memo *memo)
{
    index_free(memo->index);
    memory_free(memo->entries);
    memory_free(memo->bytes);
    memory_free(memo->frames.ids);
}

uint64_t line_memo_hash(const struct line_memo *memo, struct span line, bool java)
{
    return hash_bytes(memo->seed, line) + java;
}

static struct span line_of(const struct line_memo *memo, const struct line_entry *entry)
{
    return span_make(memo->bytes + entry->bytes, entry->len);
}

bool line_memo_find(const struct line_memo *memo, uint64_t hash, struct span line, bool java,
                    struct frame_list *list)
{
    uint32_t id, at = index_begin(memo->index, hash);
    while ((id = index_next(memo->index, hash, &at)) != INDEX_NONE) {
        const struct line_entry *entry = &memo->entries[id];
        if (entry->java != java || !span_equal(line_of(memo, entry), line))
            continue;
        if (entry->count == 1)
            frame_list_push(list, (uint32_t)entry->frames);
        else
            for (size_t i = 0; i < entry->count; i++)
                frame_list_push(list, memo->frames.ids[entry->frames + i]);
        return true;
    }
    return false;
}

static void forget(struct line_memo *memo)
{
    index_free(memo->index);
    memo->index = index_make();
    memo->count = memo->bytes_used = memo->frames.count = 0;
}

void line_memo_add(struct line_memo *memo, uint64_t hash, struct span line, bool java,
                   const uint32_t *frames, size_t count)
{
    if (line.len > MAX_LINE)
        return;
    if (memo->count >= MAX_LINES || memo->bytes_used >= MAX_BYTES ||
        memo->frames.count >= MAX_FRAMES)
        forget(memo);
    memo->entries =
        memory_grow(memo->entries, &memo->capacity, memo->count + 1, sizeof *memo->entries);
    memo->bytes = memory_grow(memo->bytes, &memo->bytes_capacity, memo->bytes_used + line.len, 1);
    struct line_entry *entry = &memo->entries[memo->count];
    *entry = (struct line_entry){.bytes = memo->bytes_used,
                                 .frames = memo->frames.count,
                                 .len = (uint32_t)line.len,
                                 .count = (uint32_t)count,
                                 .java = java};
    memcpy(memo->bytes + memo->bytes_used, line.data, line.len);
    memo->bytes_used += line.len;
    if (count == 1)
        entry->frames = frames[0];
    else
        for (size_t i = 0; i < count; i++)
            frame_list_push(&memo->frames, frames[i]);
    index_add(memo->index, hash, (uint32_t)memo->count++);
}

void stack_memo_init(struct stack_memo *memo, struct profile *profile)
{
    *memo = (struct stack_memo){.profile = profile};
    if (profile->order == PROFILE_BY_NAME)
        memo->index = index_make();
}

void stack_memo_free(struct stack_memo *memo)
{
    index_free(memo->index);
    memory_free(memo->frames);
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

static uint32_t make_stack(struct stack_memo *memo, uint32_t process, const struct frame_list *list)
{
    size_t count = 0;
    memo->frames =
        memory_grow(memo->frames, &memo->capacity, list->count + 1, sizeof *memo->frames);
    if (process != FRAME_GAP)
        memo->frames[count++] = process;
    for (size_t i = list->count; i-- > 0;)
        memo->frames[count++] = list->ids[i];
    return profile_node(memo->profile, memo->frames, count);
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
