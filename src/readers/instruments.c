/* The call tree of Instruments (Xcode), copied with Edit > Deep Copy: a table whose last column is an outline.
 *
 *     Weight TAB Self Weight TAB TAB Symbol Name                         Xcode 8 to 13
 *     105.00 ms  100.0% TAB 5.00 ms TAB  TAB  main
 *
 *     Running Time TAB Self (ms) TAB TAB Symbol Name                     Xcode 7
 *     4273.0ms   99.9% TAB 693 TAB  TAB  main
 *
 *     Weight TAB Self Weight TAB Symbol Names                            Xcode 16
 *     4.93 s  99.9% TAB 0 s TAB     main
 *
 *     Bytes Used TAB Count TAB TAB Symbol Name                           allocations
 *     429.93 MB  100.0% TAB 84671 TAB  TAB start
 *
 * The lesson: columns have moved with every version, so they are found by their names. What a row weighs is its
 * own weight where the table tells it, else what the rows below leave of its total. Checked against public
 * copies from Xcode 7, 13 and 16. */
#include "flamectl/reader.h"

#include "head.h"
#include "outline.h"
#include "stack.h"

/* Units of time, in 10^-6 of a millisecond; of cycles, bytes and counts, whole ones. */
enum dimension { DIMENSION_NONE, DIMENSION_COUNT, DIMENSION_TIME, DIMENSION_CYCLES, DIMENSION_BYTES };

struct unit {
    const char *name;
    enum dimension dimension;
    int64_t multiply, divide; /* of a number in millionths */
};

struct columns {
    size_t total, self, name;     /* SPAN_NONE: there is none */
    const struct unit *self_unit; /* where the column says it: "(ms)"; NULL where nobody knows it */
};

#define MILLION 1000000

static const struct unit units[] = {
    {"ms", DIMENSION_TIME, 1, 1},
    {"s", DIMENSION_TIME, 1000, 1},
    {"min", DIMENSION_TIME, 60000, 1},
    {"h", DIMENSION_TIME, 3600000, 1},
    {"us", DIMENSION_TIME, 1, 1000},
    {"\xC2\xB5s", DIMENSION_TIME, 1, 1000}, /* micro sign */
    {"\xCE\xBCs", DIMENSION_TIME, 1, 1000}, /* mu */
    {"ns", DIMENSION_TIME, 1, MILLION},
    {"cycles", DIMENSION_CYCLES, 1, MILLION},
    {"c", DIMENSION_CYCLES, 1, MILLION},
    {"Kc", DIMENSION_CYCLES, 1, 1000},
    {"Mc", DIMENSION_CYCLES, 1, 1},
    {"Gc", DIMENSION_CYCLES, 1000, 1},
    {"Tc", DIMENSION_CYCLES, MILLION, 1},
    {"Bytes", DIMENSION_BYTES, 1, MILLION},
    {"B", DIMENSION_BYTES, 1, MILLION},
    {"KB", DIMENSION_BYTES, 1024, MILLION},
    {"MB", DIMENSION_BYTES, 1024 * 1024, MILLION},
    {"GB", DIMENSION_BYTES, 1024 * 1024 * 1024, MILLION},
    {"samples", DIMENSION_COUNT, 1, MILLION},
    {"", DIMENSION_COUNT, 1, MILLION},
};

struct instruments_reading {
    struct outline outline;
    struct columns columns;
    enum dimension dimension; /* of the first row */
    const struct unit *total_unit, *self_unit; /* of the last row that had one */
};

/* Takes the next field, and the TAB behind it, off the row. */
static bool take_field(struct span *row, struct span *field)
{
    if (!row->data)
        return false;
    size_t tab = span_find(*row, '\t');
    *field = span_first(*row, tab);
    *row = tab == SPAN_NONE ? span_make(NULL, 0) : span_skip(*row, tab + 1);
    return true;
}

/* Most rows have the unit of the row before. */
static const struct unit *find_unit(struct span name, const struct unit *last)
{
    if (last && span_is(name, last->name))
        return last;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_is(name, units[i].name))
            return &units[i];
    return NULL;
}

/* Of numbers alone. */
static const struct unit *no_unit(void)
{
    return find_unit(span_make("", 0), NULL);
}

