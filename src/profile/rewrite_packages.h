/* Java's names with their packages made short, or without them. */
#ifndef FLAMECTL_REWRITE_PACKAGES_H
#define FLAMECTL_REWRITE_PACKAGES_H

#include "flamectl/span.h"

/* How long the packages at the beginning of a name are, with the '.' or '/' behind them; 0 where there are none. */
size_t packages_length(struct span name);

/* Writes the name with only the first letter of each package: never longer than the name. Returns how long. */
size_t packages_shorten(struct span name, char *out);

#endif
