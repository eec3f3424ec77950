/* Headers that were parsed before. From sample to sample little but the time changes: what stands
 * left of it (process, thread, CPU) and right of it (period, event) comes again, so each is parsed
 * once. */
#ifndef FLAMECTL_PERF_HEADER_MEMO_H
#define FLAMECTL_PERF_HEADER_MEMO_H

#include "flamectl/hash.h"

#include "perf_header.h"

#define HEADER_SIDE 64 /* longer sides are not remembered */

/* Not looked up yet; no frame has this id (FRAME_GAP is the next). */
#define PROCESS_UNKNOWN (UINT32_MAX - 1)

struct header_left {
    size_t len; /* 0: free */
    char text[HEADER_SIDE];
    size_t comm, comm_len; /* where the command name stands */
    int64_t pid, tid;
    bool has_process, has_pid;
    uint32_t process; /* its frame, for the reader to keep */
};

struct header_right {
    size_t len;
    char text[HEADER_SIDE];
    size_t event, event_len;
    int64_t period;
};

/* Places are shared by what hashes alike: the last one stays. */
struct header_memo {
    struct hash_seed seed;
    struct header_left lefts[256];
    struct header_right rights[16];
};

void header_memo_init(struct header_memo *memo, struct hash_seed seed);

/* As perf_header_parse. *process: where the process frame of this header is remembered, or NULL. */
enum perf_line header_memo_parse(struct header_memo *memo, struct span line,
                                 struct perf_header *header, uint32_t **process);

#endif
