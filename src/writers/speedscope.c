/* The file format of speedscope (https://www.speedscope.app), which draws it in a browser: a list of frames, and
 * for each column of the profile a list of stacks, as places of frames in that list, with a list of weights.
 *
 *     {
 *       "$schema": "https://www.speedscope.app/file-format-schema.json",
 *       "exporter": "flamectl",
 *       "shared": {"frames": [{"name": "main"}, {"name": "read"}]},
 *       "profiles": [
 *         {"type": "sampled", "name": "us", "unit": "microseconds", "startValue": 0, "endValue": 42,
 *          "samples": [[0], [0, 1]], "weights": [2, 40]}
 *       ]
 *     }
 *
 * The unit is one that speedscope knows, or "none"; the name is ours. */
#include "flamectl/buffer.h"
#include "flamectl/memory.h"
#include "flamectl/writer.h"

#include "json_parts.h"
#include "numbering.h"

/* What ends the name of a unit, and speedscope's name for it. */
static const struct {
    const char *word, *unit;
} units[] = {
    {"bytes", "bytes"}, {"nanoseconds", "nanoseconds"}, {"ns", "nanoseconds"}, {"microseconds", "microseconds"},
    {"us", "microseconds"}, {"milliseconds", "milliseconds"}, {"ms", "milliseconds"},
    {"seconds", "seconds"}, {"s", "seconds"},
};

static const char *unit_of(const struct profile *profile)
{
    struct span name = span_of(profile->unit ? profile->unit : "");
    size_t blank = span_find_last(name, ' ');
    name = blank == SPAN_NONE ? name : span_skip(name, blank + 1);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_is(name, units[i].word))
            return units[i].unit;
    return "none";
}

static void write_frames(struct json_write *json, const struct profile *profile,
                         const struct numbering *numbering)
{
    struct buffer name = {0};
    json_write_name(json, "shared");
    json_write_object(json);
    json_write_name(json, "frames");
    json_write_array(json);
    for (uint32_t i = 0; i < numbering->count; i++) {
        const struct frame *frame = &profile->frames.frames[numbering->frame[i]];
        buffer_set(&name, frame->name);
        buffer_add(&name, span_of(frame_suffix(frame->kind)));
        json_write_object(json);
        json_write_name(json, "name");
        json_write_text(json, buffer_span(&name));
        json_write_end(json);
    }
    json_write_end(json);
    json_write_end(json);
    buffer_free(&name);
}

/* A profile by name has its stacks in drawing order, one by time in that of time. */
static void write_stacks(struct json_write *json, const struct profile *profile, unsigned column,
                         const struct numbering *numbering)
{
    uint32_t *stack = NULL;
    size_t capacity = 0;
    json_write_name(json, "samples");
    json_write_array(json);
    for (uint32_t node = 0; node < profile->count; node++) {
        if (profile->self[column][node] == 0)
            continue;
        stack = memory_grow(stack, &capacity, profile_depth(profile, node) + 1, sizeof *stack);
        size_t depth = profile_stack(profile, node, stack);
        json_write_array(json);
        for (size_t i = 0; i < depth; i++)
            if (stack[i] != FRAME_GAP)
                json_write_count(json, numbering->place[stack[i]]);
        json_write_end(json);
    }
    json_write_end(json);
    memory_free(stack);
}

static void write_weights(struct json_write *json, const struct profile *profile, unsigned column)
{
    json_write_name(json, "weights");
    json_write_array(json);
    for (uint32_t node = 0; node < profile->count; node++) {
        char digits[PROFILE_WEIGHT_TEXT];
        if (profile->self[column][node] == 0)
            continue;
        profile_weight_text(profile->self[column][node], profile->scale, digits);
        json_write_exact(json, digits);
    }
    json_write_end(json);
}

static void write_profile(struct json_write *json, const struct profile *profile, unsigned column,
                          const struct numbering *numbering)
{
    static const char *const sides[] = {"before", "after"};
    const char *name = profile->unit ? profile->unit : "samples";
    json_write_object(json);
    json_string(json, "type", "sampled");
    json_string(json, "name", profile->columns == 2 ? sides[column] : name);
    json_string(json, "unit", unit_of(profile));
    json_weight(json, "startValue", 0, 1);
    json_weight(json, "endValue", profile->grand[column], profile->scale);
    write_stacks(json, profile, column, numbering);
    write_weights(json, profile, column);
    json_write_end(json);
}

static int speedscope_write(const struct profile *profile, const struct writing *writing, struct sink *sink)
{
    struct json_write json;
    struct numbering numbering;
    (void)writing;
    numbering_init(&numbering, profile);
    json_write_init(&json, sink);
    json_write_object(&json);
    json_string(&json, "$schema", "https://www.speedscope.app/file-format-schema.json");
    json_string(&json, "exporter", "flamectl");
    write_frames(&json, profile, &numbering);
    json_write_name(&json, "profiles");
    json_write_array(&json);
    for (unsigned column = 0; column < profile->columns; column++)
        write_profile(&json, profile, column, &numbering);
    json_write_end(&json);
    json_write_end(&json);
    numbering_free(&numbering);
    return 0;
}

const struct writer speedscope_writer = {
    .name = "speedscope",
    .summary = "speedscope's file format",
    .extension = ".speedscope.json",
    .wants_sorted = true,
    .write = speedscope_write,
};
