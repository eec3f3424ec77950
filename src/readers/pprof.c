/* pprof profiles: the protocol buffer of github.com/google/pprof (proto/profile.proto), gzip or
 * plain, as Go's runtime, Pyroscope, Parca, Rust's pprof-rs and many more write it. Checked against
 * `go tool pprof -traces` of Go 1.19.
 *
 *     Profile: 1 sample_type  2 sample  3 mapping  4 location  5 function  6 string_table
 *              7 drop_frames  8 keep_frames  14 default_sample_type
 *     Sample:  1 location ids, leaf first  2 values, one for each type  3 labels
 *
 * Skipped: period, times, comments, build ids, columns.
 *
 * The lesson: fields come in any order. Go's profiles end in the strings that all the rest refers
 * to, so samples are added up by location ids, and frames are named when all is read. A location
 * has several lines where functions were inlined, the innermost first. */
#include "flamectl/memory.h"
#include "flamectl/protobuf.h"
#include "flamectl/reader.h"

#include <stdio.h>

#include "pprof_drop.h"
#include "pprof_stacks.h"
#include "pprof_tables.h"

struct pprof_options {
    const char *value;
    struct option_list labels;
    int drop_frames, lines, addrs;
};

#define FIELD(name) offsetof(struct pprof_options, name)

static const struct option pprof_option_rows[] = {
    {.name = "value", .kind = OPTION_TEXT, .offset = FIELD(value), .value = "NAME",
     .help = "which value of a sample counts: TYPE, TYPE/UNIT or its number"},
    {.name = "label", .kind = OPTION_LIST, .offset = FIELD(labels), .value = "KEY",
     .help = "a first frame KEY=VALUE from this label (repeatable)"},
    {.name = "drop-frames", .kind = OPTION_FLAG, .offset = FIELD(drop_frames), .set = 1,
     .help = "end stacks where the profile's drop_frames say so"},
    {.name = "lines", .kind = OPTION_FLAG, .offset = FIELD(lines), .set = 1,
     .help = "append line numbers to names: function:LINE"},
    {.name = "addrs", .kind = OPTION_FLAG, .offset = FIELD(addrs), .set = 1,
     .help = "show the address of frames without a symbol"},
    {.name = NULL},
};

enum profile_field {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE,
    PROFILE_MAPPING,
    PROFILE_LOCATION,
    PROFILE_FUNCTION,
    PROFILE_STRING,
    PROFILE_DROP_FRAMES,
    PROFILE_KEEP_FRAMES,
    PROFILE_PERIOD_TYPE = 11,
    PROFILE_COMMENT = 13,
    PROFILE_DEFAULT_SAMPLE_TYPE = 14,
    PROFILE_LAST = 16 /* what newer versions may add */
};

enum label_field { LABEL_KEY = 1, LABEL_STRING, LABEL_NUMBER, LABEL_UNIT };

/* A string's number for each. */
struct value_type {
    uint64_t type, unit;
};

/* The file being read. */
struct pprof_reading {
    struct recorder *recorder;
    const struct pprof_options *options;
    struct pprof_tables tables;
    struct pprof_stacks stacks;
    struct pprof_drop drop;
    struct value_type *types;
    size_t type_count, type_capacity;
    uint64_t drop_frames, keep_frames, default_type; /* strings */
    uint64_t at;                                     /* bytes taken */
    uint32_t *frames;                                /* of the present stack */
    size_t frame_count, frame_capacity;
    char *text; /* of a label's frame */
    size_t text_capacity;
};

static bool is_message(uint32_t number)
{
    return (number >= PROFILE_SAMPLE_TYPE && number <= PROFILE_FUNCTION) ||
           number == PROFILE_PERIOD_TYPE;
}

/* Fields of the right kind, as far as there are any. */
static bool fits(const struct protobuf_field *field)
{
    if (is_message(field->number) || field->number == PROFILE_STRING)
        return field->wire == PROTOBUF_BYTES;
    if (field->number == PROFILE_COMMENT)
        return field->wire == PROTOBUF_VARINT || field->wire == PROTOBUF_BYTES;
    return field->wire == PROTOBUF_VARINT && field->number <= PROFILE_LAST;
}

static bool is_well_formed(struct span message)
{
    struct protobuf_field field;
    int result;
    while ((result = protobuf_next(&message, &field)) > 0)
        if (field.number > PROFILE_LAST)
            return false;
    return result == 0;
}

