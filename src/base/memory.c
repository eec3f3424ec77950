/* The one place that ends the program for want of memory. */
#define _DEFAULT_SOURCE /* madvise */
#include "flamectl/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void memory_exhausted(void)
{
    /* no stdio: it may allocate */
    static const char message[] = "flamectl: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    exit(2);
}

/* Large arrays in large pages, where the system has them: most of what new memory costs is the page
 * faults. The advice is for whole pages: a mapping of which one page is without it is two to the system, which
 * moves none of them when the array grows. */
static void prefer_large_pages(void *array, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    enum { LARGE = 4 << 20, PAGE = 4096 };
    if (bytes < LARGE)
        return;
    size_t before = (uintptr_t)array % PAGE;
    madvise((char *)array - before, (before + bytes + PAGE - 1) / PAGE * PAGE, MADV_HUGEPAGE);
#else
    (void)array;
    (void)bytes;
#endif
}

void *memory_resize(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        memory_exhausted();
    size_t bytes = count * size;
    void *fresh = realloc(old, bytes ? bytes : 1);
    if (!fresh)
        memory_exhausted();
    prefer_large_pages(fresh, bytes);
    return fresh;
}

void *memory_get(size_t count, size_t size)
{
    return memory_resize(NULL, count, size);
}

void *memory_zero(size_t count, size_t size)
{
    void *fresh = calloc(count ? count : 1, size ? size : 1);
    if (!fresh)
        memory_exhausted();
    return fresh;
}

void memory_free(void *old)
{
    free(old);
}

void *memory_enlarge(void *array, size_t *capacity, size_t need, size_t size)
{
    size_t more = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    if (more < 16)
        more = 16;
    *capacity = more > need ? more : need;
    return memory_resize(array, *capacity, size);
}
