/* Time off the CPU, from scheduler events in `perf script` text:
 *
 *     app 100/101 708189.626000: sched:sched_switch: prev_comm=app prev_pid=101 prev_prio=120 prev_state=S ==> ...
 *     TAB ffffffff821facd8 __schedule+0x618 ([kernel.kallsyms])
 *     TAB           c60849 wait_for_work (/usr/bin/app)
 *
 *     swapper 0/0 708189.726415: sched:sched_stat_sleep: comm=app pid=101 delay=100078421 [ns]
 *     TAB ffffffff82001200 try_to_wake_up ([kernel.kallsyms])
 *
 * A thread's stack at the switch away from it weighs the nanoseconds until it runs again: those that a later
 * sched_stat_sleep or sched_stat_blocked tells, or where there are none, those until the switch to it. Who is
 * switched away from while ready to run (state R) does not wait, and is left out; so is a wait that goes on when the
 * recording ends, for nobody knows how long. The same text is a profile of events, too, and is read as that where
 * this is not asked for.
 *
 * The lesson: the thread that sleeps and the event that ends it are two samples of two threads; the second's own
 * stack is that of the waker (sched_wakeup and sched_waking, too, with --wake). Checked against perf 6.1's text
 * of both forms of a tracepoint's fields. */
#include "flamectl/index.h"
#include "flamectl/reader.h"

#include "head.h"
#include "line_memo.h"
#include "perf_frame.h"
#include "perf_header.h"

struct perf_sched_options {
    int wake, chain;
};

#define FIELD(name) offsetof(struct perf_sched_options, name)

static const struct option perf_sched_option_rows[] = {
    {.name = "wake", .kind = OPTION_FLAG, .offset = FIELD(wake), .set = 1,
     .help = "append who ended the wait: --, the waker's stack downwards, its name"},
    {.name = "chain", .kind = OPTION_FLAG, .offset = FIELD(chain), .set = 1,
     .help = "the same, and what the waker had waited for before"},
    {.name = NULL},
};

/* A chain is not followed further: it may be endless, where two threads wake each other. */
#define CHAIN_FRAMES 1024

enum sched_event { SCHED_OTHER, SCHED_SWITCH, SCHED_WAKE, SCHED_STAT };

/* What is known of a thread. */
struct sched_thread {
    int64_t pid, tid;
    struct span comm;  /* arena copy */
    bool off, woken;   /* it is switched away from; its waker is known */
    int64_t since;     /* when; TIME_NONE: unknown */
    struct frame_list stack; /* where, leaf first */
    struct frame_list waker; /* what --wake appends, in the order it is printed */
    struct frame_list chain; /* all of its last wait, root first */
};

struct perf_sched_reading {
    struct recorder *recorder;
    const struct perf_sched_options *options;
    struct perf_cleaner cleaner;
    struct line_memo lines;
    struct arena names;
    struct sched_thread *threads;
    size_t thread_count, thread_capacity;
    struct index *by_tid;
    /* the present event, whose frames are still to come */
    enum sched_event event;
    size_t subject; /* the thread it is about */
    size_t actor;   /* the thread that it happens in */
    bool waits;     /* SWITCH: the thread waits */
    int64_t delay;  /* STAT: what it tells */
    struct frame_list frames;
    bool failed;
};

static size_t find_thread(struct perf_sched_reading *reading, int64_t tid)
{
    uint64_t hash = hash_pair(reading->recorder->profile->frames.seed, (uint64_t)tid, 0);
    uint32_t place, at = index_begin(reading->by_tid, hash);
    while ((place = index_next(reading->by_tid, hash, &at)) != INDEX_NONE)
        if (reading->threads[place].tid == tid)
            return place;
    reading->threads = memory_grow(reading->threads, &reading->thread_capacity, reading->thread_count + 1,
                                   sizeof *reading->threads);
    reading->threads[reading->thread_count] = (struct sched_thread){.pid = -1, .tid = tid, .comm = {"", 0}};
    index_add(reading->by_tid, hash, (uint32_t)reading->thread_count);
    return reading->thread_count++;
}

