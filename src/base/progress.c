/* The progress line. Time is asked for once a block read, which costs nothing beside reading it. */
#include "flamectl/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_AFTER 1.0 /* seconds; shorter work says nothing */
#define AGAIN_AFTER 0.2

static double now(void)
{
    struct timespec time = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void put(const char *text, int len)
{
    ssize_t ignored = write(STDERR_FILENO, text, len > 0 ? (size_t)len : 0);
    (void)ignored; /* a terminal that is gone needs no progress */
}

void progress_start(struct progress *progress, uint64_t total, bool wanted)
{
    *progress = (struct progress){.wanted = wanted && isatty(STDERR_FILENO), .total = total};
    if (progress->wanted)
        progress->started = progress->told = now();
}

/* "\r 1.2 of 4.5 GB, 350 MB/s, 9 s left", and the rest of the line erased */
static void tell(const struct progress *progress, double done, double elapsed)
{
    char text[160];
    double rate = done / elapsed, total = (double)progress->total;
    int n = snprintf(text, sizeof text, "\rflamectl: %.2f", done / 1e9);
    if (total >= done)
        n += snprintf(text + n, sizeof text - (size_t)n, " of %.2f", total / 1e9);
    n += snprintf(text + n, sizeof text - (size_t)n, " GB, %.0f MB/s", rate / 1e6);
    if (total >= done)
        n += snprintf(text + n, sizeof text - (size_t)n, ", %.0f s left", (total - done) / rate);
    n += snprintf(text + n, sizeof text - (size_t)n, "\033[K");
    put(text, n);
}

void progress_update(struct progress *progress, uint64_t done)
{
    if (!progress->wanted || done == 0)
        return;
    double time = now();
    if (time - progress->started < FIRST_AFTER ||
        (progress->shown && time - progress->told < AGAIN_AFTER))
        return;
    tell(progress, (double)done, time - progress->started);
    progress->shown = true;
    progress->told = time;
}

void progress_clear(struct progress *progress)
{
    if (progress->shown)
        put("\r\033[K", 4);
    progress->shown = false;
}
