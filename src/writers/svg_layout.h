/* Where each frame stands, and which frames are drawn in which way. */
#ifndef FLAMECTL_SVG_LAYOUT_H
#define FLAMECTL_SVG_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/profile.h"
#include "svg_options.h"

/* Frames narrower than this (pixels) cannot be pointed at. */
#define SVG_HOVER_WIDTH 2

/* At most this many frames are elements of their own, unless all are asked for. */
#define SVG_MAX_ELEMENTS 2000

/* A frame that is drawn. */
struct svg_box {
    uint32_t node, level;  /* the root's level is 0 */
    int64_t start, width;  /* weight to the left of it and of itself, in units of 1/scale */
    int64_t weight;        /* of the column that is told */
    bool element;          /* else part of the silhouette only */
};

struct svg_layout {
    unsigned column; /* the column whose weights are told: before's in its layout, else the last */
    int64_t scale;     /* the profile's */
    double total;      /* weight of the whole width */
    double told;       /* of the whole of the column that is told */
    double points;     /* of the whole of the last, of which changes are points */
    double per_weight; /* pixels per weight */
    struct svg_box *boxes; /* in drawing order, the root first */
    uint32_t count;
    size_t capacity;
    uint32_t levels;                   /* that have a box */
    uint32_t elements, merged, hidden; /* number of frames; the last are narrower than --minwidth */
};

/* There is weight to be wide, and all columns together have at most INT64_MAX of it. Takes time in
 * proportion to the nodes, and memory to the boxes and the depth. */
void svg_layout_init(struct svg_layout *layout, const struct profile *profile,
                     const struct svg_settings *settings);
/* Makes a merged box an element, if there is room for one more. */
void svg_layout_show(struct svg_layout *layout, struct svg_box *box);
void svg_layout_free(struct svg_layout *layout);

/* Left and right edge, in pixels. */
double svg_layout_left(const struct svg_layout *layout, const struct svg_box *box);
double svg_layout_right(const struct svg_layout *layout, const struct svg_box *box);

/* The k-th largest of n numbers >= 0 (k from 1); reorders them. */
int64_t svg_kth_largest(int64_t *numbers, size_t n, size_t k);

#endif
