/* flamectl diff: two profiles in, one picture or table of what changed out. Both are read into one tree, the
 * first into its column before, the second into its column after: that tree is the diff. */
#include "commands.h"
#include "flamectl/memory.h"
#include "flamectl/normalize.h"
#include "flamectl/profile_samples.h"
#include "flamectl/profile_sort.h"
#include "pipeline.h"
#include "verdict.h"

enum side { BEFORE, AFTER, SIDES };

static const char *const side_names[SIDES] = {"before", "after"};

struct diff_options {
    int normalize;
    struct verdict_options verdict;
};

enum { ROW_BEFORE, ROW_AFTER, ROW_AA };

#define VERDICT(field) offsetof(struct diff_options, verdict.field)

static const struct option rows[] = {
    [ROW_BEFORE] = {.name = "before", .kind = OPTION_SIDE, .set = BEFORE + 1,
                    .help = "the files that follow are runs of the side before"},
    [ROW_AFTER] = {.name = "after", .kind = OPTION_SIDE, .set = AFTER + 1,
                   .help = "the files that follow are runs of the side after"},
    [ROW_AA] = {.name = "aa", .kind = OPTION_SIDE, .set = SIDES + 1,
                .help = "the files that follow are runs of one build: how often would it fail?"},
    {.name = "normalize", .letter = 'n', .kind = OPTION_FLAG,
     .offset = offsetof(struct diff_options, normalize), .set = 1,
     .help = "scale before to after's total, exactly"},
    {.name = "fail-on", .kind = OPTION_TEXT, .offset = VERDICT(fail_on), .value = "VERDICTS",
     .help = "regression: then exit with 1; regression,inconclusive: also with 3"},
    {.name = "min-change", .kind = OPTION_TEXT, .offset = VERDICT(min_change), .value = "POINTS[,PERCENT]",
     .help = "smallest change that counts: points of the total, and percent of before (0.5,5)"},
    {.name = "strict-change", .kind = OPTION_FLAG, .offset = VERDICT(strict_change), .set = 1,
     .help = "the whole interval of a change must be that large, not just the estimate"},
    {.name = "fdr", .kind = OPTION_TEXT, .offset = VERDICT(fdr), .value = "RATE",
     .help = "share of false ones among the functions found (0.05)"},
    {.name = "allow-single-run", .kind = OPTION_FLAG, .offset = VERDICT(allow_single_run), .set = 1,
     .help = "one run a side may fail, too, though runs differ by more than sampling noise"},
    {.name = "work-before", .kind = OPTION_TEXT, .offset = VERDICT(work[BEFORE]), .value = "N,...",
     .help = "work done (requests, iterations) in each run of before: judge the cost of it"},
    {.name = "work-after", .kind = OPTION_TEXT, .offset = VERDICT(work[AFTER]), .value = "N,...",
     .help = "the same for after"},
    {.name = NULL},
};

/* The inputs of each side, in their order; each is a run, and a column. */
struct sides {
    const char **files; /* those of before first */
    unsigned runs[SIDES];
};

static unsigned first_run(const struct sides *sides, unsigned side)
{
    return side == BEFORE ? 0 : sides->runs[BEFORE];
}

/* BEFORE AFTER, the plain way. */
static int take_plain(const struct option_result *inputs, struct diag *diag)
{
    if (inputs->operand_count == SIDES) {
        inputs->sides[0] = BEFORE + 1;
        inputs->sides[1] = AFTER + 1;
        return 0;
    }
    diag_error(diag, NULL, 0,
               "diff takes two inputs, before and after, not %zu; several runs a side are: "
               "--before FILE... --after FILE...",
               inputs->operand_count);
    return -1;
}

static int take_side(const struct option_result *inputs, unsigned side, struct sides *sides,
                     struct diag *diag)
{
    const char **files = sides->files + first_run(sides, side);
    for (size_t i = 0; i < inputs->operand_count; i++)
        if (inputs->sides[i] == (int)side + 1)
            files[sides->runs[side]++] = inputs->operands[i];
    if (sides->runs[side])
        return 0;
    diag_error(diag, NULL, 0, "nothing to compare: no file for the side %s (--%s FILE...)",
               side_names[side], side_names[side]);
    return -1;
}

/* Fills sides->files, which has room for all operands. */
static int take_sides(const struct pipeline *pipeline, struct sides *sides)
{
    const struct option_result *inputs = &pipeline->result;
    bool plain = !option_used(inputs, &rows[ROW_BEFORE]) && !option_used(inputs, &rows[ROW_AFTER]);
    if (plain && take_plain(inputs, pipeline->diag) < 0)
        return -1;
    for (size_t i = 0; i < inputs->operand_count; i++) {
        if (inputs->sides[i])
            continue;
        diag_error(pipeline->diag, NULL, 0,
                   "'%s' is of no side: --before or --after comes before its files",
                   inputs->operands[i]);
        return -1;
    }
    return take_side(inputs, BEFORE, sides, pipeline->diag) < 0 ||
                   take_side(inputs, AFTER, sides, pipeline->diag) < 0
               ? -1
               : 0;
}

