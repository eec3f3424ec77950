/* The choice between readers. */
#ifndef FLAMECTL_READERS_H
#define FLAMECTL_READERS_H

#include "flamectl/reader.h"

/* The reader of a NULL-ended table that bids most, or NULL where none bids. *rival is another one
 * that bids as much, or NULL. */
const struct reader *reader_choose(const struct reader *const *table, struct span head,
                                   const struct reader **rival);

#endif
