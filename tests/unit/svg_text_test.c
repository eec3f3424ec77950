/* Numbers, labels, options, attributes of functions, and the embedded bytes. */
#include "../../src/writers/svg_text.h"

#include "../../src/writers/assets.h"
#include "../../src/writers/svg_attributes.h"
#include "../../src/writers/svg_options.h"
#include "unit.h"

static void check_amount(int64_t weight, int64_t scale, double factor, const char *want)
{
    char buffer[SVG_AMOUNT_TEXT];
    unit_same(want, svg_amount(buffer, weight, scale, factor), want);
}

static void test_amounts(void)
{
    char buffer[SVG_AMOUNT_TEXT];

    check_amount(0, 1, 1, "0");
    check_amount(999, 1, 1, "999");
    check_amount(1000, 1, 1, "1,000");
    check_amount(INT64_MAX, 1, 1, "9,223,372,036,854,775,807");
    check_amount(2500000, 1000000, 1, "2.5");
    check_amount(1234567891, 1000000, 1, "1,234.567891");
    check_amount(617, 1, 2, "1,234");
    check_amount(1, 1, 0.5, "0.5");
    unit_same("a large number", svg_amount_of(buffer, 1e30),
              "1,000,000,000,000,000,019,884,624,838,656");
}

static void check_label(const char *test, const char *text, double width, const char *want)
{
    struct sink sink;
    struct diag diag;
    char *path = unit_path();

    diag_init(&diag, "flamectl");
    sink_open(&sink, path, &diag);
    svg_label(&sink, span_of(text), width, 10);
    sink_close(&sink, true);
    char *got = unit_read(path);
    unit_same(test, got, want);
    free(got);
    unit_remove(path);
}

static void test_labels(void)
{
    check_label("all of it fits", "abcd", 40, "abcd");
    check_label("one too many", "abcde", 40, "ab..");
    check_label("three at least", "abcdef", 30, "a..");
    check_label("no room", "ab", 29.9, "");
    check_label("cut between characters", "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 40,
                "\xC3\xA9\xC3\xA9..");
    check_label("escaped after the cut", "<<<<<", 40, "&lt;&lt;..");
    check_label("no name", "", 40, "");
}

static int read_options(struct svg_options options, struct svg_settings *settings)
{
    struct unit_catch caught;
    struct diag diag;

    diag_init(&diag, "flamectl");
    unit_catch_begin(&caught);
    int result = svg_settings_read(settings, &options, &diag);
    char *told = unit_catch_end(&caught);
    if ((result < 0) != (told[0] != '\0'))
        result = -2; /* failed without a message, or the other way round */
    free(told);
    return result;
}

static void test_options(void)
{
    struct svg_settings settings;

#define REFUSED(field, text)                                                                       \
    unit_check("--" #field "=" text " is refused",                                                 \
               read_options((struct svg_options){.field = text}, &settings) == -1)
    REFUSED(width, "0");
    REFUSED(width, "20");
    REFUSED(width, "12.5");
    REFUSED(width, "1e3");
    REFUSED(width, "-5");
    REFUSED(width, "");
    REFUSED(minwidth, "1.2.3");
    REFUSED(minwidth, "%");
    REFUSED(minwidth, "wide");
    REFUSED(factor, "0");
    REFUSED(total, "many");
    REFUSED(fontsize, "0");
    REFUSED(bgcolors, "pink");
    REFUSED(bgcolors, "#12345g");
    REFUSED(encoding, "latin1");
#undef REFUSED
    read_options((struct svg_options){.minwidth = "0.5%", .encoding = "utf8", .random = ""},
                 &settings);
    unit_check("a percentage", settings.minwidth_percent && settings.minwidth == 0.5);
    unit_same("a seed of its own", settings.seed, "");
    unit_check("no palette map unless asked for", settings.palette_map == NULL);
    read_options((struct svg_options){.cp = "", .colors = THEME_MEM}, &settings);
    unit_same("the palette map's name", settings.palette_map, "palette.map");
    unit_same("a background that fits", settings.background[0], "#eef2ee");
}

