#!/usr/bin/env bash
# Capture a running process into a flame graph: perf record, perf script, flamectl.
#
#   flame.sh -d 30 -t v1.2.3 -o graphs 4711
#   flame.sh -p nginx -d 10
#
# Leaves FOLDER/flame-PID[-TAG]-TIME.folded (for `flamectl diff` later) and .svg, and prints the name
# of the picture. Recording other users' processes, or the kernel, takes root or a low
# kernel.perf_event_paranoid.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: flame.sh [options] PID[,PID...]
       flame.sh [options] -p PATTERN
  -p PATTERN  the processes whose name pgrep finds, instead of a PID
  -d SECONDS  how long to record (10)
  -o FOLDER   where the results go, made if missing (.)
  -F HZ       samples a second (99)
  -e EVENT    what to sample, as perf list names it (perf's default)
  -t TAG      a version to show in the title and the file names
  -h          this help
The flamectl to run is $FLAMECTL, else the one on PATH.
USAGE
}

die() {
    printf 'flame.sh: %s\n' "$*" >&2
    exit 2
}

# The PIDs pgrep finds, separated by commas, without this script's own.
find_pids() {
    local found
    found=$(pgrep -- "$1" | grep -vx -e "$$" -e "$BASHPID" | paste -s -d , -) || true
    [ -n "$found" ] || die "no process matches '$1'"
    printf '%s\n' "$found"
}

check_pids() {
    local pid
    case $1 in '' | *[!0-9,]* | ,* | *, | *,,*) die "not a process id: '$1'" ;; esac
    for pid in ${1//,/ }; do
        [ -d "/proc/$pid" ] || die "no process $pid"
    done
}

# A time stamp and a tag make a file name; anything odd in a tag becomes _.
file_name() {
    local name=flame-${pids//,/-}
    [ -z "$tag" ] || name+=-${tag//[!A-Za-z0-9._-]/_}
    printf '%s/%s-%s\n' "$folder" "$name" "$(date +%Y%m%d-%H%M%S)"
}

pattern='' duration=10 folder=. frequency=99 event='' tag=''
while getopts p:d:o:F:e:t:h option; do
    case $option in
    p) pattern=$OPTARG ;;
    d) duration=$OPTARG ;;
    o) folder=$OPTARG ;;
    F) frequency=$OPTARG ;;
    e) event=$OPTARG ;;
    t) tag=$OPTARG ;;
    h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
done
shift $((OPTIND - 1))

[[ $duration =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "not a number of seconds: '$duration'"
[[ $frequency =~ ^([1-9][0-9]*|max)$ ]] || die "not a frequency: '$frequency'"
if [ -n "$pattern" ]; then
    [ $# -eq 0 ] || die "give a PID or -p PATTERN, not both"
    pids=$(find_pids "$pattern")
else
    [ $# -eq 1 ] || die "give one PID or list of PIDs, after the options (-h shows them)"
    pids=$1
fi
check_pids "$pids"

flamectl=${FLAMECTL:-flamectl}
command -v perf >/dev/null || die "perf is not installed (package linux-perf or linux-tools)"
command -v "$flamectl" >/dev/null || die "flamectl is not on PATH; set FLAMECTL to its path"
mkdir -p -- "$folder" || die "cannot make the folder '$folder'"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

record=(perf record -q -F "$frequency" -g -p "$pids" -o "$work/perf.data")
[ -z "$event" ] || record+=(-e "$event")
printf 'flame.sh: recording %s for %s s\n' "$pids" "$duration" >&2
# perf fails when the process ends before the time is over, and has recorded it all the same.
status=0
"${record[@]}" -- sleep "$duration" || status=$?
[ -s "$work/perf.data" ] || die "perf record failed with status $status and recorded nothing"
perf script -i "$work/perf.data" >"$work/perf.txt" ||
    die "perf script cannot read what perf record (status $status) left"
grep -q '^[^#]' "$work/perf.txt" || die "no samples: $pids used no CPU in these $duration s"

name=$(file_name)
title="Flame Graph: PID $pids, $duration s"
[ -z "$tag" ] || title+=", $tag"
# Samples, not periods: what the picture says then is true, and two such files can be compared.
"$flamectl" collapse --count=samples -o "$name.folded" "$work/perf.txt"
"$flamectl" render --title "$title" -o "$name.svg" "$name.folded"
printf '%s\n' "$name.svg"
