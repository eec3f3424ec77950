/* Functions ranked by weight. Ties go by name, so that the order does not depend on how frames came
 * to be. */
#include "hottest.h"

#include <stdlib.h>

#include "flamectl/memory.h"

const struct option hottest_option_rows[] = {
    {.name = "top",
     .kind = OPTION_INT,
     .offset = offsetof(struct hottest_options, top),
     .set = 1,
     .value = "N",
     .help = "rows of a table at most"},
    {.name = NULL},
};

struct entry {
    int64_t weight;
    const struct frame *frame;
    uint32_t id;
};

static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    int order = span_compare(a->frame->name, b->frame->name);
    return order ? order : (int)a->frame->kind - (int)b->frame->kind;
}

/* The ids of the frames with weight, the heaviest first. */
static uint32_t *rank(const struct profile *profile, const int64_t *weights, uint32_t *count)
{
    uint32_t frames = profile->frames.count;
    struct entry *entries = memory_get(frames, sizeof *entries);
    uint32_t *ids = memory_get(frames, sizeof *ids);
    *count = 0;
    for (uint32_t id = 0; id < frames; id++)
        if (weights[id] > 0)
            entries[(*count)++] = (struct entry){weights[id], &profile->frames.frames[id], id};
    qsort(entries, *count, sizeof *entries, compare);
    for (uint32_t i = 0; i < *count; i++)
        ids[i] = entries[i].id;
    memory_free(entries);
    return ids;
}

static void count_stacks(struct hottest *hottest)
{
    const struct profile *profile = hottest->profile;
    bool *seen = memory_zero(profile->frames.count, sizeof *seen);
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t frame = profile->nodes[node].frame;
        hottest->stacks += profile->self[hottest->column][node] > 0;
        if (frame == FRAME_GAP || seen[frame])
            continue;
        seen[frame] = true;
        hottest->function_count++;
    }
    memory_free(seen);
}

void hottest_init(struct hottest *hottest, const struct profile *profile,
                  const struct hottest_options *options)
{
    *hottest = (struct hottest){.profile = profile, .column = profile->columns - 1};
    hottest->rows = options->top > UINT32_MAX ? UINT32_MAX : (uint32_t)options->top;
    if (hottest->rows == 0)
        hottest->rows = HOTTEST_ROWS;
    profile_functions_init(&hottest->functions, profile);
    hottest->by_self =
        rank(profile, hottest->functions.self[hottest->column], &hottest->self_count);
    hottest->by_total =
        rank(profile, hottest->functions.total[hottest->column], &hottest->total_count);
    count_stacks(hottest);
}

void hottest_free(struct hottest *hottest)
{
    profile_functions_free(&hottest->functions);
    memory_free(hottest->by_self);
    memory_free(hottest->by_total);
}

static double share(const struct hottest *hottest, int64_t weight)
{
    int64_t all = hottest->profile->grand[hottest->column];
    return all ? (double)weight / (double)all : 0;
}

double hottest_self(const struct hottest *hottest, uint32_t frame)
{
    return share(hottest, hottest->functions.self[hottest->column][frame]);
}

double hottest_total(const struct hottest *hottest, uint32_t frame)
{
    return share(hottest, hottest->functions.total[hottest->column][frame]);
}

int64_t hottest_samples(const struct hottest *hottest)
{
    const struct profile *profile = hottest->profile;
    if (!profile_knows_samples(profile, hottest->column) || !profile->unit ||
        strcmp(profile->unit, "samples") == 0)
        return -1;
    return profile->grand_samples[hottest->column];
}

int64_t hottest_rootless(const struct hottest *hottest)
{
    return hottest->profile->self[hottest->column][PROFILE_ROOT];
}
