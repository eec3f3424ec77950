/* `perf script` text seen from outside: told from other texts, and cut between its samples. */
#ifndef FLAMECTL_PERF_DETECT_H
#define FLAMECTL_PERF_DETECT_H

#include "flamectl/reader.h"

enum bid perf_detect(struct span head);

/* Where a block of it can be parted: a feed_cut (feed.h). */
size_t perf_cut(struct span block);

#endif
