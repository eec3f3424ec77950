/* Every thread reads blocks of the input into a profile of its own, and the profiles are merged at
 * the end.
 *
 * The first block is read by one thread alone: most inputs end there, and what the first samples
 * decide (the event, the beginning of time) is then known to all. */
#include "parallel.h"

#include <pthread.h>
#include <unistd.h>

#include "flamectl/memory.h"
#include "flamectl/profile_stacks.h"
#include "flamectl/threads.h"

#define FIRST_BLOCKS 1
#define DEFAULT_MOST_JOBS 8 /* reading is under one lock: more threads would mostly wait */

struct worker {
    pthread_t thread;
    const struct reader *reader;
    const void *options;
    struct profile profile;
    struct recorder recorder;
    struct source source;
    struct diag diag;
    int result;
};

unsigned parallel_default_jobs(void)
{
#ifdef _SC_NPROCESSORS_ONLN
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
#else /* the BSDs hide it from whom POSIX is enough */
    long cores = 1;
#endif
    return cores < 1 ? 1 : cores > DEFAULT_MOST_JOBS ? DEFAULT_MOST_JOBS : (unsigned)cores;
}

static int read_blocks(const struct reader *reader, struct source *source,
                       struct recorder *recorder, const void *options)
{
    recorder->block = &source->block;
    int result = reader->read(source, recorder, options);
    if (result < 0)
        feed_stop(source->feed);
    return result;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    worker->result =
        read_blocks(worker->reader, &worker->source, &worker->recorder, worker->options);
    return NULL;
}

/* False where the system has no thread to give. */
static bool start(struct worker *worker, struct feed *feed, const struct reader *reader,
                  const struct recorder *recorder, const void *options, unsigned jobs)
{
    worker->reader = reader;
    worker->options = options;
    worker->diag = *recorder->diag;
    worker->diag.quiet = true; /* notes are the first thread's */
    profile_fork(&worker->profile, recorder->profile, jobs);
    recorder_fork(&worker->recorder, recorder, &worker->profile, &worker->diag);
    feed_source(feed, &worker->source);
    if (pthread_create(&worker->thread, NULL, work, worker) == 0)
        return true;
    source_close(&worker->source);
    recorder_free(&worker->recorder);
    profile_free(&worker->profile);
    return false;
}

static int finish(struct worker *worker, struct recorder *recorder)
{
    pthread_join(worker->thread, NULL);
    int result = worker->result;
    source_close(&worker->source);
    if (recorder_join(recorder, &worker->recorder) < 0)
        result = -1;
    recorder_free(&worker->recorder);
    profile_free(&worker->profile);
    return result;
}

/* Reads what the feed has left: this thread goes on with `source`, others help. */
static int read_together(const struct reader *reader, struct source *source,
                         struct recorder *recorder, const void *options, unsigned jobs)
{
    struct worker *workers = memory_get(jobs, sizeof *workers);
    unsigned started = 0;
    memory_expect_much();
    profile_share(recorder->profile);
    if (recorder_is_settled(recorder, reader->records))
        while (started + 1 < jobs &&
               start(&workers[started], source->feed, reader, recorder, options, jobs))
            started++;
    int result = read_blocks(reader, source, recorder, options);
    for (unsigned i = 0; i < started; i++)
        if (finish(&workers[i], recorder) < 0)
            result = -1;
    profile_unshare(recorder->profile);
    memory_free(workers);
    return result;
}

static int read_in_blocks(const struct reader *reader, struct source *from,
                          struct recorder *recorder, const void *options, unsigned jobs)
{
    struct source source;
    struct feed *feed = feed_open(from, reader->cut, FIRST_BLOCKS);
    feed_source(feed, &source);
    int result = read_blocks(reader, &source, recorder, options);
    if (result == 0 && feed_has_more(feed)) {
        feed_release(feed, &source);
        result = read_together(reader, &source, recorder, options, jobs);
    }
    source_close(&source);
    recorder_quote(recorder, feed);
    recorder->block = NULL;
    feed_close(feed);
    return result;
}

/* A file of one block, which needs no dealing. */
static bool is_small(const struct source *source)
{
    return !source->gzip && source->progress.total && source->progress.total <= FEED_BLOCK;
}

int parallel_read(const struct reader *reader, struct source *source, struct recorder *recorder,
                  const void *options, unsigned jobs)
{
    bool small = is_small(source);
    if (jobs > 1 && reader->cut && !small && recorder->profile->order == PROFILE_BY_NAME)
        return read_in_blocks(reader, source, recorder, options, jobs);
    if (!small)
        memory_expect_much();
    recorder->fetched = &source->fetched;
    int result = reader->read(source, recorder, options);
    recorder->fetched = NULL;
    recorder_quote(recorder, NULL);
    return result;
}

static void seal(void *context, unsigned share)
{
    const struct profile *profile = context;
    stacks_seal(profile->stacks[share]);
}

void parallel_seal(struct profile *profile, unsigned jobs)
{
    for (size_t i = 0; i < profile->stacks_count; i++)
        stacks_sort(profile->stacks[i], jobs);
    profile_part_stacks(profile, jobs);
    threads_run((unsigned)profile->stacks_count, seal, profile);
    for (size_t i = 0; i < profile->stacks_count; i++)
        stacks_drop_text(profile->stacks[i]);
}
