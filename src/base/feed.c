/* Dealing blocks. Whoever needs a block reads it, under the lock, into its own buffer, behind what
 * the block before left over: reading is so much faster than parsing that nobody waits long, and a
 * pipe needs no thread of its own. */
#include "flamectl/feed.h"

#include <pthread.h>

#include "flamectl/memory.h"
#include "source_fill.h"

struct feed {
    pthread_mutex_t lock;
    struct source *from; /* its buffer holds what is read and not dealt */
    feed_cut *cut;
    uint64_t dealt, limit; /* blocks */
    uint64_t *lines;       /* by block: how many lines it has, once it is read */
    size_t lines_capacity;
    char *head;
    size_t head_len;
};

struct feed *feed_open(struct source *from, feed_cut *cut, uint64_t blocks)
{
    struct feed *feed = memory_zero(1, sizeof *feed);
    struct span head = source_head(from);
    pthread_mutex_init(&feed->lock, NULL);
    feed->from = from;
    feed->cut = cut;
    feed->limit = blocks;
    feed->head = memory_get(head.len, 1);
    feed->head_len = head.len;
    if (head.len)
        memcpy(feed->head, head.data, head.len);
    return feed;
}

void feed_close(struct feed *feed)
{
    pthread_mutex_destroy(&feed->lock);
    memory_free(feed->lines);
    memory_free(feed->head);
    memory_free(feed);
}

struct span feed_head(const struct feed *feed)
{
    return span_make(feed->head, feed->head_len);
}

void feed_source(struct feed *feed, struct source *source)
{
    *source = (struct source){.name = feed->from->name, .diag = feed->from->diag, .fd = -1};
    source->feed = feed;
    source->block = UINT64_MAX; /* none yet */
    source->buffer = memory_grow(NULL, &source->capacity, 1, 1);
}

static bool is_exhausted(const struct feed *feed)
{
    return feed->from->ended && feed->from->begin == feed->from->end;
}

/* Fills the buffer to the size of a block, or of as many as it takes to hold a cut; returns where
 * that is. */
static size_t read_block(struct feed *feed, struct source *source)
{
    struct source *from = feed->from;
    for (size_t size = FEED_BLOCK;; size *= 2) {
        source->buffer = memory_grow(source->buffer, &source->capacity, size, 1);
        while (!from->ended && source->end < size)
            source->end += source_fetch(from, source->buffer + source->end, size - source->end);
        if (from->ended)
            return source->end;
        size_t whole = feed->cut(span_make(source->buffer, source->end));
        if (whole)
            return whole;
    }
}

/* A block that reading failed in has no number of lines. */
#define UNKNOWN UINT64_MAX

/* Takes over what the blocks before left, reads a block, and leaves what is behind the cut. */
static void deal(struct feed *feed, struct source *source)
{
    struct source *from = feed->from;
    size_t kept = from->end - from->begin;
    source->buffer = memory_grow(source->buffer, &source->capacity, kept, 1);
    if (kept)
        memcpy(source->buffer, from->buffer + from->begin, kept);
    source->begin = source->scanned = 0;
    source->end = kept;
    size_t whole = read_block(feed, source);
    from->begin = 0;
    from->end = source->end - whole;
    from->buffer = memory_grow(from->buffer, &from->capacity, from->end, 1);
    memcpy(from->buffer, source->buffer + whole, from->end);
    source->end = whole;
    source->block = feed->dealt++;
    source->line = 0;
    feed->lines =
        memory_grow(feed->lines, &feed->lines_capacity, (size_t)feed->dealt, sizeof(uint64_t));
    feed->lines[source->block] = UNKNOWN;
}

static void note_lines(struct feed *feed, const struct source *source)
{
    if (source->block != UINT64_MAX)
        feed->lines[source->block] = source->line;
}

void feed_next(struct feed *feed, struct source *source)
{
    pthread_mutex_lock(&feed->lock);
    note_lines(feed, source);
    if (feed->dealt >= feed->limit || is_exhausted(feed))
        source->ended = true; /* what is left in its buffer is a last line without LF */
    else
        deal(feed, source);
    pthread_mutex_unlock(&feed->lock);
}

void feed_release(struct feed *feed, struct source *source)
{
    feed->limit = UINT64_MAX;
    source->ended = false;
}

void feed_stop(struct feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    feed->limit = 0;
    pthread_mutex_unlock(&feed->lock);
}

bool feed_has_more(struct feed *feed)
{
    return !is_exhausted(feed);
}

uint64_t feed_line(const struct feed *feed, uint64_t block, uint64_t line)
{
    for (uint64_t b = 0; b < block; b++) {
        if (feed->lines[b] == UNKNOWN)
            return 0;
        line += feed->lines[b];
    }
    return line;
}
