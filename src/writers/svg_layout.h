/* Where each frame stands, and which frames are drawn in which way. */
#ifndef FLAMECTL_SVG_LAYOUT_H
#define FLAMECTL_SVG_LAYOUT_H

#include <stdint.h>

#include "flamectl/profile_walk.h"
#include "svg_options.h"

/* Frames narrower than this (pixels) cannot be pointed at. */
#define SVG_HOVER_WIDTH 2

/* At most this many frames are elements of their own, unless all are asked for. */
#define SVG_MAX_ELEMENTS 2000

/* Few nodes are drawn: where one stands is told for some, and counted on from there. */
#define SVG_PLACE_EACH 32

struct svg_place {
    int64_t start; /* weight to the left of it, in units of 1/scale */
    struct profile_level level;
};

enum svg_fate {
    FATE_GAP,    /* no frame, or one without weight that is not to be drawn */
    FATE_HIDDEN, /* narrower than --minwidth */
    FATE_MERGED, /* part of the silhouette only */
    FATE_ELEMENT
};

struct svg_layout {
    const struct profile_walk *walk;
    unsigned column; /* the column whose weights are told: before's in its layout, else the last */
    const int64_t *own,
        *width;        /* by node: the weight that it is wide for itself, and with all below */
    int64_t *made;     /* where these are not those of a column: both, owned */
    double total;      /* weight of the whole width */
    double told;       /* of the whole of the column that is told */
    double points;     /* of the whole of the last, of which changes are points */
    double per_weight; /* pixels per weight */
    struct svg_place *places; /* of each SVG_PLACE_EACH-th node */
    uint8_t *fate;     /* by node: enum svg_fate */
    uint32_t levels;   /* that have a frame drawn; the root's included */
    uint32_t elements, merged, hidden; /* number of frames */
};

/* There is weight to be wide, and all columns together have at most INT64_MAX of it. Linear in the
 * number of nodes. */
void svg_layout_init(struct svg_layout *layout, const struct profile_walk *walk,
                     const struct svg_settings *settings);
/* Makes a merged node an element, if there is room for one more. */
void svg_layout_show(struct svg_layout *layout, uint32_t node);
void svg_layout_free(struct svg_layout *layout);

/* A node's depth, the root's being 0. */
uint32_t svg_layout_level(const struct svg_layout *layout, uint32_t node);

/* Left and right edge of a node, in pixels. */
double svg_layout_left(const struct svg_layout *layout, uint32_t node);
double svg_layout_right(const struct svg_layout *layout, uint32_t node);

/* The k-th largest of n numbers >= 0 (k from 1); reorders them. */
int64_t svg_kth_largest(int64_t *numbers, size_t n, size_t k);

#endif
