/* A picture being written: everything that its parts share. */
#ifndef FLAMECTL_SVG_PICTURE_H
#define FLAMECTL_SVG_PICTURE_H

#include "flamectl/writer.h"
#include "svg_attributes.h"
#include "svg_layout.h"
#include "svg_legend.h"
#include "svg_options.h"
#include "svg_paint.h"

struct svg_picture {
    const struct profile *profile;
    const struct writing *writing;
    struct sink *sink;
    struct svg_settings settings;
    struct profile_walk walk;
    struct svg_layout layout;
    struct svg_paint paint;
    struct svg_palette_map map;
    struct svg_attributes attributes;
    struct svg_legend legend;
    const char *title;
    const char *countname;
    bool deltas;        /* titles tell a change */
    bool marks;         /* frames that only before or only after has are marked */
    double top, bottom; /* pixels above and below the frames */
    double height;
    uint64_t replaced; /* characters that XML cannot carry */
};

/* Untrusted text, escaped; what XML cannot carry is counted. */
void svg_write_text(struct svg_picture *picture, struct span text);

/* Attributes, after a blank. */
void svg_write_text_attribute(struct svg_picture *picture, const char *name, struct span value);
void svg_write_number_attribute(struct svg_picture *picture, const char *name, double number);

/* Upper and lower edge of the frames of a level, and the distance of the two. */
double svg_level_top(const struct svg_picture *picture, uint32_t level);
double svg_level_bottom(const struct svg_picture *picture, uint32_t level);
double svg_frame_height(const struct svg_picture *picture);

/* Writes the groups "slivers" and "frames". */
void svg_write_frames(struct svg_picture *picture);

#endif
