/* diff --to text: about one screen of 80 columns.
 *
 *     REGRESSION: 1 worse, 0 better, of 42 functions tested, ...
 *
 *     parse_file
 *       20.02% -> 21.63% of samples, +1.61 points [+1.12, +2.10], +8.0%
 *       samples 12,012 -> 13,200, phi 1.03, p 0.00012, q 0.0012, detectable 0.42 points
 *     main: +1.60 points, explained by parse_file
 *
 *     Largest changes of weight, in percent of after's total
 *        before     after    points    change      self  function
 *        20.00%    21.60%     +1.60     +8.0%     +1.60  parse_file */
#include <math.h>
#include <stdio.h>

#include "changes.h"
#include "diff_report.h"
#include "diff_words.h"
#include "label.h"

#define COLUMNS 80
#define ROWS 12    /* of the table of weights */
#define FINDINGS 4 /* functions told of a kind */
#define FILE_COLUMNS 50
#define NAME_COLUMNS 28
#define SHORT_COLUMNS 24 /* of names in a sentence */

static void write_label(struct sink *sink, const struct label *label)
{
    sink_write(sink, label->text, label->len);
}

static void write_side(const struct profile *profile, const struct writing *writing, unsigned side,
                       struct sink *sink)
{
    char weight[LABEL_WEIGHT];
    struct label label;
    const struct writing_side *of = &writing->side[side];
    label_make(&label, span_of(of->files[0]), FILE_COLUMNS);
    sink_text(sink, side == CHANGES_BEFORE ? "Before: " : "After:  ");
    write_label(sink, &label);
    if (of->runs > 1)
        sink_format(sink, " and %u more", of->runs - 1);
    label_unit(&label, profile);
    sink_format(sink, "\n        total %s", label_weight(weight, of->total, profile->scale));
    if (profile->unit) {
        sink_text(sink, " ");
        write_label(sink, &label);
    }
    if (of->runs > 1)
        sink_text(sink, " a run");
    if (writing->comparison && writing->comparison->samples[side])
        sink_format(sink, ", %s samples%s",
                    label_weight(weight, writing->comparison->samples[side], 1),
                    of->runs > 1 ? " in all" : "");
    sink_text(sink, "\n");
}

static void write_words(struct sink *sink, const struct words *words)
{
    sink_wrapped(sink, span_make(words->text, words->len), 0, 0);
}

/* A function that is worse or better, with all that tells how sure that is. */
static void write_change(const struct comparison *comparison, const struct frame_table *frames,
                         const struct comparison_function *function, struct sink *sink)
{
    const struct comparison_test *test = &function->test;
    char a[DIFF_WORDS_NUMBER], b[DIFF_WORDS_NUMBER], c[DIFF_WORDS_NUMBER];
    char before[LABEL_WEIGHT], after[LABEL_WEIGHT];
    struct label label;
    label_frame(&label, frames, function->frame, COLUMNS);
    write_label(sink, &label);
    sink_format(sink, "\n  %.2f%% -> %.2f%% of %s, %s points", 100 * test->measure[0],
                100 * test->measure[1], comparison->per_work ? "before's cost" : "samples",
                diff_words_points(a, test->change));
    sink_format(sink, " [%s, %s], %s\n", diff_words_points(a, test->low),
                diff_words_points(b, test->high), diff_words_relative(c, test->relative));
    sink_format(sink, "  samples %s -> %s", label_weight(before, test->samples[0], 1),
                label_weight(after, test->samples[1], 1));
    if (comparison->per_work)
        sink_format(sink, ", %.2f%% -> %.2f%% of them", 100 * test->share[0], 100 * test->share[1]);
    sink_format(sink, ", phi %s, p %s, q %s\n", diff_words_number(a, test->phi, 3),
                diff_words_number(b, test->p, 2), diff_words_number(c, test->q, 2));
}

/* A function whose change is another's. */
static void write_cause(const struct frame_table *frames,
                        const struct comparison_function *function, struct sink *sink)
{
    char points[DIFF_WORDS_NUMBER];
    struct label label;
    label_frame(&label, frames, function->frame, SHORT_COLUMNS);
    write_label(sink, &label);
    sink_format(sink, ": %s points, %s ", diff_words_points(points, function->test.change),
                function->finding == FINDING_MOVED ? "moved within" : "explained by");
    label_frame(&label, frames, function->cause, SHORT_COLUMNS);
    write_label(sink, &label);
    sink_text(sink, "\n");
}

