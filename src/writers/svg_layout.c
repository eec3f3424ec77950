/* Where each frame stands, and which frames are drawn in which way.
 *
 * A node's own weight lies to the left of its children. Pixels are computed with the operations of
 * flamegraph.pl in its order, so that they round alike. */
#include "svg_layout.h"

#include "flamectl/memory.h"

static bool is_gap(const struct profile *profile, uint32_t node)
{
    return node != PROFILE_ROOT && profile->nodes[node].frame == FRAME_GAP;
}

/* In drawing order a node begins where the own weights of all before it end. */
static int64_t start_of(const struct svg_layout *layout, uint32_t node)
{
    int64_t start = layout->places[node / SVG_PLACE_EACH].start;
    for (uint32_t before = node - node % SVG_PLACE_EACH; before < node; before++)
        start += layout->own[before];
    return start;
}

uint32_t svg_layout_level(const struct svg_layout *layout, uint32_t node)
{
    struct profile_level level = layout->places[node / SVG_PLACE_EACH].level;
    return profile_level_of(&level, layout->walk->profile, node);
}

double svg_layout_left(const struct svg_layout *layout, uint32_t node)
{
    double start = (double)start_of(layout, node) / (double)layout->walk->profile->scale;
    return SVG_XPAD + start * layout->per_weight;
}

double svg_layout_right(const struct svg_layout *layout, uint32_t node)
{
    int64_t end = start_of(layout, node) + layout->width[node];
    double place = (double)end / (double)layout->walk->profile->scale;
    return SVG_XPAD + (node == PROFILE_ROOT ? layout->total : place) * layout->per_weight;
}

static void place_nodes(struct svg_layout *layout)
{
    const struct profile *profile = layout->walk->profile;
    struct svg_place place = {0};

    layout->places = memory_get(profile->count / SVG_PLACE_EACH + 1, sizeof *layout->places);
    for (uint32_t node = 0; node < profile->count; node++) {
        if (node % SVG_PLACE_EACH == 0) {
            profile_level_of(&place.level, profile, node);
            layout->places[node / SVG_PLACE_EACH] = place;
        }
        place.start += layout->own[node];
    }
}

/* The narrowest weight that is drawn. The root always is. */
static double least_weight(const struct svg_layout *layout, const struct svg_settings *settings)
{
    if (settings->minwidth_percent)
        return layout->total * settings->minwidth / 100;
    return settings->minwidth / layout->per_weight;
}

static void prune(struct svg_layout *layout, double least, enum svg_fate drawn)
{
    const struct profile *profile = layout->walk->profile;
    const int64_t *total = layout->width;

    layout->fate = memory_zero(profile->count, sizeof *layout->fate);
    for (uint32_t node = 0; node < profile->count; node++) {
        bool wide = (double)total[node] / (double)profile->scale >= least;
        if (is_gap(profile, node))
            continue;
        if (node != PROFILE_ROOT && !wide) {
            layout->fate[node] = total[node] ? FATE_HIDDEN : FATE_GAP;
            layout->hidden += total[node] != 0;
            continue;
        }
        layout->fate[node] = (uint8_t)drawn;
        uint32_t level = svg_layout_level(layout, node);
        if (level >= layout->levels)
            layout->levels = level + 1;
    }
}

/* Radix selection: from the highest byte on, only the numbers that share the answer's byte are
 * kept. */
int64_t svg_kth_largest(int64_t *numbers, size_t n, size_t k)
{
    for (int shift = 56; shift >= 0; shift -= 8) {
        size_t count[256] = {0}, kept = 0;
        int byte = 255;
        for (size_t i = 0; i < n; i++)
            count[(uint64_t)numbers[i] >> shift & 255]++;
        for (; k > count[byte]; byte--)
            k -= count[byte];
        for (size_t i = 0; i < n; i++)
            if ((int)((uint64_t)numbers[i] >> shift & 255) == byte)
                numbers[kept++] = numbers[i];
        n = kept;
    }
    return numbers[0];
}

