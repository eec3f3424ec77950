/* Reading one input with several threads. */
#ifndef FLAMECTL_PARALLEL_H
#define FLAMECTL_PARALLEL_H

#include "flamectl/reader.h"

/* More threads would wait for each other. */
#define PARALLEL_MOST 64

/* Reads a source with a reader into a recorder, as reader->read does, with up to `jobs` threads
 * where the reader knows where to part its input; the result does not depend on how many. Shows the
 * bad lines. */
int parallel_read(const struct reader *reader, struct source *source, struct recorder *recorder,
                  const void *options, unsigned jobs);

/* Puts the stacks that a profile gathered in order, with `jobs` threads. */
void parallel_seal(struct profile *profile, unsigned jobs);

/* The threads to use where the user did not say. */
unsigned parallel_default_jobs(void);

#endif
