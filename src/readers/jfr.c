/* Java Flight Recorder files, as the JDK (-XX:StartFlightRecording, jcmd JFR.dump) and
 * async-profiler (asprof -o jfr) write them: one or more chunks, each complete in itself.
 *
 *     chunk = header (68 bytes) {event}      event = size type values
 *     header: "FLR\0", version, then of 8 bytes each, highest first: 8 size  16 constants
 *             24 metadata  32 start  40 duration  48 start in ticks  56 ticks a second
 *
 * Checked against `jfr print` of OpenJDK 17 and async-profiler's converter.
 *
 * Skipped: all events but samples, allocations, waits for locks, native memory, and calls that are traced.
 *
 * The lesson: samples point at constants that stand behind them, so a chunk is held whole; events are in no order of
 * time, each thread having written its own; and what a thread's state says differs by who wrote the file:
 * async-profiler marks samples of CPU time with STATE_DEFAULT, the JDK samples only what runs. */
#include "flamectl/memory.h"
#include "flamectl/reader.h"

#include <stdio.h>

#include "jfr_stacks.h"

enum jfr_mode { MODE_ALL, MODE_CPU, MODE_WALL, MODE_ALLOC, MODE_LIVE, MODE_LOCK, MODE_NATIVE,
                MODE_TRACE, MODES };

static const char *const mode_names[MODES] = {"", "cpu", "wall", "alloc", "live", "lock", "native", "trace"};

struct jfr_options {
    int mode; /* enum jfr_mode */
    const char *value;
    int lines, dot, kernel, jit, all;
};

#define FIELD(name) offsetof(struct jfr_options, name)

static const struct option jfr_option_rows[] = {
    {.name = "mode", .kind = OPTION_CHOICE, .offset = FIELD(mode),
     .value = "cpu|wall|alloc|live|lock|native|trace",
     .help = "which events (default: all samples of execution)"},
    {.name = "value", .kind = OPTION_TEXT, .offset = FIELD(value), .value = "NAME",
     .help = "events (default), or total: their bytes or nanoseconds"},
    {.name = "lines", .kind = OPTION_FLAG, .offset = FIELD(lines), .set = 1,
     .help = "append line numbers to names: Class.method:LINE"},
    {.name = "dot", .kind = OPTION_FLAG, .offset = FIELD(dot), .set = 1,
     .help = "classes with dots: java.util.List, not java/util/List"},
    {.name = "kernel", .kind = OPTION_FLAG, .offset = FIELD(kernel), .set = 1,
     .help = "mark kernel frames with _[k]"},
    {.name = "jit", .kind = OPTION_FLAG, .offset = FIELD(jit), .set = 1,
     .help = "mark compiled frames with _[j], inlined ones with _[i]"},
    {.name = "all", .kind = OPTION_FLAG, .offset = FIELD(all), .set = 1,
     .help = "both, and _[0] interpreted, _[1] compiled by C1, as most samples; classes _[i], _[k]"},
    {.name = NULL},
};

/* What an event is a sample of. */
enum jfr_event { EVENT_OTHER, EVENT_RUNNING, EVENT_IN_NATIVE, EVENT_CPU_TIME, EVENT_WALL, EVENT_IN_TLAB,
                 EVENT_OUT_OF_TLAB, EVENT_LIVE, EVENT_LOCK, EVENT_MALLOC, EVENT_CALL };

