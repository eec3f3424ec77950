/* The file format of speedscope, which rbspy, py-spy, austin, dotnet-trace and speedscope itself write: frames,
 * and profiles of two types that refer to them.
 *
 *     {"$schema":"https://www.speedscope.app/file-format-schema.json",
 *      "shared":{"frames":[{"name":"main","file":"a.c","line":3},{"name":"read"}]},
 *      "profiles":[
 *       {"type":"sampled","name":"thread 1","unit":"seconds","startValue":0,"endValue":0.03,
 *        "samples":[[0],[0,1]],"weights":[0.01,0.02]},
 *       {"type":"evented","name":"thread 2","unit":"none","startValue":0,"endValue":9,
 *        "events":[{"type":"O","frame":0,"at":0},{"type":"C","frame":0,"at":9}]}]}
 *
 * The lesson: members come in any order, the frames mostly last; so stacks are kept as numbers until then.
 * Profiles of one unit are the threads of a program and are added up; units are events to --event-filter. Times
 * are exact to the nanosecond: seconds are shown as milliseconds, which six decimals suffice for. Not used:
 * file, line and col of frames.
 *
 * Checked against the schema of speedscope 1.25. */
#include <stdio.h>

#include "flamectl/buffer.h"
#include "flamectl/json_read.h"
#include "flamectl/memory.h"
#include "flamectl/reader.h"

#include "json_head.h"
#include "line_memo.h"
#include "number_list.h"
#include "slices.h"
#include "stack_tree.h"

/* What the format calls a unit; how many nanoseconds it has, or 0; and what the weights count. */
static const struct unit {
    const char *name;
    int64_t nanoseconds;
    struct slice_unit shown;
} units[] = {
    {"none", 0, {"samples", PROFILE_DECIMAL_SCALE, false}},
    {"bytes", 0, {"bytes", PROFILE_DECIMAL_SCALE, false}},
    {"nanoseconds", 1, {"ns", 1, true}},
    {"microseconds", 1000, {"us", 1000, true}},
    {"milliseconds", 1000000, {"ms", 1000000, true}},
    {"seconds", 1000000000, {"ms", 1000000, true}},
};

/* Numbers as they are read, before their unit is known: integers in units of 10^-places. */
struct amounts {
    struct number_list numbers, places;
};

struct amount {
    int64_t number, places;
};

struct profile_part {
    struct buffer name;
    const struct unit *unit;
    struct amount start, end;
    struct number_list stacks; /* sampled: nodes of the tree */
    struct number_list events; /* evented: frame * 2, and 1 more for the end */
    struct amounts amounts;    /* weights of the samples, or times of the events */
};

struct reading {
    struct json json;
    struct recorder *recorder;
    struct profile stacks; /* a tree of frame numbers */
    struct line_memo known; /* texts of stacks, and their nodes of this tree instead of frames */
    struct frame_list node; /* found there */
    struct stack_tree tree;
    uint32_t *frames; /* by number: frame id */
    size_t frame_count, frame_capacity;
    struct profile_part *parts;
    size_t part_count, part_capacity;
};

static void free_part(struct profile_part *part)
{
    buffer_free(&part->name);
    number_list_free(&part->stacks);
    number_list_free(&part->events);
    number_list_free(&part->amounts.numbers);
    number_list_free(&part->amounts.places);
}

static void free_reading(struct reading *reading)
{
    for (size_t i = 0; i < reading->part_count; i++)
        free_part(&reading->parts[i]);
    memory_free(reading->parts);
    memory_free(reading->frames);
    stack_tree_free(&reading->tree);
    line_memo_free(&reading->known);
    memory_free(reading->node.ids);
    profile_free(&reading->stacks);
}

/* The number that the last token is, as exact as it can be held. */
static struct amount take_amount(struct json *json)
{
    static const unsigned places[] = {0, 9, 6, 3};
    struct amount amount = {0, 0};
    if (json->token != JSON_NUMBER) {
        json_skip(json);
        return amount;
    }
    for (size_t i = json_is_fraction(json->text); i < sizeof places / sizeof *places; i++) {
        amount.places = places[i];
        if (json_decimal(json->text, places[i], &amount.number))
            return amount;
    }
    json_fail(json, "this number is too large");
    return amount;
}

