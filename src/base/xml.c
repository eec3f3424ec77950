/* XML escaping of text that may hold anything. */
#include "flamectl/xml.h"

#define REPLACEMENT 0xFFFDu

/* XML 1.0 production Char, without the surrogates that UTF-8 excludes already. */
static bool xml_can_carry(uint32_t c)
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

static size_t bad(uint32_t *code, bool *valid)
{
    *code = REPLACEMENT;
    *valid = false;
    return 1;
}

size_t xml_decode(struct span s, uint32_t *code, bool *valid)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}; /* shorter forms are invalid */
    unsigned char first = (unsigned char)s.data[0];
    size_t len = first < 0x80   ? 1
                 : first < 0xC0 ? 0
                 : first < 0xE0 ? 2
                 : first < 0xF0 ? 3
                 : first < 0xF8 ? 4
                                : 0;
    if (len == 0 || len > s.len)
        return bad(code, valid);
    uint32_t c = len == 1 ? first : first & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)s.data[i];
        if ((next & 0xC0) != 0x80)
            return bad(code, valid);
        c = c << 6 | (next & 0x3F);
    }
    if (c < smallest[len] || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF)
        return bad(code, valid);
    *valid = xml_can_carry(c);
    *code = *valid ? c : REPLACEMENT;
    return len;
}

static const char *escape(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
    case '\r':
    case '\t':
        return " ";
    case REPLACEMENT:
        return XML_REPLACEMENT;
    default:
        return NULL;
    }
}

uint64_t xml_text(struct sink *sink, struct span text)
{
    uint64_t replaced = 0;
    size_t plain = 0, at = 0;
    while (at < text.len) {
        uint32_t code;
        bool valid;
        size_t len = xml_decode(span_skip(text, at), &code, &valid);
        const char *instead = escape(code);
        if (instead) {
            sink_write(sink, text.data + plain, at - plain);
            sink_text(sink, instead);
            plain = at + len;
        }
        replaced += !valid;
        at += len;
    }
    sink_write(sink, text.data + plain, at - plain);
    return replaced;
}
