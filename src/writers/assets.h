/* The script and the style of the picture: the bytes of flamegraph.js and flamegraph.css, as the build
 * embeds them. */
#ifndef FLAMECTL_ASSETS_H
#define FLAMECTL_ASSETS_H

#include <stddef.h>

extern const char flamegraph_js[];
extern const size_t flamegraph_js_len;
extern const char flamegraph_css[];
extern const size_t flamegraph_css_len;

#endif
