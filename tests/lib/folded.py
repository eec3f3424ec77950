"""Folded text and SVG as the tests read them: a second opinion, independent of flamectl."""

import collections
import decimal
import html
import re

LINE = re.compile(rb"(.*?)[ \t]+(\d+(?:\.\d*)?)[ \t\r]*")
TITLE = re.compile(rb"<title>(.*?)</title>", re.DOTALL)


def parse(text):
    """{stack: weight} of folded text as flamectl writes it; raises ValueError on anything else."""
    stacks = collections.Counter()
    for line in text.split(b"\n")[:-1]:
        stack, blank, weight = line.rpartition(b" ")
        if not blank or not re.fullmatch(rb"\d+(\.\d{1,6})?", weight):
            raise ValueError(f"no folded line: {line!r}")
        if stack in stacks:
            raise ValueError(f"a stack twice: {line!r}")
        stacks[stack] = decimal.Decimal(weight.decode())
    if text and not text.endswith(b"\n"):
        raise ValueError("no newline at the end")
    return stacks


def total(stacks):
    return sum(stacks.values(), decimal.Decimal(0))


def weight_of_input(text):
    """The sum of the counts of any folded input, lines without one left out."""
    weights = []
    for line in text.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        match = LINE.fullmatch(line)
        if match and not line.startswith((b"# ", b"#\r")) and line.rstrip() != b"#":
            weights.append(decimal.Decimal(match[2].decode()))
    return sum(weights, decimal.Decimal(0))


def call_tree(stacks):
    """{path of frames: total}: every node of the call tree, the root () included."""
    nodes = collections.Counter()
    for stack, weight in stacks.items():
        frames = stack.split(b";")
        for depth in range(len(frames) + 1):
            nodes[tuple(frames[:depth])] += weight
    return nodes


def svg_titles(svg):
    """The titles of an SVG's frames."""
    return [html.unescape(t.decode("utf-8", "replace")) for t in TITLE.findall(svg)]
