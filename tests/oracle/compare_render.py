#!/usr/bin/env python3
"""Compare the frames `flamectl render --elements=all` draws with those of flamegraph.pl.

usage: compare_render.py [--files N] [--lines N] [--seed FIRST] [--keep FOLDER] [FOLDED...]

Every frame counts as (title, x, y, width, height, fill, label and where it stands, link); both
pictures must have the same ones, as often, and the same height. Without operands, N random files
(gen_folded.py); with operands, folded files of one's own. Each under every set of options that
changes a picture.

What flamegraph.pl is known to draw wrongly is not compared: without_faults() finds the stacks it
would draw torn in two or lose, and leaves them out of the input (counted); with the chain palette,
its extra `--` frame on stacks without one is taken off. FLAMEGRAPH_DIR and FLAMECTL as for
compare_collapse.py.
"""
import argparse
import collections
import concurrent.futures
import html
import os
import re
import subprocess
import sys
import tempfile

import gen_folded

HERE = os.path.dirname(os.path.abspath(__file__))
FLAMECTL = os.path.abspath(os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl")))
COLORS = """hot mem io wakeup chain java js perl red green blue aqua yellow purple orange""".split()
LINE = re.compile(r"^(.*)\s+?(\d+(?:\.\d*)?)$", re.A)
GROUP = re.compile(r"<(g|a)((?: [^>]*)?)>\s*(?:<title>(.*?)</title>)?\s*<rect ([^>]*?)/>\s*"
                   r"<text([^>]*?)>(.*?)</text>\s*</\1>", re.S)
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')

Frame = collections.namedtuple("Frame", "title x y width height fill label label_x label_y link")

NAME_ATTRIBUTES = "main\thref=https://example.org/main?a=b\ttarget=_blank\n" \
                  "f\ttitle=another title\nstart_thread\tclass=odd\thref=/relative\n"


def original():
    folder = os.environ.get("FLAMEGRAPH_DIR")
    if not folder:
        sys.exit("compare_render.py: set FLAMEGRAPH_DIR to a checkout of the original scripts")
    return ["perl", os.path.join(os.path.abspath(folder), "flamegraph.pl")]


def option_sets(columns, total, chain):
    """Option lists; the files they name stand in the folder both programs run in. Of two columns
    flamegraph.pl divides the change by --factor, and its extra `--` frames of the chain palette
    take the change of the frame below: neither is compared.
    """
    sets = [[], ["--inverted"], ["--reverse"], ["--reverse", "--inverted"], ["--hash"],
            ["--minwidth", "1"], ["--minwidth", "0.5%"], ["--minwidth=5"], ["--width", "800"],
            ["--total", str(total * 2)], ["--total", str(total // 2)],
            ["--nameattr", "attributes"], ["--cp"], ["--flamechart"],
            ["--subtitle", "below", "--title", "a title"], ["--height", "20", "--fontsize", "9"],
            ["--fontwidth", "0.8"], ["--countname", "bytes", "--nametype", "Frame:"]]
    sets += [["--colors=" + name] for name in COLORS if name != "chain"]
    if columns == 1:
        sets.append(["--factor", "2"])
    if columns == 1 or chain:
        sets.append(["--colors=chain"])
    sets += [["--hash", "--colors=" + name] for name in ("java", "mem", "io")]
    if columns == 2:
        sets += [["--negate"], ["--negate", "--reverse"], ["--negate", "--inverted"]]
    return sets


def parse_line(line):
    """(frames, before or None, weight), or None for a line flamegraph.pl ignores."""
    found = LINE.match(line)
    if not found:
        return None
    stack, weight, before = found.group(1), found.group(2), None
    inner = LINE.match(stack)
    if inner:
        stack, before = inner.groups()
    while stack.endswith(";"):
        stack = stack[:-1]
    return stack.split(";"), before, weight


def flow(lines):
    """Draws as flamegraph.pl does; yields the lines it draws wrongly, one at a time."""
    last, opened, closed, keys = [], set(), set(), {}
    time = 0
    for line in lines:
        frames, before, weight = parse_line(line)
        same = 0
        while same < min(len(last), len(frames)) and last[same] == frames[same]:
            same += 1
        for depth in range(len(last), same, -1):
            closed.add(tuple(last[:depth]))
            key = (last[depth - 1], depth, time)
            if key in keys:
                yield keys[key]
            keys[key] = line
        if same == len(frames) and before is not None:
            yield line  # the change of a stack that was drawn already is lost
        for depth in range(same + 1, len(frames) + 1):
            if tuple(frames[:depth]) in closed:
                yield line
            opened.add(tuple(frames[:depth]))
        last = frames
        time += int(float(weight))
    for depth in range(len(last), 0, -1):
        key = (last[depth - 1], depth, time)
        if key in keys:
            yield keys[key]


def in_order(lines, options):
    """The order in which flamegraph.pl takes the lines."""
    if "--reverse" in options:
        turned = []
        for line in lines:
            frames, before, weight = parse_line(line)
            counts = weight if before is None else "%s %s" % (before, weight)
            turned.append(";".join(reversed(frames)) + " " + counts)
        lines = turned
    return lines if "--flamechart" in options else sorted(lines)


def merge_equal(lines):
    """One line a stack, as every folded file of flamectl is."""
    sums = {}
    for line in lines:
        frames, before, weight = parse_line(line)
        entry = sums.setdefault(";".join(frames), [None, 0])
        entry[1] += int(float(weight))
        if before is not None:
            entry[0] = (entry[0] or 0) + int(float(before))
    return ["%s %s" % (stack, weight if before is None else "%d %d" % (before, weight))
            for stack, (before, weight) in sums.items()]


def without_faults(lines, options):
    """The lines flamegraph.pl draws rightly, and how many were left out."""
    chart = "--flamechart" in options
    kept = [line for line in lines if parse_line(line)]
    if "--colors=chain" in options:
        kept = chain_lines(kept)
    if "--reverse" in options:
        kept = merge_equal(kept)
    left_out = 0
    while kept:
        ordered = in_order(kept, options)
        bad = next((line for line in flow_of(ordered, chart)), None)
        if bad is None:
            return kept, left_out
        kept.remove(turn_back(bad, kept, options))
        left_out += 1
    return kept, left_out


def flow_of(lines, chart):
    """In a flame chart the same path may stand in several places: only lost frames count."""
    if not chart:
        yield from flow(lines)
        return
    tagged, last = [], None
    for line in lines:
        frames, before, weight = parse_line(line)
        tagged.append(line)
        last = frames
    keys, time, last = {}, 0, []
    for line in tagged + [None]:
        frames, weight = ([], "0") if line is None else (parse_line(line)[0], parse_line(line)[2])
        same = 0
        while same < min(len(last), len(frames)) and last[same] == frames[same]:
            same += 1
        for depth in range(len(last), same, -1):
            if keys.setdefault((last[depth - 1], depth, time), line) != line:
                yield line or tagged[-1]
        last = frames
        time += int(float(weight))


def turn_back(bad, lines, options):
    if "--reverse" not in options:
        return bad
    frames, before, weight = parse_line(bad)
    counts = weight if before is None else "%s %s" % (before, weight)
    return ";".join(reversed(frames)) + " " + counts


def number(text):
    return float(text) if re.match(r"^-?\d+(\.\d+)?$", text or "") else text


def parse_picture(svg):
    """The multiset of frames, and the height."""
    height = re.search(r'<svg\b[^>]*? height="([^"]*)"', svg)
    at = svg.find('<g id="frames"')
    frames = collections.Counter()
    for kind, attributes, title, rect, text, label in GROUP.findall(svg, svg.find(">", at) + 1):
        box, place = dict(ATTRIBUTE.findall(rect)), dict(ATTRIBUTE.findall(text))
        group = dict(ATTRIBUTE.findall(attributes))
        href = group.get("xlink:href", group.get("href"))
        link = (href and html.unescape(href), group.get("target"), group.get("class")) \
            if kind == "a" or "class" in group else None
        frames[Frame(html.unescape(title), number(box.get("x")), number(box.get("y")),
                     number(box.get("width")), number(box.get("height")), box.get("fill"),
                     html.unescape(label), number(place.get("x")), number(place.get("y")),
                     link)] += 1
    return frames, height.group(1) if height else None


def draw(command, text, folder):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          cwd=folder, check=False, timeout=120)
    output, errors = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return done.returncode, output, errors


def prepare(folder):
    with open(os.path.join(folder, "attributes"), "w", encoding="utf-8") as out:
        out.write(NAME_ATTRIBUTES)
    with open(os.path.join(folder, "palette.map"), "w", encoding="utf-8") as out:
        out.write("f->rgb(1,2,3)\nmain->rgb(4,5,6)\nnot there->rgb(7,8,9)\n")


def without_chain(frames, height, got_height):
    """Without the extra frames, and as low as a picture without them is."""
    lower = float(height) - float(got_height)
    return collections.Counter({
        frame._replace(y=frame.y - lower, label_y=frame.label_y - lower): n
        for frame, n in frames.items() if not frame.title.startswith("-- (")})


def compare(lines, options):
    """None where the pictures are alike, else a list of lines that tell how they differ."""
    text = gen_folded.encode("\n".join(lines) + "\n")
    answers, palettes = [], []
    for command in (original(), [FLAMECTL, "render", "--elements=all", "--from=folded", "-q"]):
        with tempfile.TemporaryDirectory() as folder:
            prepare(folder)
            answers.append(draw(command + options, text, folder))
            with open(os.path.join(folder, "palette.map"), encoding="utf-8") as source:
                palettes.append(sorted(source))
    (_, left, _), (status, right, errors) = answers
    if status != 0:
        return ["flamectl: exit status %d" % status, errors]
    expected, height = parse_picture(left)
    got, got_height = parse_picture(right)
    if "--colors=chain" in options and not any(";--;" in line for line in lines):
        expected = without_chain(expected, height, got_height)
        got, height = without_chain(got, got_height, got_height), got_height
    told = ["- %s" % (frame,) for frame in sorted((expected - got).elements(), key=str)]
    told += ["+ %s" % (frame,) for frame in sorted((got - expected).elements(), key=str)]
    if not expected:
        told.append("no frames in the original picture")
    if height != got_height:
        told.append("height %s, flamectl: %s" % (height, got_height))
    if "--cp" in options and palettes[0] != palettes[1]:
        told.append("palette.map: %s" % sorted(set(palettes[0]) ^ set(palettes[1])))
    return told or None


def chain_lines(lines):
    """What the chain palette is for: `--` between two stacks, and on every line or on none."""
    plain = [line for line in lines if "--" not in parse_line(line)[0]]
    chains = [line for line in lines if ";--;" in line and not re.search(r"(^|;)--(;--| )", line)]
    return chains or plain


def minimise(lines, options):
    size = max(1, len(lines) // 2)
    while size >= 1:
        at = 0
        while at < len(lines) and len(lines) > 1:
            rest = lines[:at] + lines[at + size:]
            if rest and without_faults(rest, options)[1] == 0 and compare(rest, options):
                lines = rest
            else:
                at += size
        size //= 2
    return lines


def report(name, lines, options, keep):
    small = minimise(lines, options)
    told = compare(small, options) or compare(lines, options) or ["(gone on a second run)"]
    print("DIFFERS: %s %s" % (name, " ".join(options)))
    print("--- input")
    print("\n".join(small).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    print("--- %s" % Frame._fields.__repr__())
    print("\n".join(told[:20]), flush=True)
    if keep:
        os.makedirs(keep, exist_ok=True)
        label = re.sub(r"[^\w.=-]", "_", name + "".join(options))
        with open(os.path.join(keep, label + ".folded"), "wb") as out:
            out.write(gen_folded.encode("\n".join(small) + "\n"))


def inputs(arguments):
    for path in arguments.folded:
        with open(path, encoding="utf-8", errors="replace", newline="\n") as source:
            lines = [line for line in source.read().split("\n") if parse_line(line)]
        yield os.path.basename(path), lines, 2 if lines and parse_line(lines[0])[1] else 1
    if arguments.folded:
        return
    for seed in range(arguments.seed, arguments.seed + arguments.files):
        columns, chain = 1 + (seed % 3 == 0), seed % 5 == 0
        text = gen_folded.make_file(seed, arguments.lines, "agree", columns, chain)
        yield "seed-%d" % seed, text.split("\n")[:-1], columns


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--lines", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="folder for the smallest differing inputs")
    parser.add_argument("--most", type=int, default=10, help="stop after so many differences")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("folded", nargs="*")
    arguments = parser.parse_args()

    original()
    cases = differ = faulty = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, lines, columns in inputs(arguments):
            total = sum(int(float(parse_line(line)[2])) for line in lines)
            work = []
            chain = all(";--;" in line for line in lines)
            for options in option_sets(columns, total, chain):
                kept, left_out = without_faults(lines, options)
                faulty += left_out
                if sum(int(float(parse_line(line)[2])) for line in kept):
                    work.append((kept, options))
            answers = list(pool.map(lambda item: compare(*item), work))
            for (kept, options), answer in zip(work, answers):
                cases += 1
                if answer:
                    differ += 1
                    report(name, kept, options, arguments.keep)
                    if differ >= arguments.most:
                        sys.exit("compare_render.py: stopped after %d differences" % differ)
    print("%d comparisons, %d differ; %d lines left out for faults of the original" %
          (cases, differ, faulty))
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
