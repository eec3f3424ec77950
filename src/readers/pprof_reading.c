/* Names and files the stacks of a pprof profile, when its strings, functions and locations are known. */
#include "pprof_reading.h"

#include <stdio.h>

#include "flamectl/memory.h"

enum label_field { LABEL_KEY = 1, LABEL_STRING, LABEL_NUMBER, LABEL_UNIT };

void pprof_reading_init(struct pprof_reading *reading, struct recorder *recorder,
                        const struct pprof_options *options)
{
    *reading = (struct pprof_reading){.recorder = recorder, .options = options};
    pprof_tables_init(&reading->tables);
    pprof_stacks_init(&reading->stacks, options->labels.count > 0);
    /* never NULL, to which not even 0 may be added */
    reading->frames.ids = memory_grow(NULL, &reading->frames.capacity, 1, sizeof *reading->frames.ids);
}

void pprof_reading_free(struct pprof_reading *reading)
{
    pprof_tables_free(&reading->tables);
    pprof_stacks_free(&reading->stacks);
    memory_free(reading->types);
    memory_free(reading->frames.ids);
    buffer_free(&reading->text);
}

bool pprof_is_message(uint32_t number)
{
    return (number >= PPROF_SAMPLE_TYPE && number <= PPROF_FUNCTION) ||
           number == PPROF_PERIOD_TYPE;
}

/* Fields of the right kind, as far as there are any. */
bool pprof_fits(const struct protobuf_field *field)
{
    if (pprof_is_message(field->number) || field->number == PPROF_STRING)
        return field->wire == PROTOBUF_BYTES;
    if (field->number == PPROF_COMMENT)
        return field->wire == PROTOBUF_VARINT || field->wire == PROTOBUF_BYTES;
    return field->wire == PROTOBUF_VARINT && field->number <= PPROF_LAST;
}

int pprof_damaged(const struct pprof_reading *reading, const char *what)
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
    struct pprof_value_type type = {0, 0};
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