static void add_amount(struct amounts *amounts, struct amount amount)
{
    number_list_add(&amounts->numbers, amount.number);
    number_list_add(&amounts->places, amount.places);
}

static bool next_amount(const struct amounts *amounts, struct number_cursor at[2], struct amount *amount)
{
    return number_list_next(&amounts->numbers, &at[0], &amount->number) &&
           number_list_next(&amounts->places, &at[1], &amount->places);
}

static void read_frames(struct reading *reading)
{
    struct json *json = &reading->json;
    if (!json_enter(json, JSON_ARRAY))
        return;
    while (json_element(json)) {
        uint32_t frame = FRAME_GAP;
        if (json->token != JSON_OBJECT) {
            json_fail(json, "a frame is an object");
            return;
        }
        while (json_member(json)) {
            if (!span_is(json->text, "name"))
                json_skip(json);
            else if (json_next(json) == JSON_STRING)
                frame = frame_intern_clean(&reading->recorder->profile->frames, json->text, FRAME_PLAIN);
            else
                json_skip(json);
        }
        reading->frames = memory_grow(reading->frames, &reading->frame_capacity, reading->frame_count + 1,
                                      sizeof *reading->frames);
        reading->frames[reading->frame_count++] = frame;
    }
}

static void read_shared(struct reading *reading)
{
    struct json *json = &reading->json;
    if (!json_enter(json, JSON_OBJECT))
        return;
    while (json_member(json)) {
        if (span_is(json->text, "frames"))
            read_frames(reading);
        else
            json_skip(json);
    }
}

static bool is_frame(struct json *json, int64_t number)
{
    if (number >= 0 && number < PROFILE_MOST_NODES)
        return true;
    json_fail(json, "this is no number of a frame");
    return false;
}

/* [0,1]: the last token opened it. */
static uint32_t read_new_stack(struct reading *reading)
{
    struct json *json = &reading->json;
    int64_t frames[64];
    uint32_t node = PROFILE_ROOT;
    size_t count;
    while ((count = json_ints(json, frames, sizeof frames / sizeof *frames)))
        for (size_t i = 0; i < count && is_frame(json, frames[i]); i++)
            node = profile_child(&reading->stacks, node, (uint32_t)frames[i]);
    return node;
}

/* The same: most come again, with the same text. */
static uint32_t read_stack(struct reading *reading)
{
    struct line_memo *memo = &reading->known;
    struct span text;
    if (!json_list_ahead(&reading->json, &text))
        return read_new_stack(reading);
    uint64_t hash = line_memo_hash(memo, text, false);
    reading->node.count = 0;
    if (line_memo_find(memo, hash, text, false, &reading->node)) {
        json_pass_list(&reading->json, text);
        return reading->node.ids[0];
    }
    uint32_t node = read_new_stack(reading);
    if (!reading->json.error)
        line_memo_add(memo, hash, text, false, &node, 1);
    return node;
}

/* [[0,1],[0],...] */
static void read_samples(struct reading *reading, struct profile_part *part)
{
    struct json *json = &reading->json;
    if (!json_enter(json, JSON_ARRAY))
        return;
    while (json_element(json)) {
        if (json->token != JSON_ARRAY) {
            json_fail(json, "a sample is a list of frames");
            return;
        }
        number_list_add(&part->stacks, read_stack(reading));
    }
}

static void read_weights(struct reading *reading, struct profile_part *part)
{
    if (!json_enter(&reading->json, JSON_ARRAY))
        return;
    while (json_element(&reading->json))
        add_amount(&part->amounts, take_amount(&reading->json));
}

