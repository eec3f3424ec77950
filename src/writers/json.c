/* JSON: the call tree, for programs. examples/schema/profile.schema.json describes it:
 *
 *     {
 *       "format": "flamectl-profile",
 *       "version": 1,
 *       "unit": "cycles",
 *       "order": "name",
 *       "total": 42,
 *       "frames": [
 *         {"name": "main"},
 *         {"name": "do_syscall_64", "kind": "kernel"}
 *       ],
 *       "nodes": [
 *         {"parent": null, "frame": null, "self": 0, "total": 42},
 *         {"parent": 0, "frame": 0, "self": 2, "total": 42},
 *         {"parent": 1, "frame": 1, "self": 40, "total": 40}
 *       ]
 *     }
 *
 * Nodes refer to frames and parents by place, so that no depth of the tree is one of the text: a
 * stack of a million frames can be read by any parser. Parents stand before their children. */
#include "flamectl/json_write.h"
#include "flamectl/memory.h"
#include "flamectl/profile_walk.h"
#include "flamectl/utf8.h"
#include "flamectl/writer.h"

#define FORMAT_VERSION 1

/* Frames in order of their first node, whatever order they were read in. */
struct numbering {
    uint32_t *place; /* by frame id; FRAME_GAP: no node has it */
    uint32_t *frame; /* by place */
    uint32_t count;
};

static void number_frames(struct numbering *numbering, const struct profile *profile)
{
    numbering->count = 0;
    numbering->place = memory_get(profile->frames.count, sizeof *numbering->place);
    numbering->frame = memory_get(profile->frames.count, sizeof *numbering->frame);
    for (uint32_t id = 0; id < profile->frames.count; id++)
        numbering->place[id] = FRAME_GAP;
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t id = profile->nodes[node].frame;
        if (id == FRAME_GAP || numbering->place[id] != FRAME_GAP)
            continue;
        numbering->frame[numbering->count] = id;
        numbering->place[id] = numbering->count++;
    }
}

static void write_weight(struct json_write *json, const char *name, int64_t weight, int64_t scale)
{
    char digits[PROFILE_WEIGHT_TEXT];
    profile_weight_text(weight, scale, digits);
    json_write_name(json, name);
    json_write_exact(json, digits);
}

static void write_place(struct json_write *json, const char *name, uint32_t place, uint32_t none)
{
    json_write_name(json, name);
    if (place == none)
        json_write_null(json);
    else
        json_write_count(json, place);
}

/* A name that is no UTF-8 keeps its bytes beside it. */
static void write_frame(struct json_write *json, const struct frame *frame)
{
    static const char *const kinds[FRAME_KINDS] = {NULL, "kernel", "jit", "inlined", "waker"};
    json_write_object(json);
    json_write_name(json, "name");
    json_write_text(json, frame->name);
    if (!utf8_is_valid(frame->name)) {
        json_write_name(json, "bytes");
        json_write_hex(json, frame->name);
    }
    if (kinds[frame->kind]) {
        json_write_name(json, "kind");
        json_write_text(json, span_of(kinds[frame->kind]));
    }
    json_write_end(json);
}

static void write_head(struct json_write *json, const struct profile *profile)
{
    json_write_name(json, "format");
    json_write_text(json, span_of("flamectl-profile"));
    json_write_name(json, "version");
    json_write_count(json, FORMAT_VERSION);
    json_write_name(json, "unit");
    if (profile->unit)
        json_write_text(json, span_of(profile->unit));
    else
        json_write_null(json);
    json_write_name(json, "order");
    json_write_text(json, span_of(profile->order == PROFILE_BY_TIME ? "time" : "name"));
    write_weight(json, "total", profile->grand[profile->columns - 1], profile->scale);
    if (profile->columns == 2)
        write_weight(json, "total_before", profile->grand[0], profile->scale);
    if (profile_knows_samples(profile, profile->columns - 1))
        write_weight(json, "samples", profile->grand_samples[profile->columns - 1], 1);
}

/* By node: the samples of all stacks on it; NULL where they are not known. */
static int64_t *sum_samples(const struct profile *profile, unsigned column)
{
    if (!profile_knows_samples(profile, column))
        return NULL;
    int64_t *total = memory_get(profile->count, sizeof *total);
    memcpy(total, profile->samples[column], profile->count * sizeof *total);
    for (uint32_t node = profile->count; node-- > 1;)
        total[profile->nodes[node].parent] += total[node];
    return total;
}

/* The last column is the present one; one before it is what it is compared to. */
static void write_nodes(struct json_write *json, const struct profile_walk *walk,
                        const struct numbering *numbering)
{
    const struct profile *profile = walk->profile;
    unsigned column = profile->columns - 1;
    int64_t *samples = sum_samples(profile, column);
    for (uint32_t node = 0; node < profile->count; node++) {
        uint32_t frame = profile->nodes[node].frame;
        json_write_object(json);
        write_place(json, "parent", profile->nodes[node].parent, PROFILE_NONE);
        write_place(json, "frame", frame == FRAME_GAP ? FRAME_GAP : numbering->place[frame],
                    FRAME_GAP);
        write_weight(json, "self", profile->self[column][node], profile->scale);
        write_weight(json, "total", walk->total[column][node], profile->scale);
        if (profile->columns == 2) {
            write_weight(json, "self_before", profile->self[0][node], profile->scale);
            write_weight(json, "total_before", walk->total[0][node], profile->scale);
        }
        if (samples) {
            write_weight(json, "self_samples", profile->samples[column][node], 1);
            write_weight(json, "total_samples", samples[node], 1);
        }
        json_write_end(json);
    }
    memory_free(samples);
}

static int json_write(const struct profile *profile, const struct writing *writing,
                      struct sink *sink)
{
    struct json_write json;
    struct numbering numbering;
    struct profile_walk walk;
    (void)writing;
    number_frames(&numbering, profile);
    profile_walk_init(&walk, profile);
    json_write_init(&json, sink);
    json_write_object(&json);
    write_head(&json, profile);
    json_write_name(&json, "frames");
    json_write_array(&json);
    for (uint32_t i = 0; i < numbering.count; i++)
        write_frame(&json, &profile->frames.frames[numbering.frame[i]]);
    json_write_end(&json);
    json_write_name(&json, "nodes");
    json_write_array(&json);
    write_nodes(&json, &walk, &numbering);
    json_write_end(&json);
    json_write_end(&json);
    profile_walk_free(&walk);
    memory_free(numbering.place);
    memory_free(numbering.frame);
    return 0;
}

const struct writer json_writer = {
    .name = "json",
    .summary = "JSON: the call tree (examples/schema)",
    .extension = ".json",
    .wants_sorted = true,
    .wants_samples = true,
    .write = json_write,
};
