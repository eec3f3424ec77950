/* Maps that bpftrace prints, of counts (or sums) by keys that hold stacks:
 *
 *     Attaching 1 probe...
 *
 *     @[
 *         copy_page+0
 *         filemap_read+1205
 *     ,
 *         read_file+33
 *         main+512
 *     , my app, 4321]: 12
 *     @bytes[main, , kworker]: 4096
 *
 * and with -f json, a value a line:
 *
 *     {"type": "map", "data": {"@": {"\n    read_file+33\n    main+512\n,my app": 12}}}
 *
 * Both print the elements of a key with commas between; a stack is a line end and a line a frame, leaf first, and
 * nothing where it is empty. The lesson: a key may begin with anything. Here the scalars of a key are the first
 * frames, in their order, and then come its stacks, the last one first, so that for "kstack, ustack" the
 * kernel stands on the process; as it does for "ustack, kstack", which the names of the outermost frames tell.
 *
 * Each map is an event, but a map without any stack is no profile, unless there is no other. Skipped:
 * scalars, histograms, what probes print.
 *
 * Checked against bpftrace 0.17. */
#include <stdio.h>

#include "flamectl/buffer.h"
#include "flamectl/index.h"
#include "flamectl/json_read.h"
#include "flamectl/reader.h"

#include "head.h"
#include "json_head.h"
#include "line_memo.h"
#include "perf_frame.h"
#include "stack.h"

struct bpftrace_options {
    int offsets, addrs;
};

static const struct option bpftrace_option_rows[] = {
    {.name = "offsets", .kind = OPTION_FLAG, .offset = offsetof(struct bpftrace_options, offsets), .set = 1,
     .help = "keep the offsets in functions (+20)"},
    {.name = "addrs", .kind = OPTION_FLAG, .offset = offsetof(struct bpftrace_options, addrs), .set = 1,
     .help = "show the address of frames without a symbol"},
    {.name = NULL},
};

struct map {
    struct span name; /* "@name" */
    bool stacks;      /* a key held a stack, be it an empty one */
};

/* A key without a stack, in a map of which no stack was known. */
struct pending {
    uint32_t map;
    struct span key;
    int64_t count;
};

struct reading {
    struct recorder *recorder;
    bool offsets, addrs;
    const char *comma; /* between a key's elements: ", " in text, "," in JSON */
    struct stack stack;
    struct frame_list scalars; /* of the present key */
    struct perf_cleaner cleaner;
    struct line_memo lines;
    struct map *maps;
    size_t map_count, map_capacity;
    struct index *by_map;
    bool any_stacks; /* in any map */
    bool within;     /* a key whose value is still to come */
    uint32_t map;    /* the present key's */
    struct buffer key; /* its text, with the line ends as they are */
    struct arena texts;
    struct pending *pending;
    size_t pending_count, pending_capacity;
};

static void free_reading(struct reading *reading)
{
    stack_free(&reading->stack);
    perf_cleaner_free(&reading->cleaner);
    line_memo_free(&reading->lines);
    arena_free(&reading->texts);
    memory_free(reading->scalars.ids);
    memory_free(reading->maps);
    index_free(reading->by_map);
    buffer_free(&reading->key);
    memory_free(reading->pending);
}

static uint32_t find_map(struct reading *reading, struct span name)
{
    uint64_t hash = hash_bytes(reading->recorder->profile->frames.seed, name);
    uint32_t map, at = index_begin(reading->by_map, hash);
    while ((map = index_next(reading->by_map, hash, &at)) != INDEX_NONE)
        if (span_equal(reading->maps[map].name, name))
            return map;
    map = (uint32_t)reading->map_count++;
    reading->maps = memory_grow(reading->maps, &reading->map_capacity, reading->map_count, sizeof *reading->maps);
    reading->maps[map] = (struct map){.name = span_make(arena_copy(&reading->texts, name), name.len)};
    index_add(reading->by_map, hash, map);
    return map;
}

