/* The road that every command on profiles takes: options, inputs, rewrites, output. */
#ifndef FLAMECTL_PIPELINE_H
#define FLAMECTL_PIPELINE_H

#include "flamectl/command.h"
#include "flamectl/profile.h"
#include "flamectl/reader.h"
#include "flamectl/recorder.h"
#include "flamectl/rewrite.h"
#include "flamectl/sink.h"
#include "flamectl/writer.h"

#define PIPELINE_MAX_GROUPS 64

/* Options that all commands share. */
struct common_options {
    const char *from, *to, *output;
    int64_t jobs; /* 0: the default */
    int quiet, strict, stats, help;
};

/* One run of a command. */
struct pipeline {
    const struct command *command;
    struct diag *diag;
    struct common_options common;
    struct recorder_options recorder_options;
    struct rewrite_options rewrite_options;
    void **reader_options; /* by place in reader_table */
    void **writer_options; /* by place in writer_table */
    struct option_group groups[PIPELINE_MAX_GROUPS];
    size_t group_count;
    struct option_result result; /* operands and used rows */
    const struct writer *writer;
    const struct reader *forced; /* --from */
    bool *reader_seen;           /* by place in reader_table: read an input */
    bool hinted;                 /* told of another way to read an input */
    struct profile profile;
    struct recorder recorder;
    struct rewrite *rewrite;
    struct sink sink;
    bool writes_text; /* gathered stacks, without a tree */
    bool reading; /* profile, recorder, rewrite are made */
    bool writing; /* sink is open */
};

/* The option groups of a command, without values: for help and completion. Returns how many. */
size_t pipeline_groups(const struct command *command, struct option_group *groups);

/* Parses the arguments; the command's own options go to `own`. Returns 1 to go on, 0 where --help
 * was answered, -1 on wrong usage. pipeline_end is due in any case. */
int pipeline_start(struct pipeline *pipeline, const struct command *command, int argc, char **argv,
                   void *own, struct diag *diag);

/* Opens the output and makes an empty profile. */
int pipeline_open(struct pipeline *pipeline, enum profile_order order);

/* Reads one input into a column. */
int pipeline_read(struct pipeline *pipeline, const char *path, unsigned column);

/* Adds up all operands, or standard input where there are none, in one column. */
int pipeline_read_all(struct pipeline *pipeline);

/* The whole road for commands on one profile: opens, adds up all operands (or standard input where
 * there are none), finishes and writes. */
int pipeline_run(struct pipeline *pipeline, enum profile_order order);

/* After the last input: puts the stacks that are gathered as text into the tree, unless they are
 * written as they are. */
void pipeline_settle(struct pipeline *pipeline);

/* Then: settles, reports, strictness, unknown options, rewrites. */
int pipeline_finish(struct pipeline *pipeline);

/* Writes the profile and puts the output in its place. */
int pipeline_write(struct pipeline *pipeline, struct writing *writing);

/* Puts an output in its place that was written by other means, if that went well. Returns the
 * result, or -1. */
int pipeline_close(struct pipeline *pipeline, int result);

/* Frees everything; an output that pipeline_write did not complete is dropped. Returns the exit
 * status for the result of the steps (0 or -1). */
int pipeline_end(struct pipeline *pipeline, int result);

#endif
