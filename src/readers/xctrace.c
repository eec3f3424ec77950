/* XML that xctrace (Xcode) exports of a trace: rows of a table, each a sample.
 *
 *     <trace-query-result>
 *     <node xpath='...'><schema name="time-profile">...</schema>
 *     <row><sample-time id="1" fmt="00:00.059">59248125</sample-time>
 *          <thread id="2" fmt="Main Thread 0x1 (demo, pid: 7)">...</thread>
 *          <weight id="9" fmt="1.00 ms">1000000</weight>
 *          <backtrace id="10"><frame id="11" name="leaf" addr="0x11"/><frame id="13" name="main"/></backtrace></row>
 *     <row><sample-time id="14" ...>...</sample-time><weight ref="9"/><backtrace ref="10"/></row>
 *
 * Frames are leaf first. Newer versions wrap a backtrace, or its frames, into <tagged-backtrace>; the CPU
 * profiler's rows have a <cycle-weight>. Skipped: rows without a backtrace (counted), and all other elements.
 *
 * The lesson: whatever was there before is only referred to ("ref"), in one space of ids for elements of all
 * kinds, so that every value that may be needed again is kept. Written from public exports. */
#include "flamectl/index.h"
#include "flamectl/reader.h"
#include "flamectl/xml_read.h"

#include "head.h"
#include "pair_memo.h"
#include "stack.h"

enum kind { KIND_OTHER, KIND_ROW, KIND_BACKTRACE, KIND_FRAME, KIND_WEIGHT, KIND_TIME, KIND_THREAD };

static const struct {
    const char *name;
    enum kind kind;
} kinds[] = {
    {"frame", KIND_FRAME},         {"row", KIND_ROW},         {"backtrace", KIND_BACKTRACE},
    {"weight", KIND_WEIGHT},       {"thread", KIND_THREAD},   {"tagged-backtrace", KIND_BACKTRACE},
    {"sample-time", KIND_TIME},    {"cycle-weight", KIND_WEIGHT},
};

/* What an element with an id says: a frame, a number, a place in the list of threads, or of frames. */
struct value {
    uint64_t id;
    enum kind kind;
    int64_t number; /* FRAME: frame id; BACKTRACE: where its frames begin; THREAD: its place */
    size_t count;   /* BACKTRACE: of frames */
    uint32_t first, place; /* BACKTRACE: its place in the profile under this first frame, or PROFILE_NONE */
    uint32_t turn;         /* of the profile, for which the place stands */
};

/* Where the value of a small id is; and of a frame, as most are, what it says. */
struct small_id {
    uint32_t place; /* INDEX_NONE: of none */
    uint32_t frame; /* FRAME_GAP: no frame */
};

struct thread {
    struct span comm; /* arena copy */
    int64_t pid, tid;
};

/* An element that is open. */
struct element {
    enum kind kind;
    bool has_id;
    uint64_t id;
    size_t frames; /* how many were known when it began */
};

struct row {
    struct value stack; /* KIND_OTHER: none yet */
    size_t place;       /* where it is kept, or SIZE_MAX */
    int64_t weight, time;
    size_t thread;     /* SIZE_MAX: none */
    const char *wrong; /* why it cannot be used, or NULL */
};

struct xctrace_reading {
    struct stack stack;
    struct xml_read xml;
    struct element *open;
    size_t depth, open_capacity;
    struct value *values;
    size_t value_count, value_capacity;
    struct pair_memo others; /* places of backtraces under other first frames than their last */
    uint32_t turn;           /* for which these stand */
    struct pair_memo firsts; /* numbers for first frames of slices of time */
    struct small_id *small; /* by ids below small_count */
    size_t small_count, small_capacity;
    struct index *by_id; /* of the others */
    struct frame_list frames; /* of all backtraces with an id, and of the present row's */
    size_t kept_frames;       /* of those with an id */
    struct thread *threads;
    size_t thread_count, thread_capacity;
    struct arena names;
    struct row row;
    const char *unit; /* of weights; NULL before the first */
};

static enum kind find_kind(struct span name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_is(name, kinds[i].name))
            return kinds[i].kind;
    return KIND_OTHER;
}

static uint64_t hash_id(const struct xctrace_reading *reading, uint64_t id)
{
    return hash_pair(reading->stack.recorder->profile->frames.seed, id, 0);
}

static const struct value *find_value(const struct xctrace_reading *reading, uint64_t id)
{
    if (id < reading->small_count && reading->small[id].place != INDEX_NONE)
        return &reading->values[reading->small[id].place];
    uint64_t hash = hash_id(reading, id);
    uint32_t place, at = index_begin(reading->by_id, hash);
    while ((place = index_next(reading->by_id, hash, &at)) != INDEX_NONE)
        if (reading->values[place].id == id)
            return &reading->values[place];
    return NULL;
}

