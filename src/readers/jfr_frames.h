/* Names of a chunk's stacks, classes and threads. */
#ifndef FLAMECTL_JFR_FRAMES_H
#define FLAMECTL_JFR_FRAMES_H

#include "flamectl/frame.h"

#include "jfr_chunk.h"
#include "jfr_tiers.h"

/* How frames are named. */
struct jfr_naming {
    bool lines;  /* "Class.method:LINE" */
    bool dots;   /* "java.util.List.add" for "java/util/List.add" */
    bool kernel; /* _[k] */
    bool jit;    /* _[j], _[i] */
    bool all;    /* tiers */
};

struct jfr_step {
    uint32_t frame;
    enum jfr_tier tier; /* TIER_NONE, unless all is asked for; then the frame is FRAME_JIT */
};

struct jfr_frames {
    struct jfr_chunk *chunk;
    struct frame_table *table;
    struct jfr_naming naming;
    bool has_kernel; /* natives are functions of C, not methods of Java */
    struct jfr_frame *known;
    size_t known_count, known_capacity;
    struct index *by_frame;
    char *text; /* scratch */
    size_t text_capacity;
    struct jfr_step *stack; /* of the last jfr_frames_stack, leaf first */
    size_t stack_count, stack_capacity;
};

void jfr_frames_init(struct jfr_frames *frames, struct jfr_chunk *chunk, struct frame_table *table,
                     struct jfr_naming naming);
void jfr_frames_free(struct jfr_frames *frames);

/* Decodes a stack into frames->stack; false where there is none of this id. */
bool jfr_frames_stack(struct jfr_frames *frames, uint64_t id);

/* The frame of a method by itself. */
struct jfr_step jfr_frames_method(struct jfr_frames *frames, uint64_t id);

/* The frame for a class: "java.util.HashMap$Node[]", "byte[]". */
uint32_t jfr_frames_class(struct jfr_frames *frames, uint64_t id, enum frame_kind kind);

/* "name", or with its id in the recording "[name tid=1]"; the bytes stand until the next call. */
struct span jfr_frames_thread(struct jfr_frames *frames, uint64_t id, bool with_id);

#endif
