/* Work in shares, by several threads. */
#ifndef FLAMECTL_THREADS_H
#define FLAMECTL_THREADS_H

typedef void threads_work(void *context, unsigned share);

/* Calls work(context, share) once for every share below `shares`, each in a thread of its own, and returns when all
 * are done. The first is this thread's, and so are those, later, that the system has no thread for: a share may not
 * wait for one behind it to begin. */
void threads_run(unsigned shares, threads_work *work, void *context);

#endif
