/* The call tree as data inside the SVG document; svg_data.h has the format. */
#include "svg_data.h"

#include <stdio.h>
#include <stdlib.h>

#include "flamectl/base64.h"
#include "flamectl/deflate.h"
#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/xml.h"

/* Parts of fewer bytes are not worth inflating. */
#define LEAST_DEFLATED 1024

/* What the part "samples" says of a column; or SAMPLES_PERIOD + what each sample weighs. */
enum { SAMPLES_UNKNOWN, SAMPLES_COLUMN, SAMPLES_PERIOD = SAMPLES_COLUMN };

#define MOST_VARINT 10 /* bytes of one of 64 bits */

/* The bytes of one <metadata> element. */
struct part {
    char *bytes;
    size_t len, capacity;
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
    uint32_t *number; /* by frame id of the profile; 0 where the tree does not have it */
};

static void part_reserve(struct part *part, size_t room)
{
    if (part->capacity - part->len < room)
        part->bytes = memory_grow(part->bytes, &part->capacity, part->len + room, 1);
}

static void part_byte(struct part *part, uint32_t byte)
{
    part_reserve(part, 1);
    part->bytes[part->len++] = (char)byte;
}

static void part_text(struct part *part, const char *text)
{
    for (; *text; text++)
        part_byte(part, (unsigned char)*text);
}

static void part_varint(struct part *part, uint64_t value)
{
    part_reserve(part, MOST_VARINT);
    for (; value > 127; value >>= 7)
        part->bytes[part->len++] = (char)((value & 127) | 128);
    part->bytes[part->len++] = (char)value;
}

static void part_color(struct part *part, uint32_t rgb)
{
    part_byte(part, rgb >> 16 & 255);
    part_byte(part, rgb >> 8 & 255);
    part_byte(part, rgb & 255);
}

static bool is_deflated(const struct svg_data *data, const struct part *part)
{
    return data->deflate && part->len >= LEAST_DEFLATED && deflate_available();
}

/* Writes a part as an element and frees it. */
static void part_write(const struct svg_data *data, const char *name, struct part *part,
                       struct sink *sink)
{
    struct span bytes = span_make(part->bytes, part->len), deflated = {NULL, 0};

    if (is_deflated(data, part))
        bytes = deflated = deflate_bytes(bytes, data->jobs);
    sink_format(sink, "<metadata class=\"%s\"%s>", name,
                deflated.data ? " data-deflated=\"1\"" : "");
    base64_write(sink, bytes);
    sink_text(sink, "</metadata>\n");
    memory_free((char *)deflated.data);
    memory_free(part->bytes);
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

/* Lines as character data. */
static void write_text_part(const char *name, struct part *part, struct sink *sink)
{
    struct span rest = span_make(part->bytes, part->len);

    sink_format(sink, "<metadata class=\"%s\">", name);
    while (rest.len > 0) {
        struct span line = span_before(rest, '\n');
        xml_text(sink, line);
        sink_text(sink, "\n");
        rest = span_skip(rest, line.len + 1);
    }
    sink_text(sink, "</metadata>\n");
    memory_free(part->bytes);
}

static void write_names(const struct svg_data *data, const struct numbering *numbering,
                        struct sink *sink)
{
    const struct frame_table *frames = &data->profile->frames;
    struct part part = {0};

