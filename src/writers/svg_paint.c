/* The fill of every node. By name, a frame's colour is computed once, whether it is drawn or not:
 * the viewer draws any of them later. */
#include "svg_paint.h"

#include "flamectl/memory.h"

/* Separators between stacks. */
#define DARK_GREY 0xA0A0A0
#define GREY 0xC8C8C8

static bool is_separator(const struct profile *profile, uint32_t node, const char *text)
{
    if (node == PROFILE_ROOT || profile->nodes[node].frame == FRAME_GAP)
        return false;
    const struct frame *frame = &profile->frames.frames[profile->nodes[node].frame];
    return frame->kind == FRAME_PLAIN && span_is(frame->name, text);
}

/* Off-CPU stacks come with those of their wakers: "waiter;--;waker;--;waker of the waker". A
 * first frame "--" parts nothing. */
static void mark_wakers(struct svg_paint *paint)
{
    const struct profile *profile = paint->profile;
    bool *above =
        memory_zero(profile->count, sizeof *above); /* a separator is the node or below it */

    paint->waker = memory_zero(profile->count, sizeof *paint->waker);
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t parent = profile->nodes[node].parent;
        bool separator = is_separator(profile, node, "--") && parent != PROFILE_ROOT;
        above[node] = above[parent] || separator;
        paint->waker[node] = above[parent] && !separator;
    }
    memory_free(above);
}

/* Which frames are drawn as what they are ([0]) and as wakers ([1]). */
static void mark_drawn(const struct svg_paint *paint, const struct svg_layout *layout,
                       bool *drawn[2])
{
    const struct profile *profile = paint->profile;

    for (uint32_t i = 1; i < layout->count; i++) {
        uint32_t node = layout->boxes[i].node;
        drawn[svg_paint_is_waker(paint, node)][profile->nodes[node].frame] = true;
    }
}

static uint32_t name_color(const struct svg_palette *palette, struct svg_palette_map *map,
                           struct span text, bool drawn)
{
    if (span_is(text, "--"))
        return DARK_GREY;
    if (span_is(text, "-"))
        return GREY;
    uint32_t color = svg_palette_color(palette, text);
    if (!map)
        return color;
    uint32_t *known = svg_palette_map_at(map, text);
    if (*known == SVG_NO_COLOR && drawn)
        *known = color;
    return *known == SVG_NO_COLOR ? color : *known;
}

static size_t longest_name(const struct frame_table *frames)
{
    size_t longest = 0;

    for (uint32_t i = 0; i < frames->count; i++)
        if (frames->frames[i].name.len > longest)
            longest = frames->frames[i].name.len;
    return longest;
}

void svg_paint_init_names(struct svg_paint *paint, const struct profile *profile,
                          const struct svg_layout *layout, const struct svg_palette *palette,
                          struct svg_palette_map *map)
{
    const struct frame_table *frames = &profile->frames;
    char *text = memory_get(longest_name(frames) + 2 * FRAME_SUFFIX, 1);
    bool *drawn[2] = {NULL, NULL};
    int kinds = palette->theme == THEME_CHAIN ? 2 : 1;

    *paint = (struct svg_paint){.profile = profile};
    if (palette->theme == THEME_CHAIN)
        mark_wakers(paint);
    for (int waker = 0; waker < kinds; waker++) {
        drawn[waker] = memory_zero(frames->count, sizeof **drawn);
        paint->colors[waker] = memory_get(frames->count, sizeof **paint->colors);
    }
    mark_drawn(paint, layout, drawn);
    paint->root_color = name_color(palette, map, span_make("", 0), true);
    for (uint32_t id = 0; id < frames->count; id++) {
        struct span name = frames->frames[id].name;
        const char *suffix = frame_suffix(frames->frames[id].kind);
        size_t len = name.len + strlen(suffix);
        memcpy(text, name.data, name.len);
        memcpy(text + name.len, suffix, strlen(suffix));
        for (int waker = 0; waker < kinds; waker++) {
            memcpy(text + len, "_[w]", waker ? FRAME_SUFFIX : 0);
            struct span full = span_make(text, len + (waker ? FRAME_SUFFIX : 0));
            paint->colors[waker][id] = name_color(palette, map, full, drawn[waker][id]);
        }
    }
    memory_free(drawn[0]);
    memory_free(drawn[1]);
    memory_free(text);
}

void svg_paint_init_change(struct svg_paint *paint, struct svg_change change, enum svg_theme theme)
{
    *paint = (struct svg_paint){.profile = change.walk->profile, .by_change = true, .change = change};
    if (theme == THEME_CHAIN)
        mark_wakers(paint);
}

void svg_paint_free(struct svg_paint *paint)
{
    memory_free(paint->colors[0]);
    memory_free(paint->colors[1]);
    memory_free(paint->waker);
}

uint32_t svg_paint_color(const struct svg_paint *paint, uint32_t node)
{
    const struct profile *profile = paint->profile;

    if (!paint->by_change) {
        if (node == PROFILE_ROOT)
            return paint->root_color;
        return paint->colors[svg_paint_is_waker(paint, node)][profile->nodes[node].frame];
    }
    if (is_separator(profile, node, "--"))
        return DARK_GREY;
    if (is_separator(profile, node, "-"))
        return GREY;
    return svg_change_color(&paint->change, svg_change_shown(&paint->change, node));
}

bool svg_paint_is_waker(const struct svg_paint *paint, uint32_t node)
{
    return paint->waker && paint->waker[node];
}

bool svg_paint_by_node(const struct svg_paint *paint)
{
    return paint->by_change || paint->waker;
}