/* Where the most of it came about. */
static void write_path(const struct comparison *comparison, const struct frame_table *frames,
                       uint32_t function, struct sink *sink)
{
    struct label label;
    for (uint32_t i = 0; i < comparison->path_count; i++) {
        const struct comparison_path *path = &comparison->paths[i];
        if (path->function != function)
            continue;
        label_stack(&label, frames, path->frames, path->depth, COLUMNS - 5);
        sink_text(sink, "  in ");
        write_label(sink, &label);
        sink_text(sink, "\n");
        return;
    }
}

/* The first few functions of a kind. */
static void write_findings(const struct comparison *comparison, const struct profile *profile,
                           enum comparison_finding finding, struct sink *sink)
{
    uint32_t told = 0, all = comparison->findings[finding];
    for (uint32_t i = 0; i < comparison->function_count && told < FINDINGS; i++) {
        const struct comparison_function *function = &comparison->functions[i];
        if (function->finding != finding)
            continue;
        told++;
        if (finding == FINDING_EXPLAINED || finding == FINDING_MOVED) {
            write_cause(&profile->frames, function, sink);
        } else {
            write_change(comparison, &profile->frames, function, sink);
            write_path(comparison, &profile->frames, i, sink);
        }
    }
    if (told < all)
        sink_format(sink, "and %lu more: %s\n", (unsigned long)(all - told),
                    comparison_finding_text(finding));
}

static void write_verdict(const struct comparison *comparison, const struct profile *profile,
                          struct sink *sink)
{
    struct words words = {.len = 0};
    words_add(&words, "%s: ", comparison_verdict_text(comparison->verdict));
    diff_words_verdict(&words, comparison);
    write_words(sink, &words);
    words.len = 0;
    diff_words_power(&words, comparison);
    if (words.len)
        write_words(sink, &words);
    if (comparison->findings[FINDING_REGRESSION] || comparison->findings[FINDING_IMPROVEMENT])
        sink_text(sink, "\n");
    write_findings(comparison, profile, FINDING_REGRESSION, sink);
    write_findings(comparison, profile, FINDING_IMPROVEMENT, sink);
    write_findings(comparison, profile, FINDING_EXPLAINED, sink);
    write_findings(comparison, profile, FINDING_MOVED, sink);
}

static void write_row(const struct changes *changes, uint32_t frame, struct sink *sink)
{
    const struct profile_functions *functions = &changes->functions;
    int64_t before = functions->total[CHANGES_BEFORE][frame];
    int64_t after = functions->total[CHANGES_AFTER][frame];
    char a[DIFF_WORDS_NUMBER], b[DIFF_WORDS_NUMBER], c[DIFF_WORDS_NUMBER];
    struct label label;
    sink_format(sink, "%9s %9s %9s", diff_words_percent(a, changes_share(changes, before)),
                diff_words_percent(b, changes_share(changes, after)),
                diff_words_points(c, changes_share(changes, after - before)));
    sink_format(sink, " %9s %9s  ", diff_words_relative(a, changes_relative(before, after)),
                diff_words_points(b, changes_share(changes, changes_of_self(changes, frame))));
    label_frame(&label, &changes->profile->frames, frame, NAME_COLUMNS);
    write_label(sink, &label);
    sink_text(sink, "\n");
}

static void write_table(const struct changes *changes, uint64_t rows, struct sink *sink)
{
    uint64_t shown = rows < changes->count ? rows : changes->count;
    struct words words = {.len = 0};
    if (changes->count == 0) {
        sink_text(sink, "No function has another weight than before.\n");
        return;
    }
    sink_text(sink, "Largest changes of weight, in percent of after's total\n"
                    "   before     after    points    change      self  function\n");
    for (uint64_t i = 0; i < shown; i++)
        write_row(changes, changes->largest[i], sink);
    if (shown < changes->count)
        sink_format(sink, "and %lu more\n", (unsigned long)(changes->count - shown));
    diff_words_stacks(&words, changes);
    if (words.len)
        write_words(sink, &words);
}

void diff_report_text(const struct profile *profile, const struct writing *writing, uint64_t rows,
                      struct sink *sink)
{
    struct changes changes;
    struct words words = {.len = 0};
    changes_init(&changes, profile);
    if (writing->comparison) {
        write_verdict(writing->comparison, profile, sink);
        sink_text(sink, "\n");
    }
    write_side(profile, writing, CHANGES_BEFORE, sink);
    write_side(profile, writing, CHANGES_AFTER, sink);
    diff_words_scaling(&words, writing);
    write_words(sink, &words);
    sink_text(sink, "\n");
    write_table(&changes, rows ? rows : ROWS, sink);
    changes_free(&changes);
}
