/* diff --to json: all that is known of both sides; examples/schema/diff.schema.json describes it.
 *
 * Functions come in the order of the verdict, regressions first, then by their change of weight;
 * nodes of the call tree and paths refer to them by place. */
#include <math.h>

#include "changes.h"
#include "diff_report.h"
#include "flamectl/memory.h"
#include "flamectl/profile_walk.h"
#include "json_parts.h"

#define FORMAT_VERSION 1
#define NO_PLACE UINT32_MAX
#define WORK_DIGITS 15 /* as given */

struct listing {
    const struct profile *profile;
    const struct writing *writing;
    const struct comparison *comparison; /* or NULL */
    struct changes changes;
    uint32_t *frame; /* by place */
    uint32_t *place; /* by frame id */
    uint32_t count;
};

static void list(struct listing *listing, uint32_t frame)
{
    if (frame == FRAME_GAP || listing->place[frame] != NO_PLACE)
        return;
    listing->frame[listing->count] = frame;
    listing->place[frame] = listing->count++;
}

static void list_functions(struct listing *listing)
{
    const struct profile *profile = listing->profile;
    const struct comparison *comparison = listing->comparison;
    listing->frame = memory_get(profile->frames.count, sizeof *listing->frame);
    listing->place = memory_get(profile->frames.count, sizeof *listing->place);
    for (uint32_t id = 0; id < profile->frames.count; id++)
        listing->place[id] = NO_PLACE;
    for (uint32_t i = 0; comparison && i < comparison->function_count; i++)
        list(listing, comparison->functions[i].frame);
    for (uint32_t i = 0; i < listing->changes.count; i++)
        list(listing, listing->changes.largest[i]);
    for (uint32_t node = 0; node < profile->count; node++)
        list(listing, profile->nodes[node].frame);
}

static void write_number(struct json_write *json, const char *name, double number)
{
    json_write_name(json, name);
    json_write_number(json, number, JSON_DIGITS);
}

static void write_bool(struct json_write *json, const char *name, bool value)
{
    json_write_name(json, name);
    json_write_bool(json, value);
}

/* A value before and after. */
static void write_pair(struct json_write *json, const char *name, double before, double after)
{
    json_write_name(json, name);
    json_write_array(json);
    json_write_number(json, before, JSON_DIGITS);
    json_write_number(json, after, JSON_DIGITS);
    json_write_end(json);
}

static void write_weights(struct json_write *json, const char *name, int64_t *const *columns,
                          uint32_t at, int64_t scale)
{
    char digits[PROFILE_WEIGHT_TEXT];
    json_write_name(json, name);
    json_write_array(json);
    for (unsigned c = 0; c < COMPARISON_SIDES; c++) {
        profile_weight_text(columns[c][at], scale, digits);
        json_write_exact(json, digits);
    }
    json_write_end(json);
}

static void write_side(struct json_write *json, const struct listing *listing, unsigned side)
{
    const struct comparison *comparison = listing->comparison;
    const struct writing_side *of = &listing->writing->side[side];
    json_write_name(json, side == CHANGES_BEFORE ? "before" : "after");
    json_write_object(json);
    json_weight(json, "total", of->total, listing->profile->scale);
    json_weight(json, "total_scaled", listing->profile->grand[side], listing->profile->scale);
    json_write_name(json, "samples");
    if (comparison && comparison->samples[side])
        json_write_count(json, (uint64_t)comparison->samples[side]);
    else
        json_write_null(json);
    json_write_name(json, "files");
    json_write_array(json);
    for (unsigned run = 0; run < of->runs; run++)
        json_write_text(json, span_of(of->files[run]));
    json_write_end(json);
    json_write_end(json);
}

static void write_verdict(struct json_write *json, const struct comparison *comparison)
{
    static const char *const verdicts[] = {
        [VERDICT_PASS] = "pass",
        [VERDICT_IMPROVEMENT] = "improvement",
        [VERDICT_REGRESSION] = "regression",
        [VERDICT_INCONCLUSIVE] = "inconclusive",
    };
    static const char *const reasons[] = {
        [REASON_NONE] = NULL,
        [REASON_UNKNOWN_SAMPLES] = "unknown-samples",
        [REASON_SINGLE_RUN] = "single-run",
        [REASON_FEW_SAMPLES] = "few-samples",
    };
    json_string(json, "verdict", verdicts[comparison->verdict]);
    json_string(json, "reason", reasons[comparison->reason]);
}

