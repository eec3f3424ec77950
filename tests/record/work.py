"""Recorded as it is: the interpreter's own frames, recursion, regular expressions, sorting."""
import json
import re
import sys
import time


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def words(text):
    return sorted(re.findall(r"[a-z]+\d*", text), key=lambda w: (len(w), w))


def main(seconds):
    end = time.monotonic() + seconds
    total = 0
    while time.monotonic() < end:
        text = json.dumps([{"name": "item%d" % i, "price": i} for i in range(500)])
        total += len(words(text)) + len(json.loads(text)) + fibonacci(15)
    return total


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2)
