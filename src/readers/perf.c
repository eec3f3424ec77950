/* `perf script` text: a header line a sample, its frames a line each, leaf first, and a blank line.
 *
 *     # cmdline : /usr/bin/perf record -F 99 -a -g
 *     swapper     0 [000] 158665.570607:   10101010 cpu-clock:
 *     TAB ffffffff8103ce3b native_safe_halt+0xb ([kernel.kallsyms])
 *     TAB ffffffff8101c6a3 default_idle+0x53 ([kernel.kallsyms])
 *
 *     dd 18050   613.092662:   10101010 cpu-clock:      7f2ae6198ce1 read+0x141 (/lib/libc.so.6)
 *
 * Recorded without call chains, a sample is one line, with its frame, and no blank line follows.
 * Skipped: comments, PERF_RECORD_* lines, source code and instructions that options of `perf
 * script` mix in.
 *
 * The lesson: nothing but the next header says for sure that a sample is over, since blank lines go
 * missing and other programs write into the stream; and a command name may hold a line end. So a
 * line that fits nowhere (a stray) is held until the next line shows what it was. */
#include "flamectl/memory.h"
#include "flamectl/reader.h"

#include "line_memo.h"
#include "perf_detect.h"
#include "perf_frame.h"
#include "perf_header.h"
#include "perf_header_memo.h"
#include "stack.h"
#include "stack_memo.h"

struct perf_options {
    int kernel, jit, all, addrs, srcline, context, inlined;
};

#define FIELD(name) offsetof(struct perf_options, name)

static const struct option perf_option_rows[] = {
    {.name = "kernel", .kind = OPTION_FLAG, .offset = FIELD(kernel), .set = 1,
     .classic = ORIGINAL_COLLAPSE, .help = "mark kernel frames with _[k]"},
    {.name = "jit", .kind = OPTION_FLAG, .offset = FIELD(jit), .set = 1,
     .classic = ORIGINAL_COLLAPSE, .help = "mark frames of JIT compilers with _[j]"},
    {.name = "all", .kind = OPTION_FLAG, .offset = FIELD(all), .set = 1,
     .classic = ORIGINAL_COLLAPSE, .help = "all marks: --kernel --jit"},
    {.name = "addrs", .kind = OPTION_FLAG, .offset = FIELD(addrs), .set = 1,
     .classic = ORIGINAL_COLLAPSE, .help = "show the address of frames without a symbol"},
    {.name = "srcline", .kind = OPTION_FLAG, .offset = FIELD(srcline), .set = 1,
     .classic = ORIGINAL_COLLAPSE, .help = "append source lines (perf script -F +srcline)"},
    {.name = "context", .kind = OPTION_FLAG, .offset = FIELD(context), .set = 1,
     .classic = ORIGINAL_COLLAPSE, .help = "accepted for old command lines; does nothing"},
    {.name = "inline", .kind = OPTION_FLAG, .offset = FIELD(inlined), .set = 1,
     .classic = ORIGINAL_COLLAPSE,
     .help = "accepted for old command lines: perf script expands inlined frames itself"},
    {.name = NULL},
};

/* Where a line stands. */
enum perf_state {
    OUTSIDE, /* before the first sample, or after a blank line */
    SAMPLE,  /* in a sample that is kept */
    SKIPPING /* in one that is not, or behind a PERF_RECORD_* line */
};

/* Lines that are neither header nor frame, held until the next line shows what they were. */
struct stray {
    uint64_t line;     /* number of the first */
    unsigned lines;    /* 0: there is none */
    bool blank_at_end; /* as `perf script` ends its headers */
    size_t indent;     /* blanks at its beginning */
    size_t len;        /* of the text with them; what did not fit is cut */
    char text[256];    /* joined by line ends */
};

