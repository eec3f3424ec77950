/* Maps that bpftrace prints, of counts (or sums) by keys that hold stacks:
 *
 *     Attaching 1 probe...
 *
 *     @[
 *         copy_page+0
 *         filemap_read+1205
 *     ,
 *         read_file+33
 *         main+512
 *     , my app, 4321]: 12
 *     @bytes[main, , kworker]: 4096
 *
 * and with -f json, a value a line:
 *
 *     {"type": "map", "data": {"@": {"\n    read_file+33\n    main+512\n,my app": 12}}}
 *
 * The lesson: nothing but a last "]: " says that a key ends, and it may hold any line. Each map is an event, but a
 * map without any stack is no profile, unless there is no other. Skipped: scalars, histograms, what probes print.
 *
 * Checked against bpftrace 0.17. */
#include "flamectl/buffer.h"
#include "flamectl/index.h"
#include "flamectl/json_read.h"
#include "flamectl/reader.h"

#include "bpftrace_keys.h"
#include "head.h"
#include "json_head.h"

struct bpftrace_options {
    int offsets, addrs;
};

static const struct option bpftrace_option_rows[] = {
    {.name = "offsets", .kind = OPTION_FLAG, .offset = offsetof(struct bpftrace_options, offsets), .set = 1,
     .help = "keep the offsets in functions (+20)"},
    {.name = "addrs", .kind = OPTION_FLAG, .offset = offsetof(struct bpftrace_options, addrs), .set = 1,
     .help = "show the address of frames without a symbol"},
    {.name = NULL},
};

struct map {
    struct span name; /* "@name" */
    bool stacks;      /* a key held a stack, be it an empty one */
};

/* A key without a stack, in a map of which no stack was known. */
struct pending {
    uint32_t map;
    struct span key;
    int64_t count;
};

struct reading {
    struct recorder *recorder;
    struct bpftrace_keys keys;
    struct map *maps;
    size_t map_count, map_capacity;
    struct index *by_map;
    bool any_stacks; /* in any map */
    bool within;     /* a key whose value is still to come */
    uint32_t map;    /* the present key's */
    struct buffer key; /* its text, with the line ends as they are */
    struct arena texts;
    struct pending *pending;
    size_t pending_count, pending_capacity;
};

static void free_reading(struct reading *reading)
{
    bpftrace_keys_free(&reading->keys);
    arena_free(&reading->texts);
    memory_free(reading->maps);
    index_free(reading->by_map);
    buffer_free(&reading->key);
    memory_free(reading->pending);
}

static uint32_t find_map(struct reading *reading, struct span name)
{
    uint64_t hash = hash_bytes(reading->recorder->profile->frames.seed, name);
    uint32_t map, at = index_begin(reading->by_map, hash);
    while ((map = index_next(reading->by_map, hash, &at)) != INDEX_NONE)
        if (span_equal(reading->maps[map].name, name))
            return map;
    map = (uint32_t)reading->map_count++;
    reading->maps = memory_grow(reading->maps, &reading->map_capacity, reading->map_count, sizeof *reading->maps);
    reading->maps[map] = (struct map){.name = span_make(arena_copy(&reading->texts, name), name.len)};
    index_add(reading->by_map, hash, map);
    return map;
}

static void begin_key(struct reading *reading, struct span map)
{
    reading->map = find_map(reading, map);
    reading->key.len = 0;
}

/* Files the key's stack, whose frames are gathered. */
static int add(struct reading *reading, const struct map *map, int64_t count)
{
    struct recorder *recorder = reading->recorder;
    struct sample sample = {.event = map->name, .time = TIME_NONE, .period = count, .weighed = true, .samples = -1};
    struct stack *stack = &reading->keys.stack;
    bool wanted = recorder_begin(recorder, &sample);
    if (wanted && count == 0)
        recorder_leave_out(recorder);
    if (!wanted || count == 0) {
        stack_clear(stack);
        return 0;
    }
    if (recorder->options->count == COUNT_SAMPLES) {
        sample.weighed = false;
        sample.period = 0;
        sample.samples = count;
    }
    recorder_unit(recorder, map->name.len == 1 ? "samples" : map->name.data);
    return stack_file(stack, FRAME_GAP, &sample);
}

