/* flamectl check: a profile in, and whether its bars keep within their budgets out. */
#include "commands.h"
#include "flamectl/budget.h"
#include "flamectl/profile_samples.h"
#include "flamectl/profile_sort.h"
#include "pipeline.h"

/* How many samples there are must be asked before stacks are dropped. */
static int read_profile(struct pipeline *pipeline, const struct budget *budget)
{
    struct profile *profile = &pipeline->profile;
    if (pipeline_open(pipeline, PROFILE_BY_NAME) < 0 || pipeline_read_all(pipeline) < 0)
        return -1;
    pipeline_settle(pipeline);
    profile_infer_samples(profile);
    if (!profile_knows_samples(profile, profile->columns - 1) && budget->min_samples)
        diag_warn(pipeline->diag, NULL, 0,
                  "the weights do not tell how many samples they come from, as --min-samples asks: "
                  "let collapse --count=samples count them, and give that option here, too");
    return pipeline_finish(pipeline);
}

/* A name may be misspelt, or its function gone: then the rule holds, whatever the others do. */
static void tell_unmatched(const struct budget *budget, struct diag *diag)
{
    struct span first = span_of("");
    size_t count = 0;
    for (size_t i = 0; i < budget->count; i++) {
        const struct budget_rule *rule = &budget->rules[i];
        if (rule->matched == 0 && (rule->kind == BUDGET_NAME || rule->kind == BUDGET_REGEX) && count++ == 0)
            first = rule->text;
    }
    if (count)
        diag_warn(diag, NULL, 0, "the profile has no function for '%.*s'%s: nothing is measured",
                  diag_excerpt(first), first.data, count > 1 ? " and other rules" : "");
}

static int steps(struct pipeline *pipeline, const struct budget_options *options,
                 struct budget *budget)
{
    struct profile *profile = &pipeline->profile;
    struct writing writing = {.budget = budget};
    if (budget_init(budget, options, pipeline->diag) < 0 || read_profile(pipeline, budget) < 0)
        return -1;
    if (profile->grand[profile->columns - 1] == 0) {
        diag_error(pipeline->diag, NULL, 0, "there is no weight to judge");
        return -1;
    }
    profile_sort(profile);
    budget_measure(budget, profile);
    tell_unmatched(budget, pipeline->diag);
    return pipeline_write(pipeline, &writing);
}

static int run(const struct command *command, int argc, char **argv, struct diag *diag)
{
    static const int statuses[] = {
        [BUDGET_HOLDS] = STATUS_DONE,
        [BUDGET_BROKEN] = STATUS_NO,
        [BUDGET_TOO_LITTLE] = STATUS_TOO_LITTLE,
    };
    struct pipeline pipeline;
    struct budget_options options = {0};
    struct budget budget = {0};
    int result = pipeline_start(&pipeline, command, argc, argv, &options, diag);
    if (result > 0)
        result = steps(&pipeline, &options, &budget);
    enum budget_verdict verdict = budget.verdict;
    budget_free(&budget);
    int status = pipeline_end(&pipeline, result);
    return status == STATUS_DONE ? statuses[verdict] : status;
}

static const char *const writers[] = {"text", "json", "markdown", NULL};

const struct command check_command = {
    .name = "check",
    .summary = "fail where functions take more than their share",
    .usage = "[OPTION]... [FILE]...",
    .description = "Measures profiles by rules and prints each rule with what was found, the worst first. Exit status "
                   "0: all rules hold; 1: some do not; 2: failed or misused; 3: too few samples (--min-samples). "
                   "Inputs are what collapse reads; several files are added up.",
    .example = "flamectl check --max 'malloc=5%' --unknown 10% out.folded",
    .also = "The options of flamectl collapse on samples and stacks (--focus, --event-filter, ...) work here, too.",
    .options = budget_option_rows,
    .options_size = sizeof(struct budget_options),
    .wants_samples = true,
    .writers = writers,
    .run = run,
};
