/* Frames numbered for formats that list them: in order of their first node, whatever order they were
 * read in. */
#ifndef FLAMECTL_NUMBERING_H
#define FLAMECTL_NUMBERING_H

#include "flamectl/profile.h"

struct numbering {
    uint32_t *place; /* by frame id; FRAME_GAP: no node has it */
    uint32_t *frame; /* by place */
    uint32_t count;
};

/* Of a sorted profile. */
void numbering_init(struct numbering *numbering, const struct profile *profile);
void numbering_free(struct numbering *numbering);

#endif
