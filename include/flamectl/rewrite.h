/* Rewrites turn a profile into another, one stack at a time: each step edits or drops a stack, once
 * per distinct stack, while the tree is built anew. */
#ifndef FLAMECTL_REWRITE_H
#define FLAMECTL_REWRITE_H

#include "flamectl/diag.h"
#include "flamectl/option.h"
#include "flamectl/profile.h"

enum packages { PACKAGES_KEEP, PACKAGES_SHORT, PACKAGES_NONE };
enum merge_recursion { RECURSION_KEEP, RECURSION_DIRECT, RECURSION_ALL };

struct rewrite_options {
    const char *rename;            /* file of lines "regex TAB text" */
    int packages;                  /* enum packages: Java's, in names */
    int strip_hex;                 /* 0x1234 -> 0x... in names */
    const char *focus, *ignore;    /* POSIX extended regular expressions */
    struct option_list skip_after; /* exact names */
    const char *base;              /* exact name */
    const char *hide;              /* regular expression */
    int merge_recursion;           /* enum merge_recursion */
    int reverse;
    int64_t max_depth; /* 0: no limit */
};

extern const struct option rewrite_option_rows[];

struct rewrite; /* the compiled steps */

/* NULL and a message where an option makes no sense (a bad regular expression, an unreadable file).
 */
struct rewrite *rewrite_make(const struct rewrite_options *options, struct diag *diag);
void rewrite_free(struct rewrite *rewrite);

/* Whether there is no step to apply. */
bool rewrite_is_empty(const struct rewrite *rewrite);

/* Applies all steps in their fixed order: rename, packages, strip hex, focus, ignore, skip-after, base, hide,
 * merge recursion, reverse, max depth. The profile is replaced by the result. *dropped: weight
 * (after, or the only column) of the stacks dropped whole. False where the result would be far larger than the
 * profile: it is then of no use. */
bool rewrite_apply(struct rewrite *rewrite, struct profile *profile, int64_t *dropped);

#endif
