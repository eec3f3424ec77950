/* The keys of bpftrace's maps: elements with commas between, of which a stack is a line end and a line a frame, leaf
 * first, and nothing where it is empty.
 *
 * The lesson: a key may begin with anything. Here the scalars of a key are the first frames, in their order, and
 * then come its stacks, the last one first, so that for "kstack, ustack" the kernel stands on the process; as it does
 * for "ustack, kstack", which the names of the outermost frames tell. */
#include "bpftrace_keys.h"

void bpftrace_keys_init(struct bpftrace_keys *keys, struct recorder *recorder)
{
    struct frame_table *frames = &recorder->profile->frames;
    *keys = (struct bpftrace_keys){.comma = ", ", .stack = {.recorder = recorder}, .cleaner = {.frames = frames}};
    line_memo_init(&keys->lines, frames->seed);
}

void bpftrace_keys_free(struct bpftrace_keys *keys)
{
    stack_free(&keys->stack);
    perf_cleaner_free(&keys->cleaner);
    line_memo_free(&keys->lines);
    memory_free(keys->scalars.ids);
}

static struct span without_offset(const struct bpftrace_keys *keys, struct span name)
{
    size_t plus = span_find_last(name, '+');
    if (keys->offsets || plus == SPAN_NONE || plus == 0 || !span_is_digits(span_skip(name, plus + 1)))
        return name;
    return span_first(name, plus);
}

static struct span without_address(struct span line)
{
    size_t len = 1 + span_hex_digits(span_skip(line, 1));
    return len < line.len && line.data[len] == ' ' ? span_skip(line, len) : line;
}

/* frame = name ["+" digits] | "0x" address
 * in perf mode: TAB address " " frame [" (" dso ")"] */
static void push_frame(struct bpftrace_keys *keys, struct span line)
{
    struct perf_frame parts;
    bool perf = line.data[0] == '\t';
    bool whole = perf && span_ends(span_trim(line), ")") && perf_frame_split(line, &parts);
    struct span name = whole ? parts.symbol : span_trim(perf ? without_address(line) : line);
    name = without_offset(keys, name);
    bool unknown = span_starts(name, "0x");
    if (!whole)
        parts = (struct perf_frame){.ip = span_skip(name, 2)};
    parts.symbol = unknown ? span_of("") : name;
    if (!whole && !unknown) {
        stack_push(&keys->stack, name, FRAME_PLAIN);
        return;
    }
    stack_settle(&keys->stack);
    perf_frame_clean(&keys->cleaner, &parts, false, &keys->stack.frames);
}

/* What perf mode prints takes longer than to know it again. */
static void push_line(struct bpftrace_keys *keys, struct span line)
{
    struct frame_list *frames = &keys->stack.frames;
    if (line.data[0] != '\t') {
        push_frame(keys, line);
        return;
    }
    size_t before = frames->count;
    uint64_t hash = line_memo_hash(&keys->lines, line, false);
    stack_settle(&keys->stack);
    if (line_memo_find(&keys->lines, hash, line, false, frames))
        return;
    push_frame(keys, line);
    stack_settle(&keys->stack);
    line_memo_add(&keys->lines, hash, line, false, frames->ids + before, frames->count - before);
}

/* stack = LF {blanks frame LF}
 *
 * Pushes the frames of the stack that the key begins with, and takes it off. Its last line, that of the outermost
 * frame. */
static struct span take_stack(struct bpftrace_keys *keys, struct span *key)
{
    struct span line = span_first(*key, 0);
    *key = span_skip(*key, 1);
    while (key->len && is_blank(key->data[0])) {
        line = span_before(*key, '\n');
        push_line(keys, line);
        *key = span_skip(*key, line.len + 1);
    }
    return line;
}

/* From ffff000000000000 on, printed with "0x" or without; the stack of a process may end in any number. */
static bool is_kernel_address(struct span line)
{
    line = span_skip(line, span_starts(line, "0x") ? 2 : 0);
    return span_hex_digits(line) == 16 && span_starts(line, "ffff");
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
static void order_stacks(struct bpftrace_keys *keys, const struct stacks_taken *first, struct span outer)
{
    struct frame_list *frames = &keys->stack.frames;
    size_t count = frames->count;
    if (first->count == 0 || is_kernel_entry(first->outer) || !is_kernel_entry(outer))
        return;
    stack_settle(&keys->stack);
    for (size_t i = 0; i < first->count; i++)
        frame_list_push(frames, frames->ids[i]);
    memmove(frames->ids, frames->ids + first->count, count * sizeof *frames->ids);
    frames->count = count;
}

/* Only two stacks are put in order: those behind them are of others, as of who woke the thread. */
static void take_next_stack(struct bpftrace_keys *keys, struct span *key, struct stacks_taken *taken)
{
    struct span outer = take_stack(keys, key);
    if (taken->any)
        order_stacks(keys, taken, outer);
    *taken = (struct stacks_taken){true, taken->any ? 0 : keys->stack.frames.count, outer};
}

/* Pushes the scalar that the key begins with, if it is not empty, and takes it off. */
static void take_scalar(struct bpftrace_keys *keys, struct span *key)
{
    size_t len = 0;
    while (len < key->len && key->data[len] != '\n' && !span_starts(span_skip(*key, len), keys->comma) &&
           !span_starts(span_skip(*key, len), ",\n"))
        len++;
    struct span scalar = span_trim(span_first(*key, len));
    *key = span_skip(*key, len);
    if (scalar.len)
        frame_list_push(&keys->scalars, stack_frame(&keys->stack, scalar, FRAME_PLAIN));
}

/* key = element {"," element}; element = stack | scalar | nothing */
bool bpftrace_keys_take(struct bpftrace_keys *keys, struct span key)
{
    struct stacks_taken taken = {0};
    bool stack = false, more = true;
    while (more) {
        if (key.len && key.data[0] == '\n') {
            take_next_stack(keys, &key, &taken);
            stack = true;
        } else {
            size_t before = keys->scalars.count;
            take_scalar(keys, &key);
            stack = stack || keys->scalars.count == before;
        }
        more = key.len && key.data[0] == ',';
        key = span_skip(key, more);
        if (more && keys->comma[1])
            key = span_trim_left(key);
    }
    stack_settle(&keys->stack);
    while (keys->scalars.count)
        frame_list_push(&keys->stack.frames, keys->scalars.ids[--keys->scalars.count]);
    return stack;
}
