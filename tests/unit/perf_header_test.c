/* Header lines of perf script text: every field, in every company, and command names that look like
 * fields. */
#include <inttypes.h>

#include "../../src/readers/perf_header.h"
#include "../../src/readers/perf_header_memo.h"
#include "unit.h"

static const char *const kinds[] = {"other", "sample", "record"};

/* What was read, as text: comm|pid/tid|nanoseconds|period|event|symbol on the line. */
static char *describe(const char *line)
{
    struct perf_header header;
    struct perf_frame frame;
    char *text = malloc(2000), ids[60] = "", time[30] = "";
    enum perf_line kind = perf_header_parse(span_of(line), &header);
    if (kind != PERF_SAMPLE) {
        strcpy(text, kinds[kind]);
        return text;
    }
    const struct sample *sample = &header.sample;
    if (sample->has_pid)
        snprintf(ids, sizeof ids, "%" PRId64 "/%" PRId64, sample->pid, sample->tid);
    else if (header.has_thread)
        snprintf(ids, sizeof ids, "%" PRId64, sample->tid);
    if (sample->time != TIME_NONE)
        snprintf(time, sizeof time, "%" PRId64, sample->time);
    struct span symbol = perf_header_frame(&header, &frame) ? frame.symbol : span_of("");
    snprintf(text, 2000, "%.*s|%s|%s|%" PRId64 "%s|%.*s|%.*s", (int)sample->comm.len,
             sample->comm.data, ids, time, sample->period, header.period_fits ? "" : "!",
             (int)sample->event.len, sample->event.data, (int)symbol.len, symbol.data);
    return text;
}

static void check(const char *name, const char *line, const char *want)
{
    char *got = describe(line);
    unit_same(name, got, want);
    free(got);
}

static void test_fields(void)
{
    check("thread only",
          "java 25607 4794564.109216: 1 cycles: ", "java|25607|4794564109216000|1|cycles|");
    check("process and thread",
          "java 24636/25607 [000] 1.5: 7 cycles:u:", "java|24636/25607|1500000000|7|cycles:u|");
    check("padded process and thread",
          "app    10/10    [000] 1.5: 7 c: ", "app|10/10|1500000000|7|c|");
    check("nanoseconds", "app 10 1.000000001: c: ", "app|10|1000000001|0|c|");
    check("no period", "app 10 1.5: c: ", "app|10|1500000000|0|c|");
    check("no event", "app 10 [001] 1.5: ", "app|10|1500000000|0||");
    check("period without event", "app 10 1.5:     77 ", "app|10|1500000000|77||");
    check("no time", "java 19983 cycles:", "java|19983||0|cycles|");
    check("no time, with a period", "app 1/2   40 cpu-clock: ", "app|1/2||40|cpu-clock|");
    check("no time, with CPU and period", "app 2 [003]  40 cycles: ", "app|2||40|cycles|");
    check("no thread", "app 1.5: 7 cycles: ", "app||1500000000|7|cycles|");
    check("no command name",
          "99076 10314749.002559: 250000 cpu-clock:", "|99076|10314749002559000|250000|cpu-clock|");
    check("misc letters", "app 1/2 U       1.5:  10 c: ", "app|1/2|1500000000|10|c|");
    check("misc letters after the CPU", "app 2 [001] KH   1.5:  10 c: ", "app|2|1500000000|10|c|");
    check("time of day",
          "app 1 2026-11-22 13:12:25.441686   1.5:     20 c: ", "app|1|1500000000|20|c|");
    check("guest", "VM:13 VCPU:00 app 10 1.0: 5 cycles:", "app|10|1000000000|5|cycles|");
    check("padded guest", "VM:   13 VCPU:000 app 10 1.0: 5 cycles:", "app|10|1000000000|5|cycles|");
    check("idle task with process id",
          "swapper     0/0     [001] 1.0: 5 c: ", "swapper|0|1000000000|5|c|");
}

