/* The hottest functions of a profile, for tables. */
#ifndef FLAMECTL_HOTTEST_H
#define FLAMECTL_HOTTEST_H

#include "flamectl/option.h"
#include "flamectl/profile.h"
#include "flamectl/profile_functions.h"

/* Options of the writers of tables. */
struct hottest_options {
    int64_t top; /* rows a table; 0: the default */
};

extern const struct option hottest_option_rows[];

#define HOTTEST_ROWS 20

struct hottest {
    const struct profile *profile;
    struct profile_functions functions;
    unsigned column;              /* the present one: the last */
    uint32_t *by_self, *by_total; /* frame ids, those with any such weight, the hottest first */
    uint32_t self_count, total_count;
    uint32_t function_count; /* functions on any stack */
    uint32_t stacks;         /* distinct ones */
    uint32_t rows;           /* of a table, at most */
};

/* Of a sorted profile. */
void hottest_init(struct hottest *hottest, const struct profile *profile,
                  const struct hottest_options *options);
void hottest_free(struct hottest *hottest);

/* Shares of the whole, 0 to 1; 0 where there is no weight at all. */
double hottest_self(const struct hottest *hottest, uint32_t frame);
double hottest_total(const struct hottest *hottest, uint32_t frame);

/* How many samples there are; -1 where that is not known, or what the weights say. */
int64_t hottest_samples(const struct hottest *hottest);

/* The weight of the root itself, which is no function's. */
int64_t hottest_rootless(const struct hottest *hottest);

#endif
