/* diff --to markdown: the verdict and its numbers, for a comment on a pull request. At most 5 times
 * 10 findings and 60 rows of weights, of which each takes less than 700 and 400 bytes: it fits. */
#include <stdio.h>

#include "changes.h"
#include "diff_report.h"
#include "diff_words.h"
#include "label.h"
#include "markdown_code.h"

#define ROWS 20
#define MOST_ROWS 60
#define FINDINGS 10 /* functions told of a kind */
#define NAME_COLUMNS 80

static void write_name(struct sink *sink, const struct profile *profile, uint32_t frame)
{
    struct label label;
    label_frame(&label, &profile->frames, frame, NAME_COLUMNS);
    markdown_code(sink, &label);
}

static void write_words(struct sink *sink, const struct words *words)
{
    sink_write(sink, words->text, words->len);
}

static void write_numbers(const struct comparison_test *test, struct sink *sink)
{
    char a[DIFF_WORDS_NUMBER], b[DIFF_WORDS_NUMBER], c[DIFF_WORDS_NUMBER];
    char before[LABEL_WEIGHT], after[LABEL_WEIGHT];
    sink_format(sink, " | %.2f%% | %.2f%% | %s | %s to %s", 100 * test->measure[0],
                100 * test->measure[1], diff_words_points(a, test->change),
                diff_words_points(b, test->low), diff_words_points(c, test->high));
    sink_format(sink, " | %s | %s | %s", diff_words_relative(a, test->relative),
                label_weight(before, test->samples[0], 1),
                label_weight(after, test->samples[1], 1));
    sink_format(sink, " | %s | %s | %s", diff_words_number(a, test->phi, 3),
                diff_words_number(b, test->p, 2), diff_words_number(c, test->q, 2));
    sink_format(sink, " | %.2f |\n", 100 * test->detectable);
}

/* Functions that are worse or better by themselves. */
static void write_own(const struct comparison *comparison, const struct profile *profile,
                      enum comparison_finding finding, struct sink *sink)
{
    uint32_t told = 0, all = comparison->findings[finding];
    if (all == 0)
        return;
    sink_format(sink, "\n| %s | Before | After | Points | %.4g%% interval | Change |",
                finding == FINDING_REGRESSION ? "Worse" : "Better",
                100 * (1 - comparison->options.fdr));
    sink_text(sink, " Samples before | after | phi | p | q | Detectable |\n"
                    "|:---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (uint32_t i = 0; i < comparison->function_count && told < FINDINGS; i++) {
        const struct comparison_function *function = &comparison->functions[i];
        if (function->finding != finding)
            continue;
        told++;
        sink_text(sink, "| ");
        write_name(sink, profile, function->frame);
        write_numbers(&function->test, sink);
    }
    if (told < all)
        sink_format(sink, "\nand %lu more\n", (unsigned long)(all - told));
}

/* Where each regression came about. */
static void write_paths(const struct comparison *comparison, const struct profile *profile,
                        struct sink *sink)
{
    uint32_t told = 0, last = UINT32_MAX;
    struct label label;
    for (uint32_t i = 0; i < comparison->path_count && told < FINDINGS; i++) {
        const struct comparison_path *path = &comparison->paths[i];
        const struct comparison_function *function = &comparison->functions[path->function];
        if (path->function == last || function->finding != FINDING_REGRESSION)
            continue;
        sink_text(sink, told++ ? "- " : "\n- ");
        last = path->function;
        write_name(sink, profile, function->frame);
        sink_text(sink, " in ");
        label_stack(&label, &profile->frames, path->frames, path->depth, NAME_COLUMNS);
        markdown_code(sink, &label);
        sink_text(sink, "\n");
    }
}

/* Functions whose change is another's. */
static void write_caused(const struct comparison *comparison, const struct profile *profile,
                         enum comparison_finding finding, struct sink *sink)
{
    uint32_t told = 0, all = comparison->findings[finding];
    char points[DIFF_WORDS_NUMBER];
    if (all == 0)
        return;
    sink_format(sink, "\n| Function | Points | %s |\n|:---|---:|:---|\n",
                finding == FINDING_MOVED ? "Moved within" : "Explained by");
    for (uint32_t i = 0; i < comparison->function_count && told < FINDINGS; i++) {
        const struct comparison_function *function = &comparison->functions[i];
        if (function->finding != finding)
            continue;
        told++;
        sink_text(sink, "| ");
        write_name(sink, profile, function->frame);
        sink_format(sink, " | %s | ", diff_words_points(points, function->test.change));
        write_name(sink, profile, function->cause);
        sink_text(sink, " |\n");
    }
    if (told < all)
        sink_format(sink, "\nand %lu more\n", (unsigned long)(all - told));
}

