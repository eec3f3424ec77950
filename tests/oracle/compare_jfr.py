#!/usr/bin/env python3
"""Compare `flamectl collapse` of flight recordings with what `jfr print` of the JDK reads in them.

usage: compare_jfr.py RECORDING.jfr...

Needs a JDK; FLAMECTL names another flamectl than the one of this work tree. Recordings to compare come
from tests/record/jvm.sh FOLDER. The exit status is 1 where anything differs.
"""

import collections
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FLAMECTL = os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl"))
MODES = {
    (): ("jdk.ExecutionSample", "jdk.NativeMethodSample"),
    ("--mode=alloc",): ("jdk.ObjectAllocationSample", "jdk.ObjectAllocationInNewTLAB",
                        "jdk.ObjectAllocationOutsideTLAB"),
    ("--mode=lock",): ("jdk.JavaMonitorEnter", "jdk.ThreadPark"),
}
LETTERS = dict(B="byte", C="char", D="double", F="float", I="int", J="long", S="short", Z="boolean")


def class_name(value):
    name = (value or {}).get("name")
    if not name:
        return None
    arrays = len(name) - len(name.lstrip("["))
    name = name.lstrip("[")
    if arrays:
        name = LETTERS.get(name) or name.removeprefix("L").removesuffix(";")
    return name.replace("/", ".") + "[]" * arrays


def frame(value, lines):
    method = value["method"]
    name = method["type"]["name"].replace("/", ".") + "." + method["name"]
    line = value["lineNumber"]
    return f"{name}:{line}" if lines and line > 0 else name


def wanted(path, events, lines):
    out = subprocess.run(["jfr", "print", "--json", "--stack-depth", "4096", "--events", ",".join(events), path],
                         check=True, stdout=subprocess.PIPE).stdout
    stacks = collections.Counter()
    for event in json.loads(out)["recording"]["events"]:
        values = event["values"]
        trace = values.get("stackTrace") or {"frames": []}
        stack = [frame(f, lines) for f in trace["frames"]][::-1]
        leaf = class_name(values.get("objectClass") or values.get("monitorClass") or values.get("parkedClass"))
        stacks[";".join(stack + [leaf] * bool(leaf))] += 1
    return stacks


def got(path, options):
    out = subprocess.run([FLAMECTL, "collapse", "-q", "--dot", *options, path], check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    return collections.Counter({s: int(n) for s, _, n in (line.rpartition(" ") for line in out.splitlines())})


def main():
    problems = 0
    for path in sys.argv[1:]:
        for options, events in MODES.items():
            for lines in ((), ("--lines",)):
                want, have = wanted(path, events, bool(lines)), got(path, options + lines)
                problems += want != have
                print(f"{'same' if want == have else 'DIFFERENT'}: {path} {' '.join(options + lines)}: "
                      f"{sum(want.values())} events, {len(want)} stacks")
    sys.exit(1 if problems else 0)


main()
