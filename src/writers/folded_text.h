/* Writing gathered stacks, which are folded text already. */
#ifndef FLAMECTL_FOLDED_TEXT_H
#define FLAMECTL_FOLDED_TEXT_H

#include "flamectl/sink.h"
#include "flamectl/stacks.h"

/* A line for each row, which are sorted, its weights in units of 1/scale, by so many threads at most. */
void folded_text_write(const struct stacks *stacks, int64_t scale, struct sink *sink, unsigned jobs);

#endif
