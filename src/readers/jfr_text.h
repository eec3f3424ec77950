/* Strings of flight recordings. */
#ifndef FLAMECTL_JFR_TEXT_H
#define FLAMECTL_JFR_TEXT_H

#include "jfr_chunk.h"

/* A string as UTF-8, from the chunk or the arena. `chunk` is where a string that is a constant is
 * looked up; NULL: nowhere, it is empty. */
struct span jfr_take_text(struct jfr_cursor *cursor, struct arena *arena,
                          const struct jfr_chunk *chunk);

void jfr_skip_text(struct jfr_cursor *cursor);

#endif
