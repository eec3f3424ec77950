/* Rewriting of names: rules of a file, Java's packages, addresses. */
#ifndef FLAMECTL_REWRITE_NAMES_H
#define FLAMECTL_REWRITE_NAMES_H

#include <regex.h>
#include <stdbool.h>

#include "flamectl/diag.h"
#include "flamectl/span.h"

/* A growing text. */
struct name_text {
    char *data;
    size_t len, capacity;
};

struct name_rule {
    regex_t regex;
    char *text; /* what a match becomes; \1 to \9 stand for its groups, \\ for a backslash */
};

/* Whether a compiled regular expression matches; match may be NULL where groups is 0. */
bool name_matches(const regex_t *regex, const char *name, size_t groups, regmatch_t *match);

struct name_rules {
    struct name_rule *rules;
    size_t count, capacity;
    int packages;   /* enum packages: Java's, after the rules */
    bool strip_hex; /* 0x7f01 becomes 0x..., after them */
    struct name_text renamed, shortened, stripped; /* scratch */
};

/* Compiles a regular expression (POSIX extended) that the user gave, by option or on a line of a
 * file. -1 and a message where it is none. */
int name_regex(regex_t *regex, struct span text, const char *option, const char *file,
               uint64_t line, struct diag *diag);

/* Reads lines "regex TAB text" and comments, "#...". -1 and a message at the first bad line. */
int name_rules_load(struct name_rules *rules, const char *path, struct diag *diag);
void name_rules_free(struct name_rules *rules);

/* The name as the first rule that matches makes it; stands until the next call. `name` is followed
 * by a NUL; what comes after one inside it is not matched. */
struct span name_rules_apply(struct name_rules *rules, struct span name);

#endif
