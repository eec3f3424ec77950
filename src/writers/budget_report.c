/* What check prints, for people and for programs (examples/schema/check.schema.json):
 *
 *     FAIL: 1 of 2 rules broken, 8 samples
 *
 *           measured  rule                            widest
 *     FAIL    62.50%  20% at depth 1                  main
 *     ok       3.00%  malloc=5%
 */
#include "budget_report.h"

#include <stdio.h>

#include "flamectl/memory.h"
#include "json_parts.h"
#include "label.h"
#include "markdown_code.h"

#define FORMAT_VERSION 1
#define RULE_COLUMNS 30
#define WIDEST_COLUMNS 31
#define OF_MORE_COLUMNS 16  /* " and 1234567 more" behind it */
#define MARKDOWN_COLUMNS 60 /* two names a row, and no comment longer than may be (markdown.c) */
#define MARKDOWN_ROWS 80

static double percent(const struct budget *budget, const struct budget_rule *rule)
{
    return 100 * (double)rule->weight / (double)budget->total;
}

static const char *verdict_of_rule(const struct budget *budget, const struct budget_rule *rule)
{
    if (budget->verdict == BUDGET_TOO_LITTLE)
        return "-";
    return rule->over ? "FAIL" : "ok";
}

/* The rule, with what its text does not say. */
static void label_rule(struct label *label, const struct budget *budget,
                       const struct budget_rule *rule, unsigned columns)
{
    char text[80];
    if (rule->kind == BUDGET_DEPTH)
        snprintf(text, sizeof text, "%.*s at depth %lu", diag_excerpt(rule->text), rule->text.data,
                 (unsigned long)budget->depth);
    else if (rule->kind == BUDGET_UNKNOWN)
        snprintf(text, sizeof text, "unknown %.*s", diag_excerpt(rule->text), rule->text.data);
    bool as_given = rule->kind == BUDGET_NAME || rule->kind == BUDGET_REGEX;
    label_make(label, as_given ? rule->text : span_of(text), columns);
}

/* Who is the widest: a function, or the frames down to a node. False where that is nobody. */
static bool label_widest(struct label *label, const struct profile *profile,
                         const struct budget_rule *rule, unsigned columns)
{
    const struct frame_table *frames = &profile->frames;
    if (rule->node == PROFILE_NONE && rule->frame == FRAME_GAP)
        return false;
    if (rule->node == PROFILE_NONE) {
        label_frame(label, frames, rule->frame, columns);
        return true;
    }
    uint32_t *stack = memory_get(profile_depth(profile, rule->node), sizeof *stack);
    size_t depth = profile_stack(profile, rule->node, stack);
    label_stack(label, frames, stack, depth, columns);
    memory_free(stack);
    return true;
}

/* How many more are too wide; or that there was nothing to measure, as where a name is misspelt. */
static void write_more(const struct budget_rule *rule, struct sink *sink)
{
    static const char *const nothing[] = {
        [BUDGET_DEPTH] = "(no frame so deep)",
        [BUDGET_NAME] = "(no such function)",
        [BUDGET_REGEX] = "(matches no function)",
        [BUDGET_UNKNOWN] = "",
    };
    if (rule->over > 1)
        sink_format(sink, " and %lu more", (unsigned long)rule->over - 1);
    else if (rule->matched == 0)
        sink_text(sink, nothing[rule->kind]);
}

static void write_too_little(const struct budget *budget, struct sink *sink)
{
    char count[LABEL_WEIGHT], asked[LABEL_WEIGHT];
    label_weight(asked, budget->min_samples, 1);
    if (budget->samples >= 0)
        sink_format(sink, "%s samples, fewer than the %s asked for",
                    label_weight(count, budget->samples, 1), asked);
    else
        sink_format(sink, "number of samples unknown, %s asked for", asked);
}

static void write_outcome(const struct budget *budget, struct sink *sink)
{
    char count[LABEL_WEIGHT];
    if (budget->broken)
        sink_format(sink, "%lu of %lu rules broken", (unsigned long)budget->broken,
                    (unsigned long)budget->count);
    else
        sink_text(sink, "all rules hold");
    if (budget->samples >= 0)
        sink_format(sink, ", %s samples", label_weight(count, budget->samples, 1));
    else
        sink_text(sink, ", number of samples unknown");
}

static void write_verdict(const struct budget *budget, const char *strong, struct sink *sink)
{
    static const char *const verdicts[] = {
        [BUDGET_HOLDS] = "PASS",
        [BUDGET_BROKEN] = "FAIL",
        [BUDGET_TOO_LITTLE] = "TOO LITTLE DATA",
    };
    sink_format(sink, "%s%s%s: ", strong, verdicts[budget->verdict], strong);
    if (budget->verdict == BUDGET_TOO_LITTLE)
        write_too_little(budget, sink);
    else
        write_outcome(budget, sink);
    if (budget->self)
        sink_text(sink, ", functions by self");
    sink_text(sink, "\n");
}

static size_t rows_shown(const struct budget *budget, uint64_t rows)
{
    return rows && rows < budget->count ? (size_t)rows : budget->count;
}

