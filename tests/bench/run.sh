#!/usr/bin/env bash
# Times flamectl beside `wc -l` on the same file in one run: medians of RUNS (5) runs each, wall and CPU seconds,
# peak memory, rate, and the ratio to wc. FLAMEGRAPH_DIR adds the original scripts; inferno is timed where it is
# on the PATH. Inputs are made once and kept in build/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${RUNS:-5}
flamectl=${FLAMECTL:-./flamectl}
folder=build/bench
originals=${FLAMEGRAPH_DIR:-}

make_input() { # NAME ARGUMENTS...
    local file=$folder/$1
    shift
    [[ -s $file ]] || { "$folder/generate" "$@" >"$file.part" && mv "$file.part" "$file"; }
}

# Prints "wall cpu peak-KiB" of one run of a command line.
once() {
    python3 - "$1" <<'PYTHON'
import os, resource, subprocess, sys, time
start = time.monotonic()
status = subprocess.run(["bash", "-c", "exec " + sys.argv[1]], stdout=subprocess.DEVNULL).returncode
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if status:
    sys.exit("status %d: %s" % (status, sys.argv[1]))
print("%.4f %.4f %d" % (wall, used.ru_utime + used.ru_stime, used.ru_maxrss))
PYTHON
}

calc() {
    awk "BEGIN { print $1 }"
}

declare -A base
row() { # INPUT LABEL COMMAND
    local input=$1 label=$2 command=$3 all='' i wall cpu peak bytes
    for ((i = 0; i < runs; i++)); do all+="$(once "$command")"$'\n'; done
    read -r wall cpu peak < <(
        printf '%s' "$all" | python3 -c '
import statistics, sys
rows = [list(map(float, line.split())) for line in sys.stdin]
print(*(statistics.median(column) for column in zip(*rows)))'
    )
    bytes=$(wc -c <"$folder/$input")
    [[ $label == 'wc -l' ]] && base[$input]=$wall
    printf '%-14s %-26s %8.3f %8.3f %8.1f %9.0f %8.1f\n' "$input" "$label" "$wall" "$cpu" \
        "$(calc "$peak / 1024")" "$(calc "$bytes / 1000000 / $wall")" "$(calc "$wall / ${base[$input]}")"
}

mkdir -p "$folder"
make_input perf-300.txt perf 300
make_input folded-100k folded 100000
make_input folded-1k folded 1000
[[ -s $folder/small.txt ]] || head -n 40 "$folder/perf-300.txt" >"$folder/small.txt"

printf '%-14s %-26s %8s %8s %8s %9s %8s\n' input command 'wall s' 'CPU s' 'peak MB' MB/s 'x wc -l'
f=$folder/perf-300.txt
row perf-300.txt 'wc -l' "wc -l $f"
row perf-300.txt 'collapse' "$flamectl collapse $f"
row perf-300.txt 'cat | collapse' "$flamectl collapse < <(cat $f)"
if [[ -n $originals ]]; then
    runs=1 row perf-300.txt 'stackcollapse-perf.pl' "perl $originals/stackcollapse-perf.pl $f"
fi
if command -v inferno-collapse-perf >/dev/null; then
    row perf-300.txt 'inferno-collapse-perf' "inferno-collapse-perf $f"
fi
for name in folded-1k folded-100k; do
    f=$folder/$name
    row "$name" 'wc -l' "wc -l $f"
    row "$name" 'collapse' "$flamectl collapse $f"
    row "$name" 'render' "$flamectl render $f"
    row "$name" 'diff' "$flamectl diff $f $f"
    if [[ -n $originals ]]; then
        runs=1 row "$name" 'flamegraph.pl' "perl $originals/flamegraph.pl $f"
    fi
done
f=$folder/small.txt
row small.txt 'wc -l' "wc -l $f"
row small.txt 'collapse' "$flamectl collapse $f"