static int read_sides(struct pipeline *pipeline, const struct sides *sides)
{
    unsigned runs = sides->runs[BEFORE] + sides->runs[AFTER];
    profile_set_columns(&pipeline->profile, runs);
    pipeline->recorder.comparing = true;
    for (unsigned run = 0; run < runs; run++) {
        if (pipeline_read(pipeline, sides->files[run], run) < 0) {
            diag_error(pipeline->diag, NULL, 0, "nothing to compare: '%s', %sthe side %s, cannot be used",
                       sides->files[run], sides->runs[run >= sides->runs[BEFORE]] > 1 ? "a run of " : "",
                       side_names[run >= sides->runs[BEFORE]]);
            return -1;
        }
    }
    pipeline_settle(pipeline);
    return 0;
}

/* Weights of different units have no difference; of their shares one can speak. */
static int check_units(const struct pipeline *pipeline, const struct diff_options *options)
{
    if (!pipeline->recorder.units_differ || options->normalize)
        return 0;
    diag_error(pipeline->diag, NULL, 0,
               "the inputs count different things: -n compares their shares, --count=samples "
               "their numbers of samples");
    return -1;
}

/* Makes one column of the runs of a side, after they were told of. */
static int join_side(struct pipeline *pipeline, const struct sides *sides, unsigned side)
{
    struct profile *profile = &pipeline->profile;
    const char *file = sides->files[first_run(sides, side)];
    for (unsigned run = side; run < side + sides->runs[side]; run++)
        if (profile->grand[run] == 0 && sides->runs[side] > 1)
            diag_warn(pipeline->diag, sides->files[first_run(sides, side) + run - side], 0,
                      "this run of the side %s has no weight", side_names[side]);
    if (!profile_join_columns(profile, side, sides->runs[side])) {
        diag_error(pipeline->diag, file, 0, "the weights of the side %s add up to more than %lld",
                   side_names[side], (long long)(INT64_MAX / profile->scale));
        return -1;
    }
    if (profile->grand[side])
        return 0;
    diag_error(pipeline->diag, file, 0, "nothing to compare: the side %s has no weight%s",
               side_names[side], rewrite_is_empty(pipeline->rewrite) ? "" : " left by the options");
    return -1;
}

/* Each side becomes its mean run; and before is scaled to after's total where that is asked for. */
static void scale_sides(struct profile *profile, const struct sides *sides, struct writing *writing)
{
    bool means = sides->runs[BEFORE] > 1 || sides->runs[AFTER] > 1;
    if (means || writing->normalized)
        profile_make_decimal(profile); /* where it does not fit, whole units must do */
    for (unsigned side = BEFORE; side < SIDES; side++) {
        int64_t runs = sides->runs[side], sum = profile->grand[side];
        writing->side[side] = (struct writing_side){
            .files = sides->files + first_run(sides, side),
            .runs = sides->runs[side],
            .total = sum / runs + (sum % runs * 2 >= runs),
        };
    }
    normalize_column(profile, AFTER, writing->side[AFTER].total);
    normalize_column(profile, BEFORE, writing->side[writing->normalized ? AFTER : BEFORE].total);
}

/* A verdict is looked for where somebody would see it. */
static bool wants_verdict(const struct pipeline *pipeline, const struct verdict *verdict, const struct sides *sides)
{
    return verdict->asked || pipeline->writer->tells_verdict || sides->runs[BEFORE] > 1 || sides->runs[AFTER] > 1;
}

static int join_and_write(struct pipeline *pipeline, const struct sides *sides, struct writing *writing)
{
    /* once before is one column, after's runs begin at the next */
    if (join_side(pipeline, sides, BEFORE) < 0 || join_side(pipeline, sides, AFTER) < 0)
        return -1;
    scale_sides(&pipeline->profile, sides, writing);
    return pipeline_write(pipeline, writing);
}

static int compare(struct pipeline *pipeline, const struct diff_options *options, const struct verdict *verdict,
                   const struct sides *sides, enum status *status)
{
    struct profile *profile = &pipeline->profile;
    struct writing writing = {.diff = true, .normalized = options->normalize};
    struct comparison comparison;
    bool judged = wants_verdict(pipeline, verdict, sides);
    if (pipeline_open(pipeline, PROFILE_BY_NAME) < 0 || read_sides(pipeline, sides) < 0)
        return -1;
    if (judged)
        profile_infer_samples(profile); /* stacks that are dropped later tell, too */
    if (pipeline_finish(pipeline) < 0 || check_units(pipeline, options) < 0)
        return -1;
    if (!judged)
        return join_and_write(pipeline, sides, &writing);
    profile_sort(profile);
    verdict_make(verdict, &comparison, profile, sides->files, sides->runs);
    writing.comparison = &comparison;
    int result = join_and_write(pipeline, sides, &writing);
    if (result == 0 && !pipeline->writer->tells_verdict)
        verdict_tell(verdict, &comparison, profile, pipeline->diag);
    *status = verdict_status(verdict, &comparison);
    comparison_free(&comparison);
    return result;
}

