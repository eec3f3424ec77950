/* Reading input by blocks and lines. The buffer holds what is read and not yet handed out, and
 * grows only for a line longer than itself; `scanned` keeps the search for a line's end linear. */
#include "flamectl/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "flamectl/memory.h"
#include "source_fill.h"
#include "source_gzip.h"

ssize_t source_read(int fd, void *out, size_t room)
{
    ssize_t n;
    do
        n = read(fd, out, room);
    while (n < 0 && errno == EINTR);
    return n;
}

static void fail(struct source *source, const char *why)
{
    progress_clear(&source->progress);
    if (!source->failed)
        diag_error(source->diag, source->name, 0, "%s", why);
    source->failed = true;
    source->ended = true;
}

static void end(struct source *source)
{
    source->ended = true;
    progress_clear(&source->progress);
    if (source->gzip && source_gzip_trailing(source->gzip))
        diag_warn(source->diag, source->name, 0,
                  "what follows the gzip data is no gzip and was ignored");
}

/* Of the file as it lies on the disk, gzip or not; of a pipe, what came out of it. */
static uint64_t bytes_done(const struct source *source)
{
    off_t at = source->progress.total ? lseek(source->fd, 0, SEEK_CUR) : -1;
    return at > 0 ? (uint64_t)at : source->fetched;
}

/* A writer that has to wake its reader for every few kilobytes spends a third of its time on that: `perf
 * script` takes 1.3 times as long into a reader that waits for it, and no longer than into /dev/null
 * where the reader comes by now and then. A pipe of this size is not full by then. */
#define PIPE_SIZE (1 << 20)
#define NAP_NANOSECONDS 500000

/* Small inputs are not waited for, nor is what flows faster than it is read. */
static ssize_t read_pipe(struct source *source, char *out, size_t room)
{
    if (source->emptied && source->fetched >= PIPE_SIZE)
        nanosleep(&(struct timespec){.tv_nsec = NAP_NANOSECONDS}, NULL);
    ssize_t n = source_read(source->fd, out, room);
    source->emptied = n > 0 && n < PIPE_SIZE / 2 && (size_t)n < room;
    return n;
}

size_t source_fetch(struct source *source, char *out, size_t room)
{
    const char *why = NULL;
    ssize_t n;
    if (source->gzip) {
        n = source_gzip_read(source->gzip, out, room, &why);
    } else {
        n = source->wide_pipe ? read_pipe(source, out, room) : source_read(source->fd, out, room);
        why = n < 0 ? strerror(errno) : NULL;
    }
    if (n < 0)
        fail(source, why);
    else if (n == 0)
        end(source);
    source->fetched += n > 0 ? (size_t)n : 0;
    if (n > 0 && source->progress.wanted)
        progress_update(&source->progress, bytes_done(source));
    return n > 0 ? (size_t)n : 0;
}

/* Reads more behind what is there, moving or growing the buffer where it is full. */
static void fill(struct source *source)
{
    if (source->feed) {
        feed_next(source->feed, source);
        return;
    }
    if (source->begin && source->capacity - source->end < SOURCE_BLOCK / 2) {
        memmove(source->buffer, source->buffer + source->begin, source->end - source->begin);
        source->end -= source->begin;
        source->scanned -= source->begin;
        source->begin = 0;
    }
    if (source->capacity - source->end < SOURCE_BLOCK / 2)
        source->buffer =
            memory_grow(source->buffer, &source->capacity, source->end + SOURCE_BLOCK, 1);
    source->end +=
        source_fetch(source, source->buffer + source->end, source->capacity - source->end);
}

static void fill_head(struct source *source)
{
    while (!source->ended && source->end - source->begin < SOURCE_HEAD)
        fill(source);
}

