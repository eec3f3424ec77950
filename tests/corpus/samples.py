"""What flamectl makes of the samples beside the repository, against what other converters print for them.

A sample is FORMAT/CASE.in (or a binary file), and FORMAT/CASE[@VARIANT].folded what a converter printed. Each
is read by detection and by name (--from); summed by stack, without stacks of weight 0, the result must be the
converter's. Where it is not, on purpose, DIFFERENT says what else it must be, and where options are needed,
OPTIONS has them. Each sample named as another format must be an error, but where that format's grammar takes it in.
"""

import collections
import decimal
import re

import folded
from harness import TOP, in_parallel, run

SAMPLES = TOP.parent / "shared" / "samples"

# Folder: the format's name for --from. Folders that are not here are not checked.
FORMATS = {
    "async-profiler": "folded",
    "austin": "folded",
    "bcc": "folded",
    "bpftrace": "bpftrace",
    "chrome-trace": "chrome-trace",
    "cpuprofile": "cpuprofile",
    "folded": "folded",
    "jfr": "jfr",
    "luajit": "folded",
    "aix": "aix",
    "dtrace": "dtrace",
    "elfutils": "eu-stack",
    "faulthandler": "faulthandler",
    "gdb": "gdb",
    "ghcprof": "ghcprof",
    "go-raw": "pprof-raw",
    "ibmjava": "javacore",
    "instruments": "instruments",
    "java-exceptions": "java-exceptions",
    "jstack": "jstack",
    "ljp": "ljp",
    "perf-sched": "perf-sched",
    "pprof": "pprof",
    "pmc": "pmc",
    "sample": "sample",
    "stap": "stap",
    "vsprof": "vsprof",
    "vtune": "vtune",
    "vtune-mc": "vtune",
    "wcp": "wcp",
    "xctrace": "xctrace",
    "xdebug": "xdebug",
}

# Formats that are never detected.
ONLY_BY_NAME = {"perf-sched"}

# FORMAT/CASE[@VARIANT]: options that do what the converter did.
OPTIONS = {
    "bpftrace/basic": ["--offsets"],
    "bpftrace/real-0.17": ["--event-filter=@", "--event-filter=@st"],
    "folded/lines@recursive": ["--merge-recursion=direct"],
    "folded/recursive": ["--merge-recursion=direct"],
    "folded/recursive-int@inferno": ["--merge-recursion=direct"],
    "dtrace/basic@includeoffset": ["--offsets"],
    "dtrace/basic@inferno-includeoffset": ["--offsets"],
    "ibmjava/basic@shorten": ["--packages=short"],
    "ibmjava/basic@tid": ["--tid"],
    "java-exceptions/basic@nopkgs": ["--packages=none"],
    "java-exceptions/basic@shorten": ["--packages=short"],
    "jstack/basic@shorten": ["--packages=short"],
    "jstack/basic@notname": ["--root=none"],
    "jstack/basic@tid": ["--tid"],
    "jfr/openjdk17": ["--all"],
    "jfr/openjdk17@alloc": ["--all", "--mode=alloc"],
    "jfr/openjdk17@alloc-total": ["--all", "--mode=alloc", "--value=total"],
    "jfr/openjdk17@cpu": ["--mode=cpu"],
    "jfr/openjdk17@lines-dot-norm": ["--lines", "--dot",
                                     f"--rename={TOP / 'tests/corpus/hidden-classes.txt'}"],
    "jfr/openjdk17@lock": ["--all", "--mode=lock"],
    "jfr/openjdk17@lock-total": ["--all", "--mode=lock", "--value=total"],
    "jfr/openjdk17@simple": ["--all", "--packages=none"],
    "jfr/openjdk17@threads": ["--all", "--root=tid"],
    "jfr/openjdk17@wall": ["--all", "--mode=wall"],
    "jfr/small17": ["--all"],
    "jfr/small17@alloc-total": ["--all", "--mode=alloc", "--value=total"],
    "jfr/small17@threads": ["--all", "--root=tid"],
    "pprof/go1.19-cpu@samples": ["--value=samples"],
    "pprof/go1.19-heap@alloc_objects": ["--value=alloc_objects"],
    "pprof/go1.19-heap@alloc_space": ["--value=alloc_space"],
    "ghcprof/basic@bytes": ["--bytes"],
    "ghcprof/basic@ticks": ["--ticks"],
    "perf-sched/basic@tid": ["--tid"],
    "perf-sched/basic@wake": ["--wake"],
    "perf-sched/basic@recurse": ["--chain"],
    "sample/basic@inferno-nomodules": ["--no-modules"],
    "sample/basic@nomodules": ["--no-modules"],
    "vtune/basic@inferno-nomodules": ["--no-modules"],
    "vtune-mc/basic@size": ["--size"],
    "xctrace/basic": ["--count=samples"],
    "xctrace/tagged": ["--count=samples"],
    "xdebug/basic@c": ["--count=samples"],
    "xdebug/real3@c": ["--count=samples"],
    "xdebug/real3-return@c": ["--count=samples"],
}

