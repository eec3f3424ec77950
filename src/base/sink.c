/* Writing output. A regular file is written under a temporary name in its own folder and renamed
 * when it is complete; the one global here holds the names that a signal or an early exit must
 * remove. */
#include "flamectl/sink.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flamectl/memory.h"

#define BUFFER 262144
#define TEMPORARY ".flamectl-XXXXXX" /* short: a name as long as they may be has no room for more */

/* What is removed if the program ends before sink_close: signal handlers get no argument. */
static char *volatile unfinished[4];

#define UNFINISHED (sizeof unfinished / sizeof *unfinished)

static void remove_unfinished(void)
{
    for (size_t i = 0; i < UNFINISHED; i++) {
        if (unfinished[i])
            unlink(unfinished[i]);
        unfinished[i] = NULL;
    }
}

static void forget(const char *temporary)
{
    for (size_t i = 0; i < UNFINISHED; i++)
        if (unfinished[i] == temporary)
            unfinished[i] = NULL;
}

static void on_signal(int number)
{
    remove_unfinished();
    signal(number, SIG_DFL);
    raise(number);
}

static void guard(char *temporary)
{
    static const int fatal[] = {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXFSZ};
    size_t free_place = 0;
    while (free_place < UNFINISHED && unfinished[free_place])
        free_place++;
    assert(free_place < UNFINISHED); /* a run has one output and at most a palette file */
    unfinished[free_place] = temporary;
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        struct sigaction action;
        if (sigaction(fatal[i], NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
            action.sa_handler = on_signal;
            action.sa_flags = 0;
            sigemptyset(&action.sa_mask);
            sigaction(fatal[i], &action, NULL);
        }
    }
    atexit(remove_unfinished);
}

static int cannot_open(struct sink *sink)
{
    diag_error(sink->diag, sink->name, 0, "cannot write: %s", strerror(errno));
    return -1;
}

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(memory_get(size, 1), text, size);
}

#define MOST_LINKS 40 /* as in the kernel's own walk (path_resolution(7)) */

/* What a link says, as seen from where it lies. */
static char *follow(const char *link, size_t size)
{
    const char *slash = strrchr(link, '/');
    size_t folder = slash ? (size_t)(slash - link) + 1 : 0;
    char *path = memory_get(folder + size + 1, 1);
    ssize_t n = readlink(link, path + folder, size);
    if (n < 0 || (size_t)n >= size) {
        memory_free(path);
        return NULL;
    }
    path[folder + (size_t)n] = '\0';
    if (path[folder] == '/')
        memmove(path, path + folder, (size_t)n + 1);
    else
        memcpy(path, link, folder);
    return path;
}

/* The path that a write to `path` ends up at, whether there is a file or not; NULL for links in a
 * circle. */
static char *resolve(const char *path)
{
    char *at = copy_text(path);
    struct stat about;
    for (int links = 0; at && lstat(at, &about) == 0 && S_ISLNK(about.st_mode); links++) {
        char *next = links < MOST_LINKS ? follow(at, PATH_MAX) : NULL;
        if (!next)
            errno = ELOOP;
        memory_free(at);
        at = next;
    }
    return at;
}

/* The mode that a new file gets. */
static mode_t fresh_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static int open_temporary(struct sink *sink, mode_t mode)
{
    const char *slash = strrchr(sink->target, '/');
    size_t folder = slash ? (size_t)(slash - sink->target) + 1 : 0;
    sink->temporary = memory_get(folder + sizeof TEMPORARY, 1);
    memcpy(sink->temporary, sink->target, folder);
    memcpy(sink->temporary + folder, TEMPORARY, sizeof TEMPORARY);
    sink->fd = mkstemp(sink->temporary);
    if (sink->fd < 0) {
        diag_error(sink->diag, sink->name, 0,
                   errno == ENOENT ? "cannot write: %s" : "cannot make a temporary file beside it: %s",
                   strerror(errno));
        memory_free(sink->temporary);
        sink->temporary = NULL;
        return -1;
    }
    guard(sink->temporary);
    if (fchmod(sink->fd, mode) != 0)
        return cannot_open(sink);
    return 0;
}

/* "/dev/stdout" and the like: what is there already, and what others write after it, must stay. */
static bool is_standard_output(const struct stat *about)
{
    struct stat output;
    return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == about->st_dev &&
           output.st_ino == about->st_ino;
}

