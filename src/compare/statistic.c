/* The statistic of the gate. Sources: quasi-likelihood dispersion shrunk to a common value as in
 * Lund et al., "Detecting differential expression in RNA-sequence data using quasi-likelihood with
 * shrunken dispersion estimates" (2012); Benjamini and Hochberg, "Controlling the false discovery
 * rate" (1995). */
#include "statistic.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"
#include "flamectl/special.h"

enum { BEFORE = COMPARISON_BEFORE, AFTER = COMPARISON_AFTER, SIDES = COMPARISON_SIDES };

#define POWER 0.8
#define MOST_RUNS 10000
#define FISHER_BELOW 10 /* samples with the function, or without it */

/* A run's exposure is its samples; with work it is its work in units of before's samples per unit
 * of work, so that a share is of all that was before. */
static void set_exposure(struct statistic *statistic, const struct comparison_run *runs)
{
    for (unsigned r = 0; r < statistic->runs; r++) {
        statistic->samples[runs[r].side] += runs[r].samples;
        statistic->work[runs[r].side] += runs[r].work;
    }
    double per_work = (double)statistic->samples[BEFORE] / statistic->work[BEFORE];
    statistic->per_work = statistic->work[BEFORE] > 0 && statistic->work[AFTER] > 0;
    for (unsigned r = 0; r < statistic->runs; r++) {
        double exposure = statistic->per_work ? runs[r].work * per_work : (double)runs[r].samples;
        statistic->side[r] = runs[r].side;
        statistic->exposure[r] = exposure;
        statistic->exposures[runs[r].side] += exposure;
        statistic->side_runs[runs[r].side] += exposure > 0;
    }
}

void statistic_init(struct statistic *statistic, const struct comparison_run *runs, unsigned count,
                    double confidence)
{
    *statistic = (struct statistic){
        .runs = count, .prior_degrees = 4, .prior_phi = 1, .floor = 1, .confidence = confidence};
    statistic->side = memory_get(count, sizeof *statistic->side);
    statistic->exposure = memory_get(count, sizeof *statistic->exposure);
    set_exposure(statistic, runs);
    statistic->screening = statistic->side_runs[BEFORE] < 2 || statistic->side_runs[AFTER] < 2;
    statistic_settle(statistic, 1 - confidence);
}

void statistic_free(struct statistic *statistic)
{
    memory_free(statistic->side);
    memory_free(statistic->exposure);
}

static double own_degrees(const struct statistic *statistic)
{
    return (double)(statistic->side_runs[BEFORE] + statistic->side_runs[AFTER]) - 2;
}

double statistic_degrees(const struct statistic *statistic)
{
    return statistic->screening ? INFINITY : own_degrees(statistic) + statistic->prior_degrees;
}

void statistic_settle(struct statistic *statistic, double level)
{
    double degrees = statistic_degrees(statistic);
    statistic->level = level;
    statistic->quantile_interval = special_t_quantile(1 - statistic->confidence, degrees);
    statistic->quantile_level = special_t_quantile(level, degrees);
    statistic->quantile_power = special_t_quantile(2 * (1 - POWER), degrees);
}

/* A sample's variance, over the dispersion. */
static double variance(const struct statistic *statistic, double share)
{
    return statistic->per_work ? share : share * (1 - share);
}

static double pooled(const struct statistic *statistic, const double share[SIDES])
{
    const double *exposures = statistic->exposures;
    return (share[BEFORE] * exposures[BEFORE] + share[AFTER] * exposures[AFTER]) /
           (exposures[BEFORE] + exposures[AFTER]);
}

/* Pearson's X^2 over its degrees of freedom; a run that can have no sample, or nothing else, adds
 * 0. */
static double measure_phi(const struct statistic *statistic, const int64_t *samples,
                          const double share[SIDES])
{
    double sum = 0;
    for (unsigned r = 0; r < statistic->runs; r++) {
        double p = share[statistic->side[r]], expected = statistic->exposure[r] * p;
        double spread = statistic->exposure[r] * variance(statistic, p);
        double off = (double)samples[r] - expected;
        sum += spread > 0 ? off * off / spread : 0;
    }
    return sum / own_degrees(statistic);
}

bool statistic_measure(const struct statistic *statistic, const int64_t *samples, int64_t least,
                       struct comparison_test *test)
{
    *test = (struct comparison_test){.low = NAN,
                                     .high = NAN,
                                     .phi = NAN,
                                     .dispersion = NAN,
                                     .t = NAN,
                                     .p = NAN,
                                     .q = NAN,
                                     .detectable = NAN};
    for (unsigned r = 0; r < statistic->runs; r++)
        test->samples[statistic->side[r]] += samples[r];
    for (unsigned side = BEFORE; side < SIDES; side++) {
        double count = (double)test->samples[side];
        test->share[side] = statistic->samples[side] ? count / (double)statistic->samples[side] : 0;
        test->measure[side] =
            statistic->per_work ? count / statistic->exposures[side] : test->share[side];
        if (statistic->per_work)
            test->cost[side] = count / statistic->work[side];
    }
    test->change = test->measure[AFTER] - test->measure[BEFORE];
    test->relative = test->change == 0 ? 0 : test->change / test->measure[BEFORE];
    int64_t with = test->samples[BEFORE] + test->samples[AFTER];
    bool constant =
        with == statistic->samples[BEFORE] + statistic->samples[AFTER] && !statistic->per_work;
    test->tested = with >= least && with > 0 && !constant;
    if (test->tested && !statistic->screening)
        test->phi = measure_phi(statistic, samples, test->measure);
    return test->tested;
}

