#!/usr/bin/env python3
"""The same bytes, messages included, for any number of threads and however the input comes: on inputs
large enough to be dealt out to threads (from 1 MB on, in blocks of 1 MB), of every shape that makes
cutting them hard."""

import gzip
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import shim  # noqa: E402
from harness import Report, golden_cases, in_parallel, run  # noqa: E402

MB = 1 << 20


def repeated(rng, pieces, size):
    """Pieces in any order until there are `size` bytes."""
    chosen, length = [], 0
    while length < size:
        chosen.append(rng.choice(pieces))
        length += len(chosen[-1])
    return b"".join(chosen)


def perf_pieces():
    """Golden inputs that end where a sample ends, whatever follows."""
    inputs = {c.text(".in") for c in golden_cases("collapse/perf") if not c.path(".exit").exists()}
    usable = sorted(i for i in inputs if i.endswith(b"\n\n") and b"922337203685477" not in i)
    assert len(usable) > 40
    return usable


def sample(rng, number, depth):
    """A sample with some depth; one in many frames is its own."""
    frames = b"".join(b"\t%16x f%d+0x1 (/usr/bin/app)\n" % (0x401000 + i, rng.randrange(30) + i)
                      for i in range(depth))
    return b"app-%d %d/%d [000] %d.%06d: %d cycles: \n%s\n" % (
        number % 3, number % 5, number % 7, number // 1000, number % 1000, number % 9 + 1, frames)


def inputs():
    """(name, format, bytes)."""
    rng = random.Random(2)
    plain = b"".join(sample(rng, n, rng.randrange(1, 12)) for n in range(30000))
    bare = b"\n".join(block for block in plain.split(b"\n\n"))
    yield "samples", "perf", plain
    yield "samples without blank lines between", "perf", bare
    yield "samples with CRLF", "perf", plain.replace(b"\n", b"\r\n")
    yield "samples, the last without a line end", "perf", plain.rstrip(b"\n")
    yield "every golden input, mixed", "perf", repeated(rng, perf_pieces(), 9 * MB)
    yield "one sample larger than a block", "perf", (
        plain[:6 * MB] + b"\n\n" + sample(rng, 1, 90000) + plain[-2 * MB:].split(b"\n\n", 1)[1])
    yield "a line larger than a block", "perf", (
        plain[:6 * MB] + b"\n\n" + sample(rng, 1, 3).replace(b"f", b"f" * 3 * MB, 1)
        + plain[-2 * MB:].split(b"\n\n", 1)[1])
    yield "samples of one line", "perf", b"".join(
        b"%16s %d [000] %d.%06d: %d cycles: %16x f%d+0x1 (/a)\n"
        % (b"app", n, n // 1000, n % 1000, n % 9, n, n % 50) for n in range(120000))
    yield "bad lines all over", "perf", b"".join(
        sample(rng, n, 4) + (b"no line of perf script\n" if n % 997 == 0 else b"")
        + (b"\tnot a frame\n" if n % 1499 == 0 else b"") for n in range(40000))
    yield "side-band records all over", "perf", b"".join(
        sample(rng, n, 4) + b"app %d %d.%06d: PERF_RECORD_LOST lost %d\n" % (n, n, n, n % 4)
        for n in range(36000))
    yield "the other event first seen late", "perf", plain + plain.replace(b"cycles", b"late")
    yield "folded lines", "folded", b"".join(
        b"main;f%d;g%d;h%d %d\n" % (n % 10, n % 100, n % 1000, n % 17) for n in range(350000))
    yield "folded lines, half of them distinct", "folded", b"".join(
        b"main;f%d;g%d %d\n" % (n % 1000, rng.randrange(n + 1), n % 17 + 1) for n in range(250000))
    yield "folded lines, decimals late", "folded", b"".join(
        b"main;f%d;g%d %d%s\n" % (n % 10, n % 1000, n % 17, b".25" if n > 320000 else b"")
        for n in range(350000))
    yield "folded lines with two columns", "folded", b"".join(
        b"main;f%d;g%d %d %d\n" % (n % 10, n % 1000, n % 17, n % 13) for n in range(350000))
    yield "folded lines, bad ones all over", "folded", b"".join(
        b"main;f%d %d\n" % (n % 100, n) if n % 5003 else b"no count\n" for n in range(600000))
    yield "folded lines longer than a block", "folded", b"".join(
        b"main;%s;g%d %d\n" % (b"x" * (2 * MB), n, n) for n in range(6)) + b"main;a 1\n"


OPTIONS = {
    "perf": [["--stats"], ["--tid", "--all", "--from-time=1.5", "--to-time=9"], ["--count=samples"],
             ["--event-filter=cycles", "--stats"], ["--reverse", "--focus=f1", "--srcline"],
             ["--slice=0.7", "--root=pid"]],
    "folded": [["--stats"], [], ["--reverse", "--merge-recursion=all"]],
}


def check(job):
    name, format, data, options = job
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "in").write_bytes(data)
        pathlib.Path(folder, "in.gz").write_bytes(gzip.compress(data, 1, mtime=0))
        argv = ["collapse", f"--from={format}", *options]
        want = run([*argv, "--jobs=1", "in"], cwd=folder, timeout=120)
        if want.status != 0 or (options == ["--stats"] and not want.out):
            return [f"status {want.status} with one thread: {want.err[:300]!r}"]
        for jobs, operand in ((2, "in"), (5, "in"), (3, "-"), (2, "in.gz")):
            got = run([*argv, f"--jobs={jobs}", operand], data if operand == "-" else b"",
                      cwd=folder, timeout=120)
            messages = got.err.replace(b"standard input", b"in").replace(b"in.gz", b"in")
            if b"without zlib" in got.err:
                continue
            if (got.status, got.out) != (want.status, want.out):
                problems.append(f"other output with {jobs} threads from {operand}, "
                                f"status {got.status}: {got.err[-300:]!r}")
            elif messages != want.err:
                problems.append(f"other messages with {jobs} threads from {operand}: "
                                f"{messages[:600]!r} instead of {want.err[:600]!r}")
        want, got = (run([*argv, f"--jobs={jobs}", "in", "in", "in"], cwd=folder, timeout=120) for jobs in (1, 3))
        if (got.status, got.out, got.err) != (want.status, want.out, want.err):
            problems.append(f"other output with 3 threads from one input three times: {got.err[-300:]!r}")
    return problems


def check_refused(job):
    """The system has fewer threads than are asked for."""
    name, format, data, options = job
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "in").write_bytes(data)
        argv = ["collapse", f"--from={format}", *options, "in", "in"]
        want = run([*argv, "--jobs=1"], cwd=folder, timeout=120)
        for threads in (0, 1, 3, 5, 8):
            got = run([*argv, "--jobs=4"], cwd=folder, timeout=120, env=shim.environment(THREADS=threads))
            if (got.status, got.out, got.err) != (want.status, want.out, want.err):
                return [f"other output with {threads} threads in all, status {got.status}: {got.err[-300:]!r}"]
    return []


def main():
    report = Report()
    every = list(inputs())
    if "--few" in sys.argv:
        every = every[::3]
    options = 1 if "--few" in sys.argv else None
    jobs = [(n, f, d, o) for n, f, d in every for o in OPTIONS[f][:options]]
    for (name, _, _, options), problems in zip(jobs, in_parallel(check, jobs)):
        report.check(f"threads: {name}, {' '.join(options)}", problems)
    if shim.build():
        jobs = [(n, f, d, o) for n, f, d in every[::6] for o in ([], ["--stats"])]
        for (name, _, _, options), problems in zip(jobs, in_parallel(check_refused, jobs)):
            report.check(f"threads refused: {name}, {' '.join(options)}", problems)
    report.exit()


main()
