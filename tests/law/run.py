#!/usr/bin/env python3
"""Laws that hold for every input: checked on each golden case that collapses without an error."""

import collections
import gzip
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import folded  # noqa: E402
import shim  # noqa: E402
from harness import FLAMECTL, Report, golden_cases, in_parallel, run  # noqa: E402

LAWS = []
# What depends on how the input is read; the other laws are about what comes after, for which the inputs of
# two formats are enough.
READING = []

# The largest sum of weights.
MOST = 2**63 - 1


def law(function):
    """A law: function(Input) -> what is wrong, or nothing, or None where it does not apply."""
    LAWS.append(function)
    return function


def law_of_reading(function):
    READING.append(function)
    return law(function)


class Input:
    """An input and what plain collapse makes of it."""

    def __init__(self, path, format):
        self.path, self.format = str(path), format
        self.name = "/".join(path.parts[-3:])
        self.text = path.read_bytes()
        self.plain = self.collapse()
        self.out = self.plain.out

    def collapse(self, *options, **how):
        return run(["collapse", "-q", *options, self.path], **how)

    def again(self, *options):
        """collapse of what collapse printed."""
        return run(["collapse", "-q", "--from=folded", *options, "-"], self.out)


def differ(what, wanted, got):
    return [] if got == wanted else [f"{what}: {short(got)} instead of {short(wanted)}"]


def short(value):
    text = repr(value)
    return text if len(text) < 300 else text[:300] + "..."


@law_of_reading
def weight_in_is_weight_out(case):
    weigh = {"perf": perf_weight, "folded": folded.weight_of_input, "cpuprofile": cpuprofile_weight,
             "heapprofile": heapprofile_weight}.get(case.format)
    wanted = weigh(case.text) if weigh else None
    if wanted is None:
        return None
    return differ("weight", wanted, folded.total(folded.parse(case.out)))


def perf_weight(text):
    """The periods of the first event's samples, where every header is of the plainest form."""
    event, weight = None, 0
    for line in text.splitlines():
        if line[:1] in (b"", b"\t") or line[:2] in (b"#", b"# "):
            continue
        match = re.fullmatch(rb"\S+ +[\d/]+ +(?:\[\d+\] +)?\d+\.\d+: +(\d+) +(\S+): *", line)
        if not match or len(match[1]) > 18:
            return None
        event = event or match[2]
        weight += (int(match[1]) or 1) if match[2] == event else 0
    return weight if event else None


def cpuprofile_weight(text):
    """The time between the samples, idle time left out, where the profile has all its parts."""
    profile = json.loads(text)
    names = {n["id"]: n["callFrame"]["functionName"] for n in profile.get("nodes", [])}
    samples, deltas = profile.get("samples", []), profile.get("timeDeltas", [])
    if not samples or len(samples) != len(deltas) or not names.keys() >= set(samples):
        return None
    times = list(itertools.accumulate(deltas, initial=profile["startTime"]))[1:] + [profile["endTime"]]
    times = list(itertools.accumulate(times, max))
    return sum(after - at for sample, at, after in zip(samples, times, times[1:])
               if names[sample] != "(idle)")


def heapprofile_weight(text):
    return sum(int(size) for size in re.findall(rb'"selfSize": *(\d+)', text))


@law_of_reading
def inputs_are_taken_for_what_they_are(case):
    """A format's goldens are detected, but for those that are not of it; perf-sched is only read by name."""
    named = case.collapse("--from=" + case.format)
    if named.status != 0 or case.format == "perf-sched":
        return None
    return differ("--from", case.out, named.out)


@law_of_reading
def collapse_of_collapse_is_itself(case):
    return differ("collapse of collapse", case.out, case.again().out)


