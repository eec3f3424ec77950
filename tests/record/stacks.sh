#!/usr/bin/env bash
# Records what debuggers, run times and bcc print of stacks: gdb, eu-stack, offcputime, Python's faulthandler,
# Xdebug, GHC. What is not installed here is said and left out. The goldens of those formats began as such recordings.
#
#   tests/record/stacks.sh FOLDER
set -euo pipefail
[[ $# == 1 ]] || { printf 'usage: stacks.sh FOLDER\n' >&2 && exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"

have() {
    command -v "$1" >/dev/null || { printf 'stacks.sh: %s is not here\n' "$1" >&2 && false; }
}

"${CC:-cc}" -g -O1 -pthread -o threads "$here/threads.c"
./threads &
process=$!
trap 'kill $process' EXIT
sleep 0.5
if have gdb; then
    for _ in 1 2 3; do
        gdb -batch -ex 'set pagination 0' -ex 'thread apply all bt' -p "$process" 2>/dev/null
    done >gdb.txt
    gdb -batch -ex 'thread apply all bt full' -p "$process" >gdb-full.txt 2>/dev/null
fi
if have eu-stack; then
    eu-stack -p "$process" >eu-stack.txt 2>&1 || true
    eu-stack -i -s -m -b -a -p "$process" >eu-stack-all.txt 2>&1 || true
fi
if have offcputime; then # of libbpf-tools; as root
    offcputime -p "$process" 2 >bcc-offcputime.txt
fi
if have python3; then
    python3 "$here/dump.py" >faulthandler.txt
    python3 -X faulthandler -c 'import os; os.abort()' 2>faulthandler-abort.txt || true
fi
if have php; then
    for returns in 0 1; do
        php -d zend_extension=xdebug.so -d xdebug.mode=trace -d xdebug.start_with_request=yes \
            -d xdebug.trace_format=1 -d xdebug.collect_return="$returns" -d xdebug.use_compression=0 \
            -d xdebug.output_dir=. -d xdebug.trace_output_name="xdebug-$returns" "$here/trace.php"
    done
fi
if have ghc; then
    cp "$here/work.hs" .
    ghc -v0 -O0 -prof -fprof-auto work.hs -o work
    ./work +RTS -p >/dev/null && mv work.prof ghc.prof
    ./work +RTS -P >/dev/null && mv work.prof ghc-bytes.prof
    rm -f work work.hs work.hi work.o
fi
rm -f threads
