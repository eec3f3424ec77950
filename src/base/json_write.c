/* JSON as it comes. Commas, line ends and indentation follow from the depth alone. */
#include "flamectl/json_write.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "flamectl/utf8.h"

#define LINES_DEPTH 2 /* down to here each value has a line of its own */

void json_write_init(struct json_write *json, struct sink *sink)
{
    *json = (struct json_write){.sink = sink};
}

static void new_line(struct json_write *json)
{
    sink_text(json->sink, "\n");
    for (unsigned i = 0; i < json->depth; i++)
        sink_text(json->sink, "  ");
}

/* What stands between the value before and the next one. */
static void part(struct json_write *json)
{
    if (json->named) {
        json->named = false;
        return;
    }
    if (json->depth == 0)
        return;
    bool *begun = &json->begun[json->depth - 1];
    if (*begun)
        sink_text(json->sink, ",");
    if (json->depth <= LINES_DEPTH)
        new_line(json);
    else if (*begun)
        sink_text(json->sink, " ");
    *begun = true;
}

static void begin(struct json_write *json, const char *open, char close)
{
    part(json);
    assert(json->depth < JSON_WRITE_DEPTH);
    sink_text(json->sink, open);
    json->close[json->depth] = close;
    json->begun[json->depth] = false;
    json->depth++;
}

void json_write_object(struct json_write *json)
{
    begin(json, "{", '}');
}

void json_write_array(struct json_write *json)
{
    begin(json, "[", ']');
}

void json_write_end(struct json_write *json)
{
    bool lines = json->begun[json->depth - 1] && json->depth <= LINES_DEPTH;
    json->depth--;
    if (lines)
        new_line(json);
    sink_write(json->sink, &json->close[json->depth], 1);
    if (json->depth == 0)
        sink_text(json->sink, "\n");
}

void json_write_name(struct json_write *json, const char *name)
{
    part(json);
    sink_text(json->sink, "\"");
    sink_text(json->sink, name);
    sink_text(json->sink, "\": ");
    json->named = true;
}

/* What a character is written as, where that is not itself: RFC 8259, section 7. Controls beyond
 * those that must be are escaped, too, so that a terminal can show the file. */
static bool escape(uint32_t code, char *text, size_t room)
{
    if (code == UTF8_INVALID)
        snprintf(text, room, UTF8_REPLACEMENT_TEXT);
    else if (code == '"' || code == '\\')
        snprintf(text, room, "\\%c", (int)code);
    else if (utf8_is_control(code))
        snprintf(text, room, "\\u%04x", (unsigned)code);
    else
        return false;
    return true;
}

void json_write_text(struct json_write *json, struct span text)
{
    char escaped[16];
    size_t plain = 0, at = 0;
    part(json);
    sink_text(json->sink, "\"");
    while (at < text.len) {
        uint32_t code;
        size_t len = utf8_decode(span_skip(text, at), &code);
        if (escape(code, escaped, sizeof escaped)) {
            sink_write(json->sink, text.data + plain, at - plain);
            sink_text(json->sink, escaped);
            plain = at + len;
        }
        at += len;
    }
    sink_write(json->sink, text.data + plain, at - plain);
    sink_text(json->sink, "\"");
}

void json_write_exact(struct json_write *json, const char *digits)
{
    part(json);
    sink_text(json->sink, digits);
}

void json_write_number(struct json_write *json, double number, int digits)
{
    char text[40];
    if (!isfinite(number)) {
        json_write_null(json);
        return;
    }
    snprintf(text, sizeof text, "%.*g", digits, number);
    json_write_exact(json, text);
}

void json_write_count(struct json_write *json, uint64_t count)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)count);
    json_write_exact(json, text);
}

void json_write_bool(struct json_write *json, bool value)
{
    json_write_exact(json, value ? "true" : "false");
}

void json_write_null(struct json_write *json)
{
    json_write_exact(json, "null");
}

void json_write_hex(struct json_write *json, struct span bytes)
{
    part(json);
    sink_text(json->sink, "\"");
    for (size_t i = 0; i < bytes.len; i++)
        sink_format(json->sink, "%02x", (unsigned)(unsigned char)bytes.data[i]);
    sink_text(json->sink, "\"");
}
