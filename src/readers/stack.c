/* Gathering a stack and filing it. */
#include "stack.h"

#include "symbol.h"

void stack_free(struct stack *stack)
{
    memory_free(stack->frames.ids);
    memory_free(stack->text);
}

struct span stack_clean(struct stack *stack, struct span name)
{
    name = span_trim(name);
    if (name.len == 0)
        name = span_of("[unknown]");
    stack->text = memory_grow(stack->text, &stack->capacity, name.len, 1);
    memcpy(stack->text, name.data, name.len);
    return span_make(stack->text, symbol_repair_rust(stack->text, name.len));
}

uint32_t stack_frame(struct stack *stack, struct span name, enum frame_kind kind)
{
    name = stack_clean(stack, name);
    if (span_ends(name, frame_suffix(kind))) /* marked already */
        kind = FRAME_PLAIN;
    return frame_intern_clean(&stack->recorder->profile->frames, name, kind);
}

void stack_push(struct stack *stack, struct span name, enum frame_kind kind)
{
    frame_list_push(&stack->frames, stack_frame(stack, name, kind));
}

static struct frame_list *complete(struct stack *stack, uint32_t first)
{
    struct frame_list *frames = &stack->frames;
    if (frames->count == 0)
        stack_push(stack, span_of("[unknown]"), FRAME_PLAIN);
    if (first != FRAME_GAP)
        frame_list_push(frames, first);
    return frames;
}

uint32_t stack_place(struct stack *stack, uint32_t first)
{
    struct frame_list *frames = complete(stack, first);
    uint32_t place = recorder_place(stack->recorder, frames->ids, frames->count);
    frames->count = 0;
    return place;
}

int stack_file(struct stack *stack, uint32_t first, const struct sample *sample)
{
    return recorder_add_at(stack->recorder, stack_place(stack, first), sample);
}

int stack_add_sample(struct stack *stack, const struct sample *sample)
{
    struct recorder *recorder = stack->recorder;
    if (stack->frames.count == 0)
        return 0;
    if (recorder_begin(recorder, sample))
        return stack_file(stack, recorder_asked_process(recorder, sample), sample);
    stack->frames.count = 0;
    return 0;
}

int stack_add_count(struct stack *stack, uint32_t first, int64_t count)
{
    recorder_count(stack->recorder);
    if (count == 0) { /* no line of its own */
        stack->frames.count = 0;
        return 0;
    }
    struct frame_list *frames = complete(stack, first);
    int result = recorder_file_weight(stack->recorder, frames->ids, frames->count, count, -1);
    frames->count = 0;
    return result;
}

int stack_read_count(struct stack *stack, uint32_t first, uint64_t number, struct span line)
{
    struct span digits = span_trim(line);
    int64_t count;
    if (!span_is_digits(digits))
        return 0;
    if (span_to_int64(digits, &count))
        return stack_add_count(stack, first, count) < 0 ? -1 : 1;
    recorder_unusable(stack->recorder, number, line, "the count is too large");
    stack->frames.count = 0;
    return 1;
}

void stack_drop(struct stack *stack, uint64_t number, const char *why)
{
    if (stack->frames.count == 0)
        return;
    const struct frame *leaf = &stack->recorder->profile->frames.frames[stack->frames.ids[0]];
    recorder_unusable(stack->recorder, number, leaf->name, why);
    stack->frames.count = 0;
}
