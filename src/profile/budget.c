/* Budgets: reading the rules. Measuring is in budget_measure.c. */
#include "flamectl/budget.h"

#include "flamectl/memory.h"
#include "flamectl/source.h"
#include "rewrite_names.h"

#define FIELD(name) offsetof(struct budget_options, name)

const struct option budget_option_rows[] = {
    {.name = "max",
     .kind = OPTION_LIST,
     .offset = FIELD(max),
     .value = "RULE",
     .help = "N%: frames of one depth; name=N%, /regex/=N%: functions"},
    {.name = "rules",
     .kind = OPTION_TEXT,
     .offset = FIELD(rules),
     .value = "FILE",
     .help = "more such rules, one a line"},
    {.name = "depth",
     .kind = OPTION_INT,
     .offset = FIELD(depth),
     .set = 1,
     .value = "N",
     .help = "the depth that rules N% look at (1, the first frames)"},
    {.name = "self",
     .kind = OPTION_FLAG,
     .offset = FIELD(self),
     .set = 1,
     .help = "functions by what they do themselves, not with what they call"},
    {.name = "unknown",
     .kind = OPTION_TEXT,
     .offset = FIELD(unknown),
     .value = "N%",
     .help = "the same for all frames without a name together"},
    {.name = "min-samples",
     .kind = OPTION_INT,
     .offset = FIELD(min_samples),
     .value = "N",
     .help = "do not judge fewer samples: exit status 3"},
    {.name = NULL},
};

/* Where a rule stands, for messages. */
struct place {
    const char *option; /* or NULL */
    const char *file;
    uint64_t line;
    struct diag *diag;
};

static int bad_rule(const struct place *place, struct span text, const char *why)
{
    diag_error(place->diag, place->file, place->line, "%s%s'%.*s' %s",
               place->option ? place->option : "", place->option ? ": " : "", diag_excerpt(text),
               text.data, why);
    return -1;
}

/* percent = digits [ "." 1 to 6 digits ] "%", at most 100. */
static bool parse_percent(struct span text, int64_t *limit)
{
    if (text.len < 2 || text.data[text.len - 1] != '%')
        return false;
    text.len--;
    size_t point = span_find(text, '.');
    int64_t whole, rest = 0;
    if (!span_to_int64(span_first(text, point), &whole) || whole > 100)
        return false;
    if (point != SPAN_NONE) {
        struct span decimals = span_skip(text, point + 1);
        if (decimals.len > 6 || !span_to_int64(decimals, &rest))
            return false;
        for (size_t i = decimals.len; i < 6; i++)
            rest *= 10;
    }
    *limit = whole * BUDGET_PERCENT + rest;
    return *limit <= 100 * BUDGET_PERCENT;
}

static void add_rule(struct budget *budget, const struct budget_rule *rule)
{
    budget->rules = memory_grow(budget->rules, &budget->capacity, budget->count + 1, sizeof *rule);
    budget->rules[budget->count++] = *rule;
}

/* NULL and a message where it is none. */
static regex_t *compile(struct span text, const struct place *place)
{
    regex_t *regex = memory_get(1, sizeof *regex);
    const char *option = place->option ? place->option + strlen("--") : "";
    if (name_regex(regex, text, option, place->file, place->line, place->diag) == 0)
        return regex;
    memory_free(regex);
    return NULL;
}

static struct span copy_span(struct span s)
{
    return span_make(memcpy(memory_get(s.len, 1), s.data, s.len), s.len);
}

