/* What changed between the two columns of a diff, by function and by stack, in weights. */
#ifndef FLAMECTL_CHANGES_H
#define FLAMECTL_CHANGES_H

#include "flamectl/profile.h"
#include "flamectl/profile_functions.h"

enum changes_side { CHANGES_BEFORE, CHANGES_AFTER };

/* Stacks that only one side has. */
struct changes_stacks {
    uint32_t count;
    int64_t weight;
};

struct changes {
    const struct profile *profile;
    struct profile_functions functions;
    uint32_t
        *largest; /* frame ids whose total or self changed; the largest change of total first */
    uint32_t count;
    struct changes_stacks gone, fresh;
};

/* Of a sorted profile of two columns, before and after. */
void changes_init(struct changes *changes, const struct profile *profile);
void changes_free(struct changes *changes);

/* after - before, exact. */
int64_t changes_of_total(const struct changes *changes, uint32_t frame);
int64_t changes_of_self(const struct changes *changes, uint32_t frame);

/* A weight or a change of one as a fraction of after's total, as the picture has it. */
double changes_share(const struct changes *changes, int64_t weight);

/* As a fraction of before; INFINITY where that is 0. */
double changes_relative(int64_t before, int64_t after);

#endif
