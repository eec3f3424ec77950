/* What a trace holds beside slices: threads by their ids, stack frames by theirs, samples, and the parts of
 * V8's profiles. */
#include "trace.h"

#include <stdlib.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"

#include "v8_filing.h"

void trace_init(struct trace *trace, struct recorder *recorder)
{
    *trace = (struct trace){.recorder = recorder, .frames = &recorder->profile->frames};
    arena_init(&trace->texts);
    trace->by_thread = index_make();
    trace->by_frame_id = index_make();
}

void trace_free(struct trace *trace)
{
    for (size_t i = 0; i < trace->thread_count; i++)
        slice_list_free(&trace->threads[i].slices);
    for (size_t i = 0; i < trace->profile_count; i++) {
        v8_profile_free(&trace->profiles[i].v8);
        memory_free(trace->profiles[i].parts);
    }
    memory_free(trace->threads);
    memory_free(trace->ids);
    memory_free(trace->samples);
    memory_free(trace->profiles);
    stack_tree_free(&trace->tree);
    index_free(trace->by_thread);
    index_free(trace->by_frame_id);
    arena_free(&trace->texts);
}

static bool is_thread(const struct trace *trace, uint32_t thread, struct span pid, struct span tid)
{
    return thread < trace->thread_count && span_equal(trace->threads[thread].tid, tid) &&
           span_equal(trace->threads[thread].pid, pid);
}

static struct span keep(struct trace *trace, struct span text)
{
    return span_make(arena_copy(&trace->texts, text), text.len);
}

uint32_t trace_thread(struct trace *trace, struct span pid, struct span tid)
{
    if (is_thread(trace, trace->last_thread, pid, tid))
        return trace->last_thread;
    uint64_t hash = hash_pair(trace->frames->seed, hash_bytes(trace->frames->seed, pid),
                              hash_bytes(trace->frames->seed, tid));
    uint32_t thread, at = index_begin(trace->by_thread, hash);
    while ((thread = index_next(trace->by_thread, hash, &at)) != INDEX_NONE)
        if (is_thread(trace, thread, pid, tid))
            return trace->last_thread = thread;
    thread = (uint32_t)trace->thread_count++;
    trace->threads = memory_grow(trace->threads, &trace->thread_capacity, trace->thread_count,
                                 sizeof *trace->threads);
    trace->threads[thread] = (struct trace_thread){.pid = keep(trace, pid), .tid = keep(trace, tid),
                                                   .process = UINT32_MAX, .profile = UINT32_MAX};
    index_add(trace->by_thread, hash, thread);
    return trace->last_thread = thread;
}

uint32_t trace_stack_frame(struct trace *trace, struct span id)
{
    uint64_t hash = hash_bytes(trace->frames->seed, id);
    uint32_t node, at = index_begin(trace->by_frame_id, hash);
    while ((node = index_next(trace->by_frame_id, hash, &at)) != INDEX_NONE)
        if (span_equal(trace->ids[node], id))
            return node;
    node = stack_tree_add(&trace->tree, STACK_NONE, FRAME_GAP);
    trace->ids = memory_grow(trace->ids, &trace->ids_capacity, (size_t)node + 1, sizeof *trace->ids);
    trace->ids[node] = keep(trace, id);
    index_add(trace->by_frame_id, hash, node);
    return node;
}

/* Tells who a sample is of: by the thread's own name, else its process's. */
static void tell_thread(const struct trace *trace, uint32_t thread, struct sample *sample)
{
    if (thread == UINT32_MAX)
        return;
    const struct trace_thread *of = &trace->threads[thread];
    sample->comm = of->name;
    if (of->name.len == 0 && of->process != UINT32_MAX)
        sample->comm = trace->threads[of->process].name;
    sample->has_pid = span_to_int64(of->pid, &sample->pid);
    sample->no_tid = !span_to_int64(of->tid, &sample->tid);
    if (sample->comm.len == 0 && sample->no_tid)
        sample->comm = of->tid;
    sample->has_process = sample->comm.len || !sample->no_tid;
}

static int file_sample(struct trace *trace, const struct trace_sample *of)
{
    struct recorder *recorder = trace->recorder;
    struct sample sample = {.event = trace->frames->frames[of->event].name, .time = of->time,
                            .period = of->weight};
    tell_thread(trace, of->thread, &sample);
    if (!recorder_begin(recorder, &sample))
        return 0;
    uint32_t below = recorder_below(recorder, recorder_asked_process(recorder, &sample));
    return recorder_add(recorder, stack_tree_file(&trace->tree, recorder->profile, below, of->node), &sample);
}

/* Frames that are named nowhere. */
static void name_frames(struct trace *trace)
{
    for (uint32_t i = 0; i < trace->tree.count; i++)
        if (trace->tree.nodes[i].frame == FRAME_GAP)
            trace->tree.nodes[i].frame = frame_intern(trace->frames, span_of("[unknown]"), FRAME_PLAIN);
}

/* By time, which samples may come in any order of. */
static int file_by_time(struct trace *trace)
{
    struct slice_list order = {0};
    int result = 0;
    for (size_t i = 0; i < trace->sample_count; i++)
        slice_list_add(&order, trace->samples[i].time, 0, (uint32_t)i);
    slice_list_sort(&order);
    for (size_t i = 0; i < order.count && result == 0; i++)
        result = file_sample(trace, &trace->samples[order.events[i].name]);
    slice_list_free(&order);
    return result;
}

