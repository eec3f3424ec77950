/* Where a function's change comes from: the call paths at and below it that are significant
 * themselves, adjusted among each other. Of a path and what is below it only the longer one is
 * told. */
#include "judge_tree.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"

#define MOST_PATHS 5 /* for one function */

/* A node that is looked at. */
struct candidate {
    uint32_t node, row;
    struct comparison_test test;
};

struct paths {
    struct judge *judge;
    struct candidate *candidates; /* by node */
    uint32_t count;
};

static bool is_changed(const struct judge *judge, uint32_t row)
{
    if (row == JUDGE_NONE || row == judge->all)
        return false;
    enum comparison_finding finding = judge->comparison->functions[row].finding;
    return finding == FINDING_REGRESSION || finding == FINDING_IMPROVEMENT;
}

/* By node: its samples over all runs. */
static int64_t *all_samples(const struct judge *judge)
{
    int64_t *sum = memory_zero(judge->profile->count, sizeof *sum);
    for (unsigned r = 0; r < judge->statistic.runs; r++)
        for (uint32_t node = 0; node < judge->profile->count; node++)
            sum[node] += judge->profile->samples[r][node];
    for (uint32_t node = judge->profile->count; --node > 0;)
        sum[judge->profile->nodes[node].parent] += sum[node];
    return sum;
}

/* Nodes at and below the changed functions, each for the nearest one. */
static void find_candidates(struct paths *paths)
{
    const struct judge *judge = paths->judge;
    const struct profile *profile = judge->profile;
    size_t capacity = 0;
    int64_t *sum = all_samples(judge);
    uint32_t *row = memory_get(profile->count, sizeof *row);
    row[PROFILE_ROOT] = JUDGE_NONE;
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t own = judge_row(judge, node);
        row[node] = is_changed(judge, own) ? own : row[profile->nodes[node].parent];
        if (row[node] == JUDGE_NONE || sum[node] < JUDGE_LEAST)
            continue;
        paths->candidates = memory_grow(paths->candidates, &capacity, (size_t)paths->count + 1,
                                        sizeof *paths->candidates);
        paths->candidates[paths->count++] = (struct candidate){.node = node, .row = row[node]};
    }
    memory_free(row);
    memory_free(sum);
}

static void test_candidates(struct paths *paths)
{
    struct judge *judge = paths->judge;
    unsigned runs = judge->statistic.runs;
    int64_t *total = memory_get(judge->profile->count, sizeof *total);
    int64_t *samples = memory_get((size_t)paths->count * runs, sizeof *samples);
    struct comparison_test **tests = memory_get(paths->count, sizeof *tests);
    for (unsigned r = 0; r < runs; r++) {
        judge_totals(judge, r, total);
        for (uint32_t i = 0; i < paths->count; i++)
            samples[(size_t)i * runs + r] = total[paths->candidates[i].node];
    }
    uint32_t tested = 0;
    for (uint32_t i = 0; i < paths->count; i++) {
        tests[tested] = &paths->candidates[i].test;
        judge_test(judge, samples + (size_t)i * runs, tests[tested]);
        tested += tests[tested]->tested;
    }
    statistic_adjust(tests, tested);
    memory_free(tests);
    memory_free(samples);
    memory_free(total);
}

/* Keeps what changed as its function did and has nothing such below it. */
static void keep_deepest(struct paths *paths)
{
    const struct judge *judge = paths->judge;
    bool *above = memory_zero(judge->profile->count, sizeof *above);
    uint32_t kept = paths->count;
    for (uint32_t i = paths->count; i-- > 0;) {
        const struct candidate *candidate = &paths->candidates[i];
        enum comparison_finding finding = judge->comparison->functions[candidate->row].finding;
        uint32_t parent = judge->profile->nodes[candidate->node].parent;
        bool significant =
            candidate->test.q <= judge->comparison->options.fdr &&
            judge_size(judge, &candidate->test) == (finding == FINDING_REGRESSION ? 1 : -1);
        if (significant && !above[candidate->node])
            paths->candidates[--kept] = *candidate;
        if (significant || above[candidate->node])
            above[parent] = true;
    }
    memmove(paths->candidates, paths->candidates + kept,
            (paths->count - kept) * sizeof *paths->candidates);
    paths->count -= kept;
    memory_free(above);
}

/* By function, the largest change first. */
static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    double a_change = fabs(a->test.change), b_change = fabs(b->test.change);
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    if (a_change != b_change)
        return a_change > b_change ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

static void tell(const struct paths *paths)
{
    const struct profile *profile = paths->judge->profile;
    struct comparison *comparison = paths->judge->comparison;
    uint32_t of_function = 0;
    comparison->paths = memory_get(paths->count, sizeof *comparison->paths);
    for (uint32_t i = 0; i < paths->count; i++) {
        const struct candidate *candidate = &paths->candidates[i];
        of_function = i && candidate->row == paths->candidates[i - 1].row ? of_function + 1 : 0;
        if (of_function >= MOST_PATHS)
            continue;
        struct comparison_path *path = &comparison->paths[comparison->path_count++];
        path->function = candidate->row;
        path->test = candidate->test;
        path->frames = memory_get(profile_depth(profile, candidate->node), sizeof *path->frames);
        path->depth = profile_stack(profile, candidate->node, path->frames);
    }
}

void judge_paths(struct judge *judge)
{
    struct paths paths = {.judge = judge};
    find_candidates(&paths);
    if (paths.count) {
        test_candidates(&paths);
        keep_deepest(&paths);
        if (paths.count)
            qsort(paths.candidates, paths.count, sizeof *paths.candidates, compare_candidates);
        tell(&paths);
    }
    memory_free(paths.candidates);
}
