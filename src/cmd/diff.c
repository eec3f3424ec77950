/* flamectl diff: two profiles in, one picture or table of what changed out. Both are read into one tree, the
 * first into its column before, the second into its column after: that tree is the diff. */
#include "commands.h"
#include "flamectl/normalize.h"
#include "pipeline.h"

enum side { BEFORE, AFTER, SIDES };

static const char *const side_names[SIDES] = {"before", "after"};

struct diff_options {
    int normalize;
};

static const struct option rows[] = {
    {.name = "normalize", .letter = 'n', .kind = OPTION_FLAG,
     .offset = offsetof(struct diff_options, normalize), .set = 1,
     .help = "scale before to after's total, exactly"},
    {.name = NULL},
};

static int read_sides(struct pipeline *pipeline)
{
    const char **files = pipeline->result.operands;
    profile_set_columns(&pipeline->profile, SIDES);
    pipeline->recorder.comparing = true;
    for (unsigned side = BEFORE; side < SIDES; side++) {
        if (pipeline_read(pipeline, files[side], side) < 0) {
            diag_error(pipeline->diag, NULL, 0, "nothing to compare: '%s', the side %s, cannot be used",
                       files[side], side_names[side]);
            return -1;
        }
    }
    return 0;
}

static int check_sides(const struct pipeline *pipeline)
{
    for (unsigned side = BEFORE; side < SIDES; side++) {
        if (pipeline->profile.grand[side] == 0) {
            diag_error(pipeline->diag, pipeline->result.operands[side], 0,
                       "nothing to compare: the side %s has no weight%s", side_names[side],
                       rewrite_is_empty(pipeline->rewrite) ? "" : " left by the options");
            return -1;
        }
    }
    return 0;
}

static int steps(struct pipeline *pipeline, const struct diff_options *options)
{
    if (pipeline->result.operand_count != SIDES) {
        diag_error(pipeline->diag, NULL, 0, "diff takes two inputs, before and after, not %zu",
                   pipeline->result.operand_count);
        return -1;
    }
    if (pipeline_open(pipeline, PROFILE_BY_NAME) < 0 || read_sides(pipeline) < 0 ||
        pipeline_finish(pipeline) < 0 || check_sides(pipeline) < 0)
        return -1;
    struct profile *profile = &pipeline->profile;
    struct writing writing = {.diff = true,
                              .before_total = profile->grand[BEFORE],
                              .before_scale = profile->scale,
                              .normalized = options->normalize};
    if (options->normalize)
        normalize_column(profile, BEFORE, AFTER);
    return pipeline_write(pipeline, &writing);
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
    .usage = "[OPTION]... BEFORE AFTER",
    .description = "Draws AFTER as a flame graph whose frames are coloured by their change since BEFORE, or prints\n"
                   "both weights of every stack (--to folded). Inputs are what collapse reads.",
    .example = "flamectl diff -n before.folded after.folded > diff.svg",
    .also = "The options of flamectl collapse on samples and stacks (--focus, --event-filter, ...) work here, too.",
    .options = rows,
    .options_size = sizeof(struct diff_options),
    .original = ORIGINAL_RENDER,
    .writers = writers,
    .run = run,
};
