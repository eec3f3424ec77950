/* Text: the hottest functions as tables of 80 columns at most, for a terminal and a log.
 *
 *     6 samples in 3 stacks, 3 functions
 *
 *     Hottest by self (what a function does itself)
 *         self    total
 *       50.00%   50.00%  ####################  read
 *       33.33%   83.33%  #############         parse
 *
 * Bars are '#' for self and, in the table by total, '-' for the rest; the longest is the first
 * row's. */
#include "flamectl/writer.h"

#include "budget_report.h"
#include "diff_report.h"
#include "hottest.h"
#include "label.h"

#define COLUMNS 80
#define BAR 20
#define NAME_COLUMNS (COLUMNS - BAR - 22)

/* A table by the one or the other. */
struct table {
    const char *title;
    const uint32_t *frames;
    uint32_t count;
    bool by_total;
    double full; /* share of the longest bar */
};

static void write_bar(struct sink *sink, const struct table *table, double self, double total)
{
    int own = (int)(self / table->full * BAR + 0.5);
    int all = table->by_total ? (int)(total / table->full * BAR + 0.5) : own;
    for (int i = 0; i < BAR; i++)
        sink_text(sink, i < own ? "#" : i < all ? "-" : " ");
}

static void write_row(const struct hottest *hottest, const struct table *table, uint32_t frame,
                      struct sink *sink)
{
    struct label label;
    double self = hottest_self(hottest, frame), total = hottest_total(hottest, frame);
    sink_format(sink, "%7.2f%% %7.2f%%  ", 100 * self, 100 * total);
    write_bar(sink, table, self, total);
    label_frame(&label, &hottest->profile->frames, frame, NAME_COLUMNS);
    sink_text(sink, "  ");
    sink_write(sink, label.text, label.len);
    sink_text(sink, "\n");
}

static void write_table(const struct hottest *hottest, struct table table, struct sink *sink)
{
    uint32_t rows = table.count < hottest->rows ? table.count : hottest->rows;
    if (rows == 0)
        return;
    table.full = table.by_total ? hottest_total(hottest, table.frames[0])
                                : hottest_self(hottest, table.frames[0]);
    sink_format(sink, "\n%s\n    self    total\n", table.title);
    for (uint32_t row = 0; row < rows; row++)
        write_row(hottest, &table, table.frames[row], sink);
    if (rows < table.count)
        sink_format(sink, "and %lu more\n", (unsigned long)(table.count - rows));
}

static void write_head(const struct hottest *hottest, struct sink *sink)
{
    char weight[LABEL_WEIGHT];
    struct label unit;
    const struct profile *profile = hottest->profile;
    label_unit(&unit, profile);
    sink_format(sink, "%s %.*s",
                label_weight(weight, profile->grand[hottest->column], profile->scale),
                (int)unit.len, unit.text);
    if (hottest_samples(hottest) >= 0)
        sink_format(sink, " of %s samples", label_weight(weight, hottest_samples(hottest), 1));
    sink_text(sink, " in ");
    label_count(sink, hottest->stacks, "stack");
    sink_text(sink, ", ");
    label_count(sink, hottest->function_count, "function");
    sink_text(sink, "\n");
    if (profile->columns > 1)
        sink_text(sink, "Of two counts, the second\n");
    if (hottest_rootless(hottest))
        sink_format(sink, "Without any function: %s\n",
                    label_weight(weight, hottest_rootless(hottest), profile->scale));
}

static void write_profile(const struct profile *profile, const struct hottest_options *options,
                          struct sink *sink)
{
    struct hottest hottest;
    hottest_init(&hottest, profile, options);
    write_head(&hottest, sink);
    write_table(&hottest,
                (struct table){.title = "Hottest by self (what a function does itself)",
                               .frames = hottest.by_self,
                               .count = hottest.self_count},
                sink);
    write_table(&hottest,
                (struct table){.title = "Hottest by total (with all that it calls)",
                               .frames = hottest.by_total,
                               .count = hottest.total_count,
                               .by_total = true},
                sink);
    hottest_free(&hottest);
}

static int text_write(const struct profile *profile, const struct writing *writing,
                      struct sink *sink)
{
    const struct hottest_options *options = writing->options;
    if (writing->budget)
        budget_report_text(writing->budget, profile, (uint64_t)options->top, sink);
    else if (writing->diff)
        diff_report_text(profile, writing, (uint64_t)options->top, sink);
    else
        write_profile(profile, options, sink);
    return 0;
}

const struct writer text_writer = {
    .name = "text",
    .summary = "tables: the hottest functions, what changed, or rules",
    .options = hottest_option_rows,
    .options_size = sizeof(struct hottest_options),
    .wants_sorted = true,
    .wants_samples = true,
    .tells_verdict = true,
    .write = text_write,
};
