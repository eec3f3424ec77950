/* Gathering a stack and filing it. */
#include "stack.h"

#include "symbol.h"

void stack_free(struct stack *stack)
{
    memory_free(stack->frames.ids);
    memory_free(stack->text);
}

void stack_clear(struct stack *stack)
{
    stack->frames.count = stack->pending_count = stack->used = 0;
}

struct span stack_clean(struct stack *stack, struct span name)
{
    name = span_trim(name);
    if (name.len == 0)
        name = span_of("[unknown]");
    stack->text = memory_grow(stack->text, &stack->capacity, stack->used + name.len, 1);
    char *text = memcpy(stack->text + stack->used, name.data, name.len);
    return span_make(text, symbol_repair_rust(text, name.len));
}

/* A name may be marked already. */
static struct frame_text clean_text(struct stack *stack, struct span name, enum frame_kind kind)
{
    name = stack_clean(stack, name);
    return (struct frame_text){name, span_ends(name, frame_suffix(kind)) ? FRAME_PLAIN : kind};
}

uint32_t stack_frame(struct stack *stack, struct span name, enum frame_kind kind)
{
    struct frame_text text = clean_text(stack, name, kind);
    return frame_intern_clean(&stack->recorder->profile->frames, text.name, text.kind);
}

void stack_settle(struct stack *stack)
{
    if (stack->pending_count == 0)
        return;
    uint32_t *ids = stack->frames.ids + (stack->frames.count - stack->pending_count);
    const char *at = stack->text;
    for (size_t i = 0; i < stack->pending_count; i++) {
        stack->pending[i].name.data = at; /* where the scratch is now */
        at += stack->pending[i].name.len;
    }
    frame_intern_all(&stack->recorder->profile->frames, stack->pending, stack->pending_count, ids);
    stack->pending_count = stack->used = 0;
}

void stack_push_clean(struct stack *stack, struct span name, enum frame_kind kind)
{
    if (stack->pending_count == FRAME_AHEAD)
        stack_settle(stack);
    memmove(stack->text + stack->used, name.data, name.len);
    stack->pending[stack->pending_count++] = (struct frame_text){name, kind};
    stack->used += name.len;
    frame_list_push(&stack->frames, FRAME_GAP);
}

void stack_push(struct stack *stack, struct span name, enum frame_kind kind)
{
    struct frame_text text = clean_text(stack, name, kind);
    stack_push_clean(stack, text.name, text.kind);
}

void stack_push_root(struct frame_list *frames, const struct recorder *recorder, uint32_t first)
{
    uint32_t root[] = {first, recorder->slice};
    for (size_t i = 0; i < sizeof root / sizeof *root; i++)
        if (root[i] != FRAME_GAP)
            frame_list_push(frames, root[i]);
}

static struct frame_list *complete(struct stack *stack, uint32_t first)
{
    struct frame_list *frames = &stack->frames;
    if (frames->count == 0)
        stack_push(stack, span_of("[unknown]"), FRAME_PLAIN);
    stack_settle(stack);
    stack_push_root(frames, stack->recorder, first);
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
    stack_clear(stack);
    return 0;
}

int stack_add_count(struct stack *stack, uint32_t first, int64_t count)
{
    recorder_count(stack->recorder);
    if (count == 0) { /* no line of its own */
        stack_clear(stack);
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
    stack_clear(stack);
    return 1;
}

void stack_drop(struct stack *stack, uint64_t number, const char *why)
{
    if (stack->frames.count == 0)
        return;
    stack_settle(stack);
    const struct frame *leaf = &stack->recorder->profile->frames.frames[stack->frames.ids[0]];
    recorder_unusable(stack->recorder, number, leaf->name, why);
    stack->frames.count = 0;
}
