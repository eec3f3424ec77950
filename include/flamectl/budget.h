/* Budgets: rules on how wide a bar may be, and what a profile has to say to them. */
#ifndef FLAMECTL_BUDGET_H
#define FLAMECTL_BUDGET_H

#include <regex.h>

#include "flamectl/diag.h"
#include "flamectl/option.h"
#include "flamectl/profile.h"

struct budget_options {
    struct option_list max; /* rules as in budget_init */
    const char *rules;      /* a file of them */
    const char *unknown;    /* "N%" */
    int64_t depth;          /* that a rule without a name looks at; 0: the default, 1 */
    int64_t min_samples;    /* 0: none */
    int self;               /* rules with a name bound self instead of total */
};

extern const struct option budget_option_rows[];

enum budget_kind {
    BUDGET_DEPTH,  /* "N%": each node of a depth */
    BUDGET_NAME,   /* "name=N%": the functions of that name */
    BUDGET_REGEX,  /* "/regex/=N%": each function that matches */
    BUDGET_UNKNOWN /* all frames without a name together */
};

/* Limits are in millionths of a percent. */
#define BUDGET_PERCENT 1000000

struct budget_rule {
    enum budget_kind kind;
    struct span text; /* as given, owned */
    struct span name; /* in text; of named ones */
    regex_t *regex;   /* compiled, owned; or NULL */
    int64_t limit;
    /* What was found: */
    int64_t weight;   /* the largest, of self or total */
    uint32_t node;    /* BUDGET_DEPTH: which has it; PROFILE_NONE: none */
    uint32_t frame;   /* named ones: which has it; FRAME_GAP: none */
    uint32_t matched; /* nodes or functions that were looked at */
    uint32_t over;    /* of them, those above the limit */
};

enum budget_verdict { BUDGET_HOLDS, BUDGET_BROKEN, BUDGET_TOO_LITTLE };

struct budget {
    struct budget_rule *rules; /* after budget_measure: the worst first */
    size_t count, capacity;
    uint32_t depth;
    bool self;
    int64_t min_samples;
    int64_t samples; /* of the profile; -1 where they are not known */
    int64_t total;   /* its weight */
    size_t broken;   /* rules */
    enum budget_verdict verdict;
};

/* Takes the rules from options and file: N%, name=N% (parted at the last "=") or /regex/=N%. In a
 * file each has a line; "#" begins a comment at the start of a line and after a rule. -1 and a
 * message where one makes no sense or there is none at all; budget_free is due in any case. */
int budget_init(struct budget *budget, const struct budget_options *options, struct diag *diag);
void budget_free(struct budget *budget);

/* Measures a sorted profile with weight. */
void budget_measure(struct budget *budget, const struct profile *profile);

#endif
