/* What a speedscope file holds, between being read and being filed. */
#ifndef FLAMECTL_SPEEDSCOPE_PARTS_H
#define FLAMECTL_SPEEDSCOPE_PARTS_H

#include "flamectl/buffer.h"
#include "flamectl/json_read.h"
#include "flamectl/recorder.h"

#include "line_memo.h"
#include "number_list.h"
#include "slices.h"

/* What the format calls a unit; how many nanoseconds it has, or 0; and what the weights count. */
struct speedscope_unit {
    const char *name;
    int64_t nanoseconds;
    struct slice_unit shown;
};

/* Numbers as they are read, before their unit is known: integers in units of 10^-places. */
struct amounts {
    struct number_list numbers, places;
};

struct amount {
    int64_t number, places;
};

/* A distinct stack. */
struct speedscope_stack {
    size_t from; /* its frames among all of them */
    size_t count;
    uint32_t first, slice, place, turn; /* where it was filed last: under which frames; PROFILE_NONE: nowhere */
};

/* A profile of the file. */
struct speedscope_part {
    struct buffer name;
    const struct speedscope_unit *unit;
    struct amount start, end;
    struct number_list stacks; /* sampled: their places among the distinct ones */
    struct number_list events; /* evented: frame * 2, and 1 more for the end */
    struct amounts amounts;    /* weights of the samples, or times of the events */
};

struct speedscope {
    struct json json;
    struct recorder *recorder;
    struct speedscope_stack *stacks;
    size_t stack_count, stack_capacity;
    struct frame_list members; /* of the stacks: numbers of frames, root first; ids, leaf first, when all is read */
    struct index *by_members;
    struct hash_seed seed;
    struct line_memo known; /* texts of stacks, and their places instead of frames */
    struct frame_list found; /* there; later those of a stack that is filed */
    uint32_t *frames; /* by number: frame id, FRAME_GAP for one without a name */
    size_t frame_count, frame_capacity;
    struct speedscope_part *parts;
    size_t part_count, part_capacity;
};

/* Files all parts. 0, or -1 after a message where a sum would overflow. */
int speedscope_file(struct speedscope *reading);

#endif