/* What was asked, and what these data can tell. */
static void write_test(struct json_write *json, const struct comparison *comparison)
{
    const struct comparison_options *options = &comparison->options;
    json_write_name(json, "test");
    json_write_object(json);
    write_number(json, "fdr", options->fdr);
    write_number(json, "min_points", 100 * options->min_points);
    write_number(json, "min_relative", 100 * options->min_relative);
    write_bool(json, "strict_change", options->strict_change);
    write_bool(json, "allow_single_run", options->allow_single_run);
    write_bool(json, "screening", comparison->screening);
    write_bool(json, "per_work", comparison->per_work);
    json_weight(json, "tested", comparison->tested, 1);
    json_weight(json, "left_out", comparison->left_out, 1);
    write_number(json, "median_phi", comparison->median_phi);
    write_number(json, "degrees", comparison->degrees);
    write_number(json, "level", comparison->tested ? comparison->level : NAN);
    write_number(json, "reference_share", 100 * comparison->reference_share);
    write_number(json, "detectable", 100 * comparison->detectable);
    write_number(json, "wanted", 100 * comparison->wanted);
    json_write_name(json, "runs_needed");
    if (comparison->runs_needed)
        json_write_count(json, comparison->runs_needed);
    else
        json_write_null(json);
    json_write_end(json);
}

static void write_runs(struct json_write *json, const struct comparison *comparison)
{
    json_write_name(json, "runs");
    json_write_array(json);
    for (unsigned r = 0; r < comparison->run_count; r++) {
        const struct comparison_run *run = &comparison->runs[r];
        json_write_object(json);
        json_string(json, "file", run->name);
        json_string(json, "side", run->side == COMPARISON_BEFORE ? "before" : "after");
        json_write_name(json, "samples");
        if (comparison->reason == REASON_UNKNOWN_SAMPLES)
            json_write_null(json);
        else
            json_write_count(json, (uint64_t)run->samples);
        json_write_name(json, "work");
        json_write_number(json, run->work > 0 ? run->work : NAN, WORK_DIGITS);
        json_write_end(json);
    }
    json_write_end(json);
}

/* The members of a test: of a function or a path. */
static void write_numbers(struct json_write *json, const struct comparison *comparison,
                          const struct comparison_test *test)
{
    json_write_name(json, "samples");
    json_write_array(json);
    json_write_count(json, (uint64_t)test->samples[COMPARISON_BEFORE]);
    json_write_count(json, (uint64_t)test->samples[COMPARISON_AFTER]);
    json_write_end(json);
    write_pair(json, "share", 100 * test->share[0], 100 * test->share[1]);
    if (comparison->per_work)
        write_pair(json, "cost", test->cost[0], test->cost[1]);
    write_pair(json, "measure", 100 * test->measure[0], 100 * test->measure[1]);
    write_number(json, "points", 100 * test->change);
    write_number(json, "relative", 100 * test->relative);
    if (!test->tested)
        return;
    write_pair(json, "interval", 100 * test->low, 100 * test->high);
    write_number(json, "phi", test->phi);
    write_number(json, "dispersion", test->dispersion);
    write_number(json, "t", test->t);
    write_number(json, "p", test->p);
    write_number(json, "q", test->q);
    write_number(json, "detectable", 100 * test->detectable);
}

static void write_finding(struct json_write *json, const struct listing *listing,
                          const struct comparison_function *function)
{
    json_string(json, "finding", comparison_finding_text(function->finding));
    if (function->finding == FINDING_EXPLAINED || function->finding == FINDING_MOVED) {
        json_write_name(json, "cause");
        json_frame(json, &listing->profile->frames, function->cause);
    }
    write_numbers(json, listing->comparison, &function->test);
}

static const struct comparison_function *find_function(const struct comparison *comparison,
                                                       uint32_t frame)
{
    if (!comparison || !comparison->by_frame || comparison->by_frame[frame] == UINT32_MAX)
        return NULL;
    return &comparison->functions[comparison->by_frame[frame]];
}

