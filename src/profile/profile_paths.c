/* Paths are rows of a gathering (stacks.h) whose texts are the bytes of frame ids. */
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
}

/* Rows that were appended without it: the index has the first ones always. */
static void index_rows(struct stacks *paths)
{
    for (uint32_t row = paths->by_text->count; row < paths->count; row++)
        index_add(paths->by_text, hash_bytes(paths->seed, paths->text[row]), row);
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

static struct span bytes_of(const uint32_t *frames, size_t count)
{
    return span_make((const char *)frames, count * sizeof *frames);
}

uint32_t profile_path(struct profile *profile, const uint32_t *frames, size_t count)
{
    struct span bytes = bytes_of(frames, count);
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
    struct span bytes = bytes_of(frames, count);
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

static size_t path_length(const struct stacks *paths, uint32_t row)
{
    return paths->text[row].len / sizeof(uint32_t);
}

/* The bytes of a row lie at any address. */
static uint32_t frame_at(const struct stacks *paths, uint32_t row, size_t i)
{
    uint32_t frame;
    memcpy(&frame, paths->text[row].data + i * sizeof frame, sizeof frame);
    return frame;
}

bool profile_merge_paths(struct profile *into, const struct profile *from, const uint32_t *map)
{
    const struct stacks *paths = from->paths;
    uint32_t *frames = NULL;
    size_t capacity = 0;
    bool fits = true;
    for (uint32_t row = 0; paths && row < paths->count; row++) {
        size_t count = path_length(paths, row);
        frames = memory_grow(frames, &capacity, count + 1, sizeof *frames);
        for (size_t i = 0; i < count; i++)
            frames[i] = map[frame_at(paths, row, i)];
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

/* Big-endian, so that the order of the bytes is that of the ranks. */
static void put_rank(unsigned char *bytes, uint32_t rank)
{
    bytes[0] = (unsigned char)(rank >> 24); /* compilers know this for a store */
    bytes[1] = (unsigned char)(rank >> 16);
    bytes[2] = (unsigned char)(rank >> 8);
    bytes[3] = (unsigned char)rank;
}

struct ranking {
    const struct stacks *paths;
    struct ranks ranks;
    unsigned jobs;
};

/* From frames, leaf first, to ranks, root first. */
static void rank_row(const struct ranking *ranking, uint32_t row, uint32_t *frames)
{
    const struct ranks *ranks = &ranking->ranks;
    size_t count = path_length(ranking->paths, row);
    unsigned char *bytes = (unsigned char *)ranking->paths->text[row].data; /* the gathering's own */
    if (count == 0)
        return;
    memcpy(frames, bytes, count * sizeof *frames);
    for (size_t i = count; i-- > 1; bytes += sizeof *frames)
        put_rank(bytes, ranks->inner[frames[i]]);
    put_rank(bytes, ranks->last[frames[0]]);
}

/* Paths lie anywhere: those of so many rows ahead are fetched. */
#define AHEAD 8

/* Sorted rows with equal paths become one. */
static void join_equal(struct stacks *paths)
{
    size_t columns = paths->columns;
    uint32_t kept = 0;
    for (uint32_t row = 1; row < paths->count; row++) {
        if (row + AHEAD < paths->count)
            memory_prefetch(paths->text[row + AHEAD].data);
        bool equal = span_equal(paths->text[row], paths->text[kept]);
        kept += !equal;
        paths->text[kept] = paths->text[row];
        for (size_t c = 0; c < columns; c++)
            paths->weight[kept * columns + c] = (equal ? paths->weight[kept * columns + c] : 0) +
                                                paths->weight[row * columns + c];
    }
    paths->count = paths->count ? kept + 1 : 0;
}

static void rank_rows(void *context, unsigned share)
{
    const struct ranking *ranking = context;
    uint64_t rows = ranking->paths->count;
    uint32_t row = (uint32_t)(rows * share / ranking->jobs), end = (uint32_t)(rows * (share + 1) / ranking->jobs);
    uint32_t *frames = NULL;
    size_t capacity = 0;
    for (; row < end; row++) {
        frames = memory_grow(frames, &capacity, path_length(ranking->paths, row), sizeof *frames);
        rank_row(ranking, row, frames);
    }
    memory_free(frames);
}

void profile_sort_paths(struct profile *profile, unsigned jobs)
{
    struct ranking ranking = {profile->paths, make_ranks(&profile->frames), jobs};
    threads_run(jobs, rank_rows, &ranking);
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
        for (size_t i = path_length(paths, row); i-- > 0;)
            node = profile_child(profile, node, frame_at(paths, row, i));
        for (unsigned c = 0; c < paths->columns; c++) /* their sums are told already */
            profile->self[c][node] += paths->weight[(size_t)row * paths->columns + c];
    }
    stacks_free(profile->paths);
    profile->paths = NULL;
}
