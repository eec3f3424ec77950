#!/usr/bin/env bash
# Times flamectl beside `wc -l` on the same file in one run: medians of RUNS (5) runs each of wall and CPU
# seconds, peak memory, rate, and the ratio of wall time to wc's. FLAMEGRAPH_DIR adds the original scripts, and
# inferno is timed where it is on the PATH; PERF_DATA names a recording for `perf script` to write. Inputs are made once and kept in build/bench.
#
#   tests/bench/run.sh                 ./flamectl (FLAMECTL=path for another one)
#   tests/bench/run.sh --base REV      that of another revision, too, built in build/bench/base
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${RUNS:-5}
folder=build/bench
originals=${FLAMEGRAPH_DIR:-}
programs=("${FLAMECTL:-./flamectl}")

make_input() { # NAME ARGUMENTS...
    local file=$folder/$1
    shift
    [[ -s $file ]] || { "$folder/generate" "$@" >"$file.part" && mv "$file.part" "$file"; }
}

build_base() { # REVISION
    rm -rf "$folder/base"
    mkdir -p "$folder/base"
    git archive "$1" | tar -x -C "$folder/base"
    make -s -C "$folder/base"
    programs+=("$folder/base/flamectl")
    printf 'base: %s\n' "$(git log -1 --format='%h %s' "$1")"
}

calc() {
    awk "BEGIN { print $1 }"
}

# "wall CPU peak-KiB" of one run of a command line.
once() {
    python3 - "$1" <<'PYTHON'
import os, sys, time
line = sys.argv[1] if "|" in sys.argv[1] else "exec " + sys.argv[1]
start = time.monotonic()
child = os.fork()
if child == 0:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.execl("/bin/sh", "sh", "-c", line)
_, status, used = os.wait4(child, 0)
wall = time.monotonic() - start
if status:
    sys.exit("status %d: %s" % (status, sys.argv[1]))
print("%.4f %.4f %d" % (wall, used.ru_utime + used.ru_stime, used.ru_maxrss))
PYTHON
}

medians() {
    python3 -c '
import statistics, sys
rows = [list(map(float, line.split())) for line in sys.stdin]
print(*(statistics.median(column) for column in zip(*rows)))'
}

declare -A wc_wall
row() { # INPUT LABEL COMMAND [REPEATED]
    local input=$1 label=$2 all='' i wall cpu peak bytes
    for ((i = 0; i < runs; i++)); do all+="$(once "$3")"$'\n'; done
    read -r wall cpu peak < <(printf '%s' "$all" | medians)
    bytes=$(($(wc -c <"$folder/$input") * ${4:-1}))
    [[ $label == 'wc -l' ]] && wc_wall[$input]=$wall
    printf '%-10s %-30s %8.3f %8.3f %8.1f %8.0f %8.1f\n' "$input" "$label" "$wall" "$cpu" \
        "$(calc "$peak / 1024")" "$(calc "$bytes / 1000000 / $wall")" "$(calc "$wall / ${wc_wall[$input]}")"
}

# A row for each program; {} in the command stands for it.
rows() { # INPUT LABEL COMMAND [REPEATED]
    local program label
    for program in "${programs[@]}"; do
        label=$2
        [[ $program == "$folder/base/flamectl" ]] && label+=' (base)'
        row "$1" "$label" "${3//\{\}/$program}" "${4:-1}"
    done
}

bench_perf() {
    local f=$folder/perf
    row perf 'wc -l' "wc -l $f"
    rows perf 'collapse -j1' "{} collapse -j1 $f"
    rows perf 'collapse -j2' "{} collapse -j2 $f"
    row perf 'cat | wc -l' "cat $f | wc -l"
    rows perf 'cat | collapse -j2' "cat $f | {} collapse -j2"
    rows perf 'render -j2' "{} render -j2 $f"
    if [[ -n ${PERF_DATA:-} ]]; then
        row perf 'perf script' "perf script -i $PERF_DATA"
        row perf 'perf script | cat' "perf script -i $PERF_DATA | cat"
        rows perf 'perf script | collapse' "perf script -i $PERF_DATA | {} collapse"
    fi
    if [[ -n $originals ]]; then runs=1 row perf 'stackcollapse-perf.pl' "perl $originals/stackcollapse-perf.pl $f"; fi
    if command -v inferno-collapse-perf >/dev/null; then
        row perf 'inferno-collapse-perf -n 1' "inferno-collapse-perf -n 1 $f"
        row perf 'inferno-collapse-perf -n 2' "inferno-collapse-perf -n 2 $f"
    fi
}

bench_folded() { # NAME
    local f=$folder/$1
    row "$1" 'wc -l' "wc -l $f"
    rows "$1" 'collapse -j2' "{} collapse -j2 $f"
    rows "$1" 'collapse -j2, twice' "{} collapse -j2 $f $f" 2
    rows "$1" 'render -j1' "{} render -j1 $f"
    rows "$1" 'render -j2' "{} render -j2 $f"
    rows "$1" 'diff -j2' "{} diff -j2 $f $f" 2
    rows "$1" 'diff -j2 --to folded' "{} diff -q -j2 --to folded $f $f" 2
    if [[ -n $originals ]]; then runs=1 row "$1" 'flamegraph.pl' "perl $originals/flamegraph.pl $f"; fi
    if command -v inferno-flamegraph >/dev/null; then row "$1" 'inferno-flamegraph' "inferno-flamegraph $f"; fi
}

mkdir -p "$folder"
if [[ ${1:-} == --base ]]; then build_base "${2:?a revision}"; fi
make_input perf perf 300
make_input folded-1k folded 1000
make_input folded folded 100000
make_input folded-1m folded 1000000
[[ -s $folder/small ]] || head -n 40 "$folder/perf" >"$folder/small"

printf '%-10s %-30s %8s %8s %8s %8s %8s\n' input command 'wall s' 'CPU s' 'peak MB' MB/s 'x wc -l'
bench_perf
bench_folded folded
row folded-1m 'wc -l' "wc -l $folder/folded-1m"
rows folded-1m 'render -j2' "{} render -j2 $folder/folded-1m"
row folded-1k 'wc -l' "wc -l $folder/folded-1k"
rows folded-1k 'collapse -j2, 50 times' "{} collapse -j2 $(printf "$folder/folded-1k %.0s" {1..50})" 50
rows folded-1k 'render' "{} render $folder/folded-1k"
row small 'wc -l' "wc -l $folder/small"
rows small 'collapse' "{} collapse $folder/small"
