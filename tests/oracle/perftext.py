"""`perf script` text as stackcollapse-perf.pl reads it, and as it should be read.

reasons(sample) names what makes the two answers differ on purpose, for every sample of a real
recording: without those samples the outputs must be the same bytes. Text is latin-1 here, so that
every byte is one character and nothing is lost.
"""
import re

# The script's own three patterns.
SCRIPT_HEADER = re.compile(r"^(\S.+?)\s+(\d+)/*(\d+)*\s+", re.A)
SCRIPT_EVENT = re.compile(r":\s*(\d+)*\s+(\S+):\s*$", re.A)
SCRIPT_FRAME = re.compile(r"^\s*(\w+)\s*(.+) \((.*)\)", re.A)

TIME = re.compile(r"(?:^| )(\d+\.(?:\d{9}|\d{6})):(?= |$)")
LEFT = re.compile(r"^(?P<comm>.*?) +(?P<ids>\d+(?:/\d+)?) *(?: \[\d{3,}\])?(?: +[A-Za-z]{1,6})? *"
                  r"(?: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)? *$")
RIGHT = re.compile(r"^ *(?:(?P<period>\d+) +)?(?P<event>\S+):(?: (?P<rest>.*))?$")
FRAME = re.compile(r"^\s+(?P<ip>[0-9a-f]{1,16}) (?P<rest>.*?)[ ]*$")
ONE_LINE = re.compile(r"^[0-9a-f]+ .*")
RUST_HASH = re.compile(r"::h[0-9a-f]{16}$")
OPERATOR = re.compile(r"operator *(\(\)|\[\]|<=>|<<=|>>=|->\*|<<|>>|<=|>=|->|<|>)")
USER_NAMES = {"[vdso]", "[vsyscall]", "[heap]", "[stack]", "[anon]", "[JIT app cache]", "[unknown]"}


class Sample:
    """A header line, its frame lines, and what else stood between them and the blank line."""

    def __init__(self, lines):
        self.lines = lines
        self.header, self.frames = lines[0], lines[1:]


def split_samples(text):
    """Comment lines are left out: they end up in no answer."""
    samples, lines = [], []
    for line in text.split("\n"):
        if line.startswith("#"):
            continue
        if line:
            lines.append(line)
        elif lines:
            samples.append(Sample(lines))
            lines = []
    if lines:
        samples.append(Sample(lines))
    return samples


def join_samples(samples):
    return "".join("\n".join(sample.lines) + "\n\n" for sample in samples)


def header_answers(line):
    """(comm, ids, period, event, payload) the script's way and the right way; None: unreadable."""
    found = SCRIPT_HEADER.match(line)
    script = None
    if found:
        event = SCRIPT_EVENT.search(line)
        period, name = event.groups() if event else (None, None)
        ids = found.group(2) + ("/" + found.group(3) if found.group(3) else "")
        script = (found.group(1), ids, int(period or 0) or 1, name, "")
    times = list(TIME.finditer(line))
    if len(times) != 1:
        return script, None
    left = LEFT.match(line[:times[0].start()])
    right = RIGHT.match(line[times[0].end():])
    if not left:
        return script, None
    period = event = payload = None
    if right:
        period, event, payload = right.group("period", "event", "rest")
    elif line[times[0].end():].strip():
        return script, None
    return script, (left.group("comm"), left.group("ids"), int(period or 0) or 1, event,
                    (payload or "").strip())


def header_reasons(line):
    script, right = header_answers(line)
    if "PERF_RECORD_" in line:
        return {"side-band record"}
    if not script or not right:
        return {"header"}
    found = set()
    comm = right[0]
    if script[:2] != right[:2] or comm != comm.strip() or len(comm) < 2:
        found.add("process name")
    if re.search(r"[;\t\r]|^#", comm):
        found.add("process name")
    if script[2] != right[2]:
        found.add("period")
    if ONE_LINE.match(right[4]):
        found.add("frame on the header line")
    elif right[4]:
        found.add("payload" if script[3] is None else "event")
    elif script[3] != right[3]:
        found.add("event")
    if right[2] >= 2**63:
        found.add("period")
    return found