    for (uint32_t i = 0; i < numbering->count; i++) {
        const struct frame *frame = &frames->frames[numbering->uses[i].frame];
        part_reserve(&part, XML_MOST_BYTES * frame->name.len);
        part.len += xml_plain(part.bytes + part.len, frame->name);
        part_text(&part, frame_suffix(frame->kind));
        part_text(&part, "\n");
    }
    if (is_deflated(data, &part))
        part_write(data, "names", &part, sink);
    else
        write_text_part("names", &part, sink);
}

static bool is_gap(const struct profile *profile, uint32_t node)
{
    return node != PROFILE_ROOT && profile->nodes[node].frame == FRAME_GAP;
}

/* Distinct colours; few, but each of very many nodes has one. */
struct palette {
    uint32_t *colors;
    size_t capacity;
    uint32_t count, last; /* the one found last: neighbours are alike */
    struct index *by_color;
};

static uint32_t find_color(struct palette *palette, uint32_t color)
{
    uint64_t hash = color * UINT64_C(0x9e3779b1);
    if (palette->count && palette->colors[palette->last] == color)
        return palette->last;
    uint32_t id, at = index_begin(palette->by_color, hash);
    while ((id = index_next(palette->by_color, hash, &at)) != INDEX_NONE)
        if (palette->colors[id] == color)
            return palette->last = id;
    palette->colors = memory_grow(palette->colors, &palette->capacity, palette->count + 1,
                                  sizeof *palette->colors);
    index_add(palette->by_color, hash, palette->count);
    palette->colors[palette->count] = color;
    return palette->last = palette->count++;
}

static int compare_colors(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Sorts the palette; returns each colour's new place by its old one. */
static uint32_t *sort_palette(struct palette *palette)
{
    uint32_t *sorted = memory_get(palette->count, sizeof *sorted);
    uint32_t *place = memory_get(palette->count, sizeof *place);
    memcpy(sorted, palette->colors, palette->count * sizeof *sorted);
    qsort(sorted, palette->count, sizeof *sorted, compare_colors);
    for (uint32_t i = 0; i < palette->count; i++) {
        const uint32_t *found = bsearch(&palette->colors[i], sorted, palette->count, sizeof *sorted,
                                        compare_colors);
        place[i] = (uint32_t)(found - sorted);
    }
    memory_free(palette->colors);
    palette->colors = sorted;
    return place;
}

/* The colour of each node, and how many distinct ones there are, sorted in *colors_of. */
static uint32_t node_colors(const struct svg_data *data, uint32_t **colors, uint32_t **colors_of)
{
    const struct profile *profile = data->profile;
    struct palette palette = {.by_color = index_make()};

    *colors = memory_get(profile->count, sizeof **colors);
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t color = is_gap(profile, node) ? 0 : data->fill(data->context, node);
        (*colors)[node] = find_color(&palette, color);
    }
    uint32_t *place = sort_palette(&palette);
    for (uint32_t node = 0; node < profile->count; node++)
        (*colors)[node] = place[(*colors)[node]];
    memory_free(place);
    index_free(palette.by_color);
    *colors_of = palette.colors;
    return palette.count;
}

static void write_fills(const struct svg_data *data, const struct numbering *numbering,
                        const uint32_t *palette, uint32_t distinct, struct sink *sink)
{
    struct part part = {0};

    for (uint32_t i = 0; i < distinct; i++)
        part_color(&part, palette[i]);
    if (!palette) {
        part_color(&part, data->fill(data->context, PROFILE_ROOT));
        for (uint32_t i = 0; i < numbering->count; i++)
            part_color(&part, data->fill(data->context, numbering->uses[i].first));
    }
    part_write(data, "fills", &part, sink);
}

/* Numbers that some nodes have, a part each. */
struct column {
    char name[32];
    const int64_t *numbers; /* by node; only those above 0 are told */
    struct part part;
};

/* What nodes have, a part each. */
struct nodes {
    bool has_high; /* some frame's number takes more than a byte */
    struct part steps, low, high, colors;
    struct column *columns; /* weights, then samples */
    unsigned count;
};

static void add_column(struct nodes *nodes, const char *what, unsigned column,
                       const int64_t *numbers)
{
    struct column *added = &nodes->columns[nodes->count++];

    snprintf(added->name, sizeof added->name, "%s-%u", what, column);
    added->numbers = numbers;
}

/* What each sample of a column weighs, or 0 where they do not all weigh the same. */
static int64_t period_of(const struct profile *profile, unsigned column)
{
    const int64_t *weights = profile->self[column], *samples = profile->samples[column];
    int64_t period = 0;

    for (uint32_t node = 0; node < profile->count; node++) {
        if (period == 0 && samples[node] > 0)
            period = weights[node] / samples[node];
        if (samples[node] == 0 && weights[node] == 0)
            continue;
        if (period == 0 || weights[node] % period || weights[node] / period != samples[node])
            return 0;
    }
    return period;
}

/* Samples that weights tell need no column. */
static void add_samples(struct nodes *nodes, const struct svg_data *data, struct sink *sink)
{
    const struct profile *profile = data->profile;
    struct part known = {0};
    bool any = false;

    for (unsigned column = 0; column < profile->columns; column++) {
        if (!profile_knows_samples(profile, column) || profile->grand_samples[column] == 0) {
            part_varint(&known, SAMPLES_UNKNOWN);
            continue;
        }
        int64_t period = period_of(profile, column);
        part_varint(&known, period ? SAMPLES_PERIOD + (uint64_t)period : SAMPLES_COLUMN);
        if (period == 0)
            add_column(nodes, "samples", column, profile->samples[column]);
        any = true;
    }
    if (any)
        part_write(data, "samples", &known, sink);
    else
        memory_free(known.bytes);
}

static void add_node(struct nodes *nodes, uint32_t node, uint32_t up, uint32_t frame)
{
    uint64_t step = (uint64_t)up << nodes->count;

    for (unsigned i = 0; i < nodes->count; i++) {
        int64_t number = nodes->columns[i].numbers[node];
        if (number <= 0)
            continue;
        step |= UINT64_C(1) << i;
        part_varint(&nodes->columns[i].part, (uint64_t)number);
    }
    part_varint(&nodes->steps, step);
    part_byte(&nodes->low, frame & 255);
    if (nodes->has_high)
        part_varint(&nodes->high, frame >> 8);
}

static void collect_nodes(struct nodes *nodes, const struct profile *profile,
                          const struct numbering *numbering, const uint32_t *colors)
{
    size_t usual = (size_t)profile->count + profile->count / 16; /* most nodes have a byte in each */
    part_reserve(&nodes->steps, usual);
    part_reserve(&nodes->low, usual);
    if (nodes->has_high)
        part_reserve(&nodes->high, usual);
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t frame = profile->nodes[node].frame, up = 0; /* from the node before to the parent */
        for (uint32_t last = node - 1; node && last != profile->nodes[node].parent; up++)
            last = profile->nodes[last].parent;
        add_node(nodes, node, up, frame == FRAME_GAP ? 0 : numbering->number[frame]);
        if (colors)
            part_varint(&nodes->colors, colors[node]);
    }
}

