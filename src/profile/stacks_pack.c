/* Packing sorted stacks into runs. */
#include "stacks_pack.h"

#include "flamectl/memory.h"

/* The stack packed last. */
struct packing {
    struct stacks *stacks;
    struct span text;
    struct packed_stack last;
    size_t *end; /* of each of its frames in the text */
    size_t end_capacity;
};

#define VARINT_MOST 10

/* Packed stacks take at most one of so many bytes of text and rows, where names are not short. */
#define PACKED_USUALLY 5

static void put(struct stack_run *run, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        run->bytes[run->len++] = (unsigned char)(value | 0x80);
    run->bytes[run->len++] = (unsigned char)value;
}

/* How many of the last stack's frames begin this one, too. */
static size_t shared_frames(const struct packing *packing, struct span text)
{
    size_t common = span_common(text, packing->text);
    size_t shared = text.len ? packing->last.depth : 0; /* no text is the root, not a frame */
    while (shared && packing->end[shared - 1] > common)
        shared--;
    bool longer = shared && packing->end[shared - 1] == common && common < text.len && text.data[common] != ';';
    return shared - longer;
}

/* text = [frame {";" frame}] */
static void parse(struct packing *packing, struct span text)
{
    struct packed_stack *stack = &packing->last;
    size_t depth = shared_frames(packing, text), at = depth ? packing->end[depth - 1] + 1 : 0;
    while (at < text.len) {
        struct span rest = span_skip(text, at), name = span_before(rest, ';');
        stack->frames = memory_grow(stack->frames, &stack->capacity, depth + 1, sizeof *stack->frames);
        packing->end = memory_grow(packing->end, &packing->end_capacity, depth + 1, sizeof *packing->end);
        stack->frames[depth] = frame_intern(&packing->stacks->frames, name, FRAME_PLAIN);
        packing->end[depth++] = at + name.len;
        at += name.len + 1;
    }
    stack->depth = depth;
    packing->text = text;
}

void run_add(struct stack_run *run, const struct packed_stack *stack, const int64_t *weights)
{
    size_t numbers = 1 + stack->depth + run->columns;
    run->bytes = memory_grow(run->bytes, &run->capacity, run->len + numbers * VARINT_MOST, 1);
    put(run, stack->depth);
    for (size_t d = 0; d < stack->depth; d++)
        put(run, stack->frames[d]);
    for (size_t c = 0; c < run->columns; c++)
        put(run, (uint64_t)weights[c]);
    run->count++;
}

void stacks_pack(struct stacks *stacks)
{
    struct packing packing = {.stacks = stacks};
    struct stack_run run = {.columns = stacks->columns, .factor = 1};
    run.bytes = memory_grow(NULL, &run.capacity, stacks->bytes / PACKED_USUALLY, 1);
    for (uint32_t row = 0; row < stacks->count; row++) {
        parse(&packing, stacks->text[row]);
        run_add(&run, &packing.last, stacks->weight + (size_t)row * stacks->columns);
    }
    memory_free(packing.end);
    memory_free(packing.last.frames);
    if (run.len)
        stacks_add_run(stacks, run);
    else
        memory_free(run.bytes);
}

void packed_frames(const unsigned char **at, const uint32_t *map, struct packed_stack *stack)
{
    stack->depth = packed_number(at);
    stack->frames =
        memory_grow(stack->frames, &stack->capacity, stack->depth, sizeof *stack->frames);
    for (size_t d = 0; d < stack->depth; d++)
        stack->frames[d] = map[packed_number(at)];
}
