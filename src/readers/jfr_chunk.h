/* A chunk of a Java Flight Recorder file: its types, as its own metadata describe them, and its
 * constants, found by type and id and decoded when they are asked for. */
#ifndef FLAMECTL_JFR_CHUNK_H
#define FLAMECTL_JFR_CHUNK_H

#include "flamectl/arena.h"
#include "flamectl/hash.h"

struct index;

#define JFR_HEADER 68
#define JFR_NO_TYPE UINT32_MAX

/* A place in a chunk; whatever is read from a bad one is 0. */
struct jfr_cursor {
    const unsigned char *at, *end;
    bool bad;
};

/* Number of 7 bits a byte, lowest first, the top bit says that more follow; a ninth byte has 8. */
uint64_t jfr_varint(struct jfr_cursor *cursor);

enum jfr_kind { JFR_BYTE, JFR_VARINT, JFR_FLOAT, JFR_DOUBLE, JFR_STRING, JFR_STRUCT };

/* Fields that are of use, by name. */
enum jfr_role {
    JFR_UNUSED,
    JFR_START_TIME,
    JFR_DURATION,
    JFR_THREAD,
    JFR_STACK,
    JFR_STATE,
    JFR_SAMPLES,
    JFR_CLASS,
    JFR_ALLOCATION_SIZE,
    JFR_TLAB_SIZE,
    JFR_WEIGHT,
    JFR_SIZE,
    JFR_FRAMES,
    JFR_METHOD,
    JFR_LINE,
    JFR_FRAME_TYPE,
    JFR_ROLES
};

struct jfr_field {
    struct span name;
    uint64_t class_id;
    uint32_t type; /* its place, or JFR_NO_TYPE */
    bool constant; /* the value is an id of a constant */
    bool array;
    enum jfr_role role;
};

/* Whether it can be skipped: what it holds is known, and holds itself nowhere. */
enum jfr_judgement { JFR_NOT_JUDGED, JFR_BEING_JUDGED, JFR_GOOD, JFR_BAD };

struct jfr_type {
    uint64_t id;
    struct span name;
    enum jfr_kind kind;
    size_t field, field_count;
    size_t numbers; /* that a value is, and nothing else; 0: it has other parts, too */
    enum jfr_judgement judgement;
    bool known;
};

/* Types whose constants are of use. */
enum jfr_known {
    JFR_STACK_TRACES,
    JFR_METHODS,
    JFR_CLASSES,
    JFR_SYMBOLS,
    JFR_THREADS,
    JFR_FRAME_TYPES,
    JFR_STATES,
    JFR_STRINGS,
    JFR_KNOWN
};

struct jfr_constant {
    uint64_t id;
    uint32_t type;
    size_t at;
};

struct jfr_chunk {
    const unsigned char *data;
    size_t size;
    uint64_t start, start_ticks, ticks_per_second; /* start in ns since 1970 */
    struct arena texts;
    struct hash_seed seed;
    struct jfr_type *types;
    size_t type_count, type_capacity;
    struct jfr_field *fields;
    size_t field_count, field_capacity;
    struct index *by_id; /* of a type */
    uint32_t known[JFR_KNOWN];
    struct jfr_constant *constants;
    size_t constant_count, constant_capacity;
    struct index *by_constant;
};

/* Reads metadata and constants of a whole chunk: NULL, or what is wrong with it. jfr_chunk_free is
 * due in any case. */
const char *jfr_chunk_init(struct jfr_chunk *chunk, const unsigned char *data, size_t size);
void jfr_chunk_free(struct jfr_chunk *chunk);

/* The place of the type with this id, or JFR_NO_TYPE. */
uint32_t jfr_type_find(const struct jfr_chunk *chunk, uint64_t id);

/* Goes past a field's value. */
void jfr_skip(const struct jfr_chunk *chunk, struct jfr_cursor *cursor,
              const struct jfr_field *field);

/* Whether the field's value is one number, or an id. */
bool jfr_is_number(const struct jfr_chunk *chunk, const struct jfr_field *field);

/* The value of a constant; false where there is none. */
bool jfr_constant(const struct jfr_chunk *chunk, enum jfr_known known, uint64_t id,
                  struct jfr_cursor *cursor);

/* A constant's field of this name, as a number or an id; 0 where there is none. */
uint64_t jfr_number(const struct jfr_chunk *chunk, enum jfr_known known, uint64_t id,
                    const char *name);

/* A constant's field of this name, as text; empty where there is none. */
struct span jfr_text(struct jfr_chunk *chunk, enum jfr_known known, uint64_t id, const char *name);

#endif
