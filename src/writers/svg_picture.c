/* What the parts of a picture share: escaped text, attributes, and where levels are. */
#include "svg_picture.h"

#include "flamectl/xml.h"
#include "svg_text.h"

/* Pixels of a frame's height that are left to the line between levels. */
#define FRAME_GAP_HEIGHT 1

void svg_write_text(struct svg_picture *picture, struct span text)
{
    picture->replaced += xml_text(picture->sink, text);
}

void svg_write_number_attribute(struct svg_picture *picture, const char *name, double number)
{
    sink_format(picture->sink, " %s=\"", name);
    svg_number(picture->sink, number);
    sink_text(picture->sink, "\"");
}

void svg_write_text_attribute(struct svg_picture *picture, const char *name, struct span value)
{
    sink_format(picture->sink, " %s=\"", name);
    svg_write_text(picture, value);
    sink_text(picture->sink, "\"");
}

double svg_frame_height(const struct svg_picture *picture)
{
    return picture->settings.frame_height - FRAME_GAP_HEIGHT;
}

double svg_level_top(const struct svg_picture *picture, uint32_t level)
{
    double step = picture->settings.frame_height;

    if (picture->settings.inverted)
        return picture->top + level * step;
    return picture->height - picture->bottom - (level + 1) * step + FRAME_GAP_HEIGHT;
}

double svg_level_bottom(const struct svg_picture *picture, uint32_t level)
{
    double step = picture->settings.frame_height;

    if (picture->settings.inverted)
        return picture->top + (level + 1) * step - FRAME_GAP_HEIGHT;
    return picture->height - picture->bottom - level * step;
}
