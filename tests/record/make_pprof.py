#!/usr/bin/env python3
"""Write the golden inputs of tests/golden/collapse/pprof that no profiler writes: make_pprof.py FOLDER

A second encoder of the wire format, independent of flamectl's. Each case says what it is about; the
expected output was written by hand from the same description.
"""

import gzip
import pathlib
import sys


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def packed(field, values):
    return data(field, b"".join(varint(v) for v in values))


class Profile:
    """Collects messages; strings are numbered as they are first used."""

    def __init__(self):
        self.texts = [""]
        self.parts = {name: [] for name in ("types", "samples", "mappings", "locations", "functions", "rest")}

    def text(self, value):
        if value not in self.texts:
            self.texts.append(value)
        return self.texts.index(value)

    def type(self, kind, unit):
        self.parts["types"].append(data(1, number(1, self.text(kind)) + number(2, self.text(unit))))

    def sample(self, locations, values, *labels, plain=False):
        """labels: (key, text) or (key, number, unit)."""
        if plain:
            body = b"".join(number(1, n) for n in locations) + b"".join(number(2, n) for n in values)
        else:
            body = packed(1, locations) + packed(2, values)
        for key, value, *unit in labels:
            label = number(1, self.text(key))
            label += number(2, self.text(value)) if isinstance(value, str) else number(3, value)
            if unit:
                label += number(4, self.text(unit[0]))
            body += data(3, label)
        self.parts["samples"].append(data(2, body))

    def mapping(self, id, name):
        self.parts["mappings"].append(data(3, number(1, id) + number(2, 0x1000) + number(5, self.text(name))))

    def location(self, id, *lines, mapping=0, address=0):
        """lines: (function id, line), the innermost first."""
        body = number(1, id) + number(2, mapping) + number(3, address)
        for function, line in lines:
            body += data(4, number(1, function) + number(2, line))
        self.parts["locations"].append(data(4, body))

    def function(self, id, name, system=""):
        self.parts["functions"].append(
            data(5, number(1, id) + number(2, self.text(name)) + number(3, self.text(system))))

    def field(self, bytes):
        self.parts["rest"].append(bytes)

    def write(self, path, order="types samples mappings locations functions rest strings", pack=False):
        self.parts["strings"] = [data(6, t) for t in self.texts]
        out = b"".join(b"".join(self.parts[name]) for name in order.split())
        path.write_bytes(gzip.compress(out, mtime=0) if pack else out)


def plain_functions(profile, *names):
    """Function and location n, n from 1, for each name."""
    for i, name in enumerate(names, 1):
        profile.function(i, name)
        profile.location(i, (i, 10 * i))


def order(folder):
    """Strings first, samples last; and the same in gzip, strings last."""
    p = Profile()
    p.type("samples", "count")
    plain_functions(p, "main", "parse", "read")
    p.sample([3, 2, 1], [7])
    p.sample([2, 1], [2])
    p.sample([3, 2, 1], [1])
    p.write(folder / "strings-first.in", "strings functions locations mappings types rest samples")
    p.write(folder / "gzip.in", pack=True)


def inlined(folder):
    """A location with three lines, one of them recursive."""
    p = Profile()
    p.type("samples", "count")
    for i, name in enumerate(("main", "outer", "middle", "inner"), 1):
        p.function(i, name)
    p.location(1, (1, 5))
    p.location(2, (4, 40), (3, 30), (2, 20))
    p.sample([2, 1], [3])
    p.sample([2, 2, 1], [4])
    p.write(folder / "inlined.in")
    p.write(folder / "option-lines.in")


def unpacked(folder):
    """One number a field, sparse and large ids, an id twice, fields nobody knows."""
    p = Profile()
    p.type("samples", "count")
    p.function(1 << 40, "main")
    p.function(77, "work;loop\tx")
    p.function(77, "not this")
    p.location((1 << 64) - 1, (1 << 40, 0))
    p.location(5, (77, 0))
    p.sample([5, (1 << 64) - 1], [9], plain=True)
    p.sample([5, (1 << 64) - 1], [1])
    p.field(number(9, 1234567) + number(10, 5) + packed(13, [1]) + number(15, 0) + number(100, 1) +
            varint(101 << 3 | 1) + bytes(8) + varint(102 << 3 | 5) + bytes(4) + data(103, "x"))
    p.write(folder / "unpacked.in")


