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
    uint32_t profile; /* index of a thread whose tid is the profile's id */
    uint32_t thread;  /* that is profiled, or UINT32_MAX */
    uint32_t order;
    struct v8_profile v8;
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
    struct trace_part *parts;
    size_t part_count, part_capacity;
};

void trace_init(struct trace *trace, struct recorder *recorder);
void trace_free(struct trace *trace);

/* The index of the thread, made where it is not there yet. */
uint32_t trace_thread(struct trace *trace, struct span pid, struct span tid);

/* The node of the stack frame that the input names so. */
uint32_t trace_stack_frame(struct trace *trace, struct span id);

/* Tells who a sample is of. */
void trace_tell_thread(const struct trace *trace, uint32_t thread, struct sample *sample);

/* Each 0, or -1 after a message: the slices of the threads, the samples, the V8 profiles (with their idle time, or
 * without). */
int trace_file_slices(struct trace *trace);
int trace_file_samples(struct trace *trace);
int trace_file_profiles(struct trace *trace, bool idle);

#endif