/* All of a short file, or of a long one's head all but its last field. */
static enum bid pprof_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, telling = false;
    struct protobuf_field field;
    int result;
    while ((result = protobuf_head(&head, &field)) > 0) {
        if (!fits(&field))
            return BID_NO;
        if (field.wire != PROTOBUF_BYTES)
            continue;
        if (field.value > head.len)
            return cut && telling ? BID_CERTAIN : BID_NO;
        if (is_message(field.number) && !is_well_formed(span_first(head, (size_t)field.value)))
            return BID_NO;
        telling = telling || field.number <= PROFILE_SAMPLE || field.number == PROFILE_STRING;
        head = span_skip(head, (size_t)field.value);
    }
    return telling && (result == 0 || cut) ? BID_CERTAIN : BID_NO;
}

static int damaged(const struct pprof_reading *reading, const char *what)
{
    diag_error(reading->recorder->diag, reading->recorder->file, 0,
               "this is no pprof profile, or a damaged one: %s at byte %llu", what,
               (unsigned long long)reading->at);
    return -1;
}

static int overflow(const struct pprof_reading *reading)
{
    diag_error(reading->recorder->diag, reading->recorder->file, 0,
               "the values add up to more than %lld", (long long)INT64_MAX);
    return -1;
}

static bool take_type(struct pprof_reading *reading, struct span message)
{
    struct protobuf_field field;
    struct value_type type = {0, 0};
    int result;
    while ((result = protobuf_next(&message, &field)) > 0) {
        if (field.number == 1)
            type.type = field.value;
        else if (field.number == 2)
            type.unit = field.value;
    }
    reading->types = memory_grow(reading->types, &reading->type_capacity, reading->type_count + 1,
                                 sizeof *reading->types);
    reading->types[reading->type_count++] = type;
    return result == 0;
}

static int take_field(struct pprof_reading *reading, const struct protobuf_field *field)
{
    struct pprof_tables *tables = &reading->tables;
    enum pprof_added added = PPROF_ADDED;
    bool good = fits(field) || field->number > PROFILE_LAST;
    if (!good)
        return damaged(reading, "a field of the wrong kind");
    switch (field->number) {
    case PROFILE_SAMPLE_TYPE:
        good = take_type(reading, field->bytes);
        break;
    case PROFILE_SAMPLE:
        added = pprof_stacks_add(&reading->stacks, field->bytes);
        good = added != PPROF_DAMAGED;
        recorder_count(reading->recorder);
        break;
    case PROFILE_MAPPING:
        good = pprof_tables_mapping(tables, field->bytes);
        break;
    case PROFILE_LOCATION:
        good = pprof_tables_location(tables, field->bytes);
        break;
    case PROFILE_FUNCTION:
        good = pprof_tables_function(tables, field->bytes);
        break;
    case PROFILE_STRING:
        pprof_tables_string(tables, field->bytes);
        break;
    case PROFILE_DROP_FRAMES:
        reading->drop_frames = field->value;
        break;
    case PROFILE_KEEP_FRAMES:
        reading->keep_frames = field->value;
        break;
    case PROFILE_DEFAULT_SAMPLE_TYPE:
        reading->default_type = field->value;
        break;
    }
    if (added == PPROF_OVERFLOW)
        return overflow(reading);
    return good ? 0 : damaged(reading, "a message that cannot be read");
}

static int take_fields(struct pprof_reading *reading, struct source *source)
{
    struct protobuf_field field;
    for (;;) {
        struct span ahead = source_peek(source, PROTOBUF_MOST_HEAD), rest = ahead;
        int result = protobuf_head(&rest, &field);
        if (source->failed || result == 0)
            return source->failed ? -1 : 0;
        if (result < 0)
            return damaged(reading, "no field");
        size_t head = ahead.len - rest.len, len = 0;
        if (field.wire == PROTOBUF_BYTES) {
            len = field.value < SIZE_MAX - head ? (size_t)field.value : SIZE_MAX - head;
            ahead = source_peek(source, head + len);
            if (source->failed)
                return -1;
            if (ahead.len < head + len)
                return damaged(reading, "a field that goes beyond the end");
            field.bytes = span_make(ahead.data + head, len);
        }
        if (take_field(reading, &field) < 0)
            return -1;
        source_take(source, head + len, 0);
        reading->at += head + len;
    }
}

static struct span string(const struct pprof_reading *reading, uint64_t number)
{
    struct span text;
    pprof_tables_text(&reading->tables, number, &text);
    return text;
}