static void write_nodes(const struct svg_data *data, const struct numbering *numbering,
                        const uint32_t *colors, struct sink *sink)
{
    const struct profile *profile = data->profile;
    struct nodes nodes = {.has_high = numbering->count > 255};

    nodes.columns = memory_zero(2 * (size_t)profile->columns, sizeof *nodes.columns);
    for (unsigned column = 0; column < profile->columns; column++)
        add_column(&nodes, "weights", column, profile->self[column]);
    add_samples(&nodes, data, sink);
    collect_nodes(&nodes, profile, numbering, colors);
    part_write(data, "steps", &nodes.steps, sink);
    part_write(data, "frames-low", &nodes.low, sink);
    if (nodes.has_high)
        part_write(data, "frames-high", &nodes.high, sink);
    for (unsigned i = 0; i < nodes.count; i++)
        part_write(data, nodes.columns[i].name, &nodes.columns[i].part, sink);
    if (colors)
        part_write(data, "colors", &nodes.colors, sink);
    memory_free(nodes.columns);
}

void svg_data_write(const struct svg_data *data, struct sink *sink)
{
    const struct profile *profile = data->profile;
    struct numbering numbering;
    uint32_t *colors = NULL, *palette = NULL;
    uint32_t distinct = 0;

    numbering_init(&numbering, profile);
    if (data->fill_by_node)
        distinct = node_colors(data, &colors, &palette);
    write_names(data, &numbering, sink);
    write_fills(data, &numbering, palette, distinct, sink);
    write_nodes(data, &numbering, colors, sink);
    memory_free(palette);
    memory_free(colors);
    numbering_free(&numbering);
}
