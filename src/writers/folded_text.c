/* Lines of gathered stacks. Most of the work is to fetch the texts, which lie anywhere: threads take pieces of
 * the output in turns, make their lines, and write them when all before are written. */
#include "folded_text.h"

#include <pthread.h>

#include "flamectl/memory.h"
#include "flamectl/profile.h"
#include "flamectl/threads.h"

/* Bytes of text in a piece: small beside the caches of a core, large beside a turn. */
#define PIECE ((size_t)256 << 10)

/* Texts of so many rows ahead are fetched. */
#define AHEAD 6
#define CACHE_LINE 64

struct lines {
    const struct stacks *stacks;
    int64_t scale;
    struct sink *sink;
    pthread_mutex_t lock;
    pthread_cond_t wrote;
    uint32_t taken, written; /* rows */
};

/* Lines that are not written yet. */
struct piece {
    uint32_t begin, end; /* rows */
    char *text;
    size_t len, capacity;
};

static bool take_piece(struct lines *lines, struct piece *piece)
{
    const struct stacks *stacks = lines->stacks;
    size_t bytes = 0;
    pthread_mutex_lock(&lines->lock);
    piece->begin = lines->taken;
    while (lines->taken < stacks->count && bytes < PIECE)
        bytes += stacks->text[lines->taken++].len;
    piece->end = lines->taken;
    pthread_mutex_unlock(&lines->lock);
    piece->len = 0;
    return piece->begin < piece->end;
}

static void prefetch_text(const struct stacks *stacks, uint32_t row)
{
    if (row >= stacks->count)
        return;
    for (size_t at = 0; at < stacks->text[row].len; at += CACHE_LINE)
        memory_prefetch(stacks->text[row].data + at);
}

static void make_line(const struct lines *lines, struct piece *piece, uint32_t row)
{
    const struct stacks *stacks = lines->stacks;
    struct span text = stacks->text[row];
    size_t most = piece->len + text.len + stacks->columns * (1 + PROFILE_WEIGHT_TEXT) + 1;
    piece->text = memory_grow(piece->text, &piece->capacity, most, 1);
    char *at = piece->text + piece->len;
    memcpy(at, text.data, text.len);
    at += text.len;
    for (size_t c = 0; c < stacks->columns; c++) {
        *at++ = ' ';
        at += profile_weight_text(stacks->weight[row * stacks->columns + c], lines->scale, at);
    }
    *at++ = '\n';
    piece->len = (size_t)(at - piece->text);
}

static void write_piece(struct lines *lines, const struct piece *piece)
{
    pthread_mutex_lock(&lines->lock);
    while (lines->written != piece->begin)
        pthread_cond_wait(&lines->wrote, &lines->lock);
    pthread_mutex_unlock(&lines->lock);
    sink_write(lines->sink, piece->text, piece->len);
    pthread_mutex_lock(&lines->lock);
    lines->written = piece->end;
    pthread_cond_broadcast(&lines->wrote);
    pthread_mutex_unlock(&lines->lock);
}

static void write_lines(void *context, unsigned share)
{
    struct lines *lines = context;
    struct piece piece = {0};
    (void)share;
    while (take_piece(lines, &piece)) {
        for (uint32_t row = piece.begin; row < piece.end; row++) {
            prefetch_text(lines->stacks, row + AHEAD);
            make_line(lines, &piece, row);
        }
        write_piece(lines, &piece);
    }
    memory_free(piece.text);
}

void folded_text_write(const struct stacks *stacks, int64_t scale, struct sink *sink, unsigned jobs)
{
    struct lines lines = {
        .stacks = stacks,
        .scale = scale,
        .sink = sink,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .wrote = PTHREAD_COND_INITIALIZER,
    };
    threads_run(stacks->bytes / PIECE + 1 < jobs ? (unsigned)(stacks->bytes / PIECE + 1) : jobs, write_lines, &lines);
}
