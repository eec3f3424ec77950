/* Names in flight recordings. Classes are stored as the class file has them ("java/util/List"), but
 * hidden ones with dots; both are left as they are, unless dots are asked for. */
#include "jfr_frames.h"

#include <stdio.h>

#include "flamectl/index.h"
#include "flamectl/memory.h"

/* A frame that was named. */
struct jfr_frame {
    uint64_t method, type, line;
    struct jfr_step step;
};

/* Whether the chunk tells kernel frames apart, as async-profiler does and the JDK does not. */
static bool has_kernel_type(struct jfr_chunk *chunk)
{
    for (size_t i = 0; i < chunk->constant_count; i++)
        if (chunk->constants[i].type == chunk->known[JFR_FRAME_TYPES] &&
            span_is(jfr_text(chunk, JFR_FRAME_TYPES, chunk->constants[i].id, "description"), "Kernel"))
            return true;
    return false;
}

void jfr_frames_init(struct jfr_frames *frames, struct jfr_chunk *chunk, struct frame_table *table,
                     struct jfr_naming naming)
{
    *frames = (struct jfr_frames){.chunk = chunk, .table = table, .naming = naming,
                                  .by_frame = index_make(), .has_kernel = has_kernel_type(chunk)};
}

void jfr_frames_free(struct jfr_frames *frames)
{
    index_free(frames->by_frame);
    memory_free(frames->known);
    memory_free(frames->text);
    memory_free(frames->stack);
}

static struct span symbol(struct jfr_frames *frames, uint64_t id)
{
    return jfr_text(frames->chunk, JFR_SYMBOLS, id, "string");
}

/* Appends to the scratch text of `len` bytes. */
static size_t append(struct jfr_frames *frames, size_t len, struct span more)
{
    frames->text = memory_grow(frames->text, &frames->text_capacity, len + more.len + 1, 1);
    if (more.len)
        memcpy(frames->text + len, more.data, more.len);
    return len + more.len;
}

static void slashes_to_dots(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '/')
            text[i] = '.';
}

static bool is_native(struct jfr_frames *frames, struct span type)
{
    return span_is(type, "C++") || span_is(type, "Kernel") ||
           (span_is(type, "Native") && frames->has_kernel);
}

static enum jfr_tier tier_of(struct span type)
{
    static const struct {
        const char *name;
        enum jfr_tier tier;
    } tiers[] = {{"JIT compiled", TIER_JIT}, {"Inlined", TIER_INLINED}, {"C1 compiled", TIER_C1},
                 {"Interpreted", TIER_INTERPRETED}};
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++)
        if (span_is(type, tiers[i].name))
            return tiers[i].tier;
    return TIER_NONE;
}

static enum frame_kind kind_of(struct jfr_naming naming, struct span type)
{
    enum jfr_tier tier = tier_of(type);
    if (span_is(type, "Kernel") && (naming.kernel || naming.all))
        return FRAME_KERNEL;
    if (naming.all)
        return tier ? FRAME_JIT : FRAME_PLAIN;
    if (!naming.jit)
        return FRAME_PLAIN;
    return tier == TIER_JIT ? FRAME_JIT : tier == TIER_INLINED ? FRAME_INLINED : FRAME_PLAIN;
}

/* [class "."] method [":" line] */
static struct jfr_step name_frame(struct jfr_frames *frames, uint64_t method, uint64_t type_id, int64_t line)
{
    struct jfr_chunk *chunk = frames->chunk;
    struct span type = jfr_text(chunk, JFR_FRAME_TYPES, type_id, "description");
    struct span name = symbol(frames, jfr_number(chunk, JFR_METHODS, method, "name"));
    uint64_t class_id = jfr_number(chunk, JFR_METHODS, method, "type");
    size_t len = 0;
    if (!is_native(frames, type)) {
        len = append(frames, 0, symbol(frames, jfr_number(chunk, JFR_CLASSES, class_id, "name")));
        if (frames->naming.dots)
            slashes_to_dots(frames->text, len);
        if (len && name.len)
            len = append(frames, len, span_of("."));
    }
    len = append(frames, len, name.len || len ? name : span_of("unknown"));
    if (frames->naming.lines && line > 0) {
        char digits[24];
        snprintf(digits, sizeof digits, ":%lld", (long long)line);
        len = append(frames, len, span_of(digits));
    }
    uint32_t frame = frame_intern_clean(frames->table, span_make(frames->text, len),
                                        kind_of(frames->naming, type));
    return (struct jfr_step){frame, frames->naming.all ? tier_of(type) : TIER_NONE};
}

static struct jfr_step find_frame(struct jfr_frames *frames, uint64_t method, uint64_t type, uint64_t line)
{
    if (!frames->naming.lines)
        line = 0;
    struct hash_seed seed = frames->chunk->seed;
    uint64_t hash = hash_pair(seed, hash_pair(seed, method, type), line);
    uint32_t place, at = index_begin(frames->by_frame, hash);
    while ((place = index_next(frames->by_frame, hash, &at)) != INDEX_NONE) {
        const struct jfr_frame *known = &frames->known[place];
        if (known->method == method && known->type == type && known->line == line)
            return known->step;
    }
    place = (uint32_t)frames->known_count;
    if (place == INDEX_NONE - 1)
        memory_exhausted();
    frames->known = memory_grow(frames->known, &frames->known_capacity, frames->known_count + 1,
                                sizeof *frames->known);
    struct jfr_step step = name_frame(frames, method, type, (int32_t)(uint32_t)line);
    frames->known[frames->known_count++] = (struct jfr_frame){method, type, line, step};
    index_add(frames->by_frame, hash, place);
    return step;
}