static void test_events(void)
{
    check("tracepoint",
          "perf 18 [000] 1.0:  sched:sched_switch: prev_comm=perf prev_pid=18 ==> next_comm=x: y",
          "perf|18|1000000000|0|sched:sched_switch|");
    check("padded tracepoint",
          "         zonesvr 162731 [004] 42055630.368972: syscalls:sys_enter_brk: brk: 0x00000000",
          "zonesvr|162731|42055630368972000|0|syscalls:sys_enter_brk|");
    check("event with parameters", "app 1 1.0: 7 cpu/event=0x3c,umask=0x0/u: ",
          "app|1|1000000000|7|cpu/event=0x3c,umask=0x0/u|");
    check("event of another PMU", "app 1 1.0: 7 uncore_imc_0/cas_count_read/: ",
          "app|1|1000000000|7|uncore_imc_0/cas_count_read/|");
    check("memory event",
          "app 10 [000] 1.0: 5 cpu/mem-loads,ldlat=30/P:     7f00aa 5080021 |OP LOAD|LVL L1 hit",
          "app|10|1000000000|5|cpu/mem-loads,ldlat=30/P|");
    check("tracepoint's fields without its name", "app 10 [000] 1.0: comm=x pid=3 ",
          "app|10|1000000000|0||");
    check("too large a period", "app 1 1.0: 18446744073709551615 c: ", "app|1|1000000000|0!|c|");
    check("too large a time", "app 1 99999999999999999.0: 5 c: ", "app|1||5|c|");
}

static void test_frames(void)
{
    check("frame on the line",
          "python3 18050 [000]   1.0:   10 cpu-clock:      7f2ae6198ce1 insertdict+0x141 "
          "(/usr/lib/libpython3.so)",
          "python3|18050|1000000000|10|cpu-clock|insertdict+0x141");
    check("frame after a full address",
          "false 64414 1.0:      34467 cycles:u:  ffffffff9aa3c8de [unknown] ([unknown])",
          "false|64414|1000000000|34467|cycles:u|[unknown]");
    check("frame after numbers",
          "a 1 1.0: 7 cpu-clock:                0               0      7f2ae6198ce1 main (/a)",
          "a|1|1000000000|7|cpu-clock|main");
    check("numbers without frame", "a 1 1.0: 7 cpu-clock:                0               0",
          "a|1|1000000000|7|cpu-clock|");
    check("fields that look like a frame", "a 1 1.0: kmem:mm_page_free: add foo (x)",
          "a|1|1000000000|0|kmem:mm_page_free|");
    check("frame without event", "a 1 1.0:      7f2ae6198ce1 main (/a)", "a|1|1000000000|0||main");
    check("nothing but a frame", "            perf 16081  ffffffff813aa3e5 ttwu_do_activate",
          "perf|16081||0||ttwu_do_activate");
    check("nothing but a frame, with CPU and dso", "a 1 [000]      7fdf21838c47 brk+0x7 (/a)",
          "a|1||0||brk+0x7");
}

/* Without a thread nothing but the columns tells the fields apart. */
static void test_columns(void)
{
    check("lone frame", "     55704361a13a leaf", "|||0||leaf");
    check("lone frame of the kernel", " ffffffff81234567 read_file ([kernel.kallsyms])",
          "|||0||read_file");
    check("lone frame not in its column", "      55704361a13a leaf", "other");
    check("command name and frame", "           tprog      55704361a13a leaf", "tprog|||0||leaf");
    check("command name not in its column", "          tprog      55704361a13a leaf", "other");
    check("period and frame", "   1001001      55704361a13a leaf", "|||1001001||leaf");
    check("wide period and frame", "12345678901      55704361a13a leaf", "|||12345678901||leaf");
    check("thread and frame", "12864      55704361a13a leaf", "|12864||0||leaf");
    check("thread, period and frame", "12864    1001001      55704361a13a leaf",
          "|12864||1001001||leaf");
    check("time and frame", "34419.036803:      55704361a13a leaf", "||34419036803000|0||leaf");
    check("time, period and frame", "34419.036803:    1001001      55704361a13a leaf",
          "||34419036803000|1001001||leaf");
    check("time and an address of digits", "    1.500000:            401136 leaf",
          "||1500000000|0||leaf");
    check("CPU and frame", "[001]      55704361a13a leaf", "|||0||leaf");
    check("event and frame", "cpu-clock:      55704361a13a leaf", "|||0|cpu-clock|leaf");
    check("period and event", "   1001001 cpu-clock: ", "|||1001001|cpu-clock|");
    check("command name, period and event", "tprog    1001001 cpu-clock: ",
          "tprog|||1001001|cpu-clock|");
}

