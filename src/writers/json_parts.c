/* Parts that several JSON outputs have; examples/schema describes them. */
#include "json_parts.h"

#include "flamectl/utf8.h"

void json_format(struct json_write *json, const char *format, unsigned version)
{
    json_string(json, "format", format);
    json_write_name(json, "version");
    json_write_count(json, version);
}

void json_string(struct json_write *json, const char *name, const char *text)
{
    json_write_name(json, name);
    if (text)
        json_write_text(json, span_of(text));
    else
        json_write_null(json);
}

void json_weight(struct json_write *json, const char *name, int64_t weight, int64_t scale)
{
    char digits[PROFILE_WEIGHT_TEXT];
    profile_weight_text(weight, scale, digits);
    json_write_name(json, name);
    json_write_exact(json, digits);
}

void json_unit(struct json_write *json, const struct profile *profile)
{
    json_string(json, "unit", profile->unit);
}

void json_frame(struct json_write *json, const struct frame_table *frames, uint32_t id)
{
    static const char *const kinds[FRAME_KINDS] = {NULL, "kernel", "jit", "inlined", "waker"};
    if (id == FRAME_GAP) {
        json_write_null(json);
        return;
    }
    const struct frame *frame = &frames->frames[id];
    json_write_object(json);
    json_write_name(json, "name");
    json_write_text(json, frame->name);
    if (!utf8_is_valid(frame->name)) {
        json_write_name(json, "bytes");
        json_write_hex(json, frame->name);
    }
    if (kinds[frame->kind])
        json_string(json, "kind", kinds[frame->kind]);
    json_write_end(json);
}
