/* The profiles of a speedscope file, once all of it is read: samples with weights, and calls that begin and end.
 * The lesson: events should be in order of time, and where they are, none is kept. */
#include <stdio.h>

#include "flamectl/memory.h"

#include "speedscope_parts.h"
#include "stack.h"

/* By how many places an amount has. */
static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/* number * times / by, powers of ten both, rounded half away from zero, kept within int64_t. */
static int64_t scale(int64_t number, int64_t times, int64_t by)
{
    if (times < by) {
        int64_t part = by / times, rest = number % part;
        return number / part + (rest >= part / 2) - (rest <= -(part / 2));
    }
    if (number / by > INT64_MAX / times - 1 || number / by < -(INT64_MAX / times - 1))
        return number < 0 ? -INT64_MAX : INT64_MAX;
    return number * (times / by);
}

/* Nanoseconds, or millionths of what is no time. */
static int64_t moment(struct amount amount, const struct speedscope_unit *unit)
{
    return scale(amount.number, unit->nanoseconds ? unit->nanoseconds : PROFILE_DECIMAL_SCALE,
                 powers[amount.places]);
}

static bool next_amount(const struct amounts *amounts, struct number_cursor at[2], struct amount *amount)
{
    return number_list_next(&amounts->numbers, &at[0], &amount->number) &&
           number_list_next(&amounts->places, &at[1], &amount->places);
}

/* The unit's name is the event, so that profiles of another are told apart; a profile's is the thread. */
static struct sample sample_of(const struct speedscope_part *part)
{
    return (struct sample){.event = span_of(part->unit->shown.name), .time = TIME_NONE, .weighed = true,
                           .samples = -1, .has_process = part->name.len > 0, .no_tid = true,
                           .comm = buffer_span(&part->name)};
}

/* The frame of a number; told where there is none. */
static uint32_t frame_of(struct speedscope *reading, int64_t number)
{
    uint32_t frame = number < (int64_t)reading->frame_count ? reading->frames[number] : FRAME_GAP;
    if (frame != FRAME_GAP)
        return frame;
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)number);
    recorder_unusable(reading->recorder, 0, span_of(text), "there is no frame of this number");
    return frame_intern(&reading->recorder->profile->frames, span_of("[unknown]"), FRAME_PLAIN);
}

/* From numbers, root first, to frames, leaf first. */
static void name_stacks(struct speedscope *reading)
{
    for (size_t i = 0; i < reading->stack_count; i++) {
        const struct speedscope_stack *stack = &reading->stacks[i];
        struct frame_list members = {reading->members.ids + stack->from, stack->count, stack->count};
        for (size_t m = 0; m < members.count; m++)
            members.ids[m] = frame_of(reading, members.ids[m]);
        frame_list_reverse(&members, 0);
    }
}

static uint32_t find_place(struct speedscope *reading, struct speedscope_stack *stack, uint32_t first)
{
    struct recorder *recorder = reading->recorder;
    const struct profile *profile = recorder->profile;
    struct frame_list *frames = &reading->found;
    if (profile->order == PROFILE_BY_NAME && stack->place != PROFILE_NONE && stack->first == first &&
        stack->slice == recorder->slice && stack->turn == profile->turn)
        return stack->place;
    frames->count = 0;
    frame_list_append(frames, reading->members.ids + stack->from, stack->count);
    stack_push_root(frames, recorder, first);
    stack->first = first;
    stack->slice = recorder->slice;
    stack->place = recorder_place(recorder, frames->ids, frames->count);
    stack->turn = profile->turn;
    return stack->place;
}

static int file_sample(struct speedscope *reading, int64_t stack, const struct sample *sample,
                       const struct speedscope_unit *unit)
{
    struct recorder *recorder = reading->recorder;
    if (!recorder_begin(recorder, sample))
        return 0;
    uint32_t first = recorder_asked_process(recorder, sample);
    recorder_unit(recorder, unit->shown.name);
    if (recorder->profile->paths && sample->period == 0 && recorder->options->count != COUNT_SAMPLES) {
        recorder->tally.kept++; /* no line of its own */
        return 0;
    }
    return recorder_add_at(recorder, find_place(reading, &reading->stacks[stack], first), sample);
}

