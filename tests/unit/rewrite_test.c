/* Rewrites: each step alone, their order, rules for names, profiles by time or of two columns. */
#include "flamectl/rewrite.h"

#include "unit.h"
#include "unit_run.h"

static const struct rewrite_options none;

/* Reads, rewrites, writes. `dropped` may be NULL. */
static char *rewritten(enum profile_order order, const char *in,
                       const struct rewrite_options *options, int64_t *dropped)
{
    struct run run;
    struct writing writing = {0};
    int64_t weight;
    run_init(&run, order);
    run_read(&run, in, strlen(in), 0, 0);
    struct rewrite *rewrite = rewrite_make(options, &run.diag);
    if (!rewrite) {
        run_free(&run);
        return strcpy(malloc(16), "refused");
    }
    rewrite_apply(rewrite, &run.profile, dropped ? dropped : &weight);
    rewrite_free(rewrite);
    char *out = run_write(&run, &writing);
    run_free(&run);
    return out;
}

static void check(const char *name, const char *in, struct rewrite_options options,
                  const char *want)
{
    char *out = rewritten(PROFILE_BY_NAME, in, &options, NULL);
    unit_same(name, out, want);
    free(out);
}

#define IN "m;mid;leaf 100\nm;rec;mid;rec;rec_[k] 7\nco;rec;co;rec 1\n"

static struct rewrite_options with_skip(const char **frames, size_t count)
{
    struct rewrite_options options = {.skip_after = {frames, count}};
    return options;
}

static void test_stacks(void)
{
    const char *skip[] = {"mid", "co"};
    check("no step", IN, none, "co;rec;co;rec 1\nm;mid;leaf 100\nm;rec;mid;rec;rec_[k] 7\n");
    check("focus", IN, (struct rewrite_options){.focus = "^le.f$|nothing"}, "m;mid;leaf 100\n");
    check("focus sees the process", IN, (struct rewrite_options){.focus = "^co$"},
          "co;rec;co;rec 1\n");
    check("focus, nothing left", IN, (struct rewrite_options){.focus = "zzz"}, "");
    check("ignore", IN, (struct rewrite_options){.ignore = "mid"}, "co;rec;co;rec 1\n");
    check("skip-after", IN, with_skip(skip, 1),
          "co;rec;co;rec 1\nmid;leaf 100\nmid;rec;rec_[k] 7\n");
    check("skip-after, twice", IN, with_skip(skip, 2),
          "co;rec 1\nmid;leaf 100\nmid;rec;rec_[k] 7\n");
    check("base", IN, (struct rewrite_options){.base = "rec"}, "rec 1\nrec_[k] 7\n");
    check("base with a suffix", IN, (struct rewrite_options){.base = "rec_[k]"}, "rec_[k] 7\n");
    check("base is a whole name", IN, (struct rewrite_options){.base = "re"}, "");
    check("hide", IN, (struct rewrite_options){.hide = "^(m|rec)$"},
          "co;co 1\nmid 7\nmid;leaf 100\n");
    check("hide all: the weight stays", "a;b 3\nc 4\n", (struct rewrite_options){.hide = "."},
          " 7\n");
    check("merge recursion, direct", "a;a;a_[k];b;b;a;b;a;a 1\n",
          (struct rewrite_options){.merge_recursion = RECURSION_DIRECT}, "a;a_[k];b;a;b;a 1\n");
    check("merge recursion, all", "a;a;a_[k];b;b;a;b;a;c;a 1\nb;a 1\n",
          (struct rewrite_options){.merge_recursion = RECURSION_ALL}, "a;a_[k];b;c 1\nb;a 1\n");
    check("reverse", IN, (struct rewrite_options){.reverse = 1},
          "leaf;mid;m 100\nrec;co;rec;co 1\nrec_[k];rec;mid;rec;m 7\n");
    check("max-depth", IN, (struct rewrite_options){.max_depth = 2},
          "co;rec 1\nm;mid 100\nm;rec 7\n");
    check("max-depth, huge", IN, (struct rewrite_options){.max_depth = INT64_MAX},
          "co;rec;co;rec 1\nm;mid;leaf 100\nm;rec;mid;rec;rec_[k] 7\n");
    check("weight of the root", " 5\na 1\n", (struct rewrite_options){.reverse = 1}, " 5\na 1\n");
}

