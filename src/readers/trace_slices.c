/* The slices of a thread, one within the other, as the time that each is the innermost.
 *
 * Events are taken in order of time; of slices that begin together, the longer one is around the others.
 * A slice ends with the one around it at the latest. An end without a beginning is skipped, and a beginning
 * without an end lasts as long as the thread's events. */
#include "trace.h"

#include <stdlib.h>

#include "flamectl/memory.h"

/* A slice that has begun. */
struct slice {
    int64_t end;   /* INT64_MAX where an event ends it that is still to come */
    uint32_t name; /* frame id */
    uint32_t node; /* of the profile, or PROFILE_NONE until weight is filed there */
    bool waits;    /* for such an event */
};

struct slicing {
    struct trace *trace;
    struct sample sample; /* what is common to the thread's */
    uint32_t root;        /* node below which its stacks are filed, or PROFILE_NONE */
    int64_t now;
    struct slice *open; /* outermost first */
    size_t depth, capacity;
    uint32_t *waiting; /* by frame: how many open slices of this name wait for an event */
    size_t waiting_total;
};

static int compare_events(const void *left, const void *right)
{
    const struct trace_event *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    bool pair_a = a->duration < 0, pair_b = b->duration < 0;
    if (pair_a != pair_b)
        return pair_a ? -1 : 1;
    if (!pair_a && a->duration != b->duration)
        return a->duration > b->duration ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* The node of the innermost slice. */
static uint32_t find_node(struct slicing *slicing)
{
    struct profile *profile = slicing->trace->recorder->profile;
    size_t known = slicing->depth;
    while (known && slicing->open[known - 1].node == PROFILE_NONE)
        known--;
    if (slicing->root == PROFILE_NONE) {
        uint32_t frame = recorder_asked_process(slicing->trace->recorder, &slicing->sample);
        slicing->root = frame == FRAME_GAP ? PROFILE_ROOT : profile_child(profile, PROFILE_ROOT, frame);
    }
    uint32_t node = known ? slicing->open[known - 1].node : slicing->root;
    for (; known < slicing->depth; known++)
        node = slicing->open[known].node = profile_child(profile, node, slicing->open[known].name);
    return node;
}

/* Files the time from now on for the innermost slice. Weights are microseconds. */
static int spend(struct slicing *slicing, int64_t until)
{
    struct recorder *recorder = slicing->trace->recorder;
    struct sample *sample = &slicing->sample;
    int64_t from = slicing->now, to = until;
    if (slicing->now < until)
        slicing->now = until;
    if (slicing->depth == 0 || from >= to)
        return 0;
    recorder_clip(recorder, &from, &to);
    sample->time = from;
    if (!recorder_begin(recorder, sample))
        return 0;
    recorder_unit(recorder, "us");
    bool whole = (to - from) % 1000 == 0 || to - from > INT64_MAX / 1000;
    sample->period = whole ? (to - from) / 1000 : (to - from) * 1000;
    sample->places = whole ? 0 : PROFILE_DECIMAL_PLACES;
    return recorder_add(recorder, find_node(slicing), sample);
}

static void close_innermost(struct slicing *slicing)
{
    struct slice *slice = &slicing->open[--slicing->depth];
    if (slice->waits) {
        slicing->waiting[slice->name]--;
        slicing->waiting_total--;
    }
}

/* Goes on to a moment; slices that end before it do so. */
static int advance(struct slicing *slicing, int64_t time)
{
    while (slicing->depth && slicing->open[slicing->depth - 1].end <= time) {
        if (spend(slicing, slicing->open[slicing->depth - 1].end) < 0)
            return -1;
        close_innermost(slicing);
    }
    return spend(slicing, time);
}

static void begin(struct slicing *slicing, const struct trace_event *event)
{
    int64_t around = slicing->depth ? slicing->open[slicing->depth - 1].end : INT64_MAX, end = INT64_MAX;
    if (event->duration >= 0 && event->time < INT64_MAX - event->duration)
        end = event->time + event->duration;
    if (end != INT64_MAX && end > around)
        recorder_repaired(slicing->trace->recorder);
    slicing->open = memory_grow(slicing->open, &slicing->capacity, slicing->depth + 1, sizeof *slicing->open);
    slicing->open[slicing->depth++] = (struct slice){.end = end < around ? end : around, .name = event->name,
                                                     .node = PROFILE_NONE, .waits = event->duration < 0};
    if (event->duration < 0) {
        slicing->waiting[event->name]++;
        slicing->waiting_total++;
    }
}

/* Ends the innermost slice of this name (of any, where there is none), and those within it. */
static void end(struct slicing *slicing, uint32_t name)
{
    bool any = name == FRAME_GAP, found = false;
    if ((any ? slicing->waiting_total : slicing->waiting[name]) == 0) {
        recorder_skipped(slicing->trace->recorder);
        return;
    }
    while (!found) {
        const struct slice *innermost = &slicing->open[slicing->depth - 1];
        found = innermost->waits && (any || innermost->name == name);
        if (innermost->waits && !found)
            recorder_repaired(slicing->trace->recorder);
        close_innermost(slicing);
    }
}

/* What is still open at the end lasts until then, or until it says. */
static int finish(struct slicing *slicing)
{
    int64_t last = slicing->now;
    for (size_t i = 0; i < slicing->depth; i++) {
        if (slicing->open[i].end != INT64_MAX && slicing->open[i].end > last)
            last = slicing->open[i].end;
        if (slicing->open[i].waits)
            recorder_repaired(slicing->trace->recorder);
    }
    int result = advance(slicing, last);
    while (slicing->depth)
        close_innermost(slicing);
    return result;
}

static int file_thread(struct slicing *slicing, const struct trace_thread *thread)
{
    slicing->root = PROFILE_NONE;
    slicing->now = thread->events[0].time;
    for (size_t i = 0; i < thread->count; i++) {
        const struct trace_event *event = &thread->events[i];
        if (advance(slicing, event->time) < 0)
            return -1;
        if (event->duration == TRACE_END)
            end(slicing, event->name);
        else
            begin(slicing, event);
    }
    return finish(slicing);
}

/* Threads in order of their first events, so that the first of all is filed first. */
static uint32_t *order_threads(const struct trace *trace, size_t *count)
{
    struct trace_event *firsts = memory_get(trace->thread_count + 1, sizeof *firsts);
    uint32_t *order = memory_get(trace->thread_count + 1, sizeof *order);
    *count = 0;
    for (uint32_t i = 0; i < trace->thread_count; i++) {
        struct trace_thread *thread = &trace->threads[i];
        if (thread->count == 0)
            continue;
        qsort(thread->events, thread->count, sizeof *thread->events, compare_events);
        firsts[(*count)++] = (struct trace_event){.time = thread->events[0].time, .order = i};
    }
    qsort(firsts, *count, sizeof *firsts, compare_events);
    for (size_t i = 0; i < *count; i++)
        order[i] = firsts[i].order;
    memory_free(firsts);
    return order;
}

int trace_file_slices(struct trace *trace)
{
    struct slicing slicing = {.trace = trace};
    size_t count;
    uint32_t *order = order_threads(trace, &count);
    int result = 0;
    slicing.waiting = memory_zero((size_t)trace->frames->count + 1, sizeof *slicing.waiting);
    for (size_t i = 0; i < count && result == 0; i++) {
        slicing.sample = (struct sample){.event = span_of("slices"), .weighed = true, .samples = -1};
        trace_tell_thread(trace, order[i], &slicing.sample);
        result = file_thread(&slicing, &trace->threads[order[i]]);
    }
    memory_free(slicing.waiting);
    memory_free(slicing.open);
    memory_free(order);
    return result;
}