static void postpone(struct reading *reading, int64_t count)
{
    struct span key = buffer_span(&reading->key);
    reading->pending = memory_grow(reading->pending, &reading->pending_capacity, reading->pending_count + 1,
                                   sizeof *reading->pending);
    reading->pending[reading->pending_count++] =
        (struct pending){reading->map, span_make(arena_copy(&reading->texts, key), key.len), count};
    stack_clear(&reading->keys.stack);
}

/* The value of the present key. */
static int end_key(struct reading *reading, uint64_t line, struct span value)
{
    struct map *map = &reading->maps[reading->map];
    struct span key = buffer_span(&reading->key);
    int64_t count;
    if (!span_to_int64(value, &count)) {
        recorder_unusable(reading->recorder, line, value, "the value of a stack is no count");
        return 0;
    }
    bool stack = bpftrace_keys_take(&reading->keys, key);
    map->stacks = map->stacks || stack;
    reading->any_stacks = reading->any_stacks || stack;
    if (map->stacks)
        return add(reading, map, count);
    postpone(reading, count);
    return 0;
}

/* Keys without a stack: in a map of stacks, that of nothing else. */
static int file_pending(struct reading *reading)
{
    int result = 0;
    for (size_t i = 0; i < reading->pending_count && result == 0; i++) {
        const struct pending *pending = &reading->pending[i];
        const struct map *map = &reading->maps[pending->map];
        if (reading->any_stacks && !map->stacks) {
            recorder_skipped(reading->recorder);
            continue;
        }
        bpftrace_keys_take(&reading->keys, pending->key);
        result = add(reading, map, pending->count);
    }
    return result;
}

/* map = "@" {letter | digit | "_"} */
static bool take_map(struct span line, struct span *name)
{
    size_t len = 1;
    if (line.len == 0 || line.data[0] != '@')
        return false;
    while (len < line.len && (is_alpha(line.data[len]) || is_digit(line.data[len]) || line.data[len] == '_'))
        len++;
    *name = span_first(line, len);
    return len < line.len;
}

/* end = [text] "]: " value
 *
 * Adds a line of the key. True where the key ends in it. */
static bool read_key_line(struct reading *reading, struct span line, struct span *value)
{
    struct span rest = line;
    size_t end = SPAN_NONE;
    if (line.len == 0 || !is_blank(line.data[0]))
        for (size_t at; (at = span_find_text(rest, "]: ")) != SPAN_NONE;) {
            end = line.len - rest.len + at;
            rest = span_skip(rest, at + 3);
        }
    if (end == SPAN_NONE) {
        buffer_add(&reading->key, line);
        buffer_add(&reading->key, span_of("\n"));
        return false;
    }
    buffer_add(&reading->key, span_first(line, end));
    *value = span_trim(span_skip(line, end + 3));
    return true;
}

/* lost = "Lost " digits " events" */
static void read_chatter(struct reading *reading, struct span line)
{
    int64_t events;
    if (line.len > 12 && span_starts(line, "Lost ") && span_ends(line, " events") &&
        span_to_int64(span_make(line.data + 5, line.len - 12), &events))
        recorder_lost(reading->recorder, (uint64_t)events);
}

static int read_line(struct reading *reading, uint64_t number, struct span line)
{
    struct span name, value;
    bool begins = take_map(line, &name) && line.data[name.len] == '[';
    if (begins && reading->within)
        recorder_unusable(reading->recorder, number, buffer_span(&reading->key),
                          "a key without a value");
    if (begins) {
        begin_key(reading, name);
        line = span_skip(line, name.len + 1);
    } else if (!reading->within) {
        read_chatter(reading, line);
        return 0;
    }
    reading->within = !read_key_line(reading, line, &value);
    return reading->within ? 0 : end_key(reading, number, value);
}

