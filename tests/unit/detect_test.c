/* Who reads an input, and what is said where nobody can. */
#include "flamectl/diag.h"

#include "../../src/readers/readers.h"
#include "unit.h"

static struct span bytes(const char *text, size_t len)
{
    return span_make(text, len);
}

#define BYTES(text) bytes(text, sizeof(text) - 1)

/* The message that detection gives; "" where a reader was found. */
static char *told(struct span head, const char *file)
{
    struct diag diag;
    struct unit_catch caught;
    diag_init(&diag, "flamectl");
    unit_catch_begin(&caught);
    const struct reader *reader = reader_detect(head, file, &diag);
    char *text = unit_catch_end(&caught);
    if ((reader == NULL) != (diag.errors == 1)) {
        free(text);
        text = strcpy(malloc(40), "a reader and a message, or neither");
    }
    return text;
}

static void check_told(const char *name, struct span head, const char *want)
{
    char *text = told(head, "in.bin");
    unit_holds(name, text, want);
    free(text);
}

static const char *detected(struct span head)
{
    struct diag diag;
    diag_init(&diag, "flamectl");
    const struct reader *reader = reader_detect(head, "in", &diag);
    return reader ? reader->name : "nobody";
}

static void test_wrong_kinds(void)
{
    check_told("perf.data", BYTES("PERFILE2h\0\0\0\0\0\0\0"),
               "in.bin: this is perf.data: run `perf script -i in.bin` first");
    check_told("perf.data, other byte order", BYTES("2ELIFREPh\0\0"), "this is perf.data");
    check_told("perf.data, old", BYTES("PERFFILEh\0\0"), "this is perf.data");
    check_told("zip", BYTES("PK\3\4abc"), "zip");
    check_told("MOJO", BYTES("MOJ\3\2"), "mojo2austin");
    check_told("perf's JSON", BYTES("{\"linux-perf-json-version\": 1, \"headers\": {}}"), "perf script");
    check_told("a heap snapshot", BYTES("{\"snapshot\":{\"meta\":{\"node_fields\":["), "heap snapshot");
    check_told("a thread dump in JSON", BYTES("{\n  \"threadDump\": {\n    \"processId\": \"12\","), "-format=text");
    check_told(".NET", BYTES("Nettrace\x14\0\0\0!FastSerialization.1"), "dotnet-trace convert");
    check_told("CPU profile of gperftools", BYTES("\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0"), "pprof -proto");
    check_told("heap profile of gperftools", BYTES("heap profile:  1:  100 [  2:   300] @ heapprofile\n"),
               "pprof -proto");
    check_told("heap profile of jemalloc", BYTES("heap_v2/524288\n  t*: 1: 100 [0: 0]\n"), "jeprof --collapsed");
    check_told("cProfile", BYTES("\xFB)\3\xFA\1~\xE9\0\0\0\0"), "no stacks: record with py-spy");
    check_told("callgrind", BYTES("# callgrind format\nversion: 1\n"), "no stacks: record with perf");
    check_told("jfr print", BYTES("jdk.ExecutionSample {\n  startTime = 01:19:25.1\n"), "the .jfr file itself");
    check_told("jfr print, other events first", BYTES("jdk.SafepointBegin {\n  startTime = 01:19:25.1\n"),
               "the .jfr file itself");
    check_told("jfr print --json", BYTES("{\n  \"recording\": {\n    \"events\": [{\n"), "the .jfr file itself");
    check_told("pprof -top", BYTES("File: work\nType: cpu\nShowing nodes accounting for 230ms, 100% of 230ms total\n"),
               "give the profile");
    check_told("pprof -traces", BYTES("Type: cpu\nTotal samples = 230ms\n-----------+--------------------\n"),
               "give the profile");
    check_told("node --prof", BYTES("v8-version,11,3,244,8,-node.38,0\n"), "node --cpu-prof");
    check_told("node --prof-process", BYTES("Statistical profiling result from v8.log, (9 ticks"), "node --cpu-prof");
    check_told("goroutines", BYTES("goroutine 1 [running]:\nmain.main()\n\t/src/a.go:8 +0x1\n"), "without debug=");
    check_told("goroutines, counted", BYTES("goroutine profile: total 4\n2 @ 0x4385 0x4376\n"), "without debug=");
    check_told("Firefox", BYTES("{\"meta\":{\"interval\":1,\"processType\":0},\"libs\":[]}"), "Firefox");
    check_told("GHC's JSON", BYTES("{\n\"program\": \"work\",\n\"rts_arguments\": [\"-pj\"],\n"), "+RTS -p,");
    check_told("our JSON", BYTES("{\n  \"format\": \"flamectl-profile\",\n"), "flamectl wrote");
    check_told("other JSON", BYTES("\n[{\"a\": 1}]"), "JSON of a kind");
    check_told("bplist", BYTES("bplist00\xd1"), "property list");
    check_told("zstd", BYTES("\x28\xB5\x2F\xFD\0"), "zstd -d in.bin");
    check_told("xz", BYTES("\3757zXZ\0\0"), "xz -d in.bin");
    check_told("bzip2", BYTES("BZh91AY&SY\0"), "bzip2 -d in.bin");
    check_told("ELF", BYTES("\177ELF\2\1"), "not a profile");
    check_told("pprof", BYTES("\x0a\x04\x08\x01\x10\x02\x12\x00\n"), "not supported");
    check_told("UTF-16", BYTES("\377\376a\0;\0b\0 \0\061\0\n\0"), "UTF-16");
    check_told("SVG", BYTES("<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C\">\n<svg>"),
               "SVG picture");
    check_told("SVG without prologue", BYTES("\n  <SVG width=\"1\">"), "SVG picture");
    check_told("HTML", BYTES("<!doctype HTML>\n<html>"), "HTML page");
    check_told("HTML after a comment", BYTES("<!-- x --><html><svg></svg>"), "HTML page");
    check_told("other XML", BYTES("<?xml version=\"1.0\"?>\n<plist>"), "XML");
    char *text = told(BYTES("PERFILE2h"), "standard input");
    unit_holds("perf.data on standard input", text, "perf script -i FILE");
    free(text);
}

