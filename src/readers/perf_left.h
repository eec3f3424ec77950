/* The fields of a header line before its time stamp. */
#ifndef FLAMECTL_PERF_LEFT_H
#define FLAMECTL_PERF_LEFT_H

#include "perf_header.h"

/* Sets what they say: command name, process and thread. */
void perf_left_parse(struct span left, struct perf_header *header);

#endif
