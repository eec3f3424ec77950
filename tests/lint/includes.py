#!/usr/bin/env python3
"""The layers: base < profile < compare < readers | writers < cmd < main. A file includes headers of its own layer
or of a lower one; readers and writers never see each other; no header includes itself by a detour."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from harness import TOP, Report  # noqa: E402

LAYERS = {"base": 1, "profile": 2, "compare": 3, "readers": 4, "writers": 4, "cmd": 5, "main": 6}
# Public headers whose module has another name than its source file, or none.
HEADERS = {"reader": "readers", "writer": "writers", "command": "cmd"}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def layer_of(path):
    """The layer's name of a file: by its folder, a public header by the source file of its name."""
    if path.parts[0] == "src":
        return path.parts[1] if len(path.parts) > 2 else "main"
    sources = [p.parent.name for p in (TOP / "src").glob(f"*/{path.stem}.c")]
    return HEADERS.get(path.stem) or (sources[0] if len(set(sources)) == 1 else None)


def resolve(path, name):
    """The file that #include "name" in path means."""
    for folder in (path.parent, pathlib.Path("include")):
        found = folder / name
        if (TOP / found).exists():
            return pathlib.Path(*[p for p in found.parts if p != "."])
    return None


def layer_problems(path, included):
    mine, theirs = layer_of(path), layer_of(included)
    if mine is None or theirs is None:
        return [f"{path if mine is None else included}: in no layer (src/<layer>/ has no such .c)"]
    if LAYERS[theirs] > LAYERS[mine] or LAYERS[theirs] == LAYERS[mine] and theirs != mine:
        return [f"{path} ({mine}) includes {included} ({theirs})"]
    return []


def cycle(graph, node, path):
    """A path of includes that comes back to where it was, or nothing."""
    if node in path:
        return path[path.index(node):] + [node]
    for target in graph.get(node, ()):
        found = cycle(graph, target, path + [node])
        if found:
            return found
    return None


def main():
    report = Report()
    graph, problems, unknown = {}, [], []
    files = [p.relative_to(TOP) for d in ("include", "src") for p in (TOP / d).rglob("*.[ch]")]
    for path in sorted(files):
        graph[path] = []
        for name in INCLUDE.findall((TOP / path).read_text()):
            included = resolve(path, name)
            if included is None:
                unknown.append(f"{path}: no {name}")
                continue
            graph[path].append(included)
            problems += layer_problems(path, included)
    report.check("lint: layers of the include lines", problems)
    report.check("lint: every included file is there", unknown)
    included = {header for headers in graph.values() for header in headers}
    report.check("lint: every header is included", [str(p) for p in graph if p.suffix == ".h" and p not in included])
    cycles = [c for c in (cycle(graph, node, []) for node in graph) if c]
    report.check("lint: no include cycles", [" -> ".join(map(str, c)) for c in cycles[:3]])
    report.exit()


main()
