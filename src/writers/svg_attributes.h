/* Attributes of functions from a file (--nameattr): a title of their own, a link, classes. */
#ifndef FLAMECTL_SVG_ATTRIBUTES_H
#define FLAMECTL_SVG_ATTRIBUTES_H

#include "flamectl/arena.h"
#include "flamectl/diag.h"
#include "flamectl/frame.h"

struct svg_pair {
    struct span name, value;
    bool link_only; /* only for functions with a link */
};

/* Texts are "" where not given. */
struct svg_attribute_list {
    struct span title, href, target;
    struct svg_pair *pairs; /* further attributes of the element: safe names, each once */
    size_t count;
};

struct svg_attributes {
    struct frame_table names;
    struct svg_attribute_list *lists; /* by id in names */
    size_t capacity;
    uint32_t count; /* of lists */
    struct arena texts;
};

void svg_attributes_init(struct svg_attributes *attributes);
void svg_attributes_free(struct svg_attributes *attributes);

/* Reads a file. -1 and a message where it cannot be read or is no such file; what is not on the
 * allow-list is left out with a warning. */
int svg_attributes_read(struct svg_attributes *attributes, const char *path, struct diag *diag);

/* The attributes of a frame, or NULL. */
const struct svg_attribute_list *svg_attributes_find(struct svg_attributes *attributes,
                                                     struct frame frame);

#endif
