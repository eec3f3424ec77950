#!/usr/bin/env python3
"""Write the golden inputs of tests/golden/collapse/jfr that no recorder at hand writes: make_jfr.py FOLDER

An encoder of the format, independent of flamectl's reader: chunks as async-profiler makes them, every kind
of string, constants in several events, and files that are wrong on purpose. The expected outputs were
written by hand from the same description.
"""

import pathlib
import struct
import sys


def varint(n):
    out = bytearray()
    for _ in range(8):
        if n < 128:
            return bytes(out) + bytes([n])
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n & 255])


def utf8(text):
    data = text.encode()
    return b"\x03" + varint(len(data)) + data


def latin1(text):
    data = text.encode("latin-1")
    return b"\x05" + varint(len(data)) + data


def utf16(text):
    data = text.encode("utf-16-be")
    units = struct.unpack(f">{len(data) // 2}H", data)
    return b"\x04" + varint(len(units)) + b"".join(varint(u) for u in units)


def string_constant(id):
    return b"\x02" + varint(id)


def event(type, body):
    size = len(body) + len(varint(type)) + 4
    padded = bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14 & 127 | 128, size >> 21])
    return padded + varint(type) + body


# id, name, [(field, class, constant, array)]
TYPES = [
    (4, "boolean", []), (5, "int", []), (6, "long", []), (7, "java.lang.String", []), (8, "byte", []),
    (20, "jdk.types.FrameType", [("description", 7, 0, 0)]),
    (21, "jdk.types.ThreadState", [("name", 7, 0, 0)]),
    (22, "java.lang.Thread", [("osName", 7, 0, 0), ("osThreadId", 6, 0, 0), ("javaName", 7, 0, 0),
                              ("javaThreadId", 6, 0, 0)]),
    (23, "jdk.types.Symbol", [("string", 7, 0, 0)]),
    (24, "java.lang.Class", [("classLoader", 6, 0, 0), ("name", 23, 1, 0)]),
    (25, "jdk.types.Method", [("type", 24, 1, 0), ("name", 23, 1, 0)]),
    (26, "jdk.types.StackFrame", [("method", 25, 1, 0), ("lineNumber", 5, 0, 0), ("bytecodeIndex", 5, 0, 0),
                                  ("type", 20, 1, 0)]),
    (27, "jdk.types.StackTrace", [("truncated", 4, 0, 0), ("frames", 26, 0, 1)]),
    (101, "jdk.ExecutionSample", [("startTime", 6, 0, 0), ("sampledThread", 22, 1, 0), ("stackTrace", 27, 1, 0),
                                  ("state", 21, 1, 0)]),
    (102, "profiler.WallClockSample", [("startTime", 6, 0, 0), ("sampledThread", 22, 1, 0),
                                       ("stackTrace", 27, 1, 0), ("state", 21, 1, 0), ("samples", 5, 0, 0)]),
    (103, "profiler.Malloc", [("startTime", 6, 0, 0), ("eventThread", 22, 1, 0), ("stackTrace", 27, 1, 0),
                              ("address", 6, 0, 0), ("size", 6, 0, 0)]),
    (104, "jdk.ObjectAllocationInNewTLAB", [("startTime", 6, 0, 0), ("eventThread", 22, 1, 0),
                                            ("stackTrace", 27, 1, 0), ("objectClass", 24, 1, 0),
                                            ("allocationSize", 6, 0, 0), ("tlabSize", 6, 0, 0)]),
    (105, "jdk.JavaMonitorEnter", [("startTime", 6, 0, 0), ("duration", 6, 0, 0), ("eventThread", 22, 1, 0),
                                   ("stackTrace", 27, 1, 0), ("monitorClass", 24, 1, 0)]),
    (106, "jdk.CPUTimeSample", [("startTime", 6, 0, 0), ("stackTrace", 27, 1, 0), ("eventThread", 22, 1, 0),
                                ("failed", 4, 0, 0), ("samplingPeriod", 6, 0, 0)]),
    (107, "demo.Other", [("startTime", 6, 0, 0), ("what", 7, 0, 0)]),
]

