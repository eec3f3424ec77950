/* Colours kept in a file from picture to picture (--cp): lines "name->rgb(red,green,blue)", sorted.
 */
#ifndef FLAMECTL_SVG_PALETTE_MAP_H
#define FLAMECTL_SVG_PALETTE_MAP_H

#include "flamectl/diag.h"
#include "flamectl/frame.h"

struct svg_palette_map {
    struct frame_table names;
    uint32_t *colors; /* by id in names */
    size_t capacity;
};

void svg_palette_map_init(struct svg_palette_map *map);
void svg_palette_map_free(struct svg_palette_map *map);

/* Reads a file; one that is not there is empty. -1 and a message where it cannot be read, or has a
 * line that is none of a palette map: it would be lost when the map is written. */
int svg_palette_map_read(struct svg_palette_map *map, const char *path, struct diag *diag);

/* No colour is known of a frame; such are not written. */
#define SVG_NO_COLOR UINT32_MAX

/* The place of a frame's colour, to be read and set; SVG_NO_COLOR where it has none yet. `text` has
 * the kind's suffix. Valid until the next call. */
uint32_t *svg_palette_map_at(struct svg_palette_map *map, struct span text);

/* Replaces the file. -1 and a message where that fails. */
int svg_palette_map_write(const struct svg_palette_map *map, const char *path, struct diag *diag);

#endif
