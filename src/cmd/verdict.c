/* How diff asks for a verdict and tells it. */
#include "verdict.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "flamectl/memory.h"

enum { BEFORE = COMPARISON_BEFORE, AFTER = COMPARISON_AFTER, SIDES = COMPARISON_SIDES };

#define MOST_TOLD 5 /* functions in the short form */

/* The number that the text begins with, moved past it; NAN where it begins with none. Plain
 * decimals only: digits, at most one point. */
static double take_number(const char **text)
{
    size_t len = strspn(*text, "0123456789.");
    char *end, copy[32];
    if (len == 0 || len >= sizeof copy)
        return NAN;
    memcpy(copy, *text, len);
    copy[len] = '\0';
    double value = strtod(copy, &end);
    *text += len;
    return *end || end == copy ? NAN : value;
}

static int take_fdr(struct verdict *verdict, const char *text, struct diag *diag)
{
    const char *rest = text;
    double fdr = take_number(&rest);
    if (*rest || !(fdr > 0 && fdr < 1)) {
        diag_error(diag, NULL, 0, "--fdr: '%s' is not a number between 0 and 1, such as 0.05",
                   text);
        return -1;
    }
    verdict->comparison.fdr = fdr;
    return 0;
}

/* POINTS[,PERCENT[%]] */
static int take_min_change(struct verdict *verdict, const char *text, struct diag *diag)
{
    const char *rest = text;
    double points = take_number(&rest), percent = verdict->comparison.min_relative * 100;
    if (*rest == ',') {
        rest++;
        percent = take_number(&rest);
        rest += *rest == '%';
    }
    if (*rest || !(points <= 100) || !(percent <= 1e6)) {
        diag_error(
            diag, NULL, 0,
            "--min-change: '%s' is not POINTS or POINTS,PERCENT, such as 0.5,5: percentage points, "
            "and percent of what was before",
            text);
        return -1;
    }
    verdict->comparison.min_points = points / 100;
    verdict->comparison.min_relative = percent / 100;
    return 0;
}

static int take_fail_on(struct verdict *verdict, const char *text, struct diag *diag)
{
    static const struct {
        const char *name;
        enum comparison_verdict verdict;
    } words[] = {{"regression", VERDICT_REGRESSION}, {"inconclusive", VERDICT_INCONCLUSIVE}};
    for (struct span rest = span_of(text); rest.data;) {
        size_t comma = span_find(rest, ',');
        struct span word = span_first(rest, comma);
        bool known = false;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (span_is(word, words[i].name))
                known = verdict->fails[words[i].verdict] = true;
        }
        if (!known) {
            diag_error(diag, NULL, 0, "--fail-on: '%.*s' is not one of: regression inconclusive",
                       diag_excerpt(word), word.data);
            return -1;
        }
        rest = comma == SPAN_NONE ? span_make(NULL, 0) : span_skip(rest, comma + 1);
    }
    if (verdict->fails[VERDICT_REGRESSION])
        return 0;
    diag_error(diag, NULL, 0, "--fail-on=%s would let a regression pass: say regression,inconclusive", text);
    return -1;
}

/* As many numbers as the side has runs. */
static int take_work(double *work, unsigned runs, const char *text, const char *side,
                     struct diag *diag)
{
    const char *rest = text;
    for (unsigned r = 0; r < runs; r++) {
        work[r] = take_number(&rest);
        bool more = r + 1 < runs;
        if (!(work[r] > 0) || *rest != (more ? ',' : '\0')) {
            diag_error(diag, NULL, 0,
                       "--work-%s: '%s' is not one number above 0 for each of the %u runs, parted "
                       "by commas",
                       side, text, runs);
            return -1;
        }
        rest += more;
    }
    return 0;
}

static int take_works(struct verdict *verdict, const struct verdict_options *options,
                      const unsigned runs[SIDES], struct diag *diag)
{
    if (!options->work[BEFORE] && !options->work[AFTER])
        return 0;
    if (!options->work[BEFORE] || !options->work[AFTER]) {
        diag_error(diag, NULL, 0, "--work-before and --work-after go together");
        return -1;
    }
    verdict->work = memory_get((size_t)runs[BEFORE] + runs[AFTER], sizeof *verdict->work);
    if (take_work(verdict->work, runs[BEFORE], options->work[BEFORE], "before", diag) < 0)
        return -1;
    return take_work(verdict->work + runs[BEFORE], runs[AFTER], options->work[AFTER], "after",
                     diag);
}

