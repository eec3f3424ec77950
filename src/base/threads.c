/* Starting threads and waiting for them. */
#include "flamectl/threads.h"

#include <pthread.h>
#include <stddef.h>

#include "flamectl/memory.h"

struct thread {
    pthread_t id;
    threads_work *work;
    void *context;
    unsigned share;
};

static void *run(void *argument)
{
    const struct thread *thread = argument;
    thread->work(thread->context, thread->share);
    return NULL;
}

void threads_run(unsigned shares, threads_work *work, void *context)
{
    struct thread *threads = memory_get(shares, sizeof *threads);
    unsigned started = 1;
    for (unsigned i = 0; i < shares; i++)
        threads[i] = (struct thread){.work = work, .context = context, .share = i};
    while (started < shares &&
           pthread_create(&threads[started].id, NULL, run, &threads[started]) == 0)
        started++;
    if (shares)
        run(&threads[0]);
    for (unsigned i = started; i < shares; i++)
        run(&threads[i]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(threads[i].id, NULL);
    memory_free(threads);
}
