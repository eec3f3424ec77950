/* Paths are rows of a gathering (stacks.h) whose texts are the bytes of frame ids: two each while there are few frames,
 * which is half the memory to be filled, hashed and sorted, or four. */
#include "flamectl/profile_paths.h"

#include <assert.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/profile_stacks.h"
#include "flamectl/threads.h"

void profile_keep_paths(struct profile *profile)
{
    assert(profile->order == PROFILE_BY_NAME && !profile->samples && !profile->paths);
    profile->paths = stacks_make(STACKS_BY_TEXT, profile->columns, PATHS_MOST);
    profile->path_bytes = sizeof(uint16_t);
}

static size_t path_length(const struct profile *profile, uint32_t row)
{
    return profile->paths->text[row].len / profile->path_bytes;
}

/* The bytes of a row lie at any address. */
static uint32_t frame_at(const struct profile *profile, uint32_t row, size_t i)
{
    const char *at = profile->paths->text[row].data + i * profile->path_bytes;
    uint32_t frame;
    uint16_t narrow;
    if (profile->path_bytes == sizeof frame)
        return memcpy(&frame, at, sizeof frame), frame;
    return memcpy(&narrow, at, sizeof narrow), narrow;
}

/* The frames of a row, and room for one at least. */
static size_t take_frames(const struct profile *profile, uint32_t row, uint32_t **frames, size_t *capacity)
{
    size_t count = path_length(profile, row);
    const char *at = profile->paths->text[row].data;
    uint32_t *out = *frames = memory_grow(*frames, capacity, count + 1, sizeof *out);
    uint16_t narrow;
    if (profile->path_bytes == sizeof *out)
        return memcpy(out, at, count * sizeof *out), count;
    for (size_t i = 0; i < count; i++, at += sizeof narrow) {
        memcpy(&narrow, at, sizeof narrow);
        out[i] = narrow;
    }
    return count;
}

/* Where there are no longer few frames, ids get four bytes. */
static void widen(struct profile *profile)
{
    if (profile->frames.count <= PATH_FEW_FRAMES || profile->path_bytes == sizeof(uint32_t))
        return;
    struct stacks *paths = profile->paths;
    struct arena narrow = paths->arena;
    uint32_t *frames = NULL;
    size_t capacity = 0;
    arena_init(&paths->arena);
    for (uint32_t row = 0; row < paths->count; row++) {
        size_t count = take_frames(profile, row, &frames, &capacity);
        struct span wide = span_make((const char *)frames, count * sizeof *frames);
        paths->bytes += wide.len - paths->text[row].len;
        paths->text[row] = span_make(arena_copy(&paths->arena, wide), wide.len);
    }
    memory_free(frames);
    arena_free(&narrow);
    index_free(paths->by_text); /* made again by index_rows */
    paths->by_text = index_make();
    profile->path_bytes = sizeof *frames;
}

/* Puts a row where another one is, or adds its weight to that one's. */
static void move_row(struct stacks *paths, uint32_t row, uint32_t to, bool equal)
{
    size_t columns = paths->columns;
    paths->text[to] = paths->text[row];
    for (size_t c = 0; c < columns; c++)
        paths->weight[to * columns + c] = (equal ? paths->weight[to * columns + c] : 0) +
                                          paths->weight[row * columns + c];
}

/* Rows that were appended without it: the index has the first ones always. Equal ones become one, or each would be
 * put behind all before it. */
static void index_rows(struct stacks *paths)
{
    uint32_t kept = paths->by_text->count;
    for (uint32_t row = kept; row < paths->count; row++) {
        uint64_t hash = hash_bytes(paths->seed, paths->text[row]);
        uint32_t known = stacks_find(paths, paths->text[row], hash);
        if (known == STACKS_NONE)
            index_add(paths->by_text, hash, kept);
        move_row(paths, row, known == STACKS_NONE ? kept++ : known, known != STACKS_NONE);
    }
    paths->count = kept;
}