/* A list that is too short leaves samples without a weight: they weigh nothing. */
static int file_sampled(struct speedscope *reading, const struct speedscope_part *part)
{
    const struct speedscope_unit *unit = part->unit;
    struct sample sample = sample_of(part);
    int64_t stack, now = moment(part->start, unit);
    struct number_cursor place = {0}, at[2] = {{0}};
    int result = 0;
    while (result == 0 && number_list_next(&part->stacks, &place, &stack)) {
        struct amount amount = {0, 0};
        bool whole = !next_amount(&part->amounts, at, &amount) ||
                     (unit->nanoseconds == 0 && amount.places == 0);
        int64_t weight = whole ? amount.number : moment(amount, unit);
        if (weight < 0) {
            recorder_unusable(reading->recorder, 0, sample.comm, "a weight below 0");
            continue;
        }
        slice_weigh(&sample, weight, whole ? 1 : unit->shown.per);
        sample.time = unit->nanoseconds ? now : TIME_NONE;
        now = now > 0 && weight > INT64_MAX - now ? INT64_MAX : now + weight;
        result = file_sample(reading, stack, &sample, unit);
    }
    return result;
}

/* Where the events of a profile are being read. */
struct event_cursor {
    struct number_cursor event, amount[2];
};

static bool next_event(struct speedscope *reading, const struct speedscope_part *part, struct event_cursor *cursor,
                       struct slice_event *event)
{
    struct amount amount = {0, 0};
    int64_t number;
    if (!number_list_next(&part->events, &cursor->event, &number))
        return false;
    next_amount(&part->amounts, cursor->amount, &amount);
    event->time = moment(amount, part->unit);
    event->duration = number & 1 ? SLICE_END : SLICE_BEGIN;
    event->name = frame_of(reading, number >> 1);
    return true;
}

static bool are_in_order(const struct speedscope_part *part)
{
    struct number_cursor at[2] = {{0}};
    struct amount amount;
    int64_t last = INT64_MIN;
    while (next_amount(&part->amounts, at, &amount)) {
        int64_t time = moment(amount, part->unit);
        if (time < last)
            return false;
        last = time;
    }
    return true;
}

/* As the standard has them, in order of time: none is kept. */
static int file_ordered(struct speedscope *reading, struct slices *slices, const struct speedscope_part *part)
{
    struct event_cursor cursor = {0};
    struct slice_event event = {0};
    bool more = next_event(reading, part, &cursor, &event);
    slices_begin(slices, event.time);
    for (; more; more = next_event(reading, part, &cursor, &event))
        if (slices_take(slices, &event) < 0)
            return -1;
    return slices_end(slices);
}

static int file_unordered(struct speedscope *reading, struct slices *slices, const struct speedscope_part *part)
{
    struct event_cursor cursor = {0};
    struct slice_list list = {0};
    struct slice_event event = {0};
    while (next_event(reading, part, &cursor, &event))
        slice_list_add(&list, event.time, event.duration, event.name);
    slice_list_sort(&list);
    int result = slices_file(slices, &list);
    slice_list_free(&list);
    return result;
}

static int file_evented(struct speedscope *reading, struct slices *slices, const struct speedscope_part *part)
{
    slices->sample = sample_of(part);
    slices->unit = part->unit->shown;
    slices->last = moment(part->end, part->unit);
    return are_in_order(part) ? file_ordered(reading, slices, part) : file_unordered(reading, slices, part);
}

int speedscope_file(struct speedscope *reading)
{
    struct slices slices = {.recorder = reading->recorder};
    int result = 0;
    name_stacks(reading);
    for (size_t i = 0; i < reading->part_count && result == 0; i++) {
        const struct speedscope_part *part = &reading->parts[i];
        if (part->events.used)
            result = file_evented(reading, &slices, part);
        else
            result = file_sampled(reading, part);
    }
    slices_free(&slices);
    return result;
}
