/* Deflating bytes into the zlib format (RFC 1950), which browsers inflate as "deflate". */
#ifndef FLAMECTL_DEFLATE_H
#define FLAMECTL_DEFLATE_H

#include <stdbool.h>

#include "flamectl/span.h"

/* Whether flamectl was built with zlib. Without it nothing can be deflated. */
bool deflate_available(void);

/* The data deflated, with up to `jobs` threads; the caller frees the result's bytes (memory_free).
 * The same data and the same zlib give the same bytes, whatever the number of threads. */
struct span deflate_bytes(struct span data, unsigned jobs);

#endif