/* Reads a file of attributes; the messages are returned. */
static char *read_attributes(struct svg_attributes *attributes, const char *file)
{
    struct unit_catch caught;
    struct diag diag;
    char *path = unit_file(file, strlen(file));

    diag_init(&diag, "flamectl");
    svg_attributes_init(attributes);
    unit_catch_begin(&caught);
    svg_attributes_read(attributes, path, &diag);
    char *told = unit_catch_end(&caught);
    unit_remove(path);
    return told;
}

static bool link_passes(const char *link)
{
    struct svg_attributes attributes;
    char file[128];

    snprintf(file, sizeof file, "f\thref=%s\n", link);
    free(read_attributes(&attributes, file));
    struct frame frame = {span_of("f"), FRAME_PLAIN};
    bool passes = svg_attributes_find(&attributes, frame)->href.len > 0;
    svg_attributes_free(&attributes);
    return passes;
}

static void test_links(void)
{
    unit_check("http", link_passes("http://example.org/?q=a:b"));
    unit_check("https in capitals", link_passes("HTTPS://example.org/"));
    unit_check("mailto", link_passes("mailto:a@example.org"));
    unit_check("relative", link_passes("src/a.c#L10"));
    unit_check("relative with a colon", link_passes("./a:b"));
    unit_check("query", link_passes("?x=javascript:1"));
    unit_check("no javascript", !link_passes("javascript:alert(1)"));
    unit_check("no javascript in disguise", !link_passes(" JaVaScript:alert(1)"));
    unit_check("no javascript behind a control", !link_passes("\x01javascript:alert(1)"));
    unit_check("no data", !link_passes("data:text/html,x"));
}

static void test_attributes(void)
{
    struct svg_attributes attributes;
    struct frame f = {span_of("f"), FRAME_KERNEL}, g = {span_of("g"), FRAME_PLAIN};
    char *told = read_attributes(&attributes, "f_[k]\ttitle=T = 1\tclass=c\tid=search\n"
                                              "f_[k]\ttitle=T = 2\tclass=a b\ttarget=x\t"
                                              "g_extra=class=\"d\" onclick=\"x\" data-y='1'\t"
                                              "a_extra=rel=\"z\" data-n=\"1\"\n");
    const struct svg_attribute_list *list = svg_attributes_find(&attributes, f);

    unit_check("the last line of a function counts", list && span_is(list->title, "T = 2"));
    unit_check("target", list && span_is(list->target, "x"));
    unit_check("an attribute stands once",
               list && list->count == 3 && span_is(list->pairs[0].value, "a b"));
    unit_check("data", list && span_is(list->pairs[1].name, "data-y") &&
                           span_is(list->pairs[1].value, "1"));
    unit_check("of a link only",
               list && span_is(list->pairs[2].name, "rel") && list->pairs[2].link_only);
    unit_check("no list", svg_attributes_find(&attributes, g) == NULL);
    unit_holds("handlers are left out", told, "left out: onclick");
    unit_holds("ids are left out", told, "left out: id=search");
    unit_holds("the picture's own are left out", told, "left out: data-n");
    svg_attributes_free(&attributes);
    free(told);
    told = read_attributes(&attributes, "no tab\n");
    unit_holds("another file is an error", told, "no tab");
    svg_attributes_free(&attributes);
    free(told);
}

static bool holds(const char *bytes, size_t len, const char *text)
{
    return span_find_text(span_make(bytes, len), text) != SPAN_NONE;
}

static void test_assets(void)
{
    unit_check("the script fits in CDATA", !holds(flamegraph_js, flamegraph_js_len, "]]>"));
    unit_check("the style fits in CDATA", !holds(flamegraph_css, flamegraph_css_len, "]]>"));
    unit_check("the script fits in HTML", !holds(flamegraph_js, flamegraph_js_len, "</script"));
    unit_check("no NUL", memchr(flamegraph_js, 0, flamegraph_js_len) == NULL &&
                             memchr(flamegraph_css, 0, flamegraph_css_len) == NULL);
}

int main(void)
{
    test_amounts();
    test_labels();
    test_options();
    test_links();
    test_attributes();
    test_assets();
    return unit_failed;
}
