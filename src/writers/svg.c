/* The flame graph: one SVG document that is a complete picture where scripts do not run, and a
 * viewer where they do. It is laid out, coloured and worded as flamegraph.pl's, so that what reads
 * those reads this.
 *
 *   <svg class="flamectl" data-*>     parameters of the script: see svg_data.h
 *     <title> <desc>                  for screen readers; the latter tells what is not drawn
 *     <defs> <style>                  gradient; the bytes of viewer/flamegraph.css
 *     <rect>                          background
 *     <text id>                       title subtitle details unzoom search ignorecase matched
 *     <g id="legend">                 of a comparison
 *     <g id="slivers"> <g id="frames">
 *     <metadata> <script>             the whole call tree; the bytes of the files in viewer/
 *
 * Style and script have the same bytes in every document, and there are no event handlers in
 * attributes, so that a Content-Security-Policy can allow both by hash. All that comes from input
 * or options goes through xml_text. */
#include "svg_picture.h"

#include <math.h>

#include "flamectl/writer.h"
#include "flamectl/memory.h"
#include "flamectl/xml.h"
#include "assets.h"
#include "svg_data.h"
#include "svg_text.h"

static const char *default_title(const struct svg_picture *picture)
{
    if (picture->writing->diff)
        return picture->settings.inverted ? "Differential Icicle Graph"
                                          : "Differential Flame Graph";
    if (picture->profile->order == PROFILE_BY_TIME)
        return "Flame Chart";
    return picture->settings.inverted ? "Icicle Graph" : "Flame Graph";
}

static double line_height(const struct svg_picture *picture)
{
    return picture->settings.fontsize * 1.5;
}

/* The paddings are flamegraph.pl's; its sums are done in its order, so that they round alike. */
static void measure(struct svg_picture *picture)
{
    const struct svg_settings *settings = &picture->settings;

    picture->top = settings->fontsize * 3;
    picture->bottom = settings->fontsize * 2 + 10;
    picture->height =
        picture->layout.levels * settings->frame_height + picture->top + picture->bottom;
    double more = settings->subtitle ? settings->fontsize * 2 : 0;
    if (picture->writing->diff)
        more += svg_legend_lines(&picture->legend) * line_height(picture);
    picture->height += more;
    picture->top += more;
}

static void choose_colors(struct svg_picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    struct svg_change change;

    picture->deltas = picture->profile->columns > 1;
    picture->marks =
        picture->deltas && (picture->writing->diff || settings->widths != WIDTHS_AFTER);
    if (!picture->deltas) {
        struct svg_palette palette = {settings->theme, settings->hash, settings->seed};
        svg_paint_init_names(&picture->paint, picture->profile, &picture->layout, &palette,
                             settings->palette_map ? &picture->map : NULL);
        return;
    }
    profile_walk_init(&picture->walk, picture->profile);
    enum svg_delta delta = settings->delta;
    if (delta == DELTA_DEFAULT)
        delta = picture->writing->diff ? DELTA_TOTAL : DELTA_SELF;
    if (delta == DELTA_SELF && !picture->writing->diff)
        svg_change_init_plain(&change, &picture->walk);
    else
        svg_change_init_robust(&change, &picture->walk, &picture->layout, delta == DELTA_TOTAL,
                               picture->writing->comparison);
    change.negate = settings->negate;
    change.orange = settings->diff_colors == DIFF_COLORS_ORANGE_BLUE;
    svg_paint_init_change(&picture->paint, change, settings->theme);
}

/* Everything the options name that is read from files. */
static int read_files(struct svg_picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    struct diag *diag = picture->writing->diag;

    if (settings->palette_map &&
        svg_palette_map_read(&picture->map, settings->palette_map, diag) < 0)
        return -1;
    if (settings->nameattr &&
        svg_attributes_read(&picture->attributes, settings->nameattr, diag) < 0)
        return -1;
    return 0;
}

static void warn_total(const struct svg_picture *picture)
{
    double given = picture->settings.total;
    double actual = (double)picture->layout.boxes->width / (double)picture->profile->scale;

    if (given > 0 && given < actual)
        diag_warn(picture->writing->diag, NULL, 0,
                  "--total=%.15g is less than the sum of %.15g, and not used", given, actual);
}