/* Whether strings that are referred to are there. */
static int check_strings(const struct pprof_reading *reading)
{
    struct span text;
    bool good = pprof_tables_complete(&reading->tables) &&
                pprof_tables_text(&reading->tables, reading->drop_frames, &text) &&
                pprof_tables_text(&reading->tables, reading->keep_frames, &text) &&
                pprof_tables_text(&reading->tables, reading->default_type, &text);
    for (size_t i = 0; good && i < reading->type_count; i++)
        good = pprof_tables_text(&reading->tables, reading->types[i].type, &text) &&
               pprof_tables_text(&reading->tables, reading->types[i].unit, &text);
    if (good && reading->type_count)
        return 0;
    return damaged(reading, good ? "the end, and no sample type before it,"
                                 : "the end, and texts that it refers to are missing,");
}

/* name = number | type ["/" unit] */
static bool is_named(const struct pprof_reading *reading, size_t i, const char *name)
{
    struct span type = string(reading, reading->types[i].type);
    struct span unit = string(reading, reading->types[i].unit), text = span_of(name);
    int64_t number;
    if (span_to_int64(text, &number) && (uint64_t)number == i + 1)
        return true;
    if (span_equal(type, text))
        return true;
    return text.len == type.len + 1 + unit.len && name[type.len] == '/' &&
           span_equal(span_first(text, type.len), type) &&
           span_equal(span_skip(text, type.len + 1), unit);
}

static int no_such_value(const struct pprof_reading *reading)
{
    char list[600] = "";
    size_t used = 0;
    for (size_t i = 0; i < reading->type_count && used < sizeof list; i++) {
        struct span type = string(reading, reading->types[i].type);
        struct span unit = string(reading, reading->types[i].unit);
        int n = snprintf(list + used, sizeof list - used, "%s%.*s/%.*s", i ? ", " : "",
                         diag_excerpt(type), type.data, diag_excerpt(unit), unit.data);
        used += n > 0 ? (size_t)n : 0;
    }
    diag_error(reading->recorder->diag, reading->recorder->file, 0,
               "--value: '%s' is none of this profile's values; there are: %s",
               reading->options->value, list);
    return -1;
}

/* The last one by default, as the format's definition says. -1 and a message where there is none
 * of the name. */
static int choose_value(const struct pprof_reading *reading, size_t *which)
{
    struct span wanted = string(reading, reading->default_type);
    const char *name = reading->options->value;
    *which = reading->type_count - 1;
    for (size_t i = 0; i < reading->type_count; i++) {
        bool found = name ? is_named(reading, i, name)
                          : wanted.len && span_equal(string(reading, reading->types[i].type), wanted);
        if (found) {
            *which = i;
            return 0;
        }
    }
    return name ? no_such_value(reading) : 0;
}

static void tell_unit(const struct pprof_reading *reading, size_t which)
{
    struct span type = span_first(string(reading, reading->types[which].type), 100);
    struct span unit = span_first(string(reading, reading->types[which].unit), 100);
    bool counted = unit.len == 0 || span_is(unit, "count") || span_equal(unit, type);
    char text[256];
    snprintf(text, sizeof text, "%.*s%s%.*s", (int)type.len, type.data, counted ? "" : " ",
             counted ? 0 : (int)unit.len, unit.data);
    recorder_unit(reading->recorder, text);
}

static void push(struct pprof_reading *reading, uint32_t frame)
{
    reading->frames = memory_grow(reading->frames, &reading->frame_capacity,
                                  reading->frame_count + 1, sizeof *reading->frames);
    reading->frames[reading->frame_count++] = frame;
}

/* label = key "=" (text | number [" " unit]) */
static bool push_label(struct pprof_reading *reading, struct span message, const char *wanted)
{
    struct protobuf_field field;
    uint64_t numbers[LABEL_UNIT + 1] = {0};
    while (protobuf_next(&message, &field) > 0)
        if (field.number >= LABEL_KEY && field.number <= LABEL_UNIT)
            numbers[field.number] = field.value;
    struct span key = string(reading, numbers[LABEL_KEY]);
    if (!span_is(key, wanted))
        return false;
    struct span value = string(reading, numbers[LABEL_STRING]);
    struct span unit = string(reading, numbers[LABEL_UNIT]);
    char number[24] = "";
    if (value.len == 0 && (numbers[LABEL_NUMBER] || unit.len))
        snprintf(number, sizeof number, "%lld", (long long)numbers[LABEL_NUMBER]);
    struct span parts[] = {key, span_of("="), value, span_of(number),
                           span_of(number[0] && unit.len ? " " : ""),
                           number[0] ? unit : span_of("")};
    size_t len = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        reading->text = memory_grow(reading->text, &reading->text_capacity, len + parts[i].len + 1, 1);
        if (parts[i].len)
            memcpy(reading->text + len, parts[i].data, parts[i].len);
        len += parts[i].len;
    }
    push(reading, frame_intern_clean(&reading->recorder->profile->frames,
                                     span_make(reading->text, len), FRAME_PLAIN));
    return true;
}

