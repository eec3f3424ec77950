/* Parsing command lines by tables of rows. A name that several tables have goes to each of them. */
#include "flamectl/option.h"

#include <stdio.h>

#include "flamectl/memory.h"

struct parser {
    const struct option_group *groups;
    size_t group_count;
    struct option_result *result;
    struct diag *diag;
    char **argv;
    int argc, at; /* argv[at] is the next word */
    int side;     /* of the operands that come next */
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins(const char *name, struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (name[i] == '\0' || name[i] != lower(text.data[i]))
            return false;
    return true;
}

/* Which rows an abbreviation may mean. */
enum among { AMONG_CLASSIC, AMONG_ALL };

/* The one name that the text is or abbreviates, or NULL: *several tells whether there are more. */
static const char *find_name(const struct parser *parser, struct span text, enum among among,
                             bool *several)
{
    const char *found = NULL;
    *several = false;
    for (size_t g = 0; g < parser->group_count; g++) {
        const struct option_group *group = &parser->groups[g];
        for (const struct option *row = group->rows; row && row->name; row++) {
            if (!begins(row->name, text))
                continue;
            if (row->name[text.len] == '\0') {
                *several = false;
                return row->name;
            }
            if (among == AMONG_CLASSIC && !(group->original & row->classic))
                continue;
            if (found && strcmp(found, row->name) != 0)
                *several = true;
            found = row->name;
        }
    }
    return *several ? NULL : found;
}

static const struct option *find_letter(const struct parser *parser, char letter)
{
    for (size_t g = 0; g < parser->group_count; g++)
        for (const struct option *row = parser->groups[g].rows; row && row->name; row++)
            if (row->letter && row->letter == letter)
                return row;
    return NULL;
}

/* The first row of a name; all rows of a name take values alike. */
static const struct option *find_row(const struct parser *parser, const char *name)
{
    for (size_t g = 0; g < parser->group_count; g++)
        for (const struct option *row = parser->groups[g].rows; row && row->name; row++)
            if (strcmp(row->name, name) == 0)
                return row;
    return NULL;
}

static bool has_value(const struct option *row)
{
    return row->kind != OPTION_FLAG && row->kind != OPTION_SIDE;
}

bool option_takes_value(const struct option *row)
{
    return has_value(row) && row->kind != OPTION_MAYBE;
}

static int set_whole(const struct parser *parser, const struct option *row, const char *value,
                     int64_t *field)
{
    bool is_whole = span_to_int64(span_of(value), field);
    if (is_whole && *field >= row->set)
        return 0;
    if (!is_whole && span_is_digits(span_of(value)))
        diag_error(parser->diag, NULL, 0, "--%s: '%s' is too large", row->name, value);
    else
        diag_error(parser->diag, NULL, 0, "--%s: '%s' is not a whole number from %d on", row->name,
                   value, row->set);
    return -1;
}

static int set_choice(const struct parser *parser, const struct option *row, const char *value,
                      int *field)
{
    int position = 1;
    for (const char *name = row->value; name; position++) {
        const char *bar = strchr(name, '|');
        struct span choice = bar ? span_make(name, (size_t)(bar - name)) : span_of(name);
        if (span_is(choice, value)) {
            *field = position;
            return 0;
        }
        name = bar ? bar + 1 : NULL;
    }
    diag_error(parser->diag, NULL, 0, "--%s: '%s' is not one of %s", row->name, value, row->value);
    return -1;
}

static int set_value(struct parser *parser, const struct option *row, void *values,
                     const char *value)
{
    void *field = (char *)values + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        *(int *)field = row->set;
        return 0;
    case OPTION_TEXT:
    case OPTION_MAYBE:
        *(const char **)field = value;
        return 0;
    case OPTION_LIST: {
        struct option_list *list = field;
        list->items = memory_resize(list->items, list->count + 1, sizeof *list->items);
        list->items[list->count++] = value;
        return 0;
    }
    case OPTION_CHOICE:
        return set_choice(parser, row, value, field);
    case OPTION_SIDE:
        parser->side = row->set;
        return 0;
    case OPTION_INT:
        return set_whole(parser, row, value, field);
    }
    return -1;
}

