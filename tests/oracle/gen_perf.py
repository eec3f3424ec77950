#!/usr/bin/env python3
"""Random `perf script` text.

usage: gen_perf.py [--mode agree|wild] SEED SAMPLES > perf.txt

agree  only what stackcollapse-perf.pl and flamectl answer alike: every order of header fields and
       every kind of frame, but nothing that the script is known to lose or bend
wild   everything: odd process names, tracepoint payloads, one-line samples, side-band records,
       source lines, branch stacks, broken lines, bytes that are not text

The same seed gives the same text. Text is str with undecodable bytes as surrogates.
"""
import argparse
import random
import sys

PLAIN_COMMS = """ab app java javac java_app swapper perf-1 V8_x node nginx: ksoftirqd/0
kworker/0:1-ev kworker/u8:2+flush :20526 :1x rcu_preempt (sd-pam) [kthreadd] a,b x=y
http-nio-8080-e C2:Thre été 日本 -zsh 1st 2ab x#x ~tmp %s $HOME a'b "q" <svg> &amp a\\b b* 0x10
9front""".split()
SPACED_COMMS = ["V8 WorkerThread", "Web Content", "my app (x)", "C2 CompilerThre",
                "DOM Worker a1", "Chrome_IOThread x", "a b", "pool thread-1", "G1 Conc#0",
                "ab  cd", "x [y] z"]
ODD_COMMS = ["w", "7", "", "tokio 2 worker", "a b 12 c", "p;q r", ";", "line\nfeed", "#1 worker",
             "#x", "# note", "#", "my app (x) 42", "x [001] y", "1.5: cycles:", " lead", "trail ",
             "tab\tname", "-1", ":-1", "10/11 [002]", "S 1 2.000000:", "\udcff\udcfe", "a\r",
             "\u00a0", "x 12/", "VM:13", "2024-01-02 03:04", "5 cycles:", "a\x01b", "]]>", "all"]
EVENTS = ["cycles", "cycles:u", "cycles:uppp", "cycles:P", "cpu-clock", "cpu-clock:uH",
          "cpu-clock:pppH", "task-clock", "page-faults", "cpu/event=0x3c,umask=0x0/u",
          "cpu_core/cycles/", "cpu_atom/cycles/P", "uncore_imc_0/cas_count_read/", "my_ev",
          "instructions:k", "branch-misses:Hu", "r01c2", "dummy:HG", "a=b", "L1-dcache-loads"]
TRACEPOINTS = [
    ("sched:sched_switch", "prev_comm=app prev_pid=10 prev_prio=120 prev_state=S ==> "
                           "next_comm=swapper/0 next_pid=0 next_prio=120"),
    ("syscalls:sys_enter_brk", "brk: 0x00000000"),
    ("syscalls:sys_exit_sendto", "0x3c"),
    ("probe_libc:malloc", "(7f1e2215d058)"),
    ("sdt_foo:bar", "(55d0) arg1=1 arg2=2"),
    ("block:block_rq_issue", "8,0 W 4096 () 12 + 8 [kworker/0:1H]"),
    ("raw_syscalls:sys_enter", "NR 1 (1, 7ffd, 5, 0, 0, 0)"),
    ("net:netif_rx", "dev=eth0 skbaddr=0xffff888100 len=52"),
]
USER_DSOS = ["/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/bin/app", "/lib/ld-2.31.so",
             "/opt/my app/bin/my app", "/home/u/My App/lib.so", "/usr/lib/libfoo.so.1", "//anon",
             "/root/.debug/x/elf", "app", "/srv/a+b/c", "inlined", "/proc/7/root/usr/lib/a.so"]
JIT_DSOS = ["/tmp/perf-1.map", "/tmp/perf-24636.map"]
KERNEL_DSOS = ["[kernel.kallsyms]", "[kernel.kallsyms].init.text", "[guest.kernel.kallsyms]",
               "[nf_conntrack]", "[ext4]", "[kernel]", "[bpf]",
               "/lib/modules/4.3.0-rc1-virtual/build/vmlinux", "vmlinux"]
