/* Markdown: the hottest functions as tables, for a comment on a pull request. On GitHub that has
 * room for 65,536 characters: a row takes at most 350 bytes (80 four-byte characters and the
 * numbers, or 80 backquotes between 81 and 81 more), and two tables of 80 such rows fit. */
#include "flamectl/writer.h"

#include "budget_report.h"
#include "diff_report.h"
#include "hottest.h"
#include "label.h"
#include "markdown_code.h"

#define NAME_COLUMNS 80
#define MOST_ROWS 80

static void write_row(const struct hottest *hottest, uint32_t frame, struct sink *sink)
{
    struct label label;
    label_frame(&label, &hottest->profile->frames, frame, NAME_COLUMNS);
    sink_format(sink, "| %.2f%% | %.2f%% | ", 100 * hottest_self(hottest, frame),
                100 * hottest_total(hottest, frame));
    markdown_code(sink, &label);
    sink_text(sink, " |\n");
}

static void write_table(const struct hottest *hottest, const uint32_t *frames, uint32_t count,
                        struct sink *sink)
{
    uint32_t rows = hottest->rows < MOST_ROWS ? hottest->rows : MOST_ROWS;
    if (rows > count)
        rows = count;
    sink_text(sink, "\n| Self | Total | Function |\n|---:|---:|:---|\n");
    for (uint32_t row = 0; row < rows; row++)
        write_row(hottest, frames[row], sink);
    if (rows < count)
        sink_format(sink, "\nand %lu more\n", (unsigned long)(count - rows));
}

static void write_head(const struct hottest *hottest, struct sink *sink)
{
    char weight[LABEL_WEIGHT];
    struct label unit;
    const struct profile *profile = hottest->profile;
    label_unit(&unit, profile);
    sink_format(sink, "**%s** ",
                label_weight(weight, profile->grand[hottest->column], profile->scale));
    markdown_code(sink, &unit);
    if (hottest_samples(hottest) >= 0)
        sink_format(sink, " of %s samples", label_weight(weight, hottest_samples(hottest), 1));
    sink_text(sink, " in ");
    label_count(sink, hottest->stacks, "stack");
    sink_text(sink, ", ");
    label_count(sink, hottest->function_count, "function");
    sink_text(sink, ".");
    if (profile->columns > 1)
        sink_text(sink, " Of two counts, the second.");
    if (hottest_rootless(hottest))
        sink_format(sink, " Without any function: %s.",
                    label_weight(weight, hottest_rootless(hottest), profile->scale));
    sink_text(sink, "\n");
}

static void write_profile(const struct profile *profile, const struct hottest_options *options,
                          struct sink *sink)
{
    struct hottest hottest;
    hottest_init(&hottest, profile, options);
    write_head(&hottest, sink);
    if (hottest.total_count) {
        write_table(&hottest, hottest.by_self, hottest.self_count, sink);
        sink_text(sink, "\n<details><summary>By total</summary>\n");
        write_table(&hottest, hottest.by_total, hottest.total_count, sink);
        sink_text(sink, "\n</details>\n");
    }
    hottest_free(&hottest);
}

static int markdown_write(const struct profile *profile, const struct writing *writing,
                          struct sink *sink)
{
    const struct hottest_options *options = writing->options;
    if (writing->budget)
        budget_report_markdown(writing->budget, profile, (uint64_t)options->top, sink);
    else if (writing->diff)
        diff_report_markdown(profile, writing, (uint64_t)options->top, sink);
    else
        write_profile(profile, options, sink);
    return 0;
}

const struct writer markdown_writer = {
    .name = "markdown",
    .summary = "the same in Markdown",
    .extension = ".md",
    .options = hottest_option_rows,
    .options_size = sizeof(struct hottest_options),
    .wants_sorted = true,
    .wants_samples = true,
    .tells_verdict = true,
    .write = markdown_write,
};
