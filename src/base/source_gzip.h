/* Inflating a gzip stream read from a descriptor. */
#ifndef FLAMECTL_SOURCE_GZIP_H
#define FLAMECTL_SOURCE_GZIP_H

#include <stddef.h>
#include <sys/types.h>

#include "flamectl/span.h"

struct source_gzip;

/* Starts a stream whose first bytes (of the compressed data) are already read. NULL where flamectl
 * was built without zlib. */
struct source_gzip *source_gzip_open(int fd, struct span first);
void source_gzip_close(struct source_gzip *gzip);

/* Up to `room` inflated bytes. 0 at the end; -1 with *why set where the data are damaged or
 * unreadable. */
ssize_t source_gzip_read(struct source_gzip *gzip, char *out, size_t room, const char **why);

/* Whether bytes that are no gzip member follow the last one. */
bool source_gzip_trailing(const struct source_gzip *gzip);

/* read(2), again where a signal interrupts it. */
ssize_t source_read(int fd, void *out, size_t room);

#endif
