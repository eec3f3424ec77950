/* Trace events, the JSON of chrome://tracing and Perfetto: an object, or the array of its events alone.
 * Chrome, Node, clang -ftime-trace, rustc, Bazel, Ninja and many more write it.
 *
 *     {"traceEvents":[
 *      {"ph":"X","pid":1,"tid":2,"ts":10,"dur":30,"name":"parse"},
 *      {"ph":"B","pid":1,"tid":2,"ts":50,"name":"link"},
 *      {"ph":"E","pid":1,"tid":2,"ts":70},
 *      {"ph":"M","pid":1,"tid":2,"name":"thread_name","args":{"name":"main"}},
 *      {"ph":"P","pid":1,"tid":2,"ts":80,"name":"cycles","sf":"7"},
 *      {"ph":"P","pid":1,"tid":3,"ts":9,"id":"0x1","name":"ProfileChunk","args":{"data":{...}}}],
 *     "stackFrames":{"7":{"name":"read","parent":"6"},...}, "samples":[...]}
 *
 * Times are microseconds. A thread's slices (X, or B until E) lie within each other: slices.c. Profiles
 * of V8 come whole ("CpuProfile") or in parts ("Profile", "ProfileChunk"). Profiles, slices and samples are
 * events of different names to --event-filter; the first of these is the default.
 *
 * The lesson: events come in any order, members of an event too, and the file may end anywhere, since whoever
 * writes it may be killed: so all slices are kept (24 bytes each) until the end. Not used: instant, counter,
 * async, flow and object events.
 *
 * Checked against traces of node 20.20 and clang 14, and speedscope's results. */
#include "flamectl/buffer.h"
#include "flamectl/memory.h"
#include "flamectl/reader.h"

#include "json_head.h"
#include "trace.h"

struct chrome_trace_options {
    int idle;
};

static const struct option chrome_trace_option_rows[] = {
    {.name = "idle", .kind = OPTION_FLAG, .offset = offsetof(struct chrome_trace_options, idle), .set = 1,
     .help = "keep the time in which nothing runs"},
    {.name = NULL},
};

enum field_name { FIELD_PHASE, FIELD_NAME, FIELD_PID, FIELD_TID, FIELD_ID, FIELD_FRAME, FIELD_ARGUMENT, FIELDS };

/* The event being read. */
struct event {
    struct buffer fields[FIELDS];
    int64_t time, duration, weight;
    bool timed, lasting;
    bool wrong; /* a time or duration is no number */
    struct v8_profile part;
};

struct reading {
    struct json json;
    struct trace trace;
    struct event event;
    bool inside; /* the input ended within the event */
};

static struct span field(const struct event *event, enum field_name name)
{
    return buffer_span(&event->fields[name]);
}

/* A string or a number, as text. */
static bool take_text(struct json *json, struct span *text)
{
    enum json_token token = json_next(json);
    json_skip(json);
    *text = json->text;
    return token == JSON_STRING || token == JSON_NUMBER;
}

static void take_field(struct reading *reading, enum field_name name)
{
    struct span text;
    if (take_text(&reading->json, &text))
        buffer_set(&reading->event.fields[name], text);
}

static bool take_number(struct reading *reading, unsigned places, int64_t *number)
{
    struct span text;
    return take_text(&reading->json, &text) && json_decimal(text, places, number);
}

/* Of the arguments: the name that metadata gives, and the parts of V8 profiles. */
static void read_data(struct reading *reading)
{
    struct json *json = &reading->json;
    struct v8_profile *part = &reading->event.part;
    if (!json_enter(json, JSON_OBJECT))
        return;
    while (json_member(json)) {
        if (span_is(json->text, "cpuProfile")) {
            if (json_enter(json, JSON_OBJECT))
                while (json_member(json))
                    v8_profile_member(part, json);
        } else if (span_is(json->text, "timeDeltas") || span_is(json->text, "startTime") ||
                   span_is(json->text, "endTime")) {
            v8_profile_member(part, json);
        } else {
            json_skip(json);
        }
    }
}

static void read_arguments(struct reading *reading)
{
    struct json *json = &reading->json;
    if (!json_enter(json, JSON_OBJECT))
        return;
    while (json_member(json)) {
        if (span_is(json->text, "name"))
            take_field(reading, FIELD_ARGUMENT);
        else if (span_is(json->text, "data"))
            read_data(reading);
        else
            json_skip(json);
    }
}