/* {"type":"O","frame":0,"at":1}: the last token opened it. */
static void read_event(struct reading *reading, struct profile_part *part)
{
    struct json *json = &reading->json;
    struct amount at = {0, 0};
    int64_t frame = -1;
    bool ends = false;
    while (json_member(json)) {
        bool is_type = span_is(json->text, "type"), is_at = span_is(json->text, "at");
        bool is_number = span_is(json->text, "frame");
        json_next(json);
        if (is_type && json->token == JSON_STRING)
            ends = span_is(json->text, "C");
        else if (is_at)
            at = take_amount(json);
        else if (!is_number || json->token != JSON_NUMBER || !json_decimal(json->text, 0, &frame))
            json_skip(json);
    }
    if (json->error || !is_frame(json, frame))
        return;
    number_list_add(&part->events, frame * 2 + ends);
    add_amount(&part->amounts, at);
}

static void read_events(struct reading *reading, struct profile_part *part)
{
    if (!json_enter(&reading->json, JSON_ARRAY))
        return;
    while (json_element(&reading->json)) {
        if (reading->json.token == JSON_OBJECT)
            read_event(reading, part);
        else
            json_fail(&reading->json, "an event is an object");
    }
}

static void read_unit(struct json *json, struct profile_part *part)
{
    if (json_next(json) == JSON_STRING)
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (span_is(json->text, units[i].name))
                part->unit = &units[i];
    json_skip(json);
}

static void read_name(struct json *json, struct profile_part *part)
{
    if (json_next(json) == JSON_STRING)
        buffer_set(&part->name, json->text);
    json_skip(json);
}

static void read_part(struct reading *reading)
{
    struct json *json = &reading->json;
    reading->parts = memory_grow(reading->parts, &reading->part_capacity, reading->part_count + 1,
                                 sizeof *reading->parts);
    struct profile_part *part = &reading->parts[reading->part_count++];
    *part = (struct profile_part){.unit = &units[0]};
    while (json_member(json)) {
        if (span_is(json->text, "name")) {
            read_name(json, part);
        } else if (span_is(json->text, "unit")) {
            read_unit(json, part);
        } else if (span_is(json->text, "startValue")) {
            json_next(json);
            part->start = take_amount(json);
        } else if (span_is(json->text, "endValue")) {
            json_next(json);
            part->end = take_amount(json);
        } else if (span_is(json->text, "samples")) {
            read_samples(reading, part);
        } else if (span_is(json->text, "weights")) {
            read_weights(reading, part);
        } else if (span_is(json->text, "events")) {
            read_events(reading, part);
        } else {
            json_skip(json);
        }
    }
}

static void read_parts(struct reading *reading)
{
    struct json *json = &reading->json;
    if (!json_enter(json, JSON_ARRAY))
        return;
    while (json_element(json)) {
        if (json->token == JSON_OBJECT)
            read_part(reading);
        else
            json_fail(json, "a profile is an object");
    }
}

static int read_file(struct reading *reading)
{
    struct json *json = &reading->json;
    if (json_next(json) != JSON_OBJECT)
        json_fail(json, "a file of speedscope is a JSON object");
    else
        while (json_member(json)) {
            if (span_is(json->text, "shared"))
                read_shared(reading);
            else if (span_is(json->text, "profiles"))
                read_parts(reading);
            else
                json_skip(json);
        }
    if (json_next(json) > JSON_END)
        json_fail(json, "nothing should follow the profile");
    return json_finish(json);
}

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
static int64_t moment(struct amount amount, const struct unit *unit)
{
    return scale(amount.number, unit->nanoseconds ? unit->nanoseconds : PROFILE_DECIMAL_SCALE,
                 powers[amount.places]);
}

/* The unit's name is the event, so that profiles of another are told apart; a profile's is the thread. */
static struct sample sample_of(const struct profile_part *part)
{
    return (struct sample){.event = span_of(part->unit->shown.name), .time = TIME_NONE, .weighed = true,
                           .samples = -1, .has_process = part->name.len > 0, .no_tid = true,
                           .comm = buffer_span(&part->name)};
}

/* The frame of a number; told where there is none. */
static uint32_t frame_of(struct reading *reading, int64_t number)
{
    uint32_t frame = number < (int64_t)reading->frame_count ? reading->frames[number] : FRAME_GAP;
    if (frame != FRAME_GAP)
        return frame;
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)number);
    recorder_unusable(reading->recorder, 0, span_of(text), "there is no frame of this number");
    return frame_intern(&reading->recorder->profile->frames, span_of("[unknown]"), FRAME_PLAIN);
}

