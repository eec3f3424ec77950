/* The verdict of diff: its options, what it says in short, and the exit status it asks for. */
#ifndef FLAMECTL_VERDICT_H
#define FLAMECTL_VERDICT_H

#include "flamectl/command.h"
#include "flamectl/comparison.h"
#include "flamectl/sink.h"

/* As given on the command line. */
struct verdict_options {
    const char *fail_on, *fdr, *min_change;
    const char *work[COMPARISON_SIDES];
    int strict_change, allow_single_run;
};

/* Understood. */
struct verdict {
    struct comparison_options comparison;
    bool fails[VERDICT_INCONCLUSIVE + 1]; /* verdicts that the exit status tells */
    double *work;                         /* by run, before's first; NULL without */
    bool asked;                           /* some option asks for a verdict */
};

/* Understands the options for so many runs a side. -1 and a message where they make no sense.
 * verdict_free is due in any case. */
int verdict_init(struct verdict *verdict, const struct verdict_options *options,
                 const unsigned runs[COMPARISON_SIDES], struct diag *diag);
void verdict_free(struct verdict *verdict);

/* Tests the columns of the sorted profile, before's runs first; `files` names them. */
void verdict_make(const struct verdict *verdict, struct comparison *comparison,
                  const struct profile *profile, const char *const *files,
                  const unsigned runs[COMPARISON_SIDES]);

/* The verdict in a few notes, where a test was possible or is asked for. */
void verdict_tell(const struct verdict *verdict, const struct comparison *comparison,
                  const struct profile *profile, struct diag *diag);

/* The exit status of a run that went well. */
enum status verdict_status(const struct verdict *verdict, const struct comparison *comparison);

/* What --aa found, for so many runs. */
void verdict_print_splits(const struct comparison_splits *splits, unsigned runs, struct sink *sink);

#endif
