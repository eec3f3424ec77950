/* Rewriting of names by the rules of a file:
 *
 *     # tests and their harness are one
 *     ^test_.*            TAB  test
 *     ^(.*)\.isra\.[0-9]+$  TAB  \1
 *
 * The first rule that matches replaces the whole name. */
#include "rewrite_names.h"

#include "flamectl/memory.h"
#include "flamectl/rewrite.h"
#include "flamectl/source.h"

#include "rewrite_packages.h"

#define GROUPS 10 /* the match and \1 to \9 */

int name_regex(regex_t *regex, struct span text, const char *option, const char *file,
               uint64_t line, struct diag *diag)
{
    const char *dashes = option[0] ? "--" : "", *colon = option[0] ? ": " : "";
    const char *why = text.len == 0                        ? "the regular expression is empty"
                      : span_find(text, '\0') != SPAN_NONE ? "the regular expression holds a NUL"
                                                           : NULL;
    if (why) {
        diag_error(diag, file, line, "%s%s%s%s", dashes, option, colon, why);
        return -1;
    }
    char *copy = memcpy(memory_zero(text.len + 1, 1), text.data, text.len);
    int error = regcomp(regex, copy, REG_EXTENDED);
    memory_free(copy);
    if (error) {
        char message[256];
        regerror(error, regex, message, sizeof message);
        diag_error(diag, file, line, "%s%s%s'%.*s' is no regular expression: %s", dashes, option,
                   colon, diag_excerpt(text), text.data, message);
        return -1;
    }
    return 0;
}

bool name_matches(const regex_t *regex, const char *name, size_t groups, regmatch_t *match)
{
    int status = regexec(regex, name, groups, match, 0);
    if (status == REG_ESPACE)
        memory_exhausted();
    return status == 0;
}

/* text = { byte | "\" digit | "\\" }; why it is none, or NULL. */
static const char *judge_text(struct span text, size_t groups)
{
    if (text.len == 0)
        return "no text after the TAB (--hide drops frames)";
    if (span_find(text, '\0') != SPAN_NONE)
        return "the text holds a NUL";
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != '\\')
            continue;
        char next = ++i < text.len ? text.data[i] : '\0';
        if (next != '\\' && (next < '1' || next > '9'))
            return "after \\ comes 1 to 9, or another \\";
        if (next != '\\' && (size_t)(next - '0') > groups)
            return "the regular expression has not so many groups";
    }
    return NULL;
}

/* What would part a folded line at the wrong place. */
static char *copy_text(struct span text)
{
    char *copy = memcpy(memory_zero(text.len + 1, 1), text.data, text.len);
    for (size_t i = 0; i < text.len; i++) {
        if (copy[i] == ';')
            copy[i] = ':';
        else if (copy[i] == '\t' || copy[i] == '\r')
            copy[i] = ' ';
    }
    return copy;
}

static int load_line(struct name_rules *rules, struct span line, const struct source *source,
                     struct diag *diag)
{
    size_t tab = span_find(line, '\t');
    struct name_rule rule;
    if (tab == SPAN_NONE) {
        diag_error(diag, source->name, source->line,
                   "no TAB between regular expression and text: '%.*s'", diag_excerpt(line),
                   line.data);
        return -1;
    }
    struct span text = span_skip(line, tab + 1);
    if (name_regex(&rule.regex, span_first(line, tab), "", source->name, source->line, diag) < 0)
        return -1;
    const char *why = judge_text(text, rule.regex.re_nsub);
    if (why) {
        diag_error(diag, source->name, source->line, "%s: '%.*s'", why, diag_excerpt(line),
                   line.data);
        regfree(&rule.regex);
        return -1;
    }
    rule.text = copy_text(text);
    rules->rules = memory_grow(rules->rules, &rules->capacity, rules->count + 1, sizeof rule);
    rules->rules[rules->count++] = rule;
    return 0;
}

int name_rules_load(struct name_rules *rules, const char *path, struct diag *diag)
{
    struct source source;
    struct span line;
    int result = 0;
    if (source_open(&source, path, diag) < 0)
        return -1;
    while (result == 0 && source_line(&source, &line))
        if (!span_starts(line, "#") && span_trim(line).len > 0)
            result = load_line(rules, line, &source, diag);
    if (source_close(&source) < 0)
        result = -1;
    return result;
}

void name_rules_free(struct name_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++) {
        regfree(&rules->rules[i].regex);
        memory_free(rules->rules[i].text);
    }
    memory_free(rules->rules);
    memory_free(rules->renamed.data);
    memory_free(rules->shortened.data);
    memory_free(rules->stripped.data);
}

static void put(struct name_text *out, const char *data, size_t len)
{
    /* one more, so that it is never NULL, to which not even 0 may be added */
    out->data = memory_grow(out->data, &out->capacity, out->len + len + 1, 1);
    memcpy(out->data + out->len, data, len);
    out->len += len;
}

static struct span expand(const char *text, const char *name, const regmatch_t *match,
                          struct name_text *out)
{
    out->len = 0;
    for (; *text; text++) {
        if (*text != '\\') {
            put(out, text, 1);
        } else if (*++text == '\\') {
            put(out, text, 1);
        } else {
            const regmatch_t *group = &match[*text - '0'];
            if (group->rm_so >= 0)
                put(out, name + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
        }
    }
    return span_make(out->data, out->len);
}

static struct span shorten(struct span name, struct name_text *out)
{
    out->data = memory_grow(out->data, &out->capacity, name.len + 1, 1);
    return span_make(out->data, packages_shorten(name, out->data));
}

/* Where the number of one of Java's hidden classes ends, which is another in each run: an address' digits end at `end`.
 * hidden = class "+0x" address ("/" | ".") digits ["." method] */
static size_t skip_number(struct span name, size_t start, size_t end)
{
    if (start == 0 || name.data[start - 1] != '+' || end == name.len ||
        (name.data[end] != '/' && name.data[end] != '.'))
        return end;
    size_t after = end + 1 + span_digits(span_skip(name, end + 1));
    bool ends = after == name.len || name.data[after] == '.';
    return ends && after > end + 1 ? after : end;
}

/* Replaces each "0x" and hexadecimal digits by "0x...", as difffolded.pl -s. */
static struct span strip_hex(struct span name, struct name_text *out)
{
    out->len = 0;
    for (size_t i = 0; i < name.len;) {
        size_t end = i + 2;
        if (!span_starts(span_skip(name, i), "0x") || end == name.len || !is_hex(name.data[end])) {
            put(out, name.data + i++, 1);
            continue;
        }
        end += span_hex_digits(span_skip(name, end));
        put(out, "0x...", 5);
        i = skip_number(name, i, end);
    }
    return span_make(out->data, out->len);
}

struct span name_rules_apply(struct name_rules *rules, struct span name)
{
    regmatch_t match[GROUPS];
    for (size_t i = 0; i < rules->count; i++) {
        const struct name_rule *rule = &rules->rules[i];
        if (name_matches(&rule->regex, name.data, GROUPS, match)) {
            struct span text = expand(rule->text, name.data, match, &rules->renamed);
            name = text.len ? text : name; /* no line of folded text can hold a frame without a name */
            break;
        }
    }
    if (rules->packages == PACKAGES_NONE)
        name = span_skip(name, packages_length(name));
    else if (rules->packages == PACKAGES_SHORT)
        name = shorten(name, &rules->shortened);
    return rules->strip_hex ? strip_hex(name, &rules->stripped) : name;
}
