/* Numbers for people. */
#ifndef FLAMECTL_DIGITS_H
#define FLAMECTL_DIGITS_H

#include <stddef.h>

/* Copies a plain decimal number with its thousands parted: "-1,234.5". The buffer has room for
 * twice its length; it is returned. */
const char *digits_group(char *buffer, const char *plain, size_t len);

#endif
