/* The shared stages. Every step returns 0, or -1 after a message; pipeline_end cleans up after any of them. */
#include "pipeline.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/profile_sort.h"
#include "flamectl/profile_stacks.h"
#include "flamectl/help.h"
#include "parallel.h"

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

static void free_option_values(struct pipeline *pipeline)
{
    for (size_t i = 0; reader_table[i]; i++)
        memory_free(pipeline->reader_options[i]);
    for (size_t i = 0; writer_table[i]; i++)
        memory_free(pipeline->writer_options[i]);
    memory_free(pipeline->reader_options);
    memory_free(pipeline->writer_options);
    memory_free(pipeline->reader_seen);
}

static size_t writer_place(const struct writer *writer)
{
    size_t place = 0;
    while (writer_table[place] != writer)
        place++;
    return place;
}

/* The format that the output's name tells, or the default. */
static const struct writer *unnamed_format(const struct command *command, const char *output)
{
    for (size_t i = 0; output && writer_table[i]; i++)
        if (writer_table[i]->extension && span_ends(span_of(output), writer_table[i]->extension))
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
    if (choose_formats(pipeline) < 0 || check_writer_options(pipeline) < 0 ||
        check_terminal(pipeline) < 0 || check_operands(pipeline) < 0)
        return -1;
    return 1;
}

int pipeline_open(struct pipeline *pipeline, enum profile_order order)
{
    pipeline->rewrite = rewrite_make(&pipeline->rewrite_options, pipeline->diag);
    if (!pipeline->rewrite)
        return -1;
    profile_init(&pipeline->profile, order);
    if (pipeline->command->wants_samples || pipeline->writer->wants_samples)
        profile_count_samples(&pipeline->profile);
    if (order == PROFILE_BY_NAME)
        profile_gather(&pipeline->profile, STACKS_BY_TREE,
                       pipeline->result.operand_count > 1 ? STACKS_MOST_AGAIN : STACKS_MOST_ONCE);
    if (recorder_init(&pipeline->recorder, &pipeline->profile, &pipeline->recorder_options,
                      pipeline->diag) < 0) {
        profile_free(&pipeline->profile);
        return -1;
    }
    pipeline->reading = true;
    if (sink_open(&pipeline->sink, pipeline->common.output, pipeline->diag) < 0)
        return -1;
    pipeline->writing = true;
    return 0;
}

static size_t reader_place(const struct reader *reader)
{
    size_t place = 0;
    while (reader_table[place] != reader)
        place++;
    return place;
}

#define FIRST_LINE 80

/* No sample: says what the input was taken for and what it looks like. */
static int no_sample(struct pipeline *pipeline, const char *file, const struct reader *reader,
                     const char *first_line)
{
    diag_error(pipeline->diag, file, 0,
               "no sample found, reading it as %s (--from names another format); it starts: '%s'",
               reader->name, first_line);
    return -1;
}

/* Readers that decide on no columns have filed one weight a sample, in the first of two counts a line. */
static int check_columns(const struct pipeline *pipeline, const char *file)
{
    const struct recorder *recorder = &pipeline->recorder;
    if (recorder->columns || recorder->comparing || recorder->profile->columns == 1)
        return 0;
    diag_error(pipeline->diag, file, 0,
               "this has one weight a sample, and the input before it has two counts a line, before and after");
    return -1;
}

static unsigned jobs_of(const struct pipeline *pipeline)
{
    int64_t jobs = pipeline->common.jobs ? pipeline->common.jobs : parallel_default_jobs();
    return jobs > UINT_MAX ? UINT_MAX : (unsigned)jobs;
}

/* Once a run, however many inputs. */
static void tell_hint(struct pipeline *pipeline, const struct reader *reader, struct span head)
{
    const char *hint = pipeline->forced || pipeline->hinted ? NULL : reader_hint(reader, head);
    if (!hint)
        return;
    pipeline->hinted = true;
    diag_note(pipeline->diag, "%s", hint);
}

static int read_source(struct pipeline *pipeline, struct source *source, unsigned column)
{
    struct span head = source_head(source);
    const struct reader *reader = head.len ? pipeline->forced : NULL; /* detection tells of an empty one */
    if (!reader)
        reader = reader_detect(head, source->name, pipeline->diag);
    else if (!reader_accepts(reader, head, source->name, pipeline->diag))
        return -1;
    if (!reader)
        return -1;
    tell_hint(pipeline, reader, head);
    char first_line[FIRST_LINE + 1] = "";
    struct span first = span_first(span_first(head, span_find(head, '\n')), FIRST_LINE);
    for (size_t i = 0; i < first.len; i++)
        first_line[i] = first.data[i] ? first.data[i] : '?';
    pipeline->reader_seen[reader_place(reader)] = true;
    recorder_input(&pipeline->recorder, source->name, column);
    const void *options = pipeline->reader_options[reader_place(reader)];
    if (parallel_read(reader, source, &pipeline->recorder, options, jobs_of(pipeline)) < 0)
        return -1;
    if (!source->failed && pipeline->recorder.tally.samples == pipeline->recorder.samples_before)
        return no_sample(pipeline, source->name, reader, first_line);
    return check_columns(pipeline, source->name);
}

int pipeline_read(struct pipeline *pipeline, const char *path, unsigned column)
{
    struct source source;
    if (source_open(&source, path, pipeline->diag) < 0)
        return -1;
    int result = read_source(pipeline, &source, column);
    return source_close(&source) < 0 ? -1 : result;
}

