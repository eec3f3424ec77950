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

/* What one sample weighs, or 0 where the weights do not tell. */
static int64_t find_period(const struct profile *profile, unsigned column)
{
    int64_t period = 0;
    for (uint32_t node = 0; node < profile->count; node++)
        if (profile->self[column][node])
            period = common_divisor(profile->self[column][node], period);
    if (period % profile->scale) /* decimals are no counts */
        return 0;
    if (period / profile->scale > PROFILE_LEAST_PERIOD)
        return period;
    return profile->grand[column] / profile->scale > PROFILE_MOST_SAMPLES ? 0 : profile->scale;
}

bool profile_infer_samples(struct profile *profile, unsigned column)
{
    if (!profile->samples || profile->samples[column])
        return profile->samples;
    assert(profile->stacks_count == 0); /* they are all in the tree */
    int64_t period = find_period(profile, column);
    if (period == 0)
        return false;
    profile->samples[column] = memory_get(profile->capacity, sizeof(int64_t));
    for (uint32_t node = 0; node < profile->count; node++) { /* most have none, and dividing is slow */
        int64_t weight = profile->self[column][node];
        profile->samples[column][node] = weight ? weight / period : 0;
    }
    profile->grand_samples[column] = profile->grand[column] / period;
    return true;
}