static void test_dropped(void)
{
    int64_t dropped;
    free(rewritten(PROFILE_BY_NAME, IN, &(struct rewrite_options){.focus = "^co$"}, &dropped));
    unit_check("dropped weight", dropped == 107);
    free(rewritten(PROFILE_BY_NAME, "a 1 20\nb 3 4\n", &(struct rewrite_options){.ignore = "a"},
                   &dropped));
    unit_check("dropped weight of after", dropped == 20);
    free(rewritten(PROFILE_BY_NAME, IN, &(struct rewrite_options){.reverse = 1}, &dropped));
    unit_check("nothing dropped", dropped == 0);
}

static void test_order(void)
{
    check("focus sees what base drops", "m;want;base;x 1\nm;base;y 2\n",
          (struct rewrite_options){.focus = "want", .base = "base"}, "base;x 1\n");
    check("base sees what hide drops", "m;base;x 1\n",
          (struct rewrite_options){.base = "base", .hide = "base"}, "x 1\n");
    check("hide before merging", "a;b;a;c 1\n",
          (struct rewrite_options){.hide = "b", .merge_recursion = RECURSION_DIRECT}, "a;c 1\n");
    check("reverse before the depth", "a;b;c 1\n",
          (struct rewrite_options){.reverse = 1, .max_depth = 2}, "c;b 1\n");
}

static void test_columns_and_time(void)
{
    char *out = rewritten(PROFILE_BY_NAME, "a;x 1 2\na;y 3 0\nb;x 0 2.5\n",
                          &(struct rewrite_options){.hide = "^[xy]$"}, NULL);
    unit_same("two columns, decimals", out, "a 4 2\nb 0 2.5\n");
    free(out);
    const char *in = "m;b 1\nm;a 1\nm 2\nm;b;x 1\nm;a 1\nz 1\nm;a 1\n 3\nm;a 1\n";
    out = rewritten(PROFILE_BY_TIME, in, &(struct rewrite_options){.max_depth = 9}, NULL);
    unit_same("by time, nothing to do", out,
              "m;b 1\nm;a 1\nm 2\nm;b;x 1\nm;a 1\nz 1\nm;a 1\n 3\nm;a 1\n");
    free(out);
    out = rewritten(PROFILE_BY_TIME, in, &(struct rewrite_options){.hide = "^[xz]$"}, NULL);
    unit_same("by time, hide", out, "m;b 1\nm;a 1\nm 2\nm;b 1\nm;a 1\n 1\nm;a 1\n 3\nm;a 1\n");
    free(out);
    out = rewritten(PROFILE_BY_TIME, in, &(struct rewrite_options){.max_depth = 1}, NULL);
    unit_same("by time, depth merges neighbours", out, "m 6\nz 1\nm 1\n 3\nm 1\n");
    free(out);
    out = rewritten(PROFILE_BY_TIME, in, &(struct rewrite_options){.reverse = 1}, NULL);
    unit_same("by time, reverse", out,
              "b;m 1\na;m 1\nm 2\nx;b;m 1\na;m 1\nz 1\na;m 1\n 3\na;m 1\n");
    free(out);
}

/* Rewrites with a file of rules. */
static void check_rules(const char *name, const char *rules, const char *in, const char *want)
{
    char *path = unit_file(rules, strlen(rules));
    check(name, in, (struct rewrite_options){.rename = path}, want);
    unit_remove(path);
}

