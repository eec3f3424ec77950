/* Numbers and names as the picture shows them. */
#ifndef FLAMECTL_SVG_TEXT_H
#define FLAMECTL_SVG_TEXT_H

#include <stdint.h>

#include "flamectl/sink.h"
#include "flamectl/span.h"

#define SVG_AMOUNT_TEXT 96

/* A weight times factor, or a number, with commas: "1,234", "2.5". buffer has SVG_AMOUNT_TEXT bytes
 * and is returned; numbers are less than 1e40. */
const char *svg_amount(char *buffer, int64_t weight, int64_t scale, double factor);
const char *svg_amount_of(char *buffer, double number);

/* A plain number as short as Perl prints it. */
void svg_number(struct sink *sink, double number);

/* As much of a text as fits, cut at a character, with ".." for what is left out; nothing where
 * there is no room for three characters. */
void svg_label(struct sink *sink, struct span text, double width, double character_width);

#endif
