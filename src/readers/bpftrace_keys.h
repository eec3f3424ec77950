/* Stacks from the keys of bpftrace's maps. */
#ifndef FLAMECTL_BPFTRACE_KEYS_H
#define FLAMECTL_BPFTRACE_KEYS_H

#include "line_memo.h"
#include "perf_frame.h"
#include "stack.h"

struct bpftrace_keys {
    bool offsets;      /* keep them in functions */
    const char *comma; /* between a key's elements: ", " in text, "," in JSON */
    struct stack stack;
    struct perf_cleaner cleaner;
    struct frame_list scalars; /* of the present key */
    struct line_memo lines; /* of perf mode */
};

void bpftrace_keys_init(struct bpftrace_keys *keys, struct recorder *recorder);
void bpftrace_keys_free(struct bpftrace_keys *keys);

/* Pushes a key's frames onto the stack, leaf first. Whether an element of it is a stack, empty or not. */
bool bpftrace_keys_take(struct bpftrace_keys *keys, struct span key);

#endif
