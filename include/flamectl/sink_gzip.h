/* Gzip on its way into a sink. Where flamectl was built without zlib the bytes go as they are: what
 * reads gzip'd profiles reads plain ones, too. No name and no time is written, so that the same
 * bytes and the same zlib give the same bytes. */
#ifndef FLAMECTL_SINK_GZIP_H
#define FLAMECTL_SINK_GZIP_H

#include "flamectl/sink.h"

struct sink_gzip;

struct sink_gzip *sink_gzip_open(struct sink *sink);
void sink_gzip_write(struct sink_gzip *gzip, struct span data);

/* Writes what is left and frees; the sink stays open. */
void sink_gzip_close(struct sink_gzip *gzip);

#endif