static void write_row(const struct budget *budget, const struct budget_rule *rule,
                      const struct profile *profile, struct sink *sink)
{
    struct label label;
    sink_format(sink, "%-5s %8.2f%%  ", verdict_of_rule(budget, rule), percent(budget, rule));
    label_rule(&label, budget, rule, RULE_COLUMNS);
    sink_write(sink, label.text, label.len);
    unsigned used = label.columns;
    bool found = label_widest(&label, profile, rule, rule->over > 1 ? OF_MORE_COLUMNS : WIDEST_COLUMNS);
    if (found || (rule->matched == 0 && rule->kind != BUDGET_UNKNOWN))
        sink_format(sink, "%*s", (int)(RULE_COLUMNS + 2 - used), "");
    if (found)
        sink_write(sink, label.text, label.len);
    write_more(rule, sink);
    sink_text(sink, "\n");
}

void budget_report_text(const struct budget *budget, const struct profile *profile, uint64_t rows,
                        struct sink *sink)
{
    size_t shown = rows_shown(budget, rows);
    write_verdict(budget, "", sink);
    if (shown)
        sink_format(sink, "\n       measured  %-*s  widest\n", RULE_COLUMNS, "rule");
    for (size_t i = 0; i < shown; i++)
        write_row(budget, &budget->rules[i], profile, sink);
    if (shown < budget->count)
        sink_format(sink, "and %lu more\n", (unsigned long)(budget->count - shown));
}

void budget_report_markdown(const struct budget *budget, const struct profile *profile,
                            uint64_t rows, struct sink *sink)
{
    size_t shown = rows_shown(budget, rows && rows < MARKDOWN_ROWS ? rows : MARKDOWN_ROWS);
    struct label label;
    write_verdict(budget, "**", sink);
    if (shown)
        sink_text(sink, "\n| | Measured | Rule | Widest |\n|:---|---:|:---|:---|\n");
    for (size_t i = 0; i < shown; i++) {
        const struct budget_rule *rule = &budget->rules[i];
        sink_format(sink, "| %s | %.2f%% | ", verdict_of_rule(budget, rule), percent(budget, rule));
        label_rule(&label, budget, rule, MARKDOWN_COLUMNS);
        markdown_code(sink, &label);
        sink_text(sink, " | ");
        if (label_widest(&label, profile, rule, MARKDOWN_COLUMNS))
            markdown_code(sink, &label);
        write_more(rule, sink);
        sink_text(sink, " |\n");
    }
    if (shown < budget->count)
        sink_format(sink, "\nand %lu more\n", (unsigned long)(budget->count - shown));
}

/* The stack of the widest node, or the widest function alone. */
static void write_widest(struct json_write *json, const struct profile *profile,
                         const struct budget_rule *rule)
{
    json_write_name(json, "widest");
    if (rule->node == PROFILE_NONE && rule->frame == FRAME_GAP) {
        json_write_null(json);
        return;
    }
    json_write_array(json);
    if (rule->node == PROFILE_NONE) {
        json_frame(json, &profile->frames, rule->frame);
    } else {
        uint32_t *stack = memory_get(profile_depth(profile, rule->node), sizeof *stack);
        size_t depth = profile_stack(profile, rule->node, stack);
        for (size_t i = 0; i < depth; i++)
            json_frame(json, &profile->frames, stack[i]);
        memory_free(stack);
    }
    json_write_end(json);
}

static void write_rule(struct json_write *json, const struct budget *budget,
                       const struct profile *profile, const struct budget_rule *rule)
{
    static const char *const kinds[] = {
        [BUDGET_DEPTH] = "depth",
        [BUDGET_NAME] = "name",
        [BUDGET_REGEX] = "regex",
        [BUDGET_UNKNOWN] = "unknown",
    };
    json_write_object(json);
    json_write_name(json, "rule");
    json_write_text(json, rule->text);
    json_string(json, "kind", kinds[rule->kind]);
    json_write_name(json, "holds");
    json_write_bool(json, rule->over == 0);
    json_weight(json, "limit", rule->limit, BUDGET_PERCENT);
    json_write_name(json, "measured");
    json_write_number(json, percent(budget, rule), JSON_DIGITS);
    json_weight(json, "weight", rule->weight, profile->scale);
    json_weight(json, "matched", rule->matched, 1);
    json_weight(json, "over", rule->over, 1);
    write_widest(json, profile, rule);
    json_write_end(json);
}

void budget_report_json(const struct budget *budget, const struct profile *profile,
                        struct sink *sink)
{
    static const char *const verdicts[] = {
        [BUDGET_HOLDS] = "pass",
        [BUDGET_BROKEN] = "fail",
        [BUDGET_TOO_LITTLE] = "too-little-data",
    };
    struct json_write json;
    json_write_init(&json, sink);
    json_write_object(&json);
    json_format(&json, "flamectl-check", FORMAT_VERSION);
    json_string(&json, "verdict", verdicts[budget->verdict]);
    json_unit(&json, profile);
    json_weight(&json, "total", budget->total, profile->scale);
    json_write_name(&json, "samples");
    if (budget->samples >= 0)
        json_write_count(&json, (uint64_t)budget->samples);
    else
        json_write_null(&json);
    json_weight(&json, "min_samples", budget->min_samples, 1);
    json_weight(&json, "depth", budget->depth, 1);
    json_string(&json, "measure", budget->self ? "self" : "total");
    json_write_name(&json, "rules");
    json_write_array(&json);
    for (size_t i = 0; i < budget->count; i++)
        write_rule(&json, budget, profile, &budget->rules[i]);
    json_write_end(&json);
    json_write_end(&json);
}
