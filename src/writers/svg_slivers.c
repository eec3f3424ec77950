/* Merged frames. A run is a rectangle of a path; coordinates are tenths of a pixel across, so that
 * they are whole and short.
 *
 * Frames too narrow to point at join until their run is as wide as a frame one could tell apart,
 * and get the colour of the widest among them; wider ones stay apart. Colours are rounded: a shade
 * is not to be told on a few pixels, and few colours are few paths. */
#include "svg_slivers.h"

#include <math.h>
#include <stdlib.h>

#include "flamectl/memory.h"
#include "svg_layout.h"

#define TENTHS 10

/* A run of narrow frames does not grow beyond this many pixels. */
#define RUN_WIDTH 4

struct svg_run {
    uint32_t level;
    int32_t left, right; /* tenths of a pixel */
    uint32_t color;
    int32_t widest; /* of the frames in it, tenths of a pixel */
};

void svg_slivers_init(struct svg_slivers *slivers, uint32_t levels)
{
    *slivers = (struct svg_slivers){.levels = levels};
    slivers->open = memory_zero(levels, sizeof *slivers->open);
}

void svg_slivers_free(struct svg_slivers *slivers)
{
    memory_free(slivers->open);
    memory_free(slivers->runs);
}

static void finish(struct svg_slivers *slivers, struct svg_run *run)
{
    if (run->right <= run->left)
        return;
    slivers->runs =
        memory_grow(slivers->runs, &slivers->capacity, slivers->count + 1, sizeof *slivers->runs);
    slivers->runs[slivers->count++] = *run;
}

/* Eight steps a channel, each stood for by its middle. */
static uint32_t round_color(uint32_t rgb)
{
    return rgb == 0xFFFFFF ? rgb : (rgb & 0xE0E0E0) | 0x101010;
}

void svg_slivers_add(struct svg_slivers *slivers, uint32_t level, double left, double right,
                     uint32_t color)
{
    struct svg_run *open = &slivers->open[level];
    struct svg_run run = {
        .level = level,
        .left = (int32_t)lround(left * TENTHS),
        .right = (int32_t)lround(right * TENTHS),
        .color = round_color(color),
    };

    run.widest = run.right - run.left;
    if (open->right == run.left && run.widest < SVG_HOVER_WIDTH * TENTHS &&
        open->widest < SVG_HOVER_WIDTH * TENTHS && run.right - open->left <= RUN_WIDTH * TENTHS) {
        open->right = run.right;
        if (run.widest > open->widest) {
            open->widest = run.widest;
            open->color = run.color;
        }
        return;
    }
    finish(slivers, open);
    *open = run;
}

/* By colour, then in reading order. */
static int compare(const void *a, const void *b)
{
    const struct svg_run *x = a, *y = b;

    if (x->color != y->color)
        return x->color < y->color ? -1 : 1;
    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    return (x->left > y->left) - (x->left < y->left);
}

void svg_slivers_write(struct svg_slivers *slivers, double first, double step, double height,
                       struct sink *sink)
{
    const struct svg_run *before = NULL;

    for (uint32_t level = 0; level < slivers->levels; level++)
        finish(slivers, &slivers->open[level]);
    if (slivers->count > 0)
        qsort(slivers->runs, slivers->count, sizeof *slivers->runs, compare);
    for (size_t i = 0; i < slivers->count; i++) {
        const struct svg_run *run = &slivers->runs[i];
        int width = run->right - run->left;
        if (!before || before->color != run->color) {
            sink_format(sink, "%s<path fill=\"#%06x\" transform=\"scale(.1,1)\" d=\"",
                        before ? "\"/>\n" : "", run->color);
            before = NULL;
        }
        if (before && before->level == run->level)
            sink_format(sink, "m%d 0", run->left - before->left);
        else
            sink_format(sink, "M%d %.15g", run->left, first + step * run->level);
        sink_format(sink, "h%dv%.15gh%dz", width, height, -width);
        before = run;
    }
    if (slivers->count > 0)
        sink_text(sink, "\"/>\n");
}