/* What is said of an input that the user names; "" where nothing is. */
static void check_named(const char *name, const char *format, struct span head, const char *want)
{
    struct diag diag;
    struct unit_catch caught;
    diag_init(&diag, "flamectl");
    unit_catch_begin(&caught);
    bool accepted = reader_accepts(reader_find(format), head, "in", &diag);
    char *text = unit_catch_end(&caught);
    unit_check(name, accepted == (want[0] == '\0') && accepted == (text[0] == '\0') && strstr(text, want));
    free(text);
}

static void test_named(void)
{
    check_named("named as it is", "folded", BYTES("a;b 1\n"), "");
    check_named("named, and nobody else's", "perf", BYTES("words of a program\n"), "");
    check_named("named, and likely another's", "perf", BYTES("a;b 1\na;c 2\n"), "");
    check_named("plainly another's", "folded", BYTES("Full thread dump OpenJDK\n"), "this is jstack, not folded");
    check_named("perf.data named perf", "perf", BYTES("PERFILE2h\0\0"), "perf script -i in");
    check_named("an input that two can read", "perf-sched",
                BYTES("a 1/1 2.0: sched:sched_waking: comm=a pid=1\n\tffffffff81000000 f+0x1 ([k])\n\n"), "");
}

static void test_unknown(void)
{
    check_told("empty", BYTES(""), "is empty");
    check_told("blank lines", BYTES(" \n\r\n\t\n"), "nothing but blank lines");
    check_told("unknown quotes its beginning", BYTES("\n\nhello \x1b[31m world\nsecond\n"),
               "'hello ?[31m world'");
    check_told("unknown says where the formats are", BYTES("hello\n"), "--list-formats");
    check_told("UTF-16, low byte first", BYTES("a\0;\0b\0 \0\061\0\n\0"), "iconv -f UTF-16LE");
    check_told("UTF-16, high byte first", BYTES("\0a\0;\0b\0 \0\061\0\n"), "iconv -f UTF-16BE");
    check_told("small numbers are no UTF-16", BYTES("\1\0\2\0\3\0\4\0"), "binary data");
    check_told("binary", BYTES("\1\2\3\0\0\0\n\0\0"), "binary data");
}