static void test_names(void)
{
    check("one character", "w 19353   680.466140:    2004008 cpu-clock: ",
          "w|19353|680466140000|2004008|cpu-clock|");
    check("numbers and blanks", "tokio 2 worker 26638 [001] 1.0:    5 cycles:",
          "tokio 2 worker|26638|1000000000|5|cycles|");
    check("ends in a number", "my app (x) 42 17942   1.0:    5 cpu-clock: ",
          "my app (x) 42|17942|1000000000|5|cpu-clock|");
    check("nothing but a number", "7 17 1.0: 5 c: ", "7|17|1000000000|5|c|");
    check("ids", "10/11 [002] 17 [000] 1.0: 5 c: ", "10/11 [002]|17|1000000000|5|c|");
    check("negative thread", "app    -1 [000] 1.0:  5 cycles:", "app|-1|1000000000|5|cycles|");
    check("task that is gone", ":-1    -1 [000] 1.0: 5 cycles:", ":-1|-1|1000000000|5|cycles|");
    check("task known by number",
          ":20526 20526 [001]   1.0:    60 c: ", ":20526|20526|1000000000|60|c|");
    check("a time", "S 1 2.000000: 17820 [001] 3.0: 5 c: ", "S 1 2.000000:|17820|3000000000|5|c|");
    check("a time and an event",
          "1.5: cycles: 17678 [000]  3.0:   7 c: ", "1.5: cycles:|17678|3000000000|7|c|");
    check("misc letters", "app U 10 1.0: 5 c: ", "app U|10|1000000000|5|c|");
    check("a record's name", "PERF_RECORD_LOS 10 1.0: 5 c: ", "PERF_RECORD_LOS|10|1000000000|5|c|");
    check("hexadecimal", "            face 14514 [022] 1.0: 5 c:      7f92b4fdb7d4 main (/a)",
          "face|14514|1000000000|5|c|main");
}

static void test_others(void)
{
    check("mmap",
          "a 11834   484.976490: PERF_RECORD_MMAP2 11834/11834: [0x559d405b4000(0x1000)]: r-xp /a",
          "record");
    check("comm", "perf-exec     0     0.000000: PERF_RECORD_COMM: perf-exec:11834/11834",
          "record");
    check("record without time",
          "swapper     0 PERF_RECORD_MMAP -1/0: [0xff(0x12) @ 0xff]: x [kernel]", "record");
    check("record without thread", "PERF_RECORD_LOST lost 5", "record");
    check("chatter", "Was the 'perf record' command properly terminated?", "other");
    check("trace error",
          " instruction trace error type 1 time 4525.744123981 cpu 0 pid 21595 tid 21595 ip 0 code "
          "8: Lost",
          "other");
    check("frame", "            7f2ae6198ce1 JS:*bar /srv/n.js:1:16 (/tmp/perf-1.map)", "other");
    check("frame at the margin", "ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])",
          "other");
    check("source line", "  libc-start.c:360 (inlined)", "other");
    check("folded text", "main;foo.c:10;bar 3", "other");
    check("neither time nor event", "app 10 ", "other");
    check("nothing", "", "other");
}

static void test_bare(void)
{
    struct perf_header header;
    bool good = perf_header_parse_bare(span_of("my app 10/11 [000] "), &header);
    unit_check("name and ids", good && span_is(header.sample.comm, "my app") &&
                                   header.sample.pid == 10 && header.sample.tid == 11 &&
                                   header.sample.has_pid);
    unit_check("a name alone is no header", !perf_header_parse_bare(span_of("app "), &header));
}

