/* The profiles of V8's profilers, as files of their own and in traces. */
#ifndef FLAMECTL_V8_PROFILE_H
#define FLAMECTL_V8_PROFILE_H

#include "flamectl/buffer.h"
#include "flamectl/json_read.h"
#include "flamectl/recorder.h"

#include "number_list.h"
#include "stack_tree.h"

struct v8_node {
    int64_t id;
    int64_t weight; /* hitCount or selfSize */
    bool named;
    bool known; /* has an id */
};

/* A parent and a child, one of which is told by its id: they find each other when all are read. */
struct v8_edge {
    uint32_t node;
    bool parent; /* the node is the parent, the id the child's; else the other way round */
    int64_t id;
};

/* A place in a profile that is being read: what came before it. All zeros at its beginning. */
struct v8_mark {
    uint32_t nodes;
    size_t edges;
    struct number_cursor samples, deltas;
};

struct v8_profile {
    struct frame_table *frames;
    struct stack_tree tree;
    struct v8_node *nodes; /* beside the tree's */
    size_t nodes_capacity;
    struct v8_edge *edges;
    size_t edge_count, edge_capacity;
    struct index *by_id; /* nodes by their ids, once all are read; NULL before */
    uint32_t *by_small_id; /* the same by ids below small_ids, which most are */
    size_t small_ids;
    uint32_t idle; /* the frame of time in which nothing runs; FRAME_GAP where there is none */
    struct number_list samples;    /* node ids */
    struct number_list deltas;     /* microseconds from the sample before; of the first, from the start */
    struct number_list timestamps; /* microseconds: instead of deltas, in old profiles */
    bool started;                  /* the start is told */
    int64_t start, end;            /* microseconds; end may be before the last sample where it is not known */
    struct v8_filing *filing;      /* of samples while they are read; NULL: when all are */
    struct buffer function, url;     /* of the node being read */
    int64_t line;
};

void v8_profile_init(struct v8_profile *v8, struct frame_table *frames);
void v8_profile_free(struct v8_profile *v8);

/* Reads an input that is such a profile, and files its samples (idle time is left out unless `idle`), or each node's
 * own weight, of which no samples are known. 0, or -1 after a message. */
int v8_profile_read(struct source *source, struct recorder *recorder, bool idle);
int v8_profile_read_weights(struct source *source, struct recorder *recorder);

/* The members of a profile that this knows: the key came last. Whatever else is skipped. */
void v8_profile_member(struct v8_profile *v8, struct json *json);

/* Forgets what is in it, and keeps the room. */
void v8_profile_clear(struct v8_profile *v8);

/* Whether there is anything in it. */
bool v8_profile_is_empty(const struct v8_profile *v8);

/* How much of it there is by now. */
struct v8_mark v8_profile_mark(const struct v8_profile *v8);

/* Adds what came between two marks to another profile of the same frames, all but the times of its beginning and
 * end. */
void v8_profile_append(struct v8_profile *v8, const struct v8_profile *from, struct v8_mark begin,
                       struct v8_mark end);

#endif
