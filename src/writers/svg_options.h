/* Options of the SVG writer: as given, and as checked settings. */
#ifndef FLAMECTL_SVG_OPTIONS_H
#define FLAMECTL_SVG_OPTIONS_H

#include <stdbool.h>

#include "flamectl/diag.h"
#include "flamectl/option.h"

/* In the order of the names in the row of --colors. */
enum svg_theme {
    THEME_DEFAULT,
    THEME_HOT,
    THEME_MEM,
    THEME_IO,
    THEME_WAKEUP,
    THEME_CHAIN,
    THEME_JAVA,
    THEME_JS,
    THEME_PERL,
    THEME_RUST,
    THEME_PYTHON,
    THEME_RED,
    THEME_GREEN,
    THEME_BLUE,
    THEME_AQUA,
    THEME_YELLOW,
    THEME_PURPLE,
    THEME_ORANGE
};

enum svg_delta { DELTA_DEFAULT, DELTA_SELF, DELTA_TOTAL };
enum svg_diff_colors { DIFF_COLORS_DEFAULT, DIFF_COLORS_RED_BLUE, DIFF_COLORS_ORANGE_BLUE };
/* In the order of the names in the row of --layout. */
enum svg_widths { WIDTHS_DEFAULT, WIDTHS_AFTER, WIDTHS_BEFORE, WIDTHS_UNION };
enum svg_elements { ELEMENTS_DEFAULT, ELEMENTS_AUTO, ELEMENTS_ALL };
enum svg_compress { COMPRESS_DEFAULT, COMPRESS_AUTO, COMPRESS_NO };
enum svg_script { SCRIPT_DEFAULT, SCRIPT_INLINE, SCRIPT_NONE };

/* What the rows of the table fill. Numbers are texts here, so that 0 can be told from "not given".
 */
struct svg_options {
    const char *title, *subtitle, *notes;
    const char *width, *height, *minwidth;
    const char *fonttype, *fontsize, *fontwidth;
    const char *countname, *nametype;
    int colors; /* enum svg_theme */
    const char *bgcolors;
    int hash;
    const char *random, *cp;
    int inverted, negate;
    const char *nameattr, *total, *factor, *encoding;
    int layout, delta, diff_colors, elements, compress, script; /* enums above */
};

extern const struct option svg_option_rows[];

/* The options with defaults in place and numbers read. Texts are borrowed. */
struct svg_settings {
    const char *title;    /* NULL: the default for the kind of picture */
    const char *subtitle; /* NULL: none */
    const char *notes;    /* NULL: none */
    double width;         /* pixels, whole */
    double frame_height;  /* pixels from one level to the next, whole */
    double minwidth;      /* pixels, or percent of the total */
    bool minwidth_percent;
    const char *fonttype;
    double fontsize;
    double fontwidth;      /* mean width of a character, in font sizes */
    const char *countname; /* NULL: the profile's unit, or "samples" */
    const char *nametype;
    enum svg_theme theme;
    const char *background[2]; /* colours of the gradient, top and bottom */
    bool hash;
    const char *seed;        /* of random colours; NULL: not random */
    const char *palette_map; /* file; NULL: none */
    bool inverted;
    const char *nameattr;   /* file; NULL: none */
    double total;           /* weight of the whole width; 0: what the profile has */
    double factor;          /* numbers shown are weights times this */
    bool negate;            /* two columns: hues and signs swapped */
    enum svg_widths widths; /* of what, where there are two columns */
    enum svg_delta delta;   /* DELTA_DEFAULT where not given */
    enum svg_diff_colors diff_colors;
    bool all_elements;
    bool compress; /* the data of the viewer, where zlib is there */
    bool script;
};

/* Pixels left and right of the frames. */
#define SVG_XPAD 10

/* -1 and a message where an option makes no sense. */
int svg_settings_read(struct svg_settings *settings, const struct svg_options *options,
                      struct diag *diag);

/* For struct writer: whether the options make sense. */
int svg_options_check(const void *options, struct diag *diag);

#endif