/* Samples of a thread tell its name and process. */
static size_t name_thread(struct perf_sched_reading *reading, const struct sample *sample)
{
    size_t place = find_thread(reading, sample->tid);
    struct sched_thread *thread = &reading->threads[place];
    if (!span_equal(thread->comm, sample->comm))
        thread->comm = span_make(arena_copy(&reading->names, sample->comm), sample->comm.len);
    if (sample->has_pid)
        thread->pid = sample->pid;
    return place;
}

/* The number behind "name=", a word of its own; false where there is none. */
static bool find_field(struct span fields, const char *name, int64_t *number)
{
    size_t at, len = strlen(name);
    while ((at = span_find_text(fields, name)) != SPAN_NONE) {
        struct span value = span_skip(fields, at + len);
        if (at == 0 || is_blank(fields.data[at - 1]))
            return span_to_int64(span_before(value, ' '), number);
        fields = value;
    }
    return false;
}

/* fields = "prev_comm=" ... " prev_state=" state " ==> next_comm=" ... " next_pid=" digits " next_prio=" ...
 *        | comm ":" pid " [" prio "] " state " ==> " comm ":" pid " [" prio "]" */
static bool parse_switch(struct span fields, bool *waits, int64_t *next)
{
    size_t arrow = span_find_text(fields, " ==> ");
    if (arrow == SPAN_NONE)
        return false;
    struct span before = span_first(fields, arrow), after = span_skip(fields, arrow + 5);
    size_t state = span_find_last(before, ' ');
    before = span_skip(before, state == SPAN_NONE ? 0 : state + 1);
    if (span_starts(before, "prev_state="))
        before = span_skip(before, 11);
    *waits = !span_starts(before, "R");
    if (find_field(after, "next_pid=", next))
        return true;
    after = span_first(after, span_find_text(after, " ["));
    size_t colon = span_find_last(after, ':');
    return colon != SPAN_NONE && span_to_int64(span_skip(after, colon + 1), next);
}

/* fields = "comm=" name " pid=" digits ... | name ":" digits ... */
static bool parse_subject(struct span fields, int64_t *tid)
{
    if (find_field(fields, "pid=", tid))
        return true;
    struct span word = span_before(fields, ' ');
    size_t colon = span_find_last(word, ':');
    return colon != SPAN_NONE && span_to_int64(span_skip(word, colon + 1), tid);
}

static enum sched_event find_event(struct span name)
{
    if (span_is(name, "sched:sched_switch"))
        return SCHED_SWITCH;
    if (span_is(name, "sched:sched_wakeup") || span_is(name, "sched:sched_waking"))
        return SCHED_WAKE;
    if (span_is(name, "sched:sched_stat_sleep") || span_is(name, "sched:sched_stat_blocked"))
        return SCHED_STAT;
    return SCHED_OTHER;
}

static void copy_frames(struct frame_list *to, const struct frame_list *from)
{
    to->count = 0;
    frame_list_append(to, from->ids, from->count);
}

/* The frames of a whole wait, root first. */
static void make_chain(struct sched_thread *thread, struct frame_list *chain)
{
    copy_frames(chain, &thread->stack);
    frame_list_reverse(chain, 0);
    frame_list_append(chain, thread->waker.ids, thread->waker.count);
}

/* Files a part of a wait. */
static int file_wait(struct recorder *recorder, const struct frame_list *chain, const struct sample *sample)
{
    if (sample->period <= 0 || !recorder_begin(recorder, sample))
        return 0;
    uint32_t node = recorder_below(recorder, recorder_process(recorder, sample));
    for (size_t i = 0; i < chain->count; i++)
        node = profile_child(recorder->profile, node, chain->ids[i]);
    return recorder_add(recorder, node, sample);
}

/* Those that are wanted, of one whose beginning is known. */
static int file_parts(struct recorder *recorder, const struct frame_list *chain, struct sample sample)
{
    int64_t until = sample.time + sample.period, end;
    int result = 0;
    recorder_clip(recorder, &sample.time, &until);
    for (; result == 0 && sample.time < until; sample.time = end) {
        end = until;
        result = recorder_part(recorder, sample.time, &end);
        sample.period = end - sample.time;
        if (result == 0)
            result = file_wait(recorder, chain, &sample);
    }
    return result;
}