static const struct event_name {
    const char *name;
    enum jfr_event event;
    enum jfr_mode mode; /* MODE_ALL: of execution */
} event_names[] = {
    {"jdk.ExecutionSample", EVENT_RUNNING, MODE_ALL},
    {"jdk.NativeMethodSample", EVENT_IN_NATIVE, MODE_ALL},
    {"jdk.CPUTimeSample", EVENT_CPU_TIME, MODE_ALL},
    {"profiler.WallClockSample", EVENT_WALL, MODE_ALL},
    {"jdk.ObjectAllocationInNewTLAB", EVENT_IN_TLAB, MODE_ALLOC},
    {"jdk.ObjectAllocationOutsideTLAB", EVENT_OUT_OF_TLAB, MODE_ALLOC},
    {"jdk.ObjectAllocationSample", EVENT_OUT_OF_TLAB, MODE_ALLOC},
    {"profiler.LiveObject", EVENT_LIVE, MODE_LIVE},
    {"jdk.JavaMonitorEnter", EVENT_LOCK, MODE_LOCK},
    {"jdk.ThreadPark", EVENT_LOCK, MODE_LOCK},
    {"profiler.NativeLock", EVENT_LOCK, MODE_LOCK},
    {"profiler.Malloc", EVENT_MALLOC, MODE_NATIVE},
    {"jdk.MethodTrace", EVENT_CALL, MODE_TRACE},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NANOSECONDS 1000000000
#define NO_STATE UINT64_MAX

/* The file being read. */
struct jfr_reading {
    struct recorder *recorder;
    const struct jfr_options *options;
    bool total;
    uint64_t at;           /* where the present chunk begins */
    uint64_t found[MODES]; /* events there are, by mode */
    struct jfr_chunk chunk;
    const struct event_name **events; /* of the chunk, by type; NULL: none of use */
    uint64_t default_state;           /* STATE_DEFAULT, or NO_STATE */
    struct jfr_stacks stacks;
};

static enum bid jfr_detect(struct span head)
{
    return span_equal(span_first(head, 4), span_make("FLR\0", 4)) ? BID_CERTAIN : BID_NO;
}

static uint64_t find_default_state(struct jfr_chunk *chunk)
{
    for (size_t i = 0; i < chunk->constant_count; i++)
        if (chunk->constants[i].type == chunk->known[JFR_STATES] &&
            span_is(jfr_text(chunk, JFR_STATES, chunk->constants[i].id, "name"), "STATE_DEFAULT"))
            return chunk->constants[i].id;
    return NO_STATE;
}

static void find_events(struct jfr_reading *reading)
{
    const struct jfr_chunk *chunk = &reading->chunk;
    reading->events = memory_zero(chunk->type_count + 1, sizeof *reading->events);
    for (size_t i = 0; i < chunk->type_count; i++)
        for (size_t e = 0; e < COUNT(event_names); e++)
            if (span_is(chunk->types[i].name, event_names[e].name) &&
                chunk->types[i].judgement == JFR_GOOD)
                reading->events[i] = &event_names[e];
}

/* Whether a sample of execution took time on a processor. */
static bool took_cpu(const struct jfr_reading *reading, enum jfr_event event, uint64_t state)
{
    if (event == EVENT_CPU_TIME || event == EVENT_WALL)
        return event == EVENT_CPU_TIME;
    return reading->default_state == NO_STATE ? event == EVENT_RUNNING
                                              : state == reading->default_state;
}

/* The JDK's samples are one in any number of those on the clock; async-profiler tells them apart. */
static bool is_wanted(const struct jfr_reading *reading, const struct event_name *event,
                      uint64_t state)
{
    int mode = reading->options->mode;
    if (event->mode != MODE_ALL || mode == MODE_ALL)
        return (int)event->mode == mode;
    if (mode == MODE_CPU)
        return took_cpu(reading, event->event, state);
    return mode == MODE_WALL && event->event != EVENT_CPU_TIME &&
           (reading->default_state == NO_STATE || !took_cpu(reading, event->event, state));
}

/* number * to / from, exact but for the rounding down; false where it is too large. */
static bool scale(uint64_t number, uint64_t to, uint64_t from, uint64_t *result)
{
    uint64_t whole = from ? number / from : 0, rest = from ? number % from : 0;
    if (from == 0 || whole > INT64_MAX / to || rest > UINT64_MAX / to)
        return false;
    *result = whole * to + rest * to / from;
    return *result <= INT64_MAX;
}

static int64_t time_of(const struct jfr_reading *reading, uint64_t ticks)
{
    const struct jfr_chunk *chunk = &reading->chunk;
    bool before = ticks < chunk->start_ticks;
    uint64_t since = before ? chunk->start_ticks - ticks : ticks - chunk->start_ticks, ns;
    if (chunk->start > INT64_MAX / 2 ||
        !scale(since, NANOSECONDS, chunk->ticks_per_second, &ns) || ns > INT64_MAX / 2)
        return TIME_NONE;
    return (int64_t)chunk->start + (before ? -(int64_t)ns : (int64_t)ns);
}

/* What the event weighs; -1 where that is too large. */
static int64_t weigh(const struct jfr_reading *reading, enum jfr_event event, const uint64_t *number)
{
    uint64_t weight = 1;
    if (event == EVENT_WALL)
        weight = number[JFR_SAMPLES] ? number[JFR_SAMPLES] : 1;
    else if (reading->total && event == EVENT_MALLOC)
        weight = number[JFR_SIZE];
    else if (reading->total && (event == EVENT_LOCK || event == EVENT_CALL))
        return scale(number[JFR_DURATION], NANOSECONDS, reading->chunk.ticks_per_second, &weight)
                   ? (int64_t)weight
                   : -1;
    else if (reading->total && event >= EVENT_IN_TLAB)
        weight = number[JFR_TLAB_SIZE]     ? number[JFR_TLAB_SIZE]
                 : number[JFR_WEIGHT]      ? number[JFR_WEIGHT]
                                           : number[JFR_ALLOCATION_SIZE];
    return weight > INT64_MAX ? -1 : (int64_t)weight;
}

/* An event of use, its fields decoded. */
static int file_event(struct jfr_reading *reading, const struct event_name *name,
                      const uint64_t *number)
{
    struct recorder *recorder = reading->recorder;
    const struct recorder_options *options = recorder->options;
    bool threads = options->tid || options->pid || options->root > ROOT_NONE;
    enum jfr_event event = name->event;
    if (name->mode == MODE_ALL) {
        reading->found[took_cpu(reading, event, number[JFR_STATE]) ? MODE_CPU : MODE_WALL]++;
    } else {
        reading->found[name->mode]++;
    }
    if (!is_wanted(reading, name, number[JFR_STATE]))
        return 0;
    if (event == EVENT_CPU_TIME && number[JFR_STACK] == 0) { /* the JVM could not walk it */
        recorder_lost(recorder, 1);
        return 0;
    }
    int64_t weight = weigh(reading, event, number);
    if (weight < 0) {
        recorder_unusable(recorder, 0, span_of(name->name), "an event that weighs too much");
        return 0;
    }
    struct sample sample = {.time = time_of(reading, number[JFR_START_TIME])};
    if (!recorder_begin(recorder, &sample))
        return 0;
    recorder->tally.kept++;
    struct jfr_stack key = {.stack = number[JFR_STACK], .slice = recorder->slice,
                            .thread = threads ? number[JFR_THREAD] : 0,
                            .class_id = name->mode == MODE_ALL ? 0 : number[JFR_CLASS],
                            .method = event == EVENT_CALL ? number[JFR_METHOD] : 0,
                            .in_tlab = event == EVENT_IN_TLAB || event == EVENT_LOCK};
    return jfr_stacks_add(&reading->stacks, &key, sample.time, weight);
}

static int take_event(struct jfr_reading *reading, struct jfr_cursor cursor, uint32_t type)
{
    const struct jfr_chunk *chunk = &reading->chunk;
    uint64_t number[JFR_ROLES] = {0};
    for (size_t i = 0; i < chunk->types[type].field_count && !cursor.bad; i++) {
        const struct jfr_field *field = &chunk->fields[chunk->types[type].field + i];
        if (field->role && jfr_is_number(chunk, field))
            number[field->role] = jfr_varint(&cursor);
        else
            jfr_skip(chunk, &cursor, field);
    }
    if (cursor.bad) {
        recorder_unusable(reading->recorder, 0, chunk->types[type].name, "an event that is cut off");
        return 0;
    }
    return file_event(reading, reading->events[type], number);
}

/* An event's size counts all of it. */
static int take_events(struct jfr_reading *reading)
{
    const struct jfr_chunk *chunk = &reading->chunk;
    const unsigned char *at = chunk->data + JFR_HEADER, *end = chunk->data + chunk->size;
    while (at < end) {
        struct jfr_cursor cursor = {at, end, false};
        uint64_t size = jfr_varint(&cursor);
        if (cursor.bad || size < (uint64_t)(cursor.at - at) || size > (uint64_t)(end - at)) {
            recorder_unusable(reading->recorder, 0, span_make("", 0), "events that cannot be told apart");
            return 0;
        }
        cursor.end = at + size;
        uint32_t type = jfr_type_find(chunk, jfr_varint(&cursor));
        if (!cursor.bad && type != JFR_NO_TYPE && reading->events[type] &&
            take_event(reading, cursor, type) < 0)
            return -1;
        at += size;
    }
    return 0;
}

static int take_chunk(struct jfr_reading *reading, const unsigned char *data, size_t size)
{
    struct recorder *recorder = reading->recorder;
    const struct jfr_options *options = reading->options;
    struct jfr_naming naming = {options->lines, options->dot, options->kernel, options->jit, options->all};
    const char *why = jfr_chunk_init(&reading->chunk, data, size);
    int result = 0;
    if (why) {
        diag_error(recorder->diag, recorder->file, 0, "the chunk at byte %llu cannot be read: %s",
                   (unsigned long long)reading->at, why);
        jfr_chunk_free(&reading->chunk);
        return -1;
    }
    jfr_stacks_begin(&reading->stacks, &reading->chunk, naming);
    find_events(reading);
    reading->default_state = find_default_state(&reading->chunk);
    if (reading->chunk.start <= INT64_MAX / 2)
        recorder_meet(recorder, (int64_t)reading->chunk.start); /* events are in no order of time */
    result = take_events(reading);
    if (jfr_stacks_end(&reading->stacks, result == 0) < 0)
        result = -1;
    memory_free(reading->events);
    jfr_chunk_free(&reading->chunk);
    return result;
}

/* A recording that was cut off, as by a crash, has what stands before. */
static int cut_off(const struct jfr_reading *reading, const char *what)
{
    struct recorder *recorder = reading->recorder;
    if (reading->at == 0) {
        diag_error(recorder->diag, recorder->file, 0, "%s", what);
        return -1;
    }
    diag_warn(recorder->diag, recorder->file, 0, "%s at byte %llu: only what stands before is used", what,
              (unsigned long long)reading->at);
    return 0;
}

static int take_chunks(struct jfr_reading *reading, struct source *source)
{
    for (;;) {
        struct span ahead = source_peek(source, JFR_HEADER);
        if (source->failed || (ahead.len == 0 && reading->at))
            return source->failed ? -1 : 0;
        if (ahead.len < 4 || jfr_detect(ahead) == BID_NO)
            return cut_off(reading, "this is no flight recording");
        uint64_t size = 0;
        for (size_t i = 8; i < 16 && i < ahead.len; i++)
            size = size << 8 | (unsigned char)ahead.data[i];
        if (ahead.len < JFR_HEADER || size < JFR_HEADER)
            return cut_off(reading, "the recording ends in the middle of a chunk");
        ahead = source_peek(source, size < SIZE_MAX ? (size_t)size : SIZE_MAX);
        if (source->failed)
            return -1;
        if (ahead.len < size)
            return cut_off(reading, "the recording ends in the middle of a chunk");
        if (take_chunk(reading, (const unsigned char *)ahead.data, (size_t)size) < 0)
            return -1;
        source_take(source, (size_t)size, 0);
        reading->at += size;
    }
}

/* -1 where there are events, but none of those that are asked for. */
static int check_found(const struct jfr_reading *reading, uint64_t before)
{
    const struct recorder *recorder = reading->recorder;
    char list[200] = "";
    size_t used = 0;
    for (int mode = MODE_ALL + 1; mode < MODES && used < sizeof list; mode++)
        if (reading->found[mode])
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%llu of --mode=%s",
                                     used ? ", " : "", (unsigned long long)reading->found[mode],
                                     mode_names[mode]);
    if (recorder->tally.samples != before || recorder->tally.lost || used == 0)
        return 0;
    diag_error(recorder->diag, recorder->file, 0, "this recording has no %s%s; it has %s",
               reading->options->mode ? "events of --mode=" : "samples of execution",
               mode_names[reading->options->mode], list);
    return -1;
}