static int read_text(struct reading *reading, struct source *source)
{
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(reading, source->line, line);
    if (reading->within)
        recorder_unusable(reading->recorder, source->line, buffer_span(&reading->key),
                          "a key without a value");
    return result;
}

/* {"KEY": COUNT, ...}: what came last opened it. */
static int read_map(struct reading *reading, struct json *json, struct span name)
{
    int result = 0;
    uint32_t map = find_map(reading, name);
    while (result == 0 && json_member(json)) {
        reading->map = map;
        buffer_set(&reading->key, json->text);
        json_next(json);
        if (json->token == JSON_NUMBER)
            result = end_key(reading, json->line, json->text);
        else
            json_skip(json);
    }
    return result;
}

/* What a line tells: {"type": ..., "data": {"@name": {...}, ...}}, or of type lost_events {"events": 3} */
static int read_object(struct reading *reading, struct json *json)
{
    int64_t lost;
    int result = 0;
    while (result == 0 && json_member(json)) {
        if (!span_is(json->text, "data") || json_next(json) != JSON_OBJECT) {
            json_skip(json);
            continue;
        }
        while (result == 0 && json_member(json)) {
            struct span name = span_make(arena_copy(&reading->texts, json->text), json->text.len);
            json_next(json);
            if (span_starts(name, "@") && json->token == JSON_OBJECT)
                result = read_map(reading, json, name);
            else if (span_is(name, "events") && json->token == JSON_NUMBER && json_decimal(json->text, 0, &lost))
                recorder_lost(reading->recorder, lost > 0 ? (uint64_t)lost : 0);
            else
                json_skip(json);
        }
    }
    return result;
}

static int read_json(struct reading *reading, struct source *source)
{
    struct json json;
    int result = 0;
    reading->keys.comma = ",";
    json_open(&json, source);
    while (result == 0 && json_next(&json) > JSON_END) {
        if (json.token == JSON_OBJECT)
            result = read_object(reading, &json);
        else
            json_skip(&json);
    }
    if (json_forgive_cut(&json))
        recorder_unusable(reading->recorder, json.line, span_of("the end"),
                          "the input is cut: what comes before is used");
    return json_finish(&json) < 0 ? -1 : result;
}

static int bpftrace_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct bpftrace_options *chosen = options;
    struct reading reading = {.recorder = recorder};
    struct span head = source_head(source);
    bpftrace_keys_init(&reading.keys, recorder);
    reading.keys.offsets = chosen->offsets;
    reading.keys.cleaner.addrs = chosen->addrs;
    arena_init(&reading.texts);
    reading.by_map = index_make();
    int result = span_starts(head, "{") ? read_json(&reading, source) : read_text(&reading, source);
    if (result == 0)
        result = file_pending(&reading);
    free_reading(&reading);
    return result;
}

/* "Attaching 1 probe...", or a map with keys. */
static enum bid bpftrace_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD;
    enum bid bid = BID_NO;
    struct span line, name;
    if (span_starts(head, "{"))
        return json_head_has(head, "type", NULL) && json_head_has(head, "data", NULL) ? BID_CERTAIN : BID_NO;
    while (head_line(&head, cut, &line)) {
        if (span_starts(line, "Attaching ") && span_find_text(line, " probe") != SPAN_NONE)
            return BID_CERTAIN;
        if (take_map(line, &name) && line.data[name.len] == '[')
            bid = BID_CERTAIN;
    }
    return bid;
}

const struct reader bpftrace_reader = {
    .name = "bpftrace",
    .summary = "maps of bpftrace, as text or with -f json",
    .options = bpftrace_option_rows,
    .options_size = sizeof(struct bpftrace_options),
    .records = RECORDS_EVENTS | RECORDS_COUNTS,
    .detect = bpftrace_detect,
    .read = bpftrace_read,
};
