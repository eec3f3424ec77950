/* Frame lines of perf script text: how they are split, and the names that come of them. */
#include "../../src/readers/perf_frame.h"
#include "unit.h"

/* "ip|symbol|dso", or "none" */
static void check_split(const char *name, const char *line, const char *want)
{
    struct perf_frame frame;
    char got[500] = "none";
    if (perf_frame_split(span_of(line), &frame))
        snprintf(got, sizeof got, "%.*s|%.*s|%.*s", (int)frame.ip.len, frame.ip.data,
                 (int)frame.symbol.len, frame.symbol.len ? frame.symbol.data : "",
                 frame.dso.data ? (int)frame.dso.len : 1, frame.dso.data ? frame.dso.data : "-");
    unit_same(name, got, want);
}

static void test_split(void)
{
    check_split("offset", "\tffffffff8103ce3b native_safe_halt+0xb ([kernel.kallsyms])",
                "ffffffff8103ce3b|native_safe_halt+0xb|[kernel.kallsyms]");
    check_split("blanks at the end", "\t 1 f (/a)  ", "1|f|/a");
    check_split("deleted file", "\t 1 leaf+0x8 (/tmp/foo (deleted))",
                "1|leaf+0x8|/tmp/foo (deleted)");
    check_split("blank in the path", "\t 1 leaf (/home/u/My App/lib.so)",
                "1|leaf|/home/u/My App/lib.so");
    check_split("brackets in the path", "\t 1 leaf+0x8 (/home/u/My App (x86)/lib.so)",
                "1|leaf+0x8|/home/u/My App (x86)/lib.so");
    check_split("brackets at the path's end", "\t 1 leaf (/tmp/a(b))", "1|leaf|/tmp/a(b)");
    check_split("a closing bracket too many", "\t 1 leaf (/tmp/a)b)", "1|leaf|/tmp/a)b");
    check_split("an opening bracket too many", "\t 1 leaf (/tmp/a(b)", "1|leaf|/tmp/a(b");
    check_split("arguments", "\t 1 f(int (*)(void)) const+0x1 (/a)",
                "1|f(int (*)(void)) const+0x1|/a");
    check_split("brackets in the symbol that do not match", "\t 1 RegExp:^(a (/tmp/perf-1.map)",
                "1|RegExp:^(a|/tmp/perf-1.map");
    check_split("empty symbol", "\t    7f1e2215d058  (/lib/libc-2.15.so)",
                "7f1e2215d058||/lib/libc-2.15.so");
    check_split("neither symbol nor dso", "\t    55d0", "55d0||-");
    check_split("no dso", "\t    55d0 leaf", "55d0|leaf|-");
    check_split("no dso, arguments", "\t 55d0 std::function<void (int)>::operator()",
                "55d0|std::function<void (int)>::operator()|-");
    check_split("text behind the dso", "\t 1 f (/a) insn: 55", "1|f|/a");
    check_split("at the margin", "ffffffff8103d0ca f ([kernel.kallsyms])",
                "ffffffff8103d0ca|f|[kernel.kallsyms]");
    check_split("at the margin without dso", "add two", "none");
    check_split("label", "\tmain+0x4:", "none");
    check_split("label in hexadecimal", "\tadd me:", "none");
    check_split("instruction", "\t0000000000401130\tinsn: 55            # PRED 3 cycles [3]",
                "none");
    check_split("branches", " 0x401109/0x401136/P/-/-/3  0x401130/0x401106/M/-/-/10", "none");
    check_split("source line", "  add.c:3", "none");
    check_split("blank", "  ", "none");
}

struct bench {
    struct frame_table table;
    struct perf_cleaner cleaner;
    struct frame_list list;
};

/* The frames of a line as folded text, joined by ';'. options: letters k(ernel) j(it) a(ddrs),
 * J(ava thread) */