static void begin_key(struct reading *reading, struct span map)
{
    reading->map = find_map(reading, map);
    reading->key.len = 0;
}

static struct span without_offset(const struct reading *reading, struct span name)
{
    size_t plus = span_find_last(name, '+');
    if (reading->offsets || plus == SPAN_NONE || plus == 0 || !span_is_digits(span_skip(name, plus + 1)))
        return name;
    return span_first(name, plus);
}

static struct span without_address(struct span line)
{
    size_t len = 1;
    while (len < line.len && is_hex(line.data[len]))
        len++;
    return len < line.len && line.data[len] == ' ' ? span_skip(line, len) : line;
}

static void push_unknown(struct reading *reading, struct span address)
{
    char text[40] = "[unknown]";
    if (reading->addrs && address.len <= 16)
        snprintf(text, sizeof text, "[unknown <%.*s>]", (int)address.len, address.data);
    stack_push(&reading->stack, span_of(text), FRAME_PLAIN);
}

/* frame = name ["+" digits] | "0x" address
 * in perf mode: TAB address " " frame [" (" dso ")"] */
static void push_frame(struct reading *reading, struct span line)
{
    struct perf_frame parts;
    bool perf = line.data[0] == '\t';
    if (perf && span_ends(span_trim(line), ")") && perf_frame_split(line, &parts)) {
        parts.symbol = without_offset(reading, parts.symbol);
        if (span_starts(parts.symbol, "0x"))
            parts.symbol = span_of("[unknown]");
        perf_frame_clean(&reading->cleaner, &parts, false, &reading->stack.frames);
        return;
    }
    struct span name = span_trim(perf ? without_address(line) : line);
    name = without_offset(reading, name);
    if (span_starts(name, "0x"))
        push_unknown(reading, span_skip(name, 2));
    else
        stack_push(&reading->stack, name, FRAME_PLAIN);
}

static void push_line(struct reading *reading, struct span line)
{
    struct frame_list *frames = &reading->stack.frames;
    size_t before = frames->count;
    uint64_t hash = line_memo_hash(&reading->lines, line, false);
    if (line_memo_find(&reading->lines, hash, line, false, frames))
        return;
    push_frame(reading, line);
    line_memo_add(&reading->lines, hash, line, false, frames->ids + before, frames->count - before);
}

/* stack = LF {blanks frame LF}
 *
 * Pushes the frames of the stack that the key begins with, and takes it off. Its last line, that of the outermost
 * frame. */
static struct span take_stack(struct reading *reading, struct span *key)
{
    struct span line = span_first(*key, 0);
    *key = span_skip(*key, 1);
    while (key->len && is_blank(key->data[0])) {
        line = span_first(*key, span_find(*key, '\n'));
        push_line(reading, line);
        *key = span_skip(*key, line.len + 1);
    }
    return line;
}

/* From ffff000000000000 on, printed with "0x" or without; the stack of a process may end in any number. */
static bool is_kernel_address(struct span line)
{
    line = span_skip(line, span_starts(line, "0x") ? 2 : 0);
    size_t digits = 0;
    while (digits < line.len && is_hex(line.data[digits]))
        digits++;
    return digits == 16 && span_starts(line, "ffff");
}

/* Where Linux enters the kernel, or a thread of its own begins, on several processors: x86, arm64, arm, riscv,
 * powerpc and s390. */
static bool is_kernel_entry(struct span line)
{
    static const char *const names[] = {
        "entry_SYS", "entry_INT80", "do_syscall_", "asm_", "ret_from_", "secondary_startup_", "common_startup_",
        "start_kernel", "page_fault", "async_page_fault", "apic_timer_interrupt", "smp_apic_timer_interrupt",
        "common_interrupt", "reschedule_interrupt", "int_ret_from_sys_call", "retint_", "el0", "el1",
        "ret_fast_syscall", "ret_to_user", "__irq_usr", "__dabt_usr", "__pabt_usr", "handle_exception",
        "do_trap_ecall_u", "system_call", "interrupt_return", "__do_syscall", "pgm_check_handler",
        "io_int_handler", "ext_int_handler"};
    line = span_trim_left(line);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_starts(line, names[i]))
            return true;
    return is_kernel_address(line);
}

