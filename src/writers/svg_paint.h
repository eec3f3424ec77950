/* The fill of every node. */
#ifndef FLAMECTL_SVG_PAINT_H
#define FLAMECTL_SVG_PAINT_H

#include "svg_change.h"
#include "svg_palette.h"
#include "svg_palette_map.h"

struct svg_paint {
    const struct profile *profile;
    bool by_change; /* else by name */
    struct svg_change change;
    uint32_t *colors[2]; /* by frame; [1] for wakers, only in the chain theme */
    uint32_t root_color;
    bool *waker; /* by node: see svg_paint_is_waker; NULL in all themes but chain */
};

/* Paints by name. map is NULL, or has the last word on the colours of frames it knows; it learns
 * those of the frames drawn. */
void svg_paint_init_names(struct svg_paint *paint, const struct profile *profile,
                          const struct svg_layout *layout, const struct svg_palette *palette,
                          struct svg_palette_map *map);

/* Paints by change. The theme tells only whether there are wakers. */
void svg_paint_init_change(struct svg_paint *paint, struct svg_change change, enum svg_theme theme);
void svg_paint_free(struct svg_paint *paint);

/* 0xRRGGBB. */
uint32_t svg_paint_color(const struct svg_paint *paint, uint32_t node);

/* Whether the node stands above a "--" in the chain theme, where it reads as if marked "_[w]". */
bool svg_paint_is_waker(const struct svg_paint *paint, uint32_t node);

/* Whether nodes of one frame may differ in colour. */
bool svg_paint_by_node(const struct svg_paint *paint);

#endif
