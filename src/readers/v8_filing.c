/* Samples of V8's profiles in the call tree. A sample lasts until the next one, so its weight is the next one's delta;
 * a negative delta does not turn back the clock.
 *
 * The lesson: all deltas come after all samples. So samples are kept, and deltas used as they are read, unless members
 * come in another order than V8's. */
#include "v8_filing.h"

#include <stdio.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"

static uint64_t hash_id(const struct v8_profile *v8, int64_t id)
{
    return hash_pair(v8->frames->seed, (uint64_t)id, 0);
}

static uint32_t find_node(const struct v8_profile *v8, int64_t id)
{
    if ((uint64_t)id < v8->small_ids)
        return v8->by_small_id[id];
    uint64_t hash = hash_id(v8, id);
    uint32_t node, at = index_begin(v8->by_id, hash);
    while ((node = index_next(v8->by_id, hash, &at)) != INDEX_NONE)
        if (v8->nodes[node].id == id)
            return node;
    return STACK_NONE;
}

/* Of nodes with the same id, the first counts. */
static void index_nodes(struct v8_profile *v8)
{
    v8->by_id = index_make();
    v8->small_ids = (size_t)v8->tree.count * 2 + 1;
    v8->by_small_id = memory_get(v8->small_ids, sizeof *v8->by_small_id);
    for (size_t id = 0; id < v8->small_ids; id++)
        v8->by_small_id[id] = STACK_NONE;
    for (uint32_t i = 0; i < v8->tree.count; i++) {
        int64_t id = v8->nodes[i].id;
        if (!v8->nodes[i].known || find_node(v8, id) != STACK_NONE)
            continue;
        if ((uint64_t)id < v8->small_ids)
            v8->by_small_id[id] = i;
        else
            index_add(v8->by_id, hash_id(v8, id), i);
    }
}

static uint32_t find_idle(const struct v8_profile *v8)
{
    for (uint32_t i = 0; i < v8->tree.count; i++) {
        uint32_t frame = v8->tree.nodes[i].frame;
        if (frame != FRAME_GAP && span_is(v8->frames->frames[frame].name, "(idle)"))
            return frame;
    }
    return FRAME_GAP;
}

/* Nodes find their parents, and cycles are cut. */
static void settle(struct v8_profile *v8, struct recorder *recorder)
{
    index_nodes(v8);
    v8->idle = find_idle(v8);
    for (size_t i = 0; i < v8->edge_count; i++) {
        struct v8_edge edge = v8->edges[i];
        uint32_t other = find_node(v8, edge.id), child = edge.parent ? other : edge.node;
        if (other != STACK_NONE && v8->tree.nodes[child].parent == STACK_NONE)
            v8->tree.nodes[child].parent = edge.parent ? edge.node : other;
    }
    for (uint32_t cuts = stack_tree_settle(&v8->tree); cuts; cuts--)
        recorder_repaired(recorder);
}

static int file(struct v8_filing *filing, uint32_t node, const struct sample *sample)
{
    struct recorder *recorder = filing->recorder;
    struct v8_profile *v8 = filing->v8;
    if (!recorder_begin(recorder, sample))
        return 0;
    if (!filing->unit_told)
        recorder_unit(recorder, sample->weighed ? "us" : "samples");
    filing->unit_told = true;
    if (!filing->idle && v8->idle != FRAME_GAP && v8->tree.nodes[node].frame == v8->idle) {
        recorder_leave_out(recorder);
        return 0;
    }
    if (filing->below == PROFILE_NONE || filing->slice != recorder->slice) {
        filing->below = recorder_below(recorder, recorder_asked_process(recorder, sample));
        filing->slice = recorder->slice;
    }
    return recorder_add(recorder, stack_tree_file(&v8->tree, recorder->profile, filing->below, node), sample);
}

int v8_filing_weights(struct v8_profile *v8, struct recorder *recorder)
{
    int result = 0;
    settle(v8, recorder);
    for (uint32_t i = 0; i < v8->tree.count && result == 0; i++) {
        if (v8->nodes[i].weight == 0)
            continue;
        uint32_t node = stack_tree_file(&v8->tree, recorder->profile, PROFILE_ROOT, i);
        recorder_count(recorder);
        result = recorder_add_weight(recorder, node, recorder->column, v8->nodes[i].weight, 0);
    }
    return result;
}

