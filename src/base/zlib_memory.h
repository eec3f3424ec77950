/* How zlib gets its memory: from memory.c, so that it never runs out either. For zalloc and zfree
 * of a z_stream. */
#ifndef FLAMECTL_ZLIB_MEMORY_H
#define FLAMECTL_ZLIB_MEMORY_H

#include "flamectl/memory.h"

static inline void *zlib_get(void *unused, unsigned count, unsigned size)
{
    (void)unused;
    return memory_get(count, size);
}

static inline void zlib_free(void *unused, void *old)
{
    (void)unused;
    memory_free(old);
}

#endif