/* The stacks with frames for their numbers; a node's place is one less than before, without the root. */
static void name_stacks(struct reading *reading)
{
    for (uint32_t i = 1; i < reading->stacks.count; i++) {
        const struct profile_node *node = &reading->stacks.nodes[i];
        uint32_t parent = node->parent == PROFILE_ROOT ? STACK_NONE : node->parent - 1;
        stack_tree_add(&reading->tree, parent, frame_of(reading, node->frame));
    }
}

static int file_sample(struct reading *reading, int64_t node, const struct sample *sample,
                       const struct unit *unit)
{
    struct recorder *recorder = reading->recorder;
    if (!recorder_begin(recorder, sample))
        return 0;
    uint32_t frame = recorder_asked_process(recorder, sample), at = PROFILE_ROOT;
    recorder_unit(recorder, unit->shown.name);
    if (frame != FRAME_GAP)
        at = profile_child(recorder->profile, PROFILE_ROOT, frame);
    if (node != PROFILE_ROOT)
        at = stack_tree_file(&reading->tree, recorder->profile, at, (uint32_t)node - 1);
    return recorder_add(recorder, at, sample);
}

/* A list that is too short leaves samples without a weight: they weigh nothing. */
static int file_sampled(struct reading *reading, const struct profile_part *part)
{
    const struct unit *unit = part->unit;
    struct sample sample = sample_of(part);
    int64_t node, now = moment(part->start, unit);
    struct number_cursor place = {0}, at[2] = {{0}};
    int result = 0;
    while (result == 0 && number_list_next(&part->stacks, &place, &node)) {
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
        result = file_sample(reading, node, &sample, unit);
    }
    return result;
}

/* Where the events of a profile are being read. */
struct event_cursor {
    struct number_cursor event, amount[2];
};

static bool next_event(struct reading *reading, const struct profile_part *part, struct event_cursor *cursor,
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

static bool are_in_order(const struct profile_part *part)
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
static int file_ordered(struct reading *reading, struct slices *slices, const struct profile_part *part)
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

static int file_unordered(struct reading *reading, struct slices *slices, const struct profile_part *part)
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

static int file_evented(struct reading *reading, struct slices *slices, const struct profile_part *part)
{
    slices->sample = sample_of(part);
    slices->unit = part->unit->shown;
    slices->last = moment(part->end, part->unit);
    return are_in_order(part) ? file_ordered(reading, slices, part) : file_unordered(reading, slices, part);
}

static int file_parts(struct reading *reading)
{
    struct slices slices = {.recorder = reading->recorder};
    int result = 0;
    name_stacks(reading);
    for (size_t i = 0; i < reading->part_count && result == 0; i++) {
        const struct profile_part *part = &reading->parts[i];
        if (part->events.used)
            result = file_evented(reading, &slices, part);
        else
            result = file_sampled(reading, part);
    }
    slices_free(&slices);
    return result;
}

static int speedscope_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct reading reading = {.recorder = recorder};
    (void)options;
    profile_init(&reading.stacks, PROFILE_BY_NAME);
    line_memo_init(&reading.known, reading.stacks.frames.seed);
    json_open(&reading.json, source);
    int result = read_file(&reading);
    if (result == 0)
        result = file_parts(&reading);
    free_reading(&reading);
    return result;
}

static enum bid speedscope_detect(struct span head)
{
    bool schema = json_head_says(head, "$schema", "speedscope"), shared = json_head_has(head, "shared", "frames");
    return schema || shared || json_head_has(head, "profiles", "startValue") ? BID_CERTAIN : BID_NO;
}

const struct reader speedscope_reader = {
    .name = "speedscope",
    .summary = "speedscope's file format (py-spy, rbspy, dotnet-trace, ...)",
    .records = RECORDS_EVENTS | RECORDS_TIMES | RECORDS_PROCESSES | RECORDS_PERIODS,
    .detect = speedscope_detect,
    .read = speedscope_read,
};
