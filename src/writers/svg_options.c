/* Options of the SVG writer. Names and meanings are flamegraph.pl's wherever it has them. */
#include "svg_options.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "flamectl/span.h"

#define ROW(row_name, row_kind, field, row_value, row_help)                                        \
    .name = row_name, .kind = row_kind, .offset = offsetof(struct svg_options, field), .set = 1,   \
    .value = row_value, .help = row_help

const struct option svg_option_rows[] = {
    {ROW("title", OPTION_TEXT, title, "TEXT", "heading (\"Flame Graph\")"), .classic = ORIGINAL_RENDER},
    {ROW("subtitle", OPTION_TEXT, subtitle, "TEXT", "second line of the heading"), .classic = ORIGINAL_RENDER},
    {ROW("width", OPTION_TEXT, width, "PIXELS", "width of the picture (1200)"), .classic = ORIGINAL_RENDER},
    {ROW("height", OPTION_TEXT, height, "PIXELS", "height of a frame (16)"), .classic = ORIGINAL_RENDER},
    {ROW("minwidth", OPTION_TEXT, minwidth, "W",
         "leave out frames narrower than W pixels, or W% of the total (0.1)"),
     .classic = ORIGINAL_RENDER},
    {ROW("fonttype", OPTION_TEXT, fonttype, "FONT", "font family (Verdana)"), .classic = ORIGINAL_RENDER},
    {ROW("fontsize", OPTION_TEXT, fontsize, "N", "font size (12)"), .classic = ORIGINAL_RENDER},
    {ROW("fontwidth", OPTION_TEXT, fontwidth, "N",
         "mean width of a character, in font sizes (0.59)"),
     .classic = ORIGINAL_RENDER},
    {ROW("countname", OPTION_TEXT, countname, "TEXT", "what weights count (\"samples\")"),
     .classic = ORIGINAL_RENDER},
    {ROW("nametype", OPTION_TEXT, nametype, "TEXT", "what names are (\"Function:\")"),
     .classic = ORIGINAL_RENDER},
    {ROW("colors", OPTION_CHOICE, colors,
         "hot|mem|io|wakeup|chain|java|js|perl|rust|python|red|green|blue|aqua|yellow|purple|orange",
         "palette (hot)"),
     .classic = ORIGINAL_RENDER},
    {ROW("bgcolors", OPTION_TEXT, bgcolors, "COLOR",
         "background: yellow, blue, green, grey or #rrggbb (fits the palette)"),
     .classic = ORIGINAL_RENDER},
    {ROW("hash", OPTION_FLAG, hash, NULL, "colour by a hash that keeps like names alike"),
     .classic = ORIGINAL_RENDER},
    {ROW("random", OPTION_MAYBE, random, "SEED", "colour by chance; the same seed, the same colours"),
     .classic = ORIGINAL_RENDER},
    {ROW("cp", OPTION_MAYBE, cp, "FILE", "keep colours in a file (palette.map)"), .classic = ORIGINAL_RENDER},
    {ROW("inverted", OPTION_FLAG, inverted, NULL, "icicle graph: the root at the top"),
     .classic = ORIGINAL_RENDER},
    {ROW("notes", OPTION_TEXT, notes, "TEXT", "notes kept in the file's description"),
     .classic = ORIGINAL_RENDER},
    {ROW("nameattr", OPTION_TEXT, nameattr, "FILE", "titles, links and classes of functions"),
     .classic = ORIGINAL_RENDER},
    {ROW("total", OPTION_TEXT, total, "N", "weight of the whole width, if more than the sum"),
     .classic = ORIGINAL_RENDER},
    {ROW("factor", OPTION_TEXT, factor, "N", "multiply the weights shown by N (1)"),
     .classic = ORIGINAL_RENDER},
    {ROW("encoding", OPTION_TEXT, encoding, "NAME", "UTF-8; there is no other"), .classic = ORIGINAL_RENDER},
    {ROW("negate", OPTION_FLAG, negate, NULL, "two columns: swap the colours and signs of more and less"),
     .classic = ORIGINAL_RENDER},
    {ROW("layout", OPTION_CHOICE, layout, "after|before|union",
         "two columns: as wide as after (the default) or before, or with room for both")},
    {ROW("delta", OPTION_CHOICE, delta, "self|total",
         "two columns: colour by change of own weight (render) or of the total (diff)")},
    {ROW("diff-colors", OPTION_CHOICE, diff_colors, "red-blue|orange-blue",
         "two columns: colours of more and less (red-blue)")},
    {ROW("elements", OPTION_CHOICE, elements, "auto|all",
         "frames drawn one by one: at most 2000, wide enough to point at (auto), or all")},
    {ROW("compress", OPTION_CHOICE, compress, "auto|no",
         "deflate the viewer's data where zlib is built in (auto), or never")},
    {ROW("script", OPTION_CHOICE, script, "inline|none", "with or without the viewer (inline)")},
    {.name = NULL},
};

