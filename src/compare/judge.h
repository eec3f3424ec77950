/* The steps of a comparison: what they share, and who takes which. */
#ifndef FLAMECTL_JUDGE_H
#define FLAMECTL_JUDGE_H

#include "flamectl/comparison.h"
#include "flamectl/profile_functions.h"
#include "statistic.h"

#define JUDGE_NONE UINT32_MAX

/* Functions with fewer samples are left out. */
#define JUDGE_LEAST 10

/* A comparison on its way. The rows are comparison->functions, which by_frame finds. */
struct judge {
    const struct profile *profile; /* sorted; column r is run r */
    const struct profile_functions *functions;
    struct statistic statistic;
    struct comparison *comparison;
    uint32_t all;     /* the row of all samples, or JUDGE_NONE */
    int64_t *samples; /* room for one row of samples by run */
};

/* For a comparison whose options and runs are set. */
void judge_init(struct judge *judge, struct comparison *comparison, const struct profile *profile,
                const struct profile_functions *functions);
void judge_free(struct judge *judge);

/* Makes the rows and finds the verdict. */
void judge_run(struct judge *judge);

/* 1 or -1 where a change is large enough to count, by its sign; else 0. The other one: and
 * significant, too. */
int judge_size(const struct judge *judge, const struct comparison_test *test);
int judge_direction(const struct judge *judge, const struct comparison_test *test);

/* Measures and tests samples by run, beside the tests of the functions. */
void judge_test(const struct judge *judge, const int64_t *samples, struct comparison_test *test);

/* The row of a node's function; the root's is that of all samples. */
static inline uint32_t judge_row(const struct judge *judge, uint32_t node)
{
    return node == PROFILE_ROOT ? judge->all
                                : judge->comparison->by_frame[judge->profile->nodes[node].frame];
}

/* The samples of a row in a run. */
static inline int64_t judge_samples(const struct judge *judge, uint32_t row, unsigned run)
{
    return row == judge->all
               ? judge->profile->grand_samples[run]
               : judge->functions->total_samples[run][judge->comparison->functions[row].frame];
}

/* judge_moved.c: of the rows whose finding says they regressed (direction 1) or improved (-1),
 * those that only moved within a caller are found. */
void judge_moved(struct judge *judge, int direction);

/* judge_explained.c: likewise those that only changed by what they call. */
void judge_explained(struct judge *judge, int direction);

/* judge_paths.c: call paths below the functions that regressed or improved. */
void judge_paths(struct judge *judge);

#endif
