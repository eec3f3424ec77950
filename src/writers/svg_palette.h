/* Colours of frames by their names. A function keeps its colour from picture to picture, and has
 * the one that flamegraph.pl gives it. */
#ifndef FLAMECTL_SVG_PALETTE_H
#define FLAMECTL_SVG_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/span.h"
#include "svg_options.h"

struct svg_palette {
    enum svg_theme theme;
    bool hash;        /* by name hash instead of sum of characters */
    const char *seed; /* colours by chance instead, or NULL */
};

/* 0xRRGGBB for a frame's text, kind suffix included. */
uint32_t svg_palette_color(const struct svg_palette *palette, struct span text);

/* Whether a label in this box is to be white rather than black for contrast (WCAG 2: the better of
 * the two is always at least 4.5:1). */
bool svg_color_is_dark(uint32_t rgb);

static inline uint32_t svg_rgb(int red, int green, int blue)
{
    return (uint32_t)red << 16 | (uint32_t)green << 8 | (uint32_t)blue;
}

#endif