@law_of_reading
def slices_add_up_to_the_whole(case):
    """Without the frames of slices, stacks are what they are without the option, in the tree as in the text."""
    named = "--from=" + case.format
    whole = case.collapse(named)
    if whole.status or case.collapse(named, "--slice=1").status:
        return None
    problems = []
    for seconds, name in (("1", rb"-?\d{6,}s"), ("0.0005", rb"-?\d{6,}\.\d{4}s"), ("9000000000", rb"-?\d{6,}s")):
        sliced = folded.parse(case.collapse(named, "--slice=" + seconds).out)
        tops = {stack.split(b";")[0] for stack in sliced}
        problems += [f"no slice: {top!r}" for top in tops if not re.fullmatch(name + rb"|\[no time\]", top)]
        problems += differ(seconds + " s", folded.parse(whole.out), without_slices(sliced))
        drawn = run(["render", "-q", named, "--slice=" + seconds, case.path]).out
        if drawn:
            problems += differ(f"drawn, {seconds} s", weigh_drawn(sliced), folded.embedded(drawn)[0])
    return problems


def weigh_drawn(stacks):
    scale = 10 ** 6 if any(weight % 1 for weight in stacks.values()) else 1
    return {text_of(stack): [int(weight * scale)] for stack, weight in stacks.items() if weight}


def without_slices(stacks):
    merged = collections.Counter()
    for stack, weight in stacks.items():
        merged[stack.partition(b";")[2]] += weight
    return merged


@law
def reversed_twice_is_itself(case):
    once = case.collapse("--reverse")
    twice = run(["collapse", "-q", "--from=folded", "--reverse"], once.out)
    return differ("reversed twice", case.out, twice.out)


@law
def rewriting_keeps_the_weight(case):
    total = folded.total(folded.parse(case.out))
    problems = []
    for options in (["--reverse"], ["--merge-recursion=direct"], ["--merge-recursion=all"],
                    ["--max-depth=1"], ["--max-depth=3"], ["--hide=nosuchframe"]):
        got = folded.total(folded.parse(case.collapse(*options).out))
        problems += differ(" ".join(options), total, got)
    return problems


@law
def focus_and_ignore_share_out_the_weight(case):
    """A regular expression splits the samples in two: what --focus keeps, --ignore drops."""
    total = folded.total(folded.parse(case.out))
    problems = []
    for regex in ("a", "main", "^.$", "[0-9]"):
        parts = []
        for option in ("--focus", "--ignore"):
            result = case.collapse(f"{option}={regex}")
            parts.append(folded.total(folded.parse(result.out)))
        problems += differ(f"focus + ignore of {regex}", total, sum(parts))
    return problems


@law
def speedscope_carries_it_all(case):
    """Through its format and back, where all names are text: JSON has no other bytes."""
    try:
        case.out.decode()
    except UnicodeDecodeError:
        return None
    there = case.collapse("--to=speedscope")
    return differ("through speedscope", case.out, run(["collapse", "-q", "-"], there.out).out)


@law
def diff_with_itself_is_zero(case):
    problems = []
    result = run(["diff", "-q", "--to=folded", case.path, case.path])
    for line in result.out.splitlines():
        columns = line.rsplit(b" ", 2)
        if len(columns) != 3 or columns[1] != columns[2]:
            problems.append(f"not equal: {line!r}")
    left = b"".join(line.rpartition(b" ")[0] + b"\n" for line in result.out.splitlines())
    problems += differ("the before column", case.out, left)
    svg = run(["diff", "-q", "--elements=all", "--minwidth=0", case.path, case.path]).out
    changed = [t for t in folded.svg_titles(svg) if re.search(r"[+-]0*\.?0*[1-9][\d.]*%\)$", t)]
    return problems + [f"changed: {t}" for t in changed[:5]]


@law
def tables_of_the_same_are_zero(case):
    """Whatever an input is, JSON says that no function of it differs from itself, and finds no fault."""
    result = run(["diff", "-q", "--to=json", case.path, case.path])
    if result.status:
        return [f"exit status {result.status}"]
    told = json.loads(result.out)
    changed = [f for f in told["functions"] if f["self_change"] or f["total_change"] or f.get("points")]
    return (differ("changed", [], changed) + differ("total", told["before"], told["after"])
            + differ("verdict", "inconclusive", told["verdict"]))


@law
def runs_of_the_same_are_zero(case):
    """The mean of equal runs is each of them; without -n nothing is scaled but to it."""
    if folded.total(folded.parse(case.out)) > MOST / 3:
        return None
    result = run(["diff", "-q", "--to=folded", "--before", case.path, case.path, "--after", case.path,
                  case.path, case.path])
    return differ("runs of the same", run(["diff", "-q", "--to=folded", case.path, case.path]).out,
                  result.out)


