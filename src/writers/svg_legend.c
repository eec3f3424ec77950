/* The lines under the title of a differential picture. */
#include "svg_legend.h"

#include "flamectl/xml.h"
#include "svg_text.h"

/* Boxes of the scale: so many for less, one for none, so many for more. */
#define SHADES 4
#define BOX_WIDTH 18

void svg_legend_init(struct svg_legend *legend, const struct profile_walk *walk)
{
    const struct profile *profile = walk->profile;

    for (uint32_t node = 0; node < profile->count; node++) {
        if (profile->self[0][node] == 0 || profile->self[1][node] != 0)
            continue;
        legend->removed++;
        legend->removed_weight += profile->self[0][node];
    }
}

unsigned svg_legend_lines(const struct svg_legend *legend)
{
    return legend->removed ? 3 : 2;
}

static void start_line(double y, struct sink *sink)
{
    sink_format(sink, "<text x=\"%d\" y=\"%.15g\">", SVG_XPAD, y);
}

static void write_totals(const struct svg_legend *legend, double y, struct sink *sink)
{
    const struct profile_walk *walk = legend->change->walk;
    const struct writing *writing = legend->writing;
    char amount[SVG_AMOUNT_TEXT];

    start_line(y, sink);
    sink_format(sink, "before %s ",
                svg_amount(amount, writing->before_total, writing->before_scale, legend->factor));
    xml_text(sink, span_of(legend->countname));
    sink_text(sink, writing->normalized ? ", scaled to after's " : ", after ");
    sink_format(
        sink, "%s ",
        svg_amount(amount, walk->total[1][PROFILE_ROOT], walk->profile->scale, legend->factor));
    xml_text(sink, span_of(legend->countname));
    sink_text(sink, writing->normalized ? "</text>\n" : "; not normalised</text>\n");
}

static void write_removed(const struct svg_legend *legend, double y, struct sink *sink)
{
    double before = (double)legend->change->walk->total[0][PROFILE_ROOT];
    double percent = 100 * (double)legend->removed_weight / before;

    start_line(y, sink);
    sink_format(sink, "%u removed stack%s, %.2f %% of before: %s</text>\n", legend->removed,
                legend->removed == 1 ? "" : "s", percent,
                legend->change->negate ? "drawn with the inputs the other way round"
                                       : "drawn by diff --negate AFTER BEFORE");
}

static double percent_of_all(const struct svg_legend *legend, int64_t weight)
{
    return 100 * (double)weight / (double)legend->change->walk->profile->scale / legend->total;
}

/* The change of box i: none, or from the palest shade on to the full colour. */
static int64_t box_change(const struct svg_change *change, int i)
{
    int64_t least = change->neutral + 1, steps = i < 0 ? -i : i;

    if (i == 0)
        return 0;
    int64_t size = least + (change->full - least) / (SHADES - 1) * (steps - 1);
    return i < 0 ? -size : size;
}

/* "-1.50%" boxes "+1.50% of all; white: at most 0.10%; dashed: new" */
static void write_scale(const struct svg_legend *legend, double y, double fontsize,
                        struct sink *sink)
{
    const struct svg_change *change = legend->change;
    double percent = percent_of_all(legend, change->full), room = 5 * fontsize;

    start_line(y, sink);
    sink_format(sink, "-%.2f%%</text>\n", percent);
    for (int i = -SHADES; i <= SHADES; i++) {
        uint32_t color = svg_change_color(change, box_change(change, i));
        sink_format(sink, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"",
                    SVG_XPAD + room + (i + SHADES) * BOX_WIDTH, y - fontsize * 0.8, BOX_WIDTH,
                    fontsize);
        sink_format(sink, " fill=\"rgb(%u,%u,%u)\"/>\n", color >> 16, color >> 8 & 255,
                    color & 255);
    }
    sink_format(sink, "<text x=\"%.2f\" y=\"%.15g\">+%.2f%% of all; white: at most %.2f%%; ",
                SVG_XPAD + room + (2 * SHADES + 1) * BOX_WIDTH + fontsize / 2, y, percent,
                percent_of_all(legend, change->neutral));
    sink_text(sink, change->negate ? "dashed: gone</text>\n" : "dashed: new</text>\n");
}

void svg_legend_write(const struct svg_legend *legend, double y, double line_height,
                      double fontsize, struct sink *sink)
{
    sink_text(sink, "<g id=\"legend\">\n");
    write_totals(legend, y, sink);
    if (legend->removed)
        write_removed(legend, y += line_height, sink);
    write_scale(legend, y + line_height, fontsize, sink);
    sink_text(sink, "</g>\n");
}
