/* Folded text in and out: the grammar of its lines, exact counts, one column or two. */
#include "unit.h"
#include "unit_run.h"

static void check(const char *name, const char *in, const char *want)
{
    struct run run;
    struct writing writing = {0};
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, in, strlen(in), 0, 0);
    char *out = run_write(&run, &writing);
    unit_same(name, out, want);
    free(out);
    run_free(&run);
}

/* Checks how many lines were unusable, and what came of the others. */
static void check_unusable(const char *name, const char *in, uint64_t unusable, const char *want)
{
    struct run run;
    struct writing writing = {0};
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, in, strlen(in), 0, 0);
    char *out = run_write(&run, &writing);
    if (run.recorder.tally.unusable == unusable)
        unit_same(name, out, want);
    else
        unit_check(name, false);
    free(out);
    run_free(&run);
}

static void test_lines(void)
{
    check("lines add up", "m;a 1\nm 5\nm;a 2\n", "m 5\nm;a 3\n");
    check("no line end at the end", "m;a 1\nm;a 2", "m;a 3\n");
    check("CR LF", "m;a 1\r\nm;a 2\r\n", "m;a 3\n");
    check("blanks behind the count", "m;a 1  \nm;a 2\t\n", "m;a 3\n");
    check("TAB before the count", "m;a\t7\n", "m;a 7\n");
    check("TAB and CR in a name", "m\tx;a\rb 7\n", "m x;a b 7\n");
    check("two blanks: one is the name's", "m;a  7\n", "m;a  7\n");
    check("blanks before", "  m;a 7\n", "  m;a 7\n");
    check("comments and empty lines", "# c 5\n#\n#\tc 6\n\n  \n#1 w;f 3\n", "#1 w;f 3\n");
    check("empty frames", ";a;b 2\na;;b 1\na;b; 2\na;b;; 3\n;; 4\n", " 4\n;a;b 2\na;;b 1\na;b 5\n");
    check("weight of the root", " 5\n", " 5\n");
    check("names are bytes", "a\xff\xfe\x01;\xc3\xa4 1\n", "a\xff\xfe\x01;\xc3\xa4 1\n");
    check("a frame ends in a number", "thread 12 5\nx;y 1\n", "thread 12 5\nx;y 1\n");
    check("annotations", "a_[k];b_[j];c_[i];d_[w];_[k] 1\n", "a_[k];b_[j];c_[i];d_[w];_[k] 1\n");
    check("no weight, no line", "a;b 0\na;c 0.0\na 1\n", "a 1\n");
}

static void test_counts(void)
{
    check("decimals", "a 0.1\na 0.2\nb 7.\nc 1.000001\n", "a 0.3\nb 7\nc 1.000001\n");
    check("seventh decimal is rounded", "a 1.0000005\nb 1.00000049\nc 0.9999999\n",
          "a 1.000001\nb 1\nc 1\n");
    check("leading zeros", "a 007\nb 00.50\n", "a 7\nb 0.5\n");
    check("the largest", "a 9223372036854775807\n", "a 9223372036854775807\n");
    check("the largest decimal", "a 9223372036854.775807\n", "a 9223372036854.775807\n");
    check_unusable("no counts",
                   "a 1\nb\nb-1\nb -3\nb 1e3\nb +2\nb .5\nb 0x10\nb 1,000\nb 1.2.3\n5\n.\n", 11,
                   "a 1\n");
    check_unusable("too large",
                   "a 1\nb 9223372036854775808\nb 99999999999999999999999\n"
                   "b 9223372036854.775808\n",
                   3, "a 1\n");
}

static void test_overflow(void)
{
    struct run run;
    struct unit_catch caught;
    const char *in = "a 9223372036854775807\nb 1\n";
    run_init(&run, PROFILE_BY_NAME);
    unit_catch_begin(&caught);
    run_read(&run, in, strlen(in), 0, 0);
    char *told = unit_catch_end(&caught);
    unit_check("a sum that overflows", run.result == -1 && run.diag.errors == 1 && *told);
    free(told);
    run_free(&run);
}