@law
def normalised_runs_are_equal(case):
    if folded.total(folded.parse(case.out)) > MOST / 3_000_000:
        return None
    other = b"no;other 7\nno;more 0.000001\n" + case.out.splitlines(keepends=True)[0]
    result = run(["diff", "-q", "--to=folded", "-n", "--before", case.path, "-", case.path,
                  "--after", case.path, case.path, case.path], other)
    columns = [line.rsplit(b" ", 2)[1:] for line in result.out.splitlines()]
    before, after = (sum(folded.decimal.Decimal(c[i].decode()) for c in columns) for i in (0, 1))
    return differ("total before", after, before) or differ("lines", True, len(columns) > 0)


# What times with decimals are multiplied by: nanoseconds of microseconds and milliseconds.
FINER = {"us": 1000, "ms": 1000000}


@law
def to_pprof_and_back(case):
    """Nothing is lost but decimals that are no times, and frames without a name; any number of threads writes the
    same."""
    packed = case.collapse("--to=pprof").out
    problems = differ("with 4 threads", packed, case.collapse("--to=pprof", "--jobs=4").out)
    stacks = folded.parse(case.out)
    if any(b"" in stack.split(b";") for stack in stacks if stack):
        return problems
    if any(weight % 1 for weight in stacks.values()):
        unit = json.loads(case.collapse("--to=json").out)["unit"] or ""
        finer = FINER.get(unit.split()[-1] if unit else "")
        back = folded.parse(run(["collapse", "-q", "--from=pprof"], packed).out)
        return problems + (differ("finer", {s: w * finer for s, w in stacks.items()}, dict(back)) if finer else [])
    data = gzip.decompress(packed) if packed.startswith(b"\x1f\x8b") else packed
    if b"\x06before" not in data:
        return problems + differ("back", case.out, run(["collapse", "-q", "--from=pprof"], packed).out)
    for value, column in (("before", 1), ("after", 2)):
        lines = [line.rsplit(b" ", 2) for line in case.out.splitlines()]
        wanted = b"".join(line[0] + b" " + line[column] + b"\n" for line in lines if line[column] != b"0")
        got = run(["collapse", "-q", "--from=pprof", f"--value={value}"], packed).out
        problems += differ(value, wanted, got)
    return problems


@law
def samples_are_counted_through_pprof(case):
    """Where they are known beside weights."""
    told = json.loads(case.collapse("--to=json").out)
    nodes = [(n["self_samples"], n["self"]) for n in told["nodes"] if "self_samples" in n]
    if told["unit"] in (None, "samples") or not any(count for count, _ in nodes):
        return None
    back = json.loads(run(["collapse", "-q", "--to=json"], case.collapse("--to=pprof").out).out)
    return differ("samples", sum(count for count, weight in nodes if weight), back.get("samples"))


@law
def normalised_totals_are_equal(case):
    """diff -n against a profile of another size: the columns add up to the same, exactly."""
    other = b"no;other 7\nno;more 0.000001\n" + case.out.splitlines(keepends=True)[0]
    result = run(["diff", "-q", "--to=folded", "-n", case.path, "-"], other)
    columns = [line.rsplit(b" ", 2)[1:] for line in result.out.splitlines()]
    before, after = (sum(folded.decimal.Decimal(c[i].decode()) for c in columns) for i in (0, 1))
    return differ("total before", after, before)


@law_of_reading
def bytes_come_in_any_portions(case):
    """File, pipe, one byte a read, interrupted reads and writes: the same bytes come out."""
    problems = differ("stdin", case.out, run(["collapse", "-q", "-"], case.text).out)
    problems += differ("a slow pipe", case.out, through_slow_pipe(case.text))
    if shim.build():
        for settings in ({"READ_MAX": 1}, {"READ_MAX": 7, "EINTR": 2}, {"WRITE_MAX": 1},
                         {"WRITE_MAX": 5, "EINTR": 3}):
            got = case.collapse(env=shim.environment(**settings))
            problems += differ(str(settings), case.out, got.out)
    return problems