def types(folder):
    """Several values a sample; the default is named and is not the last."""
    p = Profile()
    p.type("alloc", "count")
    p.type("alloc", "bytes")
    p.type("wall", "nanoseconds")
    p.field(number(14, p.text("alloc")))
    plain_functions(p, "main", "make", "wait")
    p.sample([2, 1], [3, 3000, 10])
    p.sample([3, 1], [0, 0, 99])
    p.sample([1], [1])
    p.sample([2, 1], [2, 500])
    for name in ("default-type", "option-value-unit", "option-value-number", "option-value-name",
                 "option-value-unknown"):
        p.write(folder / (name + ".in"))


def last_type(folder):
    """No default: the last one."""
    p = Profile()
    p.type("samples", "count")
    p.type("cpu", "nanoseconds")
    plain_functions(p, "main")
    p.sample([1], [2, 20000000])
    p.write(folder / "last-type.in")


def labels(folder):
    p = Profile()
    p.type("samples", "count")
    plain_functions(p, "main", "work")
    p.sample([2, 1], [1], ("worker", "w1"), ("bytes", 512, "B"))
    p.sample([2, 1], [2], ("worker", "w2"), ("bytes", -3))
    p.sample([2, 1], [4])
    p.sample([2, 1], [8], ("worker", "w1"), ("bytes", 512, "B"))
    p.write(folder / "labels.in")
    p.write(folder / "option-label.in")
    p.write(folder / "option-label-two.in")


def unknown(folder):
    """No function, no mapping, a location that is not there, a name in the system's form alone."""
    p = Profile()
    p.type("samples", "count")
    p.mapping(1, "/usr/lib/libssl.so.3")
    p.mapping(2, "[vdso]")
    p.function(1, "main")
    p.function(2, "", "_Zsystem")
    p.function(3, "")
    p.location(1, (1, 1))
    p.location(2, mapping=1, address=0x7f001234)
    p.location(3, mapping=2, address=0xffe0)
    p.location(4, address=0xab)
    p.location(5, (2, 1))
    p.location(6, (3, 1), (99, 1), mapping=1, address=0x10)
    for leaf in (2, 3, 4, 5, 6, 7):
        p.sample([leaf, 1], [1])
    p.sample([], [5])
    p.write(folder / "unknown.in")
    p.write(folder / "option-addrs.in")


def negative(folder):
    """As `pprof -base` writes: what shrank is negative, and what adds up to nothing is left out."""
    p = Profile()
    p.type("samples", "count")
    plain_functions(p, "main", "grew", "shrank", "even")
    p.sample([2, 1], [5])
    p.sample([3, 1], [-4])
    p.sample([4, 1], [3])
    p.sample([4, 1], [-3])
    p.write(folder / "negative.in")


def drop(folder):
    p = Profile()
    p.type("samples", "count")
    p.field(number(7, p.text(r"rt\.(?:.*)?malloc|start|deep\d+?|ns::f")))
    p.field(number(8, p.text(r"rt\.keepmalloc")))
    plain_functions(p, "start", "main", "rt.xmalloc", "rt.memclr", "rt.keepmalloc", "rt.malloc.more",
                    "deep12", "ns::f(int)")
    for leaf in (3, 5, 6, 7, 8):
        p.sample([4, leaf, 2, 1], [1])
    p.sample([1], [1])
    p.write(folder / "option-drop-frames.in")
    p.write(folder / "drop-frames-is-an-option.in")
    q = Profile()
    q.type("samples", "count")
    q.field(number(7, q.text("a{1000}{1000}")))
    plain_functions(q, "main")
    q.sample([1], [1])
    q.write(folder / "option-drop-frames-hostile.in")


def broken(folder):
    """A string that is not there; a sum that is too large; a message within a message that is cut."""
    p = Profile()
    p.type("samples", "count")
    plain_functions(p, "main")
    p.sample([1], [1])
    p.field(data(5, number(1, 9) + number(2, 1000)))
    p.write(folder / "string-out-of-range.in")
    p = Profile()
    p.type("samples", "count")
    plain_functions(p, "main")
    p.sample([1], [1 << 62])
    p.sample([1], [1 << 62])
    p.write(folder / "overflow.in")
    p = Profile()
    p.type("samples", "count")
    plain_functions(p, "main")
    p.sample([1], [1])
    p.field(data(2, b"\x0a\x05\x01"))
    p.write(folder / "cut-within.in")
    (folder / "not-a-profile.in").write_bytes(b"main;parse 3\n")


def inlined_too_much(folder):
    """5000 functions inlined at a place, which a stack goes through 5000 times: 25 million frames."""
    p = Profile()
    p.type("samples", "count")
    p.function(1, "f")
    p.location(1, *[(1, 1)] * 5000)
    p.sample([1] * 5000, [1])
    p.write(folder / "inlined-too-much.in", pack=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    for case in (order, inlined, unpacked, types, last_type, labels, unknown, negative, drop, broken, inlined_too_much):
        case(folder)


main()
