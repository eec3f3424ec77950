"""The failing system of tests/torture/shim.c, built on first use."""

import fcntl
import os
import subprocess
import sys

from harness import TESTS, TOP

SHIM = TOP / "build" / "tests" / "shim.so"
SOURCE = TESTS / "torture" / "shim.c"


def build():
    """The library's path, or None where there is no LD_PRELOAD or no compiler."""
    if sys.platform != "linux":
        return None
    SHIM.parent.mkdir(parents=True, exist_ok=True)
    with open(SHIM.parent / "shim.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not SHIM.exists() or SHIM.stat().st_mtime < SOURCE.stat().st_mtime:
            subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-O1", "-shared", "-fPIC",
                            SOURCE, "-o", SHIM, "-ldl"], check=True)
    return str(SHIM)


def environment(**settings):
    """Environment for a run: environment(READ_MAX=1)."""
    return {"LD_PRELOAD": build(), **{"TORTURE_" + k: str(v) for k, v in settings.items()}}
