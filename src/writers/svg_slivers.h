/* The frames that are no elements of their own, drawn merged: one path a colour, so that the
 * silhouette is complete at little cost. */
#ifndef FLAMECTL_SVG_SLIVERS_H
#define FLAMECTL_SVG_SLIVERS_H

#include <stddef.h>
#include <stdint.h>

#include "flamectl/sink.h"

struct svg_run; /* neighbours of one level drawn as one */

struct svg_slivers {
    struct svg_run *open; /* by level: the run that may still grow; width 0 where there is none */
    uint32_t levels;
    struct svg_run *runs; /* finished */
    size_t count, capacity;
};

void svg_slivers_init(struct svg_slivers *slivers, uint32_t levels);
void svg_slivers_free(struct svg_slivers *slivers);

/* A frame, edges in pixels. The frames of a level come from left to right. */
void svg_slivers_add(struct svg_slivers *slivers, uint32_t level, double left, double right,
                     uint32_t color);

/* Writes the paths. Level n's upper edge is at y = first + n * step; height is that of a frame. */
void svg_slivers_write(struct svg_slivers *slivers, double first, double step, double height,
                       struct sink *sink);

#endif