def through_slow_pipe(text):
    """Each byte is written by itself."""
    with subprocess.Popen([FLAMECTL, "collapse", "-q"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        def feed():
            for i in range(len(text)):
                os.write(process.stdin.fileno(), text[i:i + 1])
            process.stdin.close()
        thread = threading.Thread(target=feed)
        thread.start()
        out = process.stdout.read()
        thread.join()
    return out


@law_of_reading
def line_ends_do_not_matter(case):
    if b"\r" in case.text or b"\0" in case.text or case.text.startswith(b"\x1f\x8b"):
        return None
    return differ("with CRLF", case.out,
                  run(["collapse", "-q"], case.text.replace(b"\n", b"\r\n")).out)


@law
def order_of_files_does_not_matter(case):
    """For folded input; perf script text takes its event from the first file."""
    with tempfile.TemporaryDirectory() as folder:
        other, own = folder + "/other", folder + "/own"
        pathlib.Path(other).write_bytes(b"main;other 5\nmain;a 1\n")
        pathlib.Path(own).write_bytes(case.out)
        first = run(["collapse", "-q", other, own])
        second = run(["collapse", "-q", own, other])
    return differ("the other order", first.out, second.out)


@law_of_reading
def twice_is_double(case):
    doubled = folded.parse(run(["collapse", "-q", case.path, case.path]).out)
    wanted = {stack: 2 * weight for stack, weight in folded.parse(case.out).items()}
    return None if folded.total(doubled) == 0 else differ("twice", wanted, dict(doubled))


@law
def render_draws_the_call_tree(case):
    """Every node once, with its total: titles against a call tree computed here."""
    nodes = folded.call_tree(folded.parse(case.out))
    if any(len(path) and b"" in path for path in nodes):
        return None
    options = ["--from=folded", "--elements=all", "--minwidth=0", "--countname=samples"]
    svg = run(["render", "-q", *options, "-"], case.out).out
    got = collections.Counter()
    for title in folded.svg_titles(svg):
        match = re.fullmatch(r"(.*) \(([\d,.]+) samples, [\d.]+%\)", title, re.DOTALL)
        if match:
            got[match[1], folded.decimal.Decimal(match[2].replace(",", ""))] += 1
    wanted = collections.Counter()
    for path, weight in nodes.items():
        name = re.sub(r"_\[[kwij]\]$", "", text_of(path[-1])) if path else "all"
        wanted[name, weight] += 1
    missing, extra = wanted - got, got - wanted
    return [f"not drawn: {short(dict(missing))}"] * bool(missing) + \
           [f"drawn for nothing: {short(dict(extra))}"] * bool(extra)


@law
def the_picture_holds_the_profile(case):
    """What the viewer is given: every stack of one input, and of two, with its weight."""
    if b";;" in case.out or re.search(rb"(^|\n)(;| )", case.out):
        return None
    return wrong_data(["render"], [case.out]) + wrong_data(["diff"], [case.out, case.out])


def wrong_data(command, texts):
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{i}" for i in range(len(texts))]
        for file, text in zip(files, texts):
            pathlib.Path(file).write_bytes(text)
        svg = run([*command, "-q", "--from=folded", *files]).out
    sides = [folded.parse(text) for text in texts]
    scale = 10 ** 6 if any(weight % 1 for side in sides for weight in side.values()) else 1
    wanted = collections.Counter()
    for stack in set().union(*sides):
        weights = [int(side.get(stack, 0) * scale) for side in sides]
        if any(weights):
            wanted[text_of(stack)] = weights
    return differ("data", dict(wanted), folded.embedded(svg)[0])


@law
def the_picture_holds_the_samples(case):
    """Beside the weights, as many as are counted without them."""
    weights, counts = (case.collapse(*options) for options in ([], ["--count=samples"]))
    if b";;" in counts.out or re.search(rb"(^|\n)(;| )", counts.out):
        return None
    svg = run(["render", "-q", *(["--count=samples"] if case.format == "folded" else []), case.path]).out
    if not svg:
        return None if not folded.total(folded.parse(weights.out)) else ["no picture"]
    samples = folded.embedded(svg)[1]
    if not samples and (b"." in counts.out or counts.out == weights.out and case.format != "folded"):
        return None  # parts of samples are none, and a format may have but one number
    wanted = {text_of(stack): [int(count)] for stack, count in folded.parse(counts.out).items() if count}
    return differ("samples", wanted, samples)


def large_text():
    """A profile whose data are worth deflating, of more names than a byte tells apart."""
    return b"".join(b"main;f%d;g%d;f%d %d\n" % (i % 7, i % 997, i % 13, i + 1) for i in range(3000))


def text_of(name):
    """A name as XML can carry it."""
    text = name.decode("utf-8", "replace")
    return "".join("\ufffd" if ord(c) < 32 and c not in "\t\n\r" else c for c in text)


def applies(function, case):
    return function in READING or case.format in ("perf", "folded")


# What weights are called, which folded text does not tell: an input of each unit, and what its format says of it.
UNITS = {
    "bpftrace/broken": "samples", "bpftrace/option-event-filter": "@user", "chrome-trace/begin-end": "us",
    "chrome-trace/stack-frames": "cycles", "chrome-trace/option-root-samples": "samples",
    "cpuprofile/hits-only": "samples", "cpuprofile/clock-of-all-numbers": "us", "dtrace/blocks": None, "folded/annotations-pass-through": None,
    "ghcprof/bytes": "permille", "heapprofile/node20": "bytes", "instruments/bytes": "bytes",
    "instruments/cycles": "cycles", "instruments/xcode-13": "ms", "jfr/async": "samples", "perf-sched/waits": "ns",
    "perf/p01-one-char-comm": "cpu-clock ns", "perf/p12-frame-on-the-header-line": "cycles:u",
    "perf/fields-ip-sym": "samples", "pmc/two-events": "CPU_CLK_UNHALTED_CORE", "pprof/go-cpu": "cpu nanoseconds",
    "pprof-raw/one-value": "goroutine", "speedscope/evented": "us", "speedscope/evented-unordered": "ms",
    "speedscope/no-names": "samples", "vsprof/calls": "calls", "vsprof/samples": "samples",
    "vtune/allocations": "allocations", "vtune/hotspots": "ms", "xctrace/cycles": "cycles", "xctrace/weights": "ns",
    "xctrace/no-weights": "samples", "xdebug/times": "us",
}


def units(cases):
    problems = []
    paths = {"/".join((case.format, case.stem.name)): case.path(".in") for case in cases if case.command == "collapse"}
    for name in UNITS.keys() & paths.keys():
        told = run(["collapse", "-q", "--to=json", "--from=" + name.split("/")[0], str(paths[name])]).out
        problems += differ(f"unit of {name}", UNITS[name], json.loads(told)["unit"])
    return problems or ["no input"] * (len(UNITS.keys() & paths.keys()) < len(UNITS) and len(sys.argv) < 2)


def check(job):
    function, case = job
    name = f"law {function.__name__.replace('_', ' ')}: {case.name}"
    try:
        return name, function(case)
    except Exception as problem:  # a law that dies is broken, and by which input must be told
        return name, [f"{type(problem).__name__}: {problem}"]


def main():
    report = Report()
    cases = golden_cases(sys.argv[1] if len(sys.argv) > 1 else "")
    paths = sorted({p for c in cases if c.command == "collapse" for p in c.inputs()})
    inputs = in_parallel(lambda p: Input(p, p.parent.name), paths)
    inputs = [i for i in inputs if i.plain.status == 0]
    report.check("law: plain collapse of the inputs gives something, where the golden files have some",
                 [f"{i.name} gives nothing" for i in inputs
                  if not i.out and pathlib.Path(i.path).with_suffix(".out").exists()] + ["no input"] * (not inputs))
    report.check("law: weights have the unit that their format says", units(cases))
    for name, problems in in_parallel(check, [(f, i) for f in LAWS for i in inputs if applies(f, i)]):
        if problems is not None:
            report.check(name, problems)
    for options in ([], ["--compress=no"]):
        report.check(f"law: the picture holds a large profile {options}",
                     wrong_data(["render", *options], [large_text()]) +
                     wrong_data(["diff", *options], [large_text(), b"main;f0;g0 5\n"]))
    report.exit()


main()