/* Files what a thread waited. */
static void end_wait(struct perf_sched_reading *reading, size_t place, int64_t delay)
{
    struct recorder *recorder = reading->recorder;
    struct sched_thread *thread = &reading->threads[place];
    struct sample sample = {.time = thread->since, .period = delay, .has_process = true, .comm = thread->comm,
                            .has_pid = thread->pid >= 0, .pid = thread->pid, .tid = thread->tid};
    thread->off = false;
    make_chain(thread, &thread->chain);
    bool lasts = delay > 0 && sample.time != TIME_NONE && sample.time <= INT64_MAX - delay;
    if ((lasts ? file_parts(recorder, &thread->chain, sample) : file_wait(recorder, &thread->chain, &sample)) < 0)
        reading->failed = true;
}

/* Keeps who wakes a thread: "--", the waker's stack from the leaf on, its name. */
static void keep_waker(struct perf_sched_reading *reading)
{
    struct sched_thread *thread = &reading->threads[reading->subject];
    struct sched_thread *waker = &reading->threads[reading->actor];
    struct frame_table *frames = &reading->recorder->profile->frames;
    if ((!reading->options->wake && !reading->options->chain) || !thread->off || thread->woken)
        return;
    thread->woken = true;
    thread->waker.count = 0;
    frame_list_push(&thread->waker, frame_intern(frames, span_of("--"), FRAME_PLAIN));
    frame_list_append(&thread->waker, reading->frames.ids, reading->frames.count);
    struct sample sample = {.has_process = true, .comm = waker->comm, .has_pid = waker->pid >= 0,
                            .pid = waker->pid, .tid = waker->tid};
    uint32_t name = recorder_process(reading->recorder, &sample);
    if (name != FRAME_GAP)
        frame_list_push(&thread->waker, name);
    if (!reading->options->chain || waker == thread || waker->chain.count == 0 ||
        waker->chain.count + thread->waker.count > CHAIN_FRAMES)
        return;
    frame_list_push(&thread->waker, frame_intern(frames, span_of("--"), FRAME_PLAIN));
    frame_list_append(&thread->waker, waker->chain.ids, waker->chain.count);
}

/* All frames of the event are there. */
static void end_event(struct perf_sched_reading *reading)
{
    struct sched_thread *thread = &reading->threads[reading->subject];
    if (reading->event == SCHED_SWITCH && reading->waits)
        copy_frames(&thread->stack, &reading->frames);
    if (reading->event == SCHED_WAKE || reading->event == SCHED_STAT)
        keep_waker(reading);
    if (reading->event == SCHED_STAT && thread->off)
        end_wait(reading, reading->subject, reading->delay);
    reading->event = SCHED_OTHER;
    reading->frames.count = 0;
}

static bool begin_switch(struct perf_sched_reading *reading, const struct sample *sample, struct span fields)
{
    int64_t next;
    if (!parse_switch(fields, &reading->waits, &next))
        return false;
    reading->subject = reading->actor;
    size_t place = find_thread(reading, next);
    struct sched_thread *to = &reading->threads[place];
    if (to->off && next != 0 && to->since != TIME_NONE && sample->time > to->since)
        end_wait(reading, place, sample->time - to->since);
    to->off = false;
    struct sched_thread *from = &reading->threads[reading->subject];
    from->off = reading->waits && from->tid != 0;
    from->woken = false;
    from->since = sample->time;
    from->stack.count = from->waker.count = 0;
    return true;
}

static void begin_event(struct perf_sched_reading *reading, uint64_t number, struct span line,
                        const struct perf_header *header)
{
    struct span fields = span_trim(header->rest);
    int64_t tid;
    bool good = header->sample.has_process;
    reading->event = find_event(header->sample.event);
    if (reading->event == SCHED_OTHER)
        return;
    if (header->sample.time != TIME_NONE)
        recorder_meet(reading->recorder, header->sample.time);
    if (good)
        reading->actor = name_thread(reading, &header->sample);
    if (good && reading->event == SCHED_SWITCH) {
        good = begin_switch(reading, &header->sample, fields);
    } else if (good) {
        good = parse_subject(fields, &tid);
        if (reading->event == SCHED_STAT)
            good = good && find_field(fields, "delay=", &reading->delay);
        if (good)
            reading->subject = find_thread(reading, tid);
    }
    if (good)
        return;
    reading->event = SCHED_OTHER;
    recorder_unusable(reading->recorder, number, line, "not the fields of a scheduler event");
}