static bool parse_columns(struct span line, struct columns *columns)
{
    struct span field;
    *columns = (struct columns){SPAN_NONE, SPAN_NONE, SPAN_NONE, no_unit()};
    for (size_t i = 0; take_field(&line, &field); i++) {
        field = span_trim(field);
        if (span_is(field, "Weight") || span_is(field, "Running Time") || span_is(field, "Bytes Used"))
            columns->total = i;
        else if (span_is(field, "Self Weight") || span_starts(field, "Self ("))
            columns->self = i;
        else if (span_is(field, "Symbol Name") || span_is(field, "Symbol Names"))
            columns->name = i;
        if (columns->self == i && span_starts(field, "Self (") && span_ends(field, ")"))
            columns->self_unit = find_unit(span_make(field.data + 6, field.len - 7), NULL);
    }
    return columns->total != SPAN_NONE && columns->name != SPAN_NONE;
}

/* weight = number [{blank} unit] [blanks more]
 *
 * `unit` is that of a number alone. */
static bool parse_weight(struct span text, const struct unit *unit, const struct unit **last, int64_t *weight)
{
    size_t digits = 0;
    text = span_trim(text);
    while (digits < text.len && (is_digit(text.data[digits]) || text.data[digits] == '.'))
        digits++;
    struct span rest = span_trim_left(span_skip(text, digits));
    struct span word = span_before(rest, ' ');
    if (word.len)
        unit = find_unit(word, *last);
    if (!unit || !span_to_decimal(span_first(text, digits), 6, weight))
        return false;
    if (*weight > (INT64_MAX - unit->divide) / unit->multiply)
        return false;
    *weight = (*weight * unit->multiply + unit->divide / 2) / unit->divide;
    *last = unit;
    return true;
}

static void set_dimension(struct instruments_reading *reading, enum dimension dimension)
{
    static const char *const names[] = {"", "samples", "ms", "cycles", "bytes"};
    reading->dimension = dimension;
    reading->outline.places = dimension == DIMENSION_TIME ? PROFILE_DECIMAL_PLACES : 0;
    recorder_unit(reading->outline.names.recorder, names[dimension]);
}

/* What is wrong with the row, or NULL; *result: -1 after a message. */
static const char *read_row(struct instruments_reading *reading, struct span line, int *result)
{
    const struct columns *columns = &reading->columns;
    struct span field, total = {"", 0}, self = {"", 0}, name = {NULL, 0};
    for (size_t i = 0; take_field(&line, &field); i++) {
        total = i == columns->total ? field : total;
        self = i == columns->self ? field : self;
        name = i == columns->name ? field : name;
    }
    if (!name.data || span_trim(name).len == 0)
        return "no function in this row";
    int64_t all, own;
    if (!parse_weight(total, no_unit(), &reading->total_unit, &all))
        return "no weight of a known unit in this row";
    if (reading->dimension == DIMENSION_NONE)
        set_dimension(reading, reading->total_unit->dimension);
    if (reading->total_unit->dimension != reading->dimension)
        return "another unit than in the first row";
    size_t indent = name.len - span_trim_left(name).len;
    bool tells = parse_weight(self, columns->self_unit, &reading->self_unit, &own) &&
                 reading->self_unit->dimension == reading->dimension;
    *result = tells ? outline_self(&reading->outline, indent, name, all, own)
                    : outline_total(&reading->outline, indent, name, all, true);
    return NULL;
}

static int instruments_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct instruments_reading reading = {.outline = {.names = {.recorder = recorder}}};
    struct span line;
    bool headed = false;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line)) {
        if (span_trim(line).len == 0)
            continue;
        if (!headed) {
            headed = parse_columns(line, &reading.columns);
            if (!headed)
                recorder_unusable(recorder, source->line, line, "not the head of a table of Instruments");
            continue;
        }
        const char *wrong = read_row(&reading, line, &result);
        if (wrong)
            recorder_unusable(recorder, source->line, line, wrong);
    }
    if (result == 0)
        result = outline_end(&reading.outline);
    outline_free(&reading.outline);
    return result;
}

static enum bid instruments_detect(struct span head)
{
    struct columns columns;
    struct span line;
    bool cut = head.len >= SOURCE_HEAD;
    while (head_line(&head, cut, &line))
        if (line.len)
            return parse_columns(line, &columns) ? BID_CERTAIN : BID_NO;
    return BID_NO;
}

const struct reader instruments_reader = {
    .name = "instruments",
    .summary = "Instruments: a call tree copied with Deep Copy",
    .detect = instruments_detect,
    .read = instruments_read,
};
