#!/usr/bin/env python3
"""collapse against what the original converters print for public recordings.

The recordings lie beside the repository, in ../shared/corpus, or nowhere: then the suite is left out.
The output must be the same bytes, but where flamectl gives another answer on purpose; there that very
answer is checked, and every other line is the original's.
"""

import collections
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import folded  # noqa: E402
import samples  # noqa: E402
from harness import TOP, Report, in_parallel, run  # noqa: E402

CORPUS = TOP.parent / "shared" / "corpus"
OPTIONS = ["", "pid", "tid", "kernel", "jit", "all", "addrs"]

# Recordings that end without a blank line, so that the original loses their last sample:
# number of its frames, its leaf, its comm, its weight.
ENDLESS = {
    "perf-vertx-stacks-01": (67, "skb_release_data.part.45", "java", 1),
    "perf-java-stacks-01": (10, "__schedule", "ab", 1),
    "perf-dd-stacks-01": (2, "system_call", "dd", 10101010),
}


def wanted_stacks(name, option, text):
    """The original's stacks with the differences that are meant, but for the last sample."""
    if name == "perf-js-stacks-01":  # quotes are part of a name
        text = text.replace(rb"RegExp:[&<>\\]", rb"""RegExp:[&<>\"\']""")
    stacks = collections.Counter()
    for line in text.splitlines():
        stack, _, weight = line.rpartition(b" ")
        if name == "perf-vertx-stacks-01" and option != "addrs":  # an empty symbol is unknown
            stack = b";".join(b"[libc-2.15.so]" if f == b" " else f for f in stack.split(b";"))
        stacks[stack] += int(weight)
    return stacks


def got_stacks(name, option, text):
    stacks = collections.Counter()
    for stack, weight in folded.parse(text).items():
        if name == "perf-vertx-stacks-01" and option == "addrs":
            stack = re.sub(rb"\[libc-2\.15\.so <7f1e2215d0(58|c0)>\]", b" ", stack)
        stacks[stack] += int(weight)
    return stacks


def last_sample(path):
    """(number of frames, leaf, comm, weight) of a recording's last sample, read by eye's rules."""
    lines = path.read_bytes().split(b"\n\n")[-1].strip(b"\n").split(b"\n")
    header, leaf = lines[0].split(), lines[1].split(None, 1)[1]
    weight = int(header[-2]) if header[-3].endswith(b":") else 1
    return len(lines) - 1, re.sub(rb"^L|[ (].*", b"", leaf), header[0], weight


def check_last_sample(path, name, missing):
    """What flamectl has beyond the original must be the last sample and nothing else."""
    frames, leaf, comm, weight = last_sample(path)
    if ENDLESS[name] != (frames, leaf.decode(), comm.decode(), weight):
        return [f"the test is wrong about {name}: {(frames, leaf, comm, weight)}"]
    if len(missing) != 1 or list(missing.values()) != [weight]:
        return [f"not one more sample but {dict(missing)!r}"[:2000]]
    got = list(missing)[0].split(b";")
    if len(got) != frames + 1 or not got[0].startswith(comm) or \
            not got[-1].startswith(leaf.replace(b";", b":")):
        return [f"the last sample is {got!r}"]
    return []


def compare(job):
    path, wanted, option = job
    name = path.name.removesuffix(".txt")
    title = f"corpus {name} {'--' + option if option else ''}".rstrip()
    result = run(["collapse", *(["--" + option] if option else []), str(path)])
    problems = []
    if result.status != 0:
        problems.append(f"exit status {result.status}: {result.err[:300]!r}")
    want_text = wanted.read_bytes()
    if name not in ENDLESS and name != "perf-js-stacks-01":
        if result.out != want_text:
            problems += ["not the same bytes"] + unlike(
                collections.Counter(want_text.splitlines()),
                collections.Counter(result.out.splitlines()))
        return title, problems
    try:
        want, got = wanted_stacks(name, option, want_text), got_stacks(name, option, result.out)
    except ValueError as problem:
        return title, [str(problem)[:300]]
    stacks = [line.rpartition(b" ")[0] for line in result.out.splitlines()]
    if stacks != sorted(stacks):
        problems.append("not sorted")
    if name in ENDLESS:
        problems += check_last_sample(path, name, got - want)
        got.subtract(got - want)
    if +got != +want:
        problems += ["other stacks"] + unlike(+want, +got)
    return title, problems


def unlike(want, got):
    lost, new = want - got, got - want
    return [f"- {line!r} {n}"[:400] for line, n in list(lost.items())[:8]] + \
           [f"+ {line!r} {n}"[:400] for line, n in list(new.items())[:8]]


def main():
    report = Report()
    if not CORPUS.is_dir():
        print("left out: the corpus suite, because ../shared/corpus is not here")
        report.exit()
    jobs = []
    for path in sorted((CORPUS / "flamegraph").glob("*.txt")):
        rust = path.name.startswith("perf-rust")
        results = CORPUS / "rust" if rust else CORPUS / "flamegraph" / "results"
        for option in OPTIONS:
            suffix = "-collapsed" + ("-" + option if option else "") + ".txt"
            jobs.append((path, results / (path.name.removesuffix(".txt") + suffix), option))
    for title, problems in in_parallel(compare, jobs):
        report.check(title, problems)
    samples.check(report)
    report.exit()


main()
