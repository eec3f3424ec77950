/* The flame graph: one SVG document that is a complete picture where scripts do not run, and a viewer where
 * they do. It is laid out, coloured and worded as flamegraph.pl's, so that what reads those reads this.
 *
 *   <svg class="flamectl" ... data-*>        parameters of the script: see svg_data.h
 *     <title> <desc>                         for screen readers; the description tells what is not drawn
 *     <defs> <style>                         gradient; the bytes of flamegraph.css
 *     <rect>                                 background
 *     <text id=...>                          title subtitle details unzoom search ignorecase matched
 *     <g id="legend">                        of a comparison
 *     <g id="slivers"> <g id="frames">       the frames
 *     <metadata> <script>                    the whole call tree; the bytes of flamegraph.js
 *
 * Style and script have the same bytes in every document, and there are no event handlers in attributes, so
 * that a Content-Security-Policy can allow both by hash. All that comes from input or options goes through
 * xml_text. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flamectl/memory.h"
#include "flamectl/xml.h"
#include "assets.h"
#include "svg_attributes.h"
#include "svg_data.h"
#include "svg_layout.h"
#include "svg_legend.h"
#include "svg_options.h"
#include "svg_paint.h"
#include "svg_slivers.h"
#include "svg_text.h"
#include "writers.h"

/* Pixels of a frame's height that are left to the line between levels. */
#define FRAME_GAP_HEIGHT 1

struct picture {
    const struct profile *profile;
    const struct writing *writing;
    struct sink *sink;
    struct svg_settings settings;
    struct profile_walk walk;
    struct svg_layout layout;
    struct svg_paint paint;
    struct svg_palette_map map;
    struct svg_attributes attributes;
    struct svg_legend legend;
    const char *title;
    const char *countname;
    bool deltas;        /* titles tell a change */
    double top, bottom; /* pixels above and below the frames */
    double height;
    uint64_t replaced;  /* characters that XML cannot carry */
};

static void text(struct picture *picture, struct span span)
{
    picture->replaced += xml_text(picture->sink, span);
}

/* name="number" after a blank. */
static void number_attribute(struct picture *picture, const char *name, double number)
{
    sink_format(picture->sink, " %s=\"", name);
    svg_number(picture->sink, number);
    sink_text(picture->sink, "\"");
}

static void text_attribute(struct picture *picture, const char *name, struct span value)
{
    sink_format(picture->sink, " %s=\"", name);
    text(picture, value);
    sink_text(picture->sink, "\"");
}

static double frame_height(const struct picture *picture)
{
    return picture->settings.frame_height - FRAME_GAP_HEIGHT;
}

/* Upper and lower edge of the frames of a level. */
static double level_top(const struct picture *picture, uint32_t level)
{
    double step = picture->settings.frame_height;

    if (picture->settings.inverted)
        return picture->top + level * step;
    return picture->height - picture->bottom - (level + 1) * step + FRAME_GAP_HEIGHT;
}

static double level_bottom(const struct picture *picture, uint32_t level)
{
    double step = picture->settings.frame_height;

    if (picture->settings.inverted)
        return picture->top + (level + 1) * step - FRAME_GAP_HEIGHT;
    return picture->height - picture->bottom - level * step;
}

static const char *default_title(const struct picture *picture)
{
    if (picture->writing->diff)
        return picture->settings.inverted ? "Differential Icicle Graph" : "Differential Flame Graph";
    if (picture->profile->order == PROFILE_BY_TIME)
        return "Flame Chart";
    return picture->settings.inverted ? "Icicle Graph" : "Flame Graph";
}

static double line_height(const struct picture *picture)
{
    return picture->settings.fontsize * 1.5;
}

/* The paddings are flamegraph.pl's; its sums are done in its order, so that they round alike. */
static void measure(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;

    picture->top = settings->fontsize * 3;
    picture->bottom = settings->fontsize * 2 + 10;
    picture->height = picture->layout.levels * settings->frame_height + picture->top + picture->bottom;
    double more = settings->subtitle ? settings->fontsize * 2 : 0;
    if (picture->writing->diff)
        more += svg_legend_lines(&picture->legend) * line_height(picture);
    picture->height += more;
    picture->top += more;
}

