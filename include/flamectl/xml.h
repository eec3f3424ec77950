/* Untrusted text as XML 1.0 character data and attribute values. */
#ifndef FLAMECTL_XML_H
#define FLAMECTL_XML_H

#include <stdint.h>

#include "flamectl/sink.h"
#include "flamectl/span.h"

/* Decodes one character. Returns its length in bytes and its code point; where the bytes are no
 * valid UTF-8, or a character that XML 1.0 cannot carry (section 2.2, production Char), the code
 * point is U+FFFD and *valid false. s must not be empty. */
size_t xml_decode(struct span s, uint32_t *code, bool *valid);

/* Writes text with & < > " ' escaped and what XML cannot carry replaced by U+FFFD; LF, CR and TAB
 * become a space, so that titles and attributes stay one line. Returns the number of replacements.
 */
uint64_t xml_text(struct sink *sink, struct span text);

/* The same text as a reader of the XML gets it, nothing escaped. `out` has room for XML_MOST_BYTES
 * for each byte of text; returns the length. */
#define XML_MOST_BYTES 3
size_t xml_plain(char *out, struct span text);

#endif