static int open_file(struct sink *sink)
{
    struct stat about;
    bool there = stat(sink->name, &about) == 0;
    if (there && S_ISREG(about.st_mode) && is_standard_output(&about))
        return 0;
    if (there && !S_ISREG(about.st_mode)) {
        sink->fd = open(sink->name, O_WRONLY | O_CLOEXEC);
        return sink->fd < 0 ? cannot_open(sink) : 0;
    }
    if (there && access(sink->name, W_OK) != 0)
        return cannot_open(sink); /* a rename would replace a file that one may not write */
    sink->target = resolve(sink->name);
    if (!sink->target)
        return cannot_open(sink);
    return open_temporary(sink, there ? about.st_mode & 07777 : fresh_mode());
}

int sink_open(struct sink *sink, const char *path, struct diag *diag)
{
    *sink = (struct sink){.name = path, .diag = diag, .fd = STDOUT_FILENO};
    if (path && !*path) {
        diag_error(diag, NULL, 0, "--output: the name of the file is empty");
        return -1;
    }
    if (!path || strcmp(path, "-") == 0)
        sink->name = "standard output";
    else if (open_file(sink) < 0) {
        sink_close(sink, false);
        return -1;
    }
    sink->buffer = memory_get(BUFFER, 1);
    return 0;
}

static void put(struct sink *sink, const char *data, size_t len)
{
    while (len && !sink->error) {
        ssize_t n = write(sink->fd, data, len);
        if (n < 0 && errno != EINTR)
            sink->error = errno;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
}

static void flush(struct sink *sink)
{
    put(sink, sink->buffer, sink->used);
    sink->used = 0;
}

void sink_write(struct sink *sink, const char *data, size_t len)
{
    if (len > BUFFER - sink->used)
        flush(sink);
    if (len >= BUFFER) {
        put(sink, data, len);
        return;
    }
    if (len)
        memcpy(sink->buffer + sink->used, data, len);
    sink->used += len;
}

void sink_text(struct sink *sink, const char *text)
{
    sink_write(sink, text, strlen(text));
}

void sink_format(struct sink *sink, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < (int)sizeof text) {
        sink_write(sink, text, n > 0 ? (size_t)n : 0);
        return;
    }
    char *longer = memory_get((size_t)n + 1, 1);
    va_start(args, format);
    vsnprintf(longer, (size_t)n + 1, format, args);
    va_end(args);
    sink_write(sink, longer, (size_t)n);
    memory_free(longer);
}

#define PAGE_COLUMNS 80

/* Where the first line of so many columns ends. */
static size_t line_end(struct span text, size_t columns)
{
    if (text.len <= columns)
        return text.len;
    size_t end = columns;
    while (end > 0 && text.data[end] != ' ' && text.data[end - 1] != '|')
        end--;
    while (end == 0 || (end < text.len && text.data[end] != ' ' && text.data[end - 1] != '|'))
        end++;
    return end;
}

void sink_wrapped(struct sink *sink, struct span text, size_t column, size_t indent)
{
    for (;;) {
        size_t end = line_end(text, PAGE_COLUMNS > column ? PAGE_COLUMNS - column : 1);
        sink_span(sink, span_first(text, end));
        sink_text(sink, "\n");
        text = span_skip(text, end);
        while (text.len && text.data[0] == ' ')
            text = span_skip(text, 1);
        if (!text.len)
            return;
        sink_format(sink, "%*s", (int)indent, "");
        column = indent;
    }
}

/* Closes the descriptor; some file systems tell of a lost write only now. */
static void shut(struct sink *sink)
{
    if (sink->fd >= 0 && close(sink->fd) != 0 && !sink->error && errno != EINTR)
        sink->error = errno;
    sink->fd = -1;
}

int sink_close(struct sink *sink, bool keep)
{
    if (keep)
        flush(sink);
    shut(sink);
    if (keep && !sink->error && sink->temporary && rename(sink->temporary, sink->target) != 0)
        sink->error = errno;
    if (sink->temporary) {
        if (!keep || sink->error)
            unlink(sink->temporary);
        forget(sink->temporary);
    }
    if (keep && sink->error)
        diag_error(sink->diag, sink->name, 0, "cannot write: %s", strerror(sink->error));
    memory_free(sink->temporary);
    memory_free(sink->target);
    memory_free(sink->buffer);
    sink->temporary = sink->target = sink->buffer = NULL;
    return keep && sink->error ? -1 : 0;
}