static bool is_same(const struct perf_header *x, const struct perf_header *y)
{
    const struct sample *a = &x->sample, *b = &y->sample;
    return span_equal(a->comm, b->comm) && span_equal(a->event, b->event) && a->time == b->time &&
           a->period == b->period && a->tid == b->tid && a->pid == b->pid && a->has_pid == b->has_pid &&
           a->has_process == b->has_process && x->has_thread == y->has_thread &&
           x->period_fits == y->period_fits && span_equal(span_trim(x->rest), span_trim(y->rest));
}

/* A header that is known already says what it says when it is parsed. */
static void test_memo(void)
{
    static const char *const lines[] = {
        "app 10 [000] 1.000000: 5 cycles: ",     "app 10 [000] 2.500000: 5 cycles: ",
        "app 10 [001] 3.000000: 6 cycles:u: ",   "a b 12 c 10/11 4.000000: cycles: ",
        "a b 12 c 10/11 4.000000: cycles: ",     "x 1.0: 10 5.000000: 5 cycles: ",
        "x 2.0: 10 5.000000: 5 cycles: ",        "app 10 [000] 6.0: PERF_RECORD_COMM: a:1/1",
        "app 10 [000] 7.0: 5 cycles:  1 f (/a)", "app 10 [000] 7.0: 5 cycles:  2 g (/a)",
        "99076 10314749.002559: 250000 c: ",     "99076 10314750.002559: 250000 c: ",
        "app 10 cycles: ",                       "app 10 8.0: 99999999999999999999 cycles: ",
        /* with frames */
        "app 10 [000] 1.0: 5 cycles:            401136 f (/a)",
        "app 10 [000] 2.0: 5 cycles:  ffffffff81b9764c g (/a)",
        "app 10 [000] 2.0: 5 cycles:  ffffffff81b9764c g",
        "app 10 [000] 3.0:            401136 f (/a)",
        "app 10 [000] 4.0:            401136 f",
        "app 10 5.0:            401136 f",
        "             app 5.0:            401136 f",
        "             app 6.0:            401137 g",
        "             app            401136 f",
        "             app     10            401136 f",
        "             app     10            401136 1.0: f",
        "             app     10 5.0:            401136 x 6.0: 7 cycles: f",
        "           401136 f",
        "           401137 g",
        "            401137 g",
        "         5            401137 g",
        "         6            401137 g",
        "cycles:            401137 g",
        "app 10 [000] 1.0:          5 cycles: ",
        "app 10 [000] 2.0:          7 cycles: ",
        "app 10 [000] 2.0: 1234567890 cycles: ",
        "app 10 [000] 2.0: 12345678901 cycles: ",
        "app 10          5 cycles: ",
        "app 10          6 cycles: ",
        "app         10 cycles: ",
        "app         12 cycles: ",
        "             app     10          7            401136 f",
        "             app     10          9            401136 f",
        "             app         11            401136 f",
        "cycles:            401137 PERF_RECORD_",
    };
    struct header_memo memo;
    bool same = true;
    unsigned known = 0;
    header_memo_init(&memo, hash_seed_make());
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            struct span line = span_of(lines[i]);
            struct perf_header fresh, header;
            struct perf_parts parts = perf_header_parts(line);
            enum perf_line kind = perf_header_parse(line, &fresh);
            bool apart = parts.frame.len == 0 || perf_header_is_apart(parts.frame);
            if (apart && header_memo_find(&memo, &parts, &header)) {
                same = same && kind == PERF_SAMPLE && is_same(&fresh, &header);
                known++;
            } else if (apart && kind == PERF_SAMPLE) {
                header_memo_keep(&memo, &parts, &fresh);
            }
        }
    }
    header_memo_free(&memo);
    unit_check("known headers say what they say when parsed", same);
    unit_check("headers are known again", known > sizeof lines / sizeof *lines);
}

int main(void)
{
    test_memo();
    test_fields();
    test_events();
    test_frames();
    test_columns();
    test_names();
    test_others();
    test_bare();
    return unit_failed;
}
