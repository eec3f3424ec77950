/* Messages for people, on stderr: "flamectl: [FILE:LINE: ]text". Whatever the text holds, one
 * message is one line, and bytes that could command a terminal are shown as '?'. */
#ifndef FLAMECTL_DIAG_H
#define FLAMECTL_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/span.h"

struct diag {
    const char *program; /* stands before each message */
    bool quiet;          /* leaves out warnings and notes, never errors */
    uint64_t errors;     /* errors told so far */
};

#if defined(__GNUC__)
#define DIAG_FORMAT(text, rest) __attribute__((format(printf, text, rest)))
#else
#define DIAG_FORMAT(text, rest)
#endif

void diag_init(struct diag *diag, const char *program);

/* This input, output or call cannot be used. file may be NULL, line 0 means none. */
void diag_error(struct diag *diag, const char *file, uint64_t line, const char *format, ...)
    DIAG_FORMAT(4, 5);

/* Something was skipped, and the work goes on. */
void diag_warn(struct diag *diag, const char *file, uint64_t line, const char *format, ...)
    DIAG_FORMAT(4, 5);

/* Something worth knowing. */
void diag_note(struct diag *diag, const char *format, ...) DIAG_FORMAT(2, 3);

/* For "%.*s": the length of an excerpt of s that fits a message. */
int diag_excerpt(struct span s);

#endif