static void read_frame(struct perf_sched_reading *reading, struct span line)
{
    struct frame_list *frames = &reading->frames;
    struct perf_frame frame;
    size_t before = frames->count;
    uint64_t hash = line_memo_hash(&reading->lines, line, false);
    if (line_memo_find(&reading->lines, hash, line, false, frames) || !perf_frame_split(line, &frame))
        return;
    perf_frame_clean(&reading->cleaner, &frame, false, frames);
    line_memo_add(&reading->lines, hash, line, false, frames->ids + before, frames->count - before);
}

static void read_line(struct perf_sched_reading *reading, uint64_t number, struct span line)
{
    struct perf_header header;
    bool empty = span_trim(line).len == 0;
    enum perf_line kind = PERF_OTHER;
    if (!empty && line.data[0] != '\t' && line.data[0] != '#')
        kind = perf_header_parse(line, &header);
    if ((empty || kind != PERF_OTHER) && reading->event != SCHED_OTHER)
        end_event(reading);
    if (kind == PERF_SAMPLE)
        begin_event(reading, number, line, &header);
    else if (kind == PERF_RECORD)
        recorder_lost(reading->recorder, perf_record_lost(line));
    else if (reading->event != SCHED_OTHER)
        read_frame(reading, line);
}

static void free_reading(struct perf_sched_reading *reading)
{
    for (size_t i = 0; i < reading->thread_count; i++) {
        memory_free(reading->threads[i].stack.ids);
        memory_free(reading->threads[i].waker.ids);
        memory_free(reading->threads[i].chain.ids);
    }
    memory_free(reading->threads);
    memory_free(reading->frames.ids);
    index_free(reading->by_tid);
    arena_free(&reading->names);
    perf_cleaner_free(&reading->cleaner);
    line_memo_free(&reading->lines);
}

static int perf_sched_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct perf_sched_reading reading = {.recorder = recorder, .options = options, .by_tid = index_make(),
                                         .cleaner = {.frames = &recorder->profile->frames}};
    struct span line;
    arena_init(&reading.names);
    line_memo_init(&reading.lines, recorder->profile->frames.seed);
    /* never NULL, to which not even 0 may be added */
    reading.frames.ids = memory_grow(NULL, &reading.frames.capacity, 1, sizeof *reading.frames.ids);
    while (!reading.failed && source_line(source, &line))
        read_line(&reading, source->line, line);
    if (!reading.failed && reading.event != SCHED_OTHER)
        end_event(&reading);
    recorder_unit(recorder, "ns");
    free_reading(&reading);
    return reading.failed ? -1 : 0;
}

/* The switches between threads, with their times; the perf reader bids more. */
static enum bid perf_sched_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD, waits;
    struct perf_header header;
    struct span line;
    int64_t next;
    if (span_find_text(head, "sched:sched_switch:") == SPAN_NONE)
        return BID_NO;
    while (head_line(&head, cut, &line))
        if (line.len && line.data[0] != '\t' && perf_header_parse(line, &header) == PERF_SAMPLE &&
            header.sample.time != TIME_NONE && find_event(header.sample.event) == SCHED_SWITCH &&
            parse_switch(span_trim(header.rest), &waits, &next))
            return BID_MAYBE;
    return BID_NO;
}

const struct reader perf_sched_reader = {
    .name = "perf-sched",
    .summary = "time off the CPU, from scheduler events of `perf script` (only with --from)",
    .options = perf_sched_option_rows,
    .options_size = sizeof(struct perf_sched_options),
    .records = RECORDS_TIMES | RECORDS_PROCESSES | RECORDS_PERIODS | RECORDS_ROOTS,
    .detect = perf_sched_detect,
    .beside = "perf",
    .hint = "these are scheduler events: --from=perf-sched adds up how long threads waited",
    .read = perf_sched_read,
};
