/* Columns of weights and of samples: making, forgetting and adding them up. */
#include "flamectl/profile.h"

#include <assert.h>

#include "flamectl/memory.h"
#include "flamectl/stacks.h"

static void add_sample_columns(struct profile *profile, unsigned first, unsigned columns)
{
    profile->samples = memory_resize(profile->samples, columns, sizeof *profile->samples);
    profile->grand_samples =
        memory_resize(profile->grand_samples, columns, sizeof *profile->grand_samples);
    for (unsigned c = first; c < columns; c++) {
        profile->samples[c] = memory_zero(profile->capacity, sizeof(int64_t));
        profile->grand_samples[c] = 0;
    }
}

void profile_set_columns(struct profile *profile, unsigned columns)
{
    if (columns <= profile->columns)
        return;
    profile->self = memory_resize(profile->self, columns, sizeof *profile->self);
    profile->grand = memory_resize(profile->grand, columns, sizeof *profile->grand);
    for (unsigned c = profile->columns; c < columns; c++) {
        profile->self[c] = memory_zero(profile->capacity, sizeof(int64_t));
        profile->grand[c] = 0;
    }
    if (profile->samples)
        add_sample_columns(profile, profile->columns, columns);
    for (size_t i = 0; i < profile->stacks_count; i++)
        stacks_set_columns(profile->stacks[i], columns);
    if (profile->paths)
        stacks_set_columns(profile->paths, columns);
    profile->columns = columns;
}

void profile_count_samples(struct profile *profile)
{
    assert(profile->samples == NULL && profile->count == 1);
    add_sample_columns(profile, 0, profile->columns);
}

void profile_forget_samples(struct profile *profile, unsigned column)
{
    if (!profile_knows_samples(profile, column))
        return;
    memory_free(profile->samples[column]);
    profile->samples[column] = NULL;
    profile->grand_samples[column] = 0;
}

bool profile_knows_samples(const struct profile *profile, unsigned column)
{
    return profile->samples && profile->samples[column];
}

static void drop_column(struct profile *profile, unsigned column)
{
    memory_free(profile->self[column]);
    profile_forget_samples(profile, column);
    profile->columns--;
    for (unsigned c = column; c < profile->columns; c++) {
        profile->self[c] = profile->self[c + 1];
        profile->grand[c] = profile->grand[c + 1];
        if (!profile->samples)
            continue;
        profile->samples[c] = profile->samples[c + 1];
        profile->grand_samples[c] = profile->grand_samples[c + 1];
    }
}

static bool add_column(int64_t *into, int64_t *grand, const int64_t *from, int64_t more,
                       uint32_t count)
{
    if (more > INT64_MAX - *grand)
        return false;
    for (uint32_t node = 0; node < count; node++)
        into[node] += from[node];
    *grand += more;
    return true;
}

bool profile_join_columns(struct profile *profile, unsigned first, unsigned count)
{
    bool fits = true;
    for (unsigned next = first + 1; count > 1 && fits; count--) {
        fits = add_column(profile->self[first], &profile->grand[first], profile->self[next],
                          profile->grand[next], profile->count);
        if (!profile_knows_samples(profile, next))
            profile_forget_samples(profile, first);
        if (profile_knows_samples(profile, first))
            fits = fits &&
                   add_column(profile->samples[first], &profile->grand_samples[first],
                              profile->samples[next], profile->grand_samples[next], profile->count);
        drop_column(profile, next);
    }
    return fits;
}
