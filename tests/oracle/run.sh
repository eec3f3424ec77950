#!/usr/bin/env bash
# make oracle: every comparison with the original scripts of FLAMEGRAPH_DIR, at a size that takes a
# minute or two. FILES sets another size, SEED another beginning.
set -euo pipefail

cd "$(dirname "$0")"
if [ ! -f "${FLAMEGRAPH_DIR:-}/flamegraph.pl" ]; then
    echo 'oracle: set FLAMEGRAPH_DIR to a checkout of https://github.com/brendangregg/FlameGraph' >&2
    exit 2
fi
export PYTHONDONTWRITEBYTECODE=1
files=${FILES:-300} seed=${SEED:-1} status=0

check() {
    printf '%s: ' "$1"
    python3 "$@" || status=1
}

check compare_collapse.py --files "$files" --seed "$seed"
check compare_collapse.py ../../examples/demo.perf.txt
check compare_render.py --files "$((files / 6))" --seed "$seed"
check compare_render.py ../../examples/before.folded ../../examples/after.folded
check compare_diff.py --files "$((files / 3))" --seed "$seed"
check compare_diff.py ../../examples/before.folded ../../examples/after.folded
check check_wild.py --files "$files" --seed "$seed"
exit "$status"
