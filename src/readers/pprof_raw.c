/* The text that `go tool pprof -raw` prints of a profile: samples by location ids, then what these are.
 *
 *     PeriodType: cpu nanoseconds
 *     Samples:
 *     samples/count cpu/nanoseconds[dflt]
 *              15  150000000: 1 2
 *                     worker:[0]
 *     Locations
 *          1: 0x5493a4 M=1 main.inl /srv/g.go:10 s=0
 *                  main.outer /srv/g.go:11:4 s=9(mangled)
 *     Mappings
 *     1: 0x400000/0x54a000/0x0 /srv/g  [FN]
 *
 * The lesson: lines below a location are the functions it was inlined into, so the text says all that the
 * protocol buffer says, and is read as one: its lines become the messages of such a profile. Checked against
 * Go 1.19. */
#include "flamectl/memory.h"
#include "flamectl/protobuf.h"
#include "flamectl/reader.h"

#include "head.h"
#include "pprof_reading.h"

#define FIELD(name) offsetof(struct pprof_options, name)

static const struct option pprof_raw_option_rows[] = {
    {.name = "value", .kind = OPTION_TEXT, .offset = FIELD(value), .value = "NAME",
     .help = "which value of a sample counts: TYPE, TYPE/UNIT or its number"},
    {.name = "label", .kind = OPTION_LIST, .offset = FIELD(labels), .value = "KEY",
     .help = "a first frame KEY=VALUE from this label (repeatable)"},
    {.name = "lines", .kind = OPTION_FLAG, .offset = FIELD(lines), .set = 1,
     .help = "append line numbers to names: function:LINE"},
    {.name = "addrs", .kind = OPTION_FLAG, .offset = FIELD(addrs), .set = 1,
     .help = "show the address of frames without a symbol"},
    {.name = NULL},
};

enum section { BEFORE, TYPES, SAMPLES, LOCATIONS, MAPPINGS };

struct raw_reading {
    struct pprof_reading profile;
    enum section section;
    uint64_t strings, functions; /* how many were made */
    struct protobuf_message sample, location, inner; /* sample and location: until all of it is read */
};

/* Makes a string; its number. */
static uint64_t make_string(struct raw_reading *reading, struct span text)
{
    if (reading->strings == 0)
        pprof_tables_string(&reading->profile.tables, span_make("", 0));
    reading->strings += reading->strings == 0;
    pprof_tables_string(&reading->profile.tables, text);
    return reading->strings++;
}

static int take(struct raw_reading *reading, uint32_t number, struct protobuf_message *message)
{
    struct protobuf_field field = {.number = number, .wire = PROTOBUF_BYTES, .value = message->len,
                                   .bytes = span_make(message->data, message->len)};
    int result = pprof_take_field(&reading->profile, &field);
    message->len = 0;
    return result;
}

#define SAFE_DIGITS 18 /* of any number that cannot exceed INT64_MAX */

/* number = ["-"] digits, as far as they go */
static bool take_any_number(struct span *text, uint64_t *value)
{
    bool negative = span_starts(*text, "-");
    struct span rest = span_skip(*text, negative);
    size_t digits = span_digits(rest);
    int64_t number;
    if (!span_to_int64(span_first(rest, digits), &number))
        return false;
    *value = negative ? 0 - (uint64_t)number : (uint64_t)number;
    *text = span_skip(rest, digits);
    return true;
}

/* The same: most have no sign. */
static bool take_number(struct span *text, uint64_t *value)
{
    size_t end = 0;
    uint64_t sum = 0;
    for (; end < text->len && is_digit(text->data[end]); end++)
        sum = sum * 10 + (uint64_t)(text->data[end] - '0');
    if (end == 0 || end > SAFE_DIGITS)
        return take_any_number(text, value);
    *value = sum;
    *text = span_skip(*text, end);
    return true;
}

