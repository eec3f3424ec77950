/* The options of a command, which are its own and those of all stages, and the formats that they name. */
#include "pipeline_options.h"

#include <stdio.h>
#include <unistd.h>

#include "flamectl/help.h"
#include "flamectl/memory.h"

#define FIELD(name) offsetof(struct common_options, name)

static const struct option common_rows[] = {
    {.name = "from", .kind = OPTION_TEXT, .offset = FIELD(from), .value = "FORMAT",
     .help = "input format, instead of detecting it (flamectl --list-formats)"},
    {.name = "to", .kind = OPTION_TEXT, .offset = FIELD(to), .value = "FORMAT",
     .help = "output format"},
    {.name = "output", .letter = 'o', .kind = OPTION_TEXT, .offset = FIELD(output), .value = "FILE",
     .help = "write FILE, complete or not at all, instead of stdout"},
    {.name = "jobs", .letter = 'j', .kind = OPTION_INT, .offset = FIELD(jobs), .value = "N",
     .help = "read with N threads (default, and 0: the cores); the output is the same"},
    {.name = "strict", .kind = OPTION_FLAG, .offset = FIELD(strict), .set = 1,
     .help = "fail where any input line is unusable"},
    {.name = "stats", .kind = OPTION_FLAG, .offset = FIELD(stats), .set = 1,
     .help = "say on stderr what became of the input"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = FIELD(quiet), .set = 1,
     .help = "no warnings or notes, only errors"},
    {.name = "help", .letter = 'h', .kind = OPTION_FLAG, .offset = FIELD(help), .set = 1,
     .help = "show this help"},
    {.name = NULL},
};

static bool command_writes(const struct command *command, const struct writer *writer)
{
    for (const char *const *name = command->writers; *name; name++)
        if (strcmp(*name, writer->name) == 0)
            return true;
    return false;
}

static void add_group(struct option_group *groups, size_t *count, const char *title,
                      const struct option *rows, void *values)
{
    if (rows && *count < PIPELINE_MAX_GROUPS)
        groups[(*count)++] = (struct option_group){title, rows, values, 0};
}

/* Adds the writers that the command has, but for its default, or that alone. */
static void add_writers(const struct command *command, struct pipeline *pipeline, bool default_one,
                        struct option_group *groups, size_t *count)
{
    for (size_t i = 0; writer_table[i]; i++) {
        bool is_default = strcmp(writer_table[i]->name, command->writers[0]) == 0;
        if (is_default == default_one && command_writes(command, writer_table[i]))
            add_group(groups, count, writer_table[i]->summary, writer_table[i]->options,
                      pipeline ? pipeline->writer_options[i] : NULL);
    }
}

/* Builds the groups in the order of the help; values are those of the pipeline, or NULL without one. */
static size_t build_groups(const struct command *command, struct pipeline *pipeline, void *own,
                           struct option_group *groups)
{
    size_t count = 0;
    add_group(groups, &count, "Options", command->options, own);
    if (command->writers) {
        add_writers(command, pipeline, true, groups, &count);
        add_group(groups, &count, "Which samples, and how they are counted", recorder_option_rows,
                  pipeline ? &pipeline->recorder_options : NULL);
        for (size_t i = 0; reader_table[i]; i++)
            add_group(groups, &count, reader_table[i]->summary, reader_table[i]->options,
                      pipeline ? pipeline->reader_options[i] : NULL);
        add_group(groups, &count, "Changing stacks", rewrite_option_rows,
                  pipeline ? &pipeline->rewrite_options : NULL);
        add_writers(command, pipeline, false, groups, &count);
        add_group(groups, &count, "Input and output", common_rows,
                  pipeline ? &pipeline->common : NULL);
    }
    for (size_t g = 0; g < count; g++)
        groups[g].original = command->original;
    return count;
}

size_t pipeline_groups(const struct command *command, struct option_group *groups)
{
    return build_groups(command, NULL, NULL, groups);
}

static size_t table_length(const void *const *table)
{
    size_t count = 0;
    while (table[count])
        count++;
    return count;
}

static void make_option_values(struct pipeline *pipeline)
{
    size_t readers = table_length((const void *const *)reader_table);
    size_t writers = table_length((const void *const *)writer_table);
    pipeline->reader_options = memory_zero(readers, sizeof(void *));
    pipeline->writer_options = memory_zero(writers, sizeof(void *));
    pipeline->reader_seen = memory_zero(readers, sizeof(bool));
    for (size_t i = 0; i < readers; i++)
        pipeline->reader_options[i] = memory_zero(1, reader_table[i]->options_size);
    for (size_t i = 0; i < writers; i++)
        pipeline->writer_options[i] = memory_zero(1, writer_table[i]->options_size);
}

