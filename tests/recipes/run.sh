#!/usr/bin/env bash
# The recipes of examples/ci work: compare.sh builds, records and judges two programs for real, one of which
# got a function of a fifth of all that is 10 % dearer; and the jobs that call it can be read.
set -uo pipefail
# shellcheck source=tests/lib/check.sh
source "$(dirname "$0")/../lib/check.sh"
# recordings take their time where others are at work
TEST_TIMEOUT=240

compare=$top/examples/ci/compare.sh

begin "recipes: compare.sh tells how it is called"
run "$compare" -h
status 0
out_has "usage: compare.sh"
for words in "" "old new" "old new command" "-n 0 . . -- true" "-n x . . -- true" "-f x . . -- true" "-x . . -- true"; do
    # shellcheck disable=SC2086
    run "$compare" $words
    fails compare.sh
done
end

begin "recipes: compare.sh says what it lacks"
mkdir old bin
for tool in bash env git mkdir timeout; do ln -s "$(command -v "$tool")" bin/; done
PATH=$PWD/bin FLAMECTL=nonesuch run "$compare" old old -- true
fails "no flamectl"
PATH=$PWD/bin FLAMECTL=$FLAMECTL run "$compare" old old -- true
fails "no perf"
end

begin "recipes: the jobs are YAML and call compare.sh"
for file in "$top"/examples/ci/*.yml; do
    python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$file" 2>"$scratch/yaml" ||
        problem "$file: $(tail -n 1 "$scratch/yaml")"
    grep -q 'compare\.sh ' "$file" || problem "$file does not call compare.sh"
    grep -q 'comment\.md' "$file" || problem "$file does not comment"
done
end

# repository PROGRAM PLANT: two revisions of a program; in the second a function is PLANT % dearer.
repository() {
    git init -q repository
    cp "$tests/record/$1.c" repository/bench.c
    printf 'CFLAGS = -O1 -fno-omit-frame-pointer -DPLANT=0\nbench: bench.c\n' >repository/Makefile
    git -C repository add .
    git -C repository -c user.name=t -c user.email=t@example.org commit -qm one
    sed -i "s/PLANT=0/PLANT=$2/; \$a # two" repository/Makefile
    git -C repository -c user.name=t -c user.email=t@example.org commit -qam two
}

# compare WANTED RUNS: runs it on the two revisions, up to three times until the status is WANTED: a test of
# random samples is wrong now and then.
compare() {
    local attempt
    for attempt in 1 2 3; do
        (cd repository && FLAMECTL=$FLAMECTL "$compare" -n "$2" -F 20000 -e cpu-clock -o ../results HEAD~1 HEAD -- ./bench) \
            >"$scratch/out" 2>"$scratch/err"
        status_got=$?
        [[ $status_got != "$1" ]] || return
        printf '# attempt %d: status %d: %s\n' "$attempt" "$status_got" "$(head -n 1 "$scratch/out")"
    done
}

results() {
    local file
    for file in diff.svg diff.json comment.md before-3.folded after-3.folded; do
        [[ -s results/$file ]] || problem "$file is missing or empty"
    done
    xmllint --noout results/diff.svg 2>"$scratch/xml" || problem "diff.svg: $(head -n 1 "$scratch/xml")"
    is "samples of the runs" \
        "$(awk '{ sum[FILENAME] += $NF } END { for (file in sum) print file, sum[file] }' results/*.folded | sort)" \
        "$(python3 -c 'import json
for run in json.load(open("results/diff.json"))["runs"]: print("results/" + run["file"].rpartition("/")[2], run["samples"])' | sort)"
    is verdict "$1" "$(python3 -c 'import json; print(json.load(open("results/diff.json"))["verdict"])')"
    grep -q "^\*\*${1^^}\*\*" results/comment.md || problem "comment.md: $(head -n 1 results/comment.md)"
}

if ! perf record -q -e cpu-clock -o "$scratch/perf.data" true >"$scratch/perf.log" 2>&1; then
    printf 'left out: perf may not record here: %s\n' "$(grep -m 1 . "$scratch/perf.log")"
    finish
fi

begin "recipes: a function that got 10 % dearer is a regression, and is named"
repository steady_numbers 10
compare 1 5
status 1
results regression
is "first function" smooth "$(python3 -c 'import json
print(json.load(open("results/diff.json"))["functions"][0]["function"]["name"])')"
out_has REGRESSION
grep -qx smooth "$scratch/out" || problem "smooth is not named: $(cat "$scratch/out")"
end

begin "recipes: the same program twice is none"
repository steady_text 0
compare 0 3
status 0
results pass
end
finish
