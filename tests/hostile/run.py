#!/usr/bin/env python3
"""Hostile input: whatever comes in, no crash, no hang, no markup, no control bytes in a message.

Every golden input is mutated (the same way in every run), cut at every byte, given CRLF, NULs and bad
UTF-8; then sizes nobody expects; then every byte value in every text that can reach the SVG.
HOSTILE_SHARE=0.1 takes a tenth of the mutations and cuts (for slow builds).
"""

import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import xml.parsers.expat
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import folded  # noqa: E402
from harness import Report, golden_cases, in_parallel, run  # noqa: E402
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "record"))
import make_jfr  # noqa: E402

SHARE = float(os.environ.get("HOSTILE_SHARE", "1"))
# For what options write beside their output (--cp).
SCRATCH = tempfile.TemporaryDirectory()
MUTATIONS = 24
EVERY_BYTE_UP_TO = 400
CUTS = 60
# There are many formats, and each has several goldens.
OTHER_FORMATS = 0.3
# What a message must not hold: it could command the terminal it is read on.
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
# Bits of input that mean something to a parser, to put where they do not belong.
TOKENS = [b";", b" ", b"\t", b"\n", b"\n\n", b"(", b")", b"[", b"]", b"->", b"+0x", b":", b"#", b"-1",
          b"18446744073709551615", b"9223372036854775807", b"99999999999999999999", b"0x", b"/", b"\\",
          b"_[k]", b"$u3b$", b"operator<", b"::h0123456789abcdef", b"\x00", b"\xff", b"\xc3",
          b"\xef\xbb\xbf", b"\x1b[2J", b"</title><script>alert(1)</script>", b"]]>", b"&amp;", b"\r",
          b"\r\n", b"%n%s", b"(deleted)", b"(inlined)", b"[unknown]", b"PERF_RECORD_LOST lost 1\n"]


def judge(result, command, options=()):
    """What is wrong with how a run ended."""
    if result.status not in ((0, 1, 2, 3) if command == "check" else (0, 2)):
        return [f"exit status {result.status}; stderr {result.err[-1500:]!r}"]
    problems = []
    if result.status == 2 and not result.err.strip():
        problems.append("status 2 and nothing on stderr")
    if not is_utf8(result.err):
        problems.append(f"stderr is not UTF-8: {result.err[:200]!r}")
    if CONTROL.search(result.err):
        problems.append(f"control bytes on stderr: {result.err[:200]!r}")
    if len(result.err) > 20000:
        problems.append(f"{len(result.err)} bytes on stderr")
    if result.status == 2 and result.out:
        problems.append("status 2 and output all the same")
    if result.status != 2:
        problems += READERS[output_format(command, options)](result.out)
    return problems


def output_format(command, options):
    words = [o if isinstance(o, str) else o.decode("utf-8", "replace") for o in options]
    chosen = [o[len("--to="):] for o in words if o.startswith("--to=")]
    chosen += [after for word, after in zip(words, words[1:]) if word == "--to"]
    return chosen[-1] if chosen else {"collapse": "folded", "check": "text"}.get(command, "svg")


def is_folded(text):
    try:
        folded.parse(text)
        return []
    except ValueError as problem:
        return [str(problem)[:300]]


def is_json(text):
    """One value, in UTF-8, with no control byte but line ends."""
    try:
        json.loads(text.decode())
    except (UnicodeDecodeError, ValueError) as problem:
        return [f"no JSON: {problem}"]
    return [f"a control byte: {found[0]!r}" for found in [CONTROL.search(text)] if found]


def is_utf8(data):
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        return False


def well_formed(svg):
    try:
        xml.parsers.expat.ParserCreate().Parse(svg, True)
        return []
    except xml.parsers.expat.ExpatError as problem:
        return [f"no XML: {problem}"]


def is_tidy(text):
    """Text that people read, without control bytes."""
    problems = [] if is_utf8(text) else [f"no UTF-8: {text[:200]!r}"]
    return problems + [f"a control byte: {found[0]!r}" for found in [CONTROL.search(text)] if found]


READERS = {"folded": is_folded, "svg": well_formed, "json": is_json, "speedscope": is_json, "text": is_tidy, "markdown": is_tidy}