/* The stacks of a key as they are taken. */
struct stacks_taken {
    bool any;
    size_t count;      /* of frames in the first one; 0 when it is in its place */
    struct span outer; /* the line of its outermost */
};

/* Puts the kernel's frames before the process's that the key has first. */
static void order_stacks(struct reading *reading, const struct stacks_taken *first, struct span outer)
{
    struct frame_list *frames = &reading->stack.frames;
    size_t count = frames->count;
    if (first->count == 0 || is_kernel_entry(first->outer) || !is_kernel_entry(outer))
        return;
    for (size_t i = 0; i < first->count; i++)
        frame_list_push(frames, frames->ids[i]);
    memmove(frames->ids, frames->ids + first->count, count * sizeof *frames->ids);
    frames->count = count;
}

/* Only two stacks are put in order: those behind them are of others, as of who woke the thread. */
static void take_next_stack(struct reading *reading, struct span *key, struct stacks_taken *taken)
{
    struct span outer = take_stack(reading, key);
    if (taken->any)
        order_stacks(reading, taken, outer);
    *taken = (struct stacks_taken){true, taken->any ? 0 : reading->stack.frames.count, outer};
}

/* Pushes the scalar that the key begins with, if it is not empty, and takes it off. */
static void take_scalar(struct reading *reading, struct span *key)
{
    size_t len = 0;
    while (len < key->len && key->data[len] != '\n' && !span_starts(span_skip(*key, len), reading->comma) &&
           !span_starts(span_skip(*key, len), ",\n"))
        len++;
    struct span scalar = span_trim(span_first(*key, len));
    *key = span_skip(*key, len);
    if (scalar.len)
        frame_list_push(&reading->scalars, stack_frame(&reading->stack, scalar, FRAME_PLAIN));
}

/* key = element {"," element}; element = stack | scalar | nothing
 *
 * Whether an element is a stack, empty or not. */
static bool take_key(struct reading *reading, struct span key)
{
    struct stacks_taken taken = {0};
    bool stack = false, more = true;
    while (more) {
        if (key.len && key.data[0] == '\n') {
            take_next_stack(reading, &key, &taken);
            stack = true;
        } else {
            size_t before = reading->scalars.count;
            take_scalar(reading, &key);
            stack = stack || reading->scalars.count == before;
        }
        more = key.len && key.data[0] == ',';
        key = span_skip(key, more);
        if (more && reading->comma[1])
            key = span_trim_left(key);
    }
    return stack;
}

/* Files the key's stack, whose frames are gathered. */
static int add(struct reading *reading, const struct map *map, int64_t count)
{
    struct recorder *recorder = reading->recorder;
    struct sample sample = {.event = map->name, .time = TIME_NONE, .period = count, .weighed = true, .samples = -1};
    struct frame_list *leaf_first = &reading->stack.frames;
    while (reading->scalars.count)
        frame_list_push(leaf_first, reading->scalars.ids[--reading->scalars.count]);
    bool wanted = recorder_begin(recorder, &sample);
    if (wanted && count == 0)
        recorder_leave_out(recorder);
    if (!wanted || count == 0) {
        leaf_first->count = 0;
        return 0;
    }
    if (recorder->options->count == COUNT_SAMPLES) {
        sample.weighed = false;
        sample.period = 0;
        sample.samples = count;
    }
    recorder_unit(recorder, map->name.len == 1 ? "samples" : map->name.data);
    return stack_file(&reading->stack, FRAME_GAP, &sample);
}

