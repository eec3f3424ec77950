/* The perf reader as a whole: samples and what ends them, strays, the tally, detection, the memos.
 */
#include "flamectl/reader.h"
#include "flamectl/writer.h"

#include "../../src/readers/line_memo.h"
#include "../../src/readers/stack_memo.h"
#include "unit.h"

struct outcome {
    char *folded;
    struct tally tally;
    uint32_t nodes;
};

static struct outcome read_text(const char *text, enum profile_order order, int root)
{
    struct outcome outcome;
    struct diag diag;
    struct profile profile;
    struct recorder recorder;
    struct recorder_options options = {.root = root};
    struct source source;
    struct sink sink;
    struct writing writing = {.diag = &diag};
    void *own = memory_zero(1, reader_find("perf")->options_size);
    char *in = unit_file(text, strlen(text)), *out = unit_path();
    diag_init(&diag, "flamectl");
    diag.quiet = true;
    profile_init(&profile, order);
    recorder_init(&recorder, &profile, &options, &diag);
    recorder_input(&recorder, "in", 0);
    source_open(&source, in, &diag);
    reader_find("perf")->read(&source, &recorder, own);
    source_close(&source);
    outcome.tally = recorder.tally;
    outcome.nodes = profile.count;
    sink_open(&sink, out, &diag);
    if (order == PROFILE_BY_NAME)
        writer_find("folded")->write(&profile, &writing, &sink);
    sink_close(&sink, true);
    outcome.folded = unit_read(out);
    unit_remove(in);
    unit_remove(out);
    recorder_free(&recorder);
    profile_free(&profile);
    memory_free(own);
    return outcome;
}

/* The folded text, and behind it the tally's unusual numbers: unusable, skipped, repaired, lost. */
static void check(const char *name, const char *text, const char *want)
{
    struct outcome outcome = read_text(text, PROFILE_BY_NAME, ROOT_DEFAULT);
    const struct tally *tally = &outcome.tally;
    unsigned long long number[] = {tally->unusable, tally->skipped, tally->repaired, tally->lost};
    static const char *const word[] = {"unusable", "skipped", "repaired", "lost"};
    char got[4000];
    size_t used = (size_t)snprintf(got, sizeof got, "%s", outcome.folded);
    for (int i = 0; i < 4; i++)
        if (number[i])
            used +=
                (size_t)snprintf(got + used, sizeof got - used, "%s %llu\n", word[i], number[i]);
    unit_same(name, got, want);
    free(outcome.folded);
}

#define HEADER "app 10 [000] 1.0: 5 cycles: \n"
#define LEAF "\t 1 leaf (/a)\n"
#define MAIN "\t 2 main (/a)\n"

static void test_ends(void)
{
    check("blank line", HEADER LEAF MAIN "\n", "app;main;leaf 5\n");
    check("end of the text", HEADER LEAF MAIN, "app;main;leaf 5\n");
    check("end of the text without line end", HEADER "\t 1 leaf (/a)", "app;leaf 5\n");
    check("next header", HEADER LEAF HEADER MAIN, "app;leaf 5\napp;main 5\n");
    check("record", HEADER LEAF "x 1 1.0: PERF_RECORD_LOST lost 7\n" HEADER LEAF,
          "app;leaf 10\nlost 7\n");
    check("frame behind an empty header", HEADER LEAF "\n\n" MAIN, "app;leaf 5\nmain 1\n");
    check("line of blanks", HEADER LEAF " \t \n" MAIN, "app;leaf 5\nunusable 1\n");
    check("no frames", HEADER "\n\n\n" HEADER, "app 10\n");
    check("blank line before", "\n" HEADER LEAF, "app;leaf 5\n");
    check("CR LF", "app 10 1.0: 5 c: \r\n\t 1 leaf (/a)\r\n\r\n", "app;leaf 5\n");
    check("samples of one line",
          "  app 10 1.0: 5 c:      7f2ae6198ce1 f (/a)\n  app 10 1.1: 5 c:      7f2ae6198ce1 g "
          "(/a)\n",
          "app;f 5\napp;g 5\n");
}

static void test_bare(void)
{
    check("neither time nor event", "app 10 \n\t 55d0 leaf\n\t 55d1 main\n\n", "app;main;leaf 1\n");
    check("the same without frames", "app 10 \n\napp 11 \n\t 1 f\n\n", "app 1\napp;f 1\n");
    check("the same without blank lines", "app 10 \n\t 1 f\napp 10 \n\t 2 g\n",
          "app;f 1\napp;g 1\n");
    check("words that look so", "Processed 10\n\n" HEADER, "app 5\nskipped 1\n");
}

