/* The gatherings of a profile: its own, and those that threads left. */
#include "flamectl/profile_stacks.h"

#include <assert.h>

#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"

static void add_gathering(struct profile *profile, struct stacks *stacks)
{
    profile->stacks = memory_grow(profile->stacks, &profile->stacks_capacity,
                                  profile->stacks_count + 1, sizeof(struct stacks *));
    profile->stacks[profile->stacks_count++] = stacks;
}

void profile_gather(struct profile *profile, enum stacks_order order)
{
    assert(profile->order == PROFILE_BY_NAME && profile->stacks_count == 0);
    add_gathering(profile, stacks_make(order, profile->columns));
}

void profile_want(struct profile *profile, enum stacks_order order)
{
    for (size_t i = 0; i < profile->stacks_count; i++)
        stacks_want(profile->stacks[i], order);
}

struct stacks *profile_gathering(const struct profile *profile)
{
    return profile->stacks_count ? profile->stacks[0] : NULL;
}

bool profile_add_stack(struct profile *profile, uint32_t row, unsigned column, int64_t weight)
{
    if (weight > INT64_MAX - profile->grand[column] ||
        !stacks_add_weight(profile->stacks[0], row, column, weight))
        return false;
    profile->grand[column] += weight;
    return true;
}

void profile_fork(struct profile *profile, struct profile *from)
{
    profile_init(profile, PROFILE_BY_NAME);
    profile_set_columns(profile, from->columns);
    profile->scale = from->scale;
    if (from->samples)
        profile_count_samples(profile);
    if (from->stacks_count > 1)
        add_gathering(profile, from->stacks[--from->stacks_count]);
    else if (from->stacks_count)
        profile_gather(profile, from->stacks[0]->order);
    if (profile->stacks_count)
        stacks_set_columns(profile->stacks[0], from->columns);
    if (from->paths)
        profile_keep_paths(profile);
}

bool profile_is_empty(const struct profile *profile)
{
    for (size_t i = 0; i < profile->stacks_count; i++)
        if (profile->stacks[i]->count || profile->stacks[i]->run_count)
            return false;
    return profile->count == 1 && !(profile->paths && profile->paths->count);
}

bool profile_tree_is_empty(const struct profile *profile)
{
    for (unsigned c = 0; c < profile->columns; c++)
        if (profile->self[c][PROFILE_ROOT])
            return false;
    return profile->count == 1;
}

bool profile_is_text(const struct profile *profile)
{
    for (size_t i = 0; i < profile->stacks_count; i++)
        if (!stacks_are_text(profile->stacks[i]))
            return false;
    return profile->stacks_count && profile_tree_is_empty(profile) &&
           !(profile->paths && profile->paths->count);
}
