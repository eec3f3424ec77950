/* The frames of a picture as elements, and merged. */
#include "svg_picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flamectl/memory.h"
#include "flamectl/xml.h"
#include "svg_slivers.h"
#include "svg_text.h"

static struct frame frame_of(const struct svg_picture *picture, uint32_t node)
{
    if (node == PROFILE_ROOT)
        return (struct frame){span_make("", 0), FRAME_PLAIN};
    return picture->profile->frames.frames[picture->profile->nodes[node].frame];
}

/* The name that is shown: without its mark. Of two marks the last is taken off; a waker's comes
 * last. */
static void write_name(struct svg_picture *picture, uint32_t node, double width)
{
    struct frame frame = frame_of(picture, node);
    const char *suffix = svg_paint_is_waker(&picture->paint, node) ? frame_suffix(frame.kind) : "";
    char *joined = NULL;
    struct span name = frame.name;

    if (*suffix) {
        joined = memory_get(name.len + FRAME_SUFFIX, 1);
        memcpy(joined, name.data, name.len);
        memcpy(joined + name.len, suffix, FRAME_SUFFIX);
        name = span_make(joined, name.len + FRAME_SUFFIX);
    }
    if (width < 0)
        xml_text(picture->sink, name);
    else
        svg_label(picture->sink, name, width,
                  picture->settings.fontsize * picture->settings.fontwidth);
    memory_free(joined);
}

/* What only one side has. */
enum mark { MARK_NONE, MARK_NEW, MARK_GONE };

/* With --negate the inputs stand the other way round. */
static enum mark mark_of(const struct svg_picture *picture, uint32_t node)
{
    if (!picture->marks || node == PROFILE_ROOT)
        return MARK_NONE;
    bool before = picture->walk.total[0][node] > 0, after = picture->walk.total[1][node] > 0;
    if (before && after)
        return MARK_NONE;
    return after != picture->paint.change.negate ? MARK_NEW : MARK_GONE;
}

/* "; +1.23%": the change in points of the total. flamegraph.pl does not tell one of the root. */
static void write_delta(struct svg_picture *picture, uint32_t node)
{
    static const char *const words[] = {
        [MARK_NONE] = "", [MARK_NEW] = ", new", [MARK_GONE] = ", gone"};
    const struct svg_change *change = &picture->paint.change;

    if (!picture->deltas || (node == PROFILE_ROOT && !change->of_total))
        return;
    int64_t delta = svg_change_of(change, node);
    double weight = (double)delta / (double)picture->profile->scale;
    sink_format(picture->sink, "; %s%.2f%%%s", delta > 0 ? "+" : "",
                100 * weight / picture->layout.points, words[mark_of(picture, node)]);
}

/* title := name " (" amount " " countname ", " percent "%" delta ")" */
static void write_title(struct svg_picture *picture, const struct svg_box *box)
{
    const struct svg_layout *layout = &picture->layout;
    double weight = (double)box->weight / (double)picture->profile->scale;
    double factor = picture->settings.factor;
    char amount[SVG_AMOUNT_TEXT];

    if (box->node == PROFILE_ROOT)
        sink_text(picture->sink, "all");
    else
        write_name(picture, box->node, -1);
    /* the root is as wide as --total says */
    if (box->node == PROFILE_ROOT && layout->told > weight)
        svg_amount_of(amount, layout->told * factor);
    else
        svg_amount(amount, box->weight, picture->profile->scale, factor);
    sink_format(picture->sink, " (%s ", amount);
    svg_write_text(picture, span_of(picture->countname));
    if (box->node == PROFILE_ROOT)
        sink_text(picture->sink, ", 100%");
    else
        sink_format(picture->sink, ", %.2f%%", 100 * (weight * factor) / (layout->told * factor));
    write_delta(picture, box->node);
    sink_text(picture->sink, ")");
}

/* The start tag: a link where the function has one. Returns the tag's name. */
static const char *write_start(struct svg_picture *picture, uint32_t node,
                               const struct svg_attribute_list *list)
{
    bool link = list && list->href.len > 0;

    sink_format(picture->sink, "<%s data-n=\"%u\"", link ? "a" : "g", node);
    if (link) {
        svg_write_text_attribute(picture, "xlink:href", list->href);
        svg_write_text_attribute(picture, "target",
                                 list->target.len > 0 ? list->target : span_of("_top"));
    }
    for (size_t i = 0; list && i < list->count; i++) {
        const struct svg_pair *pair = &list->pairs[i];
        if (pair->link_only && !link)
            continue;
        sink_text(picture->sink, " ");
        sink_span(picture->sink, pair->name);
        sink_text(picture->sink, "=\"");
        svg_write_text(picture, pair->value);
        sink_text(picture->sink, "\"");
    }
    sink_text(picture->sink, ">\n");
    return link ? "a" : "g";
}

