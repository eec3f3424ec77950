#!/usr/bin/env python3
"""How well `flamectl diff` tells builds apart on real recordings.

  tests/record/compare.py record FOLDER     records (Linux, perf, cc, c++; some minutes)
  tests/record/compare.py judge FOLDER      prints rates

Two steady C programs (steady_text.c, steady_numbers.c) are recorded as they are and with one function of about a
fifth of all made 10 % dearer, in turns, and one noisy program: compiling noisy.cpp. Each run has at least 10,000
samples (of the CPU clock), the noisy one fewer. False alarms are counted over splits of the runs of one build
(--aa); detections over random choices of 5 runs of each build (fixed seed)."""

import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FLAMECTL = os.environ.get("FLAMECTL", str(HERE.parent.parent / "flamectl"))
STEADY = {"steady_text": "hash_word", "steady_numbers": "smooth"}
RUNS = int(os.environ.get("RUNS", "10"))
CHOICES = int(os.environ.get("CHOICES", "200"))


def record(folder, name, run, command, rate):
    """One run of a command as folded text with counts of samples."""
    data = folder / "perf.data"
    subprocess.run(["perf", "record", "-q", "-F", str(rate), "-e", "cpu-clock", "-g", "-o", data, "--", *command],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    script = subprocess.Popen(["perf", "script", "-i", data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    subprocess.run([FLAMECTL, "collapse", "--quiet", "--count=samples", "-o", folder / f"{name}.{run}.folded"],
                   check=True, stdin=script.stdout)
    script.wait()
    data.unlink()


def record_all(folder):
    builds = {}
    for name in STEADY:
        for build, plant in (("before", "0"), ("after", "10")):
            builds[f"{name}.{build}"] = [str(folder / f"{name}.{build}")]
            subprocess.run([os.environ.get("CC", "cc"), "-O1", "-fno-omit-frame-pointer", f"-DPLANT={plant}", "-o",
                            folder / f"{name}.{build}", HERE / f"{name}.c"], check=True)
    for run in range(RUNS):
        for name, command in builds.items():
            # both builds under one process name
            link = folder / name.split(".")[0]
            link.unlink(missing_ok=True)
            os.link(command[0], link)
            record(folder, name, run, [str(link)], 20000)
        record(folder, "noisy.before", run,
               [os.environ.get("CXX", "c++"), "-O2", "-c", "-o", "/dev/null", str(HERE / "noisy.cpp")], 2000)


def runs_of(folder, name):
    return sorted(map(str, folder.glob(f"{name}.*.folded")))


def samples(files):
    counts = [sum(int(line.rsplit(" ", 1)[1]) for line in open(f, errors="replace")) for f in files]
    return f"{min(counts)} to {max(counts)}"


def judge_splits(folder, name):
    files = runs_of(folder, name)
    out = subprocess.run([FLAMECTL, "diff", "--aa", *files], check=True, stdout=subprocess.PIPE)
    print(f"{name}: {len(files)} runs of {samples(files)} samples")
    print("  " + out.stdout.decode().strip().replace("\n", "\n  "))


def judge_plant(folder, name, function):
    """Detections and who was named, over random choices of 5 runs a side."""
    sides = [list(itertools.combinations(runs_of(folder, f"{name}.{s}"), 5)) for s in ("before", "after")]
    dice = random.Random(1)
    detected = alone = 0
    others = {}
    for _ in range(CHOICES):
        before, after = dice.choice(sides[0]), dice.choice(sides[1])
        done = subprocess.run([FLAMECTL, "diff", "--to", "json", "--fail-on=regression", "--before", *before, "--after",
                               *after], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        result = json.loads(done.stdout)
        named = regressions(result)
        assert (done.returncode == 1) == bool(named), (done.returncode, named)
        detected += function in named
        alone += named == {function}
        for other in named - {function}:
            others[other] = others.get(other, 0) + 1
    print(f"{name}: {function} 10 % dearer, {CHOICES} choices of 5 runs a side: named in {detected / CHOICES:.1%}, "
          f"alone in {alone / CHOICES:.1%}; others named: {others or 'none'}")


def regressions(result):
    return {f["function"]["name"] for f in result["functions"] if f.get("finding") == "regression"}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("record", "judge"):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "record":
        folder.mkdir(parents=True, exist_ok=True)
        record_all(folder)
        return
    for name, function in STEADY.items():
        judge_splits(folder, f"{name}.before")
        judge_plant(folder, name, function)
    judge_splits(folder, "noisy.before")


main()
