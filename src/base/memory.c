/* The one place that ends the program for want of memory. */
#define _DEFAULT_SOURCE /* madvise */
#include "flamectl/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

void memory_exhausted(void)
{
    /* no stdio: it may allocate */
    static const char message[] = "flamectl: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    exit(2);
}

/* Arrays of so many bytes are mappings of their own. */
#define LARGE (4 << 20)

/* Memory in large pages, where the system has them: most of what new memory costs is the page
 * faults. The advice is for whole pages: a mapping of which one page is without it is two to the system, which
 * moves none of them when the array grows. */
static void advise_large_pages(void *array, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    enum { PAGE = 4096 };
    size_t before = (uintptr_t)array % PAGE;
    madvise((char *)array - before, (before + bytes + PAGE - 1) / PAGE * PAGE, MADV_HUGEPAGE);
#else
    (void)array;
    (void)bytes;
#endif
}

/* One heap for all threads, who allocate rarely, with room that is not there before it is used. */
void memory_expect_much(void)
{
#ifdef __GLIBC__
    enum { ROOM = 64 << 20, MORE_THAN_LEFT = 256 << 10 };
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TOP_PAD, ROOM);
    char *end = sbrk(0);
    void *volatile grown = malloc(MORE_THAN_LEFT); /* else compilers leave it out */
    advise_large_pages(end, (size_t)((char *)sbrk(0) - end));
    free(grown);
#endif
}

void memory_give_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
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
    if (bytes >= LARGE)
        advise_large_pages(fresh, bytes);
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