static void check(const char *name, const char *options, const char *line, const char *want)
{
    struct bench bench = {.cleaner = {.kernel = strchr(options, 'k'),
                                      .jit = strchr(options, 'j'),
                                      .addrs = strchr(options, 'a')}};
    struct perf_frame frame;
    char got[2000] = "";
    frame_table_init(&bench.table);
    bench.cleaner.frames = &bench.table;
    if (perf_frame_split(span_of(line), &frame))
        perf_frame_clean(&bench.cleaner, &frame, strchr(options, 'J'), &bench.list);
    for (size_t i = bench.list.count; i-- > 0;) {
        const struct frame *one = &bench.table.frames[bench.list.ids[i]];
        size_t used = strlen(got);
        snprintf(got + used, sizeof got - used, "%s%s%s", one->name.data, frame_suffix(one->kind),
                 i ? ";" : "");
    }
    unit_same(name, got, want);
    perf_cleaner_free(&bench.cleaner);
    memory_free(bench.list.ids);
    frame_table_free(&bench.table);
}

static void test_names(void)
{
    check("offset", "", "\t 1 f+0x1f (/a)", "f");
    check("no offset", "", "\t 1 g+0xZZ (/a)", "g+0xZZ");
    check("process name", "", "\t 1 (comm) (/usr/bin/x)", "");
    check("anonymous namespace", "", "\t 1 (anonymous namespace)::f(int) (/a)",
          "(anonymous namespace)::f");
    check("separators", "", "\t 1 a;b\tc \"q\" 'r' (/a)", "a:b c \"q\" 'r'");
    check("a blank before the arguments stays", "", "\t 1 StubRoutines (1)+0xc9 (/tmp/perf-1.map)",
          "StubRoutines ");
    check("rust", "",
          "\t 1 _$LT$T$u20$as$u20$core..fmt..Debug$GT$::fmt::h0123456789abcdef+0x5 (/a)",
          "<T as core::fmt::Debug>::fmt");
}

static void test_unknown(void)
{
    check("unknown", "", "\t 7fff [unknown] ([unknown])", "[unknown]");
    check("dso", "", "\t 7fff [unknown] (/usr/lib/libfoo.so.1)", "[libfoo.so.1]");
    check("kernel", "", "\t 7fff [unknown] ([kernel.kallsyms])", "[[kernel.kallsyms]]");
    check("anonymous memory", "", "\t 7fff [unknown] (//anon)", "[anon]");
    check("deleted", "", "\t 7fff [unknown] (/memfd:doublemapper (deleted))",
          "[memfd:doublemapper]");
    check("empty", "", "\t 7fff  (/lib/libc-2.15.so)", "[libc-2.15.so]");
    check("brackets and ';'", "", "\t 7fff [unknown] (/lib/a;b (x86).so)", "[a:b (x86).so]");
    check("offset in the dso", "", "\t 7fff [unknown] (/lib/libc.so.6+0x27b25)", "[libc.so.6]");
    check("no dso", "", "\t 7fff [unknown]", "[unknown]");
    check("address", "a", "\t 7fff [unknown] ([unknown])", "[unknown <7fff>]");
    check("address in a dso", "a", "\t 7fff [unknown] (/lib/libc.so)", "[libc.so <7fff>]");
}

static void test_arrows(void)
{
    check("inlined", "", "\t 1 Lorg/a/B;::x->Lorg/a/C;::y->z (/tmp/perf-1.map)",
          "org/a/B:::x;org/a/C:::y_[i];z_[i]");
    check("inlined, of jitdump", "", "\t 1 a->b (/root/.debug/jit/x/jitted-123-4.so)", "a;b_[i]");
    check("not in a JIT map", "", "\t 1 php::Foo->bar (/a)", "php::Foo->bar");
    check("operator->", "", "\t 1 A::operator->(x)->b (/tmp/perf-1.map)", "A::operator->;b_[i]");
    check("nothing beside the arrow", "", "\t 1 ->a->->b-> (/tmp/perf-1.map)", "->a->;b->_[i]");
    check("marked already", "", "\t 1 a->b_[i] (/tmp/perf-1.map)", "a;b_[i]");
}

