#!/usr/bin/env python3
"""What no tracked text file holds: paths of a developer's machine, tabs in C, blanks at line ends,
lines over 120 columns in C, unfinished work."""

import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from harness import TOP, Report  # noqa: E402

# In pieces, so that this file passes its own check.
MACHINE = re.compile(r"/(?:wo" r"rk|ro" r"ot/\.|ho" r"me)/(?:main|shared|[a-z]+/\.cache)\b")
UNFINISHED = re.compile(r"\b(?:XX" r"X|FIX" r"ME|TO" r"DO)\b")


def tracked(*patterns):
    """Tracked files that exist, without golden inputs: those hold whatever a test needs."""
    out = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=TOP, check=True,
                         stdout=subprocess.PIPE).stdout.decode()
    names = [n for n in out.split("\0") if n and not re.match(r"tests/golden/.*/|examples/.*\.txt$", n)]
    return [n for n in names if (TOP / n).is_file()]


def grep(names, test):
    for name in names:
        try:
            text = (TOP / name).read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if test(line):
                yield f"{name}:{number}: {line.strip()[:90]}"


def main():
    report = Report()
    everything = tracked(".")
    c_files = tracked("*.c", "*.h")
    report.check("lint: no path of a developer's machine", list(grep(everything, MACHINE.search)))
    report.check("lint: nothing marked unfinished", list(grep(everything, UNFINISHED.search)))
    report.check("lint: no tabs in C", list(grep(c_files, lambda line: "\t" in line)))
    report.check("lint: no C line over 120 columns", list(grep(c_files, lambda line: len(line) > 120)))
    texts = [n for n in everything if not n.endswith((".svg", ".folded", ".md"))]
    report.check("lint: no blanks at line ends",
                 list(grep(texts, lambda line: line != line.rstrip() and line.strip() != "")))
    report.exit()


main()