static void test_strays(void)
{
    check("chatter", "Was the 'perf record' command properly terminated?\n" HEADER LEAF,
          "app;leaf 5\nskipped 1\n");
    check("chatter in a stack", HEADER LEAF "addr2line: gone\n" MAIN,
          "app;main;leaf 5\nskipped 1\n");
    check("name with a line end", "line\nfeed 10 1.0: 5 c: \n" LEAF,
          "line_feed;leaf 5\nrepaired 1\n");
    check("name with two", "a\nb\nc 10 1.0: 5 c: \n" LEAF, "a_b_c;leaf 5\nrepaired 1\n");
    check("name that ends in one", "ab\n 10 1.0: 5 c: \n" LEAF, "ab_;leaf 5\nrepaired 1\n");
    check("name with one, no time or event", "line\nfeed 10 \n\t 1 f\n",
          "line_feed;f 1\nrepaired 1\n");
    check("too long for a name", "a sentence of words\nb 10 1.0: 5 c: \n" LEAF,
          "b;leaf 5\nskipped 1\n");
    check("frames without a sample", LEAF MAIN "\n" HEADER LEAF, "app;leaf 5\nunusable 1\n");
    check("frames behind no header", "app\n" LEAF MAIN "\n" HEADER LEAF,
          "app;leaf 5\nunusable 1\n");
    check("no frame", HEADER "\t???\n" LEAF, "app;leaf 5\nunusable 1\n");
    check("period too large", "app 1 1.0: 9223372036854775808 c: \n" LEAF "\n" HEADER,
          "app 5\nunusable 1\n");
    check("comments", "# a\n#\n#1 w 10 1.0: 5 c: \n" LEAF, "#1_w;leaf 5\n");
    check("comment in a stack", HEADER LEAF "# a\n" MAIN, "app;main;leaf 5\nskipped 1\n");
    check("records with more lines",
          "x 1 1.0: PERF_RECORD_NAMESPACES 1/1 - nr_namespaces: 7\n\t\t[0/net: 4/0xf00]\n" HEADER,
          "app 5\n");
    check("between frames",
          HEADER LEAF "  a.c:3\n|288   if (x)\n\tmain+0x4:\n\t0000401130\tinsn: 55\n"
                      " 0x1/0x2/P/-/-/3 \n" MAIN,
          "app;main;leaf 5\n");
}

static void test_roots(void)
{
    struct outcome outcome = read_text(HEADER "\n" HEADER LEAF, PROFILE_BY_NAME, ROOT_NONE);
    unit_same("no frame at all", outcome.folded, "[unknown] 5\nleaf 5\n");
    free(outcome.folded);
    outcome = read_text(HEADER LEAF HEADER MAIN HEADER LEAF, PROFILE_BY_TIME, ROOT_DEFAULT);
    unit_check("by time, a stack that comes again is new", outcome.nodes == 5);
    free(outcome.folded);
}

static void check_bid(const char *name, const char *head, enum bid want)
{
    enum bid got = reader_find("perf")->detect(span_of(head));
    char text[40], wanted[40];
    snprintf(text, sizeof text, "bid %d", got);
    snprintf(wanted, sizeof wanted, "bid %d", want);
    unit_same(name, text, wanted);
}

static void test_bids(void)
{
    check_bid("stack", "# x\n#\n" HEADER LEAF, BID_CERTAIN);
    check_bid("header alone", HEADER, BID_CERTAIN);
    check_bid("headers", HEADER HEADER, BID_CERTAIN);
    check_bid("CR LF", "app 10 1.0: 5 c: \r\n\t 1 leaf (/a)\r\n\r\n", BID_CERTAIN);
    check_bid("chatter before", "Warning:\nfoo\n\n" HEADER LEAF, BID_CERTAIN);
    check_bid("no time", "app 10 cycles: \n" LEAF, BID_CERTAIN);
    check_bid("neither time nor event", "app 10 \n" LEAF, BID_LIKELY);
    check_bid("records", "x 1 1.0: PERF_RECORD_LOST lost 7\n", BID_LIKELY);
    check_bid("folded text", "main.c:10 3\na;b c;d 10\nx 1 y: 3\n", BID_NO);
    check_bid("prose", "The time was 1.5: late. 10 of us: gone.\n", BID_NO);
    check_bid("frames alone", LEAF MAIN, BID_NO);
    check_bid("nothing", "", BID_NO);
}

static void test_line_memo(void)
{
    struct line_memo memo;
    struct frame_list list = {0};
    const uint32_t frames[] = {7, 8, 9};
    struct span line = span_of("\t 1 f (/a)");
    line_memo_init(&memo, hash_seed_make());
    uint64_t plain = line_memo_hash(&memo, line, false), java = line_memo_hash(&memo, line, true);
    unit_check("a new line is not known", !line_memo_find(&memo, plain, line, false, &list));
    line_memo_add(&memo, plain, line, false, frames, 3);
    line_memo_add(&memo, java, line, true, frames, 1);
    unit_check("a known line", line_memo_find(&memo, plain, line, false, &list) &&
                                   list.count == 3 && list.ids[2] == 9);
    unit_check("of the other kind of thread", line_memo_find(&memo, java, line, true, &list) &&
                                                  list.count == 4 && list.ids[3] == 7);
    unit_check("the hash alone does not do",
               !line_memo_find(&memo, plain, span_of("\t 1 g (/a)"), false, &list));
    memory_free(list.ids);
    line_memo_free(&memo);
}

static void test_stack_memo(void)
{
    struct profile profile;
    struct stack_memo memo;
    uint32_t ids[] = {1, 2, 2, 5};
    struct frame_list list = {ids, 4, 4};
    profile_init(&profile, PROFILE_BY_NAME);
    stack_memo_init(&memo, &profile);
    uint32_t first = stack_memo_node(&memo, &list);
    unit_check("a known stack", stack_memo_node(&memo, &list) == first);
    list.count = 3;
    uint32_t bare = stack_memo_node(&memo, &list);
    unit_check("the root counts", bare != first && stack_memo_node(&memo, &list) == bare);
    list.ids++;
    unit_check("the leaf, too", stack_memo_node(&memo, &list) == profile.nodes[first].parent);
    list.count = 0;
    unit_check("no frames", stack_memo_node(&memo, &list) == PROFILE_ROOT);
    stack_memo_free(&memo);
    profile_free(&profile);
}

int main(void)
{
    test_ends();
    test_bare();
    test_strays();
    test_roots();
    test_bids();
    test_line_memo();
    test_stack_memo();
    return unit_failed;
}
