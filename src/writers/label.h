/* Names and numbers in tables that people read: one line each, cut to a width, and nothing that a
 * terminal could take for a command. */
#ifndef FLAMECTL_LABEL_H
#define FLAMECTL_LABEL_H

#include "flamectl/frame.h"
#include "flamectl/profile.h"
#include "flamectl/sink.h"
#include "flamectl/span.h"

#define LABEL_COLUMNS 200 /* the most */

struct label {
    char text[4 * LABEL_COLUMNS]; /* UTF-8 */
    size_t len;
    unsigned columns; /* as utf8_columns counts */
};

/* As much of a text as fits: the middle of a longer one gives way to "...", since C++ names differ
 * at either end. Wrong bytes become U+FFFD, control characters '?'. 8 columns at least. */
void label_make(struct label *label, struct span text, unsigned columns);

/* The same for a frame, the suffix of its kind included. FRAME_GAP is the root, "all". */
void label_frame(struct label *label, const struct frame_table *frames, uint32_t frame,
                 unsigned columns);

/* Frames of a stack, root first, joined by ';', without suffixes. */
void label_stack(struct label *label, const struct frame_table *frames, const uint32_t *stack,
                 size_t depth, unsigned columns);

/* A weight with its thousands parted. */
#define LABEL_WEIGHT (2 * PROFILE_WEIGHT_TEXT)
const char *label_weight(char *buffer, int64_t weight, int64_t scale);

/* "1 stack", "2 stacks". */
void label_count(struct sink *sink, uint64_t count, const char *noun);

/* What weights count, as a label. */
void label_unit(struct label *label, const struct profile *profile);

#endif
