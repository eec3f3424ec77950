/* A pprof profile being read, from its protocol buffer or from text that says the same: messages go in,
 * in any order, and when all are there the stacks are filed. */
#ifndef FLAMECTL_PPROF_READING_H
#define FLAMECTL_PPROF_READING_H

#include "flamectl/buffer.h"
#include "flamectl/protobuf.h"
#include "flamectl/reader.h"

#include "frame_list.h"
#include "pprof_drop.h"
#include "pprof_stacks.h"
#include "pprof_tables.h"

struct pprof_options {
    const char *value;
    struct option_list labels;
    int drop_frames, lines, addrs;
};

/* Fields of a profile. */
enum pprof_field {
    PPROF_SAMPLE_TYPE = 1,
    PPROF_SAMPLE,
    PPROF_MAPPING,
    PPROF_LOCATION,
    PPROF_FUNCTION,
    PPROF_STRING,
    PPROF_DROP_FRAMES,
    PPROF_KEEP_FRAMES,
    PPROF_PERIOD_TYPE = 11,
    PPROF_COMMENT = 13,
    PPROF_DEFAULT_SAMPLE_TYPE = 14,
    PPROF_LAST = 16 /* what newer versions may add */
};

/* A string's number for each. */
struct pprof_value_type {
    uint64_t type, unit;
};

/* The file being read. */
struct pprof_reading {
    struct recorder *recorder;
    const struct pprof_options *options;
    struct pprof_tables tables;
    struct pprof_stacks stacks;
    struct pprof_drop drop;
    struct pprof_value_type *types;
    size_t type_count, type_capacity;
    size_t counts; /* which of the values is the number of samples; SIZE_MAX: none */
    uint64_t drop_frames, keep_frames, default_type; /* strings */
    uint64_t at;                                     /* bytes taken */
    struct frame_list frames;                        /* of the present stack, leaf first */
    uint64_t locations, inlined;                     /* of the stacks filed: frames beyond one a location */
    struct buffer text; /* of a label's frame */
};

void pprof_reading_init(struct pprof_reading *reading, struct recorder *recorder,
                        const struct pprof_options *options);
void pprof_reading_free(struct pprof_reading *reading);

/* Whether the field is of the right kind, where its number is one that is known; and is a message. */
bool pprof_fits(const struct protobuf_field *field);
bool pprof_is_message(uint32_t number);

/* Tells that the profile cannot be read: -1. */
int pprof_damaged(const struct pprof_reading *reading, const char *what);

/* Takes in a field of the profile: 0, or -1 after a message. */
int pprof_take_field(struct pprof_reading *reading, const struct protobuf_field *field);

/* Files all stacks, when all fields are taken in: 0, or -1 after a message. */
int pprof_file_stacks(struct pprof_reading *reading);

#endif
