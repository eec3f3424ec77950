/* The steps that edit one stack, in place. Which frames a step is about stands in marks, a byte for
 * each frame id, so that names are matched once a frame and never once a stack. */
#ifndef FLAMECTL_REWRITE_STEPS_H
#define FLAMECTL_REWRITE_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of a mark: the steps that a frame is for. */
enum rewrite_mark {
    MARK_FOCUS = 1,
    MARK_IGNORE = 2,
    MARK_SKIP_AFTER = 4,
    MARK_BASE = 8,
    MARK_HIDE = 16
};

/* Frame ids, root first; a step may move `frames` forward and lower `count`. */
struct rewrite_stack {
    uint32_t *frames;
    size_t count;
};

bool stack_has(const struct rewrite_stack *stack, const unsigned char *marks, unsigned mark);

/* Drops what is above the marked frame next to the leaf; false, unchanged, where there is none. */
bool stack_cut(struct rewrite_stack *stack, const unsigned char *marks, unsigned mark);

/* Drops the marked frames. */
void stack_hide(struct rewrite_stack *stack, const unsigned char *marks, unsigned mark);

/* Drops frames that call themselves directly. */
void stack_merge_direct(struct rewrite_stack *stack);

/* Drops frames that are on their own path to the root already. seen[frame id] is below `turn`, and
 * turn is greater with each call. */
void stack_merge_all(struct rewrite_stack *stack, uint32_t *seen, uint32_t turn);

void stack_reverse(struct rewrite_stack *stack);

/* Keeps this many frames from the root. */
void stack_limit(struct rewrite_stack *stack, size_t depth);

#endif
