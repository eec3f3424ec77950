/* What the samples of a pprof profile refer to by id: locations, with their lines, functions and
 * mappings, and the strings that name these. */
#ifndef FLAMECTL_PPROF_TABLES_H
#define FLAMECTL_PPROF_TABLES_H

#include "flamectl/diag.h"
#include "flamectl/frame.h"

struct index;

/* The ids of a table's rows, in order. Most are 1, 2, 3, ...; the index has the others. */
struct pprof_ids {
    uint64_t *ids;
    size_t count, capacity;
    size_t plain; /* so many are 1, 2, 3, ... from the first row on */
    struct index *index;
};

struct pprof_line {
    uint64_t function;
    uint64_t line;
};

struct pprof_location {
    uint64_t mapping, address;
    size_t line, line_count; /* its first one; the innermost function comes first */
    size_t frame;            /* its first one, once it is named */
    bool named;
};

struct pprof_function {
    uint64_t name, system_name; /* strings */
};

struct pprof_tables {
    struct hash_seed seed;
    char *text; /* of all strings */
    size_t text_len, text_capacity;
    size_t *string_end; /* where the text of each string ends */
    size_t string_count, string_capacity;
    struct pprof_ids mapping_ids, location_ids, function_ids;
    uint64_t *mappings; /* the string that names the file */
    size_t mapping_capacity;
    struct pprof_location *locations;
    size_t location_capacity;
    uint32_t *only_frame; /* by location: FRAME_GAP where it is not named, or is several frames */
    size_t only_capacity;
    struct pprof_line *lines;
    size_t line_count, line_capacity;
    struct pprof_function *functions;
    size_t function_capacity;
    uint32_t *frames; /* of named locations */
    size_t frame_count, frame_capacity;
    char *scratch;
    size_t scratch_capacity;
};

/* How frames are named. */
struct pprof_naming {
    bool lines; /* "function:LINE" */
    bool addrs; /* with the address, where there is no function */
};

void pprof_tables_init(struct pprof_tables *tables);
void pprof_tables_free(struct pprof_tables *tables);

/* Take in the messages of a profile; false where one is damaged. A second row with the same id is
 * left out. */
void pprof_tables_string(struct pprof_tables *tables, struct span bytes);
bool pprof_tables_mapping(struct pprof_tables *tables, struct span message);
bool pprof_tables_location(struct pprof_tables *tables, struct span message);
bool pprof_tables_function(struct pprof_tables *tables, struct span message);

/* False where there is no such string. String 0 is empty. */
bool pprof_tables_text(const struct pprof_tables *tables, uint64_t string, struct span *text);

/* Whether every string that a row refers to is there. */
bool pprof_tables_complete(const struct pprof_tables *tables);

/* The frames of the location with this id, leaf first: how many; 0 where there is no such
 * location. They stand until the next call. */
size_t pprof_tables_frames(struct pprof_tables *tables, uint64_t id, struct pprof_naming naming,
                           struct frame_table *table, const uint32_t **frames);

/* The same for most locations, fast: FRAME_GAP where the location must be asked for by pprof_tables_frames. */
static inline uint32_t pprof_tables_frame(const struct pprof_tables *tables, uint64_t id)
{
    return id - 1 < tables->location_ids.plain ? tables->only_frame[id - 1] : FRAME_GAP;
}

#endif