/* The file being read. */
struct perf_reading {
    struct recorder *recorder;
    bool srcline;
    struct perf_cleaner cleaner;
    struct header_memo headers;
    struct line_memo lines, header_frames; /* those on header lines */
    struct stack_memo stacks;
    enum perf_state state;
    struct sample sample;     /* the present one, without its texts */
    uint32_t process;         /* its process frame */
    uint32_t *known_process;  /* where that is remembered, or NULL */
    struct frame_list known_frame; /* of the header, where it is remembered */
    bool java;                /* its thread is called java... */
    bool in_header;           /* its frame stood on the header line */
    bool empty_header;        /* the line before was empty, and ended no sample */
    struct frame_list frames; /* its frames so far, leaf first */
    size_t last_frame;        /* where the last line's begin: they may get a source line */
    struct stray stray;
    bool any_named; /* any frame had a symbol, or a program or library */
    bool failed;
};

static void drop_stray(struct perf_reading *reading)
{
    for (; reading->stray.lines; reading->stray.lines--)
        recorder_skipped(reading->recorder);
}

/* The text of the stray, without the blanks at its beginning. */
static struct span stray_words(const struct stray *stray)
{
    return span_make(stray->text + stray->indent, stray->len - stray->indent);
}

/* Holds a line, with those before it where together they may be the beginning of a command name. */
static void hold_stray(struct perf_reading *reading, uint64_t number, struct span line)
{
    struct stray *stray = &reading->stray;
    struct span text = span_trim_right(line), words = span_trim_left(text);
    if (stray->lines && stray_words(stray).len >= COMM_LENGTH)
        drop_stray(reading);
    if (!stray->lines) {
        size_t indent = text.len - words.len;
        stray->line = number;
        stray->len = 0;
        stray->indent = indent < sizeof stray->text ? indent : sizeof stray->text;
    } else {
        stray->text[stray->len++] = '\n';
        text = words;
    }
    text = span_first(text, sizeof stray->text - stray->len);
    memcpy(stray->text + stray->len, text.data, text.len);
    stray->len += text.len;
    stray->blank_at_end = line.len && is_blank(line.data[line.len - 1]);
    stray->lines++;
}

/* In a path, where those are kept, or at a node. */
static int file_sample(struct perf_reading *reading)
{
    struct recorder *recorder = reading->recorder;
    struct frame_list *frames = &reading->frames;
    stack_push_root(frames, recorder, reading->process);
    if (recorder->profile->paths)
        return recorder_file(recorder, frames->ids, frames->count, &reading->sample);
    return recorder_add(recorder, stack_memo_node(&reading->stacks, frames), &reading->sample);
}

static void end_sample(struct perf_reading *reading)
{
    if (reading->state == SAMPLE) {
        if (reading->frames.count == 0 && reading->process == FRAME_GAP)
            frame_list_push(&reading->frames, frame_intern(reading->cleaner.frames,
                                                           span_of("[unknown]"), FRAME_PLAIN));
        if (file_sample(reading) < 0)
            reading->failed = true;
    }
    reading->state = OUTSIDE;
    reading->frames.count = 0;
}

static void add_frame(struct perf_reading *reading, const struct perf_frame *frame)
{
    reading->last_frame = reading->frames.count;
    reading->any_named |= frame->symbol.len || frame->dso.data;
    perf_frame_clean(&reading->cleaner, frame, reading->java, &reading->frames);
}

static uint32_t find_process(struct perf_reading *reading)
{
    uint32_t *known = reading->known_process;
    if (known && *known != PROCESS_UNKNOWN)
        return *known;
    uint32_t process = recorder_process(reading->recorder, &reading->sample);
    if (known)
        *known = process;
    return process;
}

static bool is_java(const struct sample *sample)
{
    return span_starts(sample->comm, "java");
}

