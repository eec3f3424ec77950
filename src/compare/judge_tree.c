/* Sums over the tree. Its ids are in drawing order, so that a subtree is a run of ids. */
#include "judge_tree.h"

#include "flamectl/memory.h"

bool *judge_outermost(const struct judge *judge)
{
    const struct profile *profile = judge->profile;
    uint32_t *end = memory_get(profile->count, sizeof *end);
    uint32_t *open = memory_zero((size_t)profile->frames.count + 1, sizeof *open);
    bool *outermost = memory_get(profile->count, sizeof *outermost);
    for (uint32_t node = 0; node < profile->count; node++)
        end[node] = node + 1;
    for (uint32_t node = profile->count; --node > 0;)
        if (end[profile->nodes[node].parent] < end[node])
            end[profile->nodes[node].parent] = end[node];
    outermost[PROFILE_ROOT] = true;
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t *until = &open[profile->nodes[node].frame];
        outermost[node] = node >= *until;
        if (outermost[node])
            *until = end[node];
    }
    memory_free(end);
    memory_free(open);
    return outermost;
}

void judge_totals(const struct judge *judge, unsigned run, int64_t *total)
{
    const struct profile *profile = judge->profile;
    memcpy(total, profile->samples[run], profile->count * sizeof *total);
    for (uint32_t node = profile->count; --node > 0;)
        total[profile->nodes[node].parent] += total[node];
}

double *judge_changes(const struct judge *judge)
{
    const struct profile *profile = judge->profile;
    const struct statistic *statistic = &judge->statistic;
    double *change = memory_zero(profile->count, sizeof *change);
    for (unsigned r = 0; r < statistic->runs; r++) {
        double scale = 1 / statistic->exposures[statistic->side[r]];
        if (statistic->side[r] == COMPARISON_BEFORE)
            scale = -scale;
        for (uint32_t node = 0; node < profile->count; node++)
            change[node] += scale * (double)profile->samples[r][node];
    }
    return change;
}

void judge_sum_up(const struct judge *judge, double *change)
{
    for (uint32_t node = judge->profile->count; --node > 0;)
        change[judge->profile->nodes[node].parent] += change[node];
}
