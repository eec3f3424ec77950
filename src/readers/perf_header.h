/* The header line of a sample in `perf script` text. */
#ifndef FLAMECTL_PERF_HEADER_H
#define FLAMECTL_PERF_HEADER_H

#include <stdbool.h>

#include "flamectl/recorder.h"
#include "flamectl/span.h"

#include "perf_frame.h"

/* A command name is no longer than this (TASK_COMM_LEN of Linux, less the NUL). */
#define COMM_LENGTH 15

/* What a header line says; spans point into the line. */
struct perf_header {
    struct sample sample;
    bool has_thread;  /* a thread id is printed */
    bool period_fits; /* false: the period is larger than a weight can be */
    size_t time_end;  /* behind its time stamp's ':', or 0 */
    struct span period; /* as printed; empty where there is none */
    struct span rest; /* what follows the event: nothing, a frame, a tracepoint's fields, numbers */
};

enum perf_line {
    PERF_OTHER, /* no header */
    PERF_SAMPLE,
    PERF_RECORD /* PERF_RECORD_MMAP and the like: no sample, and no frames follow */
};

/* A header with a time stamp, an event name, or a frame. */
enum perf_line perf_header_parse(struct span line, struct perf_header *header);

/* The events that a PERF_RECORD line says were lost; 0 where it says nothing of that. */
uint64_t perf_record_lost(struct span line);

/* A line as it would be parted if it were a header: by the first place that looks like a time stamp, by what looks like
 * a period before the event or the frame, and by the first that looks like a frame's address, padded as perf pads them.
 */
#define PERF_TEXTS 3
struct perf_parts {
    struct span text[PERF_TEXTS]; /* what stands around time and period, up to the frame */
    size_t time_end;              /* behind the time stamp's ':', or 0 */
    int64_t time;
    struct span period;   /* empty where there is none */
    struct span frame;    /* to the line's end; empty, there, where there is none */
    size_t address_width; /* with the blanks before it, or 0 */
};

struct perf_parts perf_header_parts(struct span line);

/* Whether such a frame says nothing of what stands before it, but whether it ends in a program or library: the
 * header is the same before any other one whose address is as wide. */
bool perf_header_is_apart(struct span frame);

/* A header with none of them: a command name, a thread id and perhaps a period, as many other lines have too. */
bool perf_header_parse_bare(struct span line, struct perf_header *header);

/* A header without a thread, which is anything that is short enough: only for lines that cannot be else. */
bool perf_header_parse_short(struct span line, struct perf_header *header);

/* A sample that is nothing but its frame (-F ip,sym without call chains). Lines of chains look so, too, where
 * something turned their TAB into a blank. */
bool perf_header_is_lone(struct span line);

/* A header of nothing but numbers (-F tid,period,ip,sym with call chains), which looks like a frame. */
bool perf_header_is_numbers(struct span line);

/* The frame that stands on the header line of a sample without a call chain. */
bool perf_header_frame(const struct perf_header *header, struct perf_frame *frame);

#endif
