// Threads whose names are hard on a parser of `perf script` text: one character, blanks, digits,
// semicolons, a line feed, brackets, colons, look-alikes of other fields. Each spins in turn for a
// share of the seconds given.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static const char *const names[] = {
    "w", "7", "42 17", "tokio 2 worker", "a b 12 c", "p;q r", "line\nfeed", "#1 worker", "# note",
    "my app (x) 42", "x [001] y", "1.5: cycles:", " lead", "trail ", "two  blanks", "tab\tname",
    "-1", "kworker/0:1-ev", "V8 WorkerThread", "http-nio-80-1", "worker-17", "java-like", ":123",
    "\xc3\xa9t\xc3\xa9", "\xff\xfe", "quote\"'<&>", "10/11 [002]", "S 1 2.000000:",
};

static volatile unsigned long sink;
static double share;

__attribute__((noinline)) static void spin_inner(unsigned long n)
{
    for (unsigned long i = 0; i < n; i++)
        sink += i * i;
}

__attribute__((noinline)) static void spin_outer(void)
{
    struct timespec start, now;

    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        spin_inner(100000);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9
             < share);
}

static void *thread_main(void *arg)
{
    prctl(PR_SET_NAME, *(const char *const *)arg);
    spin_outer();
    return NULL;
}

int main(int argc, char **argv)
{
    size_t n = sizeof names / sizeof names[0];

    share = (argc > 1 ? atof(argv[1]) : 3) / (double)n;
    for (size_t i = 0; i < n; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, thread_main, (void *)&names[i]) != 0)
            return 2;
        pthread_join(thread, NULL);
    }
    return 0;
}