static void read_member(struct reading *reading)
{
    static const struct {
        const char *key;
        size_t len; /* of the key: most are told apart by it */
        enum field_name name;
    } texts[] = {{"ph", 2, FIELD_PHASE}, {"name", 4, FIELD_NAME}, {"pid", 3, FIELD_PID},
                 {"tid", 3, FIELD_TID},  {"id", 2, FIELD_ID},     {"sf", 2, FIELD_FRAME}};
    struct event *event = &reading->event;
    struct span key = reading->json.text;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (span_equal(key, span_make(texts[i].key, texts[i].len))) {
            take_field(reading, texts[i].name);
            return;
        }
    }
    if (span_is(key, "ts"))
        event->wrong |= !(event->timed = take_number(reading, 3, &event->time));
    else if (span_is(key, "dur"))
        event->wrong |= !(event->lasting = take_number(reading, 3, &event->duration));
    else if (span_is(key, "weight"))
        take_number(reading, 0, &event->weight);
    else if (span_is(key, "args"))
        read_arguments(reading);
    else
        json_skip(&reading->json);
}

static void unusable(struct reading *reading, const char *why)
{
    recorder_unusable(reading->trace.recorder, reading->json.line, field(&reading->event, FIELD_NAME), why);
}

static void add_slice(struct reading *reading, uint32_t thread, char kind)
{
    const struct event *event = &reading->event;
    struct trace_thread *of = &reading->trace.threads[thread];
    struct span name = field(event, FIELD_NAME);
    int64_t duration = kind == 'E' ? SLICE_END : SLICE_BEGIN;
    uint32_t frame = FRAME_GAP;
    if (kind == 'X' && event->lasting)
        duration = event->duration;
    if (name.len || duration != SLICE_END)
        frame = frame_intern_clean(reading->trace.frames, name, FRAME_PLAIN);
    slice_list_add(&of->slices, event->time, duration, frame);
}

static void add_sample(struct reading *reading, uint32_t thread)
{
    struct trace *trace = &reading->trace;
    const struct event *event = &reading->event;
    struct span frame = field(event, FIELD_FRAME), name = field(event, FIELD_NAME);
    if (frame.len == 0) {
        unusable(reading, "a sample without a stack");
        return;
    }
    trace->samples = memory_grow(trace->samples, &trace->sample_capacity, trace->sample_count + 1,
                                 sizeof *trace->samples);
    trace->samples[trace->sample_count++] = (struct trace_sample){
        .time = event->timed ? event->time : TIME_NONE,
        .weight = event->weight > 0 ? event->weight : 0,
        .event = frame_intern_clean(trace->frames, name.len ? name : span_of("samples"), FRAME_PLAIN),
        .node = trace_stack_frame(trace, frame),
        .thread = thread,
    };
}

/* Where a process's name is kept: a thread that no event can name, with an id that is no text. */
static uint32_t process_thread(struct trace *trace, struct span pid)
{
    return trace_thread(trace, pid, span_make("\0", 1));
}

/* Parts find each other by process and id; the first tells which thread is profiled. */
static void add_part(struct reading *reading, uint32_t thread)
{
    struct event *event = &reading->event;
    bool chunk = span_is(field(event, FIELD_NAME), "ProfileChunk");
    trace_add_part(&reading->trace, field(event, FIELD_PID), field(event, FIELD_ID), &event->part,
                   event->timed ? event->time : 0, chunk ? UINT32_MAX : thread);
}

static void add_name(struct reading *reading, uint32_t thread)
{
    struct trace *trace = &reading->trace;
    struct span name = field(&reading->event, FIELD_NAME), told = field(&reading->event, FIELD_ARGUMENT);
    if (span_is(name, "process_name"))
        thread = process_thread(trace, field(&reading->event, FIELD_PID));
    else if (!span_is(name, "thread_name"))
        return;
    trace->threads[thread].name = span_make(arena_copy(&trace->texts, told), told.len);
}

static bool is_part(const struct event *event)
{
    struct span name = field(event, FIELD_NAME);
    return span_is(name, "Profile") || span_is(name, "ProfileChunk") || span_is(name, "CpuProfile");
}

static void add_event(struct reading *reading)
{
    const struct event *event = &reading->event;
    struct span phase = field(event, FIELD_PHASE);
    char kind = phase.len == 1 ? phase.data[0] : '?';
    uint32_t thread = trace_thread(&reading->trace, field(event, FIELD_PID), field(event, FIELD_TID));
    bool slice = kind == 'X' || kind == 'B' || kind == 'E';
    if (slice && event->wrong)
        unusable(reading, "a time or duration is no number, or too large");
    else if (slice && !event->timed)
        unusable(reading, "a slice without a time");
    else if (kind == 'X' && event->lasting && event->duration < 0)
        unusable(reading, "a slice that ends before it begins");
    else if (is_part(event) && !v8_profile_is_empty(&event->part))
        add_part(reading, thread);
    else if (slice)
        add_slice(reading, thread, kind);
    else if (kind == 'P')
        add_sample(reading, thread);
    else if (kind == 'M')
        add_name(reading, thread);
}

static void clear_event(struct reading *reading)
{
    struct event *event = &reading->event;
    for (int i = 0; i < FIELDS; i++)
        event->fields[i].len = 0;
    event->timed = event->lasting = event->wrong = false;
    event->weight = 0;
    v8_profile_clear(&event->part);
}

