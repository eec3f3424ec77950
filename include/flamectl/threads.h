/* Work in shares, by several threads. */
#ifndef FLAMECTL_THREADS_H
#define FLAMECTL_THREADS_H

#include <stdint.h>

typedef void threads_work(void *context, unsigned share);

/* Calls work(context, share) once for every share below `shares`, each in a thread of its own, and returns when all
 * are done. The first is this thread's, and so are those, later, that the system has no thread for: a share may not
 * wait for one behind it to begin. */
void threads_run(unsigned shares, threads_work *work, void *context);

/* Where a share of so many rows begins, and the one before it ends. */
static inline uint32_t threads_first_row(uint32_t rows, unsigned share, unsigned shares)
{
    return (uint32_t)((uint64_t)rows * share / shares);
}

#endif
