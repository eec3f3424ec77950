/* The .prof file of a Haskell program (GHC, +RTS -p): cost centres as an outline, in its second table.
 *
 *                                                                   individual      inherited
 *     COST CENTRE  MODULE  SRC              no.     entries  %time %alloc   %time %alloc  ticks     bytes
 *
 *     MAIN         MAIN    <built-in>       100          0    0.0    0.5   100.0  100.0      0      5000
 *      CAF         Main    <entire-module>  199          0    0.5    0.0    99.5   99.5      1       100
 *       main       Main    demo.hs:5:1-10   200          1   29.5   49.5    99.5   99.5     29    495000
 *
 * A frame is Module.centre; it weighs its individual share of the time, in tenths of a percent. Skipped: the
 * first table, and what is below the second. Columns ticks and bytes are those of +RTS -P.
 *
 * The lesson: columns are as wide as they need to be, and a place in the source may hold blanks: so the name is
 * read from the left, and numbers are from the right. Checked against GHC 9.0. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "outline.h"
#include "stack.h"

struct ghcprof_options {
    int ticks, bytes;
};

static const struct option ghcprof_option_rows[] = {
    {.name = "ticks", .kind = OPTION_FLAG, .offset = offsetof(struct ghcprof_options, ticks), .set = 1,
     .help = "weigh by ticks (+RTS -P) instead of the share of time"},
    {.name = "bytes", .kind = OPTION_FLAG, .offset = offsetof(struct ghcprof_options, bytes), .set = 1,
     .help = "weigh by bytes allocated (+RTS -P); wins over --ticks"},
    {.name = NULL},
};

/* no. entries %time %alloc %time %alloc [ticks bytes] */
enum { NUMBERS = 6, MORE_NUMBERS = 8, TIME = 2, TICKS = 6, BYTES = 7 };

struct ghcprof_reading {
    struct outline outline;
    struct buffer frame; /* scratch */
    size_t numbers;  /* columns of numbers; 0 outside of the table */
    size_t weight;   /* which of them */
    unsigned places; /* its decimals */
    bool begun;      /* a row was read */
};

/* Of the second table; how many columns of numbers it has, or 0. */
static size_t parse_head(struct span line)
{
    if (!span_starts(line, "COST CENTRE") || span_find_text(line, " no. ") == SPAN_NONE ||
        span_find_text(line, " entries ") == SPAN_NONE)
        return 0;
    return span_ends(span_trim(line), " bytes") ? MORE_NUMBERS : NUMBERS;
}

/* row = {blank} centre module [source] numbers */
static bool parse_row(struct span line, size_t count, struct span *numbers)
{
    for (size_t i = count; i-- > 0;)
        if (!span_take_last(&line, &numbers[i]) || !is_digit(numbers[i].data[0]))
            return false;
    return true;
}

static int read_row(struct ghcprof_reading *reading, uint64_t number, struct span line)
{
    struct recorder *recorder = reading->outline.names.recorder;
    struct span numbers[MORE_NUMBERS], rest = line, centre, module;
    int64_t weight;
    reading->begun = true;
    if (!span_take_first(&rest, &centre) || !span_take_first(&rest, &module) ||
        !parse_row(rest, reading->numbers, numbers) ||
        !span_to_decimal(numbers[reading->weight], reading->places, &weight)) {
        recorder_unusable(recorder, number, line, "not a row of the table of cost centres");
        return 0;
    }
    buffer_set(&reading->frame, module);
    buffer_add(&reading->frame, span_of("."));
    buffer_add(&reading->frame, centre);
    return outline_self(&reading->outline, (size_t)(centre.data - line.data), buffer_span(&reading->frame), 0, weight);
}

static int begin_table(struct ghcprof_reading *reading, size_t numbers, const struct ghcprof_options *options)
{
    struct recorder *recorder = reading->outline.names.recorder;
    if (numbers < MORE_NUMBERS && (options->ticks || options->bytes)) {
        diag_error(recorder->diag, recorder->file, 0,
                   "--%s: this profile has no such column; run the program with +RTS -P",
                   options->bytes ? "bytes" : "ticks");
        return -1;
    }
    reading->numbers = numbers;
    reading->begun = false;
    recorder_unit(recorder, options->bytes ? "bytes" : options->ticks ? "ticks" : "permille");
    return 0;
}

static int read_line(struct ghcprof_reading *reading, uint64_t number, struct span line,
                     const struct ghcprof_options *options)
{
    size_t numbers = parse_head(line);
    if (numbers)
        return begin_table(reading, numbers, options);
    if (reading->numbers && span_trim(line).len)
        return read_row(reading, number, line);
    if (reading->begun)
        reading->numbers = 0;
    return 0;
}

static int ghcprof_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct ghcprof_options *ghcprof = options;
    struct ghcprof_reading reading = {.outline = {.names = {.recorder = recorder}},
                                      .weight = ghcprof->bytes ? BYTES : ghcprof->ticks ? TICKS : TIME,
                                      .places = ghcprof->bytes || ghcprof->ticks ? 0 : 1};
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line, ghcprof);
    if (result == 0)
        result = outline_end(&reading.outline);
    buffer_free(&reading.frame);
    outline_free(&reading.outline);
    return result;
}

static enum bid ghcprof_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, titled = false;
    struct span line;
    while (head_line(&head, cut, &line)) {
        if (parse_head(line))
            return BID_CERTAIN;
        titled = titled || span_find_text(line, "Time and Allocation Profiling Report") != SPAN_NONE;
    }
    return titled ? BID_LIKELY : BID_NO;
}

const struct reader ghcprof_reader = {
    .name = "ghcprof",
    .summary = "GHC: .prof of a Haskell program (+RTS -p)",
    .options = ghcprof_option_rows,
    .options_size = sizeof(struct ghcprof_options),
    .detect = ghcprof_detect,
    .read = ghcprof_read,
};
