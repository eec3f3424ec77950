#!/usr/bin/env python3
"""Compare `flamectl collapse` of V8's profiles and of traces with a reading of their JSON by itself.

usage: compare_json.py FILE...

A file is a CPU profile, a heap profile, or a trace with slices. Every stack and weight is compared, exactly.
Files to compare come from tests/record/v8.sh FOLDER, or from `clang -ftime-trace`; FLAMECTL names another
flamectl than the one of this work tree. The exit status is 1 where anything differs.
"""

import collections
import itertools
import json
import os
import subprocess
import sys
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
FLAMECTL = os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl"))
FOREVER = 10 ** 30


def clean(name):
    return name.translate({ord(";"): ":", ord("\t"): " ", ord("\n"): " ", ord("\r"): " "})


def function(node):
    frame = node["callFrame"]
    if frame["functionName"] or not frame["url"]:
        return clean(frame["functionName"] or "(anonymous)")
    file = frame["url"].split("/")[-1] or frame["url"]
    return clean(f"(anonymous {file}:{frame['lineNumber'] + 1})")


def cpu_profile(profile):
    nodes = {node["id"]: node for node in profile["nodes"]}
    parents = {child: node["id"] for node in profile["nodes"] for child in node.get("children", [])}
    times = list(itertools.accumulate(profile["timeDeltas"], initial=profile["startTime"]))[1:]
    times = list(itertools.accumulate(times + [profile["endTime"]], max))
    stacks = collections.Counter()
    for at, sample in enumerate(profile["samples"]):
        stack, node = [], sample
        while node in parents:
            stack.append(function(nodes[node]))
            node = parents[node]
        if stack != ["(idle)"]:
            stacks[tuple(stack[::-1])] += times[at + 1] - times[at]
    return stacks


def heap_profile(profile):
    stacks, left = collections.Counter(), [(profile["head"], None)]
    while left:
        node, above = left.pop()
        stack = () if above is None else (*above, function(node))
        stacks[stack] += node["selfSize"]
        left += [(child, stack) for child in node["children"]]
    return stacks


class Thread:
    """The slices that are open, as [name, end, whether an event ends it], and the time that each is innermost."""

    def __init__(self, stacks):
        self.stacks, self.open, self.now = stacks, [], None

    def advance(self, time):
        while self.open and self.open[-1][1] <= time:
            self.spend(self.open[-1][1])
            self.open.pop()
        self.spend(time)

    def spend(self, until):
        if self.now is None or until > self.now:
            if self.open:
                self.stacks[tuple(s[0] for s in self.open)] += until - self.now
            self.now = until

    def take(self, event):
        self.advance(event["ts"])
        if event["ph"] == "E":
            name = event.get("name")
            places = [i for i, s in enumerate(self.open) if s[2] and (not name or s[0] == clean(name))]
            del self.open[places[-1] if places else len(self.open):]
            return
        lasts = event["ph"] == "X" and "dur" in event
        around = self.open[-1][1] if self.open else FOREVER
        self.open.append((clean(event.get("name", "")),
                          min(around, event["ts"] + event["dur"]) if lasts else FOREVER, not lasts))

    def finish(self):
        self.advance(max([self.now] + [s[1] for s in self.open if s[1] < FOREVER]))


def trace(events):
    threads, stacks = collections.defaultdict(list), collections.Counter()
    for place, event in enumerate(events):
        if event.get("ph") in ("X", "B", "E"):
            pair = event["ph"] != "X" or "dur" not in event
            order = (event["ts"], not pair, 0 if pair else -event["dur"], place)
            threads[event.get("pid"), event.get("tid")].append((order, event))
    for ordered in threads.values():
        thread = Thread(stacks)
        for _, event in sorted(ordered, key=lambda pair: pair[0]):
            thread.take(event)
        thread.finish()
    return stacks


def read(path):
    with open(path, "rb") as file:
        data = json.load(file, parse_int=Fraction, parse_float=Fraction)
    if isinstance(data, list) or "traceEvents" in data:
        return trace(data if isinstance(data, list) else data["traceEvents"])
    return heap_profile(data) if "head" in data else cpu_profile(data)


def collapse(path):
    out = subprocess.run([FLAMECTL, "collapse", "-q", path], check=True, stdout=subprocess.PIPE).stdout
    lines = [line.rpartition(" ") for line in out.decode().splitlines()]
    return {stack: Fraction(weight) for stack, _, weight in lines}


def main(paths):
    bad = 0
    for path in paths:
        wanted = {";".join(stack): weight for stack, weight in read(path).items() if weight}
        got = collapse(path)
        wrong = [s for s in wanted.keys() | got.keys() if wanted.get(s) != got.get(s)]
        print(f"{path}: {len(wanted)} stacks, {len(wrong)} differ")
        for stack in sorted(wrong)[:5]:
            print(f"  {stack}: {wanted.get(stack)} wanted, {got.get(stack)} got")
        bad += bool(wrong)
    return 1 if bad or not paths else 0


sys.exit(main(sys.argv[1:]))
