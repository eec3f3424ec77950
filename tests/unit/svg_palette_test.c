/* Colours by name, and the file that keeps them. */
#include "../../src/writers/svg_palette.h"

#include <math.h>

#include "flamectl/diag.h"

#include "../../src/writers/svg_palette_map.h"
#include "unit.h"

/* The colours that flamegraph.pl writes. */
static const struct {
    const char *test;
    enum svg_theme theme;
    bool hash;
    const char *text;
    uint32_t color;
} colors[] = {
    {"hot", THEME_HOT, false, "main", 0xF3B32A},
    {"hot, no name", THEME_HOT, false, "", 0xD52709},
    {"hot, characters rather than bytes", THEME_HOT, false, "h\xC3\xA9h\xC3\xA9_[k]", 0xD8320C},
    {"hash", THEME_HOT, true, "main", 0xF7532E},
    {"hash of one character", THEME_HOT, true, "x", 0xFFE637},
    {"hash without the module", THEME_HOT, true, "libc`read", 0xDEB812},
    {"hash of characters", THEME_HOT, true, "a\xE4\xB8\xAD\xE6\x96\x87", 0xF8762F},
    {"mem", THEME_MEM, false, "main", 0x00E4A3},
    {"io", THEME_IO, false, "main", 0x7E7EE8},
    {"red", THEME_RED, false, "main", 0xF27070},
    {"green", THEME_GREEN, false, "main", 0x60F260},
    {"blue", THEME_BLUE, false, "main", 0x7E7EF3},
    {"yellow", THEME_YELLOW, false, "main", 0xD9D941},
    {"purple", THEME_PURPLE, false, "main", 0xF07EF0},
    {"aqua", THEME_AQUA, false, "main", 0x60CFCF},
    {"orange", THEME_ORANGE, false, "main", 0xF08C00},
    {"wakeup", THEME_WAKEUP, false, "main", 0x60CFCF},
    {"java, jit", THEME_JAVA, false, "foo_[j]", 0x54E754},
    {"java, class", THEME_JAVA, false, "Ljava/lang/X", 0x63F563},
    {"java, C++", THEME_JAVA, false, "a::b_[k]", 0xB5B534},
    {"java, kernel", THEME_JAVA, false, "foo_[k]", 0xDA7600},
    {"js, source", THEME_JS, false, "/a/b.js", 0x46DA46},
    {"js, built in", THEME_JS, false, "x:y", 0x52C2C2},
    {"js, no symbol", THEME_JS, false, " ", 0x34CA34},
    {"js, jit built in", THEME_JS, false, "f_[j]", 0x41B2B2},
    {"js, jit source", THEME_JS, false, "/f_[j]", 0x3CD13C},
    {"js, kernel", THEME_JS, false, "k_[k]", 0xDC7800},
    {"js, C++", THEME_JS, false, "c::d", 0xC9C93B},
    {"js, else", THEME_JS, false, "plain", 0xE05555},
    {"perl, C++", THEME_PERL, false, "a::b", 0xE5E545},
    {"perl, interpreter", THEME_PERL, false, "Perl_x", 0x45D945},
    {"perl, script", THEME_PERL, false, "x.pl", 0x44D844},
    {"perl, kernel", THEME_PERL, false, "k_[k]", 0xDC7800},
    {"perl, else", THEME_PERL, false, "plain", 0xE05555},
};

static void test_colors(void)
{
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
        struct svg_palette palette = {colors[i].theme, colors[i].hash, NULL};
        char got[16], want[16];
        snprintf(got, sizeof got, "#%06x", svg_palette_color(&palette, span_of(colors[i].text)));
        snprintf(want, sizeof want, "#%06x", colors[i].color);
        unit_same(colors[i].test, got, want);
    }
}

/* The kind of colour of a name in a theme, told by the same name in the plain theme. */
static bool is_shade(enum svg_theme theme, const char *text, enum svg_theme shade)
{
    struct svg_palette palette = {theme, false, NULL}, plain = {shade, false, NULL};
    return svg_palette_color(&palette, span_of(text)) == svg_palette_color(&plain, span_of(text));
}

