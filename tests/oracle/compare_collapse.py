#!/usr/bin/env python3
"""Compare `flamectl collapse` with stackcollapse-perf.pl, byte for byte.

usage: compare_collapse.py [--files N] [--samples N] [--seed FIRST] [--keep FOLDER] [RECORDING...]

Without operands, N random files (gen_perf.py) under each option. With operands, `perf script` text
of real recordings, less the samples the two read differently on purpose: those are counted by
reason. The environment says where the programs are: FLAMEGRAPH_DIR (a checkout of the original
scripts) and FLAMECTL (default: the flamectl of this work tree). A difference is reported with the
smallest text that shows it; the exit status is 1 then.
"""
import argparse
import collections
import concurrent.futures
import os
import subprocess
import sys

import gen_perf
import perftext

HERE = os.path.dirname(os.path.abspath(__file__))
OPTIONS = [(), ("--pid",), ("--tid",), ("--kernel",), ("--jit",), ("--all",), ("--addrs",)]
FLAMECTL = os.environ.get("FLAMECTL", os.path.join(HERE, "../../flamectl"))


def original():
    folder = os.environ.get("FLAMEGRAPH_DIR")
    if not folder:
        sys.exit("compare_collapse.py: set FLAMEGRAPH_DIR to a checkout of the original scripts")
    return ["perl", os.path.join(folder, "stackcollapse-perf.pl")]


def run(command, text):
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def compare(text, options):
    """Both answers where they differ, else None. An input without a sample is an error in flamectl
    alone.
    """
    _, expected, _ = run(original() + list(options), text)
    status, got, errors = run([FLAMECTL, "collapse", "--from=perf", "-q", *options], text)
    if got == expected and (status == 0 or (status == 2 and not expected)):
        return None
    return expected, got, "exit status %d\n%s" % (status, errors.decode("utf-8", "replace"))


def minimise(text, options):
    """Drop whole samples, then lines, while the answers still differ."""
    def still(parts, glue):
        candidate = glue.join(parts) + (b"\n\n" if parts else b"")
        return compare(candidate, options) is not None

    for glue in (b"\n\n", b"\n"):
        parts = text.rstrip(b"\n").split(glue)
        size = max(1, len(parts) // 2)
        while size >= 1:
            at = 0
            while at < len(parts) and len(parts) > 1:
                rest = parts[:at] + parts[at + size:]
                if rest and still(rest, glue):
                    parts = rest
                else:
                    at += size
            size //= 2
        text = glue.join(parts) + b"\n\n"
    return text


def report(name, options, text, keep):
    small = minimise(text, options)
    expected, got, errors = compare(small, options) or compare(text, options)
    print("DIFFERS: %s %s" % (name, " ".join(options)))
    print("--- input")
    print(small.decode("utf-8", "backslashreplace"), end="")
    for title, answer in (("script", expected), ("flamectl", got)):
        print("--- " + title)
        print(answer.decode("utf-8", "backslashreplace"), end="")
    print("--- flamectl: " + errors, flush=True)
    if keep:
        os.makedirs(keep, exist_ok=True)
        path = os.path.join(keep, "%s%s.perf.txt" % (name, "".join(options)))
        with open(path, "wb") as out:
            out.write(small)


def with_filters(texts, samples):
    """Each event asked for by name, too, where the script sees the names of all."""
    names = {perftext.header_answers(sample.header)[0][3] for sample in samples
             if perftext.header_answers(sample.header)[0]}
    if len(names) > 1 and None not in names:
        for name in sorted(names):
            texts[("--event-filter=" + name,)] = texts[()]
    return texts


def random_inputs(arguments):
    for seed in range(arguments.seed, arguments.seed + arguments.files):
        text = gen_perf.encode(gen_perf.make_file(seed, arguments.samples, "agree"))
        samples = perftext.split_samples(text.decode("latin-1"))
        yield "seed-%d" % seed, with_filters({options: text for options in OPTIONS}, samples)


def parts_that_agree(samples):
    """Samples that must have one answer, by what may stand in one file: the script does not see the
    name of an event with a payload, and so cannot tell such events apart."""
    parts = collections.defaultdict(list)
    for sample in samples:
        _, right = perftext.header_answers(sample.header)
        parts[right[3] if right and right[4] else ""].append(sample)
    for name, part in parts.items():
        plain = perftext.SCRIPT_EVENT.search(part[0].header) is None
        yield name, [sample for sample in part
                     if (perftext.SCRIPT_EVENT.search(sample.header) is None) == plain]


def recorded_inputs(paths):
    for path in paths:
        with open(path, encoding="latin-1", newline="\n") as source:
            samples = perftext.split_samples(source.read())
        why = collections.Counter()
        kept, marked = [], set()
        for sample in samples:
            found = perftext.reasons(sample) - {"payload"}
            why.update(found)
            if not found - {"kernel mark"}:
                kept.append(sample)
            if found:
                marked.add(sample)
        left = ", ".join("%s %d" % item for item in why.most_common()) or "none"
        print("%s: %d samples, %d compared; set apart: %s" % (path, len(samples), len(kept), left))
        for name, part in parts_that_agree(kept):
            clean = [sample for sample in part if sample not in marked]
            plain, marks = (perftext.join_samples(some).encode("latin-1") for some in (part, clean))
            texts = {options: marks if options in (("--kernel",), ("--all",)) else plain
                     for options in OPTIONS}
            texts = {options: text for options, text in texts.items() if text}
            yield os.path.basename(path) + ("-" + name if name else ""), with_filters(texts, part)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--samples", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="folder for the smallest differing inputs")
    parser.add_argument("--most", type=int, default=10, help="stop after so many differences")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("recordings", nargs="*")
    arguments = parser.parse_args()

    original()
    inputs = recorded_inputs(arguments.recordings) if arguments.recordings \
        else random_inputs(arguments)
    cases = differ = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name, texts in inputs:
            answers = list(pool.map(lambda item: compare(item[1], item[0]), texts.items()))
            for (options, text), answer in zip(texts.items(), answers):
                cases += 1
                if answer:
                    differ += 1
                    report(name, options, text, arguments.keep)
                    if differ >= arguments.most:
                        sys.exit("compare_collapse.py: stopped after %d differences" % differ)
    print("%d comparisons, %d differ" % (cases, differ))
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