def attack(job):
    """Run one hostile input through a command: what is wrong, with the input to repeat it."""
    command, options, data = job
    result = run([command, *options], data, cwd=SCRATCH.name)
    problems = judge(result, command, options)
    if problems:
        problems.append(f"flamectl {command} {' '.join(options)} with stdin {data[:1000]!r}")
    return problems


def mutate(rng, data):
    """A few random edits."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((1, 1, 2, 8, 64)))
        kind = rng.randrange(6)
        if kind == 0:
            data[at:at] = rng.choice(TOKENS)
        elif kind == 1:
            data[at:to] = rng.choice(TOKENS)
        elif kind == 2:
            del data[at:to]
        elif kind == 3 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 4:
            data[at:at] = data[at:to] * rng.choice((1, 2, 40))
        elif kind == 5:
            other = rng.randrange(len(data) + 1)
            data[at:at] = data[other:other + rng.randrange(1, 80)]
    return bytes(data)


def sample(rng, items, share):
    """A share of the items, at least one."""
    count = max(1, int(len(items) * share))
    return items if count >= len(items) else rng.sample(items, count)


def variants(case, data):
    """[(command, options, data)] for one golden input."""
    # The same on every machine and in every run, however many cases there are.
    rng = random.Random(zlib.crc32(case.name.encode()))
    # Files beside the input are not there when it comes through a pipe.
    options = [] if case.has_files() else case.options()
    jobs = []
    for i in range(MUTATIONS):
        command = ("collapse", "collapse", "render")[i % 3]
        extra = options if command == case.command else []
        jobs.append((command, extra + [f"--from={case.format}"] * (i % 2), mutate(rng, data)))
    if len(data) <= EVERY_BYTE_UP_TO:
        cuts = range(len(data))
    else:
        cuts = sorted(rng.sample(range(len(data)), CUTS))
    jobs += [("collapse", options if case.command == "collapse" else [], data[:n]) for n in cuts]
    share = SHARE if case.format in ("perf", "folded") else SHARE * OTHER_FORMATS
    jobs = sample(rng, jobs, share)
    whole = [data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"\r"), data.replace(b" ", b"\0"),
             data.replace(b"a", b"\xff\xfe"), b"\0" + data, data + b"\0", data[::-1],
             bytes(b | 0x80 for b in data), data.replace(b"\n", b"\n\n"), data.replace(b"\n", b" ")]
    for changed in sample(rng, whole, share):
        jobs += [("collapse", [], changed), ("render", [], changed)]
    return jobs


def mutated_goldens(report):
    cases = [c for c in golden_cases() if c.path(".in").exists()]
    seen = set()
    for case in cases:
        data = case.text(".in")
        if (data, tuple(case.options())) in seen:
            continue
        seen.add((data, tuple(case.options())))
        problems = [p for found in in_parallel(attack, variants(case, data)) for p in found]
        report.check(f"hostile mutated: {case.name}", problems)


def deep_jfr(n, event):
    """One stack n frames deep, and n events that name it."""
    deep = (27, {1: make_jfr.trace(*[(1, 0, 2)] * n)})
    pools = [pool for pool in make_jfr.POOLS[0] if pool[0] != 27]
    return make_jfr.chunk([event(i) for i in range(n)], [pools + [deep]])


def chain_cpuprofile(n):
    """Functions that call one another, n deep, each with a sample of its own."""
    nodes = [{"id": i, "callFrame": {"functionName": f"f{i}"}, "hitCount": 1, "children": [i + 1] if i < n else []}
             for i in range(1, n + 1)]
    return json.dumps({"nodes": nodes, "startTime": 0, "endTime": n}).encode()


def sizes():
    """(name, command, options, input, wanted status) of inputs larger than anybody expects."""
    perf = b"app 1 [000] 1.000000: 5 cycles: \n"
    frame = b"\t            113a %s (/a)\n"
    long = b"x" * 10_000_000
    wide = b"".join(b"main;f%d 1\n" % i for i in range(1_000_000))
    deep = b";".join([b"f"] * 1_000_000) + b" 1\n"
    deep_mixed = b";".join(b"f%d" % (i % 7) for i in range(1_000_000)) + b" 1\n"
    return [
        ("10 MB frame", "collapse", [], perf + frame % long + b"\n", 0),
        ("10 MB frame", "render", [], perf + frame % long + b"\n", 0),
        ("10 MB comm", "collapse", [], b"a" * 10_000_000 + perf[3:] + frame % b"f" + b"\n", None),
        ("10 MB line that is none", "collapse", [], perf + frame % b"f" + b"\n" + long + b"\n", 0),
        ("10 MB folded line", "collapse", [], b"main;" + long + b" 7\n", 0),
        ("10 MB of digits", "collapse", [], b"main;a 1\nmain;b " + b"9" * 10_000_000 + b"\n", None),
        ("10 MB of parentheses", "collapse", [], perf + frame % (b"(" * 10_000_000) + b"\n", None),
        ("10 MB of arrows in a JIT map", "collapse", [],
         perf + b"\t 1 " + b"->" * 5_000_000 + b" (/tmp/perf-1.map)\n\n", None),
        ("10 MB of frames in a JIT map", "collapse", [],
         perf + b"\t 1 " + b"a->" * 3_000_000 + b"a (/tmp/perf-1.map)\n\n", 0),
        ("10 MB of blanks", "collapse", [], perf + b"\t 1 f" + b" " * 10_000_000 + b"(/a)\n\n", None),
        ("10 MB of a Rust name", "collapse", [],
         perf + frame % (b"$u3b$.." * 1_400_000 + b"::h0123456789abcdef") + b"\n", 0),
        ("10 MB of blank lines", "collapse", [], perf + frame % b"f" + b"\n" * 10_000_000, 0),
        ("10 MB without a line end", "collapse", [], long, 2),
        ("10 MB of zeros", "collapse", [], bytes(10_000_000), 2),
        ("a stack 1 M frames deep", "collapse", [], perf + frame % b"f" * 1_000_000 + b"\n", 0),
        ("a folded stack 1 M frames deep", "collapse", [], deep, 0),
        ("a folded stack 1 M frames deep", "collapse", ["--reverse"], deep_mixed, 0),
        ("a folded stack 1 M frames deep", "collapse", ["--merge-recursion=all"], deep_mixed, 0),
        ("a folded stack 1 M frames deep", "render", [], deep, 0),
        ("a folded stack 1 M frames deep", "render", ["--to=json"], deep_mixed, 0),
        ("a folded stack 1 M frames deep", "render", ["--to=text"], deep_mixed, 0),
        ("10 MB folded line", "render", ["--to=markdown"], b"main;" + long + b" 7\n", 0),
        ("a folded stack 1 M frames deep", "check", ["--max=5%", "--depth=999999", "--unknown=5%"], deep_mixed, 1),
        ("a folded stack 1 M frames deep", "check", ["--max=5%", "--depth=999999", "--to=json"], deep_mixed, 1),
        ("1 M siblings", "check", ["--max=/./=5%", "--max=f7=0%", "--to=markdown"], wide, 1),
        ("1 M siblings", "collapse", [], wide, 0),
        ("1 M siblings", "collapse", ["--reverse"], wide, 0),
        ("1 M siblings", "render", [], wide, 0),
        ("200,000 comms", "collapse", [], b"".join(
            b"c%d 1 1.0: 5 cycles: \n\t 1 f (/a)\n\n" % i for i in range(200_000)), 0),
        ("200,000 events", "collapse", [], b"".join(
            b"app 1 1.0: 5 ev%d: \n\t 1 f (/a)\n\n" % i for i in range(200_000)), 0),
        ("4200 threads on a stack 4200 frames deep", "collapse", ["--root=tid"],
         deep_jfr(4200, lambda i: make_jfr.execution(1000 + i, 1, 1)), 2),
        ("4200 slices of time on such a stack", "collapse", ["--slice=1"],
         deep_jfr(4200, lambda i: make_jfr.execution(1, 1, 1, 6000 + i * 1_000_000)), 2),
        ("6000 functions that call one another", "collapse", [], chain_cpuprofile(6000), 0),
        ("6000 functions that call one another", "collapse", ["--reverse"], chain_cpuprofile(6000), 2),
        ("200,000 bad lines", "collapse", ["--from=folded"], b"main;a 1\n" + b"bad\n" * 200_000, 0),
    ]


def oversized(job):
    name, command, options, data, status = job
    result = run([command, *options], data, timeout=60 if SHARE == 1 else 300)
    problems = judge(result, command, options)
    if status is not None and result.status != status:
        problems.append(f"exit status {result.status}, not {status}: {result.err[:300]!r}")
    return f"hostile size: {' '.join([command, *options])}, {name}", problems


def svg_runs(folder, byte):
    """Command lines that put one byte value (and it between letters) into every text of an SVG."""
    value = bytes([byte])
    text = b"a" + value + b"b"
    name = value if byte not in b";\n\r" else b"x"
    paths = {}
    for what, data in (
            ("names", b"main;" + name + b"one 5\nmain;" + text.replace(b"\n", b" ") + b" 7\n"
                      + text.replace(b"\n", b" ") + b";" + text.replace(b"\n", b" ") + b" 3\n"),
            ("perf", text.replace(b"\n", b" ") + b" 1 1.0: 5 cy" + text.replace(b"\n", b" ").replace(b" ", b"_")
                     + b": \n\t 1 " + text + b" (/" + text + b")\n\t 2 [unknown] (/" + text + b")\n\n"),
            ("attributes", text + b"\tid=" + text + b"\thref=http://x/" + text + b"\ttitle=" + text
                           + b"\tclass=" + text + b"\ttarget=" + text + b"\tstyle=" + text + b"\n"
                           + b"main\thref=" + text + b"\tonclick=" + text + b"\ta_extra=" + text + b"\n"
                           + b"main\t" + value + b"=x\t" + value + b"\n")):
        paths[what] = f"{folder}/{what}-{byte}"
        pathlib.Path(paths[what]).write_bytes(data)
    argument = text if byte else b"a"
    runs = [["render", paths["names"]], ["render", "--colors=java", "--elements=all", paths["names"]],
            ["render", "--nameattr=" + paths["attributes"], paths["names"]],
            ["render", "--from=perf", paths["perf"]],
            ["check", "--max=/./=1%", "--max=1%", paths["names"]],
            ["diff", "--to=text", paths["names"], paths["names"]],
            ["diff", "--to=json", paths["names"], paths["names"]],
            ["diff", paths["names"], paths["names"]]]
    runs += [["render", option.encode() + argument, paths["names"]] for option in (
        "--title=", "--subtitle=", "--notes=", "--countname=", "--nametype=", "--fonttype=")]
    return runs


def byte_values(report):
    """xmllint on everything, many files at a time: a process for each would take minutes."""
    with tempfile.TemporaryDirectory() as folder:
        def one(byte):
            problems, written = [], []
            for number, argv in enumerate(svg_runs(folder, byte)):
                result = run(argv)
                problems += [f"{argv}: {p}" for p in judge(result, argv[0], argv)]
                if result.status == 0 and result.out.startswith(b"<?xml"):
                    written.append(f"{folder}/{byte}-{number}.svg")
                    pathlib.Path(written[-1]).write_bytes(result.out)
            if len(written) < 6:
                problems.append(f"only {len(written)} SVGs were made")
            lint = subprocess.run(["xmllint", "--noout", *written], stderr=subprocess.PIPE, check=False)
            if lint.returncode:
                problems.append("xmllint: " + lint.stderr.decode("utf-8", "replace")[:1500])
            for path in written:
                problems += injected(path)
                os.unlink(path)
            return byte, problems
        values = list(range(256)) if SHARE == 1 else [0, 9, 10, 13, 27, 34, 38, 39, 60, 62, 93, 128, 255]
        for byte, problems in in_parallel(one, values):
            report.check(f"hostile byte 0x{byte:02x} in every text of an SVG", problems)


def injected(path):
    """Elements and attributes that only the input can have brought in."""
    problems = []

    def start(name, attributes):
        if name not in ("svg", "defs", "style", "script", "linearGradient", "stop", "rect", "text", "g",
                        "title", "a", "desc", "metadata", "path", "clipPath", "use", "tspan", "line"):
            problems.append(f"{path}: element {name}")
        problems.extend(f"{path}: attribute {a}" for a in attributes if a.lower().startswith("on"))
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(pathlib.Path(path).read_bytes(), True)
    return problems


def main():
    report = Report()
    mutated_goldens(report)
    for name, problems in in_parallel(oversized, sizes() if SHARE == 1 else sizes()[::3]):
        report.check(name, problems)
    byte_values(report)
    report.exit()


main()