static void test_java(void)
{
    check("class in a java thread", "J", "\t 1 Lcom/x/Y;::z (/a)", "com/x/Y:::z");
    check("any L with a slash in a java thread", "J", "\t 1 L/x (/a)", "/x");
    check("no slash", "J", "\t 1 LookupSwitch (/a)", "LookupSwitch");
    check("class in a JIT map", "", "\t 1 Lcom/x/Y;::z (/tmp/perf-1.map)", "com/x/Y:::z");
    check("class elsewhere", "", "\t 1 Lcom/x/Y;::z (/a)", "Lcom/x/Y:::z");
    check("JavaScript in a JIT map", "", "\t 1 LazyCompile:*f /x.js:1 (/tmp/perf-1.map)",
          "LazyCompile:*f /x.js:1");
    check("signature", "", "\t 1 Lorg/m/C;.call(Lorg/m/A;)Ljava/lang/Object; (/tmp/perf-1.map)",
          "org/m/C:.call");
}

static void test_marks(void)
{
    check("kernel", "k", "\t ffffffff8103ce3b f ([kernel.kallsyms].init.text)", "f_[k]");
    check("guest kernel", "k", "\t 1 f ([guest.kernel.kallsyms])", "f_[k]");
    check("module", "k", "\t 7d8 f ([nf_conntrack])", "f_[k]");
    check("compressed module", "k", "\t 1 f (/lib/modules/6.1/ext4.ko.zst)", "f_[k]");
    check("vmlinux", "k", "\t 1 f (/boot/vmlinux-5.4.0)", "f_[k]");
    check("bpf", "k", "\t 1 f (bpf_prog_6deef7357e7b4530_sd)", "f_[k]");
    check("kernel address", "k", "\t ffff800000000000 [unknown] ([unknown])", "[unknown]_[k]");
    check("user address", "k", "\t 7fffffffffffffff f (/a)", "f");
    check("vdso", "k", "\t 7ffd00000000 f ([vdso])", "f");
    check("vsyscall", "k", "\t ffffffffff600000 f ([vsyscall])", "f");
    check("stack", "k", "\t 1 f ([stack:123])", "f");
    check("not asked for", "j", "\t 1 f ([kernel.kallsyms])", "f");
    check("JIT", "j", "\t 1 f (/tmp/perf-123.map)", "f_[j]");
    check("JIT in a container", "j", "\t 1 f (/proc/5/root/tmp/perf-1.map)", "f_[j]");
    check("not quite JIT", "j", "\t 1 f (/tmp/perf-x.map)", "f");
    check("JIT, marked already", "j", "\t 1 f_[j] (/tmp/perf-1.map)", "f_[j]");
    check("inlined before JIT", "kj", "\t 1 a->b (/tmp/perf-1.map)", "a_[j];b_[i]");
}

static void check_source(const char *name, const char *source, const char *want)
{
    struct frame_table table;
    struct perf_cleaner cleaner = {.frames = &table};
    frame_table_init(&table);
    uint32_t id = frame_intern(&table, span_of("f"), FRAME_KERNEL);
    const struct frame *frame = &table.frames[perf_frame_add_source(&cleaner, id, span_of(source))];
    char got[300];
    snprintf(got, sizeof got, "%s%s", frame->name.data, frame_suffix(frame->kind));
    unit_same(name, got, want);
    perf_cleaner_free(&cleaner);
    frame_table_free(&table);
}

static void test_source(void)
{
    check_source("file and line", "  file.cpp:137", "f_[k]:file.cpp:137");
    check_source("inlined", "  file.h:3 (inlined)", "f_[k]:file.h:3");
    check_source("address only", "  [kernel.kallsyms][ffffffff821eb5f6]", "f_[k]");
    check_source("library and address", "  libc.so.6[27b25] ", "f_[k]:libc.so.6");
    check_source("not known", "  ??:0", "f_[k]:??:0");
    check_source("an open bracket", "  a[b;c", "f_[k]:a[b:c");
}

int main(void)
{
    test_split();
    test_names();
    test_unknown();
    test_arrows();
    test_java();
    test_marks();
    test_source();
    return unit_failed;
}