/* A gathering's own limit would pack them. */
static void make_room(struct profile *profile)
{
    size_t most = profile->paths->most;
    if (profile->paths->bytes < most)
        return;
    profile_file_paths(profile);
    profile->turn++;
    profile->paths = stacks_make(STACKS_BY_TEXT, profile->columns, most);
}

/* The bytes of a path, which stand until the next one's. */
static struct span bytes_of(struct profile *profile, const uint32_t *frames, size_t count)
{
    widen(profile);
    if (profile->path_bytes == sizeof *frames)
        return span_make((const char *)frames, count * sizeof *frames);
    uint16_t *narrow = profile->narrow =
        memory_grow(profile->narrow, &profile->narrow_capacity, count + 1, sizeof *narrow);
    for (size_t i = 0; i < count; i++)
        narrow[i] = (uint16_t)frames[i];
    return span_make((const char *)narrow, count * sizeof *narrow);
}

uint32_t profile_path(struct profile *profile, const uint32_t *frames, size_t count)
{
    struct span bytes = bytes_of(profile, frames, count);
    index_rows(profile->paths);
    uint32_t row = stacks_find(profile->paths, bytes, hash_bytes(profile->paths->seed, bytes));
    if (row != STACKS_NONE)
        return row;
    make_room(profile);
    return stacks_add(profile->paths, bytes, hash_bytes(profile->paths->seed, bytes));
}

uint32_t profile_append_path(struct profile *profile, const uint32_t *frames, size_t count)
{
    make_room(profile);
    struct stacks *paths = profile->paths;
    struct span bytes = bytes_of(profile, frames, count);
    size_t columns = paths->columns;
    uint32_t row = paths->count++;
    if (paths->count == STACKS_KNOWN)
        memory_exhausted();
    paths->text = memory_grow(paths->text, &paths->capacity, paths->count, sizeof *paths->text);
    paths->weight = memory_grow(paths->weight, &paths->weight_capacity, paths->count * columns,
                                sizeof *paths->weight);
    paths->text[row] = span_make(arena_copy(&paths->arena, bytes), bytes.len);
    paths->bytes += bytes.len + sizeof *paths->text + columns * sizeof *paths->weight;
    for (size_t c = 0; c < columns; c++)
        paths->weight[row * columns + c] = 0;
    return row;
}

bool profile_add_path(struct profile *profile, uint32_t row, unsigned column, int64_t weight)
{
    if (weight > INT64_MAX - profile->grand[column])
        return false;
    profile->grand[column] += weight;
    return stacks_add_weight(profile->paths, row, column, weight);
}

bool profile_merge_paths(struct profile *into, const struct profile *from, const uint32_t *map)
{
    const struct stacks *paths = from->paths;
    uint32_t *frames = NULL;
    size_t capacity = 0;
    bool fits = true;
    for (uint32_t row = 0; paths && row < paths->count; row++) {
        size_t count = take_frames(from, row, &frames, &capacity);
        for (size_t i = 0; i < count; i++)
            frames[i] = map[frames[i]];
        uint32_t place = profile_path(into, frames, count);
        for (unsigned c = 0; c < paths->columns; c++)
            fits = fits && profile_add_path(into, place, c,
                                            paths->weight[(size_t)row * paths->columns + c]);
    }
    memory_free(frames);
    return fits;
}

bool profile_is_paths(const struct profile *profile)
{
    if (!profile->paths || !profile_tree_is_empty(profile))
        return false;
    for (size_t i = 0; i < profile->stacks_count; i++)
        if (profile->stacks[i]->count || profile->stacks[i]->run_count)
            return false;
    return true;
}

/* Ranks of frames, from 1, in the byte order of folded text: within a stack, and at its end. So no path begins another,
 * and none has zeros where another ends. */
struct ranks {
    uint32_t *inner, *last;
    uint32_t *frame; /* by rank */
};

