/* UTF-8 as RFC 3629 has it: no longer form than needed, no surrogates, nothing beyond U+10FFFF. */
#include "flamectl/utf8.h"

size_t utf8_decode(struct span s, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}; /* shorter forms are invalid */
    unsigned char first = (unsigned char)s.data[0];
    size_t len = first < 0x80   ? 1
                 : first < 0xC0 ? 0
                 : first < 0xE0 ? 2
                 : first < 0xF0 ? 3
                 : first < 0xF8 ? 4
                                : 0;
    *code = UTF8_INVALID;
    if (len == 0 || len > s.len)
        return 1;
    uint32_t c = len == 1 ? first : first & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        unsigned char next = (unsigned char)s.data[i];
        if ((next & 0xC0) != 0x80)
            return 1;
        c = c << 6 | (next & 0x3F);
    }
    if (c < smallest[len] || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF)
        return 1;
    *code = c;
    return len;
}

size_t utf8_encode(char *out, uint32_t code)
{
    static const unsigned char first[] = {0, 0xC0, 0xE0, 0xF0};
    size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    out[0] = (char)(first[more] | code >> (6 * more));
    for (size_t i = 1; i <= more; i++)
        out[i] = (char)(0x80 | (code >> (6 * (more - i)) & 0x3F));
    return more + 1;
}

bool utf8_is_valid(struct span s)
{
    uint32_t code = 0;
    for (size_t at = 0; at < s.len && code != UTF8_INVALID;)
        at += utf8_decode(span_skip(s, at), &code);
    return code != UTF8_INVALID;
}

struct range {
    uint32_t from, to;
};

static bool is_in(uint32_t code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].from && code <= ranges[i].to)
            return true;
    return false;
}

#define IS_IN(code, ranges) is_in(code, ranges, sizeof ranges / sizeof *ranges)

bool utf8_is_control(uint32_t code)
{
    static const struct range controls[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C},
        {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
    };
    return IS_IN(code, controls);
}

unsigned utf8_columns(uint32_t code)
{
    static const struct range wide[] = {
        {0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
        {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD},
    };
    return code >= wide[0].from && IS_IN(code, wide) ? 2 : 1;
}