/* One element at least, where it is drawn at all, for each frame with attributes: the viewer takes
 * them from there, however narrow it is. */
static void show_attributes(struct svg_picture *picture)
{
    const struct profile *profile = picture->profile;
    const struct frame_table *frames = &profile->frames;
    struct svg_box *boxes = picture->layout.boxes;
    bool *missing = memory_zero(frames->count, sizeof *missing);

    for (uint32_t id = 0; id < frames->count; id++)
        missing[id] = svg_attributes_find(&picture->attributes, frames->frames[id]) != NULL;
    for (uint32_t i = 1; i < picture->layout.count; i++)
        if (boxes[i].element)
            missing[profile->nodes[boxes[i].node].frame] = false;
    for (uint32_t i = 1; i < picture->layout.count; i++) {
        uint32_t frame = profile->nodes[boxes[i].node].frame;
        if (!missing[frame])
            continue;
        svg_layout_show(&picture->layout, &boxes[i]);
        missing[frame] = !boxes[i].element;
    }
    memory_free(missing);
}

static void plan(struct svg_picture *picture)
{
    svg_layout_init(&picture->layout, picture->profile, &picture->settings);
    if (picture->settings.nameattr)
        show_attributes(picture);
    choose_colors(picture);
    picture->countname = picture->settings.countname;
    if (!picture->countname)
        picture->countname = picture->profile->unit ? picture->profile->unit : "samples";
    picture->legend = (struct svg_legend){.change = &picture->paint.change,
                                          .writing = picture->writing,
                                          .countname = picture->countname,
                                          .factor = picture->settings.factor,
                                          .widths = picture->settings.widths,
                                          .total = picture->layout.points};
    if (picture->writing->diff)
        svg_legend_init(&picture->legend);
    picture->title = picture->settings.title ? picture->settings.title : default_title(picture);
    measure(picture);
}

/* A whole in units of 1/scale, exact unless --total sets it. */
static void write_whole(struct svg_picture *picture, const char *name, double whole, int64_t sum)
{
    double scale = (double)picture->profile->scale;

    if (whole > (double)sum / scale)
        svg_write_number_attribute(picture, name, whole * scale);
    else
        sink_format(picture->sink, " %s=\"%lld\"", name, (long long)sum);
}

/* What the script needs to know of two columns. */
static void write_comparison(struct svg_picture *picture)
{
    static const char *const layouts[] = {
        [WIDTHS_AFTER] = "after", [WIDTHS_BEFORE] = "before", [WIDTHS_UNION] = "union"};
    const struct svg_change *change = &picture->paint.change;
    const struct svg_layout *layout = &picture->layout;
    const int64_t *total = picture->profile->grand;

    svg_write_text_attribute(picture, "data-delta", span_of(change->of_total ? "total" : "self"));
    sink_text(picture->sink, change->negate ? " data-negate=\"1\"" : "");
    sink_text(picture->sink, picture->marks ? " data-marks=\"1\"" : "");
    svg_write_text_attribute(picture, "data-layout", span_of(layouts[picture->settings.widths]));
    write_whole(picture, "data-told", layout->told, total[layout->column]);
    write_whole(picture, "data-points", layout->points,
                total[picture->profile->columns - 1]);
}

static void write_parameters(struct svg_picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    double step = settings->frame_height;

    sink_format(picture->sink, " data-version=\"2\" data-nodes=\"%lu\" data-columns=\"%u\"",
                (unsigned long)picture->profile->count, picture->profile->columns);
    if (picture->profile->order == PROFILE_BY_TIME)
        sink_text(picture->sink, " data-order=\"time\"");
    svg_write_number_attribute(picture, "data-scale", (double)picture->profile->scale);
    write_whole(picture, "data-total", picture->layout.total, picture->layout.boxes->width);
    svg_write_number_attribute(picture, "data-factor", settings->factor);
    svg_write_text_attribute(picture, "data-countname", span_of(picture->countname));
    svg_write_text_attribute(picture, "data-nametype", span_of(settings->nametype));
    if (picture->deltas)
        write_comparison(picture);
    svg_write_number_attribute(picture, "data-x", SVG_XPAD);
    svg_write_number_attribute(picture, "data-width", settings->width - 2 * SVG_XPAD);
    svg_write_number_attribute(picture, "data-y", svg_level_top(picture, 0));
    svg_write_number_attribute(picture, "data-step", settings->inverted ? step : -step);
    svg_write_number_attribute(picture, "data-height", svg_frame_height(picture));
    svg_write_number_attribute(picture, "data-levels", picture->layout.levels);
    svg_write_number_attribute(picture, "data-fontsize", settings->fontsize);
    svg_write_number_attribute(picture, "data-fontwidth", settings->fontwidth);
}

