/* option */
#include <fcntl.h>
#include <unistd.h>

#include "flamectl/option.h"
#include "unit.h"

struct values {
    int flag, choice, other_choice;
    const char *text, *maybe;
    struct option_list list;
    int64_t whole;
    int64_t number;
};

#define FIELD(name) offsetof(struct values, name)

static const struct option classic[] = {
    {.name = "title",
     .kind = OPTION_TEXT,
     .offset = FIELD(text),
     .value = "TEXT",
     .classic = ORIGINAL_RENDER},
    {.name = "reverse",
     .letter = 'r',
     .kind = OPTION_FLAG,
     .offset = FIELD(flag),
     .set = 3,
     .classic = ORIGINAL_RENDER},
    {.name = "palette",
     .kind = OPTION_MAYBE,
     .offset = FIELD(maybe),
     .value = "FILE",
     .classic = ORIGINAL_RENDER},
    {.name = "width",
     .kind = OPTION_INT,
     .offset = FIELD(whole),
     .value = "N",
     .classic = ORIGINAL_RENDER},
    {.name = NULL},
};
static const struct option others[] = {
    {.name = "tid", .kind = OPTION_FLAG, .offset = FIELD(flag), .set = 9},
    {.name = "rename", .letter = 'f', .kind = OPTION_LIST, .offset = FIELD(list), .value = "X"},
    {.name = "root", .kind = OPTION_CHOICE, .offset = FIELD(choice), .value = "none|comm|pid"},
    {.name = "fold", .kind = OPTION_FLAG, .offset = FIELD(flag), .set = 1},
    {.name = "factor", .kind = OPTION_INT, .offset = FIELD(number), .value = "N"},
    {.name = "left", .letter = 'l', .kind = OPTION_SIDE, .set = 1},
    {.name = "right", .kind = OPTION_SIDE, .set = 2},
    {.name = NULL},
};
static const struct option again[] = {
    {.name = "root", .kind = OPTION_CHOICE, .offset = FIELD(other_choice), .value = "comm|none"},
    {.name = NULL},
};

static struct values values;
static struct option_result result;
static struct option_group groups[] = {{"A", classic, &values, ORIGINAL_RENDER},
                                       {"B", others, &values, ORIGINAL_RENDER},
                                       {"C", again, &values, ORIGINAL_RENDER}};

/* Parses words with messages off stderr. */
static int parse(int argc, const char **argv)
{
    struct diag diag;
    diag_init(&diag, "test");
    int kept = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    option_free(&result, groups, 3);
    values = (struct values){0};
    int status = option_parse(argc, (char **)argv, groups, 3, &result, &diag);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(null);
    return status;
}

#define PARSE(...)                                                                                 \
    parse((int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                           \
          (const char *[]){__VA_ARGS__})

int main(void)
{
    unit_check("--name=value", PARSE("--title=a=b") == 0 && strcmp(values.text, "a=b") == 0);
    unit_check("--name value", PARSE("--title", "-x") == 0 && strcmp(values.text, "-x") == 0);
    unit_check("an empty value", PARSE("--title=") == 0 && strcmp(values.text, "") == 0);
    unit_check("a value is missing", PARSE("--title") < 0);
    unit_check("a flag stores its number", PARSE("--reverse") == 0 && values.flag == 3);
    unit_check("a flag takes no value", PARSE("--reverse=1") < 0);
    unit_check("abbreviated", PARSE("--wid=12") == 0 && values.whole == 12);
    unit_check("the original's abbreviation wins",
               PARSE("--ti", "x") == 0 && strcmp(values.text, "x") == 0);
    unit_check("an exact name wins", PARSE("--tid") == 0 && values.flag == 9);
    unit_check("unique among the classic rows", PARSE("--r") == 0 && values.flag == 3);
    unit_check("one name in two tables is not ambiguous",
               PARSE("--ro", "none") == 0 && values.choice == 1);
    unit_check("ambiguous", PARSE("--f", "2") < 0 && PARSE("--fa", "2") == 0);
    unit_check("one dash, any case", PARSE("-Title", "x") == 0 && values.text);
    unit_check("a value may be left out", PARSE("--palette", "file") == 0 &&
                                              values.maybe[0] == '\0' && result.operand_count == 1);
    unit_check("letters", PARSE("-rfone", "-f", "two") == 0 && values.flag == 3 &&
                              values.list.count == 2 && strcmp(values.list.items[0], "one") == 0);
    unit_check("all tables with the name get the value",
               PARSE("--root=none") == 0 && values.choice == 1 && values.other_choice == 2);
    unit_check("not one of the choices", PARSE("--root=pid") < 0);
    unit_check("a number", PARSE("--factor=25") == 0 && values.number == 25);
    unit_check("numbers have no sign, exponent or text",
               PARSE("--factor=-1") < 0 && PARSE("--factor=1e3") < 0 && PARSE("--factor=") < 0 &&
                   PARSE("--width=1.5") < 0);
    unit_check("-- ends options", PARSE("--", "--title") == 0 && result.operand_count == 1);
    unit_check("- is an operand", PARSE("-", "--reverse", "b") == 0 && result.operand_count == 2);
    unit_check("operands have sides",
               PARSE("a", "--right", "b", "c", "-l", "d", "--", "--right") == 0 &&
                   result.operand_count == 5 && result.sides[0] == 0 && result.sides[1] == 2 &&
                   result.sides[2] == 2 && result.sides[3] == 1 && result.sides[4] == 1);
    unit_check("a side takes no value", PARSE("--right=b") < 0);
    PARSE("--reverse");
    unit_check("used rows are known",
               option_used(&result, &classic[1]) && !option_used(&result, &classic[0]));
    unit_check("unknown", PARSE("--nothing") < 0 && PARSE("-z") < 0);
    option_free(&result, groups, 3);
    return unit_failed;
}
