/* Who did it: a function that has grown because one that it calls has. Each sample is owned by the
 * deepest function on its stack that changed; a function whose own samples are no regression is
 * explained by those that it calls.
 *
 * Where functions call each other in circles, each can seem explained by the others, with nobody
 * left. So what was kept must account for half of every explained change; where it does not, the
 * function with the smallest such change is kept, too. */
#include "judge_tree.h"

#include <math.h>

#include "flamectl/memory.h"

#define ACCOUNTED 0.5
#define MOST_KEPT                                                                                  \
    256 /* functions that are looked for below others: each costs a walk over the tree */

struct search {
    struct judge *judge;
    enum comparison_finding changed; /* the finding of a row that is not explained */
    int direction;
    const bool *outermost;
    const double *change; /* by node, its own */
    double *below;        /* by node, scratch */
    double *accounted;    /* by row */
};

/* By node: the deepest row at or above it that has this finding. */
static uint32_t *deepest(const struct judge *judge, enum comparison_finding finding)
{
    const struct profile *profile = judge->profile;
    uint32_t *row = memory_get(profile->count, sizeof *row);
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t own = judge_row(judge, node);
        bool has = own != JUDGE_NONE && judge->comparison->functions[own].finding == finding;
        row[node] = has                    ? own
                    : node == PROFILE_ROOT ? JUDGE_NONE
                                           : row[profile->nodes[node].parent];
    }
    return row;
}

/* By row and run: the samples that a row owns. */
static int64_t *own_samples(const struct judge *judge, const uint32_t *owner)
{
    unsigned runs = judge->statistic.runs;
    int64_t *own = memory_zero((size_t)judge->comparison->function_count * runs, sizeof *own);
    for (unsigned r = 0; r < runs; r++)
        for (uint32_t node = 0; node < judge->profile->count; node++)
            if (owner[node] != JUDGE_NONE)
                own[(size_t)owner[node] * runs + r] += judge->profile->samples[r][node];
    return own;
}

/* Marks the rows whose own samples did not change enough. Returns how many. */
static uint32_t mark(const struct search *search)
{
    struct judge *judge = search->judge;
    struct comparison *comparison = judge->comparison;
    uint32_t marked = 0;
    uint32_t *owner = deepest(judge, search->changed);
    int64_t *own = own_samples(judge, owner);
    for (uint32_t row = 0; row < comparison->function_count; row++) {
        struct comparison_test test;
        if (comparison->functions[row].finding != search->changed)
            continue;
        judge_test(judge, own + (size_t)row * judge->statistic.runs, &test);
        if (judge_direction(judge, &test) != search->direction) {
            comparison->functions[row].finding = FINDING_EXPLAINED;
            comparison->functions[row].cause = FRAME_GAP;
            marked++;
        }
    }
    memory_free(own);
    memory_free(owner);
    return marked;
}

static bool explained_here(const struct search *search, uint32_t row)
{
    const struct comparison_function *function = &search->judge->comparison->functions[row];
    return function->finding == FINDING_EXPLAINED && function->test.change * search->direction > 0;
}

/* By explained row: how much of its change is owned by `keeper`, or by any kept row where that is
 * JUDGE_NONE. */
static void account(const struct search *search, const uint32_t *kept, uint32_t keeper)
{
    const struct judge *judge = search->judge;
    uint32_t rows = judge->comparison->function_count;
    memset(search->accounted, 0, rows * sizeof *search->accounted);
    for (uint32_t node = 0; node < judge->profile->count; node++) {
        bool counts = keeper == JUDGE_NONE ? kept[node] != JUDGE_NONE : kept[node] == keeper;
        search->below[node] = counts ? search->change[node] : 0;
    }
    judge_sum_up(judge, search->below);
    for (uint32_t node = 0; node < judge->profile->count; node++) {
        uint32_t row = judge_row(judge, node);
        if (row != JUDGE_NONE && search->outermost[node] && explained_here(search, row))
            search->accounted[row] += search->below[node] * search->direction;
    }
}

/* Whether the kept rows fail to account for an explained one. */
static bool unaccounted(const struct search *search, uint32_t row)
{
    double change = fabs(search->judge->comparison->functions[row].test.change);
    return explained_here(search, row) && search->accounted[row] < ACCOUNTED * change;
}

/* The one of them with the smallest change, or JUDGE_NONE. */
static uint32_t least_unaccounted(const struct search *search)
{
    const struct comparison_function *functions = search->judge->comparison->functions;
    uint32_t least = JUDGE_NONE;
    for (uint32_t row = 0; row < search->judge->comparison->function_count; row++)
        if (unaccounted(search, row) &&
            (least == JUDGE_NONE ||
             fabs(functions[row].test.change) < fabs(functions[least].test.change)))
            least = row;
    return least;
}

static void keep_enough(const struct search *search)
{
    struct comparison *comparison = search->judge->comparison;
    for (uint32_t tries = 0; tries < MOST_KEPT; tries++) {
        uint32_t *kept = deepest(search->judge, search->changed);
        account(search, kept, JUDGE_NONE);
        memory_free(kept);
        uint32_t row = least_unaccounted(search);
        if (row == JUDGE_NONE)
            return;
        comparison->functions[row].finding = search->changed;
    }
    for (uint32_t row = 0; row < comparison->function_count; row++)
        if (unaccounted(search, row))
            comparison->functions[row].finding = search->changed;
}

/* Names for each explained row the kept one that owns most of its change; without any it is kept
 * itself. */
static void name_causes(const struct search *search)
{
    struct comparison *comparison = search->judge->comparison;
    double *most = memory_zero(comparison->function_count, sizeof *most);
    uint32_t *kept = deepest(search->judge, search->changed);
    uint32_t keepers = 0;
    for (uint32_t keeper = 0; keeper < comparison->function_count && keepers < MOST_KEPT;
         keeper++) {
        if (comparison->functions[keeper].finding != search->changed)
            continue;
        keepers++;
        account(search, kept, keeper);
        for (uint32_t row = 0; row < comparison->function_count; row++) {
            if (explained_here(search, row) && search->accounted[row] > most[row]) {
                most[row] = search->accounted[row];
                comparison->functions[row].cause = comparison->functions[keeper].frame;
            }
        }
    }
    for (uint32_t row = 0; row < comparison->function_count; row++)
        if (explained_here(search, row) && most[row] == 0)
            comparison->functions[row].finding = search->changed;
    memory_free(kept);
    memory_free(most);
}

void judge_explained(struct judge *judge, int direction)
{
    struct search search = {.judge = judge,
                            .direction = direction,
                            .changed = direction > 0 ? FINDING_REGRESSION : FINDING_IMPROVEMENT};
    if (mark(&search) == 0)
        return;
    bool *outermost = judge_outermost(judge);
    double *change = judge_changes(judge);
    search.outermost = outermost;
    search.change = change;
    search.below = memory_get(judge->profile->count, sizeof *search.below);
    search.accounted = memory_get(judge->comparison->function_count, sizeof *search.accounted);
    keep_enough(&search);
    name_causes(&search);
    memory_free(search.accounted);
    memory_free(search.below);
    memory_free(change);
    memory_free(outermost);
}
