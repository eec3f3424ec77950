/* Geometry, the choice of elements, merged frames, scales of change. */
#include "../../src/writers/svg_layout.h"

#include "flamectl/profile_sort.h"
#include "flamectl/diag.h"

#include "../../src/writers/svg_change.h"
#include "../../src/writers/svg_slivers.h"
#include "unit.h"

static uint32_t add(struct profile *profile, uint32_t parent, const char *name, unsigned column,
                    int64_t weight)
{
    uint32_t frame = frame_intern(&profile->frames, span_of(name), FRAME_PLAIN);
    uint32_t node = profile_child(profile, parent, frame);
    profile_add(profile, node, column, weight);
    return node;
}

static struct svg_settings settings_of(const struct svg_options *options)
{
    struct svg_settings settings;
    struct diag diag;
    diag_init(&diag, "flamectl");
    if (svg_settings_read(&settings, options, &diag) < 0)
        exit(1);
    return settings;
}

/* A node's box, or NULL. */
static const struct svg_box *box(const struct svg_layout *layout, uint32_t node)
{
    for (uint32_t i = 0; i < layout->count; i++)
        if (layout->boxes[i].node == node)
            return &layout->boxes[i];
    return NULL;
}

static double left(const struct svg_layout *layout, uint32_t node)
{
    return svg_layout_left(layout, box(layout, node));
}

static double right(const struct svg_layout *layout, uint32_t node)
{
    return svg_layout_right(layout, box(layout, node));
}

static bool is_element(const struct svg_layout *layout, uint32_t node)
{
    return box(layout, node) && box(layout, node)->element;
}

static void test_places(void)
{
    struct svg_options options = {.width = "120"};
    struct svg_settings settings = settings_of(&options);
    struct profile profile;
    struct svg_layout layout;

    profile_init(&profile, PROFILE_BY_NAME);
    uint32_t first = add(&profile, PROFILE_ROOT, "b", 0, 10);
    add(&profile, PROFILE_ROOT, "a", 0, 30);
    add(&profile, first, "c", 0, 60);
    profile_sort(&profile);
    enum { A = 1, B, CHILD }; /* their ids then */
    svg_layout_init(&layout, &profile, &settings);
    unit_check("the root fills the width", left(&layout, PROFILE_ROOT) == 10 &&
                                               right(&layout, PROFILE_ROOT) == 110);
    unit_check("siblings are sorted",
               left(&layout, A) == 10 && left(&layout, B) == 40);
    unit_check("own weight is left of the children", left(&layout, CHILD) == 50);
    unit_check("a child ends with its parent", right(&layout, CHILD) == 110);
    unit_check("levels", layout.levels == 3);
    unit_check("all are elements", layout.elements == 4 && layout.merged + layout.hidden == 0);
    svg_layout_free(&layout);

    options.total = "200";
    settings = settings_of(&options);
    svg_layout_init(&layout, &profile, &settings);
    unit_check("a total more than the sum", right(&layout, A) == 25 &&
                                                right(&layout, PROFILE_ROOT) == 110);
    svg_layout_free(&layout);

    options.total = "50";
    options.minwidth = "60%";
    settings = settings_of(&options);
    svg_layout_init(&layout, &profile, &settings);
    unit_check("a total less than the sum is not used", right(&layout, CHILD) == 110);
    unit_check("minwidth hides", layout.hidden == 1 && !box(&layout, A));
    unit_check("and keeps what is as wide", is_element(&layout, CHILD));
    svg_layout_free(&layout);
    profile_free(&profile);
}

/* 3,000 frames of 3 pixels and as many of less than 2. */
static void test_choice(void)
{
    struct svg_options options = {.width = "15020"};
    struct svg_settings settings = settings_of(&options);
    struct profile profile;
    struct svg_layout layout;
    char name[16];

    profile_init(&profile, PROFILE_BY_NAME);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "w%04d", i);
        add(&profile, PROFILE_ROOT, name, 0, i == 2999 ? 7 : 6);
        name[0] = 'x';
        add(&profile, PROFILE_ROOT, name, 0, 3);
    }
    profile_sort(&profile);
    svg_layout_init(&layout, &profile, &settings);
    unit_check("at most 2000 elements", layout.elements == SVG_MAX_ELEMENTS);
    unit_check("the others are merged", layout.merged == 4001);
    unit_check("the widest is an element", is_element(&layout, 3000));
    unit_check("of equals, the first are", is_element(&layout, 1) && is_element(&layout, 1998) &&
                                               !is_element(&layout, 1999));
    svg_layout_free(&layout);

    options.elements = ELEMENTS_ALL;
    settings = settings_of(&options);
    svg_layout_init(&layout, &profile, &settings);
    unit_check("all elements", layout.elements == 6001);
    svg_layout_free(&layout);
    profile_free(&profile);
}

static void test_kth(void)
{
    int64_t numbers[] = {5, INT64_MAX, 0, 5, 300, 70000};
    const int64_t sorted[] = {INT64_MAX, 70000, 300, 5, 5, 0};
    bool good = true;

    for (size_t k = 1; k <= 6; k++) {
        int64_t copy[6];
        memcpy(copy, numbers, sizeof copy);
        good = good && svg_kth_largest(copy, 6, k) == sorted[k - 1];
    }
    unit_check("the k-th largest", good);
}