ODD_DSOS = ["/tmp/foo (deleted)", "/memfd:doublemapper (deleted)", "/SYSV00000000 (deleted)",
            "[vdso]", "[heap]", "[stack]", "[anon]", "[vsyscall]", "[JIT app cache]", "[uprobes]",
            "/home/u/My App (x86)/lib.so", "/lib/ext4.ko.xz", "/lib/ext4.ko", "/lib/ext4.ko.zst",
            "/usr/lib/debug/vmlinux-5.4.0", "/usr/lib/debug/boot/vmlinux-5.4.0-1.x86_64",
            "bpf_prog_6deef7357e7b4530_sd_devices", "/x/jitted-123-4.so", "",
            "/lib/libc.so.6+0x27b25", "/proc/9/root/tmp/perf-9.map", "a(b", "a)b", "/dir/",
            "\udcff", "a;b", "x\"y'", "()", ")("]
NAMES = """main f g f_1 start_thread __libc_start_main_impl _start clone3 malloc _int_free
std::vector<int,std::allocator<int>>::push_back ns::klass::method app::(anonymous_namespace)x
do_syscall_64 entry_SYSCALL_64_after_hwframe __x64_sys_read asm_exc_page_fault
ext4_file_read_iter native_safe_halt foo.part.0 foo.isra.1 foo.constprop.3 foo@plt
foo@@GLIBC_2.2.5 _ZN3foo3barEv JS:*bar Builtin:ArrayMap LazyCompile:~f Interpreter
main.main.func1 runtime.mcall net/http.(*conn).serve main.(*List[go.shape.int_0]).Each
lists:foldl/3 $_erlang:fun/1-0- php::Foo core::ops::function::FnOnce::call_once{{vtable.shim}}
f{0} g[abi:cxx11] 0x7f12 <lambda> f! f$1 f-x f+1 a`b éclair 函数 caml_main camlFoo__bar_12 h::0123
-[NSObject_init] L a/b Lx unknown call_site operator_x operator operator< operator<< operator<=
operator<=> operator> operator>> operator= operator[] ns::operator+ f.cold ~dtor klass::~klass
%d & && | {} [] <> -- - _""".split()
SPACED_NAMES = ["JS:*bar /tmp/n.js:1:16", "JS:~ /path:1:1", "f -x", "f x", "operator new",
                "operator delete", "std::ostream& std::operator<< <char>", "void App.main",
                "StubRoutines (1)", "f (int)",
                "std::vector<int, std::allocator<int> >::push_back", "unsigned long f<int, char>",
                "ns::(anonymous namespace)::f", "foo<(anonymous namespace)::T>::bar",
                "std::_Rb_tree<A, B, std::less<A> >::_M_insert", "f<a, b>"]
ARGUMENTS = ["(int)", "()", "(int, char const*)", "(std::vector<int> const&) const",
             "(int) [clone .x]", "(void (*)(int))", "(java.lang.String[])", "(A<(x)1>, B)",
             "(anonymous)", "(a"]
JAVA_NAMES = ["Ljava/io/PrintStream;::print", "Lorg/a/B;::m", "java/util/HashMap::get",
              "org/a/B::m",
              "Lorg/mozilla/javascript/ContextFactory;.call(Lorg/mozilla/A;)Ljava/lang/Object;",
              "L/", "Lcom/x", "LinkedList", "Ljava/lang/Object;.<init>", "itable stub",
              "call_stub"]
JIT_CHAINS = ["Lorg/a/B;::outer->Lorg/a/C;::mid->Lorg/a/D;::inner", "a->b", "a::x->b::y(int)",
              "f;g->h", "A->B->C->D"]