/* Where the bytes are gzip, starts over with the inflated ones. */
static int see_through_gzip(struct source *source)
{
    struct span head = span_make(source->buffer, source->end);
    if (!span_starts(head, "\x1f\x8b"))
        return 0;
    source->gzip = source_gzip_open(source->fd, head);
    if (!source->gzip) {
        fail(source,
             "this is gzip, and flamectl was built without zlib: run `gzip -dc` on it first");
        return -1;
    }
    source->end = 0;
    source->ended = false;
    fill_head(source);
    return 0;
}

/* Fewer, larger turns of whoever writes into it; where that cannot be, nothing is lost. */
static bool widen_pipe(int fd)
{
#ifdef __linux__
    enum { SET_PIPE_SIZE = 1031 }; /* F_SETPIPE_SZ, which POSIX headers hide */
    return fcntl(fd, SET_PIPE_SIZE, PIPE_SIZE) >= PIPE_SIZE;
#else
    (void)fd;
    return false;
#endif
}

static int open_path(struct source *source, const char *path)
{
    if (strcmp(path, "-") == 0) {
        source->name = "standard input";
        source->fd = STDIN_FILENO;
        if (isatty(source->fd))
            diag_note(source->diag, "reading standard input, a terminal; name a file, or end it with Ctrl-D");
        source->wide_pipe = widen_pipe(source->fd);
        return 0;
    }
    if (path[0] == '\0') {
        diag_error(source->diag, NULL, 0, "the name of an input file is empty");
        return -1;
    }
    source->name = path;
    source->fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (source->fd >= 0 && fstat(source->fd, &about) == 0 && S_ISDIR(about.st_mode)) {
        close(source->fd);
        errno = EISDIR;
        source->fd = -1;
    }
    source->wide_pipe = source->fd >= 0 && widen_pipe(source->fd);
    if (source->fd >= 0)
        return 0;
    diag_error(source->diag, path, 0, "%s",
               errno == EISDIR ? "this is a directory" : strerror(errno));
    return -1;
}

static void start_progress(struct source *source)
{
    struct stat about;
    bool sized = fstat(source->fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
    progress_start(&source->progress, sized ? (uint64_t)about.st_size : 0, !source->diag->quiet);
}

int source_open(struct source *source, const char *path, struct diag *diag)
{
    *source = (struct source){.diag = diag};
    if (open_path(source, path) < 0)
        return -1;
    start_progress(source);
    fill_head(source);
    if (source->failed || see_through_gzip(source) < 0 || source->failed) {
        source_close(source);
        return -1;
    }
    if (span_starts(span_make(source->buffer, source->end), "\xEF\xBB\xBF"))
        source->begin = source->scanned = 3;
    return 0;
}

struct span source_head(const struct source *source)
{
    if (source->feed)
        return feed_head(source->feed);
    return span_first(span_make(source->buffer + source->begin, source->end - source->begin),
                      SOURCE_HEAD);
}

int source_line(struct source *source, struct span *line)
{
    for (;;) {
        const char *start = source->buffer + source->begin;
        const char *lf = NULL;
        if (source->end > source->scanned)
            lf = memchr(source->buffer + source->scanned, '\n', source->end - source->scanned);
        if (!lf && !source->ended) {
            source->scanned = source->end;
            fill(source);
            continue;
        }
        if (!lf && source->begin == source->end)
            return 0;
        size_t len = lf ? (size_t)(lf - start) : source->end - source->begin;
        source->begin += len + (lf != NULL);
        source->scanned = source->begin;
        source->line++;
        if (len && start[len - 1] == '\r')
            len--;
        *line = span_make(start, len);
        return 1;
    }
}

struct span source_peek(struct source *source, size_t want)
{
    while (source->end - source->begin < want && !source->ended)
        fill(source);
    return source_ahead(source);
}

int source_close(struct source *source)
{
    source_gzip_close(source->gzip);
    source->gzip = NULL;
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    source->fd = -1;
    memory_free(source->buffer);
    source->buffer = NULL;
    source->begin = source->end = source->scanned = source->capacity = 0;
    return source->failed ? -1 : 0;
}
