#!/usr/bin/env python3
"""Compare `flamectl collapse` of pprof profiles with `go tool pprof -raw`.

usage: compare_pprof.py PROFILE...

Every value of every profile is compared, as stacks and sums; what `-raw` prints is read here by
itself. Needs go; FLAMECTL names another flamectl than the one of this work tree. Profiles to compare
come from tests/record/go.sh FOLDER. The exit status is 1 where anything differs.
"""

import collections
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FLAMECTL = os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl"))
SAMPLE = re.compile(r" *(-?\d+(?: +-?\d+)*): ((?:\d+ )*)")
LINE = re.compile(r" +(?:(\d+): 0x[0-9a-f]+ (?:M=\d+ )?)?(?:(\S.*?) \S*:-?\d+(?::\d+)? s=-?\d+(?:\(.*\))?)?")


def raw(profile):
    """(names of the values, {stack of names, root first: [sums]})."""
    text = subprocess.run(["go", "tool", "pprof", "-raw", profile], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    head, _, rest = text.partition("Samples:\n")
    samples, _, rest = rest.partition("Locations\n")
    types = [t.removesuffix("[dflt]") for t in samples.splitlines()[0].split()]
    names, present = collections.defaultdict(list), None
    for line in rest.partition("Mappings\n")[0].splitlines():
        match = LINE.fullmatch(line.rstrip())
        present = match[1] or present
        names[present].append(match[2] or "")
    stacks = collections.defaultdict(lambda: [0] * len(types))
    for line in samples.splitlines()[1:]:
        match = SAMPLE.fullmatch(line)
        if match:
            stack = [n for id in match[2].split() for n in names[id]][::-1]
            sums = stacks[";".join(stack)]
            for i, value in enumerate(match[1].split()):
                sums[i] += int(value)
    return types, stacks


def compare(profile):
    types, stacks = raw(profile)
    problems = 0
    for i, name in enumerate(types):
        wanted = "".join(f"{stack} {sums[i]}\n" for stack, sums in sorted(stacks.items()) if sums[i] > 0)
        got = subprocess.run([FLAMECTL, "collapse", "-q", f"--value={i + 1}", profile], check=True,
                             stdout=subprocess.PIPE).stdout.decode()
        same = sorted(got.splitlines()) == sorted(wanted.splitlines())
        print(f"{'same' if same else 'DIFFERENT'}: {profile}: {name}: {len(wanted.splitlines())} stacks")
        problems += not same
    return problems


sys.exit(1 if sum(compare(p) for p in sys.argv[1:]) else 0)
