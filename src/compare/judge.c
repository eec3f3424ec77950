/* One comparison from the functions' samples to the verdict. */
#include "judge.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"

enum { BEFORE = COMPARISON_BEFORE, AFTER = COMPARISON_AFTER };

/* What is left of a limit after rounding: 0.105 - 0.1 is a little less than 0.005. */
#define ROUNDING 1e-12

int judge_size(const struct judge *judge, const struct comparison_test *test)
{
    const struct comparison_options *options = &judge->comparison->options;
    double wanted =
        fmax(options->min_points, options->min_relative * test->measure[BEFORE]) - ROUNDING;
    double up = options->strict_change ? test->low : test->change;
    double down = options->strict_change ? -test->high : -test->change;
    if (!test->tested || test->change == 0)
        return 0;
    return test->change > 0 ? up >= wanted : -(down >= wanted);
}

int judge_direction(const struct judge *judge, const struct comparison_test *test)
{
    return test->tested && test->p <= judge->statistic.level ? judge_size(judge, test) : 0;
}

void judge_test(const struct judge *judge, const int64_t *samples, struct comparison_test *test)
{
    if (statistic_measure(&judge->statistic, samples, JUDGE_LEAST, test))
        statistic_test(&judge->statistic, test);
}

static bool has_samples(const struct judge *judge, uint32_t frame)
{
    for (unsigned r = 0; r < judge->statistic.runs; r++)
        if (judge->functions->total_samples[r][frame])
            return true;
    return false;
}

static void make_rows(struct judge *judge)
{
    struct comparison *comparison = judge->comparison;
    uint32_t frames = judge->functions->count, rows = 0;
    comparison->functions = memory_zero((size_t)frames + 1, sizeof *comparison->functions);
    comparison->by_frame = memory_get(frames, sizeof *comparison->by_frame);
    judge->all = JUDGE_NONE;
    for (uint32_t frame = 0; frame < frames; frame++) {
        comparison->by_frame[frame] = has_samples(judge, frame) ? rows : JUDGE_NONE;
        if (comparison->by_frame[frame] != JUDGE_NONE)
            comparison->functions[rows++].frame = frame;
    }
    if (comparison->per_work) {
        comparison->functions[rows].frame = FRAME_GAP;
        judge->all = rows++;
    }
    comparison->function_count = rows;
}

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median_phi(const struct comparison *comparison, struct comparison_test **tests)
{
    uint32_t count = comparison->tested;
    double *phi = memory_get(count, sizeof *phi);
    for (uint32_t i = 0; i < count; i++)
        phi[i] = tests[i]->phi;
    qsort(phi, count, sizeof *phi, compare_numbers);
    double median = (phi[(count - 1) / 2] + phi[count / 2]) / 2;
    memory_free(phi);
    return median;
}

/* Counts, shares and phi of all rows; fills in those that can be tested. */
static void measure_rows(struct judge *judge, struct comparison_test **tests)
{
    struct comparison *comparison = judge->comparison;
    for (uint32_t row = 0; row < comparison->function_count; row++) {
        struct comparison_test *test = &comparison->functions[row].test;
        for (unsigned r = 0; r < judge->statistic.runs; r++)
            judge->samples[r] = judge_samples(judge, row, r);
        if (statistic_measure(&judge->statistic, judge->samples, JUDGE_LEAST, test))
            tests[comparison->tested++] = test;
    }
    comparison->left_out = comparison->function_count - comparison->tested;
}

/* Tests them. What Benjamini and Hochberg let pass tells which level of p a change must reach; with
 * none, the level that the first would have to. */
static void test_rows(struct judge *judge, struct comparison_test **tests)
{
    struct comparison *comparison = judge->comparison;
    struct statistic *statistic = &judge->statistic;
    double fdr = comparison->options.fdr;
    if (!statistic->screening)
        statistic->prior_phi = comparison->median_phi = median_phi(comparison, tests);
    for (uint32_t i = 0; i < comparison->tested; i++)
        statistic_test(statistic, tests[i]);
    statistic_adjust(tests, comparison->tested);
    uint32_t significant = 0;
    while (significant < comparison->tested && tests[significant]->q <= fdr)
        significant++;
    double rank = significant ? significant : 1;
    comparison->level = fdr * rank / comparison->tested;
    statistic_settle(statistic, comparison->level);
}

static double wanted_change(const struct comparison *comparison, double before)
{
    return fmax(comparison->options.min_points, comparison->options.min_relative * before);
}