static void test_folded(void)
{
    unit_same("folded", detected(BYTES("a;b 1\na;c 2\n")), "folded");
    unit_same("folded, one frame", detected(BYTES("main 1\n")), "folded");
    unit_same("folded, no line end", detected(BYTES("main;a 1.5")), "folded");
    unit_same("folded, CRLF and comments", detected(BYTES("# x\r\n\r\na;b 1\r\n#1 worker;x 2\r\n")),
              "folded");
    unit_same("folded, two columns", detected(BYTES("a;b 1 2\nc 0 7\n")), "folded");
    unit_same("folded, a tenth bad", detected(BYTES("a 1\nb 1\nc 1\nd 1\ne -1\nf 1\ng 1\nh 1\n")),
              "folded");
    unit_same("folded, one bad line of three", detected(BYTES("a;b 1\noops\na;c 2\n")), "folded");
    unit_same("folded, weight of no frame", detected(BYTES(" 5\na 2\n")), "folded");
    unit_same("folded, names with blanks", detected(BYTES("operator new 5\n[unknown] 2\n?? 1\n")), "folded");
    unit_same("folded begins like XML", detected(BYTES("<svg>;a 1\n")), "folded");
    check_told("one bad line of three, without a ';'", BYTES("a 1\noops\nb 2\n"), "cannot tell");
    check_told("two bad lines of four", BYTES("a;b 1\noops\noops\na;c 2\n"), "cannot tell");
    check_told("a table of memory", BYTES("HugePages_Total:       0\nHugePages_Free:    12\n"), "cannot tell");
    check_told("names and values", BYTES("a: 0\nb: 12\nc: 1\n"), "cannot tell");
    check_told("columns", BYTES("name   12\nother  13\n"), "cannot tell");
    check_told("padded columns", BYTES("  name 12\n other 13\n"), "cannot tell");
    check_told("points of a graph", BYTES("1 12\n2.5 13\n-3 14\n"), "cannot tell");
    check_told("dates", BYTES("2026-11-22 12\n2026-11-23 10:00:00 13\n"), "cannot tell");
    check_told("comma-separated values", BYTES("a, 12\nb, 13\n"), "cannot tell");
    check_told("many columns", BYTES("cpu0 12 5 7\ncpu1 13 5 8\n"), "cannot tell");
    check_told("numbers", BYTES(" 12\n 13\n"), "cannot tell");
    check_told("symbols of a Debian package", BYTES("libx.so.1 libx1 #MINVER#\n a@Base 1.0\n b@Base 1.2\n c@Base 1\n"
                                                    " d@Base 1.0\n e@Base 1.0\n"), "cannot tell");
    check_told("most lines have no count", BYTES("a 1\nb\nc\nd\n"), "cannot tell");
    check_told("comments only", BYTES("# a 1\n#\n"), "cannot tell");
    char *deep = malloc(SOURCE_HEAD);
    for (size_t i = 0; i < SOURCE_HEAD; i++)
        deep[i] = i % 2 ? ';' : 'f';
    unit_same("folded, a line longer than the head", detected(span_make(deep, SOURCE_HEAD)),
              "folded");
    memcpy(deep, "a;b 1\n", 6);
    unit_same("folded, the head cut in a line", detected(span_make(deep, SOURCE_HEAD)), "folded");
    free(deep);
}