static void check_slivers(const char *test, const double (*edges)[2], const uint32_t *colors,
                          size_t count, const char *want)
{
    struct svg_slivers slivers;
    struct sink sink;
    struct diag diag;
    char *path = unit_path();

    diag_init(&diag, "flamectl");
    sink_open(&sink, path, &diag);
    svg_slivers_init(&slivers, 1);
    for (size_t i = 0; i < count; i++)
        svg_slivers_add(&slivers, 0, edges[i][0], edges[i][1], colors[i]);
    svg_slivers_write(&slivers, 50, -16, 15, &sink);
    svg_slivers_free(&slivers);
    sink_close(&sink, true);
    char *text = unit_read(path);
    unit_same(test, text, want);
    free(text);
    unit_remove(path);
}

static void test_slivers(void)
{
    const uint32_t colors[] = {0xFF0000, 0x00FF00, 0xFF0000};
    const double narrow[][2] = {{10, 10.5}, {10.5, 11.5}, {20, 20.1}};
    const double wide[][2] = {{10, 13}, {13, 16}, {16, 19}};

    check_slivers("narrow neighbours join in the widest's colour", narrow, colors, 3,
                  "<path fill=\"#10f010\" transform=\"scale(.1,1)\" d=\"M100 50h15v15h-15z\"/>\n"
                  "<path fill=\"#f01010\" transform=\"scale(.1,1)\" d=\"M200 50h1v15h-1z\"/>\n");
    check_slivers("wide ones stay apart", wide, colors, 3,
                  "<path fill=\"#10f010\" transform=\"scale(.1,1)\" d=\"M130 50h30v15h-30z\"/>\n"
                  "<path fill=\"#f01010\" transform=\"scale(.1,1)\" "
                  "d=\"M100 50h30v15h-30zm60 0h30v15h-30z\"/>\n");
    check_slivers("nothing", wide, colors, 0, "");
}

/* 20 frames that change by 100 of 30,000, and one that changes by 10,000. */
static void test_change(void)
{
    struct svg_options options = {.width = NULL};
    struct svg_settings settings = settings_of(&options);
    struct profile profile;
    struct profile_walk walk;
    struct svg_layout layout;
    struct svg_change change;
    char name[16];
    uint32_t node = 0;

    profile_init(&profile, PROFILE_BY_NAME);
    profile_set_columns(&profile, 2);
    uint32_t parent = add(&profile, PROFILE_ROOT, "main", 0, 0);
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "f%d", i);
        node = add(&profile, parent, name, 0, 1000 + i % 2 * 100);
        add(&profile, parent, name, 1, 1100 - i % 2 * 100);
    }
    uint32_t outlier = add(&profile, parent, "outlier", 1, 10000);
    uint32_t same = add(&profile, parent, "same", 0, 500);
    add(&profile, parent, "same", 1, 501);
    profile_sort(&profile);
    profile_walk_init(&walk, &profile);
    svg_layout_init(&layout, &profile, &settings);

    svg_change_init_plain(&change, &walk);
    unit_check("plain: the largest has the full colour",
               svg_change_color(&change, svg_change_of(&change, outlier)) == 0xFF0000);
    unit_check("plain: others are pale",
               svg_change_color(&change, svg_change_of(&change, node)) == 0xCFCFFF);
    unit_check("plain: none", svg_change_color(&change, 0) == 0xFFFFFF);

    svg_change_init_robust(&change, &walk, &layout, true, NULL);
    unit_check("robust: the outlier has the full colour",
               svg_change_color(&change, svg_change_of(&change, outlier)) == 0xFF0000);
    unit_check("robust: others show beside a wide one",
               (svg_change_color(&change, svg_change_of(&change, node)) >> 16) < 0xD8);
    unit_check("robust: next to none is none",
               svg_change_color(&change, svg_change_of(&change, same)) == 0xFFFFFF);
    unit_check("a parent changes with its children", svg_change_of(&change, parent) == 10001);
    unit_check("more and less are alike",
               (svg_change_color(&change, 60) & 255) == svg_change_color(&change, -60) >> 16);
    change.negate = true;
    unit_check("negated", svg_change_of(&change, outlier) == -10000 &&
                              svg_change_color(&change, -10000) == 0x0000FF);
    svg_layout_free(&layout);
    profile_walk_free(&walk);
    profile_free(&profile);
}

static void test_narrow_outlier(void)
{
    struct svg_options options = {0};
    struct svg_settings settings = settings_of(&options);
    struct profile profile;
    struct profile_walk walk;
    struct svg_layout layout;
    struct svg_change change;

    profile_init(&profile, PROFILE_BY_NAME);
    profile_set_columns(&profile, 2);
    add(&profile, PROFILE_ROOT, "grows", 0, 900);
    add(&profile, PROFILE_ROOT, "grows", 1, 1000);
    add(&profile, PROFILE_ROOT, "vanishes", 0, 5000);
    add(&profile, PROFILE_ROOT, "vanishes", 1, 1);
    profile_sort(&profile);
    profile_walk_init(&walk, &profile);
    svg_layout_init(&layout, &profile, &settings);
    svg_change_init_robust(&change, &walk, &layout, true, NULL);
    unit_check("robust: a narrow outlier does not pale the others",
               svg_change_color(&change, 100) == 0xFF0000 && svg_change_of(&change, 2) == -4999);
    svg_layout_free(&layout);
    profile_walk_free(&walk);
    profile_free(&profile);
}

int main(void)
{
    test_places();
    test_choice();
    test_kth();
    test_slivers();
    test_change();
    test_narrow_outlier();
    return unit_failed;
}