static void check_columns(const char *name, const char *in, int columns, uint64_t unusable,
                          const char *want)
{
    struct run run;
    struct writing writing = {0};
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, in, strlen(in), 0, columns);
    char *out = run_write(&run, &writing);
    if (run.recorder.tally.unusable == unusable)
        unit_same(name, out, want);
    else
        unit_check(name, false);
    free(out);
    run_free(&run);
}

static void test_columns(void)
{
    char many[4096] = "";
    check_columns("two columns", "a;b 1 2\nc 0 3\nd 4 0\nd 1 1\n", 0, 0, "a;b 1 2\nc 0 3\nd 5 1\n");
    check_columns("three counts: the first is a name's", "a 1 2 3\n", 0, 0, "a 1 2 3\n");
    check_columns("columns forced to 1", "a;b 1 2\nc 0 3\n", 2, 0, "a;b 1 2\nc 0 3\n");
    check_columns("columns forced to 2", "a;b 1\nc 0 3\n", 3, 1, "c 0 3\n");
    check_columns("two columns, decimals", "a 1.5 2\nb 1 0.25\n", 0, 0, "a 1.5 2\nb 1 0.25\n");
    check_columns("two columns, both 0", "a 0 0\nb 1 2\n", 0, 0, "b 1 2\n");
    for (int i = 0; i < 19; i++)
        strcat(many, "a 1 2\n");
    strcat(many, "b 1\n");
    check_columns("19 of 20 lines have two", many, 0, 1, "a 19 38\n");
    check_columns("3 of 4 lines have two", "a 1 2\na 1 2\na 1 2\nb 1\n", 0, 0, "a 1 6\nb 1\n");
}

/* As diff does before it reads. */
static void compare_sides(struct run *run)
{
    profile_set_columns(&run->profile, 2);
    run->recorder.comparing = true;
}

/* Reads two inputs into columns; one of them must be refused. */
static void check_refused(const char *name, unsigned first_column, const char *first,
                          unsigned second_column, const char *second)
{
    struct run run;
    struct unit_catch caught;
    run_init(&run, PROFILE_BY_NAME);
    if (second_column)
        compare_sides(&run);
    unit_catch_begin(&caught);
    run_read(&run, first, strlen(first), first_column, 0);
    if (run.result == 0)
        run_read(&run, second, strlen(second), second_column, 0);
    char *told = unit_catch_end(&caught);
    unit_check(name, run.result == -1 && run.diag.errors == 1 && *told);
    free(told);
    run_free(&run);
}

static void test_mixed_columns(void)
{
    struct run run;
    struct writing writing = {0};
    check_refused("a diff of a diff: before", 0, "a 1 2\n", 1, "a 1\n");
    check_refused("a diff of a diff: after", 0, "a 1\n", 1, "a 1 2\n");
    check_refused("one column, then two", 0, "a 1\n", 0, "a 1 2\n");
    check_refused("two columns, then one", 0, "a 1 2\n", 0, "a 1\n");
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, "a 1 2\n", 6, 0, 0);
    run_read(&run, "a 1 5\nb 0 1\n", 12, 0, 0);
    char *out = run_write(&run, &writing);
    unit_same("two columns, then two", out, "a 2 7\nb 0 1\n");
    free(out);
    run_free(&run);
}

