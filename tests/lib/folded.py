"""Folded text and SVG as the tests read them: a second opinion, independent of flamectl."""

import base64
import collections
import decimal
import html
import re
import zlib

LINE = re.compile(rb"(.*?)[ \t]+(\d+(?:\.\d*)?)[ \t\r]*")
METRICS = re.compile(rb"(.*) ([0-9]+),[01],-?[0-9]+")  # of austin -f
PART = re.compile(rb'<metadata class="([^"]*)"( data-deflated="1")?>(.*?)</metadata>', re.DOTALL)
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
        match = LINE.fullmatch(line) or METRICS.fullmatch(line)
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


def embedded(svg):
    """{stack: [own weight by column]} of the data in an SVG, in units of 1/scale, and the same of samples, None where
    they are not known: see svg_data.h."""
    parts = {}
    for name, deflated, content in PART.findall(svg):
        if name == b"names" and not deflated:
            parts["names"] = html.unescape(content.decode())
            continue
        content = base64.b64decode(content, validate=True)
        content = zlib.decompress(content) if deflated else content
        parts[name.decode()] = content.decode() if name == b"names" else content
    number = {name.decode(): int(n) for name, n in re.findall(rb' data-(nodes|columns)="(\d+)"', svg)}
    columns = range(number["columns"])
    names = [""] + parts["names"].split("\n")[:-1]
    high = varints(parts["frames-high"]) if "frames-high" in parts else iter([0] * number["nodes"])
    told = [name for what in ("weights", "samples") for name in (f"{what}-{column}" for column in columns)
            if name in parts]
    numbers = [varints(parts[name]) for name in told]
    periods = list(varints(parts["samples"])) if "samples" in parts else [0 for _ in columns]
    colors = varints(parts["colors"]) if "colors" in parts else iter(range(len(names)))
    stacks, samples, path = {}, {}, []
    for step, low in zip(varints(parts["steps"]), parts["frames-low"], strict=True):
        path = path[:len(path) - (step >> len(told))]
        path.append(names[low + 256 * next(high)])
        own = {name: next(numbers[i]) if step >> i & 1 else 0 for i, name in enumerate(told)}
        weights = [own[f"weights-{column}"] for column in columns]
        counts = [None if period == 0 else own[f"samples-{column}"] if period == 1 else weights[column] // (period - 1)
                  for column, period in enumerate(periods)]
        if any(weights):
            stacks[";".join(path[1:])] = weights
        if any(counts):
            samples[";".join(path[1:])] = counts
        assert "colors" not in parts or 3 * next(colors) < len(parts["fills"])
    left = [list(rest) for rest in numbers]
    assert not any(left) and len(parts["frames-low"]) == number["nodes"], "more than the nodes need"
    return stacks, samples


def varints(data):
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