static void write_verdict(const struct comparison *comparison, const struct profile *profile,
                          struct sink *sink)
{
    struct words words = {.len = 0};
    sink_format(sink, "**%s**: ", comparison_verdict_text(comparison->verdict));
    diff_words_verdict(&words, comparison);
    write_words(sink, &words);
    if (comparison->per_work)
        sink_text(sink,
                  " Before and after are cost per unit of work, in percent of all of before's.");
    sink_text(sink, "\n");
    write_own(comparison, profile, FINDING_REGRESSION, sink);
    write_paths(comparison, profile, sink);
    write_own(comparison, profile, FINDING_IMPROVEMENT, sink);
    write_caused(comparison, profile, FINDING_EXPLAINED, sink);
    write_caused(comparison, profile, FINDING_MOVED, sink);
    words.len = 0;
    diff_words_power(&words, comparison);
    if (words.len)
        sink_text(sink, "\n");
    write_words(sink, &words);
    sink_text(sink, words.len ? "\n\n" : "\n");
}

static void write_side(const struct profile *profile, const struct writing *writing, unsigned side,
                       struct sink *sink)
{
    char weight[LABEL_WEIGHT];
    struct label label;
    const struct writing_side *of = &writing->side[side];
    label_make(&label, span_of(of->files[0]), NAME_COLUMNS);
    sink_text(sink, side == CHANGES_BEFORE ? "- Before: " : "- After: ");
    markdown_code(sink, &label);
    if (of->runs > 1)
        sink_format(sink, " and %u more", of->runs - 1);
    sink_format(sink, ", total %s", label_weight(weight, of->total, profile->scale));
    if (profile->unit) {
        label_unit(&label, profile);
        sink_text(sink, " ");
        markdown_code(sink, &label);
    }
    if (of->runs > 1)
        sink_text(sink, " a run");
    if (writing->comparison && writing->comparison->samples[side])
        sink_format(sink, ", %s samples%s",
                    label_weight(weight, writing->comparison->samples[side], 1),
                    of->runs > 1 ? " in all" : "");
    sink_text(sink, "\n");
}

static void write_row(const struct changes *changes, uint32_t frame, struct sink *sink)
{
    const struct profile_functions *functions = &changes->functions;
    int64_t before = functions->total[CHANGES_BEFORE][frame];
    int64_t after = functions->total[CHANGES_AFTER][frame];
    char a[DIFF_WORDS_NUMBER], b[DIFF_WORDS_NUMBER], c[DIFF_WORDS_NUMBER];
    sink_text(sink, "| ");
    write_name(sink, changes->profile, frame);
    sink_format(sink, " | %s | %s | %s", diff_words_percent(a, changes_share(changes, before)),
                diff_words_percent(b, changes_share(changes, after)),
                diff_words_points(c, changes_share(changes, after - before)));
    sink_format(sink, " | %s | %s |\n", diff_words_relative(a, changes_relative(before, after)),
                diff_words_points(b, changes_share(changes, changes_of_self(changes, frame))));
}

static void write_table(const struct changes *changes, uint64_t rows, struct sink *sink)
{
    uint64_t shown = rows < MOST_ROWS ? rows : MOST_ROWS;
    struct words words = {.len = 0};
    if (shown > changes->count)
        shown = changes->count;
    if (changes->count == 0) {
        sink_text(sink, "\nNo function has another weight than before.\n");
        return;
    }
    sink_text(
        sink,
        "\n<details><summary>Largest changes of weight, in percent of after's total</summary>\n"
        "\n| Function | Before | After | Points | Change | Self |\n"
        "|:---|---:|---:|---:|---:|---:|\n");
    for (uint64_t i = 0; i < shown; i++)
        write_row(changes, changes->largest[i], sink);
    if (shown < changes->count)
        sink_format(sink, "\nand %lu more\n", (unsigned long)(changes->count - shown));
    diff_words_stacks(&words, changes);
    if (words.len)
        sink_text(sink, "\n");
    write_words(sink, &words);
    sink_text(sink, words.len ? "\n\n</details>\n" : "\n</details>\n");
}

void diff_report_markdown(const struct profile *profile, const struct writing *writing,
                          uint64_t rows, struct sink *sink)
{
    struct changes changes;
    struct words words = {.len = 0};
    changes_init(&changes, profile);
    if (writing->comparison)
        write_verdict(writing->comparison, profile, sink);
    write_side(profile, writing, CHANGES_BEFORE, sink);
    write_side(profile, writing, CHANGES_AFTER, sink);
    diff_words_scaling(&words, writing);
    sink_text(sink, "\n");
    write_words(sink, &words);
    sink_text(sink, "\n");
    write_table(&changes, rows ? rows : ROWS, sink);
    changes_free(&changes);
}
