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
    enum svg_widths widths;
    double total;    /* weight of all, of which changes are points */
    uint32_t absent; /* stacks that the picture has no room for: the other column alone has them */
    int64_t absent_weight;
};

/* Counts what is absent. */
void svg_legend_init(struct svg_legend *legend);

/* Lines of text it takes. */
unsigned svg_legend_lines(const struct svg_legend *legend);

/* Writes a group, its first line's base at y. */
void svg_legend_write(const struct svg_legend *legend, double y, double line_height,
                      double fontsize, struct sink *sink);

#endif