int trace_file_samples(struct trace *trace)
{
    int result = 0;
    name_frames(trace);
    for (uint32_t cuts = stack_tree_settle(&trace->tree); cuts; cuts--)
        recorder_repaired(trace->recorder);
    if (trace->recorder->profile->order == PROFILE_BY_TIME)
        return file_by_time(trace);
    for (size_t i = 0; i < trace->sample_count && result == 0; i++)
        result = file_sample(trace, &trace->samples[i]);
    return result;
}

static struct trace_profile *find_profile(struct trace *trace, uint32_t thread)
{
    uint32_t *profile = &trace->threads[thread].profile;
    if (*profile == UINT32_MAX) {
        *profile = (uint32_t)trace->profile_count++;
        trace->profiles = memory_grow(trace->profiles, &trace->profile_capacity, trace->profile_count,
                                      sizeof *trace->profiles);
        trace->profiles[*profile] = (struct trace_profile){0};
        v8_profile_init(&trace->profiles[*profile].v8, trace->frames);
    }
    return &trace->profiles[*profile];
}

static void set_times(struct v8_profile *v8, const struct trace_part *part)
{
    v8->start = part->first ? part->first : v8->start;
    v8->end = part->last ? part->last : v8->end;
}

/* The first part, which may be all there is, becomes the profile. */
void trace_add_part(struct trace *trace, struct span pid, struct span id, struct v8_profile *part, int64_t time,
                    uint32_t thread)
{
    struct trace_profile *profile = find_profile(trace, trace_thread(trace, pid, id));
    struct trace_part made = {.time = time, .thread = thread, .order = (uint32_t)profile->count,
                              .first = part->start, .last = part->end};
    made.begin = v8_profile_mark(&profile->v8);
    if (profile->count == 0) {
        struct v8_profile empty = profile->v8;
        profile->v8 = *part;
        *part = empty;
    } else {
        v8_profile_append(&profile->v8, part, (struct v8_mark){0}, v8_profile_mark(part));
        set_times(&profile->v8, &made);
    }
    made.end = v8_profile_mark(&profile->v8);
    profile->parts = memory_grow(profile->parts, &profile->capacity, profile->count + 1, sizeof *profile->parts);
    profile->parts[profile->count++] = made;
}

static int compare_parts(const void *left, const void *right)
{
    const struct trace_part *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* Puts the parts in order of time, which they mostly come in. */
static void order_parts(struct trace_profile *profile)
{
    struct v8_profile ordered;
    size_t sorted = 1;
    while (sorted < profile->count && profile->parts[sorted - 1].time <= profile->parts[sorted].time)
        sorted++;
    if (sorted >= profile->count)
        return;
    qsort(profile->parts, profile->count, sizeof *profile->parts, compare_parts);
    v8_profile_init(&ordered, profile->v8.frames);
    for (size_t i = 0; i < profile->count; i++) {
        v8_profile_append(&ordered, &profile->v8, profile->parts[i].begin, profile->parts[i].end);
        set_times(&ordered, &profile->parts[i]);
    }
    v8_profile_free(&profile->v8);
    profile->v8 = ordered;
}

static int file_profile(struct trace *trace, struct trace_profile *profile, bool idle)
{
    struct sample sample = {.event = span_of("cpu-profile"), .time = TIME_NONE};
    struct v8_filing filing;
    uint32_t thread = UINT32_MAX;
    order_parts(profile);
    for (size_t i = 0; i < profile->count && thread == UINT32_MAX; i++)
        thread = profile->parts[i].thread;
    tell_thread(trace, thread, &sample);
    v8_filing_init(&filing, &profile->v8, trace->recorder, sample, idle);
    int result = v8_filing_finish(&filing);
    v8_profile_free(&profile->v8);
    return result;
}

/* In order of the threads whose ids theirs would be. */
int trace_file_profiles(struct trace *trace, bool idle)
{
    int result = 0;
    for (size_t i = 0; i < trace->thread_count && result == 0; i++)
        if (trace->threads[i].profile != UINT32_MAX)
            result = file_profile(trace, &trace->profiles[trace->threads[i].profile], idle);
    return result;
}

/* Threads in order of their first events, so that the first of all is filed first. */
static void order_threads(struct trace *trace, struct slice_list *order)
{
    for (size_t i = 0; i < trace->thread_count; i++) {
        struct slice_list *slices = &trace->threads[i].slices;
        slice_list_sort(slices);
        if (slices->count)
            slice_list_add(order, slices->events[0].time, 0, (uint32_t)i);
    }
    slice_list_sort(order);
}

int trace_file_slices(struct trace *trace)
{
    struct slices slices = {.recorder = trace->recorder, .unit = {"us", 1000, true}, .last = INT64_MIN};
    struct slice_list order = {0};
    int result = 0;
    order_threads(trace, &order);
    for (size_t i = 0; i < order.count && result == 0; i++) {
        uint32_t thread = order.events[i].name;
        slices.sample = (struct sample){.event = span_of("slices"), .weighed = true, .samples = -1};
        tell_thread(trace, thread, &slices.sample);
        result = slices_file(&slices, &trace->threads[thread].slices);
    }
    slice_list_free(&order);
    slices_free(&slices);
    return result;
}
