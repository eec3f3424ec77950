/* The shared stages. Every step returns 0, or -1 after a message; pipeline_end cleans up after any of them. */
#include "pipeline.h"

#include <limits.h>

#include "flamectl/profile_paths.h"
#include "flamectl/profile_sort.h"
#include "flamectl/profile_stacks.h"

#include "parallel.h"
#include "pipeline_options.h"

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

#define FIRST_LINE 80

/* No sample: says what the input was taken for and what it looks like. */
static int no_sample(struct pipeline *pipeline, const char *file, const struct reader *reader, enum bid bid,
                     const char *first_line)
{
    const char *how = bid > BID_MAYBE ? "this is %s, but there is no sample in it; it starts: '%s'"
                                      : "no sample found, reading it as %s (--from names another format); "
                                        "it starts: '%s'";
    diag_error(pipeline->diag, file, 0, how, reader->name, first_line);
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
    return jobs > PARALLEL_MOST ? PARALLEL_MOST : (unsigned)jobs;
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
    enum bid bid = reader->detect(head);
    char first_line[FIRST_LINE + 1] = "";
    struct span first = span_first(span_before(head, '\n'), FIRST_LINE);
    for (size_t i = 0; i < first.len; i++)
        first_line[i] = first.data[i] ? first.data[i] : '?';
    pipeline->reader_seen[reader_place(reader)] = true;
    recorder_input(&pipeline->recorder, source->name, column);
    const void *options = pipeline->reader_options[reader_place(reader)];
    if (parallel_read(reader, source, &pipeline->recorder, options, jobs_of(pipeline)) < 0)
        return -1;
    pipeline->recorder.fetched_before += source->fetched;
    if (!source->failed && pipeline->recorder.tally.samples == pipeline->recorder.samples_before)
        return no_sample(pipeline, source->name, reader, bid, first_line);
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

void pipeline_settle(struct pipeline *pipeline)
{
    struct profile *profile = &pipeline->profile;
    if (pipeline->writes_text && profile_is_paths(profile)) {
        profile_sort_paths(profile, jobs_of(pipeline));
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
static const char *reason_for_nothing(const struct pipeline *pipeline, int64_t dropped)
{
    const struct tally *tally = &pipeline->recorder.tally;
    if (dropped && pipeline->rewrite_options.base)
        return "the options keep no stack; --base takes a whole name (--focus, part of one)";
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
                  reason_for_nothing(pipeline, dropped));
}

int pipeline_finish(struct pipeline *pipeline)
{
    int64_t dropped = 0;
    if (pipeline_check_reader_options(pipeline) < 0)
        return -1;
    if (recorder_finish(&pipeline->recorder, pipeline->common.stats) < 0)
        return -1;
    if (pipeline->common.strict && pipeline->recorder.tally.unusable) {
        diag_error(pipeline->diag, NULL, 0, "%llu unusable lines, and --strict was given",
                   (unsigned long long)pipeline->recorder.tally.unusable);
        return -1;
    }
    pipeline_settle(pipeline);
    if (!rewrite_apply(pipeline->rewrite, &pipeline->profile, &dropped)) {
        diag_error(pipeline->diag, NULL, 0,
                   "the changed stacks make a call tree of more than %lu nodes: --max-depth or --focus keeps it small",
                   (unsigned long)pipeline->profile.count);
        return -1;
    }
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
    pipeline_free_options(pipeline);
    return result < 0 ? STATUS_FAILED : STATUS_DONE;
}
