#!/usr/bin/env bash
# Compare two builds by their profiles: build both, record several runs of each, and let flamectl judge.
#
#   compare.sh main HEAD -- ./bench --rounds 100
#   compare.sh -b 'make -C src' -n 8 -o profiles v1.2.3 HEAD -- src/bench
#   compare.sh -b '' old-tree new-tree -- ./bench
#
# Runs of the two builds take turns, so that a machine that grows warm or busy meets both alike. Leaves in
# FOLDER: before-N.folded and after-N.folded, diff.svg, diff.json, comment.md for a pull request, and the work trees
# before and after of revisions (git worktree remove takes them away). Prints the verdict. Exit status: 0 no regression, 1 regression, 2 failed, 3 too little data (-f inconclusive).
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: compare.sh [options] BEFORE AFTER -- COMMAND [ARGUMENT]...
  BEFORE, AFTER  revisions of the git repository here, or folders
  COMMAND        what to record, run in the folder of each build
  -b COMMAND     how to build, run there by sh; '' builds nothing (make)
  -n RUNS        runs of each build (5)
  -o FOLDER      where the results go, made if missing (flamectl-compare)
  -F HZ          samples a second (997)
  -e EVENT       what to sample, as perf list names it (perf's default)
  -f WHAT        also inconclusive: exit with 3 where there is too little data to say
  -h             this help
The flamectl to run is $FLAMECTL, else the one on PATH.
USAGE
}

die() {
    printf 'compare.sh: %s\n' "$*" >&2
    exit 2
}

# The folder of a build: as given, or a revision checked out beside the results.
folder_of() {
    local side=$1 what=$2
    if [ -d "$what" ]; then
        (cd "$what" && pwd)
        return
    fi
    git rev-parse --verify --quiet "$what^{commit}" >/dev/null || die "'$what' is neither a folder nor a revision"
    git worktree remove --force "$results/$side" >/dev/null 2>&1 || true
    rm -rf "${results:?}/$side"
    git worktree add --quiet --force --detach "$results/$side" "$what^{commit}" >&2 || die "cannot check out '$what'"
    printf '%s\n' "$results/$side"
}

build_in() {
    [ -n "$build" ] || return 0
    printf 'compare.sh: building %s\n' "$1" >&2
    (cd "$1" && sh -c "$build") >&2 || die "the build in $1 failed"
}

# What the program prints is of no interest here.
record() {
    local side=$1 number=$2 folder=$3
    local data=$results/$side-$number.data
    shift 3
    (cd "$folder" && perf record -q -F "$frequency" ${event:+-e "$event"} -g -o "$data" -- "$@" >/dev/null) ||
        die "recording '$*' in $folder failed"
    perf script -i "$data" 2>/dev/null |
        "$flamectl" collapse -q --count=samples -o "$results/$side-$number.folded" ||
        die "$data cannot be used"
    rm -f "$data"
}

judge() {
    "$flamectl" diff -n --count=samples "$@" --before "$results"/before-*.folded --after "$results"/after-*.folded
}

build=make runs=5 results=flamectl-compare frequency=997 event='' fail_on=regression
while getopts b:n:o:F:e:f:h option; do
    case $option in
    b) build=$OPTARG ;;
    n) runs=$OPTARG ;;
    o) results=$OPTARG ;;
    F) frequency=$OPTARG ;;
    e) event=$OPTARG ;;
    f)
        [ "$OPTARG" = inconclusive ] || die "-f takes inconclusive, not '$OPTARG'"
        fail_on=regression,inconclusive
        ;;
    h)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 2
        ;;
    esac
done
shift $((OPTIND - 1))
if [ $# -lt 4 ] || [ "$3" != -- ]; then
    usage >&2
    exit 2
fi
case $runs in '' | *[!0-9]* | 0*) die "not a number of runs: '$runs'" ;; esac
flamectl=${FLAMECTL:-flamectl}
command -v "$flamectl" >/dev/null || die "no flamectl; FLAMECTL=path says where it is"
command -v perf >/dev/null || die "no perf; on Debian: apt-get install linux-perf"

mkdir -p "$results"
results=$(cd "$results" && pwd)
rm -f "$results"/before-*.folded "$results"/after-*.folded
before=$(folder_of before "$1")
after=$(folder_of after "$2")
shift 3
build_in "$before"
build_in "$after"
for ((run = 1; run <= runs; run++)); do
    printf 'compare.sh: run %d of %d\n' "$run" "$runs" >&2
    record before "$run" "$before" "$@"
    record after "$run" "$after" "$@"
done

judge -q -o "$results/diff.svg" || die "no picture"
judge -q -o "$results/diff.json" || die "no JSON"
judge -q -o "$results/comment.md" || die "no comment"
judge --to text --fail-on="$fail_on"
