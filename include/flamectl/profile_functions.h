/* What each function of a profile has, wherever it is called: its own weight and samples, and those
 * of all stacks that it is on, recursion counted once. */
#ifndef FLAMECTL_PROFILE_FUNCTIONS_H
#define FLAMECTL_PROFILE_FUNCTIONS_H

#include "flamectl/profile.h"

/* By column, then by frame id (frames of the profile's table that are on no stack have 0). Weights
 * are in units of 1/scale; samples are whole numbers. The samples of a column are NULL where they
 * are not known. */
struct profile_functions {
    uint32_t count; /* frames */
    unsigned columns;
    int64_t **self, **total;
    int64_t **self_samples, **total_samples;
};

/* Of a sorted profile (profile_sort), in time linear in its nodes and columns. A gap's weight is
 * its parent's own. The root's own weight is no function's; the sums are profile->grand and
 * profile->grand_samples. */
void profile_functions_init(struct profile_functions *functions, const struct profile *profile);
void profile_functions_free(struct profile_functions *functions);

#endif