/* number := digits [ '.' [digits] ] | '.' digits */
static bool read_number(struct span text, double *value)
{
    size_t digits = 0, points = 0;
    char copy[64];

    for (size_t i = 0; i < text.len; i++) {
        digits += is_digit(text.data[i]);
        points += text.data[i] == '.';
    }
    if (digits == 0 || points > 1 || digits + points != text.len || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    *value = strtod(copy, NULL);
    return true;
}

struct range {
    const char *name;
    double least, most;
    bool whole;
};

/* Reads an option's number, where given, into *value. */
static int number_option(const char *text, struct range range, double *value, struct diag *diag)
{
    double number;

    if (!text)
        return 0;
    if (!read_number(span_of(text), &number) || (range.whole && strchr(text, '.')) ||
        number < range.least || number > range.most) {
        diag_error(diag, NULL, 0, "--%s: '%.*s' is not a %snumber from %.15g to %.15g", range.name,
                   diag_excerpt(span_of(text)), text, range.whole ? "whole " : "", range.least,
                   range.most);
        return -1;
    }
    *value = number;
    return 0;
}

static int minwidth_option(struct svg_settings *settings, const char *given, struct diag *diag)
{
    if (!given)
        return 0;
    struct span text = span_of(given);
    settings->minwidth_percent = span_ends(text, "%");
    if (settings->minwidth_percent)
        text.len--;
    if (read_number(text, &settings->minwidth))
        return 0;
    diag_error(diag, NULL, 0, "--minwidth=%.*s: not a number of pixels, nor a percentage",
               diag_excerpt(span_of(given)), given);
    return -1;
}

static const char *default_background(enum svg_theme theme)
{
    switch (theme) {
    case THEME_MEM:
        return "green";
    case THEME_IO:
    case THEME_WAKEUP:
    case THEME_CHAIN:
        return "blue";
    case THEME_RED:
    case THEME_GREEN:
    case THEME_BLUE:
    case THEME_AQUA:
    case THEME_YELLOW:
    case THEME_PURPLE:
    case THEME_ORANGE:
        return "grey";
    default:
        return "yellow";
    }
}

static bool is_hex_color(const char *text)
{
    if (text[0] != '#' || strlen(text) != 7)
        return false;
    for (int i = 1; i < 7; i++)
        if (!is_hex(text[i]))
            return false;
    return true;
}

static int background_option(struct svg_settings *settings, const char *given, struct diag *diag)
{
    static const char *const gradients[][3] = {
        {"yellow", "#eeeeee", "#eeeeb0"},
        {"blue", "#eeeeee", "#e0e0ff"},
        {"green", "#eef2ee", "#e0ffe0"},
        {"grey", "#f8f8f8", "#e8e8e8"},
    };
    const char *name = given && *given ? given : default_background(settings->theme);

    for (size_t i = 0; i < sizeof gradients / sizeof *gradients; i++) {
        if (strcmp(name, gradients[i][0]) == 0) {
            settings->background[0] = gradients[i][1];
            settings->background[1] = gradients[i][2];
            return 0;
        }
    }
    if (is_hex_color(name)) {
        settings->background[0] = settings->background[1] = name;
        return 0;
    }
    diag_error(diag, NULL, 0, "--bgcolors=%.*s: neither yellow, blue, green or grey nor #rrggbb",
               diag_excerpt(span_of(name)), name);
    return -1;
}

static int encoding_option(const char *given, struct diag *diag)
{
    if (!given || strcasecmp(given, "utf-8") == 0 || strcasecmp(given, "utf8") == 0)
        return 0;
    diag_error(diag, NULL, 0, "--encoding=%.*s: the picture is always UTF-8",
               diag_excerpt(span_of(given)), given);
    return -1;
}

static int number_options(struct svg_settings *settings, const struct svg_options *options,
                          struct diag *diag)
{
    const struct {
        const char *given;
        double *value;
        struct range range;
    } numbers[] = {
        /* a pixel of room between the paddings; coordinates in tenths of a pixel fit 32 bits */
        {options->width, &settings->width, {"width", 2 * SVG_XPAD + 1, 1e6, true}},
        /* one pixel of a frame's height is the line between two */
        {options->height, &settings->frame_height, {"height", 2, 1000, true}},
        {options->fontsize, &settings->fontsize, {"fontsize", 0.1, 1000, false}},
        {options->fontwidth, &settings->fontwidth, {"fontwidth", 0.01, 100, false}},
        {options->total, &settings->total, {"total", 0, 1e18, false}},
        {options->factor, &settings->factor, {"factor", 1e-12, 1e12, false}},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (number_option(numbers[i].given, numbers[i].range, numbers[i].value, diag) < 0)
            return -1;
    return minwidth_option(settings, options->minwidth, diag);
}

static const char *given(const char *text, const char *otherwise)
{
    return text && *text ? text : otherwise;
}

int svg_settings_read(struct svg_settings *settings, const struct svg_options *options,
                      struct diag *diag)
{
    *settings = (struct svg_settings){
        .title = given(options->title, NULL),
        .subtitle = given(options->subtitle, NULL),
        .notes = given(options->notes, NULL),
        .width = 1200,
        .frame_height = 16,
        .minwidth = 0.1,
        .fonttype = given(options->fonttype, "Verdana, Geneva, DejaVu Sans, sans-serif"),
        .fontsize = 12,
        .fontwidth = 0.59,
        .countname = options->countname,
        .nametype = options->nametype ? options->nametype : "Function:",
        .theme = options->colors ? (enum svg_theme)options->colors : THEME_HOT,
        .hash = options->hash,
        .seed = options->random,
        .palette_map = options->cp ? given(options->cp, "palette.map") : NULL,
        .inverted = options->inverted,
        .nameattr = given(options->nameattr, NULL),
        .factor = 1,
        .negate = options->negate,
        .widths = options->layout ? (enum svg_widths)options->layout : WIDTHS_AFTER,
        .delta = (enum svg_delta)options->delta,
        .diff_colors = (enum svg_diff_colors)options->diff_colors,
        .all_elements = options->elements == ELEMENTS_ALL,
        .compress = options->compress != COMPRESS_NO,
        .script = options->script != SCRIPT_NONE,
    };
    if (number_options(settings, options, diag) < 0 ||
        background_option(settings, options->bgcolors, diag) < 0)
        return -1;
    return encoding_option(options->encoding, diag);
}

int svg_options_check(const void *options, struct diag *diag)
{
    struct svg_settings settings;

    return svg_settings_read(&settings, options, diag);
}
