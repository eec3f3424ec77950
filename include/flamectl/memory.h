/* Memory that is there or the program ends: out of memory is told once and exits with status 2,
 * here and nowhere else, so callers never test for NULL. */
#ifndef FLAMECTL_MEMORY_H
#define FLAMECTL_MEMORY_H

#include <stddef.h>

void *memory_get(size_t count, size_t size);               /* uninitialised */
void *memory_zero(size_t count, size_t size);              /* all bytes 0 */
void *memory_resize(void *old, size_t count, size_t size); /* as realloc */
void memory_free(void *old);                               /* as free */

/* Before a large input is read: prepares for an amount of memory that large pages pay for, where the system has
 * them. */
void memory_expect_much(void);

/* After much was freed that others will not ask for in the same sizes: returns it to the system. */
void memory_give_back(void);

/* Ends the program as where memory runs out: for libraries that tell of it by a status. */
void memory_exhausted(void);

/* memory_grow, for an array that is too small. */
void *memory_enlarge(void *array, size_t *capacity, size_t need, size_t size);

/* Makes room for at least `need` items of `size` bytes in a growing array: *capacity is raised (at
 * least doubled, so that appending is linear) and the array moved where it is too small. */
static inline void *memory_grow(void *array, size_t *capacity, size_t need, size_t size)
{
    return need <= *capacity ? array : memory_enlarge(array, capacity, need, size);
}

/* Asks the processor's caches for what will be looked at soon. */
static inline void memory_prefetch(const void *address)
{
#if defined(__GNUC__)
    __builtin_prefetch(address);
#else
    (void)address;
#endif
}

#endif
