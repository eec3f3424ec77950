/* Writing stacks that are in no call tree, sorted: a line for each row, by so many threads at most. */
#ifndef FLAMECTL_FOLDED_ROWS_H
#define FLAMECTL_FOLDED_ROWS_H

#include "flamectl/profile.h"
#include "flamectl/sink.h"

/* Those that are gathered as text (profile_is_text). */
void folded_text_write(const struct profile *profile, struct sink *sink, unsigned jobs);

/* Those that are paths (profile_is_paths). */
void folded_paths_write(const struct profile *profile, struct sink *sink, unsigned jobs);

#endif
