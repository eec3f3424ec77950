/* From weights to samples, for inputs that carry only weights. */
#ifndef FLAMECTL_PROFILE_SAMPLES_H
#define FLAMECTL_PROFILE_SAMPLES_H

#include "flamectl/profile.h"

/* Weights with a common divisor above this come from samples of that fixed period. */
#define PROFILE_LEAST_PERIOD 1000

/* A run of more samples than this is not met: its weights are something else. */
#define PROFILE_MOST_SAMPLES 10000000

/* Where the profile counts samples, finds out how many are behind those columns whose inputs did not tell, if their
 * weights do: where all these weights have a divisor above PROFILE_LEAST_PERIOD, it is the period; else whole
 * weights that add up to at most PROFILE_MOST_SAMPLES a column are samples; else each column is looked at alone. For
 * columns as they were read, before stacks are dropped. */
void profile_infer_samples(struct profile *profile);

#endif