PEER_FAILS = "the converter fails"

# FORMAT/CASE[@VARIANT]: what flamectl prints instead, as {stack: weight} or a function of the converter's
# {stack: weight}; or PEER_FAILS, where the converter has nothing to say.
DIFFERENT = {
    # inlined callers, every column's weight, and what no location names
    "go-raw/go1.19": {
        f"[unknown];runtime/pprof.Do;main.main.func1.1;main.(*List[...]).Each;main.main.func1.1.1;main.inl;{leaf}": n
        for leaf, n in (("[unknown]", 10**7), ("[unknown];[unknown]", 12 * 10**7), ("main.(*Client).Do", 29 * 10**7))},
    "go-raw/goroutine": {"main.main": 120, "main.main;main.wait": 15, "main.wait": 3},
    "go-raw/heap": {"runtime.main;main.main": 99},
    "go-raw/old": {"GC;[unknown]": 4 * 10**7, "GC;main.caller;main.(*T[go.shape.int_0]).Do": 2 * 10**7,
                   "GC;scanblock": 10**7},
    # a thread without a native stack, and names that are whole
    "ibmjava/basic": lambda peer: {**peer, "no native part;a/b/C.m": 1},
    "ibmjava/basic@shorten": {
        "Default Executor-thread-149164;j/l/Thread.run;j/n/SocketInputStream.read;j/n/SocketInputStream.socketRead0": 1,
        "no native part;a/b/C.m": 1},
    "ibmjava/basic@tid": lambda peer: {**peer, "no native part;a/b/C.m": 1},
    # a class without a package
    "java-exceptions/basic@nopkgs": lambda peer: {s or "Top.main": n for s, n in peer.items()},
    "java-exceptions/basic@shorten": lambda peer: {s or "Top.main": n for s, n in peer.items()},
    # the last thread, and none without a frame
    "jstack/basic": lambda peer: {**peer, "last;a.b.c.D.m": 1},
    "jstack/basic@notname": lambda peer: {**peer, "a.b.c.D.m": 1},
    "jstack/basic@tid": lambda peer: {**peer, "last-7;a.b.c.D.m": 1},
    "jstack/basic@shorten": {"worker;j.l.Thread.run;App.lambda$main$0;App$Inner.work": 1, "last;a.b.c.D.m": 1},
    # all wait: the Reference Handler, too
    "jstack/real17": {},
    # the last stack
    "ljp/nototal": {"my_func_a;my_func_b": 42},
    # a class without a stack counts; lines that are not known are none; names of all classes are short
    "jfr/openjdk17@alloc": lambda peer: {**peer, "java.lang.String_[i]": 2},
    "jfr/openjdk17@alloc-total": lambda peer: {**peer, "java.lang.String_[i]": 2223000},
    "jfr/openjdk17@cpu": PEER_FAILS,
    "jfr/openjdk17@independent-no-merge": lambda peer: unmarked(peer),
    "jfr/openjdk17@lines-dot-norm": lambda peer: unmarked(renamed(peer, {":65535": ""})),
    "jfr/openjdk17@simple": lambda peer: renamed(peer, {"java.lang.invoke.": ""}),
    # lines are what they are: only the converter makes one tier of a function out of several
    "async-profiler/basic": {
        "[worker-1 tid=12];java/lang/Thread.run_[0];App.lambda$main$0_[1];App$Inner.work_[j];App.inl_[i];"
        "jlong_disjoint_arraycopy;do_syscall_64_[k]": 12,
        "[worker-1 tid=12];java/lang/Thread.run_[j];App$Inner.work_[j];java.lang.String_[i]": 3},
    "async-profiler/majority": {"main;f_[j]": 10, "main;f_[i]": 4, "main;f_[0]": 3, "main;g_[0]": 1, "main;g_[j]": 1},
    # comments are no stacks
    "austin/v3": lambda peer: {s: n for s, n in peer.items() if not s.startswith("#")},
    # every sample counts, and each element of a key is a frame
    "bpftrace/basic": lambda peer: {
        **renamed(peer, {"app, 1234": "app;1234", "poll+79;,;": "poll+79;"}),
        "swapper": 7, "ksys_write+85;vfs": 2},
    "bpftrace/real-0.17": {"a;[unknown];[unknown]": 1, "22844;_start;main": 2, "a;main;std::foo(int, char)": 110},
    # slices that begin and end apart, and threads added up; a slice ends with the one around it
    "chrome-trace/array": {"Foo": 50},
    "chrome-trace/basic": lambda peer: {**renamed(peer, {"Baz;q": "Baz:q"}), "Begin": 9},
    "chrome-trace/basic@speedscope": lambda peer: {
        "Foo;Bar;Baz:q": decimal.Decimal("5.5"), "Foo;Bar": decimal.Decimal("24.5"), "Foo": 37, "Begin": 9},
    "chrome-trace/overlap": {"Long": 35, "Long;Overlap": 10, "Long;Short": 5},
    "chrome-trace/overlap@speedscope": {"Long": 35, "Long;Overlap": 10, "Long;Short": 5},
    # blanks behind a count, CR and comments; counts beyond 2^63 - 1
    "folded/big": {"a;b": 1},
    "folded/big@inferno": PEER_FAILS,
    "folded/lines@inferno-merge": PEER_FAILS,
    "folded/lines@recursive": lambda peer: {
        **{s: n for s, n in peer.items() if not s.startswith("#")}, "a;b": 2, ";a;b": 2, "trail;x": 7, "win;c": 4},
    "folded/lines@regex": PEER_FAILS,
    "folded/merge1@diff": PEER_FAILS,
    "folded/merge1@diff-n": PEER_FAILS,
    "folded/merge1@plus2": PEER_FAILS,
    "folded/recursive@inferno": PEER_FAILS,
    "folded/sortsplit@svg-titles": PEER_FAILS,
    # the offset of a C++ function is kept, too
    "dtrace/basic@includeoffset": lambda peer: renamed(peer, {"`ns::foo;": "`ns::foo+0x3;",
                                                              ">::push_back;": ">::push_back+0x12;"}),
    "dtrace/basic@inferno-includeoffset": lambda peer: DIFFERENT["dtrace/basic@includeoffset"](peer),
    # no frame is a frame that is not known
    "dtrace/emptystack": {"[unknown]": 5, "a`b": 3},
    "dtrace/emptystack@inferno": {"[unknown]": 5, "a`b": 3},
    # a key is the first frame, and names may hold '+'
    "dtrace/execname-key":
        {"node;node`start;libstdc++.so.6`std::string::append;libstdc++.so.6`0x7fff12": 17},
    "dtrace/execname-key@inferno": lambda peer: DIFFERENT["dtrace/execname-key"],
    # without a table of probes nothing is skipped
    "dtrace/noheader": lambda peer: {**peer, "app`main;app`leaf": 42},
    "dtrace/noheader@inferno": lambda peer: {**peer, "app`main;app`leaf": 42},
    "dtrace/stack-ustack@inferno": PEER_FAILS,
    # names are whole, a signal handler is a frame, and what stands between frames parts no stack
    "gdb/cpp": {"clone;[unknown];<signal handler called>;std::function<void (int)>::operator();"
                "(anonymous namespace)::helper;operator delete;ns::Foo<int, char>::bar": 1,
                "main;poll": 1},
    # a name is a name, whatever options add to it
    "elfutils/basic": {"[unknown];main;ns::Foo<int, char>::bar(int);poll": 1,
                       "outer:semi;inlined_fn_[i]": 1},
    "elfutils/basic@pidtid": {"4242/4242;[unknown];main;ns::Foo<int, char>::bar(int);poll": 1,
                              "4242/4243;outer:semi;inlined_fn_[i]": 1},
    "elfutils/real@pidtid": lambda peer: renamed(peer, {"PID=": "", ";TID=": "/"}),
    "elfutils/real-ism": lambda peer: renamed(peer, {" - /usr/lib/x86_64-linux-gnu/libc.so.6": "",
                                                     " - /srv/build/th": ""}),
    # names are whole, and frames have what no frame below has
    "sample/basic": lambda peer: renamed(peer, {
        "Thread_1001.DispatchQueue_1:": "Thread_1001   DispatchQueue_1: com.apple.main-thread",
        "(char.const*,": "", "NSApp.send": "NSApp send"}),
    "sample/basic@nomodules": lambda peer: DIFFERENT["sample/basic"](peer),
    "sample/basic@mawk": lambda peer: DIFFERENT["sample/basic"](peer),
    "sample/basic@inferno": lambda peer: own_time(renamed(
        peer, {"Thread_1001   DispatchQueue_1: com.apple.main-thread  (serial`": ""}),
        {"bar": 40, "main-thread": 10}),
    "sample/basic@inferno-nomodules": lambda peer: own_time(peer, {"bar": 40, "main-thread": 10}),
    # ';' within a name, and decimals of milliseconds
    "instruments/basic": lambda peer: renamed(peer, {"other;thing": "other:thing"}),
    "instruments/cycles": {"demo": 1050000000},
    "instruments/real-13.4-cycles": PEER_FAILS,
    "instruments/real-16.0": PEER_FAILS,
    "instruments/real-7.3.1": PEER_FAILS,
    "vtune/basic": PEER_FAILS,
    "vtune/basic@inferno": lambda peer: halved(peer),
    "vtune/basic@inferno-nomodules": lambda peer: halved(peer),
    "vtune/v2013": PEER_FAILS,
    "vtune/v2013@fixed": lambda peer: renamed(peer, {"!Total": "Total", "tachyon!": "tachyon`"}),
    # exclusive samples, and names with their blanks
    "vsprof/samples": {"main;exit": 12, "main;testing::UnitTest::Run": 5,
                       "main;testing::UnitTest::Run;boost::trim<std::val<char> >": 16,
                       "main;testing::UnitTest::Run;int foo(int, char)": 100},
    "vsprof/samples@inferno": PEER_FAILS,
    "vsprof/calls": PEER_FAILS,
    # samples of inner rows
    "pmc/basic": lambda peer: {**peer, "witness_unlock": 2, "__mtx_unlock_flags;witness_unlock": 7},
    "pmc/real": lambda peer: {
        **peer, "fletcher_2_native": 2546, "arc_cksum_verify;fletcher_2_native": 887,
        "arc_buf_thaw;arc_cksum_verify;fletcher_2_native": 233,
        "dmu_buf_will_dirty_impl;arc_buf_thaw;arc_cksum_verify;fletcher_2_native": 1},
    # nanoseconds, names as in other perf script text, "--" before the waker
    "perf-sched/basic": lambda peer: waits(peer, {}),
    "perf-sched/basic@mawk": lambda peer: waits({"app;do_nanosleep;__schedule": 100078, "app;__schedule": 5}, {
        "app;do": "app;MyClass::Foo;do"}),
    "perf-sched/basic@tid": lambda peer: waits(peer, {"app-101": "app-100/101"}),
    "perf-sched/basic@wake": lambda peer: waits(peer, {"__schedule;": "__schedule;--;"}),
    "perf-sched/basic@recurse": lambda peer: waits(peer, {"__schedule;": "__schedule;--;"}),
    # a percentage needs no point
    "wcp/basic": lambda peer: {**peer, "leaf": 1},
    "xctrace/basic": lambda peer: renamed(peer, {"a;b": "a:b"}),
    "xctrace/tagged": lambda peer: renamed(peer, {"a;b": "a:b"}),
    # whole microseconds, and values returned are no calls
    "xdebug/basic": lambda peer: whole(peer),
    "xdebug/basic@t": lambda peer: whole(peer),
    "xdebug/real3-return@t": PEER_FAILS,
    "xdebug/real3-return@c": lambda peer: {
        min((s for s in peer if s.endswith(";strlen")), key=len): 6},
    "stap/percent": {"f%n_%s": 3},
    "stap/plusmodule": {"main;foo": 3},
}
OPTIONS["elfutils/basic@pidtid"] = OPTIONS["elfutils/real@pidtid"] = ["--root=tid"]