static void test_shades(void)
{
    unit_check("rust library", is_shade(THEME_RUST, "bin`core::fmt::write", THEME_ORANGE));
    unit_check("rust library, angle",
               is_shade(THEME_RUST, "<alloc::vec::Vec<T>>::x", THEME_ORANGE));
    unit_check("rust future of the user",
               is_shade(THEME_RUST, "<core::future::from_generator::GenFuture<T> as x>::poll",
                        THEME_AQUA));
    unit_check("rust user", is_shade(THEME_RUST, "app::run", THEME_AQUA));
    unit_check("rust else", is_shade(THEME_RUST, "read", THEME_YELLOW));
    unit_check("python package", is_shade(THEME_PYTHON, "f (lib/site-packages/x.py)", THEME_AQUA));
    unit_check("python library", is_shade(THEME_PYTHON, "/usr/lib/python3.11/os.py", THEME_YELLOW));
    unit_check("python folder of another kind",
               is_shade(THEME_PYTHON, "/python3x/a.py", THEME_RED));
    unit_check("python built in", is_shade(THEME_PYTHON, "<built-in exec>", THEME_YELLOW));
    unit_check("python else", is_shade(THEME_PYTHON, "main.py", THEME_RED));
    unit_check("chain waker", is_shade(THEME_CHAIN, "a_[w]", THEME_AQUA));
    unit_check("chain waiter", is_shade(THEME_CHAIN, "a", THEME_BLUE));
}

static void test_chance(void)
{
    struct svg_palette one = {THEME_HOT, false, "1"}, two = {THEME_HOT, false, "2"};
    struct span name = span_of("main");

    unit_check("same seed, same colour",
               svg_palette_color(&one, name) == svg_palette_color(&one, name));
    unit_check("other seed, other colour",
               svg_palette_color(&one, name) != svg_palette_color(&two, name));
}

static void test_labels(void)
{
    unit_check("black on white", !svg_color_is_dark(0xFFFFFF));
    unit_check("white on black", svg_color_is_dark(0));
    unit_check("white on blue", svg_color_is_dark(0x0000FF));
    unit_check("black on grey", !svg_color_is_dark(0xA0A0A0));
    unit_check("white on dark red", svg_color_is_dark(0xCD0500));
}

/* WCAG 2.2, "relative luminance". */
static double luminance(uint32_t rgb)
{
    double sum = 0, shares[] = {0.0722, 0.7152, 0.2126};

    for (int i = 0; i < 3; i++, rgb >>= 8) {
        double value = (rgb & 255) / 255.0;
        sum += shares[i] * (value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* Of any colour that a palette, a change or a file of colours may give. */
static void test_contrast(void)
{
    double least = 21;

    for (int red = 0; red < 256; red += 5)
        for (int green = 0; green < 256; green += 5)
            for (int blue = 0; blue < 256; blue += 5) {
                uint32_t rgb = svg_rgb(red, green, blue);
                double box = luminance(rgb) + 0.05;
                double contrast = svg_color_is_dark(rgb) ? 1.05 / box : box / 0.05;
                least = contrast < least ? contrast : least;
            }
    unit_check("labels have a contrast of 4.5 on any colour", least >= 4.5);
}

static char *map_after(const char *before, const char *name, uint32_t color, int *result)
{
    struct svg_palette_map map;
    struct diag diag;
    char *path = unit_file(before, strlen(before));

    diag_init(&diag, "flamectl");
    svg_palette_map_init(&map);
    *result = svg_palette_map_read(&map, path, &diag);
    if (*result == 0) {
        uint32_t *place = svg_palette_map_at(&map, span_of(name));
        if (*place == SVG_NO_COLOR)
            *place = color;
        svg_palette_map_at(&map, span_of("only asked for"));
        *result = svg_palette_map_write(&map, path, &diag);
    }
    svg_palette_map_free(&map);
    char *after = unit_read(path);
    unit_remove(path);
    return after;
}

static void check_map(const char *test, const char *before, const char *name, uint32_t color,
                      const char *want)
{
    int result;
    char *after = map_after(before, name, color, &result);
    unit_same(test, after, want);
    free(after);
}

static void test_map(void)
{
    struct unit_catch caught;
    int result;

    check_map("a name joins the map", "", "a", 0x010203, "a->rgb(1,2,3)\n");
    check_map("a known name keeps its colour", "a->rgb(9,8,7)\n", "a", 0x010203, "a->rgb(9,8,7)\n");
    check_map("the map is sorted", "b->rgb(1,1,1)\na_[k]->rgb(2,2,2)\n", "a", 0x030303,
              "a->rgb(3,3,3)\na_[k]->rgb(2,2,2)\nb->rgb(1,1,1)\n");
    check_map("a name with an arrow", "x->y->rgb( 1, 2, 3)\n", "z", 0,
              "x->y->rgb(1,2,3)\nz->rgb(0,0,0)\n");
    check_map("no name", "->rgb(5,5,5)\n", "", 0, "->rgb(5,5,5)\n");
    unit_catch_begin(&caught);
    char *after = map_after("some notes\n", "a", 0, &result);
    char *told = unit_catch_end(&caught);
    unit_check("another file is refused", result < 0);
    unit_same("and left alone", after, "some notes\n");
    unit_holds("and told of", told, "some notes");
    free(after);
    free(told);
}

int main(void)
{
    test_colors();
    test_shades();
    test_chance();
    test_labels();
    test_contrast();
    test_map();
    return unit_failed;
}
