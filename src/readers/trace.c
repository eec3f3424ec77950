/* What a trace holds beside slices: threads by their ids, stack frames by theirs, samples, and the parts of
 * V8's profiles. */
#include "trace.h"

#include <stdlib.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"

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
    for (size_t i = 0; i < trace->part_count; i++)
        v8_profile_free(&trace->parts[i].v8);
    memory_free(trace->threads);
    memory_free(trace->ids);
    memory_free(trace->samples);
    memory_free(trace->parts);
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
                                                   .process = UINT32_MAX};
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

/* The thread's own name, else its process's. */
void trace_tell_thread(const struct trace *trace, uint32_t thread, struct sample *sample)
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
    trace_tell_thread(trace, of->thread, &sample);
    if (!recorder_begin(recorder, &sample))
        return 0;
    uint32_t frame = recorder_asked_process(recorder, &sample), below = PROFILE_ROOT;
    if (frame != FRAME_GAP)
        below = profile_child(recorder->profile, PROFILE_ROOT, frame);
    return recorder_add(recorder, stack_tree_file(&trace->tree, recorder->profile, below, of->node), &sample);
}

/* Frames that are named nowhere. */
static void name_frames(struct trace *trace)
{
    for (uint32_t i = 0; i < trace->tree.count; i++)
        if (trace->tree.nodes[i].frame == FRAME_GAP)
            trace->tree.nodes[i].frame = frame_intern(trace->frames, span_of("[unknown]"), FRAME_PLAIN);
}

int trace_file_samples(struct trace *trace)
{
    int result = 0;
    name_frames(trace);
    for (uint32_t cuts = stack_tree_settle(&trace->tree); cuts; cuts--)
        recorder_repaired(trace->recorder);
    for (size_t i = 0; i < trace->sample_count && result == 0; i++)
        result = file_sample(trace, &trace->samples[i]);
    return result;
}

static int compare_parts(const void *left, const void *right)
{
    const struct trace_part *a = left, *b = right;
    if (a->profile != b->profile)
        return a->profile < b->profile ? -1 : 1;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* The parts from `first` on that are of one profile; *next is the first of another. */
static int file_profile(struct trace *trace, bool idle, size_t first, size_t *next)
{
    struct sample sample = {.event = span_of("cpu-profile"), .time = TIME_NONE};
    struct v8_profile whole;
    uint32_t thread = UINT32_MAX;
    v8_profile_init(&whole, trace->frames);
    for (*next = first; *next < trace->part_count && trace->parts[*next].profile == trace->parts[first].profile;
         ++*next) {
        v8_profile_append(&whole, &trace->parts[*next].v8);
        if (thread == UINT32_MAX)
            thread = trace->parts[*next].thread;
    }
    trace_tell_thread(trace, thread, &sample);
    int result = v8_profile_file(&whole, trace->recorder, sample, idle);
    v8_profile_free(&whole);
    return result;
}

int trace_file_profiles(struct trace *trace, bool idle)
{
    int result = 0;
    if (trace->part_count)
        qsort(trace->parts, trace->part_count, sizeof *trace->parts, compare_parts);
    for (size_t i = 0; i < trace->part_count && result == 0;)
        result = file_profile(trace, idle, i, &i);
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
        trace_tell_thread(trace, thread, &slices.sample);
        result = slices_file(&slices, &trace->threads[thread].slices);
    }
    slice_list_free(&order);
    slices_free(&slices);
    return result;
}