ODD_NAMES = ["B::operator->*", "operator->", "operator()", "main::{lambda()#1}::operator()",
             "main::{lambda()#1}::operator()() const", "operator<(A const&, int)",
             "std::_Function_handler<long (long), main::{lambda(long)#1}>::_M_invoke",
             "std::function<void (int, int)>::operator()(int, int) const",
             "(anonymous namespace)::f", "(anonymous namespace)::f(int)", "(word)", "(two words)",
             "RegExp:[&<>\"']", "RegExp:[&<>\\\"\\']", "RegExp:^(a|b)", "<&'a T>", "Foo->baz",
             "->x", "x->", "a->->b", "->", "f  x", " lead", "trail ", "f_[k]", "f_[j]", "f_[i]",
             "f_[w]", "_[k]", "core::fmt::Write::write_fmt::h0123456789abcdef",
             "_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$x..Y$GT$::f::h0123456789abcdef",
             "a$u3b$b::h0123456789abcdef", "a.(b", "main.(*T).f(int)", "a.(b).c", "(((", ")))",
             "f(", "f)", "<", ">", "operator", "operator-", "operator->*(int)", "operator>>(int)",
             "tab\tname", "cr\rname", "nul\0name", "\udc80\udcc3", "\udced\udca0\udc80", "]]>",
             "<b>", "a;", ";a", ";", " ", "", "[unknown]x", "[[x]]", "f+0x", "f+0xzz", "+0x10",
             "x" * 3000, "std::function<void (int", "[unknown] ", "f#1", "# f",
             "12 34.000000: 5 cycles:"]
SIDE_RECORDS = ["PERF_RECORD_MMAP2 100/100: [0x400000(0x1000) @ 0 08:01 12 0]: r-xp /usr/bin/app",
                "PERF_RECORD_COMM exec: app:100/100", "PERF_RECORD_COMM: app:100/101",
                "PERF_RECORD_FORK(100:101):(100:100)", "PERF_RECORD_EXIT(100:101):(100:101)",
                "PERF_RECORD_LOST lost 12", "PERF_RECORD_SWITCH OUT preempt",
                "PERF_RECORD_SWITCH_CPU_WIDE IN",
                "PERF_RECORD_KSYMBOL addr ffffffffc0000000 len 100 type 1 flags 0x0 name bpf_1",
                "PERF_RECORD_THROTTLE", "PERF_RECORD_NAMESPACES 100/100 - nr_namespaces: 7"]
SRCLINES = ["f.c:300", "libc.so[27b25]", "??:0", "a b.h:5 (inlined)", "12 34", "f.c:1 (x)",
            "[kernel.kallsyms][ffffffff81000000]"]
NOISE = ["Was the 'perf record' command properly terminated?", "Warning: 3 lost",
         "addr2line: x: no", "\t", "   ", "#", "# ========", "#x", "\r", "garbage", "a b c",
         "7f00", " 12 34 ", "\0", "\t(x)",
         " instruction trace error type 1 time 5.000000001 cpu 0 pid 1 tid 1 ip 0 code 5: Failed",
         "x" * 70000, "[ perf record: Woken up 1 times ]", "<svg>", "\udcff\udcff", ";;;; 5",
         "a;b 5"]


class Style:
    """What a whole file has in common: the fields that were chosen when it was printed."""

    def __init__(self, rng, wild):
        self.wild = wild
        self.ids = rng.choice(["tid", "tid", "pid/tid", "padded"])
        self.width = rng.choice([5, 7, 1])
        self.cpu = rng.random() < 0.5
        self.misc = rng.random() < 0.15
        self.tod = rng.random() < 0.1
        self.nanoseconds = rng.random() < 0.2
        self.period = rng.random() < 0.8
        self.blank_after_event = rng.random() < 0.8
        self.offset = rng.random() < 0.7
        self.indent = rng.choice(["\t%16s", "\t%16s", "\t%s", "        %s", "  %s"])
        self.comments = rng.random() < 0.2
        self.kind = rng.choices(["event", "events", "tracepoint", "none"], [6, 3, 2, 1])[0]
        count = rng.randint(2, 4) if self.kind == "events" else 1
        self.events = rng.sample(EVENTS, count)
        self.tracepoint = rng.choice(TRACEPOINTS)
        self.side = self.kind == "event" and rng.random() < 0.2
        self.srcline = wild and rng.random() < 0.15
        self.no_dso = wild and rng.random() < 0.1
        self.no_time = wild and rng.random() < 0.1
        self.virtual = wild and rng.random() < 0.05
        self.oneline = wild and rng.random() < 0.15
        self.crlf = wild and rng.random() < 0.05
        self.address = wild and rng.random() < 0.1
        self.oddity = rng.choice([0.02, 0.2, 0.6]) if wild else 0


