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
#include "flamectl/memory.h"
#include "flamectl/profile_walk.h"
#include "flamectl/writer.h"

#include "budget_report.h"
#include "diff_report.h"
#include "json_parts.h"
#include "numbering.h"

#define FORMAT_VERSION 1

static void write_place(struct json_write *json, const char *name, uint32_t place, uint32_t none)
{
    json_write_name(json, name);
    if (place == none)
        json_write_null(json);
    else
        json_write_count(json, place);
}

static void write_head(struct json_write *json, const struct profile *profile)
{
    json_format(json, "flamectl-profile", FORMAT_VERSION);
    json_unit(json, profile);
    json_string(json, "order", profile->order == PROFILE_BY_TIME ? "time" : "name");
    json_weight(json, "total", profile->grand[profile->columns - 1], profile->scale);
    if (profile->columns == 2)
        json_weight(json, "total_before", profile->grand[0], profile->scale);
    if (profile_knows_samples(profile, profile->columns - 1))
        json_weight(json, "samples", profile->grand_samples[profile->columns - 1], 1);
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
        json_weight(json, "self", profile->self[column][node], profile->scale);
        json_weight(json, "total", walk->total[column][node], profile->scale);
        if (profile->columns == 2) {
            json_weight(json, "self_before", profile->self[0][node], profile->scale);
            json_weight(json, "total_before", walk->total[0][node], profile->scale);
        }
        if (samples) {
            json_weight(json, "self_samples", profile->samples[column][node], 1);
            json_weight(json, "total_samples", samples[node], 1);
        }
        json_write_end(json);
    }
    memory_free(samples);
}

static void write_tree(const struct profile *profile, struct sink *sink)
{
    struct json_write json;
    struct numbering numbering;
    struct profile_walk walk;
    numbering_init(&numbering, profile);
    profile_walk_init(&walk, profile);
    json_write_init(&json, sink);
    json_write_object(&json);
    write_head(&json, profile);
    json_write_name(&json, "frames");
    json_write_array(&json);
    for (uint32_t i = 0; i < numbering.count; i++)
        json_frame(&json, &profile->frames, numbering.frame[i]);
    json_write_end(&json);
    json_write_name(&json, "nodes");
    json_write_array(&json);
    write_nodes(&json, &walk, &numbering);
    json_write_end(&json);
    json_write_end(&json);
    profile_walk_free(&walk);
    numbering_free(&numbering);
}

static int json_write(const struct profile *profile, const struct writing *writing,
                      struct sink *sink)
{
    if (writing->budget)
        budget_report_json(writing->budget, profile, sink);
    else if (writing->diff)
        diff_report_json(profile, writing, sink);
    else
        write_tree(profile, sink);
    return 0;
}

const struct writer json_writer = {
    .name = "json",
    .summary = "JSON: the call tree (examples/schema)",
    .extension = ".json",
    .wants_sorted = true,
    .wants_samples = true,
    .tells_verdict = true,
    .write = json_write,
};
