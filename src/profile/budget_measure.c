/* Budgets: what a profile has to say to each rule. */
#include <math.h>
#include <stdlib.h>

#include "flamectl/budget.h"
#include "flamectl/memory.h"
#include "flamectl/profile_functions.h"
#include "flamectl/profile_walk.h"
#include "rewrite_names.h"

struct measuring {
    const struct profile *profile;
    unsigned column; /* the present one: the last */
    struct profile_functions functions;
    const int64_t *by_function; /* self or total */
    struct profile_walk walk;
};

/* The largest whole weight within a limit. Exact: total = q * 100 % + r, and neither product below
 * exceeds 63 bits, as limit <= 100 %. */
static int64_t allowed(int64_t limit, int64_t total)
{
    const int64_t all = 100 * (int64_t)BUDGET_PERCENT;
    return total / all * limit + total % all * limit / all;
}

/* Files one candidate of a rule; true where it is the widest so far. */
static bool consider(struct budget_rule *rule, int64_t weight, int64_t most)
{
    bool widest = rule->matched == 0 || weight > rule->weight;
    rule->matched++;
    rule->over += weight > most;
    if (widest)
        rule->weight = weight;
    return widest;
}

static void measure_depth(struct budget_rule *rule, const struct measuring *measuring,
                          uint32_t depth, int64_t most)
{
    struct profile_level level = {0};
    for (uint32_t node = 0; node < measuring->profile->count; node++)
        if (profile_level_of(&level, measuring->profile, node) == depth &&
            consider(rule, measuring->walk.total[measuring->column][node], most))
            rule->node = node;
}

/* A name stands for the frames of all kinds that have it; with a suffix, for that kind. */
static bool is_named(const struct frame *frame, struct span name)
{
    struct span suffix = span_of(frame_suffix(frame->kind));
    return span_equal(frame->name, name) ||
           (suffix.len && name.len == frame->name.len + suffix.len &&
            span_equal(span_first(name, frame->name.len), frame->name) &&
            span_equal(span_skip(name, frame->name.len), suffix));
}

/* Ties go by name: ids depend on the order of reading. */
static bool is_named_before(const struct frame *a, const struct frame *b)
{
    int order = span_compare(a->name, b->name);
    return order ? order < 0 : a->kind < b->kind;
}

static void measure_functions(struct budget_rule *rule, const struct measuring *measuring,
                              int64_t most)
{
    const struct frame_table *frames = &measuring->profile->frames;
    for (uint32_t id = 0; id < frames->count; id++) {
        const struct frame *frame = &frames->frames[id];
        if (measuring->functions.total[measuring->column][id] == 0)
            continue;
        if (rule->regex ? !name_matches(rule->regex, frame->name.data, 0, NULL)
                        : !is_named(frame, rule->name))
            continue;
        bool widest = consider(rule, measuring->by_function[id], most);
        if (widest || (measuring->by_function[id] == rule->weight &&
                       is_named_before(frame, &frames->frames[rule->frame])))
            rule->frame = id;
    }
}

/* 0x7f3a, 7f3a0c11, or 0x... as --strip-hex leaves it. */
static bool is_address(struct span name)
{
    bool prefixed = span_starts(name, "0x");
    bool any_digit = prefixed;
    struct span digits = prefixed ? span_skip(name, 2) : name;
    if (prefixed && span_is(digits, "..."))
        return true;
    for (size_t i = 0; i < digits.len; i++) {
        if (!is_hex(digits.data[i]))
            return false;
        any_digit = any_digit || is_digit(digits.data[i]);
    }
    return any_digit && digits.len >= (prefixed ? 1 : 8);
}

/* [unknown], the module in brackets that stands for a function of it, or a bare address. */
static bool is_unknown(struct span name)
{
    return (name.len > 2 && name.data[0] == '[' && name.data[name.len - 1] == ']') ||
           is_address(name);
}

/* All of them as one function: the outermost on a stack counts. */
static void measure_unknown(struct budget_rule *rule, const struct measuring *measuring, bool self,
                            int64_t most)
{
    const struct profile *profile = measuring->profile;
    bool *unknown = memory_zero(profile->frames.count, sizeof *unknown);
    bool *covered = memory_zero(profile->count, sizeof *covered);
    int64_t weight = 0;
    for (uint32_t id = 0; id < profile->frames.count; id++) {
        unknown[id] = is_unknown(profile->frames.frames[id].name);
        if (!unknown[id] || measuring->functions.total[measuring->column][id] == 0)
            continue;
        rule->matched++;
        weight += self ? measuring->functions.self[measuring->column][id] : 0;
    }
    for (uint32_t node = 1; node < profile->count && !self; node++) {
        uint32_t frame = profile->nodes[node].frame, parent = profile->nodes[node].parent;
        bool here = frame != FRAME_GAP && unknown[frame];
        covered[node] = covered[parent] || here;
        if (here && !covered[parent])
            weight += measuring->walk.total[measuring->column][node];
    }
    rule->weight = weight;
    rule->over = weight > most;
    memory_free(unknown);
    memory_free(covered);
}

static void measure(struct budget_rule *rule, const struct budget *budget,
                    const struct measuring *measuring)
{
    int64_t most = allowed(rule->limit, budget->total);
    rule->node = PROFILE_NONE;
    rule->frame = FRAME_GAP;
    if (rule->kind == BUDGET_DEPTH)
        measure_depth(rule, measuring, budget->depth, most);
    else if (rule->kind == BUDGET_UNKNOWN)
        measure_unknown(rule, measuring, budget->self, most);
    else
        measure_functions(rule, measuring, most);
}

/* How much of its limit a rule uses. */
static double usage(const struct budget_rule *rule)
{
    if (rule->weight == 0)
        return 0;
    return rule->limit ? (double)rule->weight / (double)rule->limit : HUGE_VAL;
}

static int compare(const void *left, const void *right)
{
    const struct budget_rule *a = left, *b = right;
    if ((a->over > 0) != (b->over > 0))
        return a->over > 0 ? -1 : 1;
    double x = usage(a), y = usage(b);
    if (x != y)
        return x > y ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return span_compare(a->text, b->text);
}

void budget_measure(struct budget *budget, const struct profile *profile)
{
    struct measuring measuring = {.profile = profile, .column = profile->columns - 1};
    unsigned column = measuring.column;
    budget->total = profile->grand[column];
    budget->samples = profile_knows_samples(profile, column) ? profile->grand_samples[column] : -1;
    profile_functions_init(&measuring.functions, profile);
    profile_walk_init(&measuring.walk, profile);
    measuring.by_function =
        budget->self ? measuring.functions.self[column] : measuring.functions.total[column];
    for (size_t i = 0; i < budget->count; i++) {
        measure(&budget->rules[i], budget, &measuring);
        budget->broken += budget->rules[i].over > 0;
    }
    if (budget->count)
        qsort(budget->rules, budget->count, sizeof *budget->rules, compare);
    budget->verdict = budget->samples < budget->min_samples && budget->min_samples
                          ? BUDGET_TOO_LITTLE
                      : budget->broken ? BUDGET_BROKEN
                                       : BUDGET_HOLDS;
    profile_walk_free(&measuring.walk);
    profile_functions_free(&measuring.functions);
}
