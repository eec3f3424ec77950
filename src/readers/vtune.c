/* VTune's top-down report as CSV, an outline: hotspots
 *
 *     war:Column filter is ON.
 *     Function Stack,CPU Time:Self,Module
 *     Total,0,
 *      _start,0,demo
 *       "render(int, char)",1.2345,demo
 *
 * and memory consumption:
 *
 *     Function Stack,Allocation Size:Self,Deallocation Size:Self,Allocations:Self,Module
 *
 * Frames are module`function, and weights milliseconds; of memory, function(module), and allocations or their
 * bytes (--size). Skipped: what stands before the head of the table.
 *
 * The lesson: a name is quoted when it holds a comma, and the blanks that say how deep it is stand before the
 * quote. Written from public reports, for VTune was not at hand. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "csv.h"
#include "head.h"
#include "outline.h"
#include "stack.h"

struct vtune_options {
    int no_modules, size;
};

#define FIELD(name) offsetof(struct vtune_options, name)

static const struct option vtune_option_rows[] = {
    {.name = "no-modules", .kind = OPTION_FLAG, .offset = FIELD(no_modules), .set = 1,
     .help = "leave the module out of frames (module`function)"},
    {.name = "size", .kind = OPTION_FLAG, .offset = FIELD(size), .set = 1,
     .help = "weigh by bytes allocated, not by allocations"},
    {.name = NULL},
};

struct vtune_reading {
    const struct vtune_options *options;
    struct outline outline;
    struct csv_row row;
    size_t weight, module; /* their columns */
    bool headed, memory;
    struct buffer frame; /* scratch */
};

static bool is_head(struct span line)
{
    return span_starts(line, "Function Stack,") || span_starts(line, "\"Function Stack\",");
}

/* The first column of the CPU's own time: "CPU Time:Self", or one of its parts where there is no whole. */
static size_t find_time(const struct csv_row *row)
{
    size_t found = csv_find(row, "CPU Time:Self");
    for (size_t i = 0; found == SPAN_NONE && i < row->count; i++)
        if (span_starts(row->fields[i], "CPU Time") && span_ends(row->fields[i], ":Self"))
            found = i;
    return found;
}

static int read_head(struct vtune_reading *reading, struct span line)
{
    struct recorder *recorder = reading->outline.names.recorder;
    csv_split(&reading->row, line);
    reading->memory = csv_find(&reading->row, "Allocations:Self") != SPAN_NONE;
    const char *column = reading->options->size ? "Allocation Size:Self" : "Allocations:Self";
    reading->weight = reading->memory ? csv_find(&reading->row, column) : find_time(&reading->row);
    reading->module = csv_find(&reading->row, "Module");
    reading->outline.places = reading->memory ? 0 : PROFILE_DECIMAL_PLACES;
    if (reading->weight == SPAN_NONE) {
        diag_error(recorder->diag, recorder->file, 0,
                   "no column of weights: report with -column=\"CPU Time:Self\",\"Module\"");
        return -1;
    }
    if (reading->options->size && !reading->memory) {
        diag_error(recorder->diag, recorder->file, 0, "--size: this report counts no allocations");
        return -1;
    }
    reading->headed = true;
    recorder_unit(recorder, !reading->memory ? "ms" : reading->options->size ? "bytes" : "allocations");
    return 0;
}

/* "module`function", or "function(module)" */
static struct span name_frame(struct vtune_reading *reading, struct span function, struct span module)
{
    struct buffer *frame = &reading->frame;
    bool shown = !reading->options->no_modules && (module.len || reading->memory);
    frame->len = 0;
    if (shown && !reading->memory) {
        buffer_add(frame, module);
        buffer_add(frame, span_of("`"));
    }
    buffer_add(frame, function);
    if (shown && reading->memory) {
        buffer_add(frame, span_of("("));
        buffer_add(frame, module);
        buffer_add(frame, span_of(")"));
    }
    return buffer_span(frame);
}

/* Seconds become milliseconds in units of 10^-6: nanoseconds. An empty field is 0. */
static bool parse_weight(const struct vtune_reading *reading, struct span text, int64_t *weight)
{
    *weight = 0;
    return text.len == 0 || span_to_decimal(text, reading->memory ? 0 : 9, weight);
}

static int read_row(struct vtune_reading *reading, uint64_t number, struct span line)
{
    int64_t weight;
    csv_split(&reading->row, line);
    struct span function = csv_field(&reading->row, 0), module = csv_field(&reading->row, reading->module);
    if (reading->row.count <= reading->weight || function.len == 0 ||
        !parse_weight(reading, csv_field(&reading->row, reading->weight), &weight)) {
        recorder_unusable(reading->outline.names.recorder, number, line, "no weight in this row");
        return 0;
    }
    size_t indent = line.len - span_trim_left(line).len;
    return outline_self(&reading->outline, indent, name_frame(reading, function, module), 0, weight);
}

static int vtune_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct vtune_reading reading = {.options = options, .outline = {.names = {.recorder = recorder}}};
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line)) {
        if (!reading.headed && is_head(line))
            result = read_head(&reading, line);
        else if (reading.headed && span_trim(line).len)
            result = read_row(&reading, source->line, line);
    }
    if (result == 0)
        result = outline_end(&reading.outline);
    csv_free(&reading.row);
    buffer_free(&reading.frame);
    outline_free(&reading.outline);
    return result;
}

static enum bid vtune_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD;
    struct span line;
    while (head_line(&head, cut, &line)) {
        if (is_head(line))
            return BID_CERTAIN;
        if (line.len && !span_starts(line, "war:"))
            return BID_NO;
    }
    return BID_NO;
}

const struct reader vtune_reader = {
    .name = "vtune",
    .summary = "Intel VTune: hotspots or memory consumption as CSV",
    .options = vtune_option_rows,
    .options_size = sizeof(struct vtune_options),
    .detect = vtune_detect,
    .read = vtune_read,
};
