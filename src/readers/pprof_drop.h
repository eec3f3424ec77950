/* The expressions drop_frames and keep_frames of a pprof profile: which functions end a stack. */
#ifndef FLAMECTL_PPROF_DROP_H
#define FLAMECTL_PPROF_DROP_H

#include <regex.h>

#include "flamectl/diag.h"
#include "flamectl/frame.h"

struct pprof_drop {
    bool active;
    regex_t drop, keep;
    bool has_keep;
    const struct frame_table *frames;
    bool lines;            /* names end in ":LINE" */
    unsigned char *judged; /* by frame: 0 not yet, else enum */
    size_t judged_count, judged_capacity;
};

/* Empty expressions drop nothing. -1 and a message where one cannot be used. */
int pprof_drop_init(struct pprof_drop *drop, struct span drop_frames, struct span keep_frames,
                    const struct frame_table *frames, bool lines, const char *file,
                    struct diag *diag);
void pprof_drop_free(struct pprof_drop *drop);

/* How many of these frames, leaf first, go: as `pprof` does it, the outermost to be dropped goes with all
 * that it called, but never before a frame that stays. */
size_t pprof_drop_count(struct pprof_drop *drop, const uint32_t *frames, size_t count);

#endif
