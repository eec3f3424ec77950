/* The slices of a thread, one within the other, as the time that each is the innermost.
 *
 * Events are taken in order of time; of slices that begin together, the longer one is around the others.
 * A slice ends with the one around it at the latest. An end without a beginning is skipped, and a beginning
 * without an end lasts as long as the thread's events. */
#include "slices.h"

#include <stdlib.h>

#include "flamectl/memory.h"

/* A slice that has begun. */
struct slice {
    int64_t end;   /* INT64_MAX where an event ends it that is still to come */
    uint32_t name; /* frame id */
    uint32_t node; /* of the profile, or PROFILE_NONE until weight is filed there */
    bool waits;    /* for such an event */
};

void slices_free(struct slices *slices)
{
    memory_free(slices->open);
    memory_free(slices->waiting);
}

void slice_list_free(struct slice_list *list)
{
    memory_free(list->events);
}

void slice_list_add(struct slice_list *list, int64_t time, int64_t duration, uint32_t name)
{
    list->events = memory_grow(list->events, &list->capacity, list->count + 1, sizeof *list->events);
    list->events[list->count] = (struct slice_event){time, duration, name, (uint32_t)list->count};
    list->count++;
}

static int compare_events(const void *left, const void *right)
{
    const struct slice_event *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    bool pair_a = a->duration < 0, pair_b = b->duration < 0;
    if (pair_a != pair_b)
        return pair_a ? -1 : 1;
    if (!pair_a && a->duration != b->duration)
        return a->duration > b->duration ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

void slice_list_sort(struct slice_list *list)
{
    size_t sorted = 1; /* so many are in order, mostly all */
    while (sorted < list->count && compare_events(&list->events[sorted - 1], &list->events[sorted]) < 0)
        sorted++;
    if (sorted < list->count)
        qsort(list->events, list->count, sizeof *list->events, compare_events);
}

/* The node of the innermost slice. */
static uint32_t find_node(struct slices *slices)
{
    struct recorder *recorder = slices->recorder;
    struct profile *profile = recorder->profile;
    size_t known = slices->depth;
    if (slices->root == PROFILE_NONE || slices->of_time != recorder->slice) {
        slices->root = recorder_below(recorder, recorder_asked_process(recorder, &slices->sample));
        slices->of_time = recorder->slice;
        known = 0;
    }
    while (known && slices->open[known - 1].node == PROFILE_NONE)
        known--;
    uint32_t node = known ? slices->open[known - 1].node : slices->root;
    for (; known < slices->depth; known++)
        node = slices->open[known].node = profile_child(profile, node, slices->open[known].name);
    return node;
}

void slice_weigh(struct sample *sample, int64_t duration, int64_t per)
{
    int64_t rest = duration % per;
    sample->period = duration / per;
    sample->places = 0;
    if (rest == 0 || sample->period >= INT64_MAX / PROFILE_DECIMAL_SCALE)
        return;
    bool fine = per > PROFILE_DECIMAL_SCALE; /* then six decimals round */
    int64_t decimals = fine ? (rest + per / PROFILE_DECIMAL_SCALE / 2) / (per / PROFILE_DECIMAL_SCALE)
                            : rest * (PROFILE_DECIMAL_SCALE / per);
    sample->period = sample->period * PROFILE_DECIMAL_SCALE + decimals;
    sample->places = PROFILE_DECIMAL_PLACES;
}

/* Files the time from now on for the innermost slice. */
static int spend(struct slices *slices, int64_t until)
{
    struct recorder *recorder = slices->recorder;
    struct sample *sample = &slices->sample;
    bool is_time = slices->unit.is_time;
    int64_t from = slices->now, to = until;
    if (slices->now < until)
        slices->now = until;
    if (slices->depth == 0 || from >= to)
        return 0;
    if (is_time)
        recorder_clip(recorder, &from, &to);
    for (int64_t end; from < to; from = end) {
        end = to;
        if (is_time && recorder_part(recorder, from, &end) < 0)
            return -1;
        sample->time = is_time ? from : TIME_NONE;
        if (!recorder_begin(recorder, sample))
            return 0;
        recorder_unit(recorder, slices->unit.name);
        slice_weigh(sample, from < 0 && end > INT64_MAX + from ? INT64_MAX : end - from, slices->unit.per);
        if (recorder_add(recorder, find_node(slices), sample) < 0)
            return -1;
    }
    return 0;
}

static void close_innermost(struct slices *slices)
{
    struct slice *slice = &slices->open[--slices->depth];
    if (slice->waits) {
        slices->waiting[slice->name]--;
        slices->waiting_total--;
    }
}

/* Goes on to a moment; slices that end before it do so. */
static int advance(struct slices *slices, int64_t time)
{
    while (slices->depth && slices->open[slices->depth - 1].end <= time) {
        if (spend(slices, slices->open[slices->depth - 1].end) < 0)
            return -1;
        close_innermost(slices);
    }
    return spend(slices, time);
}

/* To count the open slices of a name. */
static void make_room(struct slices *slices, uint32_t name)
{
    if (name < slices->waiting_count)
        return;
    slices->waiting = memory_grow(slices->waiting, &slices->waiting_capacity, (size_t)name + 1,
                                  sizeof *slices->waiting);
    memset(slices->waiting + slices->waiting_count, 0,
           (slices->waiting_capacity - slices->waiting_count) * sizeof *slices->waiting);
    slices->waiting_count = slices->waiting_capacity;
}

static void begin(struct slices *slices, const struct slice_event *event)
{
    int64_t around = slices->depth ? slices->open[slices->depth - 1].end : INT64_MAX, end = INT64_MAX;
    if (event->duration >= 0 && event->time < INT64_MAX - event->duration)
        end = event->time + event->duration;
    if (end != INT64_MAX && end > around)
        recorder_repaired(slices->recorder);
    slices->open = memory_grow(slices->open, &slices->capacity, slices->depth + 1, sizeof *slices->open);
    slices->open[slices->depth++] = (struct slice){.end = end < around ? end : around, .name = event->name,
                                                     .node = PROFILE_NONE, .waits = event->duration < 0};
    if (event->duration < 0) {
        make_room(slices, event->name);
        slices->waiting[event->name]++;
        slices->waiting_total++;
    }
}

/* Ends the innermost slice of this name (of any, where there is none), and those within it. */
static void end(struct slices *slices, uint32_t name)
{
    bool any = name == FRAME_GAP, found = false;
    if (!any)
        make_room(slices, name);
    if ((any ? slices->waiting_total : slices->waiting[name]) == 0) {
        recorder_skipped(slices->recorder);
        return;
    }
    while (!found) {
        const struct slice *innermost = &slices->open[slices->depth - 1];
        found = innermost->waits && (any || innermost->name == name);
        if (innermost->waits && !found)
            recorder_repaired(slices->recorder);
        close_innermost(slices);
    }
}

/* What is still open at the end lasts until then, or until it says. */
int slices_end(struct slices *slices)
{
    int64_t last = slices->now > slices->last ? slices->now : slices->last;
    for (size_t i = 0; i < slices->depth; i++) {
        if (slices->open[i].end != INT64_MAX && slices->open[i].end > last)
            last = slices->open[i].end;
        if (slices->open[i].waits)
            recorder_repaired(slices->recorder);
    }
    int result = advance(slices, last);
    while (slices->depth)
        close_innermost(slices);
    return result;
}

void slices_begin(struct slices *slices, int64_t first)
{
    slices->root = PROFILE_NONE;
    slices->now = first;
}

int slices_take(struct slices *slices, const struct slice_event *event)
{
    if (advance(slices, event->time) < 0)
        return -1;
    if (event->duration == SLICE_END)
        end(slices, event->name);
    else
        begin(slices, event);
    return 0;
}

int slices_file(struct slices *slices, const struct slice_list *list)
{
    slices_begin(slices, list->count ? list->events[0].time : 0);
    for (size_t i = 0; i < list->count; i++)
        if (slices_take(slices, &list->events[i]) < 0)
            return -1;
    return slices_end(slices);
}
