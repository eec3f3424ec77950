/* From weights to samples, for inputs that carry only weights. */
#ifndef FLAMECTL_PROFILE_SAMPLES_H
#define FLAMECTL_PROFILE_SAMPLES_H

#include "flamectl/profile.h"

/* Weights with a common divisor above this come from samples of that fixed period. */
#define PROFILE_LEAST_PERIOD 1000

/* A run of more samples than this is not met: its weights are something else. */
#define PROFILE_MOST_SAMPLES 10000000

/* Whether the samples of a column are known, be it by looking at its weights where the profile
 * counts samples but this column's input did not tell them: where all weights have a divisor above
 * PROFILE_LEAST_PERIOD, it is the period; else whole weights that add up to at most
 * PROFILE_MOST_SAMPLES are samples; other weights tell nothing. For the column of one input as it
 * was read, before stacks are dropped. */
bool profile_infer_samples(struct profile *profile, unsigned column);

#endif