double statistic_dispersion(const struct statistic *statistic, double phi)
{
    if (statistic->screening)
        return 1;
    double own = own_degrees(statistic), prior = statistic->prior_degrees;
    return fmax(statistic->floor, (prior * statistic->prior_phi + own * phi) / (prior + own));
}

double statistic_error(const struct statistic *statistic, const double share[SIDES],
                       double dispersion)
{
    double sum = 0, p = pooled(statistic, share);
    bool empty = share[BEFORE] == 0 || share[AFTER] == 0;
    for (unsigned side = BEFORE; side < SIDES; side++)
        sum += variance(statistic, empty ? p : share[side]) / statistic->exposures[side];
    return sqrt(dispersion * sum);
}

/* Fisher's exact test where there are few samples with the function or few without it; false
 * elsewhere. */
static bool test_few(const struct statistic *statistic, struct comparison_test *test)
{
    int64_t with[SIDES], without[SIDES], all[SIDES];
    for (unsigned side = BEFORE; side < SIDES; side++) {
        all[side] = (int64_t)statistic->exposures[side];
        with[side] = test->samples[side];
        without[side] = all[side] - with[side];
    }
    bool few_with = with[BEFORE] + with[AFTER] < FISHER_BELOW;
    if (statistic->per_work || (!few_with && without[BEFORE] + without[AFTER] >= FISHER_BELOW))
        return false;
    test->p = special_fisher_mid_p(few_with ? with : without, all);
    return true;
}

/* x log(x / expected), the part of G that a cell adds. */
static double surprise(double x, double expected)
{
    return x > 0 ? x * log(x / expected) : 0;
}

/* The G test of two sides; with work, of two Poisson counts. */
static void test_screening(const struct statistic *statistic, struct comparison_test *test)
{
    double g = 0, p = pooled(statistic, test->measure);
    if (test_few(statistic, test))
        return;
    for (unsigned side = BEFORE; side < SIDES; side++) {
        double samples = (double)test->samples[side], exposure = statistic->exposures[side];
        g += surprise(samples, exposure * p);
        if (!statistic->per_work)
            g += surprise(exposure - samples, exposure * (1 - p));
    }
    g = fmax(0, 2 * g);
    test->t = copysign(sqrt(g), test->change);
    test->p = special_chi_square_tail(g);
}

void statistic_test(const struct statistic *statistic, struct comparison_test *test)
{
    test->dispersion = statistic_dispersion(statistic, test->phi);
    double error = statistic_error(statistic, test->measure, test->dispersion);
    test->low = test->change - statistic->quantile_interval * error;
    test->high = test->change + statistic->quantile_interval * error;
    if (statistic->screening) {
        test_screening(statistic, test);
    } else {
        test->t = error > 0 ? test->change / error : 0;
        test->p = special_t_tails(test->t, statistic_degrees(statistic));
    }
    test->q = test->p;
}

double statistic_detectable(const struct statistic *statistic, double error, double wanted)
{
    return fmax(statistic->quantile_level * error, wanted) + statistic->quantile_power * error;
}

static bool enough(const struct statistic *statistic, double runs, double share, double wanted)
{
    double count = (double)(statistic->side_runs[BEFORE] + statistic->side_runs[AFTER]);
    double size = (statistic->exposures[BEFORE] + statistic->exposures[AFTER]) / count;
    double degrees = 2 * runs - 2 + statistic->prior_degrees;
    double error = sqrt(statistic_dispersion(statistic, statistic->prior_phi) * 2 *
                        variance(statistic, share) / (runs * size));
    return (special_t_quantile(statistic->level, degrees) +
            special_t_quantile(2 * (1 - POWER), degrees)) *
               error <=
           wanted;
}

uint32_t statistic_runs_needed(const struct statistic *statistic, double share, double wanted)
{
    uint32_t low = 1, high = 2;
    while (!enough(statistic, high, share, wanted)) {
        if (high >= MOST_RUNS)
            return 0;
        low = high;
        high = high < MOST_RUNS / 2 ? high * 2 : MOST_RUNS;
    }
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(enough(statistic, middle, share, wanted) ? &high : &low) = middle;
    }
    return high;
}

static int compare_p(const void *left, const void *right)
{
    double a = (*(struct comparison_test *const *)left)->p,
           b = (*(struct comparison_test *const *)right)->p;
    return (a > b) - (a < b);
}

void statistic_adjust(struct comparison_test **tests, uint32_t count)
{
    double least = 1;
    qsort(tests, count, sizeof *tests, compare_p);
    for (uint32_t rank = count; rank > 0; rank--)
        tests[rank - 1]->q = least = fmin(least, tests[rank - 1]->p * count / rank);
}