static void choose_colors(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    struct svg_change change;

    picture->deltas = picture->profile->columns > 1;
    if (!picture->deltas) {
        struct svg_palette palette = {settings->theme, settings->hash, settings->seed};
        svg_paint_init_names(&picture->paint, &picture->layout, &palette,
                             settings->palette_map ? &picture->map : NULL);
        return;
    }
    enum svg_delta delta = settings->delta;
    if (delta == DELTA_DEFAULT)
        delta = picture->writing->diff ? DELTA_TOTAL : DELTA_SELF;
    if (delta == DELTA_SELF && !picture->writing->diff)
        svg_change_init_plain(&change, &picture->walk);
    else
        svg_change_init_robust(&change, &picture->walk, &picture->layout, delta == DELTA_TOTAL);
    change.negate = picture->writing->negate;
    change.orange = settings->diff_colors == DIFF_COLORS_ORANGE_BLUE;
    svg_paint_init_change(&picture->paint, &picture->walk, change);
}

/* Everything the options name that is read from files. */
static int read_files(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    struct diag *diag = picture->writing->diag;

    if (settings->palette_map && svg_palette_map_read(&picture->map, settings->palette_map, diag) < 0)
        return -1;
    if (settings->nameattr &&
        svg_attributes_read(&picture->attributes, settings->nameattr, diag) < 0)
        return -1;
    return 0;
}

static void warn_total(const struct picture *picture)
{
    double given = picture->settings.total;
    double actual = (double)picture->profile->grand[picture->layout.column] /
                    (double)picture->profile->scale;

    /* a total smaller by far is no matter of rounding, but not meant either */
    if (given > 0 && given < actual && given / actual > 0.02)
        diag_warn(picture->writing->diag, NULL, 0,
                  "--total=%.15g is less than the sum of %.15g, and not used", given, actual);
}

static void plan(struct picture *picture)
{
    profile_walk_init(&picture->walk, picture->profile);
    svg_layout_init(&picture->layout, &picture->walk, &picture->settings);
    choose_colors(picture);
    picture->countname = picture->settings.countname;
    if (!picture->countname)
        picture->countname = picture->profile->unit ? picture->profile->unit : "samples";
    picture->legend = (struct svg_legend){.change = &picture->paint.change,
                                          .writing = picture->writing,
                                          .countname = picture->countname,
                                          .factor = picture->settings.factor,
                                          .total = picture->layout.total};
    if (picture->writing->diff)
        svg_legend_init(&picture->legend, &picture->walk);
    picture->title = picture->settings.title ? picture->settings.title : default_title(picture);
    measure(picture);
}

static void write_parameters(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    const struct svg_change *change = &picture->paint.change;
    double step = settings->frame_height;

    sink_format(picture->sink, " data-version=\"1\" data-columns=\"%u\"", picture->profile->columns);
    number_attribute(picture, "data-scale", (double)picture->profile->scale);
    number_attribute(picture, "data-total", picture->layout.total * (double)picture->profile->scale);
    number_attribute(picture, "data-factor", settings->factor);
    text_attribute(picture, "data-countname", span_of(picture->countname));
    text_attribute(picture, "data-nametype", span_of(settings->nametype));
    if (picture->deltas) {
        text_attribute(picture, "data-delta", span_of(change->of_total ? "total" : "self"));
        sink_text(picture->sink, change->negate ? " data-negate=\"1\"" : "");
    }
    number_attribute(picture, "data-x", SVG_XPAD);
    number_attribute(picture, "data-width", settings->width - 2 * SVG_XPAD);
    number_attribute(picture, "data-y", level_top(picture, 0));
    number_attribute(picture, "data-step", settings->inverted ? step : -step);
    number_attribute(picture, "data-height", frame_height(picture));
    number_attribute(picture, "data-levels", picture->layout.levels);
    number_attribute(picture, "data-fontsize", settings->fontsize);
    number_attribute(picture, "data-fontwidth", settings->fontwidth);
}