static void test_rename(void)
{
    check_rules("rename", "^a$\tA\n", "a;b;a 1\n", "A;b;A 1\n");
    check_rules("the whole name is replaced", "b\tX\n", "abc;bbb;ac 1\n", "X;X;ac 1\n");
    check_rules("the first rule wins, once", "^a\tb\n^b\tc\n.\td\n", "a;b;z 1\n", "b;c;d 1\n");
    check_rules("stacks become one", "^[ab]$\tx\n", "m;a 1\nm;b 2\n", "m;x 3\n");
    check_rules("groups", "^(.)(.)?(.*)$\t<\\3\\2\\1\\\\\\3>\n", "abcd;x 1\n",
                "<cdba\\cd>;<x\\> 1\n");
    check_rules("kinds stay", "^f$\tg\n", "f_[k];f 1\n", "g_[k];g 1\n");
    check_rules("comments, blank lines, CR LF", "# x\ty\r\n\r\n \t \r\n^f$\tg\r\n", "f 1\n",
                "g 1\n");
    check_rules("text with TAB and ;", "^f$\tg\th;i\n", "f 1\n", "g h:i 1\n");
    check_rules("a suffix in the text", "^f$\tg_[k]\n", "f 1\ng_[k] 1\n", "g_[k] 2\n");
    check_rules("no rules", "\n", "f 1\n", "f 1\n");
    check_rules("no line end", "^f\tg", "f 1\n", "g 1\n");
    char *path = unit_file("^a$\tb\n", 6);
    check("rename before the other steps", "a;x 1\n",
          (struct rewrite_options){.rename = path, .focus = "^b$"}, "b;x 1\n");
    check("rename, then addresses", "a;0x12 1\n",
          (struct rewrite_options){.rename = path, .strip_hex = 1}, "b;0x... 1\n");
    unit_remove(path);
    check("addresses", "x0x12FfgA;0x;0xg;00x1;0x1_[k] 1\n",
          (struct rewrite_options){.strip_hex = 1}, "x0x...gA;0x;0xg;00x...;0x..._[k] 1\n");
    check("packages, short",
          "java/lang/Thread.run_[j];java.base/java.util.HashMap$Node.find;com.sun.$Proxy3.call;a//b.C.d 1\n",
          (struct rewrite_options){.packages = PACKAGES_SHORT},
          "j/l/Thread.run_[j];j.b/j.u.HashMap$Node.find;c.s.$Proxy3.call;a//b.C.d 1\n");
    check("packages, none", "java/lang/Thread.run;java.base/java.util.HashMap$Node.find;com.sun.$Proxy3.call 1\n",
          (struct rewrite_options){.packages = PACKAGES_NONE}, "Thread.run;HashMap$Node.find;$Proxy3.call 1\n");
    check("no packages of Java's",
          "libc.so.6;/srv/A.py:1:f;a.b;.X.y;App.run;main.(*T).Do;std::A;x y.Z.w;Outer.Inner.run 1\n",
          (struct rewrite_options){.packages = PACKAGES_NONE},
          "libc.so.6;/srv/A.py:1:f;a.b;.X.y;App.run;main.(*T).Do;std::A;x y.Z.w;Outer.Inner.run 1\n");
    check("a class as a leaf", "m;java.util.List 1\n", (struct rewrite_options){.packages = PACKAGES_NONE},
          "m;List 1\n");
    check("addresses make stacks one", "m;0x1 1\nm;0x2 2\n",
          (struct rewrite_options){.strip_hex = 1}, "m;0x... 3\n");
}

static void check_refused(const char *name, struct rewrite_options options, const char *want)
{
    struct diag diag;
    struct unit_catch caught;
    diag_init(&diag, "flamectl");
    unit_catch_begin(&caught);
    struct rewrite *rewrite = rewrite_make(&options, &diag);
    char *told = unit_catch_end(&caught);
    if (rewrite || diag.errors == 0)
        unit_check(name, false);
    else
        unit_holds(name, told, want);
    rewrite_free(rewrite);
    free(told);
}

static void check_bad_rule(const char *name, const char *rules, size_t len, const char *want)
{
    char *path = unit_file(rules, len);
    char place[1200];
    snprintf(place, sizeof place, "%s:%s", path, want);
    check_refused(name, (struct rewrite_options){.rename = path}, place);
    unit_remove(path);
}

