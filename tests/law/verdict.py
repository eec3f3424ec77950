#!/usr/bin/env python3
"""The figures behind diff's verdict, computed a second time from the definitions: shares, dispersion, t, p, q,
intervals, the G test, Fisher's exact test, and what is called a regression. Runs are drawn at random, seeded."""

import collections
import fractions
import json
import math
import pathlib
import random
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from harness import Report, run  # noqa: E402

FDR, POINTS, RELATIVE = 0.05, 0.005, 0.05


def integral(power, low, high, steps=2000):
    """Simpson's rule on cos^power."""
    width = (high - low) / steps
    values = [math.cos(low + i * width) ** power for i in range(steps + 1)]
    return width / 3 * (values[0] + values[-1] + 4 * sum(values[1:-1:2]) + 2 * sum(values[2:-1:2]))


def t_tails(t, degrees):
    """Both tails of Student's t, by t = sqrt(degrees) tan(angle)."""
    angle = math.atan(abs(t) / math.sqrt(degrees))
    return integral(degrees - 1, angle, math.pi / 2) / integral(degrees - 1, 0, math.pi / 2)


def quantile(tails, degrees):
    low, high = 0, 100
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tails(middle, degrees) > tails else (low, middle)
    return low


def normal_quantile(tails):
    return statistics.NormalDist().inv_cdf(1 - tails / 2)


def fisher(a, b, all_a, all_b):
    """Twice the smaller tail, the observed table counted half."""
    drawn = a + b
    chance = {x: fractions.Fraction(math.comb(all_a, x) * math.comb(all_b, drawn - x), math.comb(all_a + all_b, drawn))
              for x in range(max(0, drawn - all_b), min(drawn, all_a) + 1)}
    below = sum(c for x, c in chance.items() if x < a)
    above = sum(c for x, c in chance.items() if x > a)
    return float(min(1, 2 * (min(below, above) + chance[a] / 2)))


def g_test(y, n):
    p = sum(y) / sum(n)
    cells = [(y[s], n[s] * p) for s in (0, 1)] + [(n[s] - y[s], n[s] * (1 - p)) for s in (0, 1)]
    return 2 * sum(seen * math.log(seen / wanted) for seen, wanted in cells if seen)


def adjust(rows):
    rows.sort(key=lambda row: row["p"])
    least = 1
    for rank in range(len(rows), 0, -1):
        least = min(least, rows[rank - 1]["p"] * len(rows) / rank)
        rows[rank - 1]["q"] = least


def measure(counts, totals, sides):
    """Pooled samples and shares by side."""
    n = [sum(t for t, s in zip(totals, sides) if s == side) for side in (0, 1)]
    y = [sum(c for c, s in zip(counts, sides) if s == side) for side in (0, 1)]
    return y, n, [y[0] / n[0], y[1] / n[1]]


def find_phi(counts, totals, sides, p):
    return sum((c - t * p[s]) ** 2 / (t * p[s] * (1 - p[s])) for c, t, s in zip(counts, totals, sides)
               if 0 < p[s] < 1) / (len(sides) - 2)


def expected(runs, sides):
    """By function: what the verdict's figures should be. runs: by run {function: samples}, "" for all of them."""
    screening = min(sides.count(0), sides.count(1)) < 2
    totals = [r[""] for r in runs]
    rows = []
    for name in sorted(set().union(*runs) - {""}):
        counts = [r.get(name, 0) for r in runs]
        y, n, p = measure(counts, totals, sides)
        if sum(y) < 10 or sum(y) == sum(n):
            continue
        row = {"name": name, "y": y, "n": n, "share": p, "points": p[1] - p[0]}
        if not screening:
            row["phi"] = find_phi(counts, totals, sides, p)
        rows.append(row)
    own, middle = len(sides) - 2, 0
    if not screening:
        middle = statistics.median(row["phi"] for row in rows)
    limit = normal_quantile(FDR) if screening else quantile(FDR, own + 4)
    for row in rows:
        row["dispersion"] = 1 if screening else max(1, (4 * middle + own * row["phi"]) / (4 + own))
        both = sum(row["y"]) / sum(row["n"])
        used = [both, both] if 0 in row["y"] else row["share"]
        error = math.sqrt(row["dispersion"] * sum(used[s] * (1 - used[s]) / row["n"][s] for s in (0, 1)))
        row["interval"] = [row["points"] - limit * error, row["points"] + limit * error]
        without = [row["n"][s] - row["y"][s] for s in (0, 1)]
        if not screening:
            row["t"] = row["points"] / error
            row["p"] = t_tails(row["t"], own + 4)
        elif sum(without) < 10:
            row["p"] = fisher(*without, *row["n"])
        else:
            row["p"] = math.erfc(math.sqrt(max(0, g_test(row["y"], row["n"])) / 2))
    adjust(rows)
    return rows


