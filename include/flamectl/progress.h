/* One line on a terminal's stderr that tells how far reading is, from the second second on. Not a
 * terminal, or quiet: nothing. */
#ifndef FLAMECTL_PROGRESS_H
#define FLAMECTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool wanted;
    bool shown;     /* the line stands on the terminal */
    double started; /* seconds, monotonic */
    double told;    /* when the line was written last */
    uint64_t total; /* bytes, or 0 where unknown */
};

/* For an input of so many bytes (0: unknown). */
void progress_start(struct progress *progress, uint64_t total, bool wanted);

/* So many bytes are done, of those that `total` counts. */
void progress_update(struct progress *progress, uint64_t done);

/* Takes the line away: before a message, and at the end. */
void progress_clear(struct progress *progress);

#endif