static void write_function(struct json_write *json, const struct listing *listing, uint32_t frame)
{
    const struct profile *profile = listing->profile;
    const struct changes *changes = &listing->changes;
    const struct comparison_function *function = find_function(listing->comparison, frame);
    json_write_object(json);
    json_write_name(json, "function");
    json_frame(json, &profile->frames, frame);
    write_weights(json, "self", changes->functions.self, frame, profile->scale);
    write_weights(json, "total", changes->functions.total, frame, profile->scale);
    json_weight(json, "self_change", changes_of_self(changes, frame), profile->scale);
    json_weight(json, "total_change", changes_of_total(changes, frame), profile->scale);
    if (function)
        write_finding(json, listing, function);
    json_write_end(json);
}

/* With work done, all samples are judged as well. */
static void write_all(struct json_write *json, const struct listing *listing)
{
    const struct comparison *comparison = listing->comparison;
    for (uint32_t i = 0; i < comparison->function_count; i++) {
        if (comparison->functions[i].frame != FRAME_GAP)
            continue;
        json_write_name(json, "all");
        json_write_object(json);
        write_finding(json, listing, &comparison->functions[i]);
        json_write_end(json);
    }
}

static void write_paths(struct json_write *json, const struct listing *listing)
{
    const struct comparison *comparison = listing->comparison;
    json_write_name(json, "paths");
    json_write_array(json);
    for (uint32_t i = 0; i < comparison->path_count; i++) {
        const struct comparison_path *path = &comparison->paths[i];
        uint32_t of = comparison->functions[path->function].frame;
        json_write_object(json);
        json_write_name(json, "function");
        if (of == FRAME_GAP)
            json_write_null(json);
        else
            json_write_count(json, listing->place[of]);
        json_write_name(json, "stack");
        json_write_array(json);
        for (size_t d = 0; d < path->depth; d++)
            json_write_count(json, listing->place[path->frames[d]]);
        json_write_end(json);
        write_numbers(json, comparison, &path->test);
        json_write_end(json);
    }
    json_write_end(json);
}

static void write_nodes(struct json_write *json, const struct listing *listing)
{
    const struct profile *profile = listing->profile;
    struct profile_walk walk;
    profile_walk_init(&walk, profile);
    bool samples = profile_knows_samples(profile, CHANGES_BEFORE) &&
                   profile_knows_samples(profile, CHANGES_AFTER);
    json_write_name(json, "nodes");
    json_write_array(json);
    for (uint32_t node = 0; node < profile->count; node++) {
        bool root = node == PROFILE_ROOT;
        json_write_object(json);
        json_write_name(json, "parent");
        if (root)
            json_write_null(json);
        else
            json_write_count(json, profile->nodes[node].parent);
        json_write_name(json, "function");
        if (root)
            json_write_null(json);
        else
            json_write_count(json, listing->place[profile->nodes[node].frame]);
        write_weights(json, "self", profile->self, node, profile->scale);
        write_weights(json, "total", walk.total, node, profile->scale);
        if (samples)
            write_weights(json, "self_samples", profile->samples, node, 1);
        json_write_end(json);
    }
    json_write_end(json);
    profile_walk_free(&walk);
}

static void write_document(struct json_write *json, const struct listing *listing)
{
    json_format(json, "flamectl-diff", FORMAT_VERSION);
    if (listing->comparison)
        write_verdict(json, listing->comparison);
    json_unit(json, listing->profile);
    write_bool(json, "normalized", listing->writing->normalized);
    write_side(json, listing, CHANGES_BEFORE);
    write_side(json, listing, CHANGES_AFTER);
    if (listing->comparison) {
        write_test(json, listing->comparison);
        write_runs(json, listing->comparison);
        write_all(json, listing);
    }
    json_write_name(json, "functions");
    json_write_array(json);
    for (uint32_t place = 0; place < listing->count; place++)
        write_function(json, listing, listing->frame[place]);
    json_write_end(json);
    if (listing->comparison)
        write_paths(json, listing);
    write_nodes(json, listing);
}

void diff_report_json(const struct profile *profile, const struct writing *writing,
                      struct sink *sink)
{
    struct json_write json;
    struct listing listing = {
        .profile = profile, .writing = writing, .comparison = writing->comparison};
    changes_init(&listing.changes, profile);
    list_functions(&listing);
    json_write_init(&json, sink);
    json_write_object(&json);
    write_document(&json, &listing);
    json_write_end(&json);
    memory_free(listing.frame);
    memory_free(listing.place);
    changes_free(&listing.changes);
}
