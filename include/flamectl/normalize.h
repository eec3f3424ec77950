/* Scaling a column of a profile to a total, exactly. */
#ifndef FLAMECTL_NORMALIZE_H
#define FLAMECTL_NORMALIZE_H

#include "flamectl/profile.h"

/* Scales the column so that its sum becomes `total`, both in units of 1/scale: profile_make_decimal
 * before, where it is possible, makes it finer. Largest remainder: every weight is its exact share
 * rounded down, and the units then missing go one each to the weights with the largest fractions,
 * ties by drawing order. The column's sum must not be 0. */
void normalize_column(struct profile *profile, unsigned column, int64_t total);

#endif
