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

void profile_gather(struct profile *profile, enum stacks_order order, size_t most)
{
    assert(profile->order == PROFILE_BY_NAME && profile->stacks_count == 0);
    add_gathering(profile, stacks_make(order, profile->columns, most));
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

/* What comes once need not be known. */
static bool comes_again(const struct profile *profile)
{
    return profile->stacks_count && profile->stacks[0]->most != STACKS_MOST_ONCE;
}

static void swap(struct stacks **a, struct stacks **b)
{
    struct stacks *kept = *a;
    *a = *b;
    *b = kept;
}

/* The texts of the others are put into the largest, which comes first. What they have packed stays with them. */
static void put_together(struct profile *profile)
{
    struct stacks **all = profile->stacks;
    size_t kept = 1;
    for (size_t i = 1; i < profile->stacks_count; i++)
        if (all[i]->count > all[0]->count)
            swap(&all[0], &all[i]);
    for (size_t i = 1; i < profile->stacks_count; i++) {
        if (!stacks_take(all[0], all[i]) || all[i]->run_count)
            all[kept++] = all[i];
        else
            stacks_free(all[i]);
    }
    profile->stacks_count = kept;
}

void profile_share(struct profile *profile)
{
    if (!comes_again(profile))
        return;
    put_together(profile);
    stacks_make_room(profile->stacks[0]);
    add_gathering(profile, profile->stacks[0]);
    profile->stacks[0] = stacks_beside(profile->stacks[0]);
}

void profile_unshare(struct profile *profile)
{
    if (!comes_again(profile))
        return;
    const struct stacks *known = profile->stacks[0]->known;
    for (size_t i = 1; i < profile->stacks_count; i++)
        if (profile->stacks[i] == known)
            swap(&profile->stacks[0], &profile->stacks[i]);
    for (size_t i = 0; i < profile->stacks_count; i++) {
        stacks_set_columns(profile->stacks[i], profile->columns);
        if (profile->stacks[i]->known)
            stacks_tell(profile->stacks[i], profile->stacks[0]);
    }
}

void profile_part_stacks(struct profile *profile, size_t parts)
{
    uint64_t rows = 0, least = 1024; /* fewer are packed in no time */
    for (size_t i = 0; i < profile->stacks_count; i++)
        rows += profile->stacks[i]->count;
    uint64_t share = rows / parts > least ? rows / parts : least;
    for (size_t i = 0; i < profile->stacks_count; i++)
        while (!stacks_are_text(profile->stacks[i]) && profile->stacks[i]->count >= share + share / 2)
            add_gathering(profile, stacks_part(profile->stacks[i], (uint32_t)share));
}

void profile_fork(struct profile *profile, const struct profile *from, unsigned threads)
{
    profile_init(profile, PROFILE_BY_NAME);
    profile_set_columns(profile, from->columns);
    profile->scale = from->scale;
    if (from->samples)
        profile_count_samples(profile);
    if (from->stacks_count && from->stacks[0]->known)
        add_gathering(profile, stacks_beside(from->stacks[0]->known));
    else if (from->stacks_count)
        profile_gather(profile, from->stacks[0]->order, from->stacks[0]->most);
    if (profile->stacks_count)
        stacks_set_columns(profile->stacks[0], from->columns);
    if (comes_again(profile) && threads > 2)
        profile->stacks[0]->most /= threads / 2; /* not all read as much */
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
    return profile->stacks_count == 1 && stacks_are_text(profile->stacks[0]) && profile_tree_is_empty(profile) &&
           !(profile->paths && profile->paths->count);
}

bool profile_join_text(struct profile *profile)
{
    for (size_t i = 0; i < profile->stacks_count; i++)
        if (!stacks_are_text(profile->stacks[i]))
            return false;
    if (profile->stacks_count)
        put_together(profile);
    return profile_is_text(profile);
}
