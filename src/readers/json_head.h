/* What the head of an input holds, where it is JSON: for detection. */
#ifndef FLAMECTL_JSON_HEAD_H
#define FLAMECTL_JSON_HEAD_H

#include "flamectl/span.h"

/* Whether an object begins the input, or is the first element of an array that does, and has the
 * member `name`; and where `inner` is not NULL, whether that member's value is such an object or array
 * with the member `inner`. */
bool json_head_has(struct span head, const char *name, const char *inner);

/* Whether that member is a string that holds the text. */
bool json_head_says(struct span head, const char *name, const char *text);

#endif