static void write_box(struct svg_picture *picture, const struct svg_box *box)
{
    uint32_t color = svg_paint_color(&picture->paint, box->node);
    char edges[2][32];

    /* edges are rounded first, so that neighbours touch */
    snprintf(edges[0], sizeof edges[0], "%.1f", svg_layout_left(&picture->layout, box));
    snprintf(edges[1], sizeof edges[1], "%.1f", svg_layout_right(&picture->layout, box));
    double width = strtod(edges[1], NULL) - strtod(edges[0], NULL);
    sink_format(picture->sink, "<rect x=\"%s\"", edges[0]);
    svg_write_number_attribute(picture, "y", svg_level_top(picture, box->level));
    sink_format(picture->sink,
                " width=\"%.1f\" height=\"%.1f\" fill=\"rgb(%u,%u,%u)\" rx=\"2\" ry=\"2\"", width,
                svg_frame_height(picture), color >> 16, color >> 8 & 255, color & 255);
    enum mark mark = mark_of(picture, box->node);
    if (mark != MARK_NONE)
        sink_text(picture->sink, " stroke=\"#000\" stroke-width=\"0.8\"");
    if (mark == MARK_NEW)
        sink_text(picture->sink, " stroke-dasharray=\"3 2\"");
    sink_text(picture->sink, "/>\n");
}

static void write_label(struct svg_picture *picture, const struct svg_box *box)
{
    bool dark = svg_color_is_dark(svg_paint_color(&picture->paint, box->node));
    double left = svg_layout_left(&picture->layout, box);
    double middle = (svg_level_top(picture, box->level) + svg_level_bottom(picture, box->level)) / 2;

    sink_format(picture->sink, "<text x=\"%.2f\"", left + 3);
    svg_write_number_attribute(picture, "y", 3 + middle);
    sink_text(picture->sink, dark ? " fill=\"#fff\">" : ">");
    write_name(picture, box->node, svg_layout_right(&picture->layout, box) - left);
    sink_text(picture->sink, "</text>\n");
}

static void write_frame(struct svg_picture *picture, const struct svg_box *box)
{
    const struct svg_attribute_list *list =
        svg_attributes_find(&picture->attributes, frame_of(picture, box->node));
    const char *tag = write_start(picture, box->node, list);

    sink_text(picture->sink, "<title>");
    if (list && list->title.len > 0)
        svg_write_text(picture, list->title);
    else
        write_title(picture, box);
    sink_text(picture->sink, "</title>");
    write_box(picture, box);
    write_label(picture, box);
    sink_format(picture->sink, "</%s>\n", tag);
}

static void write_slivers(struct svg_picture *picture)
{
    const struct svg_layout *layout = &picture->layout;
    struct svg_slivers slivers;
    double step = picture->settings.frame_height;

    svg_slivers_init(&slivers, layout->levels);
    for (uint32_t i = 0; i < layout->count; i++) {
        const struct svg_box *box = &layout->boxes[i];
        if (!box->element)
            svg_slivers_add(&slivers, box->level, svg_layout_left(layout, box),
                            svg_layout_right(layout, box), svg_paint_color(&picture->paint, box->node));
    }
    sink_text(picture->sink, "<g id=\"slivers\">\n");
    svg_slivers_write(&slivers, svg_level_top(picture, 0),
                      picture->settings.inverted ? step : -step, svg_frame_height(picture),
                      picture->sink);
    sink_text(picture->sink, "</g>\n");
    svg_slivers_free(&slivers);
}

void svg_write_frames(struct svg_picture *picture)
{
    write_slivers(picture);
    sink_text(picture->sink, "<g id=\"frames\">\n");
    for (uint32_t i = 0; i < picture->layout.count; i++)
        if (picture->layout.boxes[i].element)
            write_frame(picture, &picture->layout.boxes[i]);
    sink_text(picture->sink, "</g>\n");
}
