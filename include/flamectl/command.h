/* Commands: what "flamectl NAME" runs. One row of the table each. */
#ifndef FLAMECTL_COMMAND_H
#define FLAMECTL_COMMAND_H

#include "flamectl/diag.h"
#include "flamectl/option.h"

/* Exit statuses, everywhere. */
enum status { STATUS_DONE = 0, STATUS_NO = 1, STATUS_FAILED = 2, STATUS_TOO_LITTLE = 3 };

struct command {
    const char *name;
    const char *summary;     /* one line, for "flamectl help" */
    const char *usage;       /* operands: "[OPTION]... [FILE]..." */
    const char *description; /* a few lines, for --help */
    const char *example;     /* one line */
    const char *also; /* what help says instead of listing the options on samples and stacks, or
                       * NULL to list them */
    const struct option *options; /* of its own, or NULL */
    unsigned original;            /* enum option_original: the script it stands in for, or 0 */
    size_t options_size;
    bool wants_samples;         /* counted beside the weights, whatever the writer */
    const char *const *writers; /* names, the default first; NULL: the command reads no profile */
    int (*run)(const struct command *command, int argc, char **argv, struct diag *diag);
};

extern const struct command *const command_table[]; /* ends with NULL */

#define FLAMECTL_VERSION "0.1.0"

#endif
