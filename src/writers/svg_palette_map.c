/* The file of --cp. A name may contain "->" itself, so a line is split at its last one. */
#include "svg_palette_map.h"

#include <stdio.h>
#include <unistd.h>

#include "flamectl/memory.h"
#include "flamectl/sink.h"
#include "flamectl/source.h"
#include "svg_palette.h"

void svg_palette_map_init(struct svg_palette_map *map)
{
    frame_table_init(&map->names);
    map->colors = NULL;
    map->capacity = 0;
}

void svg_palette_map_free(struct svg_palette_map *map)
{
    frame_table_free(&map->names);
    memory_free(map->colors);
}

uint32_t *svg_palette_map_at(struct svg_palette_map *map, struct span text)
{
    uint32_t known = map->names.count;
    uint32_t id = frame_intern(&map->names, text, FRAME_PLAIN);

    map->colors = memory_grow(map->colors, &map->capacity, (size_t)id + 1, sizeof *map->colors);
    if (id == known)
        map->colors[id] = SVG_NO_COLOR;
    return &map->colors[id];
}

/* color := "rgb(" part "," part "," part ")", part := blanks 0..255 blanks */
static bool parse_color(struct span text, uint32_t *color)
{
    uint32_t rgb = 0;

    if (!span_starts(text, "rgb(") || !span_ends(text, ")"))
        return false;
    text = span_make(text.data + 4, text.len - 5);
    for (int i = 0; i < 3; i++) {
        size_t comma = span_find(text, ',');
        int64_t part;
        if ((comma == SPAN_NONE) != (i == 2) ||
            !span_to_int64(span_trim(span_first(text, comma)), &part) || part > 255)
            return false;
        rgb = rgb << 8 | (uint32_t)part;
        text = span_skip(text, comma == SPAN_NONE ? text.len : comma + 1);
    }
    *color = rgb;
    return true;
}

/* line := name "->" color */
static bool read_line(struct svg_palette_map *map, struct span line)
{
    size_t arrow = line.len;
    uint32_t color;

    while (arrow > 1 && !(line.data[arrow - 2] == '-' && line.data[arrow - 1] == '>'))
        arrow--;
    if (arrow < 2 || !parse_color(span_skip(line, arrow), &color))
        return false;
    *svg_palette_map_at(map, span_first(line, arrow - 2)) = color;
    return true;
}

int svg_palette_map_read(struct svg_palette_map *map, const char *path, struct diag *diag)
{
    struct source source;
    struct span line;
    int result = 0;

    if (access(path, F_OK) != 0)
        return 0;
    if (source_open(&source, path, diag) < 0)
        return -1;
    while (result == 0 && source_line(&source, &line)) {
        if (read_line(map, line))
            continue;
        diag_error(diag, path, source.line,
                   "no line of a palette map (name->rgb(r,g,b)), so it is left alone: %.*s",
                   diag_excerpt(line), line.data);
        result = -1;
    }
    return source_close(&source) < 0 ? -1 : result;
}

int svg_palette_map_write(const struct svg_palette_map *map, const char *path, struct diag *diag)
{
    uint32_t count = map->names.count, *rank, *other, *order;
    struct sink sink;

    if (sink_open(&sink, path, diag) < 0)
        return -1;
    /* both ranks are places in one order of two texts a name */
    frame_rank(&map->names, -1, &rank, &other);
    order = memory_get((size_t)count * 2 + 1, sizeof *order);
    for (uint32_t i = 0; i < count * 2; i++)
        order[i] = count;
    for (uint32_t id = 0; id < count; id++)
        order[rank[id]] = id;
    for (uint32_t i = 0; i < count * 2; i++) {
        if (order[i] == count)
            continue;
        const struct frame *frame = &map->names.frames[order[i]];
        uint32_t rgb = map->colors[order[i]];
        if (rgb == SVG_NO_COLOR || span_find(frame->name, '\n') != SPAN_NONE)
            continue; /* no line can hold a line end */
        sink_span(&sink, frame->name);
        sink_format(&sink, "%s->rgb(%u,%u,%u)\n", frame_suffix(frame->kind), rgb >> 16,
                    rgb >> 8 & 255, rgb & 255);
    }
    memory_free(order);
    memory_free(rank);
    memory_free(other);
    return sink_close(&sink, true);
}
