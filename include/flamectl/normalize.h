/* Scaling one column of a profile to another's total, exactly. */
#ifndef FLAMECTL_NORMALIZE_H
#define FLAMECTL_NORMALIZE_H

#include "flamectl/profile.h"

/* Scales the column so that its sum becomes that of the column `like`, in units of 10^-6 where both
 * columns fit them, else in the units that the profile has. Largest remainder: every weight is
 * its exact share rounded down, and the units then missing go one each to the weights with the
 * largest fractions, ties by drawing order. The column's sum must not be 0. */
void normalize_column(struct profile *profile, unsigned column, unsigned like);

#endif
