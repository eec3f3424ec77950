#!/usr/bin/env bash
# Record examples/demo.c with bpftrace: bpftrace.sh FOLDER writes maps as text and as JSON there. Needs root, a
# kernel that allows it, and bpftrace.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "usage: bpftrace.sh FOLDER" >&2 && exit 2; }
mkdir -p "$1"
cd "$1"
"${CC:-cc}" -O1 -g -fno-inline -fno-omit-frame-pointer -pthread "$here/../../examples/demo.c" -o demo
ulimit -l unlimited 2>/dev/null || true

# Ends before the program does, whose symbols are looked up when maps are printed.
record() {
    bpftrace "${@:3}" -e "profile:hz:$1 /pid == cpid/ { $2 } interval:s:1 { exit(); }" -c "./demo 4"
}

keys='@[kstack, ustack, comm] = count(); @user[comm, ustack(perf, 5)] = count(); @start[tid] = 5; @h = hist(tid);'
record 19 "$keys" >bpftrace.txt
record 19 '@[kstack(5), ustack(5), tid % 2] = count(); @total = count();' -f json >bpftrace.json
sed -i "s|$PWD|/srv/app|g" bpftrace.txt bpftrace.json