static struct ranks make_ranks(const struct frame_table *table)
{
    struct ranks ranks;
    frame_rank(table, -1, &ranks.last, &ranks.inner);
    ranks.frame = memory_get((size_t)table->count * 2 + 1, sizeof *ranks.frame);
    for (uint32_t id = 0; id < table->count; id++)
        ranks.frame[++ranks.inner[id]] = ranks.frame[++ranks.last[id]] = id;
    return ranks;
}

/* Big-endian, so that the order of the bytes is that of the ranks. Returns where the next one goes. */
static unsigned char *put_rank(unsigned char *bytes, uint32_t rank, size_t size)
{
    if (size == 4) {
        *bytes++ = (unsigned char)(rank >> 24);
        *bytes++ = (unsigned char)(rank >> 16);
    }
    *bytes++ = (unsigned char)(rank >> 8);
    *bytes++ = (unsigned char)rank;
    return bytes;
}

struct ranking {
    const struct profile *profile;
    struct ranks ranks;
    unsigned jobs;
};

/* From frames, leaf first, to ranks, root first. */
static void rank_row(const struct ranking *ranking, uint32_t row, const uint32_t *frames, size_t count)
{
    const struct ranks *ranks = &ranking->ranks;
    size_t size = ranking->profile->path_bytes;
    unsigned char *bytes = (unsigned char *)ranking->profile->paths->text[row].data; /* the gathering's own */
    for (size_t i = count; i-- > 1;)
        bytes = put_rank(bytes, ranks->inner[frames[i]], size);
    if (count)
        put_rank(bytes, ranks->last[frames[0]], size);
}

/* Paths lie anywhere: those of so many rows ahead are fetched. */
#define AHEAD 8

/* Sorted rows with equal paths become one. */
static void join_equal(struct stacks *paths)
{
    uint32_t kept = 0;
    for (uint32_t row = 1; row < paths->count; row++) {
        if (row + AHEAD < paths->count)
            memory_prefetch(paths->text[row + AHEAD].data);
        bool equal = span_equal(paths->text[row], paths->text[kept]);
        kept += !equal;
        move_row(paths, row, kept, equal);
    }
    paths->count = paths->count ? kept + 1 : 0;
}

/* Fewer rows are ranked before a thread has begun. */
#define WORTH_A_THREAD 2048

static void rank_rows(void *context, unsigned share)
{
    const struct ranking *ranking = context;
    uint32_t rows = ranking->profile->paths->count, end = threads_first_row(rows, share + 1, ranking->jobs);
    uint32_t *frames = NULL;
    size_t capacity = 0;
    for (uint32_t row = threads_first_row(rows, share, ranking->jobs); row < end; row++) {
        size_t count = take_frames(ranking->profile, row, &frames, &capacity);
        rank_row(ranking, row, frames, count);
    }
    memory_free(frames);
}

void profile_sort_paths(struct profile *profile, unsigned jobs)
{
    widen(profile);
    unsigned most = profile->paths->count / WORTH_A_THREAD + 1;
    struct ranking ranking = {profile, make_ranks(&profile->frames), jobs < most ? jobs : most};
    threads_run(ranking.jobs, rank_rows, &ranking);
    stacks_sort(profile->paths, jobs);
    join_equal(profile->paths);
    profile->ranked = ranking.ranks.frame;
    memory_free(ranking.ranks.inner);
    memory_free(ranking.ranks.last);
}

void profile_file_paths(struct profile *profile)
{
    const struct stacks *paths = profile->paths;
    for (uint32_t row = 0; row < paths->count; row++) {
        uint32_t node = PROFILE_ROOT;
        for (size_t i = path_length(profile, row); i-- > 0;)
            node = profile_child(profile, node, frame_at(profile, row, i));
        for (unsigned c = 0; c < paths->columns; c++) /* their sums are told already */
            profile->self[c][node] += paths->weight[(size_t)row * paths->columns + c];
    }
    stacks_free(profile->paths);
    profile->paths = NULL;
}
