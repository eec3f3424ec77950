/* A source is where input bytes come from: a file, standard input, or either of them inflated.
 * An I/O error sticks and is told once; reading then ends, and source_close says -1. */
#ifndef FLAMECTL_SOURCE_H
#define FLAMECTL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/diag.h"
#include "flamectl/progress.h"
#include "flamectl/span.h"

/* How much of an input detection may look at. */
#define SOURCE_HEAD 65536

struct source_gzip;
struct feed;

struct source {
    const char *name; /* the path, or "standard input" */
    struct diag *diag;
    int fd;
    uint64_t line; /* number of the line read last, from 1 */
    bool failed;
    bool wide_pipe, emptied; /* a pipe with much room; the last read took all there was */
    bool ended;   /* no byte follows those in the buffer */
    char *buffer; /* bytes begin..end are read but not yet handed out */
    size_t begin, end, capacity;
    size_t scanned;           /* begin..scanned holds no line end */
    struct source_gzip *gzip; /* NULL unless the bytes are inflated */
    uint64_t fetched;         /* bytes read, gzip's after inflating */
    struct progress progress;
    struct feed *feed;        /* NULL unless the bytes come from a feed */
    uint64_t block;           /* of the feed: the present one, whose lines `line` counts */
};

/* Opens a file, or standard input for "-", sees through gzip, reads the head and skips a UTF-8 byte
 * order mark. -1 and a message where it cannot be opened, is a directory, or cannot be read. `path`
 * is kept. */
int source_open(struct source *source, const char *path, struct diag *diag);

/* The first SOURCE_HEAD bytes, or all where there are fewer; only before anything is read. */
struct span source_head(const struct source *source);

/* The next line without its LF or CR LF: 1, or 0 at the end (of the input, or of what could be
 * read). The last line needs no LF. The bytes stand until the next call. */
int source_line(struct source *source, struct span *line);

/* For readers that look at several lines at once: what is read and not handed out, which may end
 * within a line; and taking `len` bytes of it, that make whole lines, off. */
static inline struct span source_ahead(const struct source *source)
{
    return span_make(source->buffer + source->begin, source->end - source->begin);
}

static inline void source_take(struct source *source, size_t len, uint64_t lines)
{
    source->begin += len;
    source->line += lines;
    if (source->scanned < source->begin)
        source->scanned = source->begin;
}

/* For binary formats: at least `want` bytes that are read and not handed out, or all there are where
 * the input ends before. They stand until the next call; source_take takes what was used off. */
struct span source_peek(struct source *source, size_t want);

/* Frees everything. -1 if reading failed at any time. */
int source_close(struct source *source);

#endif