# Formats whose grammar takes in samples of these folders.
TAKEN_IN = {"bcc": {"dtrace", "stap"}, "stap": {"dtrace"}, "dtrace": {"stap"}, "java-exceptions": {"jstack"},
            "folded": {"dtrace"}, "perf-sched": {"perf-sched", "perf"}}

# CASE[@VARIANT] of range-perf, whose results are perf script text: the options that choose the same samples.
SLICES = {
    "basic@0-0.015": ["--to-time=0.015"],
    "basic@raw": ["--from-time=@158665.58", "--to-time=@158666"],
    "basic@zerosecs": ["--from-time=@158665.575", "--to-time=@158675"],
}

# FORMAT/CASE of inputs that are not read, or not detected.
UNREAD = {"jstack/real17"}  # all its threads wait


def renamed(stacks, names):
    result = collections.Counter()
    for stack, weight in stacks.items():
        for name, other in names.items():
            stack = stack.replace(name, other)
        result[stack] += weight
    return dict(result)


def waits(peer, names):
    exact = {100078: 100078421, 5: 5000}
    peer = renamed(peer, {"(unsigned long)": "", "+0x618": ""})
    return {stack: exact[weight] for stack, weight in renamed(peer, names).items()}


def own_time(stacks, missing):
    """With weight that the converter leaves out at inner frames, told by the ends of their names."""
    paths = {stack.rsplit(";", up)[0] for stack in stacks for up in range(stack.count(";") + 1)}
    return {**stacks, **{p: n for p in paths for end, n in missing.items() if p.endswith(end)}}


