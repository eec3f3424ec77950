"""Tracebacks of two threads, thrice, by faulthandler (stacks.sh)."""
import faulthandler
import sys
import threading
import time


def inner(end):
    while time.monotonic() < end:
        pass


def outer(end):
    inner(end)


faulthandler.dump_traceback_later(0.2, repeat=True, file=sys.stdout)
worker = threading.Thread(target=outer, args=(time.monotonic() + 0.7,), name="worker")
worker.start()
worker.join()
