/* A sink is where output bytes go: standard output, a device or pipe, or a file that appears under
 * its name only when it is complete (a temporary file beside it, renamed by sink_close). A write
 * error sticks and is told once, at close. */
#ifndef FLAMECTL_SINK_H
#define FLAMECTL_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/diag.h"
#include "flamectl/span.h"

struct sink {
    const char *name; /* for messages */
    struct diag *diag;
    int fd;
    int error;       /* errno of the first failed write, or 0 */
    char *target;    /* where the temporary file goes at the end, links resolved, or NULL */
    char *temporary; /* its name, or NULL where the target is written directly */
    char *buffer;
    size_t used;
};

/* Opens standard output for NULL and "-", else the named file: where it is absent or a regular
 * file, a temporary file in its folder stands in for it (mode kept); a device or pipe is written
 * directly. -1 and a message where that cannot be. `path` is kept. */
int sink_open(struct sink *sink, const char *path, struct diag *diag);

void sink_write(struct sink *sink, const char *data, size_t len);
void sink_text(struct sink *sink, const char *text);
void sink_format(struct sink *sink, const char *format, ...) DIAG_FORMAT(2, 3);

/* Text for people, from `column` on: broken at blanks, and after '|', into lines of 80 columns, those after the
 * first indented; ends the last line. A word longer than a line stays whole. */
void sink_wrapped(struct sink *sink, struct span text, size_t column, size_t indent);

static inline void sink_span(struct sink *sink, struct span s)
{
    sink_write(sink, s.data, s.len);
}

/* Flushes, and puts the file in its place if `keep`; otherwise the output is dropped and an
 * existing target stays as it was. -1 and a message if anything was lost. */
int sink_close(struct sink *sink, bool keep);

#endif
