#!/usr/bin/env bash
# Runs the unit programs of a build folder: one for each tests/unit/NAME_test.c.
#
#   tests/lib/unit.sh [BUILD-FOLDER] [make variable ...]
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
build=${1:-build}
shift
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! make -s -j"$(nproc)" "$@" units; then
    printf 'not ok unit: the programs do not build\n'
    exit 1
fi
for source in tests/unit/*_test.c; do
    name=$(basename "$source" .c)
    timeout 120 "$build/tests/unit-$name" >"$log" 2>&1
    status=$?
    cat "$log"
    if grep -q '^not ok ' "$log"; then
        failed=1
    elif [[ $status != 0 ]]; then
        printf 'not ok unit %s: ended with status %d\n' "$name" "$status"
        failed=1
    elif ! grep -q '^ok ' "$log"; then
        printf 'not ok unit %s: no result\n' "$name"
        failed=1
    fi
done
exit "$failed"