static void postpone(struct reading *reading, int64_t count)
{
    struct span key = buffer_span(&reading->key);
    reading->pending = memory_grow(reading->pending, &reading->pending_capacity, reading->pending_count + 1,
                                   sizeof *reading->pending);
    reading->pending[reading->pending_count++] =
        (struct pending){reading->map, span_make(arena_copy(&reading->texts, key), key.len), count};
    reading->stack.frames.count = reading->scalars.count = 0;
}

/* The value of the present key. */
static int end_key(struct reading *reading, uint64_t line, struct span value)
{
    struct map *map = &reading->maps[reading->map];
    struct span key = buffer_span(&reading->key);
    int64_t count;
    if (!span_to_int64(value, &count)) {
        recorder_unusable(reading->recorder, line, value, "the value of a stack is no count");
        return 0;
    }
    bool stack = take_key(reading, key);
    map->stacks = map->stacks || stack;
    reading->any_stacks = reading->any_stacks || stack;
    if (map->stacks)
        return add(reading, map, count);
    postpone(reading, count);
    return 0;
}

/* Keys without a stack: in a map of stacks, that of nothing else. */
static int file_pending(struct reading *reading)
{
    int result = 0;
    for (size_t i = 0; i < reading->pending_count && result == 0; i++) {
        const struct pending *pending = &reading->pending[i];
        const struct map *map = &reading->maps[pending->map];
        if (reading->any_stacks && !map->stacks) {
            recorder_skipped(reading->recorder);
            continue;
        }
        take_key(reading, pending->key);
        result = add(reading, map, pending->count);
    }
    return result;
}

/* map = "@" {letter | digit | "_"} */
static bool take_map(struct span line, struct span *name)
{
    size_t len = 1;
    if (line.len == 0 || line.data[0] != '@')
        return false;
    while (len < line.len && (is_alpha(line.data[len]) || is_digit(line.data[len]) || line.data[len] == '_'))
        len++;
    *name = span_first(line, len);
    return len < line.len;
}

/* end = [text] "]: " value
 *
 * Adds a line of the key. True where the key ends in it. */
static bool read_key_line(struct reading *reading, struct span line, struct span *value)
{
    struct span rest = line;
    size_t end = SPAN_NONE;
    if (line.len == 0 || !is_blank(line.data[0]))
        for (size_t at; (at = span_find_text(rest, "]: ")) != SPAN_NONE;) {
            end = line.len - rest.len + at;
            rest = span_skip(rest, at + 3);
        }
    if (end == SPAN_NONE) {
        buffer_add(&reading->key, line);
        buffer_add(&reading->key, span_of("\n"));
        return false;
    }
    buffer_add(&reading->key, span_first(line, end));
    *value = span_trim(span_skip(line, end + 3));
    return true;
}

/* lost = "Lost " digits " events" */
static void read_chatter(struct reading *reading, struct span line)
{
    int64_t events;
    if (line.len > 12 && span_starts(line, "Lost ") && span_ends(line, " events") &&
        span_to_int64(span_make(line.data + 5, line.len - 12), &events))
        recorder_lost(reading->recorder, (uint64_t)events);
}

static int read_line(struct reading *reading, uint64_t number, struct span line)
{
    struct span name, value;
    bool begins = take_map(line, &name) && line.data[name.len] == '[';
    if (begins && reading->within)
        recorder_unusable(reading->recorder, number, buffer_span(&reading->key),
                          "a key without a value");
    if (begins) {
        begin_key(reading, name);
        line = span_skip(line, name.len + 1);
    } else if (!reading->within) {
        read_chatter(reading, line);
        return 0;
    }
    reading->within = !read_key_line(reading, line, &value);
    return reading->within ? 0 : end_key(reading, number, value);
}

static int read_text(struct reading *reading, struct source *source)
{
    struct span line;
    int result = 0;
    while (result == 0 && source_line(source, &line))
        result = read_line(reading, source->line, line);
    if (reading->within)
        recorder_unusable(reading->recorder, source->line, buffer_span(&reading->key),
                          "a key without a value");
    return result;
}