void pipeline_free_options(struct pipeline *pipeline)
{
    option_free(&pipeline->result, pipeline->groups, pipeline->group_count);
    for (size_t i = 0; reader_table[i]; i++)
        memory_free(pipeline->reader_options[i]);
    for (size_t i = 0; writer_table[i]; i++)
        memory_free(pipeline->writer_options[i]);
    memory_free(pipeline->reader_options);
    memory_free(pipeline->writer_options);
    memory_free(pipeline->reader_seen);
}

size_t reader_place(const struct reader *reader)
{
    size_t place = 0;
    while (reader_table[place] != reader)
        place++;
    return place;
}

size_t writer_place(const struct writer *writer)
{
    size_t place = 0;
    while (writer_table[place] != writer)
        place++;
    return place;
}

/* The format that the output's name tells, compressed or not, or the default. */
static const struct writer *unnamed_format(const struct command *command, const char *output)
{
    struct span name = span_of(output ? output : "");
    if (span_ends(name, ".gz"))
        name.len -= strlen(".gz");
    for (size_t i = 0; writer_table[i]; i++)
        if (writer_table[i]->extension && span_ends(name, writer_table[i]->extension))
            return writer_table[i];
    return writer_find(command->writers[0]);
}

/* Says which formats the command writes, and which commands write the one that was asked for, if there is such. */
static int cannot_write(const struct pipeline *pipeline, const char *asked)
{
    const struct command *command = pipeline->command;
    char names[200] = "", commands[100] = "";
    size_t used = 0, commands_used = 0;
    for (const char *const *name = command->writers; *name && used < sizeof names; name++)
        used += (size_t)snprintf(names + used, sizeof names - used, " %s", *name);
    for (size_t i = 0; pipeline->writer && command_table[i] && commands_used < sizeof commands; i++)
        if (command_table[i]->writers && command_writes(command_table[i], pipeline->writer))
            commands_used += (size_t)snprintf(commands + commands_used, sizeof commands - commands_used,
                                              " %s", command_table[i]->name);
    diag_error(pipeline->diag, pipeline->common.to ? "--to" : pipeline->common.output, 0,
               "%s cannot write '%s'; it writes:%s%s%s", command->name, asked, names,
               commands_used ? "; the commands for it are:" : "", commands);
    return -1;
}

/* Bytes that are no text could command a terminal. */
static int check_terminal(const struct pipeline *pipeline)
{
    const char *output = pipeline->common.output;
    bool to_stdout = !output || strcmp(output, "-") == 0;
    if (!pipeline->writer->is_binary || !to_stdout || !isatty(STDOUT_FILENO))
        return 0;
    diag_error(pipeline->diag, NULL, 0, "--to %s is not written to a terminal: -o FILE names a file",
               pipeline->writer->name);
    return -1;
}

/* Text in a file that is called compressed misleads whatever opens it; with --to it is wanted. */
static int check_compressed(const struct pipeline *pipeline)
{
    const char *output = pipeline->common.output;
    bool compressed = output && (span_ends(span_of(output), ".gz") || span_ends(span_of(output), ".svgz"));
    if (!compressed || pipeline->common.to || pipeline->writer->is_binary)
        return 0;
    diag_error(pipeline->diag, output, 0, "%s is written uncompressed: instead of -o, append --to %s | gzip > FILE",
               pipeline->writer->name, pipeline->writer->name);
    return -1;
}

/* So does a picture in a file that is called another kind: no other kind of picture, or page, is written. */
static int check_picture_name(const struct pipeline *pipeline)
{
    static const char *const others[] = {".png", ".jpg", ".pdf", ".html", NULL};
    const char *output = pipeline->common.output;
    bool by_default = output && !pipeline->common.to && strcmp(pipeline->writer->name, "svg") == 0;
    for (size_t i = 0; by_default && others[i]; i++)
        if (span_ends(span_of(output), others[i])) {
            diag_error(pipeline->diag, output, 0, "svg would be written: name it .svg, or choose a format with --to");
            return -1;
        }
    return 0;
}

