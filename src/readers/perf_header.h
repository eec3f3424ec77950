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
    size_t time_end;  /* behind its time stamp's ':', where no other place could be it; else 0 */
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

/* The first place of a line that looks like a time stamp: where it starts, and where what follows its
 * ':' does. */
bool perf_header_time(struct span line, size_t *start, size_t *end, int64_t *time);

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
