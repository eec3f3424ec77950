/* How often the gate would cry wolf: runs of one build, split in two in every way, or in 1,000 ways
 * chosen at random, always the same. */
#include <math.h>

#include "flamectl/memory.h"
#include "judge.h"

/* The next choice of as many `true` among `count`, in order; false after the last, which is the one
 * with all of them at the end. */
static bool next_choice(bool *chosen, unsigned count)
{
    unsigned at = count - 1, behind = 0;
    while (at > 0 && !(chosen[at - 1] && !chosen[at]))
        behind += chosen[at--];
    if (at == 0)
        return false;
    chosen[at - 1] = false;
    chosen[at] = true;
    for (unsigned i = at + 1; i < count; i++)
        chosen[i] = i <= at + behind;
    return true;
}

/* SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static void shuffle(bool *chosen, unsigned count, uint64_t *state)
{
    for (unsigned i = count; i > 1; i--) {
        unsigned other = (unsigned)(next_random(state) % i);
        bool kept = chosen[i - 1];
        chosen[i - 1] = chosen[other];
        chosen[other] = kept;
    }
}

/* Ways to choose so many of count. */
static uint64_t choices(unsigned count, unsigned many)
{
    uint64_t ways = 1;
    for (unsigned i = 1; i <= many; i++) {
        if (ways > UINT64_MAX / count)
            return UINT64_MAX;
        ways = ways * (count - many + i) / i;
    }
    return ways;
}

static void judge_split(struct comparison_splits *splits, const struct profile *profile,
                        const struct profile_functions *functions,
                        const struct comparison_options *options, const bool *before)
{
    struct comparison comparison = {.options = *options, .run_count = profile->columns};
    struct judge judge;
    comparison.runs = memory_zero(profile->columns, sizeof *comparison.runs);
    for (unsigned r = 0; r < profile->columns; r++) {
        comparison.runs[r].side = before[r] ? COMPARISON_BEFORE : COMPARISON_AFTER;
        comparison.runs[r].samples = profile->grand_samples[r];
    }
    judge_init(&judge, &comparison, profile, functions);
    judge_run(&judge);
    splits->splits++;
    splits->alarms += comparison.verdict == VERDICT_REGRESSION;
    splits->improvements += comparison.verdict == VERDICT_IMPROVEMENT;
    splits->inconclusive += comparison.verdict == VERDICT_INCONCLUSIVE;
    splits->median_phi += isnan(comparison.median_phi) ? 0 : comparison.median_phi;
    judge_free(&judge);
    comparison_free(&comparison);
}

void comparison_split(struct comparison_splits *splits, const struct profile *profile,
                      const struct comparison_options *options)
{
    struct profile_functions functions;
    unsigned count = profile->columns, half = count / 2;
    uint64_t state = 1;
    *splits = (struct comparison_splits){.possible = choices(count, half)};
    profile_functions_init(&functions, profile);
    bool *before = memory_zero(count, sizeof *before);
    for (unsigned r = 0; r < half; r++)
        before[r] = true;
    bool every = splits->possible <= COMPARISON_MOST_SPLITS, more = true;
    while (more && splits->splits < COMPARISON_MOST_SPLITS) {
        if (!every)
            shuffle(before, count, &state);
        judge_split(splits, profile, &functions, options, before);
        more = !every || next_choice(before, count);
    }
    splits->median_phi /= splits->splits;
    memory_free(before);
    profile_functions_free(&functions);
}
