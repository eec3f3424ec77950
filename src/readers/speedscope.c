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
#include "flamectl/memory.h"
#include "flamectl/reader.h"

#include "json_head.h"
#include "speedscope_parts.h"

static const struct speedscope_unit units[] = {
    {"none", 0, {"samples", PROFILE_DECIMAL_SCALE, false}},
    {"bytes", 0, {"bytes", PROFILE_DECIMAL_SCALE, false}},
    {"nanoseconds", 1, {"ns", 1, true}},
    {"microseconds", 1000, {"us", 1000, true}},
    {"milliseconds", 1000000, {"ms", 1000000, true}},
    {"seconds", 1000000000, {"ms", 1000000, true}},
};

static void free_part(struct speedscope_part *part)
{
    buffer_free(&part->name);
    number_list_free(&part->stacks);
    number_list_free(&part->events);
    number_list_free(&part->amounts.numbers);
    number_list_free(&part->amounts.places);
}

static void free_reading(struct speedscope *reading)
{
    for (size_t i = 0; i < reading->part_count; i++)
        free_part(&reading->parts[i]);
    memory_free(reading->parts);
    memory_free(reading->frames);
    memory_free(reading->stacks);
    memory_free(reading->members.ids);
    index_free(reading->by_members);
    line_memo_free(&reading->known);
    memory_free(reading->found.ids);
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

static void read_frames(struct speedscope *reading)
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

static void read_shared(struct speedscope *reading)
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

static struct span bytes_of(const struct speedscope *reading, size_t from, size_t count)
{
    return span_make((const char *)(reading->members.ids + from), count * sizeof *reading->members.ids);
}

/* The place of the stack whose frames are the last ones; they go where they are known. */
static uint32_t know_stack(struct speedscope *reading, size_t from)
{
    struct frame_list *members = &reading->members;
    struct span bytes = bytes_of(reading, from, members->count - from);
    uint64_t hash = hash_bytes(reading->seed, bytes);
    uint32_t place, at = index_begin(reading->by_members, hash);
    while ((place = index_next(reading->by_members, hash, &at)) != INDEX_NONE)
        if (span_equal(bytes_of(reading, reading->stacks[place].from, reading->stacks[place].count), bytes)) {
            members->count = from;
            return place;
        }
    place = (uint32_t)reading->stack_count;
    if (place == INDEX_NONE - 1)
        memory_exhausted();
    reading->stacks =
        memory_grow(reading->stacks, &reading->stack_capacity, reading->stack_count + 1, sizeof *reading->stacks);
    reading->stacks[reading->stack_count++] =
        (struct speedscope_stack){.from = from, .count = members->count - from, .place = PROFILE_NONE};
    index_add(reading->by_members, hash, place);
    return place;
}

/* [0,1]: the last token opened it. */
static uint32_t read_new_stack(struct speedscope *reading)
{
    struct json *json = &reading->json;
    int64_t frames[64];
    size_t from = reading->members.count, count;
    while ((count = json_ints(json, frames, sizeof frames / sizeof *frames)))
        for (size_t i = 0; i < count && is_frame(json, frames[i]); i++)
            frame_list_push(&reading->members, (uint32_t)frames[i]);
    return know_stack(reading, from);
}

/* The same: most come again, with the same text. */
static uint32_t read_stack(struct speedscope *reading)
{
    struct line_memo *memo = &reading->known;
    struct span text;
    if (!json_list_ahead(&reading->json, &text))
        return read_new_stack(reading);
    uint64_t hash = line_memo_hash(memo, text, false);
    reading->found.count = 0;
    if (line_memo_find(memo, hash, text, false, &reading->found)) {
        json_pass_list(&reading->json, text);
        return reading->found.ids[0];
    }
    uint32_t place = read_new_stack(reading);
    if (!reading->json.error)
        line_memo_add(memo, hash, text, false, &place, 1);
    return place;
}

/* [[0,1],[0],...] */
static void read_samples(struct speedscope *reading, struct speedscope_part *part)
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

static void read_weights(struct speedscope *reading, struct speedscope_part *part)
{
    if (!json_enter(&reading->json, JSON_ARRAY))
        return;
    while (json_element(&reading->json))
        add_amount(&part->amounts, take_amount(&reading->json));
}

/* {"type":"O","frame":0,"at":1}: the last token opened it. */
static void read_event(struct speedscope *reading, struct speedscope_part *part)
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

static void read_events(struct speedscope *reading, struct speedscope_part *part)
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

static void read_unit(struct json *json, struct speedscope_part *part)
{
    if (json_next(json) == JSON_STRING)
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (span_is(json->text, units[i].name))
                part->unit = &units[i];
    json_skip(json);
}

static void read_name(struct json *json, struct speedscope_part *part)
{
    if (json_next(json) == JSON_STRING)
        buffer_set(&part->name, json->text);
    json_skip(json);
}

static void read_part(struct speedscope *reading)
{
    struct json *json = &reading->json;
    reading->parts = memory_grow(reading->parts, &reading->part_capacity, reading->part_count + 1,
                                 sizeof *reading->parts);
    struct speedscope_part *part = &reading->parts[reading->part_count++];
    *part = (struct speedscope_part){.unit = &units[0]};
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

static void read_parts(struct speedscope *reading)
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

static int read_file(struct speedscope *reading)
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

static int speedscope_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct speedscope reading = {.recorder = recorder, .by_members = index_make(),
                                 .seed = recorder->profile->frames.seed};
    (void)options;
    line_memo_init(&reading.known, reading.seed);
    /* never NULL, to which not even 0 may be added */
    reading.members.ids = memory_grow(NULL, &reading.members.capacity, 1, sizeof *reading.members.ids);
    json_open(&reading.json, source);
    int result = read_file(&reading);
    if (result == 0)
        result = speedscope_file(&reading);
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
