/* string = 0 (none) | 1 (empty) | 2 id (a constant) | 3 length UTF-8 | 4 length {UTF-16} |
 *          5 length Latin-1 */
#include "jfr_text.h"

#include "flamectl/utf8.h"

enum encoding { TEXT_NONE, TEXT_EMPTY, TEXT_CONSTANT, TEXT_UTF8, TEXT_UTF16, TEXT_LATIN1 };

#define MOST_UTF8 3 /* bytes for a UTF-16 unit; a pair of them makes 4 */

static unsigned char take_byte(struct jfr_cursor *cursor)
{
    if (cursor->at < cursor->end)
        return *cursor->at++;
    cursor->bad = true;
    return 0;
}

/* Bytes that must be there. */
static struct span take_bytes(struct jfr_cursor *cursor, uint64_t length)
{
    if (length > (uint64_t)(cursor->end - cursor->at)) {
        cursor->bad = true;
        return span_make("", 0);
    }
    struct span bytes = span_make((const char *)cursor->at, (size_t)length);
    cursor->at += length;
    return bytes;
}

static struct span latin1_text(struct span bytes, struct arena *arena)
{
    bool plain = true;
    for (size_t i = 0; i < bytes.len; i++)
        plain = plain && (unsigned char)bytes.data[i] < 0x80;
    if (plain)
        return bytes;
    char *text = arena_get(arena, 2 * bytes.len), *out = text;
    for (size_t i = 0; i < bytes.len; i++)
        out += utf8_encode(out, (unsigned char)bytes.data[i]);
    return span_make(text, (size_t)(out - text));
}

static struct span utf16_text(struct jfr_cursor *cursor, uint64_t length, struct arena *arena)
{
    if (length > (uint64_t)(cursor->end - cursor->at)) { /* a unit takes a byte at least */
        cursor->bad = true;
        return span_make("", 0);
    }
    char *text = arena_get(arena, (size_t)length * MOST_UTF8 + 1), *out = text;
    uint32_t high = 0;
    for (uint64_t i = 0; i < length; i++) {
        uint32_t unit = (uint32_t)jfr_varint(cursor) & 0xFFFF;
        if (high && unit >= 0xDC00 && unit < 0xE000) {
            out += utf8_encode(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
            high = 0;
            continue;
        }
        if (high)
            out += utf8_encode(out, 0xFFFD);
        high = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
        if (!high)
            out += utf8_encode(out, unit >= 0xDC00 && unit < 0xE000 ? 0xFFFD : unit);
    }
    if (high)
        out += utf8_encode(out, 0xFFFD);
    return span_make(text, (size_t)(out - text));
}

struct span jfr_take_text(struct jfr_cursor *cursor, struct arena *arena,
                          const struct jfr_chunk *chunk)
{
    struct jfr_cursor constant;
    uint64_t id;
    switch ((enum encoding)take_byte(cursor)) {
    case TEXT_NONE:
    case TEXT_EMPTY:
        break;
    case TEXT_CONSTANT: /* which is no constant once more */
        id = jfr_varint(cursor);
        if (chunk && jfr_constant(chunk, JFR_STRINGS, id, &constant))
            return jfr_take_text(&constant, arena, NULL);
        break;
    case TEXT_UTF8:
        return take_bytes(cursor, jfr_varint(cursor));
    case TEXT_UTF16:
        return utf16_text(cursor, jfr_varint(cursor), arena);
    case TEXT_LATIN1:
        return latin1_text(take_bytes(cursor, jfr_varint(cursor)), arena);
    default:
        cursor->bad = true;
    }
    return span_make("", 0);
}

void jfr_skip_text(struct jfr_cursor *cursor)
{
    uint64_t length;
    switch ((enum encoding)take_byte(cursor)) {
    case TEXT_NONE:
    case TEXT_EMPTY:
        break;
    case TEXT_CONSTANT:
        jfr_varint(cursor);
        break;
    case TEXT_UTF8:
    case TEXT_LATIN1:
        take_bytes(cursor, jfr_varint(cursor));
        break;
    case TEXT_UTF16:
        for (length = jfr_varint(cursor); length && !cursor->bad; length--)
            jfr_varint(cursor);
        break;
    default:
        cursor->bad = true;
    }
}
