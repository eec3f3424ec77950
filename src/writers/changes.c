/* Changes of weights, ranked. Ties go by name, so that the order does not depend on that of
 * reading. */
#include "changes.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"

int64_t changes_of_total(const struct changes *changes, uint32_t frame)
{
    return changes->functions.total[CHANGES_AFTER][frame] -
           changes->functions.total[CHANGES_BEFORE][frame];
}

int64_t changes_of_self(const struct changes *changes, uint32_t frame)
{
    return changes->functions.self[CHANGES_AFTER][frame] -
           changes->functions.self[CHANGES_BEFORE][frame];
}

struct entry {
    int64_t total, self; /* magnitudes */
    const struct frame *frame;
    uint32_t id;
};

static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    if (a->self != b->self)
        return a->self > b->self ? -1 : 1;
    int order = span_compare(a->frame->name, b->frame->name);
    return order ? order : (int)a->frame->kind - (int)b->frame->kind;
}

static int64_t magnitude(int64_t change)
{
    return change < 0 ? -change : change;
}

static void rank(struct changes *changes)
{
    const struct frame_table *frames = &changes->profile->frames;
    struct entry *entries = memory_get(frames->count, sizeof *entries);
    for (uint32_t id = 0; id < frames->count; id++) {
        struct entry entry = {magnitude(changes_of_total(changes, id)),
                              magnitude(changes_of_self(changes, id)), &frames->frames[id], id};
        if (entry.total || entry.self)
            entries[changes->count++] = entry;
    }
    qsort(entries, changes->count, sizeof *entries, compare);
    changes->largest = memory_get(changes->count, sizeof *changes->largest);
    for (uint32_t i = 0; i < changes->count; i++)
        changes->largest[i] = entries[i].id;
    memory_free(entries);
}

static void count_stacks(struct changes *changes)
{
    const struct profile *profile = changes->profile;
    for (uint32_t node = 0; node < profile->count; node++) {
        int64_t before = profile->self[CHANGES_BEFORE][node];
        int64_t after = profile->self[CHANGES_AFTER][node];
        struct changes_stacks *stacks = after == 0 ? &changes->gone : &changes->fresh;
        if ((before == 0) == (after == 0))
            continue;
        stacks->count++;
        stacks->weight += before + after;
    }
}

void changes_init(struct changes *changes, const struct profile *profile)
{
    *changes = (struct changes){.profile = profile};
    profile_functions_init(&changes->functions, profile);
    rank(changes);
    count_stacks(changes);
}

void changes_free(struct changes *changes)
{
    profile_functions_free(&changes->functions);
    memory_free(changes->largest);
}

double changes_share(const struct changes *changes, int64_t weight)
{
    return (double)weight / (double)changes->profile->grand[CHANGES_AFTER];
}

double changes_relative(int64_t before, int64_t after)
{
    if (before == 0)
        return after ? HUGE_VAL : 0;
    return ((double)after - (double)before) / (double)before;
}
