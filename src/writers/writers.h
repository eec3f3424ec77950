/* The writers by name, for the table alone. */
#ifndef FLAMECTL_WRITERS_H
#define FLAMECTL_WRITERS_H

#include "flamectl/writer.h"

extern const struct writer folded_writer;
extern const struct writer svg_writer;

#endif
