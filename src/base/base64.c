/* Base64: groups of 3 bytes become 4 characters. */
#include "flamectl/base64.h"

/* Characters are passed on in blocks of this many groups. */
#define BLOCK 256

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode(const unsigned char *bytes, char *out)
{
    out[0] = digits[bytes[0] >> 2];
    out[1] = digits[(bytes[0] & 3) << 4 | bytes[1] >> 4];
    out[2] = digits[(bytes[1] & 15) << 2 | bytes[2] >> 6];
    out[3] = digits[bytes[2] & 63];
}

/* One or two bytes. */
static void write_rest(struct sink *sink, struct span rest)
{
    unsigned char bytes[3] = {0};
    char text[4];

    for (size_t i = 0; i < rest.len; i++)
        bytes[i] = (unsigned char)rest.data[i];
    encode(bytes, text);
    for (size_t i = rest.len + 1; i < sizeof text; i++)
        text[i] = '=';
    sink_write(sink, text, sizeof text);
}

void base64_write(struct sink *sink, struct span bytes)
{
    char text[4 * BLOCK];
    size_t at = 0;

    while (bytes.len - at >= 3) {
        size_t used = 0;
        for (; used < sizeof text && bytes.len - at >= 3; used += 4, at += 3)
            encode((const unsigned char *)bytes.data + at, text + used);
        sink_write(sink, text, used);
    }
    if (at < bytes.len)
        write_rest(sink, span_skip(bytes, at));
}