MORE_TYPES = [
    (108, "profiler.NativeLock", [("startTime", 6, 0, 0), ("duration", 6, 0, 0), ("eventThread", 22, 1, 0),
                                  ("stackTrace", 27, 1, 0), ("address", 6, 0, 0)]),
    (109, "jdk.MethodTrace", [("startTime", 6, 0, 0), ("duration", 6, 0, 0), ("eventThread", 22, 1, 0),
                              ("stackTrace", 27, 1, 0), ("method", 25, 1, 0)]),
]


def metadata(types):
    texts, place = [], {}

    def text(value):
        if value not in place:
            place[value] = len(texts)
            texts.append(value)
        return varint(place[value])

    def element(name, attributes, children=b"", count=0):
        out = text(name) + varint(len(attributes))
        for key, value in attributes.items():
            out += text(key) + text(value)
        return out + varint(count) + children

    classes = b""
    for id, name, fields in types:
        body = b""
        for field, of, constant, array in fields:
            attributes = {"name": field, "class": str(of)}
            if constant:
                attributes["constantPool"] = "true"
            if array:
                attributes["dimension"] = "1"
            body += element("field", attributes)
        classes += element("class", {"id": str(id), "name": name}, body, len(fields))
    root = element("root", {}, element("metadata", {}, classes, len(types)) + element("region", {}), 2)
    return event(0, varint(1) + varint(0) + varint(1) + varint(len(texts)) + b"".join(map(utf8, texts)) + root)


def chunk(events, pools, types=TYPES, start=1_700_000_000 * 10**9, ticks=10**6, backs=None):
    """pools: several lists of (type, {id: bytes}), each an event of its own that leads to the one before."""
    body, last = b"".join(events), 0
    for n, pool in enumerate(pools):
        at = 68 + len(body)
        back = (last - at if last else 0) if backs is None else backs[n]
        content = b"".join(varint(type) + varint(len(values)) + b"".join(varint(i) + v for i, v in values.items())
                           for type, values in pool)
        body += event(1, varint(1) + varint(0) + varint(back & (1 << 64) - 1) + b"\x01" + varint(len(pool)) +
                      content)
        last = at
    described = 68 + len(body)
    body += metadata(types)
    return struct.pack(">4sHHQQQQQQQ4B", b"FLR\0", 2, 1, 68 + len(body), last, described, start, 10**9, 5000,
                       ticks, 0, 0, 0, 1) + body


def trace(*frames):
    """(method, line, frame type), the leaf first."""
    return b"\0" + varint(len(frames)) + b"".join(
        varint(m) + varint(line & 0xFFFFFFFF) + varint(3) + varint(kind) for m, line, kind in frames)


def execution(thread, stack, state, time=6000):
    return event(101, varint(time) + varint(thread) + varint(stack) + varint(state))


FRAME_TYPES = (20, {1: utf8("Interpreted"), 2: utf8("JIT compiled"), 3: utf8("Inlined"), 4: utf8("Native"),
                    5: utf8("C++"), 6: utf8("Kernel"), 7: utf8("C1 compiled")})
THREADS = (22, {1: utf8("java") + varint(71) + utf8("main") + varint(1),
                2: utf8("C2 Compiler") + varint(72) + b"\0" + varint(0)})
SYMBOLS = (23, {1: utf8("demo/Main"), 2: utf8("main"), 3: utf8("work"), 4: utf8("malloc"), 5: utf8("do_syscall_64"),
                6: utf8("[B"), 7: utf8("[[Ldemo/Main;"), 8: utf8("JavaThread::run")})
CLASSES = (24, {1: b"\0\1", 2: b"\0\6", 3: b"\0\7", 4: b"\0\0"})
METHODS = (25, {1: b"\1\2", 2: b"\1\3", 3: b"\4\4", 4: b"\4\5", 5: b"\4\x08"})
STACKS = (27, {1: trace((2, 20, 2), (1, 10, 1)), 2: trace((4, 0, 6), (3, 0, 4), (2, 21, 3), (1, 11, 7)),
               3: trace((5, 0, 5)), 4: trace((99, 1, 2), (1, -1, 1))})
STATES = (21, {1: utf8("STATE_DEFAULT"), 2: utf8("STATE_SLEEPING")})
POOLS = [[FRAME_TYPES, THREADS, SYMBOLS, CLASSES, METHODS, STACKS, STATES]]


