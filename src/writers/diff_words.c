/* Sentences of diff's outputs. */
#include "diff_words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void words_add(struct words *words, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(words->text + words->len, sizeof words->text - words->len, format, args);
    va_end(args);
    if (n > 0)
        words->len += (size_t)n;
    if (words->len >= sizeof words->text)
        words->len = sizeof words->text - 1;
}

void diff_words_scaling(struct words *words, const struct writing *writing)
{
    bool means = writing->side[0].runs > 1 || writing->side[1].runs > 1;
    if (means)
        words_add(words, "Each side is its mean run. ");
    if (writing->normalized)
        words_add(words, "Before is scaled to after's total.");
    else
        words_add(words, "Not normalised (-n scales before to after's total).");
}

static void tell_reason(struct words *words, const struct comparison *comparison)
{
    switch (comparison->reason) {
    case REASON_NONE:
        break;
    case REASON_UNKNOWN_SAMPLES:
        words_add(words,
                  "the weights do not tell how many samples they come from. Compare the recordings "
                  "themselves, or text from flamectl collapse --count=samples");
        break;
    case REASON_SINGLE_RUN:
        words_add(words,
                  "one run of a side shows sampling noise only, and programs differ by more than "
                  "that from run to run. Record several, for diff --before b1 b2 b3 --after a1 a2 a3");
        break;
    case REASON_FEW_SAMPLES:
        words_add(words, "every function has too few samples. Record longer, or more runs");
        break;
    }
}

static void tell_findings(struct words *words, const struct comparison *comparison)
{
    const struct comparison_options *options = &comparison->options;
    words_add(words, "%lu worse, ", (unsigned long)comparison->findings[FINDING_REGRESSION]);
    words_add(words, "%lu better, of %lu functions tested, by at least %.4g points and %.4g%%",
              (unsigned long)comparison->findings[FINDING_IMPROVEMENT],
              (unsigned long)comparison->tested, 100 * options->min_points,
              100 * options->min_relative);
}

static void tell_runs(struct words *words, const struct comparison *comparison)
{
    unsigned after = comparison->side_runs[COMPARISON_AFTER];
    words_add(words, "; %u against %u run%s", comparison->side_runs[COMPARISON_BEFORE], after,
              after == 1 ? "" : "s");
    if (comparison->screening)
        words_add(words, ", so what follows is by sampling noise only");
}

void diff_words_verdict(struct words *words, const struct comparison *comparison)
{
    if (comparison->verdict == VERDICT_INCONCLUSIVE) {
        tell_reason(words, comparison);
    } else {
        tell_findings(words, comparison);
        tell_runs(words, comparison);
    }
    words_add(words, ".");
}

void diff_words_power(struct words *words, const struct comparison *comparison)
{
    if (comparison->tested == 0)
        return;
    words_add(words,
              "Smallest change that would have been found (80%% power) in a function of %.3g%%: "
              "%.2f points. ",
              100 * comparison->reference_share, 100 * comparison->detectable);
    words_add(words, "To tell %.2f from noise takes ", 100 * comparison->wanted);
    if (comparison_runs_suffice(comparison))
        words_add(words, "no more runs than these.");
    else if (comparison->runs_needed)
        words_add(words, "about %lu runs a side.", (unsigned long)comparison->runs_needed);
    else
        words_add(words, "more than 10,000 runs a side.");
}

static void add_stacks(struct words *words, const struct changes_stacks *stacks, int64_t total,
                       const char *what)
{
    if (stacks->count)
        words_add(words, "%s%lu %s, %.2f%% of %s",
                  words->len ? "; " : "Stacks: ", (unsigned long)stacks->count, what,
                  100 * (double)stacks->weight / (double)total,
                  strcmp(what, "gone") == 0 ? "before" : "after");
}

void diff_words_stacks(struct words *words, const struct changes *changes)
{
    add_stacks(words, &changes->gone, changes->profile->grand[CHANGES_BEFORE], "gone");
    add_stacks(words, &changes->fresh, changes->profile->grand[CHANGES_AFTER], "new");
    if (words->len)
        words_add(words, ".");
}

const char *diff_words_relative(char *buffer, double fraction)
{
    if (fraction < 10)
        snprintf(buffer, DIFF_WORDS_NUMBER, "%+.1f%%", 100 * fraction);
    else if (fraction < 1000)
        snprintf(buffer, DIFF_WORDS_NUMBER, "%+.0f%%", 100 * fraction);
    else if (isfinite(fraction))
        snprintf(buffer, DIFF_WORDS_NUMBER, ">+99999%%");
    else
        snprintf(buffer, DIFF_WORDS_NUMBER, "new");
    return buffer;
}

/* Weights of a side may dwarf the other's total. */
#define PLAIN_BELOW 9999

const char *diff_words_percent(char *buffer, double fraction)
{
    snprintf(buffer, DIFF_WORDS_NUMBER, fabs(fraction) < PLAIN_BELOW / 100.0 ? "%.2f%%" : "%.2g%%",
             100 * fraction);
    return buffer;
}

const char *diff_words_points(char *buffer, double fraction)
{
    snprintf(buffer, DIFF_WORDS_NUMBER, fabs(fraction) < PLAIN_BELOW / 100.0 ? "%+.2f" : "%+.2g",
             100 * fraction);
    return buffer;
}

const char *diff_words_number(char *buffer, double number, int digits)
{
    if (isfinite(number))
        snprintf(buffer, DIFF_WORDS_NUMBER, "%.*g", digits, number);
    else
        snprintf(buffer, DIFF_WORDS_NUMBER, "-");
    return buffer;
}