def make_comm(rng, style):
    if rng.random() < style.oddity:
        return rng.choice(ODD_COMMS)
    comm = rng.choice(PLAIN_COMMS if rng.random() < 0.7 else SPACED_COMMS)
    # `nginx: 7 1.5:` without an event: the script takes the time for an event.
    return comm.rstrip(":") if style.kind == "none" and not style.wild else comm


def make_ids(rng, style):
    pid, tid = rng.choice([0, 1, 7, 99, 1234, 20526, 4194303]), rng.choice([0, 1, 8, 100, 20526])
    if style.wild and rng.random() < style.oddity / 8:
        return rng.choice(["-1", "-1/-1", "-1/0", "", "5/", "/5", "1/2/3", "99999999999999999999"])
    if style.ids == "tid":
        return "%*d" % (style.width, tid)
    if style.ids == "padded":
        return "%*d/%-*d" % (style.width, pid, style.width, tid)
    return "%d/%d" % (pid, tid)


def make_period(rng, style):
    if style.wild and rng.random() < style.oddity / 8:
        return str(rng.choice([2**64 - 1, 2**64, 2**63 - 1, 2**63, 10**30, "-5", "1.5", "0x10"]))
    return str(rng.choice([0, 1, 2, 7, 250000, 1001001, 10101010, 2**31, 2**32 + 1, 2**40]))


def make_event(rng, style):
    """The event with all that follows it on its line; an empty text is a header without one."""
    after = " " if style.blank_after_event else ""
    if style.wild and rng.random() < style.oddity / 8:
        name, payload = rng.choice(TRACEPOINTS)
        return "%22s: %s" % (name, rng.choice([payload, "", payload + ":", "a: b: 5 c:"]))
    if style.kind == "none":
        return ""
    if style.kind == "tracepoint":
        name, payload = style.tracepoint
        return "%22s: %s" % (name, payload)
    event = rng.choice(style.events)
    period = "%10s " % make_period(rng, style) if style.period else ""
    text = "%s%s:%s" % (period, event, after)
    if style.address:
        text += " %16x %x |OP LOAD|LVL L1 hit" % (rng.getrandbits(47), rng.getrandbits(20))
    return text


def make_header(rng, style):
    comm = make_comm(rng, style)
    if style.oneline:
        comm = "%16s" % comm
    parts = [comm, make_ids(rng, style)]
    if style.virtual:
        parts[:0] = ["VM:%5d" % rng.randint(0, 99), "VCPU:%03d" % rng.randint(0, 9)]
    if style.cpu:
        parts.append("[%03d]" % rng.choice([0, 1, 11, 127, 1000]))
    if style.misc:
        parts.append(rng.choice(["U", "K", "H", "G", "g", "U ", "K    "]))
    if style.tod:
        parts.append("2024-01-02 03:04:%02d.%06d" % (rng.randint(0, 59), rng.randint(0, 999999)))
    if not style.no_time:
        digits = 9 if style.nanoseconds else 6
        parts.append("%5d.%0*d:" % (rng.choice([0, 1, 680, 158665, 42055630]), digits,
                                    rng.randrange(10**digits)))
    event = make_event(rng, style)
    if event:
        parts.append(event)
    return " ".join(parts)


def make_name(rng, style, comm, dso):
    if rng.random() < style.oddity:
        return rng.choice(ODD_NAMES)
    roll = rng.random()
    if roll < 0.08:
        return "[unknown]"
    java = comm.startswith("java")
    if dso in JIT_DSOS and roll < 0.2 and java:
        return rng.choice(JIT_CHAINS)
    if (dso in JIT_DSOS and roll < 0.5 and java) or (roll < 0.12 and java):
        return rng.choice(JAVA_NAMES)
    name = rng.choice(NAMES if rng.random() < 0.7 else SPACED_NAMES)
    if name.startswith("operator") and not name[8:].isalpha() and not style.wild:
        return name + rng.choice(["", "(A const&, int)"]) if name != "operator" else name
    if rng.random() < 0.2 and not name.startswith(("net/", "main.(*")):
        if rng.random() < 0.1:
            name = name + ";" + name
        name += rng.choice(ARGUMENTS[:-2] if not style.wild else ARGUMENTS)
    return name