/* Elements count from 1, and many have no value that is kept. */
#define SMALL_ID(values) (((values) + 16) * 8)

static void add_id(struct xctrace_reading *reading, uint64_t id, uint32_t place)
{
    if (id >= SMALL_ID(reading->value_count)) {
        index_add(reading->by_id, hash_id(reading, id), place);
        return;
    }
    const struct value *value = &reading->values[place];
    reading->small =
        memory_grow(reading->small, &reading->small_capacity, (size_t)id + 1, sizeof *reading->small);
    while (reading->small_count <= id)
        reading->small[reading->small_count++] = (struct small_id){INDEX_NONE, FRAME_GAP};
    reading->small[id] = (struct small_id){place, value->kind == KIND_FRAME ? (uint32_t)value->number : FRAME_GAP};
}

static void keep_value(struct xctrace_reading *reading, const struct element *element, int64_t number,
                       size_t count)
{
    if (!element->has_id || reading->value_count == INDEX_NONE - 1 || find_value(reading, element->id))
        return;
    reading->values = memory_grow(reading->values, &reading->value_capacity, reading->value_count + 1,
                                  sizeof *reading->values);
    reading->values[reading->value_count] = (struct value){element->id, element->kind, number, count,
                                                                FRAME_GAP, PROFILE_NONE, 0};
    add_id(reading, element->id, (uint32_t)reading->value_count++);
}

static bool parse_id(struct span text, uint64_t *id)
{
    int64_t number;
    if (!span_to_int64(text, &number))
        return false;
    *id = (uint64_t)number;
    return true;
}

/* thread = name " 0x" hex " (" process ", pid: " digits ")" */
static void parse_thread(struct xctrace_reading *reading, struct span text, struct thread *thread)
{
    size_t pid = span_find_text(text, ", pid: ");
    struct span head = span_first(text, pid);
    size_t open = span_find_last(head, '('), tid = span_find_text(text, " 0x");
    *thread = (struct thread){{"", 0}, 0, 0};
    if (pid == SPAN_NONE || open == SPAN_NONE)
        return;
    struct span comm = span_skip(head, open + 1), digits = span_skip(text, pid + 7);
    span_to_int64(span_before(digits, ')'), &thread->pid);
    for (size_t i = tid == SPAN_NONE ? text.len : tid + 3; i < text.len && is_hex(text.data[i]); i++) {
        uint64_t value = (uint64_t)thread->tid << 4 | hex_value(text.data[i]);
        thread->tid = (int64_t)(value & INT64_MAX);
    }
    thread->comm = span_make(arena_copy(&reading->names, comm), comm.len);
}

static void set_stack(struct row *row, const struct value *value, size_t place)
{
    row->stack = *value;
    row->place = place;
}

/* A row takes what it says first. `place` is where the value is kept, or SIZE_MAX. */
static void use_value(struct xctrace_reading *reading, const struct value *value, size_t place)
{
    struct row *row = &reading->row;
    if (value->kind == KIND_FRAME)
        frame_list_push(&reading->frames, (uint32_t)value->number);
    else if (value->kind == KIND_BACKTRACE && row->stack.kind == KIND_OTHER)
        set_stack(row, value, place);
    else if (value->kind == KIND_WEIGHT && row->weight < 0)
        row->weight = value->number;
    else if (value->kind == KIND_TIME && row->time == TIME_NONE)
        row->time = value->number;
    else if (value->kind == KIND_THREAD && row->thread == SIZE_MAX)
        row->thread = (size_t)value->number;
}

static void read_frame(struct xctrace_reading *reading, const struct element *element)
{
    struct span inlined = xml_read_attribute(&reading->xml, "inlined");
    enum frame_kind kind = span_is(inlined, "true") ? FRAME_INLINED : FRAME_PLAIN;
    struct span name = xml_read_attribute(&reading->xml, "name");
    if (!name.data)
        name = xml_read_attribute(&reading->xml, "addr");
    uint32_t frame = stack_frame(&reading->stack, name.data ? name : span_make("", 0), kind);
    keep_value(reading, element, frame, 0);
    frame_list_push(&reading->frames, frame);
}