static int use_option(struct parser *parser, const char *name, const char *value)
{
    struct option_result *result = parser->result;
    for (size_t g = 0; g < parser->group_count; g++) {
        for (const struct option *row = parser->groups[g].rows; row && row->name; row++) {
            if (strcmp(row->name, name) != 0)
                continue;
            result->used =
                memory_resize(result->used, result->used_count + 1, sizeof *result->used);
            result->used[result->used_count++] = (struct option_use){row, value};
            if (set_value(parser, row, parser->groups[g].values, value) < 0)
                return -1;
        }
    }
    return 0;
}

/* Uses a row whose value is `given`, or the next word where it takes one and none is given. */
static int use_row(struct parser *parser, const struct option *row, const char *given)
{
    if (!has_value(row) && given) {
        diag_error(parser->diag, NULL, 0, "--%s takes no value ('%s')%s", row->name, given,
                   row->kind == OPTION_SIDE ? "; its files follow it, as words of their own" : "");
        return -1;
    }
    if (option_takes_value(row) && !given) {
        if (parser->at == parser->argc) {
            diag_error(parser->diag, NULL, 0, "--%s needs a value: --%s=%s", row->name, row->name,
                       row->value);
            return -1;
        }
        given = parser->argv[parser->at++];
    }
    return use_option(parser, row->name, given ? given : "");
}

#define LONGEST_MISSPELT 32

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters have to be put in, left out, replaced or swapped with the next to make the name of the text. */
static size_t letters_apart(const char *name, struct span text)
{
    size_t apart[3][LONGEST_MISSPELT + 1], n; /* of the last three beginnings of the name, by beginnings of the text */
    for (size_t i = 0; i <= text.len; i++)
        apart[0][i] = i;
    for (n = 1; name[n - 1]; n++) {
        size_t *now = apart[n % 3], *last = apart[(n + 2) % 3], *before = apart[(n + 1) % 3];
        now[0] = n;
        for (size_t i = 1; i <= text.len; i++) {
            char c = lower(text.data[i - 1]);
            now[i] = lesser(lesser(now[i - 1], last[i]) + 1, last[i - 1] + (c != name[n - 1]));
            if (n > 1 && i > 1 && c == name[n - 2] && lower(text.data[i - 2]) == name[n - 1])
                now[i] = lesser(now[i], before[i - 2] + 1);
        }
    }
    return apart[(n + 2) % 3][text.len];
}

bool option_is_slip(const char *name, struct span text, size_t *apart)
{
    size_t least = *apart ? *apart : (text.len / 3 < 2 ? text.len / 3 : 2) + 1;
    size_t letters = text.len > LONGEST_MISSPELT ? least : letters_apart(name, text);
    *apart = lesser(letters, least);
    return letters < least;
}

/* The name that the text is a slip of, or NULL. */
static const char *find_meant(const struct parser *parser, struct span text)
{
    const char *meant = NULL;
    size_t apart = 0;
    for (size_t g = 0; g < parser->group_count; g++)
        for (const struct option *row = parser->groups[g].rows; row && row->name; row++)
            if (option_is_slip(row->name, text, &apart))
                meant = row->name;
    return meant;
}

static int tell_unknown(const struct parser *parser, const char *word, struct span name)
{
    const char *meant = find_meant(parser, name);
    if (meant)
        diag_error(parser->diag, NULL, 0, "unknown option '%s'; did you mean --%s?", word, meant);
    else
        diag_error(parser->diag, NULL, 0, "unknown option '%s'; see --help", word);
    return -1;
}

/* "option '--re' could be --rename, --reverse" */
static int tell_several(const struct parser *parser, const char *word, struct span text)
{
    char names[200] = "";
    size_t used = 0;
    for (size_t g = 0; g < parser->group_count; g++)
        for (const struct option *row = parser->groups[g].rows; row && row->name; row++)
            if (begins(row->name, text) && find_row(parser, row->name) == row && used < sizeof names)
                used += (size_t)snprintf(names + used, sizeof names - used, "%s--%s",
                                         used ? ", " : "", row->name);
    diag_error(parser->diag, NULL, 0, "option '%s' could be %s", word, names);
    return -1;
}

/* long = ("--" | "-") name ["=" value] */
static int parse_long(struct parser *parser, const char *word, size_t dashes)
{
    struct span text = span_of(word + dashes);
    size_t equals = span_find(text, '=');
    struct span name = span_first(text, equals);
    bool several = false;
    const char *found = name.len ? find_name(parser, name, AMONG_CLASSIC, &several) : NULL;
    if (!found && !several && name.len)
        found = find_name(parser, name, AMONG_ALL, &several);
    if (!found)
        return several ? tell_several(parser, word, name) : tell_unknown(parser, word, name);
    return use_row(parser, find_row(parser, found),
                   equals == SPAN_NONE ? NULL : text.data + equals + 1);
}