static int choose_value(struct jfr_reading *reading)
{
    static const char *const units[MODES][2] = {{"samples", ""}, {"samples", ""}, {"samples", ""},
                                                {"allocations", "bytes"}, {"objects", "bytes"},
                                                {"waits", "nanoseconds"}, {"allocations", "bytes"},
                                                {"calls", "nanoseconds"}};
    struct recorder *recorder = reading->recorder;
    const char *value = reading->options->value;
    int mode = reading->options->mode;
    reading->total = value && strcmp(value, "total") == 0;
    const char *unit = units[mode][reading->total];
    if (value && !reading->total && strcmp(value, "events") != 0) {
        diag_error(recorder->diag, recorder->file, 0, "--value: '%s' is neither events nor total", value);
        return -1;
    }
    if (!*unit) {
        diag_error(recorder->diag, recorder->file, 0,
                   "--value=total is for --mode=alloc, live, lock, native or trace: samples of execution have no size");
        return -1;
    }
    recorder_unit(recorder, unit);
    return 0;
}

static int jfr_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct jfr_reading reading = {.recorder = recorder, .options = options};
    uint64_t before = recorder->tally.samples;
    jfr_stacks_init(&reading.stacks, recorder, reading.options->all);
    int result = choose_value(&reading);
    if (result == 0)
        result = take_chunks(&reading, source);
    if (result == 0)
        result = jfr_tiers_file(&reading.stacks.tiers, recorder);
    if (result == 0)
        result = check_found(&reading, before);
    jfr_stacks_free(&reading.stacks);
    return result;
}

const struct reader jfr_reader = {
    .name = "jfr",
    .summary = "Java Flight Recorder files, of the JDK and of async-profiler",
    .options = jfr_option_rows,
    .options_size = sizeof(struct jfr_options),
    .records = RECORDS_TIMES | RECORDS_PROCESSES | RECORDS_ROOTS,
    .detect = jfr_detect,
    .read = jfr_read,
};
