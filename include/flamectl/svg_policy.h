/* What a page needs to know of the pictures that the SVG writer makes. */
#ifndef FLAMECTL_SVG_POLICY_H
#define FLAMECTL_SVG_POLICY_H

#include "flamectl/sink.h"

/* Writes the directives of a Content-Security-Policy that allow the pictures' script and style,
 * which are the same bytes in all of them, and no others: "script-src 'sha256-...'; style-src
 * 'sha256-...'". */
void svg_policy_write(struct sink *sink);

#endif
