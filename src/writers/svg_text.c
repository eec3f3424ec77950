/* Numbers and names as the picture shows them: flamegraph.pl's forms, but fractions are not
 * rounded. */
#include "svg_text.h"

#include <stdio.h>

#include "flamectl/digits.h"
#include "flamectl/profile.h"
#include "flamectl/xml.h"

/* Zeros after the point, and the point of a whole number, say nothing. */
static size_t trim_zeros(char *text, size_t len)
{
    while (text[len - 1] == '0')
        text[--len] = '\0';
    if (text[len - 1] == '.')
        text[--len] = '\0';
    return len;
}

const char *svg_amount_of(char *buffer, double number)
{
    char plain[SVG_AMOUNT_TEXT / 2];
    size_t len = (size_t)snprintf(plain, sizeof plain, "%.6f", number);

    return digits_group(buffer, plain, trim_zeros(plain, len));
}

const char *svg_amount(char *buffer, int64_t weight, int64_t scale, double factor)
{
    char plain[PROFILE_WEIGHT_TEXT];

    if (factor != 1)
        return svg_amount_of(buffer, (double)weight / (double)scale * factor);
    return digits_group(buffer, plain, profile_weight_text(weight, scale, plain));
}

void svg_number(struct sink *sink, double number)
{
    sink_format(sink, "%.15g", number == 0 ? 0 : number);
}

void svg_label(struct sink *sink, struct span text, double width, double character_width)
{
    double room = width / character_width;
    size_t chars = room < 1e9 ? (size_t)room : (size_t)1e9;
    size_t at = 0, count = 0, cut = 0;
    uint32_t code;
    bool valid;

    if (chars < 3)
        return;
    for (; at < text.len && count < chars; count++) {
        if (count == chars - 2)
            cut = at;
        at += xml_decode(span_skip(text, at), &code, &valid);
    }
    if (at == text.len) {
        xml_text(sink, text);
        return;
    }
    xml_text(sink, span_first(text, cut));
    sink_text(sink, "..");
}