int verdict_init(struct verdict *verdict, const struct verdict_options *options,
                 const unsigned runs[SIDES], struct diag *diag)
{
    *verdict = (struct verdict){.work = NULL};
    comparison_options_init(&verdict->comparison);
    verdict->comparison.strict_change = options->strict_change;
    verdict->comparison.allow_single_run = options->allow_single_run;
    verdict->asked = options->fail_on || options->fdr || options->min_change ||
                     options->work[BEFORE] || options->strict_change || options->allow_single_run;
    if (options->fdr && take_fdr(verdict, options->fdr, diag) < 0)
        return -1;
    if (options->min_change && take_min_change(verdict, options->min_change, diag) < 0)
        return -1;
    if (options->fail_on && take_fail_on(verdict, options->fail_on, diag) < 0)
        return -1;
    return take_works(verdict, options, runs, diag);
}

void verdict_free(struct verdict *verdict)
{
    memory_free(verdict->work);
}

void verdict_make(const struct verdict *verdict, struct comparison *comparison,
                  const struct profile *profile, const char *const *files,
                  const unsigned runs[SIDES])
{
    unsigned count = runs[BEFORE] + runs[AFTER];
    struct comparison_run *run = memory_get(count, sizeof *run);
    for (unsigned r = 0; r < count; r++)
        run[r] =
            (struct comparison_run){.name = files[r],
                                    .side = r < runs[BEFORE] ? COMPARISON_BEFORE : COMPARISON_AFTER,
                                    .work = verdict->work ? verdict->work[r] : 0};
    comparison_make(comparison, profile, run, &verdict->comparison);
    memory_free(run);
}

/* name BEFORE -> AFTER: CHANGE (INTERVAL), RELATIVE */
static void tell_function(const struct comparison_function *function, const struct profile *profile,
                          struct diag *diag)
{
    const struct comparison_test *test = &function->test;
    bool is_all = function->frame == FRAME_GAP;
    const struct frame *frame = is_all ? NULL : &profile->frames.frames[function->frame];
    struct span name = is_all ? span_of("all") : frame->name;
    char relative[40] = "new";
    if (isfinite(test->relative))
        snprintf(relative, sizeof relative, "%+.1f%%", 100 * test->relative);
    diag_note(diag, "  %.*s%s %.2f%% -> %.2f%%: %+.2f points (%+.2f to %+.2f), %s",
              diag_excerpt(name), name.data, is_all ? "" : frame_suffix(frame->kind),
              100 * test->measure[BEFORE], 100 * test->measure[AFTER], 100 * test->change,
              100 * test->low, 100 * test->high, relative);
}

static void tell_functions(const struct comparison *comparison, const struct profile *profile,
                           struct diag *diag)
{
    uint32_t found = comparison->findings[FINDING_REGRESSION], told = 0;
    if (found == 0)
        found = comparison->findings[FINDING_IMPROVEMENT];
    for (; told < found && told < MOST_TOLD; told++)
        tell_function(&comparison->functions[told], profile, diag);
    if (told < found)
        diag_note(diag, "  and %lu more (--to text tells all)", (unsigned long)(found - told));
}

/* Why there is no verdict, and how there would be one. */
static void tell_reason(const struct comparison *comparison, struct diag *diag)
{
    const char *verdict = comparison_verdict_text(VERDICT_INCONCLUSIVE);
    switch (comparison->reason) {
    case REASON_UNKNOWN_SAMPLES:
        diag_note(
            diag,
            "%s: the inputs tell weights, not how many samples these come from; 'flamectl collapse "
            "--count=samples' on the recordings counts samples, and so does diff --count=samples",
            verdict);
        return;
    case REASON_SINGLE_RUN:
        diag_note(diag,
                  "%s: one run of a side shows sampling noise only, not how much runs differ; several "
                  "runs are: --before b1 b2 b3 --after a1 a2 a3",
                  verdict);
        return;
    case REASON_FEW_SAMPLES:
    case REASON_NONE:
        diag_note(diag, "%s: no function has the 10 samples that a test takes", verdict);
    }
}

