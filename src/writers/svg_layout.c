/* Where each frame stands, and which frames are drawn in which way.
 *
 * A node's own weight lies to the left of its children. Pixels are computed with the operations of
 * flamegraph.pl in its order, so that they round alike. */
#include "svg_layout.h"

#include "flamectl/memory.h"

double svg_layout_left(const struct svg_layout *layout, const struct svg_box *box)
{
    return SVG_XPAD + (double)box->start / (double)layout->scale * layout->per_weight;
}

double svg_layout_right(const struct svg_layout *layout, const struct svg_box *box)
{
    double place = (double)(box->start + box->width) / (double)layout->scale;
    return SVG_XPAD + (box->node == PROFILE_ROOT ? layout->total : place) * layout->per_weight;
}

/* The weight that a frame is wide, if at all: of the column that is told, or, where before and after are
 * united, the larger of the two. What is gone and what is new then both have width. */
struct widths {
    const int64_t *told, *other; /* by node; the same where it is one column */
};

static int64_t own_width(const struct widths *widths, uint32_t node)
{
    int64_t told = widths->told[node], other = widths->other[node];
    return told > other ? told : other;
}

/* Boxes from the root to the node that was reached, and what stands to the left of the next. */
struct placing {
    const struct profile *profile;
    struct svg_layout *layout;
    struct widths widths;
    double least; /* weight that is drawn */
    uint32_t *path; /* by level: the box's place */
    size_t depth, capacity;
    int64_t place, weight;
};

static void open_box(struct placing *placing, uint32_t node)
{
    struct svg_layout *layout = placing->layout;
    layout->boxes =
        memory_grow(layout->boxes, &layout->capacity, layout->count + 1, sizeof *layout->boxes);
    placing->path = memory_grow(placing->path, &placing->capacity, placing->depth + 1, sizeof *placing->path);
    layout->boxes[layout->count] = (struct svg_box){
        .node = node,
        .level = (uint32_t)placing->depth,
        .start = placing->place,
        .weight = -placing->weight,
    };
    placing->path[placing->depth++] = layout->count++;
    placing->place += own_width(&placing->widths, node);
    placing->weight += placing->widths.told[node];
}

/* Nothing below a frame is wider: where it is not drawn, nothing stands behind its box. */
static void close_box(struct placing *placing)
{
    struct svg_layout *layout = placing->layout;
    struct svg_box *box = &layout->boxes[placing->path[--placing->depth]];
    bool root = box->node == PROFILE_ROOT;
    bool gap = !root && placing->profile->nodes[box->node].frame == FRAME_GAP;
    box->width = placing->place - box->start;
    box->weight += placing->weight;
    if (!root && (gap || (double)box->width / (double)layout->scale < placing->least)) {
        layout->hidden += !gap && box->width != 0;
        layout->count--;
        return;
    }
    if (box->level >= layout->levels)
        layout->levels = box->level + 1;
}

static void place_boxes(struct placing *placing)
{
    const struct profile *profile = placing->profile;
    open_box(placing, PROFILE_ROOT);
    for (uint32_t node = 1; node < profile->count; node++) {
        for (uint32_t last = node - 1; last != profile->nodes[node].parent; last = profile->nodes[last].parent)
            close_box(placing);
        open_box(placing, node);
    }
    while (placing->depth)
        close_box(placing);
    memory_free(placing->path);
}

/* The narrowest weight that is drawn. The root always is. */
static double least_weight(const struct svg_layout *layout, const struct svg_settings *settings)
{
    if (settings->minwidth_percent)
        return layout->total * settings->minwidth / 100;
    return settings->minwidth / layout->per_weight;
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

/* Wide enough to point at, or the root. */
static bool is_wide(const struct svg_layout *layout, const struct svg_box *box)
{
    double width = (double)box->width / (double)layout->scale * layout->per_weight;
    return box->node == PROFILE_ROOT || width >= SVG_HOVER_WIDTH;
}

/* Makes elements of those; of too many, of the widest, and of equal ones the first in drawing
 * order, so that a frame's parent is one too. */
static void choose_elements(struct svg_layout *layout)
{
    size_t count = 0, equal = SVG_MAX_ELEMENTS;
    int64_t *widths = memory_get(layout->count, sizeof *widths), least = 0;

    for (uint32_t i = 0; i < layout->count; i++)
        if (is_wide(layout, &layout->boxes[i]))
            widths[count++] = layout->boxes[i].width;
    if (count > SVG_MAX_ELEMENTS) {
        least = svg_kth_largest(widths, count, SVG_MAX_ELEMENTS);
        for (uint32_t i = 0; i < layout->count; i++)
            equal -= layout->boxes[i].width > least;
    }
    for (uint32_t i = 0; i < layout->count; i++) {
        struct svg_box *box = &layout->boxes[i];
        if (!is_wide(layout, box) || box->width < least || (box->width == least && equal == 0))
            continue;
        box->element = true;
        equal -= box->width == least;
    }
    memory_free(widths);
}

void svg_layout_show(struct svg_layout *layout, struct svg_box *box)
{
    if (box->element || layout->elements >= SVG_MAX_ELEMENTS)
        return;
    box->element = true;
    layout->elements++;
    layout->merged--;
}

/* Of two columns' own weights the larger, in all: children and own weight make up their parent. */
static int64_t sum_widths(const struct widths *widths, uint32_t count)
{
    int64_t sum = 0;
    for (uint32_t node = 0; node < count; node++)
        sum += own_width(widths, node);
    return sum;
}

/* What is all of a column. Of nothing there are no shares: the whole width then stands for it. */
static double whole(const struct svg_layout *layout, int64_t weight,
                    const struct svg_settings *settings)
{
    double sum = (double)weight / (double)layout->scale;

    return weight == 0 ? layout->total : settings->total > sum ? settings->total : sum;
}

void svg_layout_init(struct svg_layout *layout, const struct profile *profile,
                     const struct svg_settings *settings)
{
    unsigned last = profile->columns - 1;
    unsigned column = settings->widths == WIDTHS_BEFORE ? 0 : last;
    bool united = settings->widths == WIDTHS_UNION;
    struct placing placing = {
        .profile = profile,
        .layout = layout,
        .widths = {.told = profile->self[column], .other = profile->self[united ? 0 : column]},
    };

    *layout = (struct svg_layout){.column = column, .scale = profile->scale};
    double weight = (double)sum_widths(&placing.widths, profile->count) / (double)profile->scale;
    layout->total = settings->total > weight ? settings->total : weight;
    layout->told = whole(layout, profile->grand[column], settings);
    layout->points = whole(layout, profile->grand[last], settings);
    layout->per_weight = (settings->width - 2 * SVG_XPAD) / layout->total;
    placing.least = least_weight(layout, settings);
    place_boxes(&placing);
    if (settings->all_elements)
        for (uint32_t i = 0; i < layout->count; i++)
            layout->boxes[i].element = true;
    else
        choose_elements(layout);
    for (uint32_t i = 0; i < layout->count; i++)
        layout->elements += layout->boxes[i].element;
    layout->merged = layout->count - layout->elements;
}

void svg_layout_free(struct svg_layout *layout)
{
    memory_free(layout->boxes);
    *layout = (struct svg_layout){0};
}
