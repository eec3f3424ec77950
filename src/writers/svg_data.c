/* The call tree as data inside the SVG document; svg_data.h has the format. */
#include "svg_data.h"

#include <stdlib.h>

#include "flamectl/memory.h"
#include "flamectl/xml.h"

/* Base64 is written in groups of 3 bytes: 4 characters. */
struct base64 {
    struct sink *sink;
    uint8_t pending[3];
    unsigned count;
};

/* How often the tree has a frame, and where it has it first. */
struct frame_use {
    uint32_t frame; /* id in the profile */
    uint32_t count;
    uint32_t first; /* node */
};

struct numbering {
    struct frame_use *uses; /* of frame 1, 2, ... of the document */
    uint32_t count;
    uint32_t *number;       /* by frame id of the profile; 0 where the tree does not have it */
};

static void base64_flush(struct base64 *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    char text[4];

    if (out->count == 0)
        return;
    for (unsigned i = 0; i < 3; i++)
        bits = bits << 8 | (i < out->count ? out->pending[i] : 0);
    for (unsigned i = 0; i < 4; i++)
        text[i] = i <= out->count ? digits[bits >> (18 - 6 * i) & 63] : '=';
    sink_write(out->sink, text, sizeof text);
    out->count = 0;
}

static void base64_byte(struct base64 *out, uint8_t byte)
{
    out->pending[out->count++] = byte;
    if (out->count == 3)
        base64_flush(out);
}

static void base64_varint(struct base64 *out, uint64_t value)
{
    for (; value > 127; value >>= 7)
        base64_byte(out, (uint8_t)(value & 127) | 128);
    base64_byte(out, (uint8_t)value);
}

static void base64_color(struct base64 *out, uint32_t rgb)
{
    base64_byte(out, rgb >> 16 & 255);
    base64_byte(out, rgb >> 8 & 255);
    base64_byte(out, rgb & 255);
}

/* The commonest first; of equals the one the tree has first, so that the order is total. */
static int compare_uses(const void *a, const void *b)
{
    const struct frame_use *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

static void numbering_init(struct numbering *numbering, const struct profile *profile)
{
    uint32_t frames = profile->frames.count, used = 0;
    struct frame_use *uses = memory_zero(frames, sizeof *uses);

    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t frame = profile->nodes[node].frame;
        if (frame != FRAME_GAP && uses[frame].count++ == 0)
            uses[frame].first = node;
    }
    for (uint32_t frame = 0; frame < frames; frame++) {
        if (uses[frame].count == 0)
            continue;
        uses[used] = uses[frame];
        uses[used++].frame = frame;
    }
    qsort(uses, used, sizeof *uses, compare_uses);
    numbering->uses = uses;
    numbering->count = used;
    numbering->number = memory_zero(frames, sizeof *numbering->number);
    for (uint32_t i = 0; i < used; i++)
        numbering->number[uses[i].frame] = i + 1;
}

static void numbering_free(struct numbering *numbering)
{
    memory_free(numbering->uses);
    memory_free(numbering->number);
}

static void write_names(const struct frame_table *frames, const struct numbering *numbering,
                        struct sink *sink)
{
    sink_text(sink, "<metadata class=\"names\">");
    for (uint32_t i = 0; i < numbering->count; i++) {
        const struct frame *frame = &frames->frames[numbering->uses[i].frame];
        xml_text(sink, frame->name);
        sink_text(sink, frame_suffix(frame->kind));
        sink_text(sink, "\n");
    }
    sink_text(sink, "</metadata>\n");
}

static bool is_gap(const struct profile *profile, uint32_t node)
{
    return node != PROFILE_ROOT && profile->nodes[node].frame == FRAME_GAP;
}

static int compare_colors(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* The colour of each node, and how many distinct ones there are, sorted at the front of *palette. */
static uint32_t node_colors(const struct svg_data *data, uint32_t **colors, uint32_t **palette)
{
    const struct profile *profile = data->walk->profile;
    uint32_t distinct = 0;

    *colors = memory_zero(profile->count, sizeof **colors);
    *palette = memory_get(profile->count, sizeof **palette);
    for (uint32_t node = 0; node < profile->count; node++) {
        if (!is_gap(profile, node))
            (*colors)[node] = data->fill(data->context, node);
        (*palette)[node] = (*colors)[node];
    }
    qsort(*palette, profile->count, sizeof **palette, compare_colors);
    for (uint32_t i = 0; i < profile->count; i++)
        if (i == 0 || (*palette)[i] != (*palette)[distinct - 1])
            (*palette)[distinct++] = (*palette)[i];
    for (uint32_t node = 0; node < profile->count; node++) {
        const uint32_t *found = bsearch(&(*colors)[node], *palette, distinct, sizeof **palette,
                                        compare_colors);
        (*colors)[node] = (uint32_t)(found - *palette);
    }
    return distinct;
}

static void write_fills(const struct svg_data *data, const struct numbering *numbering,
                        const uint32_t *palette, uint32_t distinct, struct sink *sink)
{
    struct base64 out = {.sink = sink};

    sink_text(sink, "<metadata class=\"fills\">");
    for (uint32_t i = 0; i < distinct; i++)
        base64_color(&out, palette[i]);
    if (!palette) {
        base64_color(&out, data->fill(data->context, PROFILE_ROOT));
        for (uint32_t i = 0; i < numbering->count; i++)
            base64_color(&out, data->fill(data->context, numbering->uses[i].first));
    }
    base64_flush(&out);
    sink_text(sink, "</metadata>\n");
}

static void write_node(struct base64 *out, const struct profile *profile, uint32_t node, uint32_t up,
                       uint32_t frame)
{
    uint64_t head = (uint64_t)up << profile->columns;

    for (unsigned column = 0; column < profile->columns; column++)
        if (profile->self[column][node] > 0)
            head |= UINT64_C(1) << column;
    base64_varint(out, head);
    base64_varint(out, frame);
    for (unsigned column = 0; column < profile->columns; column++)
        if (profile->self[column][node] > 0)
            base64_varint(out, (uint64_t)profile->self[column][node]);
}

/* colors may be NULL: nodes then have no colour of their own. */
static void write_tree(const struct profile_walk *walk, const struct numbering *numbering,
                       const uint32_t *colors, struct sink *sink)
{
    const struct profile *profile = walk->profile;
    struct base64 out = {.sink = sink};
    uint32_t deepest = 0; /* a child of the node before would have this depth */

    sink_format(sink, "<metadata class=\"tree\" data-count=\"%lu\" data-fill=\"%s\">",
                (unsigned long)profile->count, colors ? "node" : "frame");
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t frame = profile->nodes[node].frame;
        write_node(&out, profile, node, deepest - walk->depth[node],
                   frame == FRAME_GAP ? 0 : numbering->number[frame]);
        if (colors)
            base64_varint(&out, colors[node]);
        deepest = walk->depth[node] + 1;
    }
    base64_flush(&out);
    sink_text(sink, "</metadata>\n");
}

void svg_data_write(const struct svg_data *data, struct sink *sink)
{
    const struct profile *profile = data->walk->profile;
    struct numbering numbering;
    uint32_t *colors = NULL, *palette = NULL;
    uint32_t distinct = 0;

    numbering_init(&numbering, profile);
    if (data->fill_by_node)
        distinct = node_colors(data, &colors, &palette);
    write_names(&profile->frames, &numbering, sink);
    write_fills(data, &numbering, palette, distinct, sink);
    write_tree(data->walk, &numbering, colors, sink);
    memory_free(palette);
    memory_free(colors);
    numbering_free(&numbering);
}