/* Text may begin with the fields of a protocol buffer: here with a string of as many bytes as '5' is. */
static void test_pprof(void)
{
    static const char sample[] = "25445 \n\t          401136 spin\n\n";
    char *text = malloc(SOURCE_HEAD);
    for (size_t i = 0; i < SOURCE_HEAD; i++)
        text[i] = sample[i % (sizeof sample - 1)];
    unit_same("long text that begins like pprof", detected(span_make(text, SOURCE_HEAD)), "perf");
    free(text);
}

static void test_traces(void)
{
    unit_same("a trace", detected(BYTES("{\"traceEvents\":[")), "chrome-trace");
    unit_same("a trace, its stack frames first", detected(BYTES("{\"stackFrames\":{\"1\":{\"name\":\"ma")),
              "chrome-trace");
}

static void test_perf(void)
{
    unit_same("perf",
              detected(BYTES("app  4242 [000]   100.000001:        250 cycles: \n"
                             "\t          401000 leaf+0x1 (/usr/bin/app)\n"
                             "\t          401010 main+0x5 (/usr/bin/app)\n\n")),
              "perf");
}

/* A line that looks like a header, or frames, in a text of other lines. */
static void test_not_perf(void)
{
    check_told("a log", BYTES("start of work\nread 5 files\nall done\nnode 31912 cpu-clock: \nnext\nmore\nend\n"),
               "cannot tell");
    check_told("words that are hexadecimal", BYTES("app 12 14:\n  added a thing\n  dead code\n  a fee\nx\ny\nz\n"),
               "cannot tell");
    check_told("a histogram", BYTES("func: latency:\n   0 -> 1 : 0\n   2 -> 3 : 5\n   4 -> 7 : 0\nevery 1 seconds:\n"
                                    "   0 -> 1 : 2\n   2 -> 3 : 9\n"), "cannot tell");
    unit_same("perf between lines of others",
              detected(BYTES("starting\nready\n\napp 4242 100.000001: 250 cycles: \n   401000 leaf\n   401010 main\n")),
              "perf");
}

static enum bid bid_no(struct span head)
{
    (void)head;
    return BID_NO;
}

static enum bid bid_maybe(struct span head)
{
    (void)head;
    return BID_MAYBE;
}

static enum bid bid_likely(struct span head)
{
    (void)head;
    return BID_LIKELY;
}

static void test_choice(void)
{
    const struct reader none = {.name = "none", .detect = bid_no};
    const struct reader maybe = {.name = "maybe", .detect = bid_maybe};
    const struct reader one = {.name = "one", .detect = bid_likely};
    const struct reader two = {.name = "two", .detect = bid_likely};
    const struct reader *rival;
    const struct reader *const nobody[] = {&none, NULL};
    const struct reader *const best_last[] = {&maybe, &none, &one, NULL};
    const struct reader *const tie[] = {&one, &maybe, &two, NULL};
    const struct reader *const tie_beaten[] = {&maybe, &maybe, &one, NULL};
    unit_check("nobody bids", !reader_choose(nobody, BYTES("x"), &rival) && !rival);
    unit_check("the best bid wins", reader_choose(best_last, BYTES("x"), &rival) == &one && !rival);
    unit_check("a tie has a rival",
               reader_choose(tie, BYTES("x"), &rival) == &one && rival == &two);
    unit_check("a tie below the best is none",
               reader_choose(tie_beaten, BYTES("x"), &rival) == &one && !rival);
    unit_check("readers are found by name", strcmp(reader_find("folded")->name, "folded") == 0);
    unit_check("unknown names are not found", !reader_find("fold") && !reader_find(""));
}

int main(void)
{
    test_wrong_kinds();
    test_named();
    test_unknown();
    test_folded();
    test_pprof();
    test_traces();
    test_perf();
    test_not_perf();
    test_choice();
    return unit_failed;
}
