/* Command line options as tables: parsing, help, completion and the man page check read the same
 * rows.
 *
 * Spellings: --name=value, --name value, unique abbreviations, -x value, -xvalue, bundled -xyz,
 * "--" ends options; and as the original scripts take them: -name and any case. */
#ifndef FLAMECTL_OPTION_H
#define FLAMECTL_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "flamectl/diag.h"
#include "flamectl/sink.h"

enum option_kind {
    OPTION_FLAG,   /* no value; stores `set` in an int */
    OPTION_TEXT,   /* const char *, borrowed from argv */
    OPTION_LIST,   /* struct option_list; each occurrence adds one */
    OPTION_CHOICE, /* int: position from 1 in `value`, names parted by '|'; 0 where not given */
    OPTION_INT,    /* int64_t: a whole number, `set` or more */
    OPTION_MAYBE, /* const char *; the value, only taken as --name=value, is optional: "" without */
    OPTION_SIDE   /* no value and no field: the operands after it are of the side `set` */
};

/* The scripts whose options flamectl takes under their names; their unique abbreviations stay good.
 */
enum option_original { ORIGINAL_COLLAPSE = 1, ORIGINAL_RENDER = 2 };

struct option_list {
    const char **items; /* borrowed from argv; the array is freed by option_free */
    size_t count;
};

struct option {
    const char *name; /* without dashes; NULL ends a table */
    char letter;      /* one-letter form, or 0 */
    enum option_kind kind;
    size_t offset;     /* of the field in the table's values */
    int set;           /* FLAG: what it stores; SIDE: the side, from 1; INT: the least */
    const char *value; /* what help calls the value; CHOICE: "a|b|c" */
    const char *help;  /* one line */
    unsigned needs;    /* for recorder options: what a reader must record (enum records) */
    unsigned classic;  /* enum option_original: whose option it is, or-ed; 0: flamectl's own */
};

/* A table with the struct that its values go to. */
struct option_group {
    const char *title; /* heading in help, or NULL to go on under the one before */
    const struct option *rows;
    void *values;
    unsigned
        original; /* abbreviations unique among the classic rows of this script win over others */
};

struct option_use {
    const struct option *row;
    const char *value;
};

/* The result of parsing: operands in order, and which rows were used. */
struct option_result {
    const char **operands;
    int *sides; /* by operand: `set` of the OPTION_SIDE before it, or 0 */
    size_t operand_count;
    struct option_use *used;
    size_t used_count;
};

/* Parses argv[0..argc). -1 and a message on wrong usage. The result, and the lists in the values,
 * are freed by option_free in any case. */
int option_parse(int argc, char **argv, const struct option_group *groups, size_t group_count,
                 struct option_result *result, struct diag *diag);

void option_free(struct option_result *result, const struct option_group *groups,
                 size_t group_count);

/* Whether a value must follow the name. */
bool option_takes_value(const struct option *row);

/* Whether the row was given on the command line. */
bool option_used(const struct option_result *result, const struct option *row);

/* Whether a text is a slip of a name, and more likely than of those that were asked for before: at most two letters,
 * and a third of them, are wrong. *apart is 0 at first. */
bool option_is_slip(const char *name, struct span text, size_t *apart);

/* Prints the rows as aligned help text; rows that groups beside each other share once, under all their titles. */
void option_help(struct sink *sink, const struct option_group *groups, size_t group_count);

#endif
