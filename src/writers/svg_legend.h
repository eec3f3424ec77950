/* What a reader of a differential picture must know: the two totals, what is gone, and the scale.
 */
#ifndef FLAMECTL_SVG_LEGEND_H
#define FLAMECTL_SVG_LEGEND_H

#include "flamectl/writer.h"
#include "svg_change.h"

struct svg_legend {
    const struct svg_change *change;
    const struct writing *writing;
    const char *countname;
    double factor;
    double total;     /* weight of the whole width */
    uint32_t removed; /* stacks of before that after does not have */
    int64_t removed_weight;
};

/* Counts what is gone. */
void svg_legend_init(struct svg_legend *legend, const struct profile_walk *walk);

/* Lines of text it takes. */
unsigned svg_legend_lines(const struct svg_legend *legend);

/* Writes a group, its first line's base at y. */
void svg_legend_write(const struct svg_legend *legend, double y, double line_height,
                      double fontsize, struct sink *sink);

#endif
