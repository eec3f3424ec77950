/* The lines under the title of a differential picture. */
#include "svg_legend.h"

#include "flamectl/xml.h"
#include "svg_text.h"

/* Boxes of the scale: so many for less, one for none, so many for more. */
#define SHADES 4
#define BOX_WIDTH 18

/* The column that has no room of its own in the picture. */
static unsigned other_column(const struct svg_legend *legend)
{
    return legend->widths == WIDTHS_BEFORE ? 1 : 0;
}

void svg_legend_init(struct svg_legend *legend)
{
    const struct profile *profile = legend->change->walk->profile;
    unsigned other = other_column(legend);

    if (legend->widths == WIDTHS_UNION)
        return;
    for (uint32_t node = 0; node < profile->count; node++) {
        if (profile->self[other][node] == 0 || profile->self[!other][node] != 0)
            continue;
        legend->absent++;
        legend->absent_weight += profile->self[other][node];
    }
}

unsigned svg_legend_lines(const struct svg_legend *legend)
{
    return legend->absent ? 3 : 2;
}

static void start_line(double y, struct sink *sink)
{
    sink_format(sink, "<text x=\"%d\" y=\"%.15g\">", SVG_XPAD, y);
}

static void write_side(const struct svg_legend *legend, const struct writing_side *side,
                       struct sink *sink)
{
    char amount[SVG_AMOUNT_TEXT];
    int64_t scale = legend->change->walk->profile->scale;

    sink_format(sink, "%s ", svg_amount(amount, side->total, scale, legend->factor));
    xml_text(sink, span_of(legend->countname));
    if (side->runs > 1)
        sink_format(sink, " (mean of %u runs)", side->runs);
}

static void write_totals(const struct svg_legend *legend, double y, struct sink *sink)
{
    const struct writing *writing = legend->writing;

    start_line(y, sink);
    sink_text(sink, "before ");
    write_side(legend, &writing->side[0], sink);
    sink_text(sink, writing->normalized ? ", scaled to after's " : ", after ");
    write_side(legend, &writing->side[1], sink);
    sink_text(sink, writing->normalized ? "</text>\n" : "; not normalised</text>\n");
}

/* With --negate the inputs stand the other way round: what only before has is new. */
static void write_absent(const struct svg_legend *legend, double y, struct sink *sink)
{
    unsigned other = other_column(legend);
    double all = (double)legend->change->walk->profile->grand[other];
    bool removed = (other == 0) != legend->change->negate;

    start_line(y, sink);
    sink_format(sink, "%u %s stack%s, %.2f%% of %s: see the union layout</text>\n", legend->absent,
                removed ? "removed" : "new", legend->absent == 1 ? "" : "s",
                100 * (double)legend->absent_weight / all, other == 0 ? "before" : "after");
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

/* "-1.50%" boxes "+1.50% of all; white: at most 0.10%; dashed: new", or what the marks mean there
 */
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
    sink_format(sink, "<text x=\"%.2f\" y=\"%.15g\">+%.2f%% of all%s; white: at most %.2f%%%s; ",
                SVG_XPAD + room + (2 * SHADES + 1) * BOX_WIDTH + fontsize / 2, y, percent,
                !change->tests            ? ""
                : change->tests->per_work ? ", per unit of work"
                                          : ", in shares",
                percent_of_all(legend, change->neutral),
                change->tests ? ", or no more than runs differ" : "");
    sink_text(sink, legend->widths == WIDTHS_UNION ? "dashed: new; outlined: gone</text>\n"
                    : (legend->widths == WIDTHS_AFTER) != change->negate
                        ? "dashed: new</text>\n"
                        : "outlined: gone</text>\n");
}

void svg_legend_write(const struct svg_legend *legend, double y, double line_height,
                      double fontsize, struct sink *sink)
{
    sink_text(sink, "<g id=\"legend\">\n");
    write_totals(legend, y, sink);
    if (legend->absent)
        write_absent(legend, y += line_height, sink);
    write_scale(legend, y + line_height, fontsize, sink);
    sink_text(sink, "</g>\n");
}
