/* One function's samples in every run, tested: quasi-binomial shares (quasi-Poisson with work), a
 * dispersion that is shrunk towards the median of all functions, Student's t. */
#ifndef FLAMECTL_STATISTIC_H
#define FLAMECTL_STATISTIC_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/comparison.h"

/* What all functions of a comparison have in common. */
struct statistic {
    unsigned runs;
    enum comparison_side *side; /* by run */
    double *exposure; /* by run: what a share is of; its samples, or its work in samples */
    double exposures[COMPARISON_SIDES];   /* sums over the runs of a side */
    int64_t samples[COMPARISON_SIDES];    /* likewise */
    unsigned side_runs[COMPARISON_SIDES]; /* runs that have samples */
    double work[COMPARISON_SIDES];        /* sums; 0 without work */
    bool per_work;                        /* shares may exceed 1: variance p instead of p (1 - p) */
    bool screening;                       /* fewer than two runs on a side: sampling noise only */
    double prior_degrees, prior_phi;      /* shrinkage: d0 and phi0 */
    double floor;                         /* least dispersion */
    double confidence;                    /* of intervals: 0.95 */
    double level; /* of p, that a change must reach; for what is detectable */
    double quantile_interval, quantile_level, quantile_power; /* of t, at statistic_degrees */
};

/* The design: runs with their samples and work; 4 prior degrees, floor 1. Freed by statistic_free.
 */
void statistic_init(struct statistic *statistic, const struct comparison_run *runs, unsigned count,
                    double confidence);
void statistic_free(struct statistic *statistic);

/* Degrees of freedom: INFINITY in screening. */
double statistic_degrees(const struct statistic *statistic);

/* Quantiles for intervals; and for what is detectable at a level of p. After a change of the fields
 * above. */
void statistic_settle(struct statistic *statistic, double level);

/* Counts, shares, change and phi of samples by run. False where no test is possible: fewer than
 * `least` samples in all, or no run has a sample without the function. */
bool statistic_measure(const struct statistic *statistic, const int64_t *samples, int64_t least,
                       struct comparison_test *test);

/* Standard error, interval, t and p of what was measured. q is p until it is adjusted. */
void statistic_test(const struct statistic *statistic, struct comparison_test *test);

/* A measured phi shrunk and with its floor; 1 in screening. */
double statistic_dispersion(const struct statistic *statistic, double phi);

/* The standard error of a change of a share, given the dispersion. */
double statistic_error(const struct statistic *statistic, const double share[COMPARISON_SIDES],
                       double dispersion);

/* The smallest change that 80 % of comparisons would find significant, given the standard error,
 * and of which 80 % come out larger than `wanted`. */
double statistic_detectable(const struct statistic *statistic, double error, double wanted);

/* Runs a side, of the mean size of these, that would find a change `wanted` of a share significant
 * in 80 % of comparisons; 0: more than 10,000. */
uint32_t statistic_runs_needed(const struct statistic *statistic, double share, double wanted);

/* Benjamini-Hochberg: sets q of `count` tests from their p. */
void statistic_adjust(struct comparison_test **tests, uint32_t count);

#endif
