#!/usr/bin/env python3
"""Golden tests: each case's exit status, stdout and stderr are what its files say.

    tests/golden/run.py [--record] [PATTERN]

--record writes what flamectl does now into the case's files, to be reviewed with `git diff`.
The files of a case are described in tests/lib/harness.py. In SVG output the script and the style are
replaced by their names: they are the same bytes in every file and have tests of their own.
"""

import difflib
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from harness import Report, golden_cases, in_parallel  # noqa: E402

EMBEDDED = re.compile(rb"(<(script|style)\b[^>]*>).*?(</\2>)", re.DOTALL)


def comparable(out):
    if b"<svg" not in out[:1000]:
        return out
    return EMBEDDED.sub(rb"\1[flamegraph.\2]\3", out)


def compare(case):
    """(case, what differs)."""
    result = case.run()
    wanted_status = int(case.text(".exit", b"0"))
    problems = []
    if result.status != wanted_status:
        problems.append(f"exit status {result.status}, not {wanted_status}")
    for what, got, extension in (("stdout", comparable(result.out), ".out"),
                                 ("stderr", result.err, ".err")):
        wanted = case.text(extension)
        if got != wanted:
            problems.append(f"{what} differs")
            problems += difflib.unified_diff(
                lines(wanted), lines(got), "wanted", what, lineterm="", n=1)
    return case, problems


def lines(data):
    return [repr(line)[2:-1] for line in data.splitlines(keepends=True)]


def record(case):
    result = case.run()
    write(case.path(".exit"), b"" if result.status == 0 else b"%d\n" % result.status)
    write(case.path(".out"), comparable(result.out))
    write(case.path(".err"), result.err)
    return case, result


def write(path, data):
    """Keep no empty files: an absent one means empty, or status 0."""
    if data:
        path.write_bytes(data)
    else:
        path.unlink(missing_ok=True)


def main(argv):
    recording = "--record" in argv
    pattern = "".join(a for a in argv if a != "--record")
    cases = golden_cases(pattern)
    if recording:
        for case, result in in_parallel(record, cases):
            print(f"recorded {case.name}: exit status {result.status}")
        return
    report = Report()
    for case, problems in in_parallel(compare, cases):
        report.check("golden " + case.name, problems)
    report.exit()


main(sys.argv[1:])