static void write_root(struct svg_picture *picture)
{
    const struct svg_settings *settings = &picture->settings;

    sink_text(picture->sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                             "<svg class=\"flamectl\" version=\"1.1\"");
    svg_write_number_attribute(picture, "width", settings->width);
    svg_write_number_attribute(picture, "height", picture->height);
    sink_format(picture->sink, " viewBox=\"0 0 %.15g %.15g\"", settings->width, picture->height);
    sink_text(picture->sink, " xmlns=\"http://www.w3.org/2000/svg\""
                             " xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
    svg_write_text_attribute(picture, "font-family", span_of(settings->fonttype));
    svg_write_number_attribute(picture, "font-size", settings->fontsize);
    write_parameters(picture);
    sink_text(picture->sink, ">\n");
}

/* Says what the elements do not. */
static void write_description(struct svg_picture *picture)
{
    const struct svg_layout *layout = &picture->layout;
    char amount[SVG_AMOUNT_TEXT];

    sink_text(picture->sink, "<title>");
    svg_write_text(picture, span_of(picture->title));
    sink_text(picture->sink, "</title>\n<desc>");
    if (picture->settings.notes) {
        svg_write_text(picture, span_of(picture->settings.notes));
        sink_text(picture->sink, "\n");
    }
    sink_format(picture->sink, "%s ",
                svg_amount(amount, layout->boxes->weight,
                           picture->profile->scale, picture->settings.factor));
    svg_write_text(picture, span_of(picture->countname));
    sink_format(picture->sink, " in %u frames", layout->elements + layout->merged + layout->hidden);
    if (layout->merged)
        sink_format(picture->sink, "; %u of them are narrow and drawn merged", layout->merged);
    if (layout->hidden)
        sink_format(picture->sink, "; %u of them are narrower than minwidth and not drawn",
                    layout->hidden);
    sink_text(picture->sink, ".</desc>\n");
}

/* Where several pictures are in one page, a name means the first element that has it: so gradients
 * of one name are alike. */
static void write_head(struct svg_picture *picture)
{
    const char *top = picture->settings.background[0], *bottom = picture->settings.background[1];

    sink_format(picture->sink,
                "<defs>\n"
                "<linearGradient id=\"background-%s-%s\" y1=\"0\" y2=\"1\" x1=\"0\" x2=\"0\">\n"
                "<stop stop-color=\"%s\" offset=\"5%%\"/>\n"
                "<stop stop-color=\"%s\" offset=\"95%%\"/>\n"
                "</linearGradient>\n"
                "</defs>\n",
                top + 1, bottom + 1, top, bottom);
    sink_text(picture->sink, "<style><![CDATA[");
    sink_write(picture->sink, flamegraph_css, flamegraph_css_len);
    sink_format(picture->sink,
                "]]></style>\n"
                "<rect width=\"100%%\" height=\"100%%\" fill=\"url(#background-%s-%s)\"/>\n",
                top + 1, bottom + 1);
}

/* A line of text that the script knows by its id. What only the script gives a meaning is hidden by
 * an attribute, since a policy may forbid the style, too. */
static void write_text(struct svg_picture *picture, const char *id, double x, double y,
                       const char *attributes, const char *words)
{
    sink_format(picture->sink, "<text id=\"%s\" x=\"%.2f\"", id, x);
    svg_write_number_attribute(picture, "y", y);
    sink_format(picture->sink, "%s>", attributes);
    svg_write_text(picture, span_of(words));
    sink_text(picture->sink, "</text>\n");
}

static void write_texts(struct svg_picture *picture)
{
    const struct svg_settings *settings = &picture->settings;
    double font = settings->fontsize, middle = floor(settings->width / 2);
    double right = settings->width - SVG_XPAD, base = picture->height - picture->bottom / 2;

    sink_format(picture->sink, "<text id=\"title\" x=\"%.2f\"", middle);
    svg_write_number_attribute(picture, "y", font * 2);
    svg_write_number_attribute(picture, "font-size", font + 5);
    sink_text(picture->sink, " text-anchor=\"middle\">");
    svg_write_text(picture, span_of(picture->title));
    sink_text(picture->sink, "</text>\n");
    if (settings->subtitle)
        write_text(picture, "subtitle", middle, font * 4, " text-anchor=\"middle\"",
                   settings->subtitle);
    write_text(picture, "details", SVG_XPAD, base, "", " ");
    write_text(picture, "unzoom", SVG_XPAD, font * 2, " class=\"hide\" visibility=\"hidden\"",
               "Reset Zoom");
    write_text(picture, "search", right - 100, font * 2, " visibility=\"hidden\"", "Search");
    write_text(picture, "ignorecase", right - 16, font * 2, " visibility=\"hidden\"", "ic");
    write_text(picture, "matched", right - 100, base, "", " ");
}

static uint32_t fill(const void *context, uint32_t node)
{
    return svg_paint_color(context, node);
}

static void write_viewer(struct svg_picture *picture)
{
    struct svg_data data = {.profile = picture->profile,
                            .fill = fill,
                            .context = &picture->paint,
                            .fill_by_node = svg_paint_by_node(&picture->paint),
                            .deflate = picture->settings.compress,
                            .jobs = picture->writing->jobs};

    if (!picture->settings.script)
        return;
    svg_layout_free(&picture->layout); /* all is drawn; data take room, too */
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

static void write_document(struct svg_picture *picture)
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
    svg_write_frames(picture);
    write_viewer(picture);
    sink_text(picture->sink, "</svg>\n");
}

static void picture_free(struct svg_picture *picture)
{
    svg_attributes_free(&picture->attributes);
    svg_palette_map_free(&picture->map);
    svg_paint_free(&picture->paint);
    svg_layout_free(&picture->layout);
    profile_walk_free(&picture->walk);
}

static int check_weight(const struct svg_picture *picture)
{
    const struct profile *profile = picture->profile;
    struct diag *diag = picture->writing->diag;
    int64_t first = profile->grand[0], last = profile->grand[profile->columns - 1];
    bool before = picture->settings.widths != WIDTHS_AFTER;
    bool after = picture->settings.widths != WIDTHS_BEFORE;

    if (before && after && profile->columns > 1 && first > INT64_MAX - last) {
        diag_error(diag, NULL, 0, "before and after weigh too much for --layout=union");
        return -1;
    }
    if ((before && first > 0) || (after && last > 0))
        return 0;
    diag_error(diag, NULL, 0, "there is no weight to draw");
    return -1;
}

static int draw(struct svg_picture *picture)
{
    struct diag *diag = picture->writing->diag;

    if (svg_settings_read(&picture->settings, picture->writing->options, diag) < 0 ||
        read_files(picture) < 0)
        return -1;
    if (check_weight(picture) < 0)
        return -1;
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

static int svg_write(const struct profile *profile, const struct writing *writing,
                     struct sink *sink)
{
    struct svg_picture picture = {.profile = profile, .writing = writing, .sink = sink};

    svg_attributes_init(&picture.attributes);
    svg_palette_map_init(&picture.map);
    int result = draw(&picture);
    picture_free(&picture);
    return result;
}

const struct writer svg_writer = {
    .name = "svg",
    .summary = "flame graph",
    .extension = ".svg",
    .options = svg_option_rows,
    .options_size = sizeof(struct svg_options),
    .check = svg_options_check,
    .wants_sorted = true,
    .wants_samples = true,
    .write = svg_write,
};
