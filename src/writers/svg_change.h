/* Colours of change in a profile with two columns, before and after. */
#ifndef FLAMECTL_SVG_CHANGE_H
#define FLAMECTL_SVG_CHANGE_H

#include "flamectl/comparison.h"
#include "flamectl/profile_walk.h"
#include "svg_layout.h"

struct svg_change {
    const struct profile_walk *walk;
    bool of_total;   /* the change of a frame's total, else of its own weight */
    bool negate;     /* more looks like less, and less like more */
    bool orange;     /* orange and blue rather than red and blue */
    int64_t neutral; /* a change of at most this looks like none, in units of 1/scale */
    int64_t full;    /* a change of this or more has the full colour; at least 1 */
    const struct comparison *tests; /* of the functions, or NULL */
    double before; /* what a weight before counts for in a colour: 1, or with tests as much as makes
                    * both sides' totals equal, or their work */
};

/* flamegraph.pl's scale: the largest change of a stack, at least 1, has the full colour; none is
 * neutral. */
void svg_change_init_plain(struct svg_change *change, const struct profile_walk *walk);

/* A scale that one outlier does not spoil: changes up to 0.1 % of the total are neutral, and the
 * full colour belongs to the change that nine tenths of the changed frames' width do not exceed,
 * and to at least 0.5 %. Where functions were tested between several runs a side, colours are of
 * what was tested, and a change that is not significant has none. tests may be NULL. */
void svg_change_init_robust(struct svg_change *change, const struct profile_walk *walk,
                            const struct svg_layout *layout, bool of_total,
                            const struct comparison *tests);

/* After less before, in units of 1/scale; the sign turned where `negate`. */
int64_t svg_change_of(const struct svg_change *change, uint32_t node);

/* The change that a frame's colour stands for. */
int64_t svg_change_shown(const struct svg_change *change, uint32_t node);

/* 0xRRGGBB for what svg_change_shown says. */
uint32_t svg_change_color(const struct svg_change *change, int64_t delta);

#endif
