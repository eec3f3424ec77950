/* The call tree of Visual Studio's profiler as CSV, an outline by level: of samples
 *
 *     Level,Function Name,Inclusive Samples,Exclusive Samples,...,Module Name,
 *     1,"main","8,735",0,...,"app.exe",
 *     2,"shop::run(int)","8,735",5,...,"app.exe",
 *
 * or of instrumented calls:
 *
 *     Level,Function Name,Number of Calls,Elapsed Inclusive Time %,...,Module Name,
 *
 * A function weighs its exclusive samples; of calls, its number less those of what it calls, where there are
 * fewer.
 *
 * The lesson: numbers have separators of any locale ("8,735", "8.735", "8 735"), and what is not parted by
 * thousands ("4.5") is no count. Written from public reports,
 * for Visual Studio was not at hand. */
#include "flamectl/reader.h"

#include "csv.h"
#include "head.h"
#include "outline.h"
#include "stack.h"

static bool is_head(struct span line)
{
    return span_starts(line, "Level,Function Name,");
}

struct vsprof_reading {
    struct outline outline;
    struct csv_row row;
    size_t weight; /* its column; SPAN_NONE before the head */
    bool calls;
};

static int read_head(struct vsprof_reading *reading, struct span line)
{
    struct recorder *recorder = reading->outline.names.recorder;
    csv_split(&reading->row, line);
    reading->weight = csv_find(&reading->row, "Exclusive Samples");
    reading->calls = reading->weight == SPAN_NONE;
    if (reading->calls)
        reading->weight = csv_find(&reading->row, "Number of Calls");
    if (reading->weight != SPAN_NONE) {
        recorder_unit(recorder, reading->calls ? "calls" : "samples");
        return 0;
    }
    diag_error(recorder->diag, recorder->file, 0,
               "no column of weights: neither 'Exclusive Samples' nor 'Number of Calls'");
    return -1;
}

/* number = digits | 1 to 3 digits {separator, the same each time, 3 digits}
 *
 * Separators of some locales are not ASCII. */
static bool parse_number(struct span text, int64_t *number)
{
    char digits[24];
    size_t len = 0, group = 0;
    struct span separator = span_make(NULL, 0);
    for (size_t i = 0; i < text.len; i++) {
        size_t end = i;
        while (end < text.len && !is_digit(text.data[end]))
            end++;
        if (end > i) {
            struct span other = span_make(text.data + i, end - i);
            bool right = separator.len ? group == 3 && span_equal(other, separator) : group >= 1 && group <= 3;
            if (!right || is_alpha(text.data[i]))
                return false;
            separator = other;
            group = 0;
            i = end;
        }
        if (i == text.len || len == sizeof digits)
            return false;
        digits[len++] = text.data[i];
        group++;
    }
    return (separator.len == 0 || group == 3) && span_to_int64(span_make(digits, len), number);
}

static int read_row(struct vsprof_reading *reading, uint64_t number, struct span line)
{
    int64_t level, weight;
    csv_split(&reading->row, line);
    if (!span_to_int64(csv_field(&reading->row, 0), &level) || csv_field(&reading->row, 1).len == 0 ||
        !parse_number(csv_field(&reading->row, reading->weight), &weight)) {
        recorder_unusable(reading->outline.names.recorder, number, line, "no level, function and count in this row");
        return 0;
    }
    struct span name = csv_field(&reading->row, 1);
    if (reading->calls)
        return outline_total(&reading->outline, (size_t)level, name, weight, true);
    return outline_self(&reading->outline, (size_t)level, name, 0, weight);
}

static int vsprof_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct vsprof_reading reading = {.outline = {.names = {.recorder = recorder}},
                                     .weight = SPAN_NONE};
    struct span line;
    int result = 0;
    (void)options;
    while (result == 0 && source_line(source, &line)) {
        if (reading.weight == SPAN_NONE && is_head(line))
            result = read_head(&reading, line);
        else if (reading.weight != SPAN_NONE && span_trim(line).len)
            result = read_row(&reading, source->line, line);
    }
    if (result == 0)
        result = outline_end(&reading.outline);
    csv_free(&reading.row);
    outline_free(&reading.outline);
    return result;
}

static enum bid vsprof_detect(struct span head)
{
    return is_head(head) ? BID_CERTAIN : BID_NO;
}

const struct reader vsprof_reader = {
    .name = "vsprof",
    .summary = "Visual Studio: call tree of samples or calls as CSV",
    .detect = vsprof_detect,
    .read = vsprof_read,
};
