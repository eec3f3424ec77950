/* Types and constants of a chunk of a flight recording. The lesson: nothing about a value's layout
 * is fixed but what the chunk's own metadata say, and an id means something only in its chunk. */
#include "jfr_chunk.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"

#include "jfr_text.h"

#define MOST_NESTED 16 /* structures within structures */
#define MOST_NUMBERS 100 /* of a value, that are skipped together */
#define METADATA_EVENT 0
#define CONSTANTS_EVENT 1

static const struct role {
    const char *name;
    enum jfr_role role;
} roles[] = {
    {"startTime", JFR_START_TIME},
    {"duration", JFR_DURATION},
    {"sampledThread", JFR_THREAD},
    {"eventThread", JFR_THREAD},
    {"stackTrace", JFR_STACK},
    {"state", JFR_STATE},
    {"samples", JFR_SAMPLES},
    {"objectClass", JFR_CLASS},
    {"monitorClass", JFR_CLASS},
    {"parkedClass", JFR_CLASS},
    {"allocationSize", JFR_ALLOCATION_SIZE},
    {"tlabSize", JFR_TLAB_SIZE},
    {"weight", JFR_WEIGHT},
    {"size", JFR_SIZE},
    {"frames", JFR_FRAMES},
    {"method", JFR_METHOD},
    {"lineNumber", JFR_LINE},
    {"type", JFR_FRAME_TYPE},
};

static const char *const known_names[JFR_KNOWN] = {
    "jdk.types.StackTrace", "jdk.types.Method",    "java.lang.Class",       "jdk.types.Symbol",
    "java.lang.Thread",     "jdk.types.FrameType", "jdk.types.ThreadState", "java.lang.String"};

