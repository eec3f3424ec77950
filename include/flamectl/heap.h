/* A heap of pointers, the least first, for merging sorted things. */
#ifndef FLAMECTL_HEAP_H
#define FLAMECTL_HEAP_H

#include <stddef.h>

struct heap {
    void **items; /* items[0] is the least */
    size_t count, capacity;
    int (*compare)(const void *a, const void *b, const void *context);
    const void *context;
};

void heap_add(struct heap *heap, void *item);

/* Finds the first item its place after it changed, or takes it out. */
void heap_settle(struct heap *heap);
void heap_remove(struct heap *heap);

void heap_free(struct heap *heap);

#endif
