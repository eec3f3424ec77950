/* What a speedscope file holds, between being read and being filed. */
#ifndef FLAMECTL_SPEEDSCOPE_PARTS_H
#define FLAMECTL_SPEEDSCOPE_PARTS_H

#include "flamectl/buffer.h"
#include "flamectl/json_read.h"
#include "flamectl/recorder.h"

#include "line_memo.h"
#include "number_list.h"
#include "slices.h"
#include "stack_tree.h"

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

/* A profile of the file. */
struct speedscope_part {
    struct buffer name;
    const struct speedscope_unit *unit;
    struct amount start, end;
    struct number_list stacks; /* sampled: nodes of the tree */
    struct number_list events; /* evented: frame * 2, and 1 more for the end */
    struct amounts amounts;    /* weights of the samples, or times of the events */
};

struct speedscope {
    struct json json;
    struct recorder *recorder;
    struct profile stacks; /* a tree of frame numbers */
    struct line_memo known; /* texts of stacks, and their nodes of this tree instead of frames */
    struct frame_list node; /* found there */
    struct stack_tree tree;
    uint32_t *frames; /* by number: frame id, FRAME_GAP for one without a name */
    size_t frame_count, frame_capacity;
    struct speedscope_part *parts;
    size_t part_count, part_capacity;
};

/* Files all parts. 0, or -1 after a message where a sum would overflow. */
int speedscope_file(struct speedscope *reading);

#endif
