#!/usr/bin/env python3
"""Outputs for programs and for people are what they should be, by the judgement of others: JSON validates
against the schemas of examples/schema and holds what folded text holds; Markdown is read by GitHub's own parser;
tables are those of a second count of the same stacks."""

import collections
import decimal
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

import jsonschema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
import folded  # noqa: E402
from harness import TOP, Report, golden_cases, in_parallel, run  # noqa: E402

SUFFIX = {None: b"", "kernel": b"_[k]", "jit": b"_[j]", "inlined": b"_[i]", "waker": b"_[w]"}


def validator(name):
    schema = json.loads((TOP / "examples" / "schema" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def parse(text):
    """Exact numbers, and no name twice."""
    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError(f"a name twice: {pairs}")
        return dict(pairs)
    return json.loads(text.decode(), parse_float=decimal.Decimal, object_pairs_hook=members)


def violations(schema, value):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"[:300]
            for e, _ in zip(schema.iter_errors(value), range(5))]


def stacks_of(tree):
    """{stack: weight} of the call tree, names as folded text has them; raises ValueError where it is no tree."""
    names = [bytes.fromhex(f["bytes"]) if "bytes" in f else f["name"].encode() for f in tree["frames"]]
    names = [name + SUFFIX[f.get("kind")] for name, f in zip(names, tree["frames"])]
    if len(set(names)) != len(names):
        raise ValueError("a frame twice")
    below, paths, stacks = [0] * len(tree["nodes"]), [], {}
    for place, node in enumerate(tree["nodes"]):
        parent, frame = node["parent"], node["frame"]
        if (parent is None) != (place == 0) or (parent is not None and parent >= place):
            raise ValueError(f"node {place} has parent {parent}")
        path = paths[parent] if place else ()
        path += (names[frame],) if frame is not None else ()
        paths.append(path)
        if node["self"]:
            stack = b";".join(path)
            stacks[stack] = stacks.get(stack, 0) + decimal.Decimal(node["self"])
    for place in reversed(range(len(tree["nodes"]))):
        node = tree["nodes"][place]
        if node["total"] != node["self"] + below[place]:
            raise ValueError(f"node {place}: total {node['total']}, not {node['self']} + {below[place]}")
        if place:
            below[node["parent"]] += node["total"]
    if tree["nodes"][0]["total"] != tree["total"]:
        raise ValueError(f"the root has {tree['nodes'][0]['total']}, not {tree['total']}")
    return stacks


def check_tree(job):
    """JSON and folded text of one input tell the same."""
    path, options = job
    wanted = run(["collapse", "-q", *options, str(path)])
    if wanted.status != 0:
        return None
    got = run(["render" if options else "collapse", "-q", "--to=json", *options, str(path)])
    if got.status != 0:
        return [f"status {got.status}: {got.err[:200]!r}"]
    tree = parse(got.out)
    problems = violations(PROFILE, tree)
    if not problems and "total_before" not in tree and stacks_of(tree) != folded.parse(wanted.out):
        problems.append(f"the tree holds {stacks_of(tree)}, not {folded.parse(wanted.out)}"[:500])
    return problems


def check_trees(report):
    inputs = sorted({p for c in golden_cases("") if c.command == "collapse" or c.command == "render"
                     for p in c.inputs()})
    jobs = [(path, options) for path in inputs for options in variants(path)]
    for (path, options), problems in zip(jobs, in_parallel(check_tree, jobs)):
        if problems is not None:
            name = " ".join(["/".join(path.parts[-3:]), *options])
            report.check(f"outputs: JSON is the call tree of {name}", problems)



def hottest(stacks):
    """({function: self}, {function: total}), recursion counted once, of folded stacks."""
    own, total = collections.Counter(), collections.Counter()
    for stack, weight in stacks.items():
        if not weight or not stack:
            continue
        frames = stack.split(b";")
        own[frames[-1]] += weight
        for frame in set(frames):
            total[frame] += weight
    return own, total


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def shown(name, room):
    """A name as tables have it; None where it is too long for them."""
    text = CONTROL.sub("?", name.decode("utf-8", "replace").replace("\n", "?"))
    return text if columns(text) <= room else None


def ranking(own, total, all_weight):
    """[(self, total, name)] as tables have them, the heaviest first."""
    def percent(weight):
        return f"{float(weight) / float(all_weight) * 100:.2f}%"
    return {name: (percent(own[name]), percent(total[name])) for name in total}


def tables_tell(rows_of_tables, stacks, room):
    """What two tables, by self and by total, have wrong about the stacks."""
    own, total = hottest(stacks)
    shares = ranking(own, total, sum(stacks.values()) or 1)
    problems = []
    for what, rows, weights in zip(("self", "total"), rows_of_tables, (own, total)):
        wanted = sorted((w for w in weights.values() if w), reverse=True)
        if len(rows) != len(wanted):
            problems.append(f"{len(rows)} rows by {what}, not {len(wanted)}")
        names = {}
        for name in weights:
            names.setdefault(shown(name, room), []).append(name)
        for place, (self_share, total_share, text) in enumerate(rows):
            # Names that look alike in the table are taken for each other.
            meant = names.get(text, names.get(None, []) if "..." in text else [])
            if not any(shares[name] == (self_share, total_share) for name in meant):
                problems.append(f"by {what}: no function is {text!r} with {self_share} {total_share}")
            elif not any(weights[name] == wanted[place] for name in meant):
                problems.append(f"by {what}: {text!r} stands at place {place}")
    return problems


TEXT_ROW = re.compile(r" *([\d.]+%) +([\d.]+%)  [#\- ]{20}  (.*)")


def read_text(text):
    """The two tables of --to text, as rows."""
    tables = [[], []]
    place = -1
    for line in text.split("\n"):
        place += line.startswith("Hottest by ")
        match = TEXT_ROW.fullmatch(line)
        if match:
            tables[place].append(match.groups())
    return tables


ALLOWED = {"p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "h3", "ul",
           "li"}


class Page(html.parser.HTMLParser):
    """What a Markdown parser made of a text: the rows of each table, and elements that should not be."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.odd, self.cell, self.row = [], [], None, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ALLOWED or [name for name, _ in attrs if name != "align"]:
            self.odd.append(f"<{tag}> {attrs}")
        if tag == "tbody":
            self.tables.append([])
        if tag == "td":
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag == "td":
            self.row.append(self.cell)
            self.cell = None
        if tag == "tr" and self.row:
            self.tables[-1].append(tuple(self.row))
            self.row = []


def read_markdown(text):
    """As GitHub reads it."""
    done = subprocess.run(
        ["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tagfilter",
         "-e", "footnotes", "-e", "tasklist"],
        input=text.encode(), stdout=subprocess.PIPE, check=True)
    return Page(done.stdout.decode())


def check_tables(job):
    """The tables for people tell what folded text tells."""
    path, options = job
    plain = run(["collapse", "-q", *options, path])
    if plain.status != 0:
        return None
    stacks = folded.parse(plain.out)
    if "total_before" in parse(run(["collapse", "-q", "--to=json", *options, path]).out):
        # Two counts a line: the first looks like a part of the name.
        stacks = {stack.rpartition(b" ")[0]: weight for stack, weight in stacks.items()}
    return text_problems(path, options, stacks) + markdown_problems(path, options, stacks)


def text_problems(path, options, stacks):
    got = run(["collapse", "-q", "--to=text", "--top=100000", *options, path])
    text = got.out.decode()
    problems = [f"status {got.status}"] if got.status else []
    problems += [f"{columns(line)} columns: {line!r}" for line in text.split("\n") if columns(line) > 80]
    problems += [f"a control character: {found[0]!r}" for found in [CONTROL.search(text)] if found]
    return problems + tables_tell(read_text(text), stacks, 38)


def markdown_problems(path, options, stacks):
    got = run(["collapse", "-q", "--to=markdown", "--top=80", *options, path])
    text = got.out.decode()
    problems = [f"status {got.status}"] if got.status else []
    problems += [f"{len(got.out)} bytes"] if len(got.out) >= 65000 else []
    problems += [f"a control character: {found[0]!r}" for found in [CONTROL.search(text)] if found]
    page = read_markdown(text)
    problems += page.odd
    if len(page.tables) != (2 if any(hottest(stacks)[1].values()) else 0):
        problems.append(f"{len(page.tables)} tables")
    if len(hottest(stacks)[1]) <= 80:
        problems += tables_tell(page.tables, stacks, 80)
    return problems


def measure(stacks, rule, unknown=False, depth=1, self=False):
    """The widest a rule looks at, as a share."""
    total = sum(stacks.values())
    name, _, _ = rule.rpartition("=")
    widths = collections.Counter()
    for stack, weight in stacks.items():
        frames = [f.decode("utf-8", "replace") for f in stack.split(b";")]
        bare = [re.sub(r"_\[[kjiw]\]$", "", f) for f in frames]
        considered = bare[-1:] if self else bare
        if unknown:
            odd = [f for f in considered if re.fullmatch(r"\[.+\]|0x([0-9a-fA-F]+|\.\.\.)", f) or (
                re.fullmatch(r"[0-9a-fA-F]{8,}", f) and re.search("[0-9]", f))]
            widths["unknown"] += weight if odd else 0
        elif not name:
            widths[tuple(frames[:depth])] += weight if len(frames) >= depth else 0
        else:
            for full in set(frames[-1:] if self else frames):
                plain = re.sub(r"_\[[kjiw]\]$", "", full)
                if name.startswith("/") and re.search(name[1:-1], plain) or name in (plain, full):
                    widths[full] += weight
    return decimal.Decimal(max(widths.values(), default=0)) * 100 / decimal.Decimal(total)


def check_budgets(job):
    """What check measures is what a second count of the stacks says, and the schema holds."""
    path, self = job
    plain = run(["collapse", "-q", path])
    stacks = folded.parse(plain.out) if plain.status == 0 else {}
    if not stacks or not sum(stacks.values()) or any(not stack for stack in stacks):
        return None
    if "total_before" in parse(run(["collapse", "-q", "--to=json", path]).out):
        return None
    names = [n for n in sorted(hottest(stacks)[1]) if is_text(n)][:8]
    rules = ["40%", "/a/=25%", "/^[m-z]/=12.5%"] + [n.decode() + "=10%" for n in names]
    options = ["--self"] * self + ["--depth=2", "--unknown=5%"]
    got = run(["check", "-q", "--to=json", path, *options, *(f"--max={r}" for r in rules)])
    answer = parse(got.out)
    problems = violations(CHECK, answer)
    wanted = {r: measure(stacks, r, depth=2, self=self and r != "40%") for r in rules}
    wanted["5%"] = measure(stacks, "5%", unknown=True, self=self)
    seen = {r["rule"]: r for r in answer["rules"]}
    if set(seen) != set(wanted):
        problems.append(f"rules {set(seen) ^ set(wanted)}")
    for rule, share in wanted.items():
        if rule in seen and abs(decimal.Decimal(seen[rule]["measured"]) - share) > decimal.Decimal("1e-7"):
            problems.append(f"{rule}: {seen[rule]['measured']}, not {share}")
        limit = decimal.Decimal(rule.rpartition("=")[2].rstrip("%"))
        if rule in seen and seen[rule]["holds"] != (share <= limit):
            problems.append(f"{rule}: {share} holds: {seen[rule]['holds']}")
    broken = any(not r["holds"] for r in answer["rules"])
    if got.status != (1 if broken else 0) or answer["verdict"] != ("fail" if broken else "pass"):
        problems.append(f"status {got.status}, {answer['verdict']}")
    uses = [(not r["holds"], round(float(r["measured"]) / float(r["limit"]), 7)) for r in answer["rules"]]
    if uses != sorted(uses, reverse=True):
        problems.append(f"not the worst first: {uses}")
    text = run(["check", "-q", path, *options, *(f"--max={r}" for r in rules)]).out.decode()
    problems += [f"{columns(line)} columns: {line!r}" for line in text.split("\n") if columns(line) > 80]
    return problems


def both_sides(text):
    """{stack: (before, after)} of what diff --to folded prints."""
    stacks = {}
    for line in text.split(b"\n")[:-1]:
        stack, before, after = line.rsplit(b" ", 2)
        stacks[stack] = (decimal.Decimal(before.decode()), decimal.Decimal(after.decode()))
    return stacks


def sides_of(tree):
    """The same of the call tree in the JSON of a diff."""
    names = [f["function"] for f in tree["functions"]]
    names = [(bytes.fromhex(n["bytes"]) if "bytes" in n else n["name"].encode()) + SUFFIX[n.get("kind")] for n in names]
    paths, stacks = [], {}
    for place, node in enumerate(tree["nodes"]):
        paths.append(paths[node["parent"]] + (names[node["function"]],) if place else ())
        if any(node["self"]):
            stacks[b";".join(paths[-1])] = tuple(map(decimal.Decimal, node["self"]))
    return stacks


def check_diff(job):
    """What diff tells in JSON, text and Markdown is what the stacks of both sides say."""
    before, after, options = job
    plain = run(["diff", "-q", "--to=folded", *options, before, after])
    if plain.status != 0:
        return None
    outputs = {to: run(["diff", "-q", f"--to={to}", *options, before, after]) for to in ("json", "text", "markdown")}
    problems = [f"{to}: status {o.status}: {o.err[:200]!r}" for to, o in outputs.items() if o.status]
    if problems:
        return problems
    answer = parse(outputs["json"].out)
    problems += violations(DIFF, answer)
    stacks = both_sides(plain.out)
    if sides_of(answer) != stacks:
        problems.append(f"{sides_of(answer)} instead of {stacks}"[:500])
    problems += functions_differ(answer, stacks)
    if before == after and (any(f["total_change"] or f["self_change"] or f.get("points") for f in answer["functions"])
                            or answer["verdict"] not in ("pass", "inconclusive")):
        problems.append("something changed between equal sides")
    text, markdown = outputs["text"].out.decode(), outputs["markdown"].out.decode()
    problems += [f"{columns(line)} columns: {line!r}" for line in text.split("\n") if columns(line) > 80]
    problems += [f"a control character: {found[0]!r}" for found in [CONTROL.search(text + markdown)] if found]
    problems += read_markdown(markdown).odd
    if len(outputs["markdown"].out) >= 65000:
        problems.append(f"{len(outputs['markdown'].out)} bytes of Markdown")
    if answer["verdict"].upper() not in (text.split(":")[0], markdown.split("**")[1]):
        problems.append(f"verdicts {answer['verdict']}, {text[:20]!r}, {markdown[:20]!r}")
    return problems


def functions_differ(answer, stacks):
    """What functions have, against a count of the stacks."""
    problems = []
    sides = [hottest({s: w[side] for s, w in stacks.items()}) for side in (0, 1)]
    for entry in answer["functions"]:
        frame = entry["function"]
        name = (bytes.fromhex(frame["bytes"]) if "bytes" in frame else frame["name"].encode()) + \
            SUFFIX[frame.get("kind")]
        for what, place in (("self", 0), ("total", 1)):
            wanted = [sides[0][place][name], sides[1][place][name]]
            if entry[what] != wanted or entry[what + "_change"] != wanted[1] - wanted[0]:
                problems.append(f"{name!r}: {what} {entry[what]}, not {wanted}")
    named = {name for _, total in sides for name in total}
    if len(answer["functions"]) < len(named):
        problems.append(f"{len(answer['functions'])} functions, not {len(named)}")
    return problems[:5]


def check_diffs(report):
    inputs = inputs_of(("diff",)) + [p for p in inputs_of(("collapse",)) if "/folded/" in p]
    jobs = [(a, b, options) for a, b in zip(inputs, inputs[1:] + inputs[:1]) for options in ([], ["-n"])]
    jobs += [(path, path, ["-n"]) for path in inputs]
    for (before, after, options), problems in zip(jobs, in_parallel(check_diff, jobs)):
        if problems is not None:
            name = " ".join(["/".join(pathlib.Path(p).parts[-2:]) for p in (before, after)] + options)
            report.check(f"outputs: diff {name}", problems)


def check_diff_names(report):
    """Names that mean something elsewhere, in a function that became slower, its callers and the files' names."""
    with tempfile.TemporaryDirectory() as folder:
        for name in HOSTILE:
            files = {}
            for side, weight in (("before", 1000), ("after", 3000)):
                for number in (1, 2):
                    file = f"{folder}/{side}{number}" + re.sub("[/\0;]", "", name)[:20]
                    pathlib.Path(file).write_text(f"main;a{name};b{name} {weight + number}\nmain;x 20000\n")
                    files.setdefault(side, []).append(file)
            argv = ["diff", "--from=folded", "-q", "--before", *files["before"], "--after", *files["after"]]
            markdown = run([*argv, "--to=markdown"]).out.decode()
            text = run([*argv, "--to=text"]).out.decode()
            page = read_markdown(markdown)
            problems = page.odd + [f"not found: {markdown[:300]}"] * ("**REGRESSION**" not in markdown)
            problems += [f"{columns(line)} columns: {line!r}" for line in text.split("\n") if columns(line) > 80]
            problems += [f"a control character: {found[0]!r}" for found in [CONTROL.search(text + markdown)] if found]
            if any(len(row) != len(table[0]) for table in page.tables for row in table) or len(page.tables) < 2:
                problems.append(f"tables {page.tables}")
            report.check(f"outputs: diff with the name {name[:40]!r}", problems)


def check_diff_size(report):
    """A million functions, all of which changed, with names that need the most room."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for side in range(4):
            files.append(f"{folder}/{side}")
            letters = "`" * 80
            changed = (20000, 40000) if side < 2 else (40000, 20000)
            weights = [changed[i % 2] if i < 60 else 100 + i % 7 + side for i in range(5000)]
            pathlib.Path(files[-1]).write_text("".join(
                f"{letters}{i % 300};{letters}{i} {weight}\n" for i, weight in enumerate(weights)))
        got = run(["diff", "-q", "--top=1000", "--to=markdown", "--before", *files[:2], "--after", *files[2:]], timeout=60)
        report.check("outputs: Markdown of a large diff fits a comment", read_markdown(got.out.decode()).odd + [
            f"{len(got.out)} bytes, status {got.status}" for _ in [0] if not 20000 < len(got.out) < 65000])


def is_text(name):
    """Whether a name can be given as a rule and found again."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return False
    return text == text.strip() and "=" not in text and not re.fullmatch("/.*/", text) and "\0" not in text and \
        not re.search(r"_\[[kjiw]\]$", text)


# Names that mean something to a Markdown parser, or to what shows its output.
HOSTILE = ["`", "``", "a`b", "`a`", "``a", "a|b", "a\\|b", "a\\\\|b", "a\\", "\\", "|", "||", "a`|`b", "`|", "|`",
           " a ", "  ", " `", "a\\`", "\\`|", "<script>alert(1)</script>", "<b>", "</code>", "<!-- x", "-->",
           "&lt;b&gt;", "&#124;", "[a](http://x)", "![a](http://x)", "http://example.org/", "www.example.org",
           "@someone", "#1", "**a**", "_a_", "~~a~~", "$a$", ":tada:", "- a", "# a", "> a", "1. a", "---", "===",
           "[ ] a", "[^1]", "a\u202eb", "\u6f22\u5b57" * 30, "x" * 500, "`" * 500, "|" * 500, "\\|" * 300,
           "\U0001f525" * 300, "</details>", "</table>", "operator|", "operator||", "a  b"]


def check_hostile_names(report):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/names"
        for name in HOSTILE + [chr(c) + "x" for c in range(33, 127) if chr(c) != ";"]:
            pathlib.Path(path).write_bytes(f"main;{name}|{name};z 3\nmain;{name} 2\nmain;a{name} 1\n".encode())
            stacks = folded.parse(run(["collapse", "--from=folded", path]).out)
            page = read_markdown(run(["collapse", "--from=folded", "--to=markdown", path]).out.decode())
            # Backslashes that stand before a bar are made even.
            even = re.compile(r"(?<!\\)((?:\\\\)*)\\\|")
            wanted = {even.sub(r"\1\\\\|", shown(n, 80) or "").strip(" ") for n in hottest(stacks)[1]}
            got = {row[2].strip(" ") for row in page.tables[1]}
            problems = page.odd + text_problems(path, ["--from=folded"], stacks)
            if "" not in wanted and got != wanted:
                problems.append(f"{got} instead of {wanted}")
            if len(page.tables) != 2 or any(len(row) != 3 for table in page.tables for row in table):
                problems.append(f"tables {page.tables}")
            report.check(f"outputs: tables with the name {name[:40]!r}", problems)


def check_sizes(report):
    """A million frames, with names that need the most room."""
    for name, letters in (("backquotes", "`" * 80), ("four-byte characters", "\U0001f525" * 80), ("bars", "|" * 80)):
        text = "".join(f"{letters}{i};{letters}{i}{letters} {i + 1}\n" for i in range(20000)).encode()
        got = run(["collapse", "--to=markdown", "--top=100000"], text, timeout=60)
        page = read_markdown(got.out.decode())
        report.check(f"outputs: Markdown of 40,000 names of {name} fits a comment", page.odd + [
            f"{len(got.out)} bytes" for _ in [0] if not 10000 < len(got.out) < 65000] + [
            f"tables of {[len(t) for t in page.tables]} rows" for _ in [0] if [len(t) for t in page.tables] != [80, 80]])
    million = b"".join(b"main;f%d 1\n" % i for i in range(1_000_000))
    for to, most in (("markdown", 65000), ("text", 10000)):
        got = run(["collapse", f"--to={to}"], million, timeout=60)
        report.check(f"outputs: {to} of a million functions is short",
                     [f"{len(got.out)} bytes, status {got.status}"] * (got.status != 0 or len(got.out) >= most))


PROFILE = validator("profile")
CHECK = validator("check")
DIFF = validator("diff")


def variants(path):
    """Options to read an input with: one format is enough to see that trees may look otherwise."""
    return ([], ["--reverse"]) if "/folded/" in str(path) else ([],)


def inputs_of(commands):
    return sorted({str(p) for c in golden_cases("") if c.command in commands for p in c.inputs()})


def main():
    report = Report()
    check_trees(report)
    jobs = [(path, options) for path in inputs_of(("collapse", "render")) for options in variants(path)]
    for (path, options), problems in zip(jobs, in_parallel(check_tables, jobs)):
        if problems is not None:
            name = " ".join(["/".join(pathlib.Path(path).parts[-3:]), *options])
            report.check(f"outputs: tables of {name}", problems)
    jobs = [(path, self) for path in inputs_of(("collapse", "render", "check")) for self in (False, True)
            if not self or "/folded/" in path]
    for (path, self), problems in zip(jobs, in_parallel(check_budgets, jobs)):
        if problems is not None:
            name = "/".join(pathlib.Path(path).parts[-3:]) + " by self" * self
            report.check(f"outputs: check measures {name}", problems)
    check_diffs(report)
    check_diff_names(report)
    check_diff_size(report)
    check_hostile_names(report)
    check_sizes(report)
    report.exit()


main()