static int file_hits(struct v8_filing *filing)
{
    struct sample sample = filing->sample;
    const struct v8_profile *v8 = filing->v8;
    int result = 0;
    for (uint32_t node = 0; node < v8->tree.count && result == 0; node++) {
        sample.samples = v8->nodes[node].weight;
        if (sample.samples)
            result = file(filing, node, &sample);
    }
    return result;
}

static int64_t add_clamped(int64_t a, int64_t b)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN + 1 - b)
        return b > 0 ? INT64_MAX : INT64_MIN + 1;
    return a + b;
}

/* Microseconds as nanoseconds. */
static int64_t nanoseconds(int64_t time)
{
    return time > INT64_MAX / 1000 || time < -(INT64_MAX / 1000) ? TIME_NONE : time * 1000;
}

static void tell_missing(struct recorder *recorder, int64_t id)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)id);
    recorder_unusable(recorder, 0, span_of(text), "a sample names a node that is not there");
}

static void next_group(struct v8_filing *filing)
{
    const struct v8_profile *v8 = filing->v8;
    size_t count = 0;
    for (; count < V8_GROUP && number_list_next(&v8->samples, &filing->at, &filing->ids[count]); count++)
        if ((uint64_t)filing->ids[count] < v8->small_ids)
            memory_prefetch(&v8->by_small_id[filing->ids[count]]);
    for (size_t i = 0; i < count; i++) {
        filing->nodes[i] = find_node(v8, filing->ids[i]);
        if (filing->nodes[i] != STACK_NONE)
            memory_prefetch(&v8->tree.nodes[filing->nodes[i]]);
    }
    filing->count = count;
    filing->taken = 0;
}

/* Files the next sample; false where there is none. */
static bool file_next(struct v8_filing *filing)
{
    if (filing->taken == filing->count)
        next_group(filing);
    if (filing->taken == filing->count || filing->result < 0)
        return false;
    size_t i = filing->taken++;
    if (filing->nodes[i] == STACK_NONE)
        tell_missing(filing->recorder, filing->ids[i]);
    else
        filing->result = file(filing, filing->nodes[i], &filing->sample);
    return true;
}

/* A sample begins, and the one before it ends. */
static bool meet(struct v8_filing *filing, int64_t now)
{
    int64_t since = filing->latest;
    filing->now = now;
    if (filing->latest < now)
        filing->latest = now;
    if (!filing->begun)
        return filing->begun = true;
    filing->sample.time = nanoseconds(since);
    filing->sample.weighed = true;
    filing->sample.period = since < 0 && filing->latest > INT64_MAX + since ? INT64_MAX : filing->latest - since;
    return file_next(filing);
}

void v8_filing_init(struct v8_filing *filing, struct v8_profile *v8, struct recorder *recorder, struct sample sample,
                    bool idle)
{
    *filing = (struct v8_filing){.v8 = v8, .recorder = recorder, .sample = sample, .idle = idle,
                                 .latest = INT64_MIN + 1, .below = PROFILE_NONE};
}

/* Before the first sample. */
static void begin(struct v8_filing *filing)
{
    if (filing->settled)
        return;
    settle(filing->v8, filing->recorder);
    filing->now = filing->v8->start;
    filing->settled = true;
}

void v8_filing_deltas(struct v8_filing *filing, const int64_t *deltas, size_t count)
{
    begin(filing);
    for (size_t i = 0; i < count; i++)
        meet(filing, add_clamped(filing->now, deltas[i]));
}

/* The times that are kept, and after them the profile's end. */
static int file_samples(struct v8_filing *filing)
{
    const struct v8_profile *v8 = filing->v8;
    struct number_cursor at = {0};
    bool stamped = v8->timestamps.used && !filing->begun, more = true;
    bool timed = filing->begun || v8->timestamps.used || v8->deltas.used;
    int64_t number;
    if (stamped)
        while (more && number_list_next(&v8->timestamps, &at, &number))
            more = meet(filing, number);
    else
        while (more && number_list_next(&v8->deltas, &at, &number))
            more = meet(filing, add_clamped(filing->now, number));
    while (more)
        more = timed ? meet(filing, stamped || filing->now > v8->end ? filing->now : v8->end) : file_next(filing);
    return filing->result;
}

int v8_filing_finish(struct v8_filing *filing)
{
    begin(filing);
    return filing->v8->samples.used ? file_samples(filing) : file_hits(filing);
}
