/* Comparisons as others see them: made from the columns of a profile, in the order to be told,
 * freed. */
#include "flamectl/comparison.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"
#include "judge.h"

static const char *const verdicts[] = {"PASS", "IMPROVEMENT", "REGRESSION", "INCONCLUSIVE"};

static const char *const findings[] = {"untested",    "none",      "small", "regression",
                                       "improvement", "explained", "moved"};

void comparison_options_init(struct comparison_options *options)
{
    *options = (struct comparison_options){.fdr = 0.05, .min_points = 0.005, .min_relative = 0.05};
}

bool comparison_runs_suffice(const struct comparison *comparison)
{
    double before = comparison->side_runs[COMPARISON_BEFORE];
    double after = comparison->side_runs[COMPARISON_AFTER];
    return comparison->runs_needed && 2 * before * after >= comparison->runs_needed * (before + after);
}

const char *comparison_verdict_text(enum comparison_verdict verdict)
{
    return verdicts[verdict];
}

const char *comparison_finding_text(enum comparison_finding finding)
{
    return findings[finding];
}

/* A row with what its place depends on. */
struct place {
    uint32_t row, rank;
    double change;
    struct span name;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a->change != b->change)
        return a->change > b->change ? -1 : 1;
    int order = span_compare(a->name, b->name);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static void set_places(const struct comparison *comparison, const struct profile *profile,
                       struct place *places)
{
    static const uint32_t rank[] = {
        [FINDING_REGRESSION] = 0, [FINDING_IMPROVEMENT] = 1, [FINDING_EXPLAINED] = 2,
        [FINDING_MOVED] = 3,      [FINDING_SMALL] = 4,       [FINDING_NONE] = 5,
        [FINDING_UNTESTED] = 6};
    for (uint32_t row = 0; row < comparison->function_count; row++) {
        const struct comparison_function *function = &comparison->functions[row];
        bool is_all = function->frame == FRAME_GAP;
        places[row] =
            (struct place){row, rank[function->finding], fabs(function->test.change),
                           is_all ? span_of("") : profile->frames.frames[function->frame].name};
    }
}

/* Puts the rows in the order in which they are told. */
static void sort(struct judge *judge)
{
    struct comparison *comparison = judge->comparison;
    uint32_t count = comparison->function_count;
    struct place *places = memory_get(count, sizeof *places);
    struct comparison_function *sorted = memory_get(count, sizeof *sorted);
    set_places(comparison, judge->profile, places);
    if (count)
        qsort(places, count, sizeof *places, compare_places);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = comparison->functions[places[i].row];
        *(sorted[i].frame == FRAME_GAP ? &judge->all : &comparison->by_frame[sorted[i].frame]) = i;
    }
    memory_free(comparison->functions);
    comparison->functions = sorted;
    memory_free(places);
}

static void judge_all(struct comparison *comparison, const struct profile *profile)
{
    struct profile_functions functions;
    struct judge judge;
    profile_functions_init(&functions, profile);
    judge_init(&judge, comparison, profile, &functions);
    judge_run(&judge);
    sort(&judge);
    judge_paths(&judge);
    judge_free(&judge);
    profile_functions_free(&functions);
}

void comparison_make(struct comparison *comparison, const struct profile *profile,
                     const struct comparison_run *runs, const struct comparison_options *options)
{
    unsigned count = profile->columns;
    bool known = true;
    *comparison = (struct comparison){.options = *options,
                                      .run_count = count,
                                      .median_phi = NAN,
                                      .degrees = NAN,
                                      .detectable = NAN,
                                      .verdict = VERDICT_INCONCLUSIVE};
    comparison->runs = memory_get(count, sizeof *runs);
    for (unsigned r = 0; r < count; r++) {
        comparison->runs[r] = runs[r];
        comparison->side_runs[runs[r].side]++;
        known = known && profile_knows_samples(profile, r);
        comparison->runs[r].samples = known ? profile->grand_samples[r] : 0;
    }
    if (known)
        judge_all(comparison, profile);
    else
        comparison->reason = REASON_UNKNOWN_SAMPLES;
}

void comparison_free(struct comparison *comparison)
{
    for (uint32_t i = 0; i < comparison->path_count; i++)
        memory_free(comparison->paths[i].frames);
    memory_free(comparison->paths);
    memory_free(comparison->by_frame);
    memory_free(comparison->functions);
    memory_free(comparison->runs);
}