def async_profiler(folder):
    events = [execution(1, 1, 1), execution(1, 2, 1, 7000), execution(2, 3, 1), execution(1, 1, 2, 2_000_000),
              execution(1, 4, 1),
              event(102, varint(6000) + varint(1) + varint(1) + varint(2) + varint(5)),
              event(103, varint(6000) + varint(1) + varint(2) + varint(4096) + varint(100)),
              event(103, varint(6000) + varint(1) + varint(2) + varint(8192) + varint(28)),
              event(104, varint(6000) + varint(1) + varint(1) + varint(2) + varint(16) + varint(1024)),
              event(104, varint(6000) + varint(1) + varint(1) + varint(3) + varint(24) + varint(0)),
              event(105, varint(6000) + varint(2500) + varint(1) + varint(1) + varint(1)),
              event(106, varint(6000) + varint(0) + varint(1) + b"\1" + varint(20)),
              event(106, varint(6000) + varint(1) + varint(1) + b"\0" + varint(20)),
              event(107, varint(6000) + utf8("not of use"))]
    data = chunk(events, POOLS)
    for name in ("async", "mode-cpu", "mode-wall", "mode-alloc", "mode-alloc-total", "mode-lock-total",
                 "mode-native-total", "mode-live-none", "option-lines", "option-dot", "option-all", "option-kernel",
                 "option-jit", "root-tid", "root-comm", "window", "slice", "value-unknown", "value-total-of-samples"):
        (folder / (name + ".in")).write_bytes(data)


def jdk(folder):
    """States of the JDK, none of which says that a thread was on a processor; a sample in a native method."""
    states = (21, {1: utf8("STATE_RUNNABLE"), 2: utf8("STATE_SLEEPING")})
    types = TYPES + [(110, "jdk.NativeMethodSample", dict((t[0], t[2]) for t in TYPES)[101])]
    events = [execution(1, 1, 1)] * 2 + [event(110, varint(6000) + varint(1) + varint(3) + varint(2))]
    data = chunk(events, [[pool for pool in POOLS[0] if pool != STATES] + [states]], types)
    for name in ("jdk-mode-cpu", "jdk-mode-wall"):
        (folder / (name + ".in")).write_bytes(data)


def strings(folder):
    symbols = (23, {1: latin1("demo/Caf\xe9"), 2: utf16("main\u20ac\U0001f525"), 3: string_constant(5),
                    4: string_constant(6), 5: b"\1", 6: latin1("a;b\tc")})
    texts = (7, {5: utf8("from the pool"), 6: string_constant(5)})
    methods = (25, {1: b"\1\2", 2: b"\1\3", 3: b"\1\4", 4: b"\1\5", 5: b"\1\6", 6: b"\x09\x09"})
    stacks = (27, {n: trace((n, 1, 1)) for n in range(1, 7)})
    pools = [[FRAME_TYPES, THREADS, symbols, texts, CLASSES, methods, stacks, STATES]]
    (folder / "strings.in").write_bytes(chunk([execution(1, n, 1) for n in range(1, 7)], pools))


def chunks(folder):
    """Ids mean something else in each chunk; the first one has its constants in two events."""
    first = chunk([execution(1, 1, 1)], [[FRAME_TYPES, THREADS, SYMBOLS], [CLASSES, METHODS, STACKS, STATES]])
    other = (23, {1: utf8("other/Class"), 2: utf8("run")})
    second = chunk([execution(1, 1, 1)] * 2, [[FRAME_TYPES, THREADS, other, CLASSES, METHODS,
                                               (27, {1: trace((1, 0, 2))}), STATES]])
    (folder / "chunks.in").write_bytes(first + second)
    (folder / "second-chunk-cut.in").write_bytes(first + second[:-100])
    (folder / "garbage-behind.in").write_bytes(first + b"garbage")
    (folder / "first-chunk-cut.in").write_bytes(first[:-100])
    (folder / "in-progress.in").write_bytes(first[:16] + bytes(16) + first[32:])