/* {"KEY": COUNT, ...}: what came last opened it. */
static int read_map(struct reading *reading, struct json *json, struct span name)
{
    int result = 0;
    uint32_t map = find_map(reading, name);
    while (result == 0 && json_member(json)) {
        reading->map = map;
        buffer_set(&reading->key, json->text);
        json_next(json);
        if (json->token == JSON_NUMBER)
            result = end_key(reading, json->line, json->text);
        else
            json_skip(json);
    }
    return result;
}

/* What a line tells: {"type": ..., "data": {"@name": {...}, ...}}, or of type lost_events {"events": 3} */
static int read_object(struct reading *reading, struct json *json)
{
    int64_t lost;
    int result = 0;
    while (result == 0 && json_member(json)) {
        if (!span_is(json->text, "data") || json_next(json) != JSON_OBJECT) {
            json_skip(json);
            continue;
        }
        while (result == 0 && json_member(json)) {
            struct span name = span_make(arena_copy(&reading->texts, json->text), json->text.len);
            json_next(json);
            if (span_starts(name, "@") && json->token == JSON_OBJECT)
                result = read_map(reading, json, name);
            else if (span_is(name, "events") && json->token == JSON_NUMBER && json_decimal(json->text, 0, &lost))
                recorder_lost(reading->recorder, lost > 0 ? (uint64_t)lost : 0);
            else
                json_skip(json);
        }
    }
    return result;
}

static int read_json(struct reading *reading, struct source *source)
{
    struct json json;
    int result = 0;
    reading->comma = ",";
    json_open(&json, source);
    while (result == 0 && json_next(&json) > JSON_END) {
        if (json.token == JSON_OBJECT)
            result = read_object(reading, &json);
        else
            json_skip(&json);
    }
    if (json_forgive_cut(&json))
        recorder_unusable(reading->recorder, json.line, span_of("the end"),
                          "the input is cut: what comes before is used");
    return json_finish(&json) < 0 ? -1 : result;
}

static int bpftrace_read(struct source *source, struct recorder *recorder, const void *options)
{
    const struct bpftrace_options *chosen = options;
    struct frame_table *frames = &recorder->profile->frames;
    struct reading reading = {.recorder = recorder, .offsets = chosen->offsets, .addrs = chosen->addrs, .comma = ", ",
                              .stack = {.recorder = recorder},
                              .cleaner = {.frames = frames, .addrs = chosen->addrs}};
    struct span head = source_head(source);
    arena_init(&reading.texts);
    line_memo_init(&reading.lines, frames->seed);
    reading.by_map = index_make();
    int result = span_starts(head, "{") ? read_json(&reading, source) : read_text(&reading, source);
    if (result == 0)
        result = file_pending(&reading);
    free_reading(&reading);
    return result;
}

/* "Attaching 1 probe...", or a map with keys. */
static enum bid bpftrace_detect(struct span head)
{
    bool cut = head.len >= SOURCE_HEAD;
    enum bid bid = BID_NO;
    struct span line, name;
    if (span_starts(head, "{"))
        return json_head_has(head, "type", NULL) && json_head_has(head, "data", NULL) ? BID_CERTAIN : BID_NO;
    while (head_line(&head, cut, &line)) {
        if (span_starts(line, "Attaching ") && span_find_text(line, " probe") != SPAN_NONE)
            return BID_CERTAIN;
        if (take_map(line, &name) && line.data[name.len] == '[')
            bid = BID_CERTAIN;
    }
    return bid;
}

const struct reader bpftrace_reader = {
    .name = "bpftrace",
    .summary = "maps of bpftrace, as text or with -f json",
    .options = bpftrace_option_rows,
    .options_size = sizeof(struct bpftrace_options),
    .records = RECORDS_EVENTS | RECORDS_COUNTS,
    .detect = bpftrace_detect,
    .read = bpftrace_read,
};
