/* Edits of one stack, each a single pass over its frames. */
#include "rewrite_steps.h"

bool stack_has(const struct rewrite_stack *stack, const unsigned char *marks, unsigned mark)
{
    for (size_t i = 0; i < stack->count; i++)
        if (marks[stack->frames[i]] & mark)
            return true;
    return false;
}

bool stack_cut(struct rewrite_stack *stack, const unsigned char *marks, unsigned mark)
{
    for (size_t i = stack->count; i-- > 0;) {
        if (marks[stack->frames[i]] & mark) {
            stack->frames += i;
            stack->count -= i;
            return true;
        }
    }
    return false;
}

void stack_hide(struct rewrite_stack *stack, const unsigned char *marks, unsigned mark)
{
    size_t kept = 0;
    for (size_t i = 0; i < stack->count; i++)
        if (!(marks[stack->frames[i]] & mark))
            stack->frames[kept++] = stack->frames[i];
    stack->count = kept;
}

void stack_merge_direct(struct rewrite_stack *stack)
{
    size_t kept = 0;
    for (size_t i = 0; i < stack->count; i++)
        if (kept == 0 || stack->frames[i] != stack->frames[kept - 1])
            stack->frames[kept++] = stack->frames[i];
    stack->count = kept;
}

void stack_merge_all(struct rewrite_stack *stack, uint32_t *seen, uint32_t turn)
{
    size_t kept = 0;
    for (size_t i = 0; i < stack->count; i++) {
        uint32_t frame = stack->frames[i];
        if (seen[frame] != turn)
            stack->frames[kept++] = frame;
        seen[frame] = turn;
    }
    stack->count = kept;
}

void stack_reverse(struct rewrite_stack *stack)
{
    for (size_t i = 0, j = stack->count; i + 1 < j; i++) {
        uint32_t frame = stack->frames[i];
        stack->frames[i] = stack->frames[--j];
        stack->frames[j] = frame;
    }
}

void stack_limit(struct rewrite_stack *stack, size_t depth)
{
    if (stack->count > depth)
        stack->count = depth;
}
