/* One stack after another, for the readers of text that prints a stack frame by frame, leaf first. */
#ifndef FLAMECTL_STACK_H
#define FLAMECTL_STACK_H

#include "flamectl/recorder.h"

#include "frame_list.h"

struct stack {
    struct recorder *recorder;
    struct frame_list frames; /* of the present stack so far, leaf first */
    struct frame_text pending[FRAME_AHEAD]; /* of the last of them, which have no ids yet */
    size_t pending_count;
    char *text; /* scratch: the names of these, as far as it is used */
    size_t used, capacity;
};

void stack_free(struct stack *stack);

/* Forgets the present stack. */
void stack_clear(struct stack *stack);

/* Gives the last frames their ids: before anything but stack_push changes the list. */
void stack_settle(struct stack *stack);

/* A function's name trimmed, Rust's escapes undone, "[unknown]" where it is empty. Stands in the scratch until
 * the next call. */
struct span stack_clean(struct stack *stack, struct span name);

/* Cleans a name and makes a frame of it, or puts it onto the stack. */
uint32_t stack_frame(struct stack *stack, struct span name, enum frame_kind kind);
void stack_push(struct stack *stack, struct span name, enum frame_kind kind);

/* The same for a part of what stack_clean gave last. */
void stack_push_clean(struct stack *stack, struct span name, enum frame_kind kind);

/* What a wanted sample's stack ends with, leaf first: its first frame (FRAME_GAP: none) and that of its slice. */
void stack_push_root(struct frame_list *frames, const struct recorder *recorder, uint32_t first);

/* The place (recorder_place) of the present stack under a first frame (FRAME_GAP: none), and of no frames at all that
 * of "[unknown]". The stack is empty after. */
uint32_t stack_place(struct stack *stack, uint32_t first);

/* Files a wanted sample at the present stack, which is as for stack_place. */
int stack_file(struct stack *stack, uint32_t first, const struct sample *sample);

/* Ends the stack and files it with a count that the input added up, or, where there are frames, as a sample
 * under the process that an option asks for. -1 after a message where a sum would overflow. */
int stack_add_sample(struct stack *stack, const struct sample *sample);
int stack_add_count(struct stack *stack, uint32_t first, int64_t count);

/* Where a line is nothing but a number, the count of the frames above it: files the stack. 1 where it was
 * one, 0 where not, -1 after a message. */
int stack_read_count(struct stack *stack, uint32_t first, uint64_t number, struct span line);

/* Drops a stack that the input does not finish, and tells so. */
void stack_drop(struct stack *stack, uint64_t number, const char *why);

#endif