static void push(struct jfr_frames *frames, struct jfr_step step)
{
    frames->stack = memory_grow(frames->stack, &frames->stack_capacity, frames->stack_count + 1,
                                sizeof *frames->stack);
    frames->stack[frames->stack_count++] = step;
}

static void push_frame(struct jfr_frames *frames, struct jfr_cursor *cursor,
                       const struct jfr_type *type)
{
    const struct jfr_chunk *chunk = frames->chunk;
    uint64_t number[JFR_ROLES] = {0};
    for (size_t i = 0; i < type->field_count && !cursor->bad; i++) {
        const struct jfr_field *field = &chunk->fields[type->field + i];
        if (field->role && jfr_is_number(chunk, field))
            number[field->role] = jfr_varint(cursor);
        else
            jfr_skip(chunk, cursor, field);
    }
    if (!cursor->bad)
        push(frames, find_frame(frames, number[JFR_METHOD], number[JFR_FRAME_TYPE], number[JFR_LINE]));
}

bool jfr_frames_stack(struct jfr_frames *frames, uint64_t id)
{
    const struct jfr_chunk *chunk = frames->chunk;
    struct jfr_cursor cursor;
    frames->stack_count = 0;
    if (!jfr_constant(chunk, JFR_STACK_TRACES, id, &cursor))
        return false;
    const struct jfr_type *trace = &chunk->types[chunk->known[JFR_STACK_TRACES]];
    for (size_t i = 0; i < trace->field_count && !cursor.bad; i++) {
        const struct jfr_field *field = &chunk->fields[trace->field + i];
        if (field->role != JFR_FRAMES || !field->array || field->constant ||
            chunk->types[field->type].kind != JFR_STRUCT) {
            jfr_skip(chunk, &cursor, field);
            continue;
        }
        const struct jfr_type *frame = &chunk->types[field->type];
        uint64_t count = jfr_varint(&cursor);
        for (; count && frame->field_count && !cursor.bad; count--)
            push_frame(frames, &cursor, frame);
    }
    return true;
}

struct jfr_step jfr_frames_method(struct jfr_frames *frames, uint64_t id)
{
    return find_frame(frames, id, 0, 0);
}

/* class = {"["} (letter of a primitive | "L" name ";" | name) */
uint32_t jfr_frames_class(struct jfr_frames *frames, uint64_t id, enum frame_kind kind)
{
    static const struct {
        char letter;
        const char *name;
    } primitives[] = {{'B', "byte"}, {'C', "char"},  {'D', "double"}, {'F', "float"},
                      {'I', "int"},  {'J', "long"},  {'S', "short"},  {'Z', "boolean"}};
    struct span name = symbol(frames, jfr_number(frames->chunk, JFR_CLASSES, id, "name"));
    size_t arrays = 0;
    while (arrays < name.len && name.data[arrays] == '[')
        arrays++;
    name = span_skip(name, arrays);
    if (arrays && name.len > 2 && name.data[0] == 'L' && span_ends(name, ";"))
        name = span_make(name.data + 1, name.len - 2);
    for (size_t i = 0; arrays && name.len == 1 && i < sizeof primitives / sizeof *primitives; i++)
        if (name.data[0] == primitives[i].letter) {
            name = span_of(primitives[i].name);
            break;
        }
    size_t len = append(frames, 0, name.len ? name : span_of("unknown"));
    slashes_to_dots(frames->text, len);
    for (; arrays; arrays--)
        len = append(frames, len, span_of("[]"));
    return frame_intern_clean(frames->table, span_make(frames->text, len), kind);
}

struct span jfr_frames_thread(struct jfr_frames *frames, uint64_t id, bool with_id)
{
    struct jfr_chunk *chunk = frames->chunk;
    struct span name = jfr_text(chunk, JFR_THREADS, id, "javaName");
    char text[40] = "";
    if (name.len == 0)
        name = jfr_text(chunk, JFR_THREADS, id, "osName");
    with_id = with_id && !span_starts(name, "["); /* async-profiler's "[tid=7]" for a thread without a name */
    if (with_id)
        snprintf(text, sizeof text, "%stid=%llu]", name.len ? " " : "", (unsigned long long)id);
    size_t len = append(frames, 0, span_of(with_id ? "[" : ""));
    len = append(frames, len, name.len || with_id ? name : span_of("unknown"));
    len = append(frames, len, span_of(text));
    for (size_t i = 0; i < len; i++)
        if (frames->text[i] == ';' || frames->text[i] == '\n')
            frames->text[i] = frames->text[i] == ';' ? ':' : ' ';
    return span_make(frames->text, len);
}
