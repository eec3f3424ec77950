/* What a file of trace events holds, once it is read, and how its parts are filed. */
#ifndef FLAMECTL_TRACE_H
#define FLAMECTL_TRACE_H

#include "flamectl/recorder.h"

#include "slices.h"
#include "v8_profile.h"

struct trace_thread {
    struct span pid, tid;   /* as the input has them: numbers, or any texts */
    struct span name;       /* where an event tells it; else empty */
    uint32_t process;       /* index of a thread that has its process's name, or UINT32_MAX */
    uint32_t profile;       /* index of the profile whose id is in place of the thread's, or UINT32_MAX */
    struct slice_list slices;
};

/* A sample with a stack of its own: ph "P", or of the list beside the events. */
struct trace_sample {
    int64_t time, weight;
    uint32_t event; /* frame id of its name */
    uint32_t node;  /* of the stack tree */
    uint32_t thread;
};

/* A part of a V8 profile. */
struct trace_part {
    int64_t time;
    uint32_t thread; /* that is profiled, or UINT32_MAX */
    uint32_t order;
    int64_t first, last; /* microseconds, or 0 where it does not tell when the profile began and ended */
    struct v8_mark begin, end;
};

/* A V8 profile: its parts one behind the other, as they came. */
struct trace_profile {
    struct v8_profile v8;
    struct trace_part *parts;
    size_t count, capacity;
};

struct trace {
    struct recorder *recorder;
    struct frame_table *frames;
    struct arena texts;
    struct trace_thread *threads;
    size_t thread_count, thread_capacity;
    struct index *by_thread;
    uint32_t last_thread;
    struct stack_tree tree; /* of stackFrames */
    struct span *ids;       /* by node of the tree: as the input names it */
    size_t ids_capacity;
    struct index *by_frame_id;
    struct trace_sample *samples;
    size_t sample_count, sample_capacity;
    struct trace_profile *profiles;
    size_t profile_count, profile_capacity;
};

void trace_init(struct trace *trace, struct recorder *recorder);
void trace_free(struct trace *trace);

/* The index of the thread, made where it is not there yet. */
uint32_t trace_thread(struct trace *trace, struct span pid, struct span tid);

/* The node of the stack frame that the input names so. */
uint32_t trace_stack_frame(struct trace *trace, struct span id);

/* Takes a part of the V8 profile of a process that has this id; thread: the one that is profiled, or UINT32_MAX. */
void trace_add_part(struct trace *trace, struct span pid, struct span id, struct v8_profile *part, int64_t time,
                    uint32_t thread);

/* Each 0, or -1 after a message: the slices of the threads, the samples, the V8 profiles (with their idle time, or
 * without). */
int trace_file_slices(struct trace *trace);
int trace_file_samples(struct trace *trace);
int trace_file_profiles(struct trace *trace, bool idle);

#endif