def unmarked(stacks):
    result = collections.Counter()
    for stack, weight in stacks.items():
        result[re.sub(r"_\[[01ijk]\](?=;|$)", "", stack)] += weight
    return dict(result)


def whole(stacks):
    return {stack: round(weight) for stack, weight in stacks.items()}


def halved(stacks):
    """The one weight that the converter rounds up to a whole millisecond."""
    return {s: n - decimal.Decimal("0.5") if n == 1235 else n for s, n in stacks.items()}


def parse(text):
    """{stack: weight}, without those of no weight; numbers as floating point and e-notation are taken, too."""
    stacks = collections.Counter()
    for line in text.decode("utf-8", "surrogateescape").splitlines():
        stack, _, weight = line.rpartition(" ")
        stacks[stack] += decimal.Decimal(weight)
    return {stack: weight for stack, weight in stacks.items() if weight}


def input_of(folder, case):
    """The sample of a result: the file of its name that is no result."""
    files = [p for p in folder.glob(case + ".*") if p.suffix != ".folded"]
    return files[0] if len(files) == 1 else None


def compare(job):
    folder, result = job
    name = f"{folder.name}/{result.stem}"
    title = f"corpus sample {name}"
    sample = input_of(folder, result.stem.partition("@")[0])
    if sample is None:
        return title, ["which file it is made of cannot be told"]
    different = DIFFERENT.get(name)
    problems, got = [], {}
    options = OPTIONS.get(name, [])
    name_it = ["--from=" + FORMATS[folder.name]]
    for named in (False, True):
        how = name_it if named or folder.name in ONLY_BY_NAME else []
        done = run(["collapse", *how, *options, str(sample)])
        if done.status != 0:
            return title, [f"{how}: exit status {done.status}: {done.err[:300]!r}"]
        got[named] = done.out
    if got[True] != got[False]:
        problems.append("--from gives another result")
    if different == PEER_FAILS:
        return title, problems
    try:
        wanted = parse(result.read_bytes()) if not isinstance(different, dict) else different
        wanted = different(wanted) if callable(different) else wanted
        made = parse(got[False])
    except (ArithmeticError, ValueError) as problem:
        return title, [f"{type(problem).__name__}: {problem}"]
    problems += [f"- {s} {n}"[:400] for s, n in wanted.items() if made.get(s) != n]
    problems += [f"+ {s} {n}"[:400] for s, n in made.items() if wanted.get(s) != n]
    return title, problems[:1] + problems


