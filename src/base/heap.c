/* A binary heap. */
#include "flamectl/heap.h"

#include "flamectl/memory.h"

static int compare(const struct heap *heap, size_t a, size_t b)
{
    return heap->compare(heap->items[a], heap->items[b], heap->context);
}

static void swap(struct heap *heap, size_t a, size_t b)
{
    void *kept = heap->items[a];
    heap->items[a] = heap->items[b];
    heap->items[b] = kept;
}

void heap_add(struct heap *heap, void *item)
{
    heap->items = memory_grow(heap->items, &heap->capacity, heap->count + 1, sizeof *heap->items);
    size_t at = heap->count++;
    heap->items[at] = item;
    for (; at && compare(heap, at, (at - 1) / 2) < 0; at = (at - 1) / 2)
        swap(heap, at, (at - 1) / 2);
}

void heap_settle(struct heap *heap)
{
    size_t at = 0, least;
    while ((least = 2 * at + 1) < heap->count) {
        if (least + 1 < heap->count && compare(heap, least + 1, least) < 0)
            least++;
        if (compare(heap, at, least) <= 0)
            return;
        swap(heap, at, least);
        at = least;
    }
}

void heap_remove(struct heap *heap)
{
    heap->items[0] = heap->items[--heap->count];
    heap_settle(heap);
}

void heap_free(struct heap *heap)
{
    memory_free(heap->items);
}
