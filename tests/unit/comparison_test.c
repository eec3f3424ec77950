/* Comparisons: the formulas on numbers worked out by hand, who is named and who is not, verdicts.
 */
#include "flamectl/comparison.h"

#include <math.h>

#include "flamectl/memory.h"
#include "flamectl/profile_sort.h"

#include "unit.h"

enum { MOST_RUNS = 12 };

/* Made with mpmath: see where they are used. */
#define TEST_P 0.012957802853828433
#define TEST_G_P 2.4595674863016911e-60

/* Samples of a stack in every run: "a;b;c", before's runs first. */
struct line {
    const char *stack;
    int64_t samples[MOST_RUNS];
};

struct made {
    struct profile profile;
    struct comparison comparison;
};

static void add_line(struct profile *profile, const struct line *line, unsigned runs)
{
    uint32_t node = PROFILE_ROOT;
    for (struct span rest = span_of(line->stack); rest.len;) {
        size_t end = span_find(rest, ';');
        struct span name = span_first(rest, end == SPAN_NONE ? rest.len : end);
        node = profile_child(profile, node, frame_intern(&profile->frames, name, FRAME_PLAIN));
        rest = span_skip(rest, name.len + 1);
    }
    for (unsigned r = 0; r < runs; r++) {
        profile_add(profile, node, r, line->samples[r]);
        profile_add_samples(profile, node, r, line->samples[r]);
    }
}

static void make(struct made *made, const struct line *lines, unsigned before, unsigned after,
                 double work_after, const struct comparison_options *options)
{
    struct comparison_run runs[MOST_RUNS];
    profile_init(&made->profile, PROFILE_BY_NAME);
    profile_set_columns(&made->profile, before + after);
    profile_count_samples(&made->profile);
    for (; lines->stack; lines++)
        add_line(&made->profile, lines, before + after);
    profile_sort(&made->profile);
    for (unsigned r = 0; r < before + after; r++)
        runs[r] = (struct comparison_run){"run", r < before ? COMPARISON_BEFORE : COMPARISON_AFTER,
                                          work_after == 0 ? 0
                                          : r < before    ? 100
                                                          : work_after,
                                          0};
    comparison_make(&made->comparison, &made->profile, runs, options);
}

static void make_default(struct made *made, const struct line *lines, unsigned before,
                         unsigned after)
{
    struct comparison_options options;
    comparison_options_init(&options);
    make(made, lines, before, after, 0, &options);
}

static void made_free(struct made *made)
{
    comparison_free(&made->comparison);
    profile_free(&made->profile);
}

static const char *name_of(struct made *made, uint32_t frame)
{
    return frame == FRAME_GAP ? "(all)" : made->profile.frames.frames[frame].name.data;
}

static const struct comparison_function *find(struct made *made, const char *name)
{
    uint32_t frame = frame_intern(&made->profile.frames, span_of(name), FRAME_PLAIN);
    return &made->comparison.functions[made->comparison.by_frame[frame]];
}

/* "VERDICT name:finding(cause) ..." of all that was found. */
static void check(const char *test, struct made *made, const char *want)
{
    char text[1000];
    const struct comparison *comparison = &made->comparison;
    int used = snprintf(text, sizeof text, "%s", comparison_verdict_text(comparison->verdict));
    for (uint32_t i = 0; i < comparison->function_count; i++) {
        const struct comparison_function *function = &comparison->functions[i];
        enum comparison_finding finding = function->finding;
        if (finding == FINDING_NONE || finding == FINDING_UNTESTED)
            continue;
        used += snprintf(text + used, sizeof text - (size_t)used, " %s:%s",
                         name_of(made, function->frame), comparison_finding_text(finding));
        if (finding == FINDING_EXPLAINED || finding == FINDING_MOVED)
            used += snprintf(text + used, sizeof text - (size_t)used, "(%s)",
                             name_of(made, function->cause));
    }
    unit_same(test, text, want);
}

static bool near(double got, double want)
{
    if (fabs(got - want) <= 1e-9 * fabs(want) + 1e-15)
        return true;
    printf("# got %.15g, want %.15g\n", got, want);
    return false;
}