static int choose_formats(struct pipeline *pipeline)
{
    const struct common_options *common = &pipeline->common;
    const struct command *command = pipeline->command;
    pipeline->writer =
        common->to ? writer_find(common->to) : unnamed_format(command, common->output);
    if (!pipeline->writer || !command_writes(command, pipeline->writer))
        return cannot_write(pipeline, common->to ? common->to : pipeline->writer->name);
    if (common->from && !(pipeline->forced = reader_find(common->from))) {
        diag_error(pipeline->diag, NULL, 0,
                   "--from: '%s' is no input format; see flamectl --list-formats", common->from);
        return -1;
    }
    return 0;
}

static bool writer_knows(const struct writer *writer, const char *name)
{
    for (const struct option *row = writer->options; row && row->name; row++)
        if (strcmp(row->name, name) == 0)
            return true;
    return false;
}

/* Options of a writer that is not the one writing would be ignored silently. */
static int check_writer_options(const struct pipeline *pipeline)
{
    for (size_t i = 0; writer_table[i]; i++) {
        if (writer_table[i] == pipeline->writer)
            continue;
        for (const struct option *row = writer_table[i]->options; row && row->name; row++) {
            if (option_used(&pipeline->result, row) && !writer_knows(pipeline->writer, row->name)) {
                diag_error(pipeline->diag, NULL, 0, "--%s is for --to %s, not for --to %s", row->name,
                           writer_table[i]->name, pipeline->writer->name);
                return -1;
            }
        }
    }
    const void *options = pipeline->writer_options[writer_place(pipeline->writer)];
    return pipeline->writer->check ? pipeline->writer->check(options, pipeline->diag) : 0;
}

/* A stream can be read once. */
static int check_operands(const struct pipeline *pipeline)
{
    const struct option_result *inputs = &pipeline->result;
    size_t streams = 0;
    for (size_t i = 0; i < inputs->operand_count; i++)
        streams += strcmp(inputs->operands[i], "-") == 0;
    if (streams < 2)
        return 0;
    diag_error(pipeline->diag, NULL, 0, "standard input, '-', is named %zu times, and can be read once",
               streams);
    return -1;
}

int pipeline_start(struct pipeline *pipeline, const struct command *command, int argc, char **argv,
                   void *own, struct diag *diag)
{
    *pipeline = (struct pipeline){.command = command, .diag = diag};
    make_option_values(pipeline);
    pipeline->group_count = build_groups(command, pipeline, own, pipeline->groups);
    if (option_parse(argc, argv, pipeline->groups, pipeline->group_count, &pipeline->result, diag) < 0)
        return -1;
    if (pipeline->common.help)
        return help_command(command, diag);
    diag->quiet = pipeline->common.quiet;
    if (choose_formats(pipeline) < 0 || check_writer_options(pipeline) < 0 || check_compressed(pipeline) < 0 ||
        check_picture_name(pipeline) < 0 || check_terminal(pipeline) < 0 || check_operands(pipeline) < 0)
        return -1;
    return 1;
}

/* Whether the reader knows an option, its own or one of the recorder's that its samples have use for. */
static bool reader_knows(const struct reader *reader, const char *name)
{
    for (const struct option *row = reader->options; row && row->name; row++)
        if (strcmp(row->name, name) == 0)
            return true;
    for (const struct option *row = recorder_option_rows; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return (row->needs & reader->records) != 0;
    return false;
}

static int unknown_option(const struct pipeline *pipeline, const char *name)
{
    char formats[400] = "";
    size_t used = 0;
    for (size_t i = 0; reader_table[i] && used < sizeof formats; i++)
        if (reader_knows(reader_table[i], name))
            used += (size_t)snprintf(formats + used, sizeof formats - used, " %s",
                                     reader_table[i]->name);
    diag_error(pipeline->diag, NULL, 0, "--%s means nothing for the input's format; it is for:%s", name,
               formats);
    return -1;
}

/* An option that no input's reader knows would be ignored silently. */
int pipeline_check_reader_options(const struct pipeline *pipeline)
{
    for (size_t u = 0; u < pipeline->result.used_count; u++) {
        const char *name = pipeline->result.used[u].row->name;
        bool known = false, of_readers = false;
        for (size_t i = 0; reader_table[i]; i++) {
            bool knows = reader_knows(reader_table[i], name);
            of_readers = of_readers || knows;
            known = known || (knows && pipeline->reader_seen[i]);
        }
        if (of_readers && !known)
            return unknown_option(pipeline, name);
    }
    return 0;
}