def direction(row):
    if row["q"] > FDR or abs(row["points"]) < max(POINTS, RELATIVE * row["share"][0]) - 1e-12:
        return 0
    return 1 if row["points"] > 0 else -1


def near(got, want, scale=1.0):
    return got is not None and abs(got - want * scale) <= 1e-6 * abs(want * scale) + 1e-9


def row_problems(row, got):
    """got: the function in the JSON output, with percents."""
    pairs = [("p", row["p"], got["p"], 1), ("q", row["q"], got["q"], 1), ("points", row["points"], got["points"], 100),
             ("dispersion", row["dispersion"], got["dispersion"], 1)]
    pairs += [(key, row[key], got[key], 1) for key in ("phi", "t") if key in row]
    pairs += [("share", row["share"][s], got["share"][s], 100) for s in (0, 1)]
    pairs += [("interval", row["interval"][s], got["interval"][s], 100) for s in (0, 1)]
    problems = [f"{row['name']}: {key} {value}, not {want * scale}"
                for key, want, value, scale in pairs if not near(value, want, scale)]
    if got["samples"] != row["y"]:
        problems.append(f"{row['name']}: samples {got['samples']}, not {row['y']}")
    # who did it, and what only moved, is looked for among the large changes only
    wanted = {1: ("regression", "explained", "moved"), -1: ("improvement", "explained", "moved"), 0: ("small", "none")}
    if got["finding"] not in wanted[direction(row)]:
        problems.append(f"{row['name']}: {got['finding']}, not one of {wanted[direction(row)]}")
    return problems


def draw(rng, shares, spread):
    """One run: {stack: samples}; every share varies from run to run by `spread` of itself."""
    return {stack: round(share * 10000 * math.exp(rng.gauss(0, spread))) for stack, share in shares.items()}


def add_up(stacks):
    totals = collections.Counter({"": sum(stacks.values())})
    for stack, samples in stacks.items():
        for name in set(stack.split(";")):
            totals[name] += samples
    return totals


def problems_of(rng, before, after, spread):
    shares = {f"m;f{i % 7};g{i % 5};h{i}": rng.random() ** 3 / 6 for i in range(24)}
    later = {s: v * rng.choice((1, 1, 1, 1.3, 0.8, 0 if v < 0.01 else 1)) for s, v in shares.items()}
    sides = [0] * before + [1] * after
    runs = [draw(rng, later if side else shares, spread) for side in sides]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, stacks in enumerate(runs):
            files.append(pathlib.Path(folder) / f"run{number}")
            files[-1].write_text("".join(f"{s} {n}\n" for s, n in stacks.items() if n))
        result = run(["diff", "--to", "json", "--before", *map(str, files[:before]), "--after",
                      *map(str, files[before:])])
    if result.status:
        return [f"status {result.status}: {result.err.decode()}"]
    output = json.loads(result.out)
    got = {f["function"]["name"]: f for f in output["functions"] if f.get("p") is not None}
    rows = expected([add_up(stacks) for stacks in runs], sides)
    if set(got) != {row["name"] for row in rows}:
        return [f"other functions are tested: {sorted(set(got) ^ {row['name'] for row in rows})}"]
    return [problem for row in rows for problem in row_problems(row, got[row["name"]])]


def main():
    report = Report()
    rng = random.Random(5)
    for before, after, spread in ((2, 2, 0.01), (3, 3, 0.05), (5, 5, 0.02), (5, 5, 0), (2, 6, 0.1), (8, 3, 0.03),
                                  (1, 1, 0.01), (1, 3, 0.02)):
        report.check(f"law: the verdict's figures, {before} against {after} runs, spread {spread}",
                     problems_of(rng, before, after, spread))
    report.exit()


main()