def make_frame(rng, style, comm):
    if style.wild and rng.random() < style.oddity / 4:
        dso = rng.choice(ODD_DSOS)
        address = rng.choice([0, 0xffffffff81000000, rng.getrandbits(64), rng.getrandbits(47)])
    elif rng.random() < 0.3:
        dso = rng.choice(KERNEL_DSOS)
        address = 0xffffffff80000000 + rng.getrandbits(28)
        if dso in ("[nf_conntrack]", "[ext4]") and rng.random() < 0.3:
            address = rng.getrandbits(12)
    else:
        dso = rng.choice(USER_DSOS + JIT_DSOS + ["[unknown]"])
        address = rng.choice([0, 0x27304, 0x55f2fca55b28, rng.getrandbits(47)])
    name = make_name(rng, style, comm, dso)
    if dso == "[unknown]":
        name = "[unknown]"
    elif dso == "inlined" and name == "[unknown]":
        name = "f"
    text = style.indent % ("%x" % address) + " " + name
    if style.offset and name != "[unknown]" and rng.random() < 0.95:
        text += "+0x%x" % rng.getrandbits(rng.choice([4, 12, 48]))
    if not style.no_dso:
        text += " (%s)" % dso
    if rng.random() < 0.05:
        text += " "
    lines = [text]
    if style.srcline and name != "[unknown]":
        lines.append("  " + rng.choice(SRCLINES))
    return lines


def make_branches(rng):
    return rng.choice([
        ["\tmain+0x4:", "\t0000000000401130\tinsn: 55 48 89 e5    # PRED 3 cycles [3] 0.20 IPC"],
        [" 0x401130/0x401140/P/-/-/3  0x401150/0x401160/M/-/-/0"],
        ["|288      code text here"], ["\tleaf+0x8:"], ["  f.c:300"], [" main+0x1 => f+0x2"],
    ])


def make_sample(rng, style):
    header = make_header(rng, style)
    comm = header.split(" ")[0]
    lines = [header]
    frames = rng.choice([0, 1, 1, 2, 3, 5, 8, 13])
    if style.wild and rng.random() < 0.005:
        frames = 300
    for _ in range(frames):
        lines += make_frame(rng, style, comm)
    if style.oneline and frames:
        lines = [header + " " + lines[1].strip()]
        if rng.random() < 0.9:
            return lines
    if style.wild and rng.random() < style.oddity / 10:
        lines[1:1] = make_branches(rng)
    if style.wild and rng.random() < style.oddity / 10:
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(NOISE))
    if not style.wild or rng.random() > style.oddity / 20:
        lines.append("")
    return lines


def make_file(seed, samples, mode):
    """The text of one file, without its first samples being special in any way."""
    rng = random.Random("%s %s" % (seed, mode))
    style = Style(rng, mode == "wild")
    lines = []
    if style.comments:
        lines += ["# ========", "# captured on    : Mon Jan  1 00:00:00 2024", "# arch : x86_64",
                  "# cmdline : /usr/bin/perf record -g ", "# ========", "#", ""]
    for _ in range(samples):
        if style.side and rng.random() < 0.1:
            lines.append("%s %d 1.000000: %s" % (rng.choice(["perf", "app"]), rng.randint(1, 999),
                                                 rng.choice(SIDE_RECORDS)))
        lines += make_sample(rng, style)
        if rng.random() < 0.03:
            lines.append("")
        if style.comments and rng.random() < 0.05:
            lines += ["# a comment", ""]
    end = "\r\n" if style.crlf else "\n"
    text = end.join(lines) + end
    if style.wild and rng.random() < 0.05:
        text = text[:rng.randrange(len(text) + 1)]
    return text


def encode(text):
    return text.encode("utf-8", "surrogateescape")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--mode", choices=["agree", "wild"], default="agree")
    parser.add_argument("seed")
    parser.add_argument("samples", type=int)
    options = parser.parse_args()
    sys.stdout.buffer.write(encode(make_file(options.seed, options.samples, options.mode)))


if __name__ == "__main__":
    main()