int pipeline_read_all(struct pipeline *pipeline)
{
    const struct option_result *inputs = &pipeline->result;
    if (inputs->operand_count == 0)
        return pipeline_read(pipeline, "-", 0);
    for (size_t i = 0; i < inputs->operand_count; i++)
        if (pipeline_read(pipeline, inputs->operands[i], 0) < 0)
            return -1;
    return 0;
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
static int check_reader_options(const struct pipeline *pipeline)
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

void pipeline_settle(struct pipeline *pipeline)
{
    struct profile *profile = &pipeline->profile;
    if (pipeline->writes_text && profile_is_paths(profile)) {
        profile_sort_paths(profile);
        return;
    }
    if (profile->paths)
        profile_file_paths(profile);
    bool as_text = pipeline->writes_text && profile_join_text(profile);
    if (!as_text)
        profile_want(profile, STACKS_BY_TREE);
    parallel_seal(profile, jobs_of(pipeline));
    if (profile->stacks_count && !as_text)
        profile_settle(profile);
}

/* Why there is nothing to write. */
static const char *reason_for_nothing(const struct tally *tally, int64_t dropped)
{
    if (dropped)
        return "the options keep no stack";
    if (tally->kept)
        return "all weights are 0";
    if (tally->left_out)
        return "every sample is of idle time, a count of 0, or filtered out by options";
    if (tally->other_time)
        return "no sample is in the time asked for, which counts from the first sample (@TIME: the clock)";
    return "the options filter out every sample";
}

static void tell_rewrites(const struct pipeline *pipeline, int64_t dropped)
{
    char weight[PROFILE_WEIGHT_TEXT];
    const struct profile *profile = &pipeline->profile;
    if (pipeline->common.stats && dropped) {
        profile_weight_text(dropped, profile->scale, weight);
        diag_note(pipeline->diag, "stacks dropped by options: weight %s", weight);
    }
    if (pipeline->common.stats)
        diag_note(pipeline->diag, "%lu frames with distinct names, %lu nodes in the call tree",
                  (unsigned long)profile->frames.count, (unsigned long)profile->count - 1);
    int64_t left = 0;
    for (unsigned c = 0; c < profile->columns; c++)
        left = profile->grand[c] > left ? profile->grand[c] : left;
    if (left == 0)
        diag_warn(pipeline->diag, NULL, 0, "nothing is left to write: %s",
                  reason_for_nothing(&pipeline->recorder.tally, dropped));
}

int pipeline_finish(struct pipeline *pipeline)
{
    int64_t dropped = 0;
    if (check_reader_options(pipeline) < 0)
        return -1;
    if (recorder_finish(&pipeline->recorder, pipeline->common.stats) < 0)
        return -1;
    if (pipeline->common.strict && pipeline->recorder.tally.unusable) {
        diag_error(pipeline->diag, NULL, 0, "%llu unusable lines, and --strict was given",
                   (unsigned long long)pipeline->recorder.tally.unusable);
        return -1;
    }
    pipeline_settle(pipeline);
    if (!rewrite_is_empty(pipeline->rewrite))
        rewrite_apply(pipeline->rewrite, &pipeline->profile, &dropped);
    tell_rewrites(pipeline, dropped);
    return 0;
}

int pipeline_write(struct pipeline *pipeline, struct writing *writing)
{
    writing->options = pipeline->writer_options[writer_place(pipeline->writer)];
    writing->jobs = jobs_of(pipeline);
    writing->diag = pipeline->diag;
    if (pipeline->writer->wants_sorted)
        profile_sort(&pipeline->profile);
    int result = pipeline->writer->write(&pipeline->profile, writing, &pipeline->sink);
    return pipeline_close(pipeline, result);
}

int pipeline_close(struct pipeline *pipeline, int result)
{
    pipeline->writing = false;
    return sink_close(&pipeline->sink, result == 0) < 0 ? -1 : result;
}

static void write_without_tree(struct profile *profile)
{
    profile_want(profile, STACKS_BY_TEXT);
    if (!profile->samples)
        profile_keep_paths(profile);
}

int pipeline_run(struct pipeline *pipeline, enum profile_order order)
{
    struct writing writing = {0};
    if (pipeline_open(pipeline, order) < 0)
        return -1;
    pipeline->writes_text = order == PROFILE_BY_NAME && pipeline->writer->takes_text &&
                            rewrite_is_empty(pipeline->rewrite) && !pipeline->common.stats;
    if (pipeline->writes_text)
        write_without_tree(&pipeline->profile);
    if (pipeline_read_all(pipeline) < 0 || pipeline_finish(pipeline) < 0)
        return -1;
    return pipeline_write(pipeline, &writing);
}

int pipeline_end(struct pipeline *pipeline, int result)
{
    if (pipeline->writing)
        sink_close(&pipeline->sink, false);
    if (pipeline->reading) {
        recorder_free(&pipeline->recorder);
        profile_free(&pipeline->profile);
    }
    if (pipeline->rewrite)
        rewrite_free(pipeline->rewrite);
    option_free(&pipeline->result, pipeline->groups, pipeline->group_count);
    free_option_values(pipeline);
    return result < 0 ? STATUS_FAILED : STATUS_DONE;
}