/* What could have been found: of each function, and of the one that is hardest to judge. That is
 * where both halves of the smallest change that counts are equal: below, the same points stand out
 * more, above, the same percentage does. */
static void tell_power(struct judge *judge, struct comparison_test **tests)
{
    struct comparison *comparison = judge->comparison;
    const struct comparison_options *options = &comparison->options;
    const struct statistic *statistic = &judge->statistic;
    for (uint32_t i = 0; i < comparison->tested; i++) {
        double error = statistic_error(statistic, tests[i]->measure, tests[i]->dispersion);
        tests[i]->detectable = statistic_detectable(
            statistic, error, wanted_change(comparison, tests[i]->measure[BEFORE]));
    }
    double share = options->min_relative > 0 ? options->min_points / options->min_relative : 0.5;
    share = fmin(0.5, fmax(0.01, share));
    double both[COMPARISON_SIDES] = {share, share};
    double error =
        statistic_error(statistic, both, statistic_dispersion(statistic, statistic->prior_phi));
    comparison->reference_share = share;
    comparison->wanted = wanted_change(comparison, share);
    comparison->detectable = statistic_detectable(statistic, error, comparison->wanted);
    comparison->runs_needed = statistic_runs_needed(statistic, share, comparison->wanted);
}

static void find(struct judge *judge)
{
    struct comparison *comparison = judge->comparison;
    unsigned up = 0, down = 0;
    for (uint32_t row = 0; row < comparison->function_count; row++) {
        struct comparison_function *function = &comparison->functions[row];
        const struct comparison_test *test = &function->test;
        int direction = judge_direction(judge, test);
        if (!test->tested)
            function->finding = FINDING_UNTESTED;
        else if (direction)
            function->finding = direction > 0 ? FINDING_REGRESSION : FINDING_IMPROVEMENT;
        else
            function->finding = test->p <= judge->statistic.level ? FINDING_SMALL : FINDING_NONE;
        up += direction > 0;
        down += direction < 0;
    }
    for (int direction = 1; direction >= -1; direction -= 2) {
        if (direction > 0 ? up : down) {
            judge_moved(judge, direction);
            judge_explained(judge, direction);
        }
    }
    for (uint32_t row = 0; row < comparison->function_count; row++)
        comparison->findings[comparison->functions[row].finding]++;
}

static void decide(struct comparison *comparison)
{
    enum comparison_reason reason = REASON_NONE;
    if (comparison->tested == 0)
        reason = REASON_FEW_SAMPLES;
    else if (comparison->screening && !comparison->options.allow_single_run)
        reason = REASON_SINGLE_RUN;
    comparison->reason = reason;
    if (reason != REASON_NONE)
        comparison->verdict = VERDICT_INCONCLUSIVE;
    else if (comparison->findings[FINDING_REGRESSION])
        comparison->verdict = VERDICT_REGRESSION;
    else
        comparison->verdict =
            comparison->findings[FINDING_IMPROVEMENT] ? VERDICT_IMPROVEMENT : VERDICT_PASS;
}

void judge_init(struct judge *judge, struct comparison *comparison, const struct profile *profile,
                const struct profile_functions *functions)
{
    *judge = (struct judge){.profile = profile, .functions = functions, .comparison = comparison};
    struct statistic *statistic = &judge->statistic;
    statistic_init(statistic, comparison->runs, comparison->run_count, 1 - comparison->options.fdr);
    judge->samples = memory_get(comparison->run_count, sizeof *judge->samples);
    comparison->per_work = statistic->per_work;
    comparison->screening = statistic->screening;
    comparison->degrees = statistic->screening ? NAN : statistic_degrees(statistic);
    comparison->median_phi = NAN;
    for (unsigned side = BEFORE; side < COMPARISON_SIDES; side++) {
        comparison->samples[side] = statistic->samples[side];
        comparison->work[side] = statistic->work[side];
    }
    make_rows(judge);
}

void judge_free(struct judge *judge)
{
    memory_free(judge->samples);
    statistic_free(&judge->statistic);
}

void judge_run(struct judge *judge)
{
    struct comparison *comparison = judge->comparison;
    struct comparison_test **tests = memory_get(comparison->function_count, sizeof *tests);
    measure_rows(judge, tests);
    if (comparison->tested) {
        test_rows(judge, tests);
        tell_power(judge, tests);
    }
    find(judge);
    decide(comparison);
    memory_free(tests);
}