#define BAD(name, rules, want) check_bad_rule(name, rules, sizeof(rules) - 1, want)

static void test_refused(void)
{
    check_refused("focus: bad expression", (struct rewrite_options){.focus = "a("},
                  "--focus: 'a('");
    check_refused("ignore: bad expression", (struct rewrite_options){.ignore = "["},
                  "--ignore: '['");
    check_refused("hide: bad expression", (struct rewrite_options){.hide = "*["}, "--hide: '*['");
    check_refused("hide: empty expression", (struct rewrite_options){.hide = ""}, "--hide: ");
    check_refused("rename: no such file", (struct rewrite_options){.rename = "/nowhere/rules"},
                  "/nowhere/rules: ");
    BAD("rule without TAB", "^a\tb\nabc\n", "2: no TAB");
    BAD("rule with a bad expression", "\n# x\n(\tb\n", "3: '(' is no regular");
    BAD("rule without expression", "\tb\n", "1: the regular expression is empty");
    BAD("rule without text", "a\t\n", "1: no text");
    BAD("rule with too high a group", "(a)\t\\2\n", "1: the regular expression has not");
    BAD("rule with a stray backslash", "(a)\tb\\n\n", "1: after \\");
    BAD("rule ends in a backslash", "(a)\tb\\\n", "1: after \\");
    BAD("rule with a NUL", "(a\0)\tb\n", "1: the regular expression holds a NUL");
    BAD("rule with a NUL in its text", "(a)\tb\0c\n", "1: the text holds a NUL");
}

static void test_empty(void)
{
    struct diag diag;
    diag_init(&diag, "flamectl");
    struct rewrite *rewrite = rewrite_make(&none, &diag);
    unit_check("no options are no step", rewrite_is_empty(rewrite));
    rewrite_free(rewrite);
    rewrite = rewrite_make(&(struct rewrite_options){.max_depth = 1}, &diag);
    unit_check("an option is a step", !rewrite_is_empty(rewrite));
    rewrite_free(rewrite);
    rewrite_free(NULL);
}

/* A million frames that call one another. */
static void test_deep(void)
{
    size_t depth = 1000000, len = 0;
    char *in = malloc(depth * 4 + 100);
    for (size_t i = 0; i < depth; i++)
        len += (size_t)sprintf(in + len, "%sf%c", i ? ";" : "", i % 2 ? 'a' : 'b');
    sprintf(in + len, " 7\n");
    check("a million frames, merged", in,
          (struct rewrite_options){.merge_recursion = RECURSION_ALL}, "fb;fa 7\n");
    char *out = rewritten(PROFILE_BY_NAME, in, &(struct rewrite_options){.reverse = 1}, NULL);
    unit_check("a million frames, reversed",
               strlen(out) == strlen(in) && memcmp(out, "fa;fb;", 6) == 0);
    free(out);
    free(in);
}

/* The profile keeps its unit, and only the frames in use. */
static void test_rest(void)
{
    struct run run;
    int64_t dropped;
    run_init(&run, PROFILE_BY_NAME);
    run_read(&run, IN, strlen(IN), 0, 0);
    profile_set_unit(&run.profile, "cycles");
    struct rewrite *rewrite = rewrite_make(&(struct rewrite_options){.focus = "leaf"}, &run.diag);
    rewrite_apply(rewrite, &run.profile, &dropped);
    rewrite_free(rewrite);
    unit_same("the unit stays", run.profile.unit, "cycles");
    unit_check("unused frames go", run.profile.frames.count == 3 && run.profile.count == 4);
    unit_check("the sum is that of the rest", run.profile.grand[0] == 100);
    run_free(&run);
}

int main(void)
{
    test_stacks();
    test_dropped();
    test_order();
    test_columns_and_time();
    test_rename();
    test_refused();
    test_empty();
    test_deep();
    test_rest();
    return unit_failed;
}
