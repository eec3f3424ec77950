/* It holds no more than the profile has nodes. */
#include "pair_memo.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"

void pair_memo_free(struct pair_memo *memo)
{
    index_free(memo->index);
    memory_free(memo->pairs);
    *memo = (struct pair_memo){0};
}

bool pair_memo_find(const struct pair_memo *memo, uint32_t stack, uint32_t first, uint32_t *node)
{
    if (!memo->index)
        return false;
    uint64_t hash = hash_pair(memo->seed, stack, first);
    uint32_t id, at = index_begin(memo->index, hash);
    while ((id = index_next(memo->index, hash, &at)) != INDEX_NONE)
        if (memo->pairs[id].stack == stack && memo->pairs[id].first == first) {
            *node = memo->pairs[id].node;
            return true;
        }
    return false;
}

void pair_memo_add(struct pair_memo *memo, struct pair pair)
{
    uint32_t known;
    if (!memo->index) {
        memo->index = index_make();
        memo->seed = hash_seed_make();
    }
    if (pair_memo_find(memo, pair.stack, pair.first, &known))
        return;
    memo->pairs = memory_grow(memo->pairs, &memo->capacity, memo->count + 1, sizeof *memo->pairs);
    memo->pairs[memo->count] = pair;
    index_add(memo->index, hash_pair(memo->seed, pair.stack, pair.first), (uint32_t)memo->count++);
}
