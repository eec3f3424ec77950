#!/usr/bin/env python3
"""Outputs for programs and for people are what they should be, by the judgement of others: JSON validates
against the schemas of examples/schema and holds what folded text holds."""

import decimal
import json
import pathlib
import sys

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
    jobs = [(path, options) for path in inputs for options in ([], ["--reverse"])]
    for (path, options), problems in zip(jobs, in_parallel(check_tree, jobs)):
        if problems is not None:
            name = " ".join(["/".join(path.parts[-3:]), *options])
            report.check(f"outputs: JSON is the call tree of {name}", problems)


PROFILE = validator("profile")


def main():
    report = Report()
    check_trees(report)
    report.exit()


main()
