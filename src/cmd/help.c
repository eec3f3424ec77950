/* flamectl help, and the other texts about the program. All are made from the tables. */
#include "flamectl/help.h"

#include "commands.h"
#include "completion.h"
#include "flamectl/reader.h"
#include "flamectl/writer.h"
#include "pipeline.h"

static int open_stdout(struct sink *sink, struct diag *diag)
{
    return sink_open(sink, NULL, diag);
}

int help_overview(struct diag *diag)
{
    struct sink sink;
    if (open_stdout(&sink, diag) < 0)
        return -1;
    sink_text(&sink, "flamectl: flame graphs from profiles\n\nUsage: flamectl COMMAND [OPTION]... [FILE]...\n\n");
    for (size_t i = 0; command_table[i]; i++)
        sink_format(&sink, "  %-10s%s\n", command_table[i]->name, command_table[i]->summary);
    sink_text(&sink, "\nflamectl COMMAND --help      the options of a command\n"
                     "flamectl --list-formats      what can be read and written\n"
                     "flamectl --version\n"
                     "man flamectl                 the manual; and flamectl-COMMAND, -formats, -folded\n\n"
                     "Example:\n"
                     "  perf record -F 99 -g -- ./program\n"
                     "  perf script | flamectl collapse | flamectl render > out.svg\n"
                     "  flamectl diff before.folded after.folded > diff.svg\n");
    return sink_close(&sink, true);
}

/* The groups that help shows: where `also` stands for those on samples and stacks, only the others. */
static size_t shown_groups(const struct command *command, struct option_group *groups)
{
    size_t count = pipeline_groups(command, groups), shown = 0;
    for (size_t g = 0; g < count; g++) {
        bool of_input = groups[g].rows == recorder_option_rows || groups[g].rows == rewrite_option_rows;
        for (size_t i = 0; reader_table[i]; i++)
            of_input = of_input || groups[g].rows == reader_table[i]->options;
        if (!command->also || !of_input)
            groups[shown++] = groups[g];
    }
    return shown;
}

int help_command(const struct command *command, struct diag *diag)
{
    struct sink sink;
    struct option_group groups[PIPELINE_MAX_GROUPS];
    if (open_stdout(&sink, diag) < 0)
        return -1;
    sink_format(&sink, "Usage: flamectl %s %s\n", command->name, command->usage);
    sink_wrapped(&sink, span_of(command->description), 0, 0);
    option_help(&sink, groups, shown_groups(command, groups));
    if (command->writers) {
        sink_format(&sink, "\nOutput formats: %s (the default)", command->writers[0]);
        for (const char *const *name = command->writers + 1; *name; name++)
            sink_format(&sink, ", %s", *name);
        sink_text(&sink, ".\n");
    }
    if (command->also) {
        sink_text(&sink, "\n");
        sink_wrapped(&sink, span_of(command->also), 0, 0);
    }
    sink_format(&sink, "\nExample:\n  %s\n", command->example);
    return sink_close(&sink, true);
}

int help_version(struct diag *diag)
{
    struct sink sink;
    if (open_stdout(&sink, diag) < 0)
        return -1;
    sink_text(&sink, "flamectl " FLAMECTL_VERSION "\n");
    return sink_close(&sink, true);
}

static void list_format(struct sink *sink, const char *name, const char *summary)
{
    sink_format(sink, "  %-17s", name);
    sink_wrapped(sink, span_of(summary), 19, 19);
}

int help_formats(struct diag *diag)
{
    struct sink sink;
    if (open_stdout(&sink, diag) < 0)
        return -1;
    sink_text(&sink, "Input formats (detected, or named by --from):\n");
    for (size_t i = 0; reader_table[i]; i++)
        list_format(&sink, reader_table[i]->name, reader_table[i]->summary);
    sink_text(&sink, "Output formats (--to):\n");
    for (size_t i = 0; writer_table[i]; i++)
        list_format(&sink, writer_table[i]->name, writer_table[i]->summary);
    return sink_close(&sink, true);
}

enum shell { SHELL_NONE, SHELL_BASH, SHELL_ZSH, SHELL_FISH };

struct help_options {
    int completion; /* enum shell */
    int help;
};

static const struct option rows[] = {
    {.name = "completion", .kind = OPTION_CHOICE, .offset = offsetof(struct help_options, completion),
     .value = "bash|zsh|fish", .help = "print a completion script for this shell"},
    {.name = "help", .letter = 'h', .kind = OPTION_FLAG, .offset = offsetof(struct help_options, help),
     .set = 1, .help = "show this help"},
    {.name = NULL},
};

static int print_completion(int shell, struct diag *diag)
{
    struct sink sink;
    if (open_stdout(&sink, diag) < 0)
        return -1;
    if (shell == SHELL_BASH)
        completion_bash(&sink);
    else if (shell == SHELL_ZSH)
        completion_zsh(&sink);
    else
        completion_fish(&sink);
    return sink_close(&sink, true);
}

static int help_about(const char *name, struct diag *diag)
{
    for (size_t i = 0; command_table[i]; i++)
        if (strcmp(command_table[i]->name, name) == 0)
            return help_command(command_table[i], diag);
    diag_error(diag, NULL, 0, "'%s' is no command; flamectl help lists them and the manual's pages", name);
    return -1;
}

static int run(const struct command *command, int argc, char **argv, struct diag *diag)
{
    struct help_options options = {0};
    const struct option_group group = {NULL, rows, &options, 0};
    struct option_result result;
    int status = option_parse(argc, argv, &group, 1, &result, diag);
    if (status == 0 && options.help)
        status = help_command(command, diag);
    else if (status == 0 && options.completion)
        status = print_completion(options.completion, diag);
    else if (status == 0 && result.operand_count > 1) {
        diag_error(diag, NULL, 0, "help explains one command, not %zu", result.operand_count);
        status = -1;
    } else if (status == 0 && result.operand_count)
        status = help_about(result.operands[0], diag);
    else if (status == 0)
        status = help_overview(diag);
    option_free(&result, &group, 1);
    return status < 0 ? STATUS_FAILED : STATUS_DONE;
}

const struct command help_command_row = {
    .name = "help",
    .summary = "explain flamectl or one of its commands",
    .usage = "[OPTION] [COMMAND]",
    .description = "Without a command, lists them all.",
    .example = "flamectl help render",
    .options = rows,
    .options_size = sizeof(struct help_options),
    .run = run,
};