static void write_root(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;

    sink_text(picture->sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "<svg class=\"flamectl\" version=\"1.1\"");
    number_attribute(picture, "width", settings->width);
    number_attribute(picture, "height", picture->height);
    sink_format(picture->sink, " viewBox=\"0 0 %.15g %.15g\"", settings->width, picture->height);
    sink_text(picture->sink, " xmlns=\"http://www.w3.org/2000/svg\""
                             " xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
    text_attribute(picture, "font-family", span_of(settings->fonttype));
    number_attribute(picture, "font-size", settings->fontsize);
    write_parameters(picture);
    sink_text(picture->sink, ">\n");
}

/* Says what the elements do not. */
static void write_description(struct picture *picture)
{
    const struct svg_layout *layout = &picture->layout;
    char amount[SVG_AMOUNT_TEXT];

    sink_text(picture->sink, "<title>");
    text(picture, span_of(picture->title));
    sink_text(picture->sink, "</title>\n<desc>");
    if (picture->settings.notes) {
        text(picture, span_of(picture->settings.notes));
        sink_text(picture->sink, "\n");
    }
    sink_format(picture->sink, "%s ",
                svg_amount(amount, picture->walk.total[layout->column][PROFILE_ROOT],
                           picture->profile->scale, picture->settings.factor));
    text(picture, span_of(picture->countname));
    sink_format(picture->sink, " in %u frames", layout->elements + layout->merged + layout->hidden);
    if (layout->merged)
        sink_format(picture->sink, "; %u of them are narrow and drawn merged", layout->merged);
    if (layout->hidden)
        sink_format(picture->sink, "; %u of them are narrower than minwidth and not drawn",
                    layout->hidden);
    sink_text(picture->sink, ".</desc>\n");
}

static void write_head(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;

    sink_format(picture->sink,
                "<defs>\n"
                "<linearGradient id=\"background\" y1=\"0\" y2=\"1\" x1=\"0\" x2=\"0\">\n"
                "<stop stop-color=\"%s\" offset=\"5%%\"/>\n"
                "<stop stop-color=\"%s\" offset=\"95%%\"/>\n"
                "</linearGradient>\n"
                "</defs>\n",
                settings->background[0], settings->background[1]);
    sink_text(picture->sink, "<style><![CDATA[");
    sink_write(picture->sink, flamegraph_css, flamegraph_css_len);
    sink_text(picture->sink, "]]></style>\n"
                             "<rect width=\"100%\" height=\"100%\" fill=\"url(#background)\"/>\n");
}

/* A line of text that the script knows by its id. */
static void write_text(struct picture *picture, const char *id, double x, double y,
                       const char *attributes, const char *words)
{
    sink_format(picture->sink, "<text id=\"%s\" x=\"%.2f\"", id, x);
    number_attribute(picture, "y", y);
    sink_format(picture->sink, "%s>", attributes);
    text(picture, span_of(words));
    sink_text(picture->sink, "</text>\n");
}

static void write_texts(struct picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    double font = settings->fontsize, middle = floor(settings->width / 2);
    double right = settings->width - SVG_XPAD, base = picture->height - picture->bottom / 2;

    sink_format(picture->sink, "<text id=\"title\" x=\"%.2f\"", middle);
    number_attribute(picture, "y", font * 2);
    number_attribute(picture, "font-size", font + 5);
    sink_text(picture->sink, " text-anchor=\"middle\">");
    text(picture, span_of(picture->title));
    sink_text(picture->sink, "</text>\n");
    if (settings->subtitle)
        write_text(picture, "subtitle", middle, font * 4, " text-anchor=\"middle\"",
                   settings->subtitle);
    write_text(picture, "details", SVG_XPAD, base, "", " ");
    write_text(picture, "unzoom", SVG_XPAD, font * 2, " class=\"hide\"", "Reset Zoom");
    write_text(picture, "search", right - 100, font * 2, "", "Search");
    write_text(picture, "ignorecase", right - 16, font * 2, "", "ic");
    write_text(picture, "matched", right - 100, base, "", " ");
}

static struct frame frame_of(const struct picture *picture, uint32_t node)
{
    if (node == PROFILE_ROOT)
        return (struct frame){span_make("", 0), FRAME_PLAIN};
    return picture->profile->frames.frames[picture->profile->frame[node]];
}

/* The name that is shown: without its mark. Of two marks the last is taken off; a waker's comes last. */
static void write_name(struct picture *picture, uint32_t node, double width)
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

static bool is_new(const struct picture *picture, uint32_t node)
{
    return picture->writing->diff && picture->walk.total[0][node] == 0;
}

/* "; +1.23%": the change in points of the total. flamegraph.pl does not tell one of the root. */
static void write_delta(struct picture *picture, uint32_t node)
{
    const struct svg_change *change = &picture->paint.change;
    int64_t delta = svg_change_of(change, node);
    double weight = (double)delta / (double)picture->profile->scale;

    if (!picture->deltas || (node == PROFILE_ROOT && !change->of_total))
        return;
    sink_format(picture->sink, "; %s%.2f%%%s", delta > 0 ? "+" : "",
                100 * weight / picture->layout.total, is_new(picture, node) ? ", new" : "");
}

/* title := name " (" amount " " countname ", " percent "%" delta ")" */
static void write_title(struct picture *picture, uint32_t node)
{
    const struct svg_layout *layout = &picture->layout;
    double scale = (double)picture->profile->scale, factor = picture->settings.factor;
    double weight = (double)picture->walk.total[layout->column][node] / scale;
    char amount[SVG_AMOUNT_TEXT];

    if (node == PROFILE_ROOT) {
        /* the root is as wide as --total says */
        int64_t whole = layout->total > weight ? llround(layout->total * scale)
                                               : picture->walk.total[layout->column][node];
        sink_format(picture->sink, "all (%s ",
                    svg_amount(amount, whole, picture->profile->scale, factor));
        text(picture, span_of(picture->countname));
        sink_text(picture->sink, ", 100%");
    } else {
        write_name(picture, node, -1);
        sink_format(picture->sink, " (%s ",
                    svg_amount(amount, picture->walk.total[layout->column][node],
                               picture->profile->scale, factor));
        text(picture, span_of(picture->countname));
        sink_format(picture->sink, ", %.2f%%", 100 * (weight * factor) / (layout->total * factor));
    }
    write_delta(picture, node);
    sink_text(picture->sink, ")");
}

/* The start tag: a link where the function has one. Returns the tag's name. */
static const char *write_start(struct picture *picture, uint32_t number,
                               const struct svg_attribute_list *list)
{
    bool link = list && list->href.len > 0;

    sink_format(picture->sink, "<%s data-n=\"%u\"", link ? "a" : "g", number);
    if (link) {
        text_attribute(picture, "xlink:href", list->href);
        text_attribute(picture, "target", list->target.len > 0 ? list->target : span_of("_top"));
    }
    for (size_t i = 0; list && i < list->count; i++) {
        const struct svg_pair *pair = &list->pairs[i];
        if (pair->link_only && !link)
            continue;
        sink_text(picture->sink, " ");
        sink_span(picture->sink, pair->name);
        sink_text(picture->sink, "=\"");
        text(picture, pair->value);
        sink_text(picture->sink, "\"");
    }
    sink_text(picture->sink, ">\n");
    return link ? "a" : "g";
}

static void write_box(struct picture *picture, uint32_t node, double left, double right)
{
    uint32_t color = svg_paint_color(&picture->paint, node);
    char edges[2][32];

    /* edges are rounded first, so that neighbours touch */
    snprintf(edges[0], sizeof edges[0], "%.1f", left);
    snprintf(edges[1], sizeof edges[1], "%.1f", right);
    double width = strtod(edges[1], NULL) - strtod(edges[0], NULL);
    sink_format(picture->sink, "<rect x=\"%s\"", edges[0]);
    number_attribute(picture, "y", level_top(picture, picture->walk.depth[node]));
    sink_format(picture->sink, " width=\"%.1f\" height=\"%.1f\" fill=\"rgb(%u,%u,%u)\" rx=\"2\" ry=\"2\"",
                width, frame_height(picture), color >> 16, color >> 8 & 255, color & 255);
    if (is_new(picture, node) && node != PROFILE_ROOT)
        sink_text(picture->sink, " stroke=\"#000\" stroke-width=\"0.8\" stroke-dasharray=\"3 2\"");
    sink_text(picture->sink, "/>\n");
}

static void write_label(struct picture *picture, uint32_t node, double left, double right)
{
    bool dark = svg_color_is_dark(svg_paint_color(&picture->paint, node));
    uint32_t level = picture->walk.depth[node];

    sink_format(picture->sink, "<text x=\"%.2f\"", left + 3);
    number_attribute(picture, "y", 3 + (level_top(picture, level) + level_bottom(picture, level)) / 2);
    sink_text(picture->sink, dark ? " fill=\"#fff\">" : ">");
    write_name(picture, node, right - left);
    sink_text(picture->sink, "</text>\n");
}

static void write_frame(struct picture *picture, uint32_t node, uint32_t number)
{
    const struct svg_attribute_list *list =
        svg_attributes_find(&picture->attributes, frame_of(picture, node));
    double left = svg_layout_left(&picture->layout, node);
    double right = svg_layout_right(&picture->layout, node);
    const char *tag = write_start(picture, number, list);

    sink_text(picture->sink, "<title>");
    if (list && list->title.len > 0)
        text(picture, list->title);
    else
        write_title(picture, node);
    sink_text(picture->sink, "</title>");
    write_box(picture, node, left, right);
    write_label(picture, node, left, right);
    sink_format(picture->sink, "</%s>\n", tag);
}

static void write_slivers(struct picture *picture)
{
    const struct svg_layout *layout = &picture->layout;
    struct svg_slivers slivers;
    double step = picture->settings.frame_height;

    svg_slivers_init(&slivers, layout->levels);
    for (uint32_t node = PROFILE_ROOT; node != PROFILE_NONE && layout->merged > 0;
         node = profile_walk_next(&picture->walk, node))
        if (layout->fate[node] == FATE_MERGED)
            svg_slivers_add(&slivers, picture->walk.depth[node], svg_layout_left(layout, node),
                            svg_layout_right(layout, node), svg_paint_color(&picture->paint, node));
    sink_text(picture->sink, "<g id=\"slivers\">\n");
    svg_slivers_write(&slivers, level_top(picture, 0), picture->settings.inverted ? step : -step,
                      frame_height(picture), picture->sink);
    sink_text(picture->sink, "</g>\n");
    svg_slivers_free(&slivers);
}

static void write_frames(struct picture *picture)
{
    uint32_t number = 0;

    sink_text(picture->sink, "<g id=\"frames\">\n");
    for (uint32_t node = PROFILE_ROOT; node != PROFILE_NONE;
         node = profile_walk_next(&picture->walk, node), number++)
        if (picture->layout.fate[node] == FATE_ELEMENT)
            write_frame(picture, node, number);
    sink_text(picture->sink, "</g>\n");
}

static uint32_t fill(const void *context, uint32_t node)
{
    return svg_paint_color(context, node);
}

static void write_viewer(struct picture *picture)
{
    struct svg_data data = {&picture->walk, fill, &picture->paint,
                            svg_paint_by_node(&picture->paint)};

    if (!picture->settings.script)
        return;
    svg_data_write(&data, picture->sink);
    sink_text(picture->sink, "<script><![CDATA[");
    sink_write(picture->sink, flamegraph_js, flamegraph_js_len);
    sink_text(picture->sink, "]]></script>\n");
}

/* Characters of names that are replaced, each name counted once. */
static uint64_t count_replaced(const struct frame_table *frames)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < frames->count; i++) {
        struct span name = frames->frames[i].name;
        uint32_t code;
        bool valid;
        for (size_t at = 0; at < name.len; count += !valid)
            at += xml_decode(span_skip(name, at), &code, &valid);
    }
    return count;
}