/* Whether all of "-xyz" are letters of options, up to one that takes a value. */
static bool is_bundle(const struct parser *parser, const char *letters)
{
    for (; *letters; letters++) {
        const struct option *row = find_letter(parser, *letters);
        if (!row)
            return false;
        if (option_takes_value(row))
            return true;
    }
    return true;
}

static int parse_bundle(struct parser *parser, const char *letters)
{
    while (*letters) {
        const struct option *row = find_letter(parser, *letters++);
        bool value_here = option_takes_value(row) && *letters;
        if (use_row(parser, row, value_here ? letters : NULL) < 0)
            return -1;
        if (value_here)
            break;
    }
    return 0;
}

static void add_operand(struct parser *parser, const char *word)
{
    struct option_result *result = parser->result;
    result->operands[result->operand_count] = word;
    result->sides[result->operand_count++] = parser->side;
}

int option_parse(int argc, char **argv, const struct option_group *groups, size_t group_count,
                 struct option_result *result, struct diag *diag)
{
    *result = (struct option_result){.operands = memory_get((size_t)argc, sizeof(char *)),
                                     .sides = memory_get((size_t)argc, sizeof(int))};
    struct parser parser = {groups, group_count, result, diag, argv, argc, 0, 0};
    bool options = true;
    while (parser.at < argc) {
        const char *word = argv[parser.at++];
        int status = 0;
        if (!options || word[0] != '-' || word[1] == '\0')
            add_operand(&parser, word);
        else if (strcmp(word, "--") == 0)
            options = false;
        else if (word[1] == '-')
            status = parse_long(&parser, word, 2);
        else if (is_bundle(&parser, word + 1))
            status = parse_bundle(&parser, word + 1);
        else
            status = parse_long(&parser, word, 1);
        if (status < 0)
            return -1;
    }
    return 0;
}

void option_free(struct option_result *result, const struct option_group *groups,
                 size_t group_count)
{
    memory_free(result->operands);
    memory_free(result->sides);
    memory_free(result->used);
    for (size_t g = 0; g < group_count; g++) {
        for (const struct option *row = groups[g].rows; row && row->name; row++) {
            if (row->kind != OPTION_LIST)
                continue;
            struct option_list *list = (void *)((char *)groups[g].values + row->offset);
            memory_free(list->items);
            *list = (struct option_list){NULL, 0};
        }
    }
}

bool option_used(const struct option_result *result, const struct option *row)
{
    for (size_t i = 0; i < result->used_count; i++)
        if (result->used[i].row == row)
            return true;
    return false;
}

/* "-o, --output=FILE" */
static void spell(const struct option *row, char *text, size_t room)
{
    char letter[8] = "";
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    const char *open = row->kind == OPTION_MAYBE ? "[=" : "=";
    const char *close = row->kind == OPTION_MAYBE ? "]" : "";
    bool value = has_value(row);
    snprintf(text, room, "%s--%s%s%s%s", letter, row->name, value ? open : "",
             value ? row->value : "", value ? close : "");
}

#define HELP_COLUMN 30 /* where the texts begin */
#define HELP_INDENT 6  /* of the rest of a long spelling */

void option_help(struct sink *sink, const struct option_group *groups, size_t group_count)
{
    for (size_t g = 0; g < group_count; g++) {
        bool begins_here = g == 0 || groups[g].rows != groups[g - 1].rows;
        bool ends_here = g + 1 == group_count || groups[g].rows != groups[g + 1].rows;
        if (groups[g].title && groups[g].rows && groups[g].rows->name)
            sink_format(sink, "%s%s%s", begins_here ? "\n" : "; ", groups[g].title,
                        ends_here ? ":\n" : "");
        if (!ends_here)
            continue;
        for (const struct option *row = groups[g].rows; row && row->name; row++) {
            char text[128];
            spell(row, text, sizeof text);
            sink_text(sink, "  ");
            if (strlen(text) + 4 > HELP_COLUMN) {
                sink_wrapped(sink, span_of(text), 2, HELP_INDENT);
                sink_format(sink, "%*s", HELP_COLUMN, "");
            } else {
                sink_format(sink, "%-*s", HELP_COLUMN - 2, text);
            }
            sink_wrapped(sink, span_of(row->help), HELP_COLUMN, HELP_COLUMN);
        }
    }
}