static bool take_hex(struct span *text, uint64_t *value)
{
    *value = 0;
    if (!span_starts(*text, "0x"))
        return false;
    for (*text = span_skip(*text, 2); text->len && is_hex(text->data[0]); *text = span_skip(*text, 1)) {
        char c = text->data[0];
        *value = *value << 4 | (uint64_t)(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
    }
    return true;
}

/* types = type "/" unit ["[dflt]"] {" " ...} */
static int read_types(struct raw_reading *reading, struct span line)
{
    for (line = span_trim(line); line.len; line = span_trim_left(line)) {
        struct span word = span_before(line, ' ');
        line = span_skip(line, word.len);
        bool chosen = span_ends(word, "[dflt]");
        if (chosen)
            word.len -= 6;
        size_t slash = span_find(word, '/');
        struct span unit = slash == SPAN_NONE ? span_make("", 0) : span_skip(word, slash + 1);
        uint64_t type = make_string(reading, span_first(word, slash));
        protobuf_put_number(&reading->inner, 1, type);
        protobuf_put_number(&reading->inner, 2, make_string(reading, unit));
        if (take(reading, PPROF_SAMPLE_TYPE, &reading->inner) < 0)
            return -1;
        if (chosen)
            reading->profile.default_type = type;
    }
    reading->section = SAMPLES;
    return 0;
}

static int end_sample(struct raw_reading *reading)
{
    return reading->sample.len ? take(reading, PPROF_SAMPLE, &reading->sample) : 0;
}

#define SHORT_ID 6 /* digits; as a varint three bytes at most */

static inline unsigned digit(char c)
{
    return (unsigned)c - (unsigned)'0';
}

/* How many digits begin here, one to SHORT_ID, and what they are worth. There is a step for each number of them, since
 * a processor that guesses it goes on without waiting. */
static inline size_t take_short(const char *at, unsigned *id)
{
    *id = digit(at[0]);
    if (!is_digit(at[1]))
        return 1;
    *id = *id * 10 + digit(at[1]);
    if (!is_digit(at[2]))
        return 2;
    *id = *id * 10 + digit(at[2]);
    if (!is_digit(at[3]))
        return 3;
    *id = *id * 10 + digit(at[3]);
    if (!is_digit(at[4]))
        return 4;
    *id = *id * 10 + digit(at[4]);
    if (!is_digit(at[5]))
        return 5;
    *id = *id * 10 + digit(at[5]);
    return SHORT_ID;
}

/* ids = {id " "}, as far as they are short and more follows; returns the rest. Most samples are little else. */
static struct span take_short_ids(struct span line, struct protobuf_message *ids)
{
    const char *at = line.data, *end = at + line.len;
    char *out = protobuf_room(ids, line.len); /* none has more bytes than digits */
    unsigned id;
    while (end - at > SHORT_ID && is_digit(*at)) {
        size_t digits = take_short(at, &id);
        if (at[digits] != ' ')
            break;
        at += digits + 1;
        for (; id >= 0x80; id >>= 7)
            *out++ = (char)(id | 0x80);
        *out++ = (char)id;
    }
    ids->len = (size_t)(out - ids->data);
    return span_make(at, (size_t)(end - at));
}

/* ids = {id blanks} */
static bool take_ids(struct span line, struct protobuf_message *ids)
{
    uint64_t value;
    while ((line = span_trim_left(take_short_ids(line, ids))).len) {
        if (!take_number(&line, &value) || (line.len && line.data[0] != ' '))
            return false;
        protobuf_put_varint(ids, value);
        line = span_skip(line, 1);
    }
    return true;
}

/* sample = {blanks value} ":" {" " id}; false where the line is none */
static bool parse_sample(struct raw_reading *reading, struct span line)
{
    struct protobuf_message *sample = &reading->sample, *ids = &reading->inner;
    uint64_t value;
    line = span_trim(line);
    for (; line.len && line.data[0] != ':'; line = span_trim_left(line)) {
        if (!take_number(&line, &value) || (line.len && line.data[0] != ' ' && line.data[0] != ':'))
            return false;
        protobuf_put_number(sample, 2, value);
    }
    if (sample->len == 0 || line.len == 0)
        return false;
    if (!take_ids(span_trim(span_skip(line, 1)), ids))
        return false;
    protobuf_put_message(sample, 1, ids);
    return true;
}

/* labels = key ":[" value {" " value} "]" {" " ...}; the first value counts */
static bool read_labels(struct raw_reading *reading, struct span line)
{
    size_t open;
    line = span_trim(line);
    if (span_find_text(line, ":[") == SPAN_NONE || reading->sample.len == 0)
        return false;
    while (reading->profile.options->labels.count && (open = span_find_text(line, ":[")) != SPAN_NONE) {
        struct span value = span_skip(line, open + 2);
        size_t close = span_find(value, ']');
        protobuf_put_number(&reading->inner, 1, make_string(reading, span_first(line, open)));
        protobuf_put_number(&reading->inner, 2, make_string(reading, span_first(value, close)));
        protobuf_put_message(&reading->sample, 3, &reading->inner);
        reading->inner.len = 0;
        line = span_trim_left(span_skip(value, close == SPAN_NONE ? value.len : close + 1));
    }
    return true;
}

static int read_sample(struct raw_reading *reading, uint64_t number, struct span line)
{
    if (read_labels(reading, line))
        return 0;
    if (end_sample(reading) < 0)
        return -1;
    if (!parse_sample(reading, line)) {
        reading->sample.len = 0;
        recorder_unusable(reading->profile.recorder, number, line, "neither a sample nor its labels");
    }
    reading->inner.len = 0;
    return 0;
}

/* function = name " " [file] ":" line [":" column] " s=" digits ["(" system name ")"] */
static int add_line(struct raw_reading *reading, struct span text)
{
    size_t start = SPAN_NONE, at;
    for (size_t from = 0; (at = span_find_text(span_skip(text, from), " s=")) != SPAN_NONE; from = start + 1)
        start = from + at;
    if (start == SPAN_NONE)
        return 0;
    text = span_first(text, start);
    size_t blank = span_find_last(text, ' ');
    if (blank == SPAN_NONE)
        return 0;
    struct span place = span_skip(text, blank + 1), before = span_first(place, span_find_last(place, ':'));
    size_t colon = span_find_last(before, ':');
    struct span line = span_skip(place, before.len + 1);
    if (colon != SPAN_NONE && span_is_digits(span_skip(before, colon + 1)))
        line = span_skip(before, colon + 1); /* what stands behind is the column */
    int64_t number = 0;
    span_to_int64(line, &number);
    uint64_t name = make_string(reading, span_trim(span_first(text, blank)));
    protobuf_put_number(&reading->inner, 1, ++reading->functions);
    protobuf_put_number(&reading->inner, 2, name);
    if (take(reading, PPROF_FUNCTION, &reading->inner) < 0)
        return -1;
    protobuf_put_number(&reading->inner, 1, reading->functions);
    protobuf_put_number(&reading->inner, 2, (uint64_t)number);
    protobuf_put_message(&reading->location, 4, &reading->inner);
    reading->inner.len = 0;
    return 0;
}

static int end_location(struct raw_reading *reading)
{
    return reading->location.len ? take(reading, PPROF_LOCATION, &reading->location) : 0;
}

/* location = blanks id ": 0x" address [" M=" mapping] [" [F]"] [" " function] */
static int read_location(struct raw_reading *reading, struct span line)
{
    struct span text = span_trim(line);
    uint64_t id, address, mapping = 0;
    struct span rest = text;
    bool begins = take_number(&rest, &id) && span_starts(rest, ": 0x");
    if (!begins)
        return add_line(reading, text);
    if (end_location(reading) < 0)
        return -1;
    text = span_skip(rest, 2);
    take_hex(&text, &address);
    text = span_trim_left(text);
    if (span_starts(text, "M=")) {
        text = span_skip(text, 2);
        take_number(&text, &mapping);
        text = span_trim_left(text);
    }
    if (span_starts(text, "[F] "))
        text = span_skip(text, 4);
    protobuf_put_number(&reading->location, 1, id);
    protobuf_put_number(&reading->location, 2, mapping);
    protobuf_put_number(&reading->location, 3, address);
    return add_line(reading, text);
}

/* mapping = id ": 0x" start "/0x" limit "/0x" offset " " file " " ... */
static int read_mapping(struct raw_reading *reading, struct span line)
{
    uint64_t id;
    struct span text = span_trim(line);
    size_t blank;
    if (!take_number(&text, &id) || !span_starts(text, ": 0x"))
        return 0;
    text = span_skip(text, 2);
    blank = span_find(text, ' ');
    text = span_trim_left(span_skip(text, blank == SPAN_NONE ? text.len : blank));
    protobuf_put_number(&reading->inner, 1, id);
    protobuf_put_number(&reading->inner, 5, make_string(reading, span_before(text, ' ')));
    return take(reading, PPROF_MAPPING, &reading->inner);
}

static int read_line(struct raw_reading *reading, uint64_t number, struct span line)
{
    if (span_is(line, "Samples:")) {
        reading->section = TYPES;
        return 0;
    }
    if (span_is(line, "Locations")) {
        reading->section = LOCATIONS;
        return end_sample(reading);
    }
    if (span_is(line, "Mappings")) {
        reading->section = MAPPINGS;
        return end_location(reading);
    }
    switch (reading->section) {
    case BEFORE:
        return 0;
    case TYPES:
        return read_types(reading, line);
    case SAMPLES:
        return read_sample(reading, number, line);
    case LOCATIONS:
        return read_location(reading, line);
    case MAPPINGS:
        return read_mapping(reading, line);
    }
    return 0;
}

static int pprof_raw_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct raw_reading reading = {.section = BEFORE};
    struct span line;
    int result = 0;
    pprof_reading_init(&reading.profile, recorder, options);
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    if (result == 0 && (end_sample(&reading) < 0 || end_location(&reading) < 0))
        result = -1;
    if (result == 0 && reading.profile.type_count)
        result = pprof_file_stacks(&reading.profile);
    pprof_reading_free(&reading.profile);
    protobuf_free(&reading.sample);
    protobuf_free(&reading.location);
    protobuf_free(&reading.inner);
    return result;
}

static enum bid pprof_raw_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, samples = false;
    struct span line;
    while (head_line(&head, cut, &line)) {
        if (samples)
            return span_find(line, '/') != SPAN_NONE ? BID_CERTAIN : BID_NO;
        samples = span_is(line, "Samples:");
    }
    return BID_NO;
}

const struct reader pprof_raw_reader = {
    .name = "pprof-raw",
    .summary = "text of go tool pprof -raw",
    .options = pprof_raw_option_rows,
    .options_size = sizeof(struct pprof_options),
    .detect = pprof_raw_detect,
    .read = pprof_raw_read,
};