/* Two runs a side. f: 100 and 120 of 1000 before, 150 and 170 after. Shares 0.11 and 0.16; X^2 = 2
 * * 100 / (110 * 0.89)
 * + 2 * 100 / (160 * 0.84); phi is half of it, 1.7654980787003259. g is the rest and has the same
 * phi, so that phi0 and the shrunk phi are the same, too. SE^2 = phi (0.11 * 0.89 + 0.16 * 0.84) /
 * 2000, 6 degrees of freedom; p by mpmath. */
static void test_formulas(void)
{
    static const struct line lines[] = {
        {"m;f", {100, 120, 150, 170}}, {"m;g", {900, 880, 850, 830}}, {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 2, 2);
    const struct comparison_test *f = &find(&made, "f")->test, *g = &find(&made, "g")->test;
    double phi = 100 / (110 * 0.89) + 100 / (160 * 0.84),
           error = sqrt(phi * (0.0979 + 0.1344) / 2000);
    unit_check("shares", near(f->share[0], 0.11) && near(f->share[1], 0.16) &&
                             near(f->change, 0.05) && near(f->relative, 0.05 / 0.11));
    unit_check("phi", near(f->phi, phi) && near(g->phi, phi) && near(f->dispersion, phi) &&
                          near(made.comparison.median_phi, phi));
    unit_check("t", near(f->t, 0.05 / error) && near(g->t, -0.05 / error) &&
                        made.comparison.degrees == 6);
    unit_check("p", near(f->p, TEST_P) && near(f->q, TEST_P));
    unit_check("interval", near(f->low, 0.05 - 2.4469118511449692 * error) &&
                               near(f->high, 0.05 + 2.4469118511449692 * error));
    unit_check("all samples: no test",
               find(&made, "m")->finding == FINDING_UNTESTED && made.comparison.tested == 2);
    made_free(&made);
}

/* Equal runs have no dispersion of their own; the floor is that of sampling. f is new: pooled p =
 * 0.005 on both sides. */
static void test_floor(void)
{
    static const struct line lines[] = {
        {"m;f", {0, 0, 10, 10}}, {"m;g", {1000, 1000, 990, 990}}, {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 2, 2);
    const struct comparison_test *f = &find(&made, "f")->test;
    unit_check("floor", f->phi == 0 && f->dispersion == 1);
    unit_check("one side empty",
               near(f->t, 0.01 / sqrt(0.005 * 0.995 / 1000)) && isinf(f->relative));
    made_free(&made);
}

static void test_identical(void)
{
    static const struct line lines[] = {
        {"m;f", {500, 510, 500, 510}}, {"m;g", {700, 690, 700, 690}}, {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 2, 2);
    const struct comparison_test *f = &find(&made, "f")->test;
    check("identical sides", &made, "PASS");
    unit_check("identical sides: nothing",
               f->change == 0 && f->t == 0 && f->p == 1 && f->relative == 0);
    made_free(&made);
}

/* The function that grew is named; its callers, which grew with it, and its siblings, which lost
 * their part of the samples, are not. */
static const struct line planted[] = {{"main;run;parse;hot", {2000, 2010, 1990, 2300, 2310, 2290}},
                                      {"main;run;parse;cold", {1000, 1005, 995, 960, 965, 955}},
                                      {"main;run;parse", {500, 495, 505, 480, 475, 485}},
                                      {"main;run;write", {3500, 3490, 3510, 3360, 3350, 3370}},
                                      {"main;idle", {3000, 3000, 3000, 2900, 2900, 2900}},
                                      {NULL, {0}}};

static void test_planted(void)
{
    struct made made;
    make_default(&made, planted, 3, 3);
    check("a function grew", &made,
          "REGRESSION hot:regression parse:explained(hot) write:small idle:small run:small");
    unit_check("its call path",
               made.comparison.path_count == 1 && made.comparison.paths[0].depth == 4 &&
                   made.comparison.functions[made.comparison.paths[0].function].frame ==
                       made.comparison.paths[0].frames[3]);
    made_free(&made);
}

/* The caller grew itself, too. */
static void test_both(void)
{
    static const struct line lines[] = {{"m;outer", {1000, 1005, 995, 1300, 1305, 1295}},
                                        {"m;outer;inner", {1000, 1005, 995, 1300, 1305, 1295}},
                                        {"m;x", {8000, 7990, 8010, 7400, 7390, 7410}},
                                        {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 3, 3);
    check("caller and callee grew", &made,
          "REGRESSION outer:regression inner:regression x:improvement");
    made_free(&made);
}

/* Each of them calls all others, and none has grown enough by itself. */
static void test_circle(void)
{
    static const struct line lines[] = {{"m;a;b;c;a", {500, 505, 495, 545, 550, 540}},
                                        {"m;a;b;c", {500, 505, 495, 545, 550, 540}},
                                        {"m;a;c;b", {500, 505, 495, 545, 550, 540}},
                                        {"m;x", {8500, 8485, 8515, 8365, 8350, 8380}},
                                        {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 3, 3);
    unit_check("a circle of callers is not explained by itself",
               made.comparison.verdict == VERDICT_REGRESSION &&
                   made.comparison.findings[FINDING_REGRESSION] == 1);
    made_free(&made);
}

/* Work was handed from one function to another under the same caller, with what they call. */
static void test_moved(void)
{
    static const struct line lines[] = {{"m;work;old;copy", {2000, 2010, 1990, 0, 0, 0}},
                                        {"m;work;fresh;move", {0, 0, 0, 2000, 1990, 2010}},
                                        {"m;work;rest", {1000, 990, 1010, 1000, 1010, 990}},
                                        {"m;x", {7000, 7000, 7000, 7000, 7000, 7000}},
                                        {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 3, 3);
    check("cost shift", &made,
          "PASS copy:moved(work) fresh:moved(work) move:moved(work) old:moved(work)");
    made_free(&made);
}

/* Under a caller that has nearly everything, moving within it says nothing. */
static void test_large_caller(void)
{
    static const struct line lines[] = {{"m;old", {2000, 2010, 1990, 0, 0, 0}},
                                        {"m;fresh", {0, 0, 0, 2000, 1990, 2010}},
                                        {"m;x", {8000, 7990, 8010, 8000, 8010, 7990}},
                                        {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 3, 3);
    check("no cost shift within a large caller", &made,
          "REGRESSION fresh:regression old:improvement");
    made_free(&made);
}

/* Other functions lose their part when one grows: that is no cost shift. */
static void test_proportional(void)
{
    static const struct line lines[] = {{"m;work;hot", {1000, 1010, 990, 3000, 3030, 2970}},
                                        {"m;work;rest", {5000, 4990, 5010, 3889, 3869, 3909}},
                                        {"m;x", {4000, 4000, 4000, 3111, 3101, 3121}},
                                        {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 3, 3);
    check("proportional loss", &made,
          "REGRESSION hot:regression x:improvement work:explained(hot) rest:moved(work)");
    made_free(&made);
}

static void test_single_run(void)
{
    static const struct line lines[] = {
        {"m;f", {2000, 3000}}, {"m;g", {8000, 7000}}, {"n", {3, 0}}, {NULL, {0}}};
    struct made made;
    struct comparison_options options;
    make_default(&made, lines, 1, 1);
    check("one run a side", &made, "INCONCLUSIVE f:regression g:improvement");
    unit_check("one run a side: why",
               made.comparison.reason == REASON_SINGLE_RUN && made.comparison.screening);
    /* G of 2000 of 10003 and 3000 of 10000, by hand and mpmath */
    const struct comparison_test *f = &find(&made, "f")->test;
    unit_check("G test", near(f->p, TEST_G_P));
    made_free(&made);
    comparison_options_init(&options);
    options.allow_single_run = true;
    make(&made, lines, 1, 1, 0, &options);
    unit_check("one run a side allowed", made.comparison.verdict == VERDICT_REGRESSION);
    made_free(&made);
}

static void test_too_little(void)
{
    static const struct line lines[] = {{"m;f", {2, 2, 1, 3}}, {"m;g", {1, 0, 0, 0}}, {NULL, {0}}};
    struct made made;
    make_default(&made, lines, 2, 2);
    unit_check("everything below the floor", made.comparison.verdict == VERDICT_INCONCLUSIVE &&
                                                 made.comparison.reason == REASON_FEW_SAMPLES);
    made_free(&made);
}

static void test_unknown(void)
{
    static const struct line lines[] = {{"m;f", {2, 2, 1, 3}}, {NULL, {0}}};
    struct made made;
    struct comparison_options options;
    comparison_options_init(&options);
    make(&made, lines, 2, 2, 0, &options);
    comparison_free(&made.comparison);
    profile_forget_samples(&made.profile, 1);
    struct comparison_run runs[4] = {{"a", COMPARISON_BEFORE, 0, 0},
                                     {"b", COMPARISON_BEFORE, 0, 0},
                                     {"c", COMPARISON_AFTER, 0, 0},
                                     {"d", COMPARISON_AFTER, 0, 0}};
    comparison_make(&made.comparison, &made.profile, runs, &options);
    unit_check("samples not known", made.comparison.verdict == VERDICT_INCONCLUSIVE &&
                                        made.comparison.reason == REASON_UNKNOWN_SAMPLES &&
                                        made.comparison.function_count == 0);
    made_free(&made);
}

static void test_minimum(void)
{
    static const struct line lines[] = {{"m;f", {2000, 2010, 1990, 2090, 2100, 2080}},
                                        {"m;g", {8000, 7990, 8010, 7900, 7900, 7900}},
                                        {"m;h", {0, 0, 0, 10, 0, 20}},
                                        {NULL, {0}}};
    struct made made;
    struct comparison_options options;
    make_default(&made, lines, 3, 3);
    check("0.9 points of 20 %", &made, "PASS g:small f:small h:small");
    made_free(&made);
    comparison_options_init(&options);
    options.min_relative = 0.045;
    make(&made, lines, 3, 3, 0, &options);
    check("0.9 points of 20 %, 4.5 % wanted", &made, "REGRESSION f:regression g:small h:small");
    made_free(&made);
    options.strict_change = true;
    make(&made, lines, 3, 3, 0, &options);
    check("strict", &made, "PASS g:small f:small h:small");
    made_free(&made);
}

/* Everything became dearer by a tenth, which shares cannot tell. */
static void test_work(void)
{
    static const struct line lines[] = {{"m;f", {2000, 2010, 1990, 2200, 2210, 2190}},
                                        {"m;g", {8000, 7990, 8010, 8800, 8790, 8810}},
                                        {NULL, {0}}};
    struct made made;
    struct comparison_options options;
    comparison_options_init(&options);
    make(&made, lines, 3, 3, 0, &options);
    check("all grew, without work", &made, "PASS");
    made_free(&made);
    make(&made, lines, 3, 3, 100, &options);
    check("all grew, as much work", &made,
          "REGRESSION g:regression f:regression (all):explained(g) m:explained(g)");
    const struct comparison_test *f = &find(&made, "f")->test;
    unit_check("cost per unit of work", near(f->cost[0], 20) && near(f->cost[1], 22) &&
                                            near(f->measure[0], 0.2) && near(f->measure[1], 0.22) &&
                                            near(f->share[1], 0.2));
    made_free(&made);
    make(&made, lines, 3, 3, 110, &options);
    check("all grew, and so did the work", &made, "PASS");
    made_free(&made);
}

static void test_splits(void)
{
    static const struct line lines[] = {{"m;f", {2000, 2010, 1990, 2005, 1995, 2000}},
                                        {"m;g", {8000, 7990, 8010, 7995, 8005, 8000}},
                                        {NULL, {0}}};
    struct made made;
    struct comparison_splits splits;
    make_default(&made, lines, 3, 3);
    comparison_split(&splits, &made.profile, &made.comparison.options);
    unit_check("splits of 6 runs",
               splits.splits == 20 && splits.possible == 20 && splits.alarms == 0);
    made_free(&made);
    make_default(&made, lines, 6, 6);
    comparison_split(&splits, &made.profile, &made.comparison.options);
    unit_check("splits of 12 runs", splits.splits == 924 && splits.possible == 924);
    made_free(&made);
}

int main(void)
{
    test_formulas();
    test_floor();
    test_identical();
    test_planted();
    test_both();
    test_circle();
    test_moved();
    test_large_caller();
    test_proportional();
    test_single_run();
    test_too_little();
    test_unknown();
    test_minimum();
    test_work();
    test_splits();
    return unit_failed;
}