static void read_thread(struct xctrace_reading *reading, const struct element *element)
{
    struct span text = xml_read_attribute(&reading->xml, "fmt");
    reading->threads = memory_grow(reading->threads, &reading->thread_capacity, reading->thread_count + 1,
                                   sizeof *reading->threads);
    parse_thread(reading, text.data ? text : span_make("", 0), &reading->threads[reading->thread_count]);
    struct value value = {.kind = KIND_THREAD, .number = (int64_t)reading->thread_count++};
    keep_value(reading, element, value.number, 0);
    use_value(reading, &value, SIZE_MAX);
}

static void begin_row(struct xctrace_reading *reading)
{
    reading->row = (struct row){.stack = {.kind = KIND_OTHER}, .weight = -1, .time = TIME_NONE,
                                .thread = SIZE_MAX};
}

static void open_element(struct xctrace_reading *reading)
{
    struct span ref = xml_read_attribute(&reading->xml, "ref"), id;
    struct element element = {.kind = find_kind(reading->xml.name), .frames = reading->frames.count};
    uint64_t place;
    if (element.kind != KIND_OTHER && ref.data) {
        bool known = parse_id(ref, &place), small = known && place < reading->small_count;
        uint32_t frame = small && element.kind == KIND_FRAME ? reading->small[place].frame : FRAME_GAP;
        const struct value *value = known && frame == FRAME_GAP ? find_value(reading, place) : NULL;
        if (frame != FRAME_GAP)
            frame_list_push(&reading->frames, frame);
        else if (value && value->kind == element.kind)
            use_value(reading, value, (size_t)(value - reading->values));
        else
            reading->row.wrong = "this row refers to what is not there";
        element.kind = KIND_OTHER;
    }
    if (element.kind != KIND_OTHER) {
        id = xml_read_attribute(&reading->xml, "id");
        element.has_id = id.data && parse_id(id, &element.id);
    }
    if (element.kind == KIND_FRAME)
        read_frame(reading, &element);
    else if (element.kind == KIND_THREAD)
        read_thread(reading, &element);
    else if (element.kind == KIND_ROW)
        begin_row(reading);
    else if (element.kind == KIND_WEIGHT)
        reading->unit = span_is(reading->xml.name, "cycle-weight") ? "cycles" : "ns";
    reading->open = memory_grow(reading->open, &reading->open_capacity, reading->depth + 1,
                                sizeof *reading->open);
    reading->open[reading->depth++] = element;
}

static void read_text(struct xctrace_reading *reading)
{
    const struct element *element = reading->depth ? &reading->open[reading->depth - 1] : NULL;
    int64_t number;
    if (!element || (element->kind != KIND_WEIGHT && element->kind != KIND_TIME))
        return;
    if (!span_to_int64(span_trim(reading->xml.text), &number)) {
        reading->row.wrong = "a time or weight in this row is no number, or too large";
        return;
    }
    keep_value(reading, element, number, 0);
    use_value(reading, &(struct value){.kind = element->kind, .number = number}, SIZE_MAX);
}

/* Its frames are those that came since it began; without any, it wraps one that is referred to. */
static void close_backtrace(struct xctrace_reading *reading, const struct element *element)
{
    size_t known = reading->frames.count; /* fewer than before where a row stood within it */
    size_t count = known > element->frames ? known - element->frames : 0;
    struct value value = {.kind = KIND_BACKTRACE, .number = (int64_t)element->frames, .count = count};
    if (count == 0)
        value = reading->row.stack;
    if (value.kind != KIND_BACKTRACE)
        return;
    keep_value(reading, element, value.number, value.count);
    use_value(reading, &value, SIZE_MAX);
    if (element->has_id)
        reading->kept_frames = reading->frames.count;
}

/* Places that stand no more are forgotten. */
static void follow_turn(struct xctrace_reading *reading)
{
    uint32_t turn = reading->stack.recorder->profile->turn;
    if (turn != reading->turn) {
        pair_memo_free(&reading->others);
        reading->others = (struct pair_memo){0};
        reading->turn = turn;
    }
}

static void keep_place(struct xctrace_reading *reading, struct value *kept, uint32_t first, uint32_t place)
{
    uint32_t backtrace = (uint32_t)reading->row.place;
    follow_turn(reading);
    if (kept->place != PROFILE_NONE && kept->turn == reading->turn)
        pair_memo_add(&reading->others, (struct pair){backtrace, kept->first, kept->place});
    kept->first = first;
    kept->place = place;
    kept->turn = reading->turn;
}

/* What a stack begins with, as one number: the process's frame, or that and the slice of time. */
static uint32_t number_first(struct xctrace_reading *reading, uint32_t process)
{
    struct pair made = {process, reading->stack.recorder->slice, (uint32_t)reading->firsts.count};
    if (made.first == FRAME_GAP)
        return process;
    if (!pair_memo_find(&reading->firsts, made.stack, made.first, &made.node))
        pair_memo_add(&reading->firsts, made);
    return made.node;
}

