/* The readers by name, for the table alone, and the choice between them. */
#ifndef FLAMECTL_READERS_H
#define FLAMECTL_READERS_H

#include "flamectl/reader.h"

extern const struct reader folded_reader;
extern const struct reader perf_reader;

/* The reader of a NULL-ended table that bids most, or NULL where none bids. *rival is another one
 * that bids as much, or NULL. */
const struct reader *reader_choose(const struct reader *const *table, struct span head,
                                   const struct reader **rival);

#endif
