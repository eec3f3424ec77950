/* What macOS's sample prints (Activity Monitor: "Sample Process"): the call graph as an outline, each row with
 * the number of samples in and below it.
 *
 *     Analysis of sampling demo (pid 12345) every 1 millisecond
 *     Call graph:
 *         100 Thread_1001   DispatchQueue_1: com.apple.main-thread  (serial)
 *         + 90 start  (in libdyld.dylib) + 1  [0x7fff6a]
 *         +   90 main  (in demo) + 52  [0x100]  main.c:10
 *         +     60 ns::Foo<int>::bar(char const*, int)  (in demo) + 12  [0x101]
 *         +     ! 20 -[NSApp sendEvent:]  (in AppKit) + 4  [0x102]
 *         +     30 ???  (in demo)  load address 0x100000000 + 0xf30  [0x100000f30]
 *
 *     Total number in stack (recursive counted multiple, when >=5):
 *
 * A frame is module`function. Skipped: threads that wait (--keep-waiting), and all but the call graph.
 *
 * The lesson: a row may have samples of its own beside those of the rows below. Written from the grammar, for
 * there is no sample on Linux. */
#include "flamectl/buffer.h"
#include "flamectl/reader.h"

#include "head.h"
#include "outline.h"
#include "stack.h"
#include "symbol.h"

struct sample_options {
    int no_modules, keep_waiting;
};

#define FIELD(name) offsetof(struct sample_options, name)

static const struct option sample_option_rows[] = {
    {.name = "no-modules", .kind = OPTION_FLAG, .offset = FIELD(no_modules), .set = 1,
     .help = "leave the module out of frames (module`function)"},
    {.name = "keep-waiting", .kind = OPTION_FLAG, .offset = FIELD(keep_waiting), .set = 1,
     .help = "keep samples of threads that wait in the kernel"},
    {.name = NULL},
};

struct sample_reading {
    const struct sample_options *options;
    struct outline outline;
    struct buffer frame; /* scratch */
    bool in_graph;
};

/* Where a thread that has nothing to do is. */
static bool is_waiting(struct span function)
{
    static const char *const calls[] = {
        "__psynch_cvwait", "__select", "__semwait_signal", "__ulock_wait", "__ulock_wait2", "__wait4",
        "__workq_kernreturn", "kevent", "kevent_id", "kevent_qos", "mach_msg_trap", "mach_msg2_trap", "read",
        "semaphore_wait_trap"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (span_is(function, calls[i]))
            return true;
    return false;
}

/* row = 4 blanks {"+" | "!" | ":" | "|" | " "} digits " " text */
static bool parse_row(struct span line, size_t *indent, int64_t *count, struct span *text)
{
    static const char art[] = " +!:|";
    size_t at = 0;
    while (at < line.len && line.data[at] && strchr(art, line.data[at]))
        at++;
    struct span number = span_skip(line, at);
    size_t digits = span_digits(number);
    *indent = at;
    *text = span_skip(number, digits + 1);
    return span_starts(line, "    ") && span_starts(span_skip(number, digits), " ") &&
           span_to_int64(span_first(number, digits), count);
}

/* text = function "  (in " module ")" more | function "  [" more | thread ["  (" kind ")"] */
static void parse_text(struct span text, struct span *function, struct span *module)
{
    size_t in = span_find_text(text, "  (in ");
    *module = span_make("", 0);
    *function = span_first(text, in);
    if (in != SPAN_NONE) {
        struct span rest = span_skip(text, in + 6);
        size_t close = span_find_text(rest, ") ");
        *module = span_first(rest, close != SPAN_NONE ? close : span_find_last(rest, ')'));
        if (span_ends(*module, ".dylib"))
            module->len -= 6;
        return;
    }
    *function = span_first(text, span_find_text(text, "  [0x"));
    if (span_ends(*function, "  (serial)"))
        function->len -= 10;
    else if (span_ends(*function, "  (concurrent)"))
        function->len -= 14;
}

static struct span name_frame(struct sample_reading *reading, struct span function, struct span module)
{
    struct buffer *frame = &reading->frame;
    frame->len = 0;
    function = stack_clean(&reading->outline.names, function);
    if (module.len && !reading->options->no_modules) {
        buffer_add(frame, module);
        buffer_add(frame, span_of("`"));
    }
    buffer_add(frame, module.len ? symbol_cut_arguments(function) : function);
    return buffer_span(frame);
}

static int read_row(struct sample_reading *reading, uint64_t number, struct span line)
{
    size_t indent;
    int64_t count;
    struct span text, function, module;
    if (!parse_row(line, &indent, &count, &text)) {
        recorder_unusable(reading->outline.names.recorder, number, line, "not a row of the call graph");
        return 0;
    }
    parse_text(text, &function, &module);
    bool wanted = reading->options->keep_waiting || !is_waiting(function);
    return outline_total(&reading->outline, indent, name_frame(reading, function, module), count, wanted);
}

static int read_line(struct sample_reading *reading, uint64_t number, struct span line)
{
    bool begins = span_starts(line, "Call graph:");
    if (reading->in_graph && line.len && is_blank(line.data[0]) && span_trim(line).len)
        return read_row(reading, number, line);
    if (!begins && !(reading->in_graph && line.len && !is_blank(line.data[0])))
        return 0;
    reading->in_graph = begins;
    return outline_end(&reading->outline);
}

static int sample_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct sample_reading reading = {.options = options, .outline = {.names = {.recorder = recorder}}};
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(&reading, source->line, line);
    if (result == 0)
        result = outline_end(&reading.outline);
    recorder_unit(recorder, "samples");
    buffer_free(&reading.frame);
    outline_free(&reading.outline);
    return result;
}

static enum bid sample_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, graph = false, sampling = false;
    struct span line, text;
    size_t indent;
    int64_t count;
    while (head_line(&head, cut, &line)) {
        if (graph && parse_row(line, &indent, &count, &text))
            return BID_CERTAIN;
        graph = span_starts(line, "Call graph:");
        sampling = sampling || span_starts(line, "Analysis of sampling ");
    }
    return sampling ? BID_LIKELY : BID_NO;
}

const struct reader sample_reader = {
    .name = "sample",
    .summary = "macOS: sample",
    .options = sample_option_rows,
    .options_size = sizeof(struct sample_options),
    .detect = sample_detect,
    .read = sample_read,
};
