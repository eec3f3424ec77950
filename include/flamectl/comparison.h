/* The verdict on two sets of runs: which functions have a larger or smaller share of the samples
 * after than before, as far as the differences between runs of one side allow to tell. */
#ifndef FLAMECTL_COMPARISON_H
#define FLAMECTL_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/profile.h"

enum comparison_side { COMPARISON_BEFORE, COMPARISON_AFTER, COMPARISON_SIDES };

/* What is asked; comparison_options_init has the defaults. */
struct comparison_options {
    double fdr;            /* false discovery rate, 0.05; intervals have the level 1 - fdr */
    double min_points;     /* smallest change that counts: of the share, 0.005 ... */
    double min_relative;   /* ... and relative to before, 0.05 */
    bool strict_change;    /* the interval's nearer end must be that large, not the estimate */
    bool allow_single_run; /* screening may end in REGRESSION */
};

/* One run: a column of the profile. */
struct comparison_run {
    const char *name; /* its file, borrowed */
    enum comparison_side side;
    double work;     /* units of work done, or 0 where not told (then for all runs) */
    int64_t samples; /* set by comparison_make: all samples of the run */
};

enum comparison_verdict {
    VERDICT_PASS,
    VERDICT_IMPROVEMENT,
    VERDICT_REGRESSION,
    VERDICT_INCONCLUSIVE
};

/* Why a verdict is INCONCLUSIVE. */
enum comparison_reason {
    REASON_NONE,
    REASON_UNKNOWN_SAMPLES,
    REASON_SINGLE_RUN,
    REASON_FEW_SAMPLES
};

/* What became of a function. */
enum comparison_finding {
    FINDING_UNTESTED, /* fewer than 10 samples in all runs, or no test was possible */
    FINDING_NONE,     /* not significant */
    FINDING_SMALL,    /* significant, but smaller than the smallest change that counts */
    FINDING_REGRESSION,
    FINDING_IMPROVEMENT,
    FINDING_EXPLAINED, /* only because of the function `cause` that it calls */
    FINDING_MOVED      /* what it gained (lost), others under the function `cause` lost (gained) */
};

/* A share before and after, and its test. Shares, changes and intervals are fractions of 1 (0.016
 * is 1.6 %, 1.6 percentage points). With work, cost is the gate's measure: see struct
 * comparison.per_work. */
struct comparison_test {
    int64_t samples[COMPARISON_SIDES]; /* over all runs of the side */
    double share[COMPARISON_SIDES];    /* of all samples of the side, pooled over its runs */
    double cost[COMPARISON_SIDES];     /* samples per unit of work; 0 without work */
    /* What follows is on `measure`: the shares, or with work the cost per unit of work in units of
     * all samples' cost per unit of work before (so that measure[BEFORE] is the share before). */
    double measure[COMPARISON_SIDES];
    double change;     /* measure[AFTER] - measure[BEFORE] */
    double relative;   /* change / measure[BEFORE]; INFINITY where that is 0 */
    bool tested;       /* what follows is set; all NAN otherwise */
    double low, high;  /* the interval of the change */
    double phi;        /* dispersion between runs as measured; NAN in screening */
    double dispersion; /* shrunk and with its floor: what the test used; 1 in screening */
    double t;    /* the statistic (screening: signed root of G; NAN where Fisher's test was used) */
    double p, q; /* two-sided, and after Benjamini-Hochberg */
    double detectable; /* smallest change that would have been found, 80 % power */
};

struct comparison_function {
    uint32_t frame; /* FRAME_GAP: all samples (only with work) */
    enum comparison_finding finding;
    uint32_t cause; /* frame; where EXPLAINED or MOVED. FRAME_GAP: the root ("all") */
    struct comparison_test test;
};

/* A call path below a function that regressed or improved: the deepest ones that are significant.
 */
struct comparison_path {
    uint32_t function; /* place in functions[] */
    uint32_t *frames;  /* root first, owned by the comparison */
    size_t depth;
    struct comparison_test test;
};

struct comparison {
    enum comparison_verdict verdict;
    enum comparison_reason reason; /* where INCONCLUSIVE */
    struct comparison_options options;
    bool screening;              /* a side has one run: sampling noise only */
    bool per_work;               /* the gate's measure is cost per unit of work */
    struct comparison_run *runs; /* before's first, owned */
    unsigned run_count, side_runs[COMPARISON_SIDES];
    int64_t samples[COMPARISON_SIDES]; /* over all runs of the side; 0 where unknown */
    double work[COMPARISON_SIDES];
    uint32_t tested;   /* functions with a test */
    uint32_t left_out; /* functions with too few samples */
    double median_phi; /* over the tested functions; NAN in screening */
    double degrees;    /* of freedom of the t tests; NAN in screening */
    double level;      /* of p: the largest that counted as significant, or would have */
    /* What these data could tell of the function that is hardest to judge (that of reference_share,
     * where both halves of the smallest change that counts are equal): */
    double reference_share; /* 0.1 by default */
    double detectable;      /* smallest change found with 80 % power */
    double wanted;          /* smallest change that counts, there */
    uint32_t runs_needed;   /* runs a side, of the mean size of these, that would tell it from noise;
                               0: more than 10,000 */
    struct comparison_function
        *functions; /* all of them: regressions first, then improvements, explained, moved, small,
                     * none, untested; within each the largest change first, then by name */
    uint32_t function_count;
    uint32_t findings[FINDING_MOVED + 1]; /* how many of each */
    uint32_t
        *by_frame; /* place in functions[] of a frame id, or UINT32_MAX where it is on no stack */
    struct comparison_path *paths; /* largest change first within each function */
    uint32_t path_count;
};

void comparison_options_init(struct comparison_options *options);

/* Compares runs: column c of the sorted profile is runs[c]. Where a column's samples are not known,
 * there is no test, and the verdict is INCONCLUSIVE. */
void comparison_make(struct comparison *comparison, const struct profile *profile,
                     const struct comparison_run *runs, const struct comparison_options *options);
void comparison_free(struct comparison *comparison);

/* Whether there are the runs needed; sides of different size count as their harmonic mean. */
bool comparison_runs_suffice(const struct comparison *comparison);

/* "REGRESSION", "explained by", and so on. */
const char *comparison_verdict_text(enum comparison_verdict verdict);
const char *comparison_finding_text(
    enum comparison_finding finding); /* "regression" "improvement" "explained" "moved"
                                        "small" "none" "untested": as in JSON */

/* --aa: how often the gate would have cried wolf over splits of runs of one build. */
struct comparison_splits {
    uint32_t splits;       /* tried */
    uint64_t possible;     /* ways there are (UINT64_MAX: more than that) */
    uint32_t alarms;       /* that ended in REGRESSION */
    uint32_t improvements; /* that ended in IMPROVEMENT */
    uint32_t inconclusive; /* that ended in INCONCLUSIVE */
    double median_phi;     /* mean over the splits of the dispersion between runs */
};

/* Splits the columns, whose samples are known, into two halves in every way, or in
 * COMPARISON_MOST_SPLITS ways chosen by a fixed seed. There are at least 4 columns. */
#define COMPARISON_MOST_SPLITS 1000
void comparison_split(struct comparison_splits *splits, const struct profile *profile,
                      const struct comparison_options *options);

#endif