/* The frame on a header line. Those that are padded and apart are known again wherever they stand. */
static void take_header_frame(struct perf_reading *reading, const struct perf_header *header)
{
    struct frame_list known = reading->known_frame, *frames = &reading->frames;
    struct line_memo *memo = &reading->header_frames;
    struct perf_frame frame;
    reading->last_frame = 0;
    reading->in_header = known.count || perf_header_frame(header, &frame);
    if (known.count) {
        reading->known_frame = *frames; /* which is empty */
        *frames = known;
    } else if (reading->in_header) {
        add_frame(reading, &frame);
        if (reading->known_process && frames->count)
            line_memo_add(memo, line_memo_hash(memo, header->rest, reading->java), header->rest, reading->java,
                          frames->ids, frames->count);
    }
}

/* Starts the sample of a header on this line. */
static void begin_sample(struct perf_reading *reading, uint64_t number, struct span line,
                         struct perf_header *header)
{
    struct recorder *recorder = reading->recorder;
    reading->state = SKIPPING;
    if (!header->period_fits) {
        recorder_unusable(recorder, number, line, "the period is too large");
        return;
    }
    reading->sample = header->sample;
    if (!recorder_begin(recorder, &reading->sample))
        return;
    reading->state = SAMPLE;
    reading->process = find_process(reading);
    reading->java = is_java(&reading->sample);
    reading->sample.comm = reading->sample.event = span_make("", 0); /* they go with the line */
    take_header_frame(reading, header);
}

/* For a header that is not on one line as it was parsed. */
static void forget_known(struct perf_reading *reading)
{
    reading->known_process = NULL;
    reading->known_frame.count = 0;
}

/* Begins a sample whose command name may have begun on the lines before. */
static void join_stray(struct perf_reading *reading, uint64_t number, struct span line,
                       struct perf_header *header)
{
    struct stray *stray = &reading->stray;
    struct sample *sample = &header->sample;
    struct span words = stray_words(stray);
    char comm[COMM_LENGTH];
    if (stray->lines && words.len + 1 + sample->comm.len <= sizeof comm) {
        memcpy(comm, words.data, words.len);
        comm[words.len] = '\n';
        if (sample->comm.len)
            memcpy(comm + words.len + 1, sample->comm.data, sample->comm.len);
        sample->comm = span_make(comm, words.len + 1 + sample->comm.len);
        sample->has_process = true;
        stray->lines = 0;
        forget_known(reading);
        recorder_repaired(reading->recorder);
    }
    drop_stray(reading);
    begin_sample(reading, number, line, header);
}

/* Whether the frame of a header, where it stands behind all else, is remembered. */
static bool find_header_frame(struct perf_reading *reading, const struct perf_parts *parts,
                              const struct perf_header *header)
{
    const struct line_memo *memo = &reading->header_frames;
    bool java = is_java(&header->sample);
    return header->rest.data == parts->frame.data &&
           line_memo_find(memo, line_memo_hash(memo, parts->frame, java), parts->frame, java, &reading->known_frame);
}

/* As perf_header_parse. What is known of the header and of its frame is found or remembered. */
static enum perf_line parse_header(struct perf_reading *reading, struct span line, struct perf_header *header)
{
    struct perf_parts parts = perf_header_parts(line);
    reading->known_frame.count = 0;
    struct known_header *known = header_memo_find(&reading->headers, &parts, header);
    enum perf_line kind = known ? PERF_SAMPLE : perf_header_parse(line, header);
    bool apart = parts.frame.len == 0 || find_header_frame(reading, &parts, header);
    if (known && !apart) {
        kind = perf_header_parse(line, header);
        known = NULL;
    }
    if (!known && kind == PERF_SAMPLE && (apart || perf_header_is_apart(parts.frame)))
        known = header_memo_keep(&reading->headers, &parts, header);
    reading->known_process = known ? &known->process : NULL;
    return kind;
}

/* Whether the line is a header; where it is, the sample before it ends. Within a stack a lone frame is one of
 * the stack's. */
