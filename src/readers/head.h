/* The lines of an input's head, for detection. */
#ifndef FLAMECTL_HEAD_H
#define FLAMECTL_HEAD_H

#include "flamectl/span.h"

/* Takes the next line off the head, without blanks at its end. False at the end; a last line that
 * the head cuts short (`cut`) is left out. */
bool head_line(struct span *head, bool cut, struct span *line);

#endif
