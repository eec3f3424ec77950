/* Characters of UTF-8 text that may hold any bytes. */
#ifndef FLAMECTL_UTF8_H
#define FLAMECTL_UTF8_H

#include <stdint.h>

#include "flamectl/span.h"

/* The replacement character. */
#define UTF8_REPLACEMENT 0xFFFDu
#define UTF8_REPLACEMENT_TEXT "\xEF\xBF\xBD"

/* No character: what utf8_decode finds where the bytes are no valid UTF-8. */
#define UTF8_INVALID UINT32_MAX

/* Decodes one character: returns its length in bytes, 1 where it is invalid. s must not be empty.
 */
size_t utf8_decode(struct span s, uint32_t *code);

/* Encodes one, up to 0x10FFFF, as it is: returns its length in bytes, four at the most. */
size_t utf8_encode(char *out, uint32_t code);

/* Whether the bytes are valid UTF-8. */
bool utf8_is_valid(struct span s);

/* Whether a terminal, or whatever shows the text, could take the character for a command: the
 * control characters, and those that turn the direction of the text around it. */
bool utf8_is_control(uint32_t code);

/* The columns that a character takes at most on a terminal: 2 for wide ones, else 1; roughly, after
 * East Asian Width (Unicode Standard Annex 11). */
unsigned utf8_columns(uint32_t code);

#endif