static bool read_header(struct perf_reading *reading, uint64_t number, struct span line)
{
    struct perf_header header;
    enum perf_line kind = parse_header(reading, line, &header);
    bool in_stack = reading->state != OUTSIDE && !reading->in_header;
    if (kind == PERF_OTHER || (in_stack && perf_header_is_lone(line)))
        return false;
    end_sample(reading);
    if (kind == PERF_SAMPLE) {
        join_stray(reading, number, line, &header);
    } else {
        drop_stray(reading);
        reading->state = SKIPPING;
        recorder_lost(reading->recorder, perf_record_lost(line));
    }
    return true;
}

/* Headers end in a blank; one without a thread (-F comm,ip,sym) shows by nothing else but its frames. */
static bool parse_stray(const struct perf_reading *reading, struct span text, bool framed,
                        struct perf_header *header)
{
    if (perf_header_parse_bare(text, header))
        return true;
    return framed && reading->state == OUTSIDE && reading->stray.blank_at_end &&
           perf_header_parse_short(text, header);
}

/* The stray before a frame, or before a blank line: a header with neither time nor event, if
 * anything. Within a sample only its blank at the end tells it from other programs' words. */
static bool read_bare_header(struct perf_reading *reading, bool framed)
{
    struct stray *stray = &reading->stray;
    struct span text = span_make(stray->text, stray->len);
    struct perf_header header;
    if (stray->lines == 0 || stray->len == sizeof stray->text ||
        (reading->state != OUTSIDE && !stray->blank_at_end) ||
        !parse_stray(reading, text, framed, &header))
        return false;
    end_sample(reading);
    if (stray->lines > 1)
        recorder_repaired(reading->recorder);
    stray->lines = 0;
    forget_known(reading);
    begin_sample(reading, stray->line, text, &header);
    return true;
}

/* A frame that no header precedes, but an empty one (-F ip,sym). */
static void begin_orphan(struct perf_reading *reading, uint64_t number, struct span line)
{
    struct stray *stray = &reading->stray;
    struct perf_header header;
    forget_known(reading);
    reading->state = SKIPPING;
    if (reading->empty_header && !stray->lines && perf_header_parse_short(span_first(line, 0), &header))
        begin_sample(reading, number, line, &header);
    else if (stray->lines)
        recorder_unusable(reading->recorder, stray->line, stray_words(stray), "not a sample's header");
    else
        recorder_unusable(reading->recorder, number, line, "a frame without a sample");
    stray->lines = 0;
}

/* Whether the line is a frame. */
static bool read_frame(struct perf_reading *reading, uint64_t number, struct span line)
{
    struct perf_frame frame;
    if (!perf_frame_split(line, &frame) || perf_header_is_numbers(line))
        return false;
    if (reading->stray.lines && !read_bare_header(reading, true) && reading->state == SAMPLE)
        drop_stray(reading);
    if (reading->state == OUTSIDE)
        begin_orphan(reading, number, line);
    if (reading->state == SKIPPING)
        return true;
    add_frame(reading, &frame);
    line_memo_add(&reading->lines, line_memo_hash(&reading->lines, line, reading->java), line,
                  reading->java, reading->frames.ids + reading->last_frame,
                  reading->frames.count - reading->last_frame);
    return true;
}

/* source = two blanks, then anything but a blank or an address (perf script -F +srcline) */
static bool is_source_line(struct span line)
{
    return line.len > 2 && line.data[0] == ' ' && line.data[1] == ' ' && !is_blank(line.data[2]) &&
           line.data[2] != '|';
}

/* What options of `perf script` mix in between frames:
 *
 *     |288      if (x < y)                        -F +srccode
 *     TAB main+0x4:                               -F +brstackinsn
 *     TAB 0000000000401130 TAB insn: 55           (the same)
 *      0x401109/0x401136/P/-/-/3  0x401130/...    -F +brstack */
static bool is_annotation(struct span line)
{
    struct span s = span_trim(line);
    struct span word = span_before(s, ' ');
    unsigned slashes = 0;
    if (s.len > 1 && s.data[0] == '|' && is_digit(s.data[1]))
        return true;
    if (line.data[0] == '\t' && (span_ends(s, ":") || span_find_text(s, "\tinsn:") != SPAN_NONE))
        return true;
    for (size_t i = 0; i < word.len; i++)
        slashes += word.data[i] == '/';
    return slashes >= 4;
}

