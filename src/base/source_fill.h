/* What source and feed share: getting bytes. */
#ifndef FLAMECTL_SOURCE_FILL_H
#define FLAMECTL_SOURCE_FILL_H

#include "flamectl/source.h"

/* How much is read at once, if it is there. */
#define SOURCE_BLOCK 262144

/* Reads up to `room` bytes from where the source's come from: how many; 0 at the end or, after a
 * message, where reading failed. */
size_t source_fetch(struct source *source, char *out, size_t room);

/* Gives the source its next block, or ends it. */
void feed_next(struct feed *feed, struct source *source);

struct span feed_head(const struct feed *feed);

#endif
