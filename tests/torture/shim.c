/*
 * An LD_PRELOAD library that makes the system fail on purpose.
 *
 *   TORTURE_FAIL=WHAT:N      the Nth such call fails, once: alloc (ENOMEM), read (EIO), write (ENOSPC)
 *                            or name (link, rename: EIO)
 *   TORTURE_READ_MAX=N       a read gives at most N bytes
 *   TORTURE_WRITE_MAX=N      a write takes at most N bytes
 *   TORTURE_EINTR=N          every Nth read and write is interrupted first
 *   TORTURE_THREADS=N        the first N threads start, and no more (EAGAIN)
 *   TORTURE_REPORT=FILE      FILE comes to exist when the failure has happened
 *
 * Calls are counted from main's start on: what the loader does before is not the program's. Standard
 * error is left alone, so that the message can be seen. So is memory inside regcomp and regexec: glibc's
 * regexec says "no match" when it runs out, so that nobody could tell, and its regcomp frees twice
 * when it runs out (2.36).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <regex.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_pread)(int, void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);
static int (*real_regcomp)(regex_t *, const char *, int);
static int (*real_thread)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

enum what { NOTHING, ALLOC, READ, WRITE, NAME };

static enum what failing;
static long fail_at, read_max, write_max, eintr_every, threads_max;
static atomic_long calls, io_calls, threads;
static int (*real_regexec)(const regex_t *, const char *, size_t, regmatch_t[], int);
static atomic_int started, in_regex;

static long number(const char *name)
{
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

__attribute__((constructor)) static void start(void)
{
    const char *fail = getenv("TORTURE_FAIL");
    const char *colon = fail ? strchr(fail, ':') : NULL;

    real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    real_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
    real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    real_read = (ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    real_pread = (ssize_t (*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, "pread");
    real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    real_writev = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
    real_rename = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    real_link = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link");
    real_regexec = (int (*)(const regex_t *, const char *, size_t, regmatch_t[], int))dlsym(RTLD_NEXT,
                                                                                          "regexec");
    real_regcomp = (int (*)(regex_t *, const char *, int))dlsym(RTLD_NEXT, "regcomp");
    real_thread = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT,
                                                                                               "pthread_create");
    if (colon) {
        static const char first[] = {[ALLOC] = 'a', [READ] = 'r', [WRITE] = 'w', [NAME] = 'n'};
        for (enum what what = ALLOC; what <= NAME; what++)
            if (fail[0] == first[what])
                failing = what;
        fail_at = atol(colon + 1);
    }
    read_max = number("TORTURE_READ_MAX");
    write_max = number("TORTURE_WRITE_MAX");
    eintr_every = number("TORTURE_EINTR");
    threads_max = getenv("TORTURE_THREADS") ? number("TORTURE_THREADS") : LONG_MAX;
    atomic_store(&started, 1);
}

static int fails(enum what what)
{
    if (!atomic_load(&started) || atomic_load(&in_regex) || what != failing ||
        atomic_fetch_add(&calls, 1) + 1 != fail_at)
        return 0;
    const char *report = getenv("TORTURE_REPORT");
    if (report) {
        int fd = open(report, O_WRONLY | O_CREAT, 0600);
        if (fd >= 0)
            close(fd);
    }
    return 1;
}

static int interrupted(void)
{
    if (eintr_every == 0 || (atomic_fetch_add(&io_calls, 1) + 1) % eintr_every != 0)
        return 0;
    errno = EINTR;
    return 1;
}

static size_t at_most(size_t n, long max)
{
    return max > 0 && n > (size_t)max ? (size_t)max : n;
}

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

static ssize_t failure(int error)
{
    errno = error;
    return -1;
}

void *malloc(size_t n)
{
    /* The loader asks before the constructor has run, dlsym while it runs. */
    if (!real_malloc)
        real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    return fails(ALLOC) ? no_memory() : real_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    static char early[4096];
    static size_t used;

    if (!real_calloc) {
        char *given = early + used;
        used += (n * size + 15) / 16 * 16;
        return used <= sizeof(early) ? given : NULL;
    }
    return fails(ALLOC) ? no_memory() : real_calloc(n, size);
}

void *realloc(void *old, size_t n)
{
    if (!real_realloc)
        real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    return fails(ALLOC) ? no_memory() : real_realloc(old, n);
}

ssize_t read(int fd, void *to, size_t n)
{
    if (fails(READ))
        return failure(EIO);
    return interrupted() ? -1 : real_read(fd, to, at_most(n, read_max));
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    if (fails(READ))
        return failure(EIO);
    return interrupted() ? -1 : real_pread(fd, to, at_most(n, read_max), at);
}

ssize_t write(int fd, const void *from, size_t n)
{
    if (fd == STDERR_FILENO)
        return real_write(fd, from, n);
    if (fails(WRITE))
        return failure(ENOSPC);
    return interrupted() ? -1 : real_write(fd, from, at_most(n, write_max));
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
    if (fd != STDERR_FILENO && fails(WRITE))
        return failure(ENOSPC);
    return fd != STDERR_FILENO && interrupted() ? -1 : real_writev(fd, parts, n);
}

int rename(const char *from, const char *to)
{
    return fails(NAME) ? (int)failure(EIO) : real_rename(from, to);
}

int link(const char *from, const char *to)
{
    return fails(NAME) ? (int)failure(EIO) : real_link(from, to);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
    if (atomic_fetch_add(&threads, 1) >= threads_max)
        return EAGAIN;
    return real_thread(thread, attributes, run, argument);
}

int regexec(const regex_t *compiled, const char *text, size_t count, regmatch_t match[], int flags)
{
    atomic_fetch_add(&in_regex, 1);
    int result = real_regexec(compiled, text, count, match, flags);
    atomic_fetch_sub(&in_regex, 1);
    return result;
}

int regcomp(regex_t *compiled, const char *regex, int flags)
{
    atomic_fetch_add(&in_regex, 1);
    int result = real_regcomp(compiled, regex, flags);
    atomic_fetch_sub(&in_regex, 1);
    return result;
}
