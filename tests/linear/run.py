#!/usr/bin/env python3
"""Inputs that would be slow if anything in flamectl were quadratic: each is made small and eight times as large,
and the large one may take no more than GENEROUS times eight times the CPU time of the small one (quadratic work
takes 64 times). CPU times within one run, so that a busy machine changes little."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../record"))
sys.dont_write_bytecode = True
import make_jfr  # noqa: E402

PROGRAM = os.path.realpath(os.environ.get("FLAMECTL", "flamectl"))
GROWTH = 8
GENEROUS = 3
FLOOR = 0.01  # seconds: start-up, and what a clock can tell

HEADER = "app 10 [000] 1.000000: 5 cycles: \n"


def deep(n):
    return "main" + "".join(f";f{i}" for i in range(n)) + " 1\n"


def deep_by_time(n):
    return "".join("m" + ";f" * (i % 50) + " 1\n" for i in range(n // 10))


def siblings(n):
    return "".join(f"main;f{i} 1\n" for i in range(n))


def roots(n):
    return "".join(f"f{i * 7919 % n} 1\n" for i in range(n))


def names_that_begin_each_other(n):
    count = int((n * 20) ** 0.5)
    return "".join(f"main;{'a0' * i};x 1\n" + f"main;{'a0' * i} 1\n" for i in range(1, count))


def much_in_common(n):
    return "".join(f"{'main;a_long_name_of_a_frame' * 20};{i * 7919 % n};x 1\n" for i in range(n))


def long_name(n):
    return "main;" + "x" * (n * 10) + " 1\n"


def many_semicolons(n):
    return "a" + ";" * (n * 10) + "b 1\n"


def comms(n):
    return "".join(f"c{i} 10 [000] 1.000000: 5 cycles: \n\t1 f (/a)\n\n" for i in range(n))


def events(n):
    return "".join(f"app 10 [000] 1.000000: 5 e{i}: \n\t1 f (/a)\n\n" for i in range(n))


def frames(n):
    return HEADER + "".join(f"\t{i:x} f{i}+0x1 (/a)\n" for i in range(n)) + "\n"


def parentheses(n):
    return HEADER + "\t1 f" + "(" * (n * 10) + " (/a)\n\n"


def templates(n):
    return HEADER + "\t1 f" + "a<" * (n * 5) + " (/a)\n\n"


def arrows(n):
    return HEADER + "\t1 " + "a->" * (n * 3) + "b (/tmp/perf-1.map)\n\n"


def numbers(n):
    return "app 10 [000] 1.000000: 5 cycles: " + "0000000000000001 " * n + "\n"


def no_blank_lines(n):
    return "".join(f"app 10 [000] 1.000000: 5 cycles: {i:16x} f{i % 99} (/a)\n" for i in range(n))


def bad_lines(n):
    return HEADER + "\t1 f (/a)\n\n" + "".join(f"chatter {i} of a tool\n" for i in range(n))


class Repeated(dict):
    """Constants of which all have the same id."""

    def __init__(self, n):
        super().__init__()
        self.n = n

    def __len__(self):
        return self.n

    def items(self):
        return [(5, make_jfr.latin1("x"))] * self.n


def equal_constants(n):
    return make_jfr.chunk([make_jfr.execution(1, 1, 1)], [make_jfr.POOLS[0] + [(23, Repeated(n))]])


def classes_on_a_stack(n):
    """Objects of many classes, made at one deep stack."""
    v = make_jfr.varint
    deep = (27, {1: make_jfr.trace(*[(1, 0, 2)] * n)})
    pools = [pool for pool in make_jfr.POOLS[0] if pool[0] != 27]
    events = [make_jfr.event(104, v(6000) + v(1) + v(1) + v(100 + i) + v(16) + v(1024)) for i in range(n)]
    return make_jfr.chunk(events, [pools + [deep]])


def equal_types(n):
    types = make_jfr.TYPES + [(300, "demo.Same", [])] * n
    return make_jfr.chunk([make_jfr.execution(1, 1, 1)], make_jfr.POOLS, types)


def threads_on_a_trace(n):
    frames = ",".join(f'"{i}":{{"name":"f{i}","parent":"{i - 1}"}}' for i in range(1, n))
    events = ",".join(f'{{"ph":"P","pid":1,"tid":{i % 2},"ts":{i},"name":"cpu","sf":{n - 1}}}' for i in range(n))
    return '{"traceEvents":[' + events + '],"stackFrames":{' + frames + "}}"


def threads_on_xml(n):
    frames = "".join(f'<frame id="{i + 10}" name="f{i}"/>' for i in range(n))
    row = ('<row><sample-time>{0}</sample-time><thread fmt="t{1} 0x{1} (app, pid: 7)"><tid fmt="0x{1}">{1}</tid></thread>'
           '<weight>1000</weight>{2}</row>')
    rows = [row.format(i, 1 + i % 2, f'<backtrace id="9">{frames}</backtrace>' if i == 0 else '<backtrace ref="9"/>')
            for i in range(n)]
    return '<?xml version="1.0"?>\n<trace-query-result><node>' + "\n".join(rows) + "</node></trace-query-result>\n"


def nested_slices(n):
    return ("[" + ",\n".join(f'{{"ph":"B","pid":1,"tid":1,"ts":{i},"name":"f{i}"}}' for i in range(n)) + ",\n" +
            ",\n".join(f'{{"ph":"E","pid":1,"tid":1,"ts":{n + i}}}' for i in range(n)) + "]")


def parts_from_the_last(n):
    """A profile of V8 in parts, that come in the wrong order."""
    return "[" + ",\n".join(
        f'{{"ph":"P","pid":1,"tid":1,"ts":{n - i},"id":"1","name":"ProfileChunk","args":{{"data":{{"cpuProfile":{{"nodes":'
        f'[{{"id":{i + 1},"callFrame":{{"functionName":"f{i}"}},"parent":1}}],"samples":[{i + 1}]}},"timeDeltas":[3]}}}}}}'
        for i in range(n)) + "]"


def parents_behind_children(n):
    """A profile of V8 whose nodes are one deep stack, from the leaf on."""
    nodes = ",".join(f'{{"id":{i},"callFrame":{{"functionName":"f{i}"}},"children":[{i - 1}]}}' for i in range(1, n))
    return f'{{"nodes":[{nodes}],"startTime":0,"endTime":9,"samples":[1],"timeDeltas":[5]}}'


def unclosed_tag(n):
    return "<trace-query-result><row><frame " + 'name="x" ' * n


def message(number, *parts):
    body = b"".join(parts)
    return varint(number << 3 | 2) + varint(len(body)) + body


def varint(value):
    more = b""
    while value >= 0x80:
        more += bytes([value & 0x7F | 0x80])
        value >>= 7
    return more + bytes([value])


def places_of_a_function(n):
    """A pprof profile: each sample is at a place of its own in the one function."""
    one = [varint(i) for i in range(1, n + 1)]
    return (message(1, b"\x08\1\x10\2") + b"".join(message(2, message(1, i), message(2, b"\1")) for i in one)
            + b"".join(message(4, b"\x08", i, message(4, b"\x08\1")) for i in one) + message(5, b"\x08\1\x10\3")
            + b"".join(message(6, text) for text in (b"", b"cpu", b"count", b"main")))


CASES = [
    ("one deep stack", deep, 125000, ["collapse"]),
    ("one deep stack, drawn", deep, 60000, ["render"]),
    ("one deep stack, reversed", deep, 60000, ["collapse", "--reverse"]),
    ("one deep stack, recursion merged", deep, 60000, ["collapse", "--merge-recursion=all"]),
    ("siblings", siblings, 125000, ["collapse"]),
    ("siblings, drawn", siblings, 60000, ["render"]),
    ("siblings, all drawn", siblings, 20000, ["render", "--elements=all", "--minwidth=0"]),
    ("siblings, compared", siblings, 60000, ["diff", "-n", "-"]),
    ("stacks of one frame", roots, 250000, ["collapse"]),
    ("stacks of one frame, drawn", roots, 125000, ["render"]),
    ("names that begin each other", names_that_begin_each_other, 60000, ["collapse"]),
    ("names that begin each other, drawn", names_that_begin_each_other, 60000, ["render"]),
    ("stacks with much in common, drawn", much_in_common, 10000, ["render"]),
    ("a flame chart", deep_by_time, 100000, ["render", "--flamechart"]),
    ("a long name", long_name, 125000, ["collapse"]),
    ("a long name, drawn", long_name, 125000, ["render"]),
    ("empty frames", many_semicolons, 12500, ["collapse"]),
    ("command names", comms, 30000, ["collapse", "-j1"]),
    ("command names, two threads", comms, 60000, ["collapse", "-j2"]),
    ("events", events, 30000, ["collapse"]),
    ("frames of one sample", frames, 60000, ["collapse"]),
    ("parentheses", parentheses, 125000, ["collapse"]),
    ("templates", templates, 125000, ["collapse"]),
    ("arrows of a JIT compiler", arrows, 30000, ["collapse"]),
    ("numbers on a header", numbers, 60000, ["collapse"]),
    ("samples of one line", no_blank_lines, 60000, ["collapse", "-j2"]),
    ("chatter", bad_lines, 125000, ["collapse"]),
    ("constants of the same id", equal_constants, 20000, ["collapse"]),
    ("types of the same id", equal_types, 10000, ["collapse"]),
    ("classes on a deep stack", classes_on_a_stack, 4000, ["collapse", "--mode=alloc"]),
    ("classes on a deep stack, their tiers told", classes_on_a_stack, 4000, ["collapse", "--mode=alloc", "--all"]),
    ("equal stacks of two profiles", places_of_a_function, 10000, ["collapse", "-"]),
    ("slices in slices", nested_slices, 10000, ["collapse"]),
    ("parts of a profile from the last", parts_from_the_last, 5000, ["collapse"]),
    ("parents behind their children", parents_behind_children, 20000, ["collapse"]),
    ("a tag without an end", unclosed_tag, 60000, ["collapse", "--from=xctrace"]),
    ("threads in turns on a deep stack", threads_on_a_trace, 5000, ["collapse", "--root=tid"]),
    ("threads in turns on a deep backtrace", threads_on_xml, 5000, ["collapse", "--root=tid"]),
]


def cpu_seconds(arguments, path):
    """CPU time of the fastest of two runs."""
    if arguments[-1] == "-":
        arguments = arguments[:-1] + [path]
    fastest = None
    for _ in range(2):
        child = subprocess.Popen([PROGRAM, *arguments, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 2):
            raise ValueError(f"ended with status {child.returncode}")
        seconds = used.ru_utime + used.ru_stime
        fastest = seconds if fastest is None else min(fastest, seconds)
    return fastest


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "input")
        for name, make, small, arguments in CASES:
            seconds = []
            for n in (small, small * GROWTH):
                made = make(n)
                with open(path, "wb") as file:
                    file.write(made if isinstance(made, bytes) else made.encode())
                try:
                    seconds.append(cpu_seconds(arguments, path))
                except ValueError as error:
                    print(f"not ok linear {name}: {error}")
                    failed = True
                    break
            if len(seconds) < 2:
                continue
            limit = GROWTH * GENEROUS * max(seconds[0], FLOOR)
            good = seconds[1] <= limit
            failed |= not good
            print(f"{'ok' if good else 'not ok'} linear {name}" +
                  ("" if good else f": {seconds[0]:.3f} s, {GROWTH} times as large {seconds[1]:.3f} s"))
    sys.exit(failed)


main()