/* What these runs could have shown, and how many tell what counts from noise. */
static void tell_power(const struct comparison *comparison, struct diag *diag)
{
    char needed[60] = "more than 10,000 runs a side";
    if (comparison_runs_suffice(comparison))
        snprintf(needed, sizeof needed, "no more runs than these");
    else if (comparison->runs_needed)
        snprintf(needed, sizeof needed, "about %lu runs a side", (unsigned long)comparison->runs_needed);
    diag_note(diag,
              "smallest change that would have been found (80%% power) in a function of %.3g%%: %.2f "
              "points; to tell %.2f from noise takes %s",
              100 * comparison->reference_share, 100 * comparison->detectable,
              100 * comparison->wanted, needed);
}

/* Shares are of a whole: where the largest change is one that shrank, the others may have grown by
 * that alone. The functions that shrank follow those that grew, each the largest first. */
static void tell_shrunk(const struct comparison *comparison, struct diag *diag)
{
    uint32_t grown = comparison->findings[FINDING_REGRESSION];
    if (comparison->verdict != VERDICT_REGRESSION ||
        comparison->findings[FINDING_IMPROVEMENT] == 0 || comparison->per_work)
        return;
    double shrunk = -comparison->functions[grown].test.change;
    if (shrunk > comparison->functions[0].test.change)
        diag_note(diag,
                  "  another shrank by %.2f points, which alone makes the rest grow in share: "
                  "--work-before and --work-after judge the cost per unit of work",
                  100 * shrunk);
}

static void tell_result(const struct comparison *comparison, const struct profile *profile,
                        struct diag *diag)
{
    const char *verdict = comparison_verdict_text(comparison->verdict);
    unsigned long tested = comparison->tested;
    char runs[160];
    snprintf(runs, sizeof runs, "%u against %u run%s%s%s", comparison->side_runs[BEFORE],
             comparison->side_runs[AFTER], comparison->side_runs[AFTER] == 1 ? "" : "s",
             comparison->screening ? ", so by sampling noise only" : "",
             comparison->per_work ? "; in percent of before's cost per unit of work" : "");
    if (comparison->verdict == VERDICT_PASS)
        diag_note(diag, "%s: no change of %.4g points and %.4g%% or more found in %lu functions; %s",
                  verdict, 100 * comparison->options.min_points,
                  100 * comparison->options.min_relative, tested, runs);
    else if (comparison->verdict == VERDICT_REGRESSION)
        diag_note(diag, "%s: %lu of %lu functions grew; %s", verdict,
                  (unsigned long)comparison->findings[FINDING_REGRESSION], tested, runs);
    else
        diag_note(diag, "%s: %lu of %lu functions shrank, none grew; %s", verdict,
                  (unsigned long)comparison->findings[FINDING_IMPROVEMENT], tested, runs);
    tell_functions(comparison, profile, diag);
    tell_shrunk(comparison, diag);
}

void verdict_tell(const struct verdict *verdict, const struct comparison *comparison,
                  const struct profile *profile, struct diag *diag)
{
    if (!verdict->asked && (comparison->screening || comparison->tested == 0))
        return;
    if (comparison->verdict == VERDICT_INCONCLUSIVE)
        tell_reason(comparison, diag);
    else
        tell_result(comparison, profile, diag);
    if (comparison->tested)
        tell_power(comparison, diag);
}

enum status verdict_status(const struct verdict *verdict, const struct comparison *comparison)
{
    if (!verdict->fails[comparison->verdict])
        return STATUS_DONE;
    return comparison->verdict == VERDICT_INCONCLUSIVE ? STATUS_TOO_LITTLE : STATUS_NO;
}

void verdict_print_splits(const struct comparison_splits *splits, unsigned runs, struct sink *sink)
{
    double all = splits->splits;
    sink_format(sink, "%lu splits of %u runs into %u and %u, %s\n", (unsigned long)splits->splits,
                runs, runs / 2, runs - runs / 2,
                splits->possible > splits->splits ? "chosen at random" : "all there are");
    sink_format(sink, "REGRESSION in %lu of them (%.1f%%), IMPROVEMENT in %lu (%.1f%%)\n",
                (unsigned long)splits->alarms, 100 * splits->alarms / all,
                (unsigned long)splits->improvements, 100 * splits->improvements / all);
    if (splits->inconclusive)
        sink_format(sink, "INCONCLUSIVE in %lu: too few samples\n",
                    (unsigned long)splits->inconclusive);
    else
        sink_format(
            sink, "Dispersion between runs, median of the functions: %.2f times that of sampling\n",
            splits->median_phi);
}
