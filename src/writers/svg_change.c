/* Colours of change: the one hue for more, the other for less, the stronger the larger. */
#include "svg_change.h"

#include <stdlib.h>

#include "flamectl/memory.h"
#include "svg_palette.h"

/* Of the width of the changed frames, how much keeps a colour below the end of the scale. */
#define USUAL_SHARE 0.9

int64_t svg_change_of(const struct svg_change *change, uint32_t node)
{
    const struct profile_walk *walk = change->walk;
    int64_t *const *column = change->of_total ? walk->total : walk->profile->self;
    int64_t delta = column[1][node] - column[0][node];

    return change->negate ? -delta : delta;
}

/* Whether the runs cannot tell the change of the frame's function from none. */
static bool is_noise(const struct svg_change *change, uint32_t node)
{
    const struct comparison *tests = change->tests;

    if (node == PROFILE_ROOT)
        return false;
    uint32_t row = tests->by_frame[change->walk->profile->nodes[node].frame];
    return row == UINT32_MAX || tests->functions[row].finding == FINDING_NONE ||
           tests->functions[row].finding == FINDING_UNTESTED;
}

int64_t svg_change_shown(const struct svg_change *change, uint32_t node)
{
    int64_t *const *total = change->walk->total;

    if (!change->tests)
        return svg_change_of(change, node);
    if (is_noise(change, node))
        return 0;
    double delta = (double)total[1][node] - (double)total[0][node] * change->before;
    return (int64_t)(change->negate ? -delta : delta);
}

/* Both sides' totals are those of a mean run. */
static void init_tests(struct svg_change *change, const struct comparison *tests)
{
    int64_t *const *total = change->walk->total;

    if (!change->of_total || !tests || tests->tested == 0 || tests->screening)
        return;
    change->tests = tests;
    change->before = (double)total[1][PROFILE_ROOT] / (double)total[0][PROFILE_ROOT];
    if (tests->per_work)
        change->before = tests->work[1] / tests->side_runs[1] * tests->side_runs[0] / tests->work[0];
}

static int64_t magnitude(const struct svg_change *change, uint32_t node)
{
    int64_t delta = svg_change_shown(change, node);

    return delta < 0 ? -delta : delta;
}

void svg_change_init_plain(struct svg_change *change, const struct profile_walk *walk)
{
    *change = (struct svg_change){.walk = walk, .full = walk->profile->scale};
    for (uint32_t node = 0; node < walk->profile->count; node++)
        if (magnitude(change, node) > change->full)
            change->full = magnitude(change, node);
}

/* A change and the width of the frame that shows it. */
struct shown {
    int64_t size, width;
};

static int compare(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;

    return (x->size > y->size) - (x->size < y->size);
}

/* The change that so much of the width of all sorted frames does not exceed: one narrow outlier
 * does not pale all others, and a wide one counts. */
static int64_t largest_usual(const struct shown *sorted, size_t count)
{
    double all = 0, seen = 0;

    for (size_t i = 0; i < count; i++)
        all += (double)sorted[i].width;
    for (size_t i = 0; i < count; i++) {
        seen += (double)sorted[i].width;
        if (seen >= all * USUAL_SHARE)
            return sorted[i].size;
    }
    return 0;
}

void svg_change_init_robust(struct svg_change *change, const struct profile_walk *walk,
                            const struct svg_layout *layout, bool of_total,
                            const struct comparison *tests)
{
    int64_t total = walk->total[1][PROFILE_ROOT];
    struct shown *shown = memory_get(layout->count, sizeof *shown);
    size_t count = 0;

    *change = (struct svg_change){.walk = walk, .of_total = of_total, .neutral = total / 1000};
    change->full = total / 200 > 1 ? total / 200 : 1;
    init_tests(change, tests);
    for (uint32_t i = 1; i < layout->count; i++) {
        const struct svg_box *box = &layout->boxes[i];
        if (magnitude(change, box->node) > change->neutral)
            shown[count++] = (struct shown){magnitude(change, box->node), box->width};
    }
    qsort(shown, count, sizeof *shown, compare);
    if (largest_usual(shown, count) > change->full)
        change->full = largest_usual(shown, count);
    memory_free(shown);
}

/* From `pale` at a share of 0 to `strong` at 1. */
static uint32_t blend(uint32_t pale, uint32_t strong, double share)
{
    uint32_t rgb = 0;

    for (int shift = 16; shift >= 0; shift -= 8) {
        int from = (int)(pale >> shift & 255), to = (int)(strong >> shift & 255);
        rgb |= (uint32_t)(from + (int)((to - from) * share)) << shift;
    }
    return rgb;
}

uint32_t svg_change_color(const struct svg_change *change, int64_t delta)
{
    int64_t size = delta < 0 ? -delta : delta;
    double scale = (double)change->walk->profile->scale;
    double full = (double)change->full / scale, share = (double)size / scale;

    if (size <= change->neutral)
        return 0xFFFFFF;
    if (share > full)
        share = full;
    /* vermilion and blue differ to colour-blind eyes too */
    if (change->orange)
        return delta > 0 ? blend(0xFFE5CC, 0xD55E00, share / full)
                         : blend(0xCCE8F8, 0x0072B2, share / full);
    int rest = (int)(210 * (full - share) / full);
    return delta > 0 ? svg_rgb(255, rest, rest) : svg_rgb(rest, rest, 255);
}