/* rule = [ name "=" | "/" regex "/=" ] percent */
static int parse_rule(struct budget *budget, struct span text, const struct place *place)
{
    struct budget_rule rule = {.kind = BUDGET_DEPTH};
    size_t equals = span_find_last(text, '=');
    struct span percent = equals == SPAN_NONE ? text : span_skip(text, equals + 1);
    struct span name = span_trim(span_first(text, equals == SPAN_NONE ? 0 : equals));
    if (equals != SPAN_NONE && name.len == 0)
        return bad_rule(place, text, "has no name before the '='");
    if (!parse_percent(span_trim(percent), &rule.limit))
        return bad_rule(place, text, "is no rule: N%, name=N% or /regex/=N%, with N from 0 to 100");
    if (name.len >= 2 && name.data[0] == '/' && name.data[name.len - 1] == '/') {
        name = span_make(name.data + 1, name.len - 2);
        rule.kind = BUDGET_REGEX;
        rule.regex = compile(name, place);
        if (!rule.regex)
            return -1;
    } else if (name.len) {
        rule.kind = BUDGET_NAME;
    }
    rule.text = copy_span(text);
    if (name.len)
        rule.name = span_make(rule.text.data + (name.data - text.data), name.len);
    add_rule(budget, &rule);
    return 0;
}

/* Without blanks, and without a comment after the rule, which ends in '%'. */
static struct span strip_comment(struct span line)
{
    for (size_t i = 0; i + 2 < line.len; i++) {
        struct span rest = span_trim_left(span_skip(line, i + 1));
        if (line.data[i] == '%' && is_blank(line.data[i + 1]) && span_starts(rest, "#"))
            return span_trim(span_first(line, i + 1));
    }
    return span_trim(line);
}

static int load_rules(struct budget *budget, const char *path, struct diag *diag)
{
    struct source source;
    struct span line;
    int result = 0;
    if (source_open(&source, path, diag) < 0)
        return -1;
    while (result == 0 && source_line(&source, &line)) {
        struct place place = {NULL, source.name, source.line, diag};
        struct span text = strip_comment(line);
        if (text.len && text.data[0] != '#')
            result = parse_rule(budget, text, &place);
    }
    if (source_close(&source) < 0)
        result = -1;
    return result;
}

static int parse_unknown(struct budget *budget, struct span text, struct diag *diag)
{
    struct budget_rule rule = {.kind = BUDGET_UNKNOWN};
    struct place place = {"--unknown", NULL, 0, diag};
    if (!parse_percent(text, &rule.limit))
        return bad_rule(&place, text, "is no N%, with N from 0 to 100");
    rule.text = copy_span(text);
    add_rule(budget, &rule);
    return 0;
}

static size_t count_kind(const struct budget *budget, enum budget_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < budget->count; i++)
        count += budget->rules[i].kind == kind;
    return count;
}

/* Options that no rule has use for would be ignored silently. */
static int check_use(const struct budget *budget, const struct budget_options *options,
                     struct diag *diag)
{
    if (budget->count == 0 && budget->min_samples == 0) {
        diag_error(diag, NULL, 0, "no rule is given: --max, --unknown, --rules or --min-samples");
        return -1;
    }
    if (options->depth && count_kind(budget, BUDGET_DEPTH) == 0) {
        diag_error(diag, NULL, 0,
                   "--depth is for rules without a name, --max N%%, and there is none");
        return -1;
    }
    if (options->self && count_kind(budget, BUDGET_DEPTH) == budget->count) {
        diag_error(diag, NULL, 0, "--self is for rules on functions, and there is none");
        return -1;
    }
    return 0;
}

int budget_init(struct budget *budget, const struct budget_options *options, struct diag *diag)
{
    *budget = (struct budget){.self = options->self, .min_samples = options->min_samples};
    budget->depth = options->depth > UINT32_MAX ? UINT32_MAX : (uint32_t)options->depth;
    if (options->depth == 0)
        budget->depth = 1;
    for (size_t i = 0; i < options->max.count; i++) {
        struct place place = {"--max", NULL, 0, diag};
        if (parse_rule(budget, span_trim(span_of(options->max.items[i])), &place) < 0)
            return -1;
    }
    if (options->unknown && parse_unknown(budget, span_of(options->unknown), diag) < 0)
        return -1;
    if (options->rules && load_rules(budget, options->rules, diag) < 0)
        return -1;
    return check_use(budget, options, diag);
}

void budget_free(struct budget *budget)
{
    for (size_t i = 0; i < budget->count; i++) {
        if (budget->rules[i].regex)
            regfree(budget->rules[i].regex);
        memory_free(budget->rules[i].regex);
        memory_free((char *)budget->rules[i].text.data);
    }
    memory_free(budget->rules);
}