static void read_source_line(struct perf_reading *reading, struct span line)
{
    if (reading->srcline && reading->last_frame < reading->frames.count) {
        uint32_t *id = &reading->frames.ids[reading->last_frame];
        *id = perf_frame_add_source(&reading->cleaner, *id, line);
    }
    reading->last_frame = reading->frames.count;
}

/* An indented line, or in the place of one, that is neither header nor frame. */
static void read_other(struct perf_reading *reading, uint64_t number, struct span line)
{
    bool indented = is_blank(line.data[0]), in_sample = reading->state == SAMPLE;
    if (reading->state == SKIPPING && indented)
        return;
    if (in_sample && reading->frames.count && is_source_line(line))
        read_source_line(reading, line);
    else if (in_sample && is_annotation(line))
        return;
    else if (in_sample && line.data[0] == '\t')
        recorder_unusable(reading->recorder, number, line, "not a frame");
    else
        hold_stray(reading, number, line);
}

static void read_blank(struct perf_reading *reading)
{
    reading->empty_header = reading->state == OUTSIDE && !reading->stray.lines;
    if (reading->stray.blank_at_end)
        read_bare_header(reading, false);
    drop_stray(reading);
    end_sample(reading);
}

/* comment = "#" [blank text]
 *
 * A command name may begin with '#', and within a stack there are no comments. */
static bool is_comment(const struct perf_reading *reading, struct span line)
{
    bool in_stack = reading->state == SAMPLE && reading->frames.count && !reading->in_header;
    return !in_stack && line.data[0] == '#' && (line.len == 1 || is_blank(line.data[1]));
}

/* Any line but the frames that are known already. */
static void read_new_line(struct perf_reading *reading, uint64_t number, struct span line)
{
    if (span_trim_left(line).len == 0)
        read_blank(reading);
    else if (is_comment(reading, line))
        return;
    else if (line.data[0] != '\t' && read_header(reading, number, line))
        return;
    else if (!read_frame(reading, number, line))
        read_other(reading, number, line);
}

/* Lines looked at together: enough to hide how long memory takes, few enough to look again where one is new. */
#define AHEAD 16

struct known_line {
    struct span line;
    size_t end; /* of the line with its LF, from the beginning of all */
    uint64_t hash;
};

/* Up to AHEAD indented lines that are read already. Their memo's index is on its way to the caches. */
static size_t look_ahead(const struct perf_reading *reading, struct span bytes, struct known_line *ahead)
{
    size_t count = 0, at = 0;
    while (count < AHEAD && at < bytes.len && is_blank(bytes.data[at])) {
        size_t len = span_find(span_skip(bytes, at), '\n');
        if (len == SPAN_NONE)
            break;
        struct known_line *known = &ahead[count++];
        known->line = span_make(bytes.data + at, len);
        if (known->line.data[len - 1] == '\r')
            known->line.len--;
        known->hash = line_memo_hash(&reading->lines, known->line, reading->java);
        line_memo_prefetch_index(&reading->lines, known->hash);
        at += len + 1;
        known->end = at;
    }
    return count;
}

/* The fast path: takes frame lines that are known already, as many as follow. */
static void read_known_frames(struct perf_reading *reading, struct source *source)
{
    struct known_line ahead[AHEAD];
    size_t count, known = AHEAD;
    while (known == AHEAD) {
        count = look_ahead(reading, source_ahead(source), ahead);
        for (size_t i = 0; i < count; i++)
            line_memo_prefetch_record(&reading->lines, ahead[i].hash);
        for (known = 0; known < count; known++) {
            size_t before = reading->frames.count;
            if (!line_memo_find(&reading->lines, ahead[known].hash, ahead[known].line, reading->java,
                                &reading->frames))
                break;
            reading->last_frame = before;
        }
        if (known)
            source_take(source, ahead[known - 1].end, known);
    }
}

