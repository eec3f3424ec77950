/* XML escaping of text that may hold anything. */
#include "flamectl/xml.h"

#include "flamectl/utf8.h"

/* XML 1.0 production Char, without the surrogates that UTF-8 excludes already. */
static bool xml_can_carry(uint32_t c)
{
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

size_t xml_decode(struct span s, uint32_t *code, bool *valid)
{
    size_t len = utf8_decode(s, code);
    *valid = xml_can_carry(*code);
    if (!*valid)
        *code = UTF8_REPLACEMENT;
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
    case UTF8_REPLACEMENT:
        return UTF8_REPLACEMENT_TEXT;
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

size_t xml_plain(char *out, struct span text)
{
    size_t used = 0, at = 0;

    while (at < text.len) {
        uint32_t code;
        bool valid;
        size_t len = xml_decode(span_skip(text, at), &code, &valid);
        bool blank = code == '\n' || code == '\r' || code == '\t';
        struct span kept = blank   ? span_of(" ")
                           : valid ? span_make(text.data + at, len)
                                   : span_of(UTF8_REPLACEMENT_TEXT);
        memcpy(out + used, kept.data, kept.len);
        used += kept.len;
        at += len;
    }
    return used;
}