int pprof_take_field(struct pprof_reading *reading, const struct protobuf_field *field)
{
    struct pprof_tables *tables = &reading->tables;
    enum pprof_added added = PPROF_ADDED;
    bool good = pprof_fits(field) || field->number > PPROF_LAST;
    if (!good)
        return pprof_damaged(reading, "a field of the wrong kind");
    switch (field->number) {
    case PPROF_SAMPLE_TYPE:
        good = take_type(reading, field->bytes);
        break;
    case PPROF_SAMPLE:
        added = pprof_stacks_add(&reading->stacks, field->bytes);
        good = added != PPROF_DAMAGED;
        recorder_count(reading->recorder);
        break;
    case PPROF_MAPPING:
        good = pprof_tables_mapping(tables, field->bytes);
        break;
    case PPROF_LOCATION:
        good = pprof_tables_location(tables, field->bytes);
        break;
    case PPROF_FUNCTION:
        good = pprof_tables_function(tables, field->bytes);
        break;
    case PPROF_STRING:
        pprof_tables_string(tables, field->bytes);
        break;
    case PPROF_DROP_FRAMES:
        reading->drop_frames = field->value;
        break;
    case PPROF_KEEP_FRAMES:
        reading->keep_frames = field->value;
        break;
    case PPROF_DEFAULT_SAMPLE_TYPE:
        reading->default_type = field->value;
        break;
    }
    if (added == PPROF_OVERFLOW)
        return overflow(reading);
    return good ? 0 : pprof_damaged(reading, "a message that cannot be read");
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
    return pprof_damaged(reading, good ? "the end, and no sample type before it,"
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

/* The value that counts samples beside the one that is weighed, or SIZE_MAX. */
static size_t find_counts(const struct pprof_reading *reading, size_t weighed)
{
    for (size_t i = 0; i < reading->type_count; i++)
        if (i != weighed && span_is(string(reading, reading->types[i].type), "samples") &&
            span_is(string(reading, reading->types[i].unit), "count"))
            return i;
    return SIZE_MAX;
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
    reading->text.len = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        buffer_add(&reading->text, parts[i]);
    frame_list_push(&reading->frames, frame_intern_clean(&reading->recorder->profile->frames,
                                                         buffer_span(&reading->text), FRAME_PLAIN));
    return true;
}

/* The frames of the labels that are asked for: in the order of the options, when the stack is turned round. */
static void push_labels(struct pprof_reading *reading, size_t stack)
{
    const struct option_list *wanted = &reading->options->labels;
    size_t first = reading->frames.count;
    for (size_t i = 0; i < wanted->count; i++) {
        struct span labels = pprof_stacks_labels(&reading->stacks, stack);
        struct protobuf_field field;
        while (protobuf_next(&labels, &field) > 0)
            push_label(reading, field.bytes, wanted->items[i]);
    }
    frame_list_reverse(&reading->frames, first);
}

/* A location costs a stack two bytes or so, however many functions are inlined there: a small file could ask for
 * any number of frames. Programs have one or two a location. */
#define MOST_INLINED ((uint64_t)1 << 24) /* in all, */
#define MOST_INLINED_EACH 16             /* or a location */

static int too_many_inlined(const struct pprof_reading *reading)
{
    diag_error(reading->recorder->diag, reading->recorder->file, 0,
               "the inlined functions of its locations make more than %llu frames: this is no profile of a program",
               (unsigned long long)(reading->locations + reading->inlined));
    return -1;
}

/* A location that is not there is a frame nobody can name. */
static int push_location(struct pprof_reading *reading, uint64_t id)
{
    struct frame_table *table = &reading->recorder->profile->frames;
    struct pprof_naming naming = {reading->options->lines, reading->options->addrs};
    const uint32_t *frames = NULL;
    size_t count = pprof_tables_frames(&reading->tables, id, naming, table, &frames);
    if (count > 1 && (reading->inlined += count - 1) > MOST_INLINED + reading->locations * MOST_INLINED_EACH)
        return too_many_inlined(reading);
    frame_list_append(&reading->frames, frames, count);
    if (count == 0) {
        frame_list_push(&reading->frames, frame_intern(table, span_of("[unknown]"), FRAME_PLAIN));
        recorder_repaired(reading->recorder);
    }
    return 0;
}

static int push_stack(struct pprof_reading *reading, size_t stack)
{
    struct span locations = pprof_stacks_locations(&reading->stacks, stack);
    uint64_t id;
    for (; locations.len; reading->locations++) {
        if (!protobuf_varint(&locations, &id))
            return pprof_damaged(reading, "the end, and a stack before it");
        uint32_t frame = pprof_tables_frame(&reading->tables, id);
        if (frame != FRAME_GAP)
            frame_list_push(&reading->frames, frame);
        else if (push_location(reading, id) < 0)
            return -1;
    }
    return 0;
}

static void negative(const struct pprof_reading *reading)
{
    struct recorder *recorder = reading->recorder;
    struct span leaf = span_of("");
    if (reading->frames.count)
        leaf = recorder->profile->frames.frames[reading->frames.ids[0]].name;
    recorder_unusable(recorder, 0, leaf, "a negative value, of a difference of profiles");
}

static int file_stack(struct pprof_reading *reading, size_t stack, size_t which)
{
    struct frame_list *frames = &reading->frames;
    int64_t weight = pprof_stacks_value(&reading->stacks, stack, which);
    if (weight == 0)
        return 0;
    frames->count = 0;
    if (push_stack(reading, stack) < 0)
        return -1;
    if (weight < 0) {
        negative(reading);
        return 0;
    }
    size_t dropped = pprof_drop_count(&reading->drop, frames->ids, frames->count);
    push_labels(reading, stack);
    int64_t samples = reading->counts == SIZE_MAX ? -1 : pprof_stacks_value(&reading->stacks, stack, reading->counts);
    return recorder_file_weight(reading->recorder, frames->ids + dropped, frames->count - dropped, weight, samples);
}

int pprof_file_stacks(struct pprof_reading *reading)
{
    const struct recorder *recorder = reading->recorder;
    size_t which;
    if (pprof_stacks_end(&reading->stacks) == PPROF_OVERFLOW)
        return overflow(reading);
    if (check_strings(reading) < 0 || choose_value(reading, &which) < 0)
        return -1;
    bool drop = reading->options->drop_frames;
    if (pprof_drop_init(&reading->drop, string(reading, drop ? reading->drop_frames : 0),
                        string(reading, reading->keep_frames), &recorder->profile->frames,
                        reading->options->lines, recorder->file, recorder->diag) < 0)
        return -1;
    tell_unit(reading, which);
    reading->counts = find_counts(reading, which);
    recorder_distinct(reading->recorder);
    int result = 0;
    for (size_t i = 0; result == 0 && i < reading->stacks.count; i++)
        result = file_stack(reading, i, which);
    pprof_drop_free(&reading->drop);
    return result;
}
