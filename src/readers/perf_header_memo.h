/* Headers that were parsed before. From sample to sample little but the time changes, the period, and the frame where
 * one stands on the line: what else there is (process, thread, CPU, event) comes again, and is parsed once. */
#ifndef FLAMECTL_PERF_HEADER_MEMO_H
#define FLAMECTL_PERF_HEADER_MEMO_H

#include "flamectl/hash.h"

#include "perf_header.h"

#define HEADER_KEY 96 /* longer ones are not remembered */

/* Not looked up yet; no frame has this id (FRAME_GAP is the next). */
#define PROCESS_UNKNOWN (UINT32_MAX - 1)

/* All that a header depends on, but the digits of its time and period. */
struct header_key {
    size_t len; /* 0: none */
    char bytes[HEADER_KEY];
};

struct known_header {
    struct header_key key;
    struct perf_header header;
    size_t comm, event; /* how far behind the line's beginning, and before the frame or the line's end */
    uint32_t process;   /* its frame, for the reader to keep */
};

struct header_memo {
    struct hash_seed seed;
    struct header_key key;      /* of the line looked for last */
    struct known_header *known; /* places are shared by what hashes alike: the last one stays */
};

void header_memo_init(struct header_memo *memo, struct hash_seed seed);
void header_memo_free(struct header_memo *memo);

/* What is known of a header, or NULL. Here and below its frame must be apart (perf_header_is_apart), if there is
 * one. */
struct known_header *header_memo_find(struct header_memo *memo, const struct perf_parts *parts,
                                      struct perf_header *header);

/* Remembers one that was looked for, not found and parsed; NULL where it is of a kind that is not remembered. */
struct known_header *header_memo_keep(struct header_memo *memo, const struct perf_parts *parts,
                                      const struct perf_header *header);

#endif