/* A line that was not among those looked ahead may be known all the same. */
static bool read_known_line(struct perf_reading *reading, struct span line)
{
    size_t before = reading->frames.count;
    uint64_t hash = line_memo_hash(&reading->lines, line, reading->java);
    if (!line_memo_find(&reading->lines, hash, line, reading->java, &reading->frames))
        return false;
    reading->last_frame = before;
    return true;
}

static bool takes_frames(const struct perf_reading *reading)
{
    return reading->state == SAMPLE && !reading->stray.lines;
}

static void read_line(struct perf_reading *reading, struct source *source, struct span line)
{
    bool indented = line.len && is_blank(line.data[0]);
    if (reading->state == SKIPPING && indented && line.data[0] == '\t' && span_trim_left(line).len)
        return;
    if (!indented || !takes_frames(reading) || !read_known_line(reading, line))
        read_new_line(reading, source->line, line);
    if (takes_frames(reading) && !reading->in_header)
        read_known_frames(reading, source);
}

/* The first part of an input tells for all of it. */
static void tell_nameless(const struct perf_reading *reading, const struct tally *before)
{
    struct recorder *recorder = reading->recorder;
    if (before->samples == recorder->samples_before && recorder->tally.kept > before->kept && !reading->any_named)
        diag_note(recorder->diag,
                  "%s: no sample has a frame with a name: `perf script -F comm,tid,time,period,event,ip,sym,dso` "
                  "prints them, and `perf record -g` records stacks",
                  recorder->file);
}

static void tell_unused(const struct perf_options *options, const struct recorder *recorder)
{
    if ((options->inlined || options->context) && recorder->tally.samples == 0)
        diag_note(recorder->diag,
                  "--inline and --context do nothing: perf script itself expands inlined "
                  "frames, and --srcline shows source lines");
}

static int perf_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct perf_options *perf = options;
    struct frame_table *frames = &recorder->profile->frames;
    struct perf_reading reading = {
        .recorder = recorder,
        .srcline = perf->srcline,
        .cleaner = {.frames = frames,
                    .kernel = perf->kernel || perf->all,
                    .jit = perf->jit || perf->all,
                    .addrs = perf->addrs},
    };
    const struct tally before = recorder->tally;
    struct span line;
    tell_unused(perf, recorder);
    header_memo_init(&reading.headers, frames->seed);
    line_memo_init(&reading.lines, frames->seed);
    line_memo_init(&reading.header_frames, frames->seed);
    stack_memo_init(&reading.stacks, recorder->profile);
    /* never NULL, to which not even 0 may be added */
    reading.frames.ids = memory_grow(NULL, &reading.frames.capacity, 1, sizeof *reading.frames.ids);
    uint64_t block = source->block;
    while (!reading.failed && source_line(source, &line)) {
        if (source->block != block) { /* not what followed the block before */
            read_blank(&reading);
            reading.empty_header = false;
        }
        block = source->block;
        read_line(&reading, source, line);
    }
    read_blank(&reading);
    if (!recorder->forked)
        tell_nameless(&reading, &before);
    stack_memo_free(&reading.stacks);
    line_memo_free(&reading.lines);
    line_memo_free(&reading.header_frames);
    header_memo_free(&reading.headers);
    perf_cleaner_free(&reading.cleaner);
    memory_free(reading.frames.ids);
    memory_free(reading.known_frame.ids);
    return reading.failed ? -1 : 0;
}

const struct reader perf_reader = {
    .name = "perf",
    .summary = "text of `perf script` (Linux perf)",
    .options = perf_option_rows,
    .options_size = sizeof(struct perf_options),
    .records = RECORDS_EVENTS | RECORDS_TIMES | RECORDS_PROCESSES | RECORDS_PERIODS | RECORDS_ROOTS,
    .detect = perf_detect,
    .cut = perf_cut,
    .read = perf_read,
};
