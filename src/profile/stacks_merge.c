/* Walking over several sorted gatherings at once. */
#include <assert.h>

#include "flamectl/memory.h"
#include "flamectl/stacks.h"

struct stack_cursor {
    const struct stacks *stacks;
    uint32_t row;
};

/* Texts lie anywhere: those of so many rows ahead are fetched. */
#define AHEAD 6
#define CACHE_LINE 64

static struct span text_of(const struct stack_cursor *cursor)
{
    return cursor->stacks->text[cursor->row];
}

static void prefetch_text(const struct stack_cursor *cursor)
{
    uint32_t row = cursor->row + AHEAD;
    if (row >= cursor->stacks->count)
        return;
    struct span text = cursor->stacks->text[row];
    for (size_t at = 0; at < text.len; at += CACHE_LINE)
        memory_prefetch(text.data + at);
}

static int compare(const void *left, const void *right, const void *context)
{
    (void)context;
    return span_compare(text_of(left), text_of(right));
}

void stack_merge_init(struct stack_merge *merge, struct stacks *const *all, size_t count,
                      unsigned columns)
{
    *merge = (struct stack_merge){.columns = columns, .heap.compare = compare};
    merge->cursors = memory_get(count, sizeof *merge->cursors);
    merge->weight = memory_get(columns, sizeof *merge->weight);
    for (size_t i = 0; i < count; i++) {
        assert(all[i]->sorted && stacks_are_text(all[i]));
        merge->cursors[i] = (struct stack_cursor){all[i], 0};
        if (all[i]->count)
            heap_add(&merge->heap, &merge->cursors[i]);
    }
}

void stack_merge_free(struct stack_merge *merge)
{
    heap_free(&merge->heap);
    memory_free(merge->cursors);
    memory_free(merge->weight);
}

static void add_weights(struct stack_merge *merge, const struct stack_cursor *cursor)
{
    const struct stacks *stacks = cursor->stacks;
    for (unsigned c = 0; c < stacks->columns; c++)
        merge->weight[c] += stacks->weight[(size_t)cursor->row * stacks->columns + c];
}

bool stack_merge_next(struct stack_merge *merge)
{
    bool found = false;
    for (unsigned c = 0; c < merge->columns; c++)
        merge->weight[c] = 0;
    while (merge->heap.count) {
        struct stack_cursor *first = merge->heap.items[0];
        if (found && !span_equal(text_of(first), merge->text))
            break;
        found = true;
        merge->text = text_of(first);
        add_weights(merge, first);
        prefetch_text(first);
        if (++first->row < first->stacks->count)
            heap_settle(&merge->heap);
        else
            heap_remove(&merge->heap);
    }
    return found;
}
