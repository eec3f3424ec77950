#!/usr/bin/env python3
"""Help and man pages agree: every long option of `flamectl COMMAND --help` stands in the page, every
option of the page in the help; each command has a page; completions name each command and option; and some test
uses each option, and each word that it may have for a value."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from harness import TOP, Report, run  # noqa: E402


def help_options(command):
    """Long options that begin an entry of the help: "  -o, --output=FILE  ..."."""
    text = run([command, "--help"]).out.decode()
    return set(re.findall(r"^  (?:-\w, )?--([a-z][a-z0-9-]*)", text, re.MULTILINE))


def page_options(page):
    """Options that the page describes: those in bold in the line after .TP (or .It Fl in mdoc)."""
    text = page.read_text().replace("\\-", "-")
    entries = re.findall(r"^\.TP.*\n((?:.*\n\.TQ\n)*.*)$", text, re.MULTILINE)
    entries += re.findall(r"^\.It (.*)$", text, re.MULTILINE)
    return {name for entry in entries for name in re.findall(r"--([a-z][a-z0-9-]*)", entry)}


def commands():
    text = run(["help"]).out.decode()
    return [c for c in re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE) if c != "help"]


def uses():
    """All command lines of tests."""
    tests = TOP / "tests"
    files = [p for suite in ("golden", "cli", "outputs", "law", "browser") for p in (tests / suite).rglob("*")
             if p.suffix in (".args", ".sh", ".py", ".mjs") and "node_modules" not in p.parts]
    return "\n".join(p.read_text() for p in files)


def unused(command, text):
    """Options of a command that no test uses, and words for their values."""
    help_text = re.sub(r"\|\n +(?=[a-z])", "|", run([command, "--help"]).out.decode())
    for name, words in re.findall(r"^  (?:-\w, )?--([a-z][a-z0-9-]*)(?:\[?=([a-z0-9|-]+))?", help_text, re.MULTILINE):
        if not re.search(rf"(?<![\w-])--{name}(?![\w-])", text):
            yield f"no test uses --{name}"
        for word in words.split("|") if "|" in words else []:
            if not re.search(rf"--{name}[= ]{word}(?![\w-])", text):
                yield f"no test uses --{name}={word}"


def main():
    report = Report()
    names = commands()
    used = uses()
    report.check("lint: help names the commands", [] if len(names) >= 3 else [f"only {names}"])
    for command in names:
        page = TOP / "man" / f"flamectl-{command}.1"
        if not page.exists():
            report.fail(f"lint: man page of {command}", "there is none")
            continue
        in_help, in_page = help_options(command), page_options(page)
        problems = [f"--{o} stands in the help alone" for o in sorted(in_help - in_page)]
        problems += [f"--{o} stands in the page alone" for o in sorted(in_page - in_help)]
        if len(in_help) < 5:
            problems.append(f"the help has only {sorted(in_help)}")
        report.check(f"lint: help and man page of {command} have the same options", problems)
        report.check(f"lint: a test for each option of {command}", list(unused(command, used)))
        for shell in ("bash", "zsh", "fish"):
            completion = run(["help", f"--completion={shell}"]).out.decode()
            missing = [f"no {o}" for o in [command, *sorted(in_help - {"help"})] if o not in completion]
            report.check(f"lint: {shell} completion of {command}", missing)
    report.exit()


main()