/* The elements of the array that is open: events, or samples of the list of them. */
static void read_events(struct reading *reading, void (*add)(struct reading *))
{
    struct json *json = &reading->json;
    while (json_element(json)) {
        if (json->token != JSON_OBJECT) {
            json_skip(json);
            recorder_unusable(reading->trace.recorder, json->line, json->text, "this is no trace event");
            continue;
        }
        clear_event(reading);
        while (json_member(json))
            read_member(reading);
        reading->inside = json->error != NULL;
        if (!json->error)
            add(reading);
    }
}

static void add_listed_sample(struct reading *reading)
{
    const struct event *event = &reading->event;
    add_sample(reading, trace_thread(&reading->trace, field(event, FIELD_PID), field(event, FIELD_TID)));
}

/* {"ID": {"name": "read", "parent": "OTHER"}, ...} */
static void read_stack_frames(struct reading *reading)
{
    struct json *json = &reading->json;
    struct trace *trace = &reading->trace;
    struct span text;
    if (!json_enter(json, JSON_OBJECT))
        return;
    for (uint32_t before = 0, node; json_member(json); before = node) {
        node = trace_stack_frame(trace, json->text);
        if (!json_enter(json, JSON_OBJECT))
            continue;
        while (json_member(json)) {
            bool name = span_is(json->text, "name"), parent = span_is(json->text, "parent");
            if (!take_text(json, &text))
                continue;
            if (name)
                trace->tree.nodes[node].frame = frame_intern_clean(trace->frames, text, FRAME_PLAIN);
            if (parent) /* of many, it is the one before */
                trace->tree.nodes[node].parent =
                    span_equal(trace->ids[before], text) ? before : trace_stack_frame(trace, text);
        }
    }
}

static void read_object(struct reading *reading)
{
    struct json *json = &reading->json;
    while (json_member(json)) {
        if (span_is(json->text, "traceEvents")) {
            if (json_enter(json, JSON_ARRAY))
                read_events(reading, add_event);
        } else if (span_is(json->text, "samples")) {
            if (json_enter(json, JSON_ARRAY))
                read_events(reading, add_listed_sample);
        } else if (span_is(json->text, "stackFrames")) {
            read_stack_frames(reading);
        } else {
            json_skip(json);
        }
    }
}

/* A trace that is cut is used as far as it goes, which must be told unless only "]" is missing. */
static void accept_cut(struct reading *reading, bool array)
{
    struct json *json = &reading->json;
    if (json_forgive_cut(json) && (!array || reading->inside))
        recorder_unusable(reading->trace.recorder, json->line, span_of("the end"),
                          "the trace is cut: what comes before is used");
}

static int read_trace(struct reading *reading)
{
    struct json *json = &reading->json;
    bool array = json_next(json) == JSON_ARRAY;
    if (array)
        read_events(reading, add_event);
    else if (json->token == JSON_OBJECT)
        read_object(reading);
    else
        json_fail(json, "a trace is a JSON object or array");
    accept_cut(reading, array);
    return json_finish(json);
}

static void name_processes(struct trace *trace)
{
    size_t count = trace->thread_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t process = process_thread(trace, trace->threads[i].pid); /* may move the array */
        trace->threads[i].process = process;
    }
}

static int chrome_trace_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct reading reading = {0};
    const struct chrome_trace_options *chosen = options;
    trace_init(&reading.trace, recorder);
    v8_profile_init(&reading.event.part, reading.trace.frames);
    json_open(&reading.json, source);
    int result = read_trace(&reading);
    name_processes(&reading.trace);
    if (result == 0)
        result = trace_file_profiles(&reading.trace, chosen->idle);
    if (result == 0)
        result = trace_file_slices(&reading.trace);
    if (result == 0)
        result = trace_file_samples(&reading.trace);
    for (int i = 0; i < FIELDS; i++)
        buffer_free(&reading.event.fields[i]);
    v8_profile_free(&reading.event.part);
    trace_free(&reading.trace);
    return result;
}

static enum bid chrome_trace_detect(struct span head)
{
    return json_head_has(head, "traceEvents", NULL) || json_head_has(head, "ph", NULL) ||
                   json_head_has(head, "stackFrames", NULL)
               ? BID_CERTAIN
               : BID_NO;
}

const struct reader chrome_trace_reader = {
    .name = "chrome-trace",
    .summary = "trace events (Chrome, Perfetto's JSON, clang -ftime-trace)",
    .options = chrome_trace_option_rows,
    .options_size = sizeof(struct chrome_trace_options),
    .records = RECORDS_EVENTS | RECORDS_TIMES | RECORDS_PROCESSES | RECORDS_PERIODS,
    .detect = chrome_trace_detect,
    .read = chrome_trace_read,
};
