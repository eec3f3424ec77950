/* Lines of sorted rows. Most of the work is to fetch what they say, which lies anywhere: threads take pieces of
 * the output in turns, make their lines, and write them when all before are written. */
#include "folded_rows.h"

#include <pthread.h>

#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/threads.h"

#include "folded_frames.h"

/* Bytes of a piece's rows: the lines are small beside the caches of a core, large beside a turn. */
#define TEXT_PIECE ((size_t)256 << 10)
#define PATHS_PIECE ((size_t)32 << 10)

/* A piece whose lines have more bytes is written in parts: few rows may have very long frames. */
#define MOST_TEXT ((size_t)4 << 20)

/* Rows of so many ahead are fetched. */
#define AHEAD 6
#define CACHE_LINE 64

/* Lines that are not written yet. */
struct piece {
    uint32_t begin, end; /* rows */
    char *text;
    size_t len, capacity;
    /* paths: the last line */
    size_t line; /* where it begins */
    struct span path;
    size_t *ends; /* by depth: of its frames, with their ';', from there */
    size_t ends_capacity;
};

struct rows;
typedef void make_line(const struct rows *rows, struct piece *piece, uint32_t row);

struct rows {
    const struct profile *profile;
    const struct stacks *stacks;
    make_line *make;
    size_t piece;
    struct folded_frames frames; /* paths */
    struct sink *sink;
    pthread_mutex_t lock;
    pthread_cond_t wrote;
    uint32_t taken, written;
};

static bool take_piece(struct rows *rows, struct piece *piece)
{
    const struct stacks *stacks = rows->stacks;
    size_t bytes = 0;
    pthread_mutex_lock(&rows->lock);
    piece->begin = rows->taken;
    while (rows->taken < stacks->count && bytes < rows->piece)
        bytes += stacks->text[rows->taken++].len;
    piece->end = rows->taken;
    pthread_mutex_unlock(&rows->lock);
    return piece->begin < piece->end;
}

static void prefetch_row(const struct stacks *stacks, uint32_t row)
{
    if (row >= stacks->count)
        return;
    for (size_t at = 0; at < stacks->text[row].len; at += CACHE_LINE)
        memory_prefetch(stacks->text[row].data + at);
}

/* The end of the piece's text, with room for more behind it. */
static char *reserve(struct piece *piece, size_t more)
{
    piece->text = memory_grow(piece->text, &piece->capacity, piece->len + more, 1);
    return piece->text + piece->len;
}

static void end_line(const struct rows *rows, struct piece *piece, uint32_t row)
{
    const struct stacks *stacks = rows->stacks;
    size_t columns = stacks->columns;
    char *begin = reserve(piece, columns * (1 + PROFILE_WEIGHT_TEXT) + 1), *at = begin;
    for (size_t c = 0; c < columns; c++) {
        *at++ = ' ';
        at += profile_weight_text(stacks->weight[row * columns + c], rows->profile->scale, at);
    }
    *at++ = '\n';
    piece->len += (size_t)(at - begin);
}

static void make_text_line(const struct rows *rows, struct piece *piece, uint32_t row)
{
    struct span text = rows->stacks->text[row];
    memcpy(reserve(piece, text.len + 1), text.data, text.len);
    piece->len += text.len;
    end_line(rows, piece, row);
}

/* Begins a line with the first frames of the last one, which has more. */
static void repeat_frames(struct piece *piece, size_t count)
{
    size_t len = count ? piece->ends[count - 1] : 0;
    char *out = reserve(piece, len + 1);
    if (len)
        memcpy(out, piece->text + piece->line, len);
    piece->line = piece->len;
    piece->len += len;
}

static void make_path_line(const struct rows *rows, struct piece *piece, uint32_t row)
{
    struct span path = rows->stacks->text[row];
    size_t size = rows->profile->path_bytes;
    size_t shared = span_common(piece->path, path) / size, depth = path.len / size;
    piece->ends = memory_grow(piece->ends, &piece->ends_capacity, depth, sizeof *piece->ends);
    repeat_frames(piece, shared);
    for (size_t d = shared; d < depth; d++) {
        struct span frame = rows->frames.frame[profile_path_frame(rows->profile, path.data + d * size)];
        folded_frame_put(reserve(piece, frame.len + FOLDED_COPIED), frame);
        piece->len += frame.len;
        piece->ends[d] = piece->len - piece->line;
    }
    piece->len -= depth != 0; /* the last ';' */
    piece->path = path;
    end_line(rows, piece, row);
}

/* Writes the lines made so far, after all before the piece. */
static void write_lines(struct rows *rows, struct piece *piece)
{
    pthread_mutex_lock(&rows->lock);
    while (rows->written != piece->begin)
        pthread_cond_wait(&rows->wrote, &rows->lock);
    pthread_mutex_unlock(&rows->lock);
    sink_write(rows->sink, piece->text, piece->len);
    piece->len = 0;
    piece->path = span_make(NULL, 0);
}

static void end_piece(struct rows *rows, const struct piece *piece)
{
    pthread_mutex_lock(&rows->lock);
    rows->written = piece->end;
    pthread_cond_broadcast(&rows->wrote);
    pthread_mutex_unlock(&rows->lock);
}

static void write_pieces(void *context, unsigned share)
{
    struct rows *rows = context;
    struct piece piece = {0};
    (void)share;
    while (take_piece(rows, &piece)) {
        for (uint32_t row = piece.begin; row < piece.end; row++) {
            prefetch_row(rows->stacks, row + AHEAD);
            rows->make(rows, &piece, row);
            if (piece.len > MOST_TEXT)
                write_lines(rows, &piece);
        }
        write_lines(rows, &piece);
        end_piece(rows, &piece);
    }
    memory_free(piece.text);
    memory_free(piece.ends);
}

static void write_rows(struct rows *rows, unsigned jobs)
{
    size_t pieces = rows->stacks->bytes / rows->piece + 1;
    pthread_mutex_init(&rows->lock, NULL);
    pthread_cond_init(&rows->wrote, NULL);
    threads_run(pieces < jobs ? (unsigned)pieces : jobs, write_pieces, rows);
    pthread_cond_destroy(&rows->wrote);
    pthread_mutex_destroy(&rows->lock);
}

void folded_text_write(const struct profile *profile, struct sink *sink, unsigned jobs)
{
    struct rows rows = {
        .profile = profile,
        .stacks = profile->stacks[0],
        .make = make_text_line,
        .piece = TEXT_PIECE,
        .sink = sink,
    };
    write_rows(&rows, jobs);
}

void folded_paths_write(const struct profile *profile, struct sink *sink, unsigned jobs)
{
    struct rows rows = {
        .profile = profile,
        .stacks = profile->paths,
        .make = make_path_line,
        .piece = PATHS_PIECE,
        .frames = folded_frames_make(&profile->frames),
        .sink = sink,
    };
    write_rows(&rows, jobs);
    folded_frames_free(&rows.frames);
}