static void write_document(struct picture *picture)
{
    write_root(picture);
    write_description(picture);
    write_head(picture);
    write_texts(picture);
    if (picture->writing->diff) {
        double y = picture->settings.fontsize * (picture->settings.subtitle ? 4 : 2);
        svg_legend_write(&picture->legend, y + line_height(picture), line_height(picture),
                         picture->settings.fontsize, picture->sink);
    }
    write_slivers(picture);
    write_frames(picture);
    write_viewer(picture);
    sink_text(picture->sink, "</svg>\n");
}

static void picture_free(struct picture *picture)
{
    svg_attributes_free(&picture->attributes);
    svg_palette_map_free(&picture->map);
    svg_paint_free(&picture->paint);
    svg_layout_free(&picture->layout);
    profile_walk_free(&picture->walk);
}

static int draw(struct picture *picture)
{
    struct diag *diag = picture->writing->diag;

    if (svg_settings_read(&picture->settings, picture->writing->options, diag) < 0 ||
        read_files(picture) < 0)
        return -1;
    if (picture->profile->grand[picture->profile->columns - 1] <= 0) {
        diag_error(diag, NULL, 0, "there is no weight to draw");
        return -1;
    }
    plan(picture);
    warn_total(picture);
    write_document(picture);
    picture->replaced += count_replaced(&picture->profile->frames);
    if (picture->replaced > 0)
        diag_warn(diag, NULL, 0, "%llu characters that XML cannot carry are drawn as U+FFFD",
                  (unsigned long long)picture->replaced);
    if (picture->settings.palette_map && !picture->deltas)
        return svg_palette_map_write(&picture->map, picture->settings.palette_map, diag);
    return 0;
}

static int svg_write(const struct profile *profile, const struct writing *writing, struct sink *sink)
{
    struct picture picture = {.profile = profile, .writing = writing, .sink = sink};

    svg_attributes_init(&picture.attributes);
    svg_palette_map_init(&picture.map);
    int result = draw(&picture);
    picture_free(&picture);
    return result;
}

const struct writer svg_writer = {
    .name = "svg",
    .summary = "flame graph",
    .options = svg_option_rows,
    .options_size = sizeof(struct svg_options),
    .check = svg_options_check,
    .write = svg_write,
};
