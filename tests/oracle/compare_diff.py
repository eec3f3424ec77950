#!/usr/bin/env python3
"""Compare `flamectl diff --to=folded` with difffolded.pl, whose lines come in random order.

usage: compare_diff.py [--files N] [--lines N] [--seed FIRST] [BEFORE AFTER]

Random pairs (gen_folded.py), or the two files given; plain and with -s. With -n the script cuts
fractions off where flamectl keeps them: there each count may differ by one.
FLAMEGRAPH_DIR and FLAMECTL as for compare_collapse.py.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

import gen_folded

HERE = os.path.dirname(os.path.abspath(__file__))
FLAMECTL = os.path.abspath(os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl")))


def original():
    folder = os.environ.get("FLAMEGRAPH_DIR")
    if not folder:
        sys.exit("compare_diff.py: set FLAMEGRAPH_DIR to a checkout of the original scripts")
    return ["perl", os.path.join(os.path.abspath(folder), "difffolded.pl")]


def run(command, files):
    done = subprocess.run(command + files, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120)
    return done.returncode, sorted(done.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1])


def near(left, right):
    """The same stacks, with counts that differ by one at most."""
    left, right = ({line.rsplit(" ", 2)[0]: [float(n) for n in line.rsplit(" ", 2)[1:]]
                    for line in side} for side in (left, right))
    return left.keys() == right.keys() and all(
        abs(left[stack][0] - right[stack][0]) <= 1 and left[stack][1] == right[stack][1]
        for stack in left)


def compare(files, options):
    _, expected = run(original() + options, files)
    status, got = run([FLAMECTL, "diff", "--to=folded", "-q"] + options, files)
    if status == 0 and (near(expected, got) if "-n" in options else expected == got):
        return None
    return ["status %d" % status] + ["- " + line for line in expected if line not in set(got)] + \
        ["+ " + line for line in got if line not in set(expected)]


def random_pairs(arguments, folder):
    for seed in range(arguments.seed, arguments.seed + arguments.files):
        rng = random.Random(seed)
        lines = gen_folded.make_file(seed, arguments.lines, "agree").split("\n")[:-1]
        for _ in range(4):
            lines.append("app;f;0x%x;g+0x%X 7" % (rng.getrandbits(9), rng.getrandbits(6)))
        files = []
        for side in ("before", "after"):
            path = os.path.join(folder, side)
            with open(path, "wb") as out:
                some = [line for line in lines if rng.random() < 0.7] or lines
                out.write(gen_folded.encode("\n".join(some) + "\n"))
            files.append(path)
        yield "seed-%d" % seed, files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("pair", nargs="*", metavar="FILE", help="BEFORE AFTER")
    arguments = parser.parse_args()
    if len(arguments.pair) not in (0, 2):
        parser.error("give two files, or none")

    original()
    cases = differ = 0
    with tempfile.TemporaryDirectory() as folder:
        pairs = [("files", arguments.pair)] if arguments.pair else random_pairs(arguments, folder)
        for name, files in pairs:
            for options in ([], ["-s"], ["-n"], ["-n", "-s"]):
                cases += 1
                told = compare(files, options)
                if told:
                    differ += 1
                    print("DIFFERS: %s %s" % (name, " ".join(options)))
                    print("\n".join(told[:10]).encode("utf-8", "replace").decode(), flush=True)
    print("%d comparisons, %d differ" % (cases, differ))
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