def tiers(folder):
    """Methods that ran interpreted, compiled and inlined, in two chunks; threads without names."""
    stacks = [{1: trace((2, 20, 2), (1, 10, 1)), 2: trace((3, 1, 7)), 3: trace((4, 1, 1)), 4: trace((4, 0, 4))},
              {1: trace((2, 20, 3), (1, 10, 7)), 2: trace((3, 1, 2)), 3: trace((4, 1, 2))}]
    threads = (22, {1: THREADS[1][1], 8: b"\0" + varint(8) + b"\0" + varint(0),
                    9: utf8("[tid=9]") + varint(9) + b"\0" + varint(0)})
    pools = [[[FRAME_TYPES, threads, SYMBOLS, CLASSES, METHODS, (27, s), STATES]] for s in stacks]
    data = (chunk([execution(1, 1, 1)] * 2 + [execution(8, n, 1) for n in (2, 3, 4)], pools[0]) +
            chunk([execution(9, n, 1) for n in (1, 2, 3)], pools[1]))
    for name in ("tiers", "tiers-by-thread"):
        (folder / (name + ".in")).write_bytes(data)


def calls(folder):
    """Traced calls, from a stack and from none; waits for mutexes."""
    events = [event(109, varint(6000) + varint(3000) + varint(1) + varint(1) + varint(1)),
              event(109, varint(6000) + varint(500) + varint(1) + varint(1) + varint(2)),
              event(109, varint(6000) + varint(250) + varint(1) + varint(1) + varint(2)),
              event(109, varint(6000) + varint(7) + varint(1) + varint(0) + varint(2)),
              event(108, varint(6000) + varint(40) + varint(1) + varint(1) + varint(4096)),
              event(105, varint(6000) + varint(50) + varint(1) + varint(1) + varint(1))]
    types = [t for t in TYPES if t[0] < 30] + MORE_TYPES + [t for t in TYPES if t[0] == 105]
    for name in ("mode-trace", "mode-trace-total", "mode-lock-native", "no-samples"):
        (folder / (name + ".in")).write_bytes(chunk(events, POOLS, types))


def flamechart(folder):
    """Two stacks in turns, but for the last time; written as threads leave them, in no order."""
    events = [execution(1, stack, 1, 6000 + 1000 * at) for at, stack in ((3, 2), (0, 1), (4, 2), (2, 1), (1, 2))]
    folder = folder.parent.parent / "render" / "jfr"
    folder.mkdir(exist_ok=True)
    (folder / "flamechart.in").write_bytes(chunk(events, POOLS) + chunk([execution(1, 1, 1)], POOLS))


class OneMissing(dict):
    """Constants that say they are one more."""

    def __len__(self):
        return super().__len__() + 1


def wrong(folder):
    sample = [execution(1, 1, 1)]
    (folder / "constants-lead-ahead.in").write_bytes(chunk(sample, POOLS, backs=[200]))
    (folder / "constants-lead-to-themselves.in").write_bytes(chunk(sample, POOLS * 2, backs=[0, -(1 << 63)]))
    looped = TYPES + [(30, "demo.Loop", [("again", 30, 0, 0)]), (31, "demo.Wide", [("none", 32, 0, 1)] * 50),
                      (32, "demo.Nothing", [])]
    (folder / "type-holds-itself.in").write_bytes(chunk(sample, POOLS, looped))
    (folder / "constant-of-such-a-type.in").write_bytes(chunk(sample, [POOLS[0] + [(30, {1: b"\0"})]], looped))
    beyond = POOLS[0] + [(23, OneMissing({99: latin1("x")}))]
    (folder / "constants-overlap.in").write_bytes(chunk(sample, [beyond, POOLS[0]]))
    huge = (27, {1: b"\0" + varint((1 << 63) - 1) + b"\1\1\1\1"})
    (folder / "huge-count.in").write_bytes(chunk(sample, [[*POOLS[0][:5], huge]]))
    (folder / "event-of-size-0.in").write_bytes(chunk(sample + [bytes(40)], POOLS))
    (folder / "no-stack.in").write_bytes(chunk([execution(1, 0, 1), execution(1, 77, 1)], POOLS))


def main():
    folder = pathlib.Path(sys.argv[1])
    for case in (async_profiler, jdk, strings, chunks, tiers, calls, flamechart, wrong):
        case(folder)


if __name__ == "__main__":
    main()