/* The merged frames that are wide enough to point at, and the root. */
static uint32_t *find_wide(const struct svg_layout *layout, size_t *count)
{
    const struct profile *profile = layout->walk->profile;
    uint32_t *wide = NULL;
    size_t capacity = 0;

    *count = 0;
    for (uint32_t node = 0; node < profile->count; node++) {
        if (layout->fate[node] != FATE_MERGED)
            continue;
        double width = (double)layout->width[node] / (double)profile->scale * layout->per_weight;
        if (node != PROFILE_ROOT && width < SVG_HOVER_WIDTH)
            continue;
        wide = memory_grow(wide, &capacity, *count + 1, sizeof *wide);
        wide[(*count)++] = node;
    }
    return wide;
}

/* Makes elements of those; of too many, of the widest, and of equal ones the first in drawing
 * order, so that a frame's parent is one too. */
static void choose_elements(struct svg_layout *layout)
{
    size_t count, equal = SVG_MAX_ELEMENTS;
    uint32_t *wide = find_wide(layout, &count);
    int64_t least = 0;

    if (count > SVG_MAX_ELEMENTS) {
        int64_t *widths = memory_get(count, sizeof *widths);
        for (size_t i = 0; i < count; i++)
            widths[i] = layout->width[wide[i]];
        least = svg_kth_largest(widths, count, SVG_MAX_ELEMENTS);
        memory_free(widths);
        for (size_t i = 0; i < count; i++)
            equal -= layout->width[wide[i]] > least;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t width = layout->width[wide[i]];
        if (width > least || (width == least && equal > 0))
            layout->fate[wide[i]] = FATE_ELEMENT;
        equal -= width == least && equal > 0;
    }
    memory_free(wide);
}

void svg_layout_show(struct svg_layout *layout, uint32_t node)
{
    if (layout->fate[node] != FATE_MERGED || layout->elements >= SVG_MAX_ELEMENTS)
        return;
    layout->fate[node] = FATE_ELEMENT;
    layout->elements++;
    layout->merged--;
}

/* A node has room for itself of before or after, whichever is more: what is gone and what is new
 * both have width, and children and own weight make up their parent. */
static void unite(struct svg_layout *layout)
{
    const struct profile *profile = layout->walk->profile;
    uint32_t count = profile->count;
    int64_t *own = memory_get(2 * (size_t)count, sizeof *own), *width = own + count;

    for (uint32_t node = 0; node < count; node++) {
        int64_t before = profile->self[0][node], after = profile->self[1][node];
        width[node] = own[node] = before > after ? before : after;
    }
    for (uint32_t node = count; node-- > 1;)
        width[profile->nodes[node].parent] += width[node];
    layout->made = own;
    layout->own = own;
    layout->width = width;
}

/* What is all of a column. Of nothing there are no shares: the whole width then stands for it. */
static double whole(const struct svg_layout *layout, unsigned column,
                    const struct svg_settings *settings)
{
    int64_t weight = layout->walk->total[column][PROFILE_ROOT];
    double sum = (double)weight / (double)layout->walk->profile->scale;

    return weight == 0 ? layout->total : settings->total > sum ? settings->total : sum;
}

void svg_layout_init(struct svg_layout *layout, const struct profile_walk *walk,
                     const struct svg_settings *settings)
{
    const struct profile *profile = walk->profile;
    unsigned last = profile->columns - 1;

    *layout =
        (struct svg_layout){.walk = walk, .column = settings->widths == WIDTHS_BEFORE ? 0 : last};
    layout->own = profile->self[layout->column];
    layout->width = walk->total[layout->column];
    if (settings->widths == WIDTHS_UNION && last > 0)
        unite(layout);
    double weight = (double)layout->width[PROFILE_ROOT] / (double)profile->scale;
    layout->total = settings->total > weight ? settings->total : weight;
    layout->told = whole(layout, layout->column, settings);
    layout->points = whole(layout, last, settings);
    layout->per_weight = (settings->width - 2 * SVG_XPAD) / layout->total;
    place_nodes(layout);
    prune(layout, least_weight(layout, settings),
          settings->all_elements ? FATE_ELEMENT : FATE_MERGED);
    if (!settings->all_elements)
        choose_elements(layout);
    for (uint32_t node = 0; node < profile->count; node++) {
        layout->elements += layout->fate[node] == FATE_ELEMENT;
        layout->merged += layout->fate[node] == FATE_MERGED;
    }
}

void svg_layout_free(struct svg_layout *layout)
{
    memory_free(layout->made);
    memory_free(layout->places);
    memory_free(layout->fate);
    *layout = (struct svg_layout){0};
}