static const struct primitive {
    const char *name;
    enum jfr_kind kind;
} primitives[] = {
    {"boolean", JFR_BYTE}, {"byte", JFR_BYTE},    {"char", JFR_VARINT}, {"short", JFR_VARINT},
    {"int", JFR_VARINT},   {"long", JFR_VARINT},  {"float", JFR_FLOAT}, {"double", JFR_DOUBLE},
    {"java.lang.String", JFR_STRING},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

uint64_t jfr_varint(struct jfr_cursor *cursor)
{
    uint64_t value = 0;
    if (cursor->at < cursor->end && *cursor->at < 0x80)
        return *cursor->at++;
    for (unsigned shift = 0; cursor->at < cursor->end; shift += 7) {
        uint64_t byte = *cursor->at++;
        if (shift == 56)
            return value | byte << 56;
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    cursor->bad = true;
    return 0;
}

static void skip_bytes(struct jfr_cursor *cursor, uint64_t count)
{
    if (count > (uint64_t)(cursor->end - cursor->at)) {
        cursor->bad = true;
        cursor->at = cursor->end;
    } else {
        cursor->at += count;
    }
}

static uint64_t big_endian(const unsigned char *data, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | data[i];
    return value;
}

/* A place in the chunk, at its end where there is none such. */
static struct jfr_cursor cursor_at(const struct jfr_chunk *chunk, uint64_t at)
{
    struct jfr_cursor cursor = {chunk->data + chunk->size, chunk->data + chunk->size, at >= chunk->size};
    if (!cursor.bad)
        cursor.at = chunk->data + at;
    return cursor;
}

uint32_t jfr_type_find(const struct jfr_chunk *chunk, uint64_t id)
{
    uint64_t hash = hash_pair(chunk->seed, id, 1);
    uint32_t place, at = index_begin(chunk->by_id, hash);
    while ((place = index_next(chunk->by_id, hash, &at)) != INDEX_NONE)
        if (chunk->types[place].id == id)
            return place;
    return JFR_NO_TYPE;
}

/* Of types with the same id, the first is found. */
static void add_type(struct jfr_chunk *chunk, uint64_t id, struct span name)
{
    size_t place = chunk->type_count;
    if (place >= INDEX_NONE - 1)
        memory_exhausted();
    chunk->types = memory_grow(chunk->types, &chunk->type_capacity, place + 1, sizeof *chunk->types);
    struct jfr_type *type = &chunk->types[chunk->type_count++];
    *type = (struct jfr_type){.id = id, .name = name, .kind = JFR_STRUCT, .field = chunk->field_count};
    for (size_t i = 0; i < COUNT(primitives); i++)
        if (span_is(name, primitives[i].name))
            type->kind = primitives[i].kind;
    for (size_t i = 0; i < JFR_KNOWN; i++) {
        if (!span_is(name, known_names[i]) || chunk->known[i] != JFR_NO_TYPE)
            continue;
        chunk->known[i] = (uint32_t)place;
        type->known = true;
    }
    if (jfr_type_find(chunk, id) == JFR_NO_TYPE)
        index_add(chunk->by_id, hash_pair(chunk->seed, id, 1), (uint32_t)place);
}

/* The strings of the metadata, and the attributes of the present element. */
struct metadata {
    struct jfr_chunk *chunk;
    struct jfr_cursor cursor;
    struct span *strings;
    size_t string_count, string_capacity;
    struct span name, id, class_id; /* attributes */
    bool constant, array;
};

static struct span string_at(const struct metadata *metadata, uint64_t place)
{
    return place < metadata->string_count ? metadata->strings[place] : span_make("", 0);
}

static void take_strings(struct metadata *metadata)
{
    uint64_t count = jfr_varint(&metadata->cursor);
    for (; count && !metadata->cursor.bad; count--) {
        metadata->strings = memory_grow(metadata->strings, &metadata->string_capacity,
                                        metadata->string_count + 1, sizeof *metadata->strings);
        metadata->strings[metadata->string_count++] =
            jfr_take_text(&metadata->cursor, &metadata->chunk->texts, NULL);
    }
}

static void take_attributes(struct metadata *metadata)
{
    struct jfr_cursor *cursor = &metadata->cursor;
    metadata->name = metadata->id = metadata->class_id = span_make("", 0);
    metadata->constant = metadata->array = false;
    for (uint64_t count = jfr_varint(cursor); count && !cursor->bad; count--) {
        struct span key = string_at(metadata, jfr_varint(cursor));
        struct span value = string_at(metadata, jfr_varint(cursor));
        if (span_is(key, "name"))
            metadata->name = value;
        else if (span_is(key, "id"))
            metadata->id = value;
        else if (span_is(key, "class"))
            metadata->class_id = value;
        else if (span_is(key, "constantPool"))
            metadata->constant = span_is(value, "true");
        else if (span_is(key, "dimension"))
            metadata->array = span_is(value, "1");
    }
}

static void add_field(struct metadata *metadata)
{
    struct jfr_chunk *chunk = metadata->chunk;
    struct jfr_field field = {.name = metadata->name, .constant = metadata->constant,
                              .array = metadata->array, .type = JFR_NO_TYPE};
    int64_t id = 0;
    if (chunk->type_count == 0)
        return;
    span_to_int64(metadata->class_id, &id);
    field.class_id = (uint64_t)id;
    for (size_t i = 0; i < COUNT(roles); i++)
        if (span_is(field.name, roles[i].name))
            field.role = roles[i].role;
    chunk->fields =
        memory_grow(chunk->fields, &chunk->field_capacity, chunk->field_count + 1, sizeof *chunk->fields);
    chunk->fields[chunk->field_count++] = field;
    chunk->types[chunk->type_count - 1].field_count++;
}

/* element = name attributes number-of-children {element}
 *
 * A class's fields stand between it and the next class; how elements nest says nothing more. */
static void take_elements(struct metadata *metadata)
{
    struct jfr_cursor *cursor = &metadata->cursor;
    int64_t id;
    for (uint64_t left = 1; left && !cursor->bad; left--) {
        struct span what = string_at(metadata, jfr_varint(cursor));
        take_attributes(metadata);
        if (span_is(what, "class") && span_to_int64(metadata->id, &id))
            add_type(metadata->chunk, (uint64_t)id, metadata->name);
        else if (span_is(what, "field"))
            add_field(metadata);
        uint64_t children = jfr_varint(cursor);
        if (children > (uint64_t)(cursor->end - cursor->at))
            cursor->bad = true; /* an element takes more than a byte */
        left += children;
    }
}

/* Judges a type by those that its fields have. Fields that take no byte are taken out, so that going
 * past a value never takes longer than its bytes. */
static bool judge(struct jfr_chunk *chunk, uint32_t place, unsigned depth)
{
    struct jfr_type *type = &chunk->types[place];
    if (type->judgement == JFR_BEING_JUDGED || depth > MOST_NESTED)
        return false;
    if (type->judgement != JFR_NOT_JUDGED)
        return type->judgement == JFR_GOOD;
    type->judgement = JFR_BEING_JUDGED;
    bool good = true;
    size_t kept = 0, numbers = 0, others = 0;
    for (size_t i = 0; type->kind == JFR_STRUCT && i < type->field_count; i++) {
        struct jfr_field field = chunk->fields[type->field + i];
        field.type = jfr_type_find(chunk, field.class_id);
        bool holds = !field.constant;
        if (holds && (field.type == JFR_NO_TYPE || !judge(chunk, field.type, depth + 1))) {
            good = false;
            break;
        }
        const struct jfr_type *held = holds ? &chunk->types[field.type] : NULL;
        if (held && !field.array && held->kind == JFR_STRUCT && !held->field_count)
            continue;
        chunk->fields[type->field + kept++] = field;
        size_t more = field.array ? 0 : held ? held->numbers : 1;
        numbers += more;
        others += more == 0;
    }
    if (good && type->kind == JFR_STRUCT)
        type->field_count = kept;
    type->numbers = type->kind == JFR_VARINT ? 1 : others || numbers > MOST_NUMBERS ? 0 : numbers;
    type->judgement = good ? JFR_GOOD : JFR_BAD;
    return good;
}

static const char *read_metadata(struct jfr_chunk *chunk, uint64_t at)
{
    struct metadata metadata = {.chunk = chunk, .cursor = cursor_at(chunk, at)};
    struct jfr_cursor *cursor = &metadata.cursor;
    jfr_varint(cursor);
    uint64_t type = jfr_varint(cursor);
    jfr_varint(cursor); /* start */
    jfr_varint(cursor); /* duration */
    jfr_varint(cursor); /* id */
    take_strings(&metadata);
    take_elements(&metadata);
    memory_free(metadata.strings);
    if (cursor->bad || type != METADATA_EVENT)
        return "its metadata cannot be read";
    for (size_t i = 0; i < chunk->type_count; i++)
        judge(chunk, (uint32_t)i, 0);
    return NULL;
}

static void skip_type(const struct jfr_chunk *chunk, struct jfr_cursor *cursor, uint32_t place);

static void skip_numbers(struct jfr_cursor *cursor, uint64_t count)
{
    const unsigned char *at = cursor->at, *end = cursor->end;
    unsigned len = 0;
    for (; count && at < end; at++) {
        bool last = *at < 0x80 || ++len == 9;
        len = last ? 0 : len;
        count -= last;
    }
    cursor->at = at;
    cursor->bad = cursor->bad || count;
}

/* As deep as types nest, which judge() bounds. */
static void skip_type(const struct jfr_chunk *chunk, struct jfr_cursor *cursor, uint32_t place)
{
    const struct jfr_type *type = &chunk->types[place];
    switch (type->kind) {
    case JFR_BYTE:
        skip_bytes(cursor, 1);
        break;
    case JFR_VARINT:
        skip_numbers(cursor, 1);
        break;
    case JFR_FLOAT:
        skip_bytes(cursor, 4);
        break;
    case JFR_DOUBLE:
        skip_bytes(cursor, 8);
        break;
    case JFR_STRING:
        jfr_skip_text(cursor);
        break;
    case JFR_STRUCT:
        for (size_t i = 0; i < type->field_count && !cursor->bad; i++)
            jfr_skip(chunk, cursor, &chunk->fields[type->field + i]);
        break;
    }
}

void jfr_skip(const struct jfr_chunk *chunk, struct jfr_cursor *cursor,
              const struct jfr_field *field)
{
    const struct jfr_type *type = field->constant ? NULL : &chunk->types[field->type];
    size_t numbers = type ? type->numbers : 1;
    uint64_t count = field->array ? jfr_varint(cursor) : 1;
    if (type && type->kind == JFR_STRUCT && type->field_count == 0)
        return;
    if (numbers) /* of a byte at least each */
        skip_numbers(cursor, count <= (uint64_t)(cursor->end - cursor->at) ? count * numbers : UINT64_MAX);
    else
        for (; count && !cursor->bad; count--)
            skip_type(chunk, cursor, field->type);
}

bool jfr_is_number(const struct jfr_chunk *chunk, const struct jfr_field *field)
{
    return !field->array && (field->constant || chunk->types[field->type].kind == JFR_VARINT);
}

static const struct jfr_constant *find_constant(const struct jfr_chunk *chunk, uint32_t type, uint64_t id)
{
    uint64_t hash = hash_pair(chunk->seed, id, type);
    uint32_t place, at = index_begin(chunk->by_constant, hash);
    while ((place = index_next(chunk->by_constant, hash, &at)) != INDEX_NONE)
        if (chunk->constants[place].id == id && chunk->constants[place].type == type)
            return &chunk->constants[place];
    return NULL;
}

/* Of constants with the same id, the first counts. */
static void add_constant(struct jfr_chunk *chunk, uint32_t type, uint64_t id, size_t at)
{
    size_t place = chunk->constant_count;
    if (find_constant(chunk, type, id))
        return;
    if (place >= INDEX_NONE - 1)
        memory_exhausted();
    chunk->constants = memory_grow(chunk->constants, &chunk->constant_capacity, place + 1,
                                   sizeof *chunk->constants);
    chunk->constants[chunk->constant_count++] = (struct jfr_constant){id, type, at};
    index_add(chunk->by_constant, hash_pair(chunk->seed, id, type), (uint32_t)place);
}

/* pool = type count {id value} */
static const char *read_pool(struct jfr_chunk *chunk, struct jfr_cursor *cursor)
{
    uint32_t place = jfr_type_find(chunk, jfr_varint(cursor));
    uint64_t count = jfr_varint(cursor);
    if (cursor->bad)
        return "its constants are cut off";
    if (place == JFR_NO_TYPE || chunk->types[place].judgement != JFR_GOOD)
        return "it has constants of a type that it does not describe";
    const struct jfr_type *type = &chunk->types[place];
    bool wanted = type->known && (type->kind != JFR_STRUCT || type->field_count);
    for (; count && !cursor->bad; count--) {
        uint64_t id = jfr_varint(cursor);
        if (wanted)
            add_constant(chunk, place, id, (size_t)(cursor->at - chunk->data));
        skip_type(chunk, cursor, place);
    }
    return cursor->bad ? "its constants are cut off" : NULL;
}

/* constants = size type start duration delta flush number-of-pools {pool}
 *
 * delta leads to the constants before these, 0 to none: always back, and they end where these begin, so
 * that no byte is read twice. */
static const char *read_constants(struct jfr_chunk *chunk, uint64_t at)
{
    uint64_t end = chunk->size;
    for (;;) {
        struct jfr_cursor cursor = cursor_at(chunk, at);
        cursor.end = chunk->data + end;
        jfr_varint(&cursor);
        uint64_t type = jfr_varint(&cursor);
        jfr_varint(&cursor); /* start */
        jfr_varint(&cursor); /* duration */
        uint64_t back = 0 - jfr_varint(&cursor);
        skip_bytes(&cursor, 1);
        uint64_t pools = jfr_varint(&cursor);
        if (cursor.bad || type != CONSTANTS_EVENT)
            return "its constants cannot be read";
        for (; pools; pools--) {
            const char *why = read_pool(chunk, &cursor);
            if (why)
                return why;
        }
        if (back == 0)
            return NULL;
        if (back > at)
            return "its constants lead nowhere";
        end = at;
        at -= back;
    }
}

bool jfr_constant(const struct jfr_chunk *chunk, enum jfr_known known, uint64_t id,
                  struct jfr_cursor *cursor)
{
    uint32_t type = chunk->known[known];
    if (type == JFR_NO_TYPE)
        return false;
    const struct jfr_constant *constant = find_constant(chunk, type, id);
    if (constant)
        *cursor = cursor_at(chunk, constant->at);
    return constant != NULL;
}

/* Goes to a constant's field. */
static const struct jfr_field *find_field(const struct jfr_chunk *chunk, enum jfr_known known,
                                          uint64_t id, const char *name, struct jfr_cursor *cursor)
{
    if (!jfr_constant(chunk, known, id, cursor))
        return NULL;
    const struct jfr_type *type = &chunk->types[chunk->known[known]];
    for (size_t i = 0; i < type->field_count && !cursor->bad; i++) {
        const struct jfr_field *field = &chunk->fields[type->field + i];
        if (span_is(field->name, name))
            return field;
        jfr_skip(chunk, cursor, field);
    }
    return NULL;
}

uint64_t jfr_number(const struct jfr_chunk *chunk, enum jfr_known known, uint64_t id,
                    const char *name)
{
    struct jfr_cursor cursor;
    const struct jfr_field *field = find_field(chunk, known, id, name, &cursor);
    return field && jfr_is_number(chunk, field) ? jfr_varint(&cursor) : 0;
}

struct span jfr_text(struct jfr_chunk *chunk, enum jfr_known known, uint64_t id, const char *name)
{
    struct jfr_cursor cursor;
    const struct jfr_field *field = find_field(chunk, known, id, name, &cursor);
    if (!field || field->array || field->constant || chunk->types[field->type].kind != JFR_STRING)
        return span_make("", 0);
    return jfr_take_text(&cursor, &chunk->texts, chunk);
}

const char *jfr_chunk_init(struct jfr_chunk *chunk, const unsigned char *data, size_t size)
{
    *chunk = (struct jfr_chunk){.data = data, .size = size, .seed = hash_seed_make(),
                                .start = big_endian(data + 32, 8),
                                .start_ticks = big_endian(data + 48, 8),
                                .ticks_per_second = big_endian(data + 56, 8)};
    uint64_t constants = big_endian(data + 16, 8), metadata = big_endian(data + 24, 8);
    arena_init(&chunk->texts);
    chunk->by_id = index_make();
    chunk->by_constant = index_make();
    for (size_t i = 0; i < JFR_KNOWN; i++)
        chunk->known[i] = JFR_NO_TYPE;
    if (!(data[67] & 1))
        return "its numbers are not compressed, as no known recorder writes them";
    if (constants == 0 || metadata == 0)
        return "its recording did not end: it has no constants or metadata";
    const char *why = read_metadata(chunk, metadata);
    return why ? why : read_constants(chunk, constants);
}

void jfr_chunk_free(struct jfr_chunk *chunk)
{
    arena_free(&chunk->texts);
    index_free(chunk->by_id);
    index_free(chunk->by_constant);
    memory_free(chunk->types);
    memory_free(chunk->fields);
    memory_free(chunk->constants);
}
