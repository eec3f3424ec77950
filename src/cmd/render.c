/* flamectl render: profiles in, a flame graph out. */
#include "commands.h"
#include "flamectl/svg_policy.h"
#include "pipeline.h"

struct render_options {
    int flamechart, csp_hash;
};

static const struct option rows[] = {
    {.name = "flamechart", .kind = OPTION_FLAG, .offset = offsetof(struct render_options, flamechart),
     .set = 1, .help = "keep the order of the input (time), merge only neighbours", .classic = ORIGINAL_RENDER},
    {.name = "csp-hash", .kind = OPTION_FLAG, .offset = offsetof(struct render_options, csp_hash), .set = 1,
     .help = "print what a Content-Security-Policy needs to allow script and style, and end"},
    {.name = NULL},
};

/* The hashes are those of every picture: no input is read. */
static int write_policy(struct pipeline *pipeline)
{
    struct sink sink;
    if (sink_open(&sink, pipeline->common.output, pipeline->diag) < 0)
        return -1;
    svg_policy_write(&sink);
    return sink_close(&sink, true);
}

static int run(const struct command *command, int argc, char **argv, struct diag *diag)
{
    struct pipeline pipeline;
    struct render_options options = {0};
    int result = pipeline_start(&pipeline, command, argc, argv, &options, diag);
    if (result > 0 && options.csp_hash)
        result = write_policy(&pipeline);
    else if (result > 0)
        result = pipeline_run(&pipeline, options.flamechart ? PROFILE_BY_TIME : PROFILE_BY_NAME);
    return pipeline_end(&pipeline, result);
}

static const char *const writers[] = {"svg", "text", "json", "markdown", "speedscope", NULL};

const struct command render_command = {
    .name = "render",
    .summary = "draw profiles as a flame graph",
    .usage = "[OPTION]... [FILE]...",
    .description = "Reads profiles (flamectl --list-formats; gzip or not) and writes one SVG: a picture for anything "
                   "that shows SVG, and a viewer in a browser. Several files are added up; \"-\" or no file is "
                   "standard input.",
    .example = "flamectl render --title=\"Web server\" out.folded > out.svg",
    .also = "The options of flamectl collapse on samples and stacks (--focus, --event-filter, ...) work here, too.",
    .options = rows,
    .options_size = sizeof(struct render_options),
    .original = ORIGINAL_RENDER,
    .writers = writers,
    .run = run,
};
