/* Frames as folded text has them. */
#ifndef FLAMECTL_FOLDED_FRAMES_H
#define FLAMECTL_FOLDED_FRAMES_H

#include <string.h>

#include "flamectl/frame.h"

/* Frames are copied by so many bytes at a time, the last ones with whatever stands behind: most take one step, and
 * no call. */
#define FOLDED_COPIED 32

struct folded_frames {
    struct span *frame; /* by id: name, suffix and ';', with FOLDED_COPIED bytes to be read behind them */
    char *bytes;
};

struct folded_frames folded_frames_make(const struct frame_table *table);
void folded_frames_free(struct folded_frames *frames);

/* Copies a frame to where there is room for FOLDED_COPIED bytes more; returns its end. */
static inline char *folded_frame_put(char *out, struct span frame)
{
    for (size_t i = 0; i < frame.len; i += FOLDED_COPIED)
        memcpy(out + i, frame.data + i, FOLDED_COPIED);
    return out + frame.len;
}

#endif