def split_dso(rest):
    """The last balanced group at the end of the line, after a blank."""
    if not rest.endswith(")"):
        return None
    depth = 0
    for at in range(len(rest) - 1, 0, -1):
        depth += (rest[at] == ")") - (rest[at] == "(")
        if depth == 0:
            return (rest[:at - 1], rest[at + 1:-1]) if rest[at - 1] == " " else None
    return None


def script_name(name, pname):
    name = name.replace(";", ":")
    if not re.search(r"\.\(.*\)\.", name):
        name = re.sub(r"\((?!anonymous namespace\)).*", "", name)
    name = name.translate({ord('"'): None, ord("'"): None})
    return name[1:] if pname.startswith("java") and "/" in name and name.startswith("L") else name


def cut_arguments(name):
    """Cut at the first `(` outside all brackets; None where brackets do not match."""
    depth = at = 0
    while at < len(name):
        operator = OPERATOR.match(name, at)
        if operator and not re.search(r"\w$", name[:at]):
            at = operator.end()
            continue
        c = name[at]
        if c == "(" and depth == 0 and name[at - 1:at] != "." and \
                not name.startswith("(anonymous namespace)", at):
            return name[:at]
        depth += (c in "<{[(") - (c in ">}])")
        if depth < 0:
            return None
        at += 1
    return name if depth == 0 else None


def right_name(name, pname, jit):
    cut = cut_arguments(name.replace(";", ":"))
    if cut is None or RUST_HASH.search(name):
        return None
    if cut.startswith("L") and "/" in cut and (pname.startswith("java") or jit):
        return cut[1:]
    return cut


def frame_reasons(line, pname):
    found, script = FRAME.match(line), SCRIPT_FRAME.match(line)
    parts = split_dso(found.group("rest")) if found else None
    if not parts or not script:
        return {"frame"}
    symbol, dso = parts
    if (found.group("ip"), symbol, dso) != script.groups() or "(" in dso or ")" in dso:
        return {"DSO"}
    reasons = mark_reasons(int(found.group("ip"), 16), dso)
    symbol = re.sub(r"\+0x[0-9a-f]+$", "", symbol)
    if symbol == "[unknown]":
        base = dso.rsplit("/", 1)[-1]
        return reasons | ({"DSO"} if not base or re.search("[\"';]", base) else set())
    if not symbol.strip():
        return {"empty symbol"}
    if symbol.startswith("("):
        return reasons | (set() if re.match(r"^\(\w+\)$", symbol) else {"leading bracket"})
    jit = bool(re.search(r"/tmp/perf-\d+\.map$|/jitted-", dso))
    pieces = symbol.split("->")
    if len(pieces) > 1 and not (jit and all(pieces)):
        return reasons | {"arrow"}
    for piece in pieces:
        if script_name(piece, pname) != right_name(piece, pname, jit) or "\t" in piece:
            reasons.add("name")
        if re.search(r"_\[[kwij]\]", piece):
            reasons.add("annotated name")
    return reasons


def mark_reasons(ip, dso):
    """Kernel or not, where the script and the rule disagree: for --kernel and --all only."""
    script = bool(re.search(r"^\[|vmlinux$", dso)) and "unknown" not in dso
    right = (dso.startswith("[") and dso not in USER_NAMES) or ip >= 0xffff800000000000 or \
        bool(re.search(r"\.ko(\.xz|\.zst|\.gz)?$|(^|/)vmlinux[-._A-Za-z0-9]*$|^bpf_prog_", dso))
    return {"kernel mark"} if script != right else set()


def reasons(sample):
    """Why the answers to this sample may differ; empty where they must not. A payload is one
    only where other events stand beside it: the script sees the name of none of them."""
    found = header_reasons(sample.header)
    pname = sample.header.split(" ")[0]
    for line in sample.frames:
        if SCRIPT_HEADER.match(line):
            found.add("missing blank line")
        elif not FRAME.match(line):
            found.add("not a frame")
        else:
            found |= frame_reasons(line, pname)
    return found
