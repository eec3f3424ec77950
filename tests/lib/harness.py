"""What the suites written in Python share: how to run flamectl, find golden cases and report."""

import concurrent.futures
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent.parent
TOP = TESTS.parent
FLAMECTL = os.path.abspath(os.environ.get("FLAMECTL", TOP / "flamectl"))
TIMEOUT = float(os.environ.get("TEST_TIMEOUT", "20"))


class Report:
    """Prints one result a line, as tests/run.sh counts them."""

    def __init__(self):
        self.failed = 0

    def ok(self, name):
        print(f"ok {name}")

    def fail(self, name, why, detail=""):
        self.failed += 1
        print(f"not ok {name}: {why}")
        for line in detail.splitlines()[:40]:
            print("# " + line)

    def skip(self, name, why):
        print(f"skip {name}: {why}")

    def check(self, name, problems):
        """`problems` is what went wrong, in words; none is a pass."""
        if problems:
            self.fail(name, str(problems[0]), "\n".join(str(p) for p in problems[1:]))
        else:
            self.ok(name)

    def exit(self):
        sys.stdout.flush()
        sys.exit(1 if self.failed else 0)


class Result:
    """What one run left: exit status (negative: the signal that ended it), stdout, stderr."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err


def run(argv, stdin=b"", cwd=None, env=None, timeout=None):
    """Run `flamectl ARGV...` with `stdin` as its input; a hang is status 'hang'."""
    try:
        done = subprocess.run(
            [FLAMECTL, *argv], input=stdin, cwd=cwd, timeout=timeout or TIMEOUT,
            env={**os.environ, **env} if env else None,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    except subprocess.TimeoutExpired as late:
        return Result("hang", late.stdout or b"", late.stderr or b"")
    return Result(done.returncode, done.stdout, done.stderr)


def in_parallel(function, items):
    """function(item) for every item on all processors; results in the order of the items."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return list(pool.map(function, items))


class Case:
    """One golden case: the files tests/golden/<command>/<format>/<case>.*

    .in          the input; given as the last operand unless .args says `{in}` or has the operand `-`
    .in2         a second input, the operand after it (diff's "after", or a second file)
    .args        options and operands: one line of shell words
    .out .err    what stdout and stderr must be; no .err: stderr is empty
    .exit        the exit status; no .exit: 0
    Any other extension is a file that .args names (an attribute file, a list of renames).
    """

    EXPECTED = (".args", ".out", ".err", ".exit")

    def __init__(self, stem):
        self.stem = stem
        self.command = stem.parts[-3]
        self.format = stem.parts[-2]
        self.name = "/".join(stem.parts[-3:])

    def text(self, extension, default=b""):
        path = self.path(extension)
        return path.read_bytes() if path.exists() else default

    def path(self, extension):
        return self.stem.parent / (self.stem.name + extension)

    def inputs(self):
        return [self.path(e) for e in (".in", ".in2") if self.path(e).exists()]

    def has_files(self):
        """Whether .args names files beside the inputs."""
        known = self.EXPECTED + (".in", ".in2")
        return any(p.suffix not in known for p in self.files())

    def files(self):
        return self.stem.parent.glob(glob_escape(self.stem.name) + ".*")

    def words(self):
        """The words of .args as they are, without operands added."""
        return shlex.split(self.text(".args").decode("utf-8", "surrogateescape"))

    def options(self):
        """The words of .args that are no input: what a law test gives other inputs to."""
        return [w for w in self.words() if w != "-" and not w.startswith("{in")]

    def argv(self):
        """Command line and stdin."""
        words = self.words()
        names = {"{in}": self.stem.name + ".in", "{in2}": self.stem.name + ".in2"}
        stdin = self.text(".in") if "-" in words else b""
        if "-" not in words and not any(w in names for w in words):
            words += [p.name for p in self.inputs()]
        return [self.command] + [names.get(w, w) for w in words], stdin

    def copy_to(self, folder):
        for path in self.files():
            if path.suffix not in self.EXPECTED:
                shutil.copy(path, folder)

    def run(self):
        argv, stdin = self.argv()
        with tempfile.TemporaryDirectory() as folder:
            self.copy_to(folder)
            return run(argv, stdin, cwd=folder)


def glob_escape(name):
    return "".join("[" + c + "]" if c in "*?[" else c for c in name)


def golden_cases(pattern=""):
    """Every golden case whose name holds `pattern`, in order."""
    stems = {p.parent / p.name[: p.name.rindex(".")]
             for p in (TESTS / "golden").glob("*/*/*.*") if p.suffix in (".in", ".args")}
    cases = [Case(s) for s in sorted(stems)]
    return [c for c in cases if pattern in c.name]
