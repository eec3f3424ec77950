#!/usr/bin/env python3
"""Help and man pages agree: every long option of `flamectl COMMAND --help` stands in the page, every
option of the page in the help; each command has a page; completions name each command and option."""

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


def main():
    report = Report()
    names = commands()
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
        for shell in ("bash", "zsh", "fish"):
            completion = run(["help", f"--completion={shell}"]).out.decode()
            missing = [f"no {o}" for o in [command, *sorted(in_help - {"help"})] if o not in completion]
            report.check(f"lint: {shell} completion of {command}", missing)
    report.exit()


main()
