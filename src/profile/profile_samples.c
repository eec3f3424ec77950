/* How many samples are behind a column of weights. */
#include "flamectl/profile_samples.h"

#include <assert.h>

#include "flamectl/memory.h"

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* What divides `divisor`, or any number where that is 0, and all weights of a column. */
static int64_t find_divisor(const struct profile *profile, unsigned column, int64_t divisor)
{
    for (uint32_t node = 0; node < profile->count; node++)
        if (profile->self[column][node])
            divisor = common_divisor(profile->self[column][node], divisor);
    return divisor;
}

static bool may_be_samples(const struct profile *profile, unsigned column)
{
    return profile->grand[column] / profile->scale <= PROFILE_MOST_SAMPLES;
}

/* What one sample weighs, or 0 where the weights do not tell. */
static int64_t find_period(const struct profile *profile, unsigned column, int64_t divisor)
{
    if (divisor % profile->scale) /* decimals are no counts */
        return 0;
    if (divisor / profile->scale > PROFILE_LEAST_PERIOD)
        return divisor;
    return may_be_samples(profile, column) ? profile->scale : 0;
}

static void infer_samples(struct profile *profile, unsigned column, int64_t period)
{
    if (period == 0)
        return;
    profile->samples[column] = memory_get(profile->capacity, sizeof(int64_t));
    for (uint32_t node = 0; node < profile->count; node++) { /* most have none, and dividing is slow */
        int64_t weight = profile->self[column][node];
        profile->samples[column][node] = weight ? weight / period : 0;
    }
    profile->grand_samples[column] = profile->grand[column] / period;
}

/* A column of few stacks may have a divisor by chance, which the others do not share. But where some are
 * surely weights, all are: of runs that were recorded at rates of their own. */
void profile_infer_samples(struct profile *profile)
{
    int64_t common = 0;
    bool counts = true;
    if (!profile->samples)
        return;
    assert(profile->stacks_count == 0); /* they are all in the tree */
    for (unsigned c = 0; c < profile->columns; c++) {
        if (profile->samples[c])
            continue;
        common = find_divisor(profile, c, common);
        counts = counts && may_be_samples(profile, c);
    }
    bool same = counts || common / profile->scale > PROFILE_LEAST_PERIOD;
    for (unsigned c = 0; c < profile->columns; c++)
        if (!profile->samples[c])
            infer_samples(profile, c, find_period(profile, c, same ? common : find_divisor(profile, c, 0)));
}
