#!/usr/bin/env python3
"""Feed flamectl everything gen_perf.py and gen_folded.py can make, and check what must always hold.

usage: check_wild.py [--files N] [--seed FIRST] [--keep FOLDER]

Exit status 0 or 2, never a signal and never a sanitizer's report; 2 comes with a message and
without output. What collapse prints is sorted folded text, and collapsing it again changes nothing.
What render writes is well-formed XML. FLAMECTL names the program: best one built with SANITIZE.
"""
import argparse
import os
import random
import subprocess
import sys
import xml.parsers.expat

import gen_folded
import gen_perf

HERE = os.path.dirname(os.path.abspath(__file__))
FLAMECTL = os.path.abspath(os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl")))
COLLAPSE = ["--pid", "--tid", "--all", "--addrs", "--kernel", "--jit", "--srcline",
            "--group-threads", "--reverse", "--count=samples", "--root=none",
            "--merge-recursion=direct", "--max-depth=3", "--merge-recursion=all", "--focus=main",
            "--ignore=f", "--hide=^_", "--skip-after=main", "--base=main",
            "--event-filter=cycles", "--from-time=0.5", "--to-time=@680.5", "--stats"]
RENDER = ["--elements=all", "--script=none", "--reverse", "--inverted", "--hash", "--colors=java",
          "--colors=chain", "--flamechart", "--minwidth=1", "--minwidth=0", "--width=300",
          "--total=100000", "--factor=2.5", "--negate", "--title=\x01<&\"'\udcff",
          "--subtitle=]]>", "--notes=-->", "--countname=<\udc80", "--nametype=&", "--max-depth=2",
          "--random=3", "--fontsize=1"]


class Broken(Exception):
    """What did not hold."""


def run(arguments, text):
    done = subprocess.run([FLAMECTL.encode()] + [gen_perf.encode(a) for a in arguments], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
    sanitizer = b"Sanitizer" in done.stderr or b"runtime error" in done.stderr
    if done.returncode not in (0, 2) or sanitizer:
        raise Broken("exit status %d: %r" % (done.returncode, done.stderr[:2000]))
    if done.returncode == 2 and (not done.stderr or done.stdout):
        raise Broken("status 2, stderr %r, %d bytes of output" %
                     (done.stderr[:200], len(done.stdout)))
    return done.returncode, done.stdout


def check_collapse(rng, kind, text, columns):
    options = rng.sample(COLLAPSE, rng.choice([0, 0, 1, 2, 3]))
    status, folded = run(["collapse", "--from=" + kind] + options, text)
    if status != 0:
        return
    stacks = [line.rpartition(b" ")[0] for line in folded.split(b"\n")[:-1]]
    if stacks != sorted(set(stacks)):
        raise Broken("%s: not sorted, or a stack twice" % options)
    if columns == 2:
        return  # a few bad lines decide whether a file has two columns: not the same ones twice
    again = run(["collapse", "--from=folded"], folded)[1] if folded else b""
    if again != folded:
        raise Broken("%s: collapsed again it is different: %r" %
                     (options, (set(again.split(b"\n")) ^ set(folded.split(b"\n")))))


def check_render(rng, kind, text, _columns):
    options = rng.sample(RENDER, rng.choice([0, 1, 2, 4]))
    status, svg = run(["render", "--from=" + kind] + options, text)
    if status != 0:
        return
    try:
        xml.parsers.expat.ParserCreate().Parse(svg, True)
    except xml.parsers.expat.ExpatError as error:
        raise Broken("%s: %s" % (options, error)) from error


def inputs(seed):
    yield "perf", 1, gen_perf.encode(gen_perf.make_file(seed, 25, "wild"))
    columns, chain = 1 + (seed % 3 == 0), seed % 5 == 0
    text = gen_folded.make_file(seed, 25, "wild", columns, chain)
    yield "folded", columns, gen_folded.encode(text)


def keep(folder, name, text):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="folder for the inputs that broke something")
    parser.add_argument("--most", type=int, default=10, help="stop after so many failures")
    arguments = parser.parse_args()

    checks = broken = 0
    for seed in range(arguments.seed, arguments.seed + arguments.files):
        for kind, columns, text in inputs(seed):
            rng = random.Random(seed)
            for check in (check_collapse, check_render):
                checks += 1
                try:
                    check(rng, kind, text, columns)
                except Broken as problem:
                    broken += 1
                    print("BROKEN: seed %d, %s, %s: %s" % (seed, kind, check.__name__, problem),
                          flush=True)
                    if arguments.keep:
                        keep(arguments.keep, "%d.%s" % (seed, kind), text)
        if broken >= arguments.most:
            sys.exit("check_wild.py: stopped after %d failures" % broken)
    print("%d checks, %d failed" % (checks, broken))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
