/* flamectl collapse: profiles in, one line per distinct stack out. */
#include "commands.h"
#include "pipeline.h"

static int run(const struct command *command, int argc, char **argv, struct diag *diag)
{
    struct pipeline pipeline;
    int result = pipeline_start(&pipeline, command, argc, argv, NULL, diag);
    if (result > 0)
        result = pipeline_run(&pipeline, PROFILE_BY_NAME);
    return pipeline_end(&pipeline, result);
}

static const char *const writers[] = {"folded", "text", "json", "pprof", "markdown", "speedscope", NULL};

const struct command collapse_command = {
    .name = "collapse",
    .summary = "fold profiles to one line per distinct stack",
    .usage = "[OPTION]... [FILE]...",
    .description = "Reads profiles (flamectl --list-formats; gzip or not) and prints each distinct stack with "
                   "its weight: \"process;outer;inner 42\". Several files are added up; \"-\" or no file is standard "
                   "input.",
    .example = "perf script | flamectl collapse | flamectl render > out.svg",
    .original = ORIGINAL_COLLAPSE,
    .writers = writers,
    .run = run,
};
