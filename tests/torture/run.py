#!/usr/bin/env python3
"""The Nth allocation, read, write or rename fails, for every N: one message, status 2, no partial file.

A call may fail without harm (the hash seed's, for one): then the result is the right one, status 0.
"""

import gzip
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import shim  # noqa: E402
from harness import TESTS, Report, in_parallel, run  # noqa: E402

GOLDEN = TESTS / "golden" / "collapse"
PERF = (GOLDEN / "perf" / "option-none.in").read_bytes()
FOLDED = (GOLDEN / "folded" / "option-reverse.in").read_bytes()
FILES = {
    "a.perf": PERF,
    "a.folded": FOLDED,
    "b.folded": FOLDED.replace(b"leaf", b"other"),
    "a.gz": gzip.compress(PERF, mtime=0),
    "a.trace": (GOLDEN / "chrome-trace" / "profile-chunks.in").read_bytes(),
    "a.speedscope": (GOLDEN / "speedscope" / "evented.in").read_bytes(),
    "fast": b"m;p;f 1000\nm;p;q;g 400\nm;x 5000\n",
    "slow": b"m;p;f 3000\nm;p;q;h 400\nm;x 5000\n",
    "rules": b"^mid$\tMID\n",
    "budget": b"# x\nmid=100%\n/^m/=100%\n",
}
RUNS = [
    ["collapse", "-o", "out", "a.perf"],
    ["collapse", "-o", "out", "--stats", "--reverse", "--rename=rules", "--focus=.", "a.folded"],
    ["collapse", "-o", "out", "a.gz", "b.folded"],
    ["collapse", "a.perf"],
    ["render", "-o", "out", "a.folded"],
    ["render", "a.perf"],
    ["collapse", "--to=text", "-o", "out", "a.perf"],
    ["collapse", "--to=json", "-o", "out", "a.perf"],
    ["render", "--to=markdown", "a.folded"],
    ["collapse", "--to=speedscope", "-o", "out", "a.trace"],
    ["collapse", "a.speedscope"],
    ["check", "-o", "out", "--max=100%", "--max=/./=100%", "--rules=budget", "a.folded"],
    ["diff", "-n", "-o", "out", "a.folded", "b.folded"],
    ["diff", "--to=folded", "a.folded", "b.folded"],
    ["diff", "--to=json", "--before", "a.folded", "b.folded", "--after", "b.folded", "a.folded"],
    ["diff", "--to=text", "-o", "out", "a.folded", "b.folded"],
    ["diff", "--to=markdown", "a.folded", "b.folded"],
    ["diff", "-o", "out", "--work-before=1,1", "--work-after=2,2", "--before", "fast", "fast", "--after", "slow", "slow"],
    ["diff", "-o", "out", "--aa", "fast", "slow", "fast", "slow"],
    ["collapse", "--help"],
    ["--list-formats"],
]
LIMIT = 5000


def attempt(argv, settings, old):
    """Run in a fresh folder: (result, bytes of `out` or None, other files left)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in FILES.items():
            pathlib.Path(folder, name).write_bytes(data)
        out = pathlib.Path(folder, "out")
        if old is not None:
            out.write_bytes(old)
        result = run(argv, cwd=folder, env=settings)
        left = sorted(set(os.listdir(folder)) - set(FILES) - {"out"})
        return result, out.read_bytes() if out.exists() else None, left


def judge(argv, what, n, good, old):
    """What is wrong with failing the Nth call; None when there is no Nth call."""
    with tempfile.TemporaryDirectory() as folder:
        report = folder + "/report"
        result, out, left = attempt(
            argv, shim.environment(FAIL=f"{what}:{n}", REPORT=report), old)
        if not os.path.exists(report):
            return None
    problems = [f"left behind: {left}"] if left else []
    if result.status == 0:
        if (result.out, out) != good:
            problems.append("status 0, but the output is not the right one")
    elif result.status != 2:
        problems.append(f"exit status {result.status}")
    else:
        if not result.err.strip():
            problems.append("nothing on stderr")
        if "-o" in argv and out != old:
            problems.append("a partial file" if out != good[1] else "status 2, but the file is there")
    return [f"{what} {n}: {p}; stderr: {result.err[:200]!r}" for p in problems]


def torture(job):
    argv, what, old = job
    result, out, _ = attempt(argv, None, old)
    problems = [] if result.status == 0 else [f"status {result.status} without any failure"]
    n = 1
    while n < LIMIT and len(problems) < 10:
        found = judge(argv, what, n, (result.out, out), old)
        if found is None:
            break
        problems += found
        n += 1
    if n == LIMIT:
        problems.append(f"more than {LIMIT} calls")
    if n == 1:
        problems.append("not one such call was seen")
    return f"torture {what}, every one of {n - 1}: {' '.join(argv)}", problems


def main():
    report = Report()
    if not shim.build():
        report.skip("torture", "needs LD_PRELOAD as on Linux")
        report.exit()
    jobs = []
    zlib = b"without zlib" not in run(["collapse"], FILES["a.gz"]).err
    for argv in (r for r in RUNS if zlib or "a.gz" not in r):
        kinds = ["alloc", "write"]
        kinds += ["read"] if argv[0] in ("collapse", "render", "diff") and argv[1] != "--help" else []
        jobs += [(argv, what, None) for what in kinds]
        if "-o" in argv:
            jobs += [(argv, what, b"old") for what in ("write", "name")]
    for name, problems in in_parallel(torture, jobs):
        report.check(name, problems)
    report.exit()


main()