/* The place of the row's stack: rows refer to few backtraces, which may be deep. */
static uint32_t find_place(struct xctrace_reading *reading, uint32_t process)
{
    const struct row *row = &reading->row;
    struct value *kept = row->place == SIZE_MAX ? NULL : &reading->values[row->place];
    uint32_t first = number_first(reading, process), place;
    follow_turn(reading);
    if (kept && kept->place != PROFILE_NONE && kept->first == first && kept->turn == reading->turn)
        return kept->place;
    if (kept && pair_memo_find(&reading->others, (uint32_t)row->place, first, &place))
        return place;
    if (row->stack.count)
        frame_list_append(&reading->stack.frames, reading->frames.ids + row->stack.number, row->stack.count);
    place = stack_place(&reading->stack, process);
    if (kept && reading->stack.recorder->profile->order == PROFILE_BY_NAME)
        keep_place(reading, kept, first, place);
    return place;
}

/* The row's sample. */
static int add_row(struct xctrace_reading *reading)
{
    struct recorder *recorder = reading->stack.recorder;
    const struct row *row = &reading->row;
    struct sample sample = {.time = row->time, .period = row->weight > 0 ? row->weight : 0};
    if (row->wrong) {
        recorder_unusable(recorder, reading->xml.source->line + 1, span_of("<row>"), row->wrong);
        return 0;
    }
    if (row->stack.kind == KIND_OTHER || row->weight == 0) {
        recorder_skipped(recorder);
        return 0;
    }
    if (row->thread != SIZE_MAX) {
        const struct thread *thread = &reading->threads[row->thread];
        sample.has_process = sample.has_pid = true;
        sample.comm = thread->comm;
        sample.pid = thread->pid;
        sample.tid = thread->tid;
    }
    if (!recorder_begin(recorder, &sample))
        return 0;
    return recorder_add_at(recorder, find_place(reading, recorder_asked_process(recorder, &sample)), &sample);
}

static int close_element(struct xctrace_reading *reading)
{
    if (reading->depth == 0)
        return 0;
    struct element element = reading->open[--reading->depth];
    if (element.kind == KIND_BACKTRACE)
        close_backtrace(reading, &element);
    if (element.kind != KIND_ROW)
        return 0;
    int result = add_row(reading);
    reading->frames.count = reading->kept_frames;
    begin_row(reading);
    return result;
}

static int read_events(struct xctrace_reading *reading)
{
    struct recorder *recorder = reading->stack.recorder;
    enum xml_event event = XML_TEXT;
    int result = 0;
    while (result == 0 && (event = xml_read_next(&reading->xml)) != XML_END && event != XML_BROKEN) {
        if (event == XML_OPEN)
            open_element(reading);
        else if (event == XML_TEXT)
            read_text(reading);
        else
            result = close_element(reading);
    }
    if (result == 0 && (event == XML_BROKEN || reading->depth))
        recorder_unusable(recorder, reading->xml.source->line + 1, span_make("", 0),
                          "the input ends within an element");
    return result;
}

static int xctrace_read(struct source *source, struct recorder *recorder, const void *options)
{
    struct xctrace_reading reading = {.stack = {.recorder = recorder}, .by_id = index_make()};
    (void)options;
    arena_init(&reading.names);
    xml_read_init(&reading.xml, source);
    begin_row(&reading);
    int result = read_events(&reading);
    if (reading.unit)
        recorder_unit(recorder, reading.unit);
    xml_read_free(&reading.xml);
    stack_free(&reading.stack);
    pair_memo_free(&reading.others);
    pair_memo_free(&reading.firsts);
    memory_free(reading.small);
    index_free(reading.by_id);
    arena_free(&reading.names);
    memory_free(reading.frames.ids);
    memory_free(reading.values);
    memory_free(reading.threads);
    memory_free(reading.open);
    return result;
}

/* How far its first element may be from the beginning. */
#define PROLOGUE 4096

static enum bid xctrace_detect(struct span head)
{
    return span_find_text(span_first(head, PROLOGUE), "<trace-query-result") != SPAN_NONE ? BID_CERTAIN : BID_NO;
}

const struct reader xctrace_reader = {
    .name = "xctrace",
    .summary = "Xcode: xctrace export",
    .records = RECORDS_TIMES | RECORDS_PERIODS | RECORDS_PROCESSES,
    .detect = xctrace_detect,
    .read = xctrace_read,
};
