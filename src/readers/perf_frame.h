/* Frame lines of `perf script` text: splitting them, and making frames of them. */
#ifndef FLAMECTL_PERF_FRAME_H
#define FLAMECTL_PERF_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flamectl/frame.h"
#include "flamectl/span.h"

#include "frame_list.h"

/* perf prints an address as %16lx. */
#define ADDRESS_COLUMNS 16

/* The parts of a frame line; spans point into it. */
struct perf_frame {
    struct span ip;     /* hexadecimal, as printed */
    struct span symbol; /* empty where there is none */
    struct span dso;    /* the program or library, or data is NULL where the line names none */
};

/* False where the line is no frame. */
bool perf_frame_split(struct span line, struct perf_frame *frame);

/* Makes frames of frame lines. The owner sets the first four fields. */
struct perf_cleaner {
    struct frame_table *frames;
    bool kernel; /* mark kernel frames */
    bool jit;    /* mark frames of JIT compilers */
    bool addrs;  /* name the address where there is no symbol */
    char *text;  /* scratch */
    size_t capacity;
};

void perf_cleaner_free(struct perf_cleaner *cleaner);

/* Adds a line's frames to the list, leaf first: one as a rule, several where a JIT compiler wrote inlined calls
 * as "caller->callee", none for a mere process name. `java`: the thread says it is of a Java
 * program. */
void perf_frame_clean(struct perf_cleaner *cleaner, const struct perf_frame *frame, bool java,
                      struct frame_list *list);

/* The frame with a source line appended: "parse" and "  parse.c:12" are parse:parse.c:12. */
uint32_t perf_frame_add_source(struct perf_cleaner *cleaner, uint32_t id, struct span source);

#endif