/* Each side of a diff goes to its column, and the writer says what was compared. */
static void test_diff(void)
{
    struct run run;
    struct writing writing = {.diff = true,
                              .side = {{.runs = 1, .total = INT64_C(1000000000)},
                                       {.runs = 3, .total = INT64_C(999500000)}}};
    struct unit_catch caught;
    run_init(&run, PROFILE_BY_NAME);
    run.diag.quiet = false;
    compare_sides(&run);
    run_read(&run, "a 600\nb 400\n", 12, 0, 0);
    run_read(&run, "a 999.5\n", 8, 1, 0);
    unit_catch_begin(&caught);
    char *out = run_write(&run, &writing);
    writing.normalized = true;
    free(run_write(&run, &writing));
    char *told = unit_catch_end(&caught);
    unit_same("diff", out, "a 600 999.5\nb 400 0\n");
    unit_same("diff says its totals", told,
              "flamectl: before 1,000, after 999.5 (mean of 3 runs) samples: not normalised "
              "(-n scales before to after's total)\n"
              "flamectl: before 1,000, after 999.5 (mean of 3 runs) samples: "
              "before is scaled to after's total\n");
    free(told);
    free(out);
    run_free(&run);
}

static void test_by_time(void)
{
    struct run run;
    struct writing writing = {0};
    const char *in = "m;b 1\nm;a 1\nm;a 1\nm 2\nm;b 1\n 3\nm 1\n";
    run_init(&run, PROFILE_BY_TIME);
    run_read(&run, in, strlen(in), 0, 0);
    char *out = run_write(&run, &writing);
    unit_same("by time", out, "m;b 1\nm;a 2\nm 2\nm;b 1\n 3\nm 1\n");
    free(out);
    run_free(&run);
}

static void test_group_threads(void)
{
    struct run run;
    struct writing writing = {0};
    const char *in = "worker-17;f1 1\nworker-2;f1 1\n";
    run_init(&run, PROFILE_BY_NAME);
    run.options.group_threads = 1;
    run_read(&run, in, strlen(in), 0, 0);
    char *out = run_write(&run, &writing);
    unit_same("group threads", out, "worker-N;f1 2\n");
    free(out);
    run_free(&run);
}

/* Reading what was written must give the same again, however the bytes came. */
static void test_idempotent(void)
{
    struct run run;
    struct writing writing = {0};
    unsigned seed = 1;
    bool good = true;
    static const char alphabet[] = "ab;;; \t#019.\n\n\n_[k]\r\xff\x01";
    for (int round = 0; round < 400 && good; round++) {
        char in[400];
        size_t len = 0;
        while (len < sizeof in) {
            seed = seed * 1103515245 + 12345;
            in[len++] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        run_init(&run, PROFILE_BY_NAME);
        run_read(&run, in, len, 0, 2);
        char *once = run_write(&run, &writing);
        run_free(&run);
        run_init(&run, PROFILE_BY_NAME);
        run_read(&run, once, strlen(once), 0, 2);
        char *twice = run_write(&run, &writing);
        run_free(&run);
        good = strcmp(once, twice) == 0;
        if (!good)
            unit_same("what is written reads the same", twice, once);
        free(once);
        free(twice);
    }
    if (good)
        unit_check("what is written reads the same", true);
}

/* A million frames, and a line of ten million bytes: linear, and no recursion. */
static void test_deep(void)
{
    struct run run;
    struct writing writing = {0};
    size_t depth = 1000000, len = 0;
    char *in = malloc(depth * 10 + 100);
    for (size_t i = 0; i < depth; i++)
        len += (size_t)sprintf(in + len, "%s%zx", i ? ";" : "", i);
    len += (size_t)sprintf(in + len, " 7\n");
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, in, len, 0, 0);
    in[len] = '\0';
    char *out = run_write(&run, &writing);
    unit_check("a million frames", run.profile.count == depth + 1 && strcmp(out, in) == 0);
    free(out);
    run_free(&run);

    memset(in, 'x', depth * 10);
    memcpy(in + depth * 10, " 1\n", 4);
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, in, depth * 10 + 3, 0, 0);
    out = run_write(&run, &writing);
    unit_check("a name of ten million bytes", strcmp(out, in) == 0);
    free(out);
    run_free(&run);
    free(in);
}

int main(void)
{
    test_lines();
    test_counts();
    test_overflow();
    test_columns();
    test_mixed_columns();
    test_diff();
    test_by_time();
    test_group_threads();
    test_idempotent();
    test_deep();
    return unit_failed;
}
