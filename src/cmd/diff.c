/* flamectl diff: two profiles in, one picture or table of what changed out. Both are read into one tree, the
 * first into its column before, the second into its column after: that tree is the diff. */
#include "commands.h"
#include "flamectl/memory.h"
#include "flamectl/normalize.h"
#include "flamectl/profile_samples.h"
#include "pipeline.h"

enum side { BEFORE, AFTER, SIDES };

static const char *const side_names[SIDES] = {"before", "after"};

struct diff_options {
    int normalize;
};

enum { ROW_BEFORE, ROW_AFTER };

static const struct option rows[] = {
    [ROW_BEFORE] = {.name = "before", .kind = OPTION_SIDE, .set = BEFORE + 1,
                    .help = "the files that follow are runs of the side before"},
    [ROW_AFTER] = {.name = "after", .kind = OPTION_SIDE, .set = AFTER + 1,
                   .help = "the files that follow are runs of the side after"},
    {.name = "normalize", .letter = 'n', .kind = OPTION_FLAG,
     .offset = offsetof(struct diff_options, normalize), .set = 1,
     .help = "scale before to after's total, exactly"},
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
    pipeline_settle(pipeline); /* stacks that are dropped later tell of samples, too */
    for (unsigned run = 0; run < runs; run++)
        profile_infer_samples(&pipeline->profile, run);
    return 0;
}

/* Weights of different units have no difference; of their shares one can speak. */
static int check_units(const struct pipeline *pipeline, const struct diff_options *options)
{
    if (!pipeline->recorder.units_differ || options->normalize)
        return 0;
    diag_error(pipeline->diag, NULL, 0,
               "the inputs count different things: -n compares shares, --count=samples samples");
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

static int compare(struct pipeline *pipeline, const struct diff_options *options,
                   const struct sides *sides)
{
    struct writing writing = {.diff = true, .normalized = options->normalize};
    if (pipeline_open(pipeline, PROFILE_BY_NAME) < 0 || read_sides(pipeline, sides) < 0 ||
        pipeline_finish(pipeline) < 0 || check_units(pipeline, options) < 0)
        return -1;
    /* once before is one column, after's runs begin at the next */
    if (join_side(pipeline, sides, BEFORE) < 0 || join_side(pipeline, sides, AFTER) < 0)
        return -1;
    scale_sides(&pipeline->profile, sides, &writing);
    return pipeline_write(pipeline, &writing);
}

static int steps(struct pipeline *pipeline, const struct diff_options *options)
{
    struct sides sides = {.files = memory_get(pipeline->result.operand_count, sizeof(char *))};
    int result = take_sides(pipeline, &sides);
    if (result == 0)
        result = compare(pipeline, options, &sides);
    memory_free(sides.files);
    return result;
}

static int run(const struct command *command, int argc, char **argv, struct diag *diag)
{
    struct pipeline pipeline;
    struct diff_options options = {0};
    int result = pipeline_start(&pipeline, command, argc, argv, &options, diag);
    if (result > 0)
        result = steps(&pipeline, &options);
    return pipeline_end(&pipeline, result);
}

static const char *const writers[] = {"svg", "folded", NULL};

const struct command diff_command = {
    .name = "diff",
    .summary = "show what changed between two profiles",
    .usage = "[OPTION]... BEFORE AFTER, or [OPTION]... --before FILE... --after FILE...",
    .description = "Draws AFTER as a flame graph whose frames are coloured by their change since BEFORE, or prints\n"
                   "both weights of every stack (--to folded). Inputs are what collapse reads. Several runs a side\n"
                   "are compared by their mean.",
    .example = "flamectl diff -n before.folded after.folded > diff.svg",
    .also = "The options of flamectl collapse on samples and stacks (--focus, --event-filter, ...) work here, too.",
    .options = rows,
    .options_size = sizeof(struct diff_options),
    .original = ORIGINAL_RENDER,
    .wants_samples = true,
    .writers = writers,
    .run = run,
};