def slice_time(result):
    """Samples chosen by time are those that are left of the text."""
    sample = input_of(result.parent, result.stem.partition("@")[0])
    chosen = run(["collapse", *SLICES[result.stem], str(sample)])
    left = run(["collapse", "--from=perf", str(result)])
    problems = [] if chosen.out and chosen.out == left.out else [f"{chosen.out!r}, not {left.out!r}"[:500]]
    return f"corpus sample range-perf/{result.stem}", problems


def read_alone(job):
    """A sample without a result: it must be read by detection."""
    folder, sample = job
    done = run(["collapse", str(sample)])
    problems = [] if done.status == 0 and done.out else [f"exit status {done.status}: {done.err[:300]!r}"]
    return f"corpus sample {folder.name}/{sample.stem} is read", problems


def misname(job):
    """A sample under the name of another format."""
    folder, sample, name = job
    done = run(["collapse", "--from=" + name, str(sample)])
    wanted = {0, 2} if folder.name in TAKEN_IN.get(name, ()) else {2}
    problems = [] if done.status in wanted else [f"exit status {done.status}: {done.out[:200]!r} {done.err[:300]!r}"]
    return f"corpus sample {folder.name}/{sample.stem} named {name}", problems


def check(report):
    """Checks all samples, where they are."""
    folders = [SAMPLES / name for name in sorted(FORMATS) if (SAMPLES / name).is_dir()]
    results = [(f, r) for f in folders for r in sorted(f.glob("*.folded"))]
    samples = [(f, s) for f in folders for s in sorted(f.iterdir())
               if s.suffix != ".folded" and f"{f.name}/{s.stem}" not in UNREAD
               and f.name not in ONLY_BY_NAME]
    for title, problems in in_parallel(compare, results):
        report.check(title, problems)
    for title, problems in in_parallel(read_alone, samples):
        report.check(title, problems)
    for title, problems in in_parallel(slice_time, sorted((SAMPLES / "range-perf").glob("*.folded"))):
        report.check(title, problems)
    listed = run(["--list-formats"]).out.decode().split("Output")[0].splitlines()
    names = [line.split()[0] for line in listed if re.match(r"  \S", line)]
    jobs = [(f, s, n) for f, s in samples for n in names if n != FORMATS[f.name]]
    for title, problems in in_parallel(misname, jobs):
        if problems:
            report.check(title, problems)
    report.check(f"corpus {len(jobs)} samples named as another format", [])
