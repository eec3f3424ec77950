/* Writers turn a profile into the bytes of one output format. One row of the table each. */
#ifndef FLAMECTL_WRITER_H
#define FLAMECTL_WRITER_H

#include "flamectl/comparison.h"
#include "flamectl/option.h"
#include "flamectl/profile.h"
#include "flamectl/sink.h"

struct budget;

/* One side of a diff. */
struct writing_side {
    const char *const *files; /* the inputs, one a run */
    unsigned runs;
    int64_t total; /* of the mean run before any scaling, in units of the profile's 1/scale */
};

/* What a writer is told beside its own options. */
struct writing {
    const void *options; /* its own, filled from the rows of the table */
    bool diff;           /* the profile compares two sides: the columns before and after */
    bool normalized;     /* diff: before was scaled to after's total */
    struct writing_side side[2]; /* diff: before, after */
    const struct budget *budget;   /* check: what the profile was measured by, or NULL */
    unsigned jobs;   /* threads it may use; what it writes does not depend on how many */
    const struct comparison *comparison; /* diff: the verdict, or NULL */
    struct diag *diag;
};

struct writer {
    const char *name; /* for --to */
    const char *summary;
    const char *extension; /* ".svg": a file so called holds this format; NULL: none says so */
    const struct option *options; /* of its own, or NULL */
    size_t options_size;
    /* Before any input is read: -1 and a message where the options make no sense. May be NULL. */
    int (*check)(const void *options, struct diag *diag);
    bool is_binary;    /* never for a terminal */
    bool takes_text;   /* stacks as they were gathered (profile_is_text), too */
    bool wants_sorted; /* by profile_sort, before it writes */
    bool wants_samples; /* counted beside the weights, where the input tells */
    bool tells_verdict; /* diff: writing->comparison is part of the output */
    /* 0, or -1 after a message; write errors stay in the sink. */
    int (*write)(const struct profile *profile, const struct writing *writing, struct sink *sink);
};

extern const struct writer *const writer_table[]; /* ends with NULL */

const struct writer *writer_find(const char *name);

#endif