static int compare_sides(struct pipeline *pipeline, const struct diff_options *options, enum status *status)
{
    struct sides sides = {.files = memory_get(pipeline->result.operand_count, sizeof(char *))};
    struct verdict verdict = {.work = NULL};
    int result = take_sides(pipeline, &sides);
    if (result == 0)
        result = verdict_init(&verdict, &options->verdict, sides.runs, pipeline->diag);
    if (result == 0)
        result = compare(pipeline, options, &verdict, &sides, status);
    verdict_free(&verdict);
    memory_free(sides.files);
    return result;
}

/* --aa A1 A2...: all inputs are runs of one build. */
static int check_one_build(const struct pipeline *pipeline, const struct diff_options *options)
{
    const struct option_result *inputs = &pipeline->result;
    bool alone = !option_used(inputs, &rows[ROW_BEFORE]) && !option_used(inputs, &rows[ROW_AFTER]);
    for (size_t i = 0; i < inputs->operand_count; i++)
        alone = alone && inputs->sides[i] == SIDES + 1;
    if (!alone || inputs->operand_count < 4) {
        diag_error(pipeline->diag, NULL, 0, "--aa takes at least four runs of one build, and no others");
        return -1;
    }
    if (options->verdict.work[BEFORE] || options->verdict.work[AFTER] || options->verdict.fail_on ||
        pipeline->common.to) {
        diag_error(pipeline->diag, NULL, 0,
                   "--aa prints how often the verdict would be wrong; %s has no meaning with it",
                   pipeline->common.to ? "--to" : options->verdict.fail_on ? "--fail-on" : "--work-before");
        return -1;
    }
    return 0;
}

static int split_one_build(struct pipeline *pipeline, const struct diff_options *options)
{
    struct profile *profile = &pipeline->profile;
    unsigned runs = (unsigned)pipeline->result.operand_count;
    struct sides sides = {.files = pipeline->result.operands, .runs = {runs, 0}};
    struct verdict verdict;
    struct comparison_splits splits;
    int result = verdict_init(&verdict, &options->verdict, sides.runs, pipeline->diag);
    verdict_free(&verdict);
    if (result < 0 || pipeline_open(pipeline, PROFILE_BY_NAME) < 0 || read_sides(pipeline, &sides) < 0)
        return -1;
    profile_infer_samples(profile);
    if (pipeline_finish(pipeline) < 0)
        return -1;
    for (unsigned run = 0; run < runs; run++) {
        if (profile_knows_samples(profile, run))
            continue;
        diag_error(pipeline->diag, sides.files[run], 0, "these are weights, and --aa needs counts of samples: "
                                                        "flamectl collapse --count=samples");
        return -1;
    }
    profile_sort(profile);
    comparison_split(&splits, profile, &verdict.comparison);
    verdict_print_splits(&splits, runs, &pipeline->sink);
    return pipeline_close(pipeline, 0);
}

static int steps(struct pipeline *pipeline, const struct diff_options *options, enum status *status)
{
    if (!option_used(&pipeline->result, &rows[ROW_AA]))
        return compare_sides(pipeline, options, status);
    return check_one_build(pipeline, options) < 0 ? -1 : split_one_build(pipeline, options);
}

static int run(const struct command *command, int argc, char **argv, struct diag *diag)
{
    struct pipeline pipeline;
    struct diff_options options = {0};
    enum status status = STATUS_DONE;
    int result = pipeline_start(&pipeline, command, argc, argv, &options, diag);
    if (result > 0)
        result = steps(&pipeline, &options, &status);
    int end = pipeline_end(&pipeline, result);
    return end == STATUS_DONE ? (int)status : end;
}

static const char *const writers[] = {"svg", "folded", "text", "json", "markdown", NULL};

const struct command diff_command = {
    .name = "diff",
    .summary = "show what changed between two profiles",
    .usage = "[OPTION]... BEFORE AFTER\n"
             "       flamectl diff [OPTION]... --before FILE... --after FILE...",
    .description = "Draws AFTER as a flame graph whose frames are coloured by their change since BEFORE; or prints "
                   "what changed and what that means (--to text, markdown, json), or both weights of every stack "
                   "(--to folded). Inputs are what collapse reads. Several runs a side are compared by their mean.",
    .example = "flamectl diff -n before.folded after.folded > diff.svg",
    .also = "The options of flamectl collapse on samples and stacks (--focus, --event-filter, ...) work here, too.",
    .options = rows,
    .options_size = sizeof(struct diff_options),
    .original = ORIGINAL_RENDER,
    .wants_samples = true,
    .writers = writers,
    .run = run,
};