/* The frames of the labels that are asked for, in the order of the options. */
static void push_labels(struct pprof_reading *reading, size_t stack)
{
    const struct option_list *wanted = &reading->options->labels;
    for (size_t i = 0; i < wanted->count; i++) {
        struct span labels = pprof_stacks_labels(&reading->stacks, stack);
        struct protobuf_field field;
        while (protobuf_next(&labels, &field) > 0)
            push_label(reading, field.bytes, wanted->items[i]);
    }
}

/* Root first; false where the stack's bytes are damaged. A location that is not there is a frame
 * nobody can name. */
static bool push_stack(struct pprof_reading *reading, size_t stack)
{
    struct frame_table *table = &reading->recorder->profile->frames;
    struct pprof_naming naming = {reading->options->lines, reading->options->addrs};
    struct span locations = pprof_stacks_locations(&reading->stacks, stack);
    size_t first = reading->frame_count;
    uint64_t id;
    while (locations.len) {
        const uint32_t *frames = NULL;
        if (!protobuf_varint(&locations, &id))
            return false;
        size_t count = pprof_tables_frames(&reading->tables, id, naming, table, &frames);
        for (size_t i = 0; i < count; i++)
            push(reading, frames[i]);
        if (count == 0) {
            push(reading, frame_intern(table, span_of("[unknown]"), FRAME_PLAIN));
            recorder_repaired(reading->recorder);
        }
    }
    for (size_t a = first, b = reading->frame_count; a + 1 < b; a++) {
        uint32_t other = reading->frames[--b];
        reading->frames[b] = reading->frames[a];
        reading->frames[a] = other;
    }
    return true;
}

static int file_stack(struct pprof_reading *reading, size_t stack, size_t which)
{
    struct recorder *recorder = reading->recorder;
    int64_t weight = pprof_stacks_value(&reading->stacks, stack, which);
    if (weight == 0)
        return 0;
    reading->frame_count = 0;
    push_labels(reading, stack);
    size_t labels = reading->frame_count;
    if (!push_stack(reading, stack))
        return damaged(reading, "the end, and a stack before it");
    struct profile *profile = recorder->profile;
    if (weight < 0) {
        struct span leaf = span_of("");
        if (reading->frame_count > labels)
            leaf = profile->frames.frames[reading->frames[reading->frame_count - 1]].name;
        recorder_unusable(recorder, 0, leaf, "a negative value, of a difference of profiles");
        return 0;
    }
    size_t kept = pprof_drop_apply(&reading->drop, reading->frames + labels, reading->frame_count - labels);
    uint32_t node = profile_node(profile, reading->frames, labels + kept);
    return recorder_add_weight(recorder, node, recorder->column, weight, 0);
}

static int file_stacks(struct pprof_reading *reading)
{
    const struct recorder *recorder = reading->recorder;
    size_t which;
    if (check_strings(reading) < 0 || choose_value(reading, &which) < 0)
        return -1;
    bool drop = reading->options->drop_frames;
    if (pprof_drop_init(&reading->drop, string(reading, drop ? reading->drop_frames : 0),
                        string(reading, reading->keep_frames), &recorder->profile->frames,
                        reading->options->lines, recorder->file, recorder->diag) < 0)
        return -1;
    tell_unit(reading, which);
    int result = 0;
    for (size_t i = 0; result == 0 && i < reading->stacks.count; i++)
        result = file_stack(reading, i, which);
    pprof_drop_free(&reading->drop);
    return result;
}

static int pprof_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct pprof_reading reading = {.recorder = recorder, .options = options};
    pprof_tables_init(&reading.tables);
    pprof_stacks_init(&reading.stacks, reading.options->labels.count > 0);
    int result = take_fields(&reading, source);
    if (result == 0)
        result = file_stacks(&reading);
    pprof_tables_free(&reading.tables);
    pprof_stacks_free(&reading.stacks);
    memory_free(reading.types);
    memory_free(reading.frames);
    memory_free(reading.text);
    return result;
}

const struct reader pprof_reader = {
    .name = "pprof",
    .summary = "pprof profiles: protocol buffers, as of Go and many others",
    .options = pprof_option_rows,
    .options_size = sizeof(struct pprof_options),
    .detect = pprof_detect,
    .read = pprof_read,
};
