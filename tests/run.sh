#!/usr/bin/env bash
# Runs the test suites and ends with "N passed, N failed"; exit status 1 if any test failed.
#
#   tests/run.sh                              every suite
#   tests/run.sh golden cli                   these suites
#   tests/run.sh golden --record [PATTERN]    write what flamectl does now into the golden files
#
# FLAMECTL=path tests another binary, BROWSER=0 leaves the browser suite out, V=1 prints every test.
# A suite is a program that prints a line a test: "ok NAME", "not ok NAME: why" or "skip NAME: why";
# lines that start with "#" explain the one before; "left out: why" says that a whole suite has nothing
# to run on here. One that dies without saying what failed counts as a failure. With CI=true a skipped
# test is a failure.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

suites=(unit golden cli docs outputs recipes law hostile linear torture corpus sanitize browser)
logs=build/tests/logs
passed=0 failed=0 skipped=0

# What is tested is a copy, which a build meanwhile does not disturb. Nothing is built where another binary
# is to be tested.
build() {
    if [[ -z ${FLAMECTL:-} ]]; then
        make -s -j"$(nproc)" || return
        FLAMECTL=build/tests/flamectl
        cp flamectl "$FLAMECTL.new" && mv "$FLAMECTL.new" "$FLAMECTL" || return
    fi
    FLAMECTL=$(realpath -m "$FLAMECTL")
    export FLAMECTL
    [[ -x $FLAMECTL ]] || { printf 'tests/run.sh: %s is missing\n' "$FLAMECTL" >&2 && false; }
}

suite() {
    case $1 in
    law)
        local status=0
        timeout -k 5 900 python3 tests/law/run.py || status=$?
        timeout -k 5 900 python3 tests/law/threads.py || status=$?
        timeout -k 5 900 python3 tests/law/verdict.py || status=$?
        return "$status"
        ;;
    golden | outputs | hostile | torture | corpus) timeout -k 5 900 python3 "tests/$1/run.py" ;;
    unit) bash tests/lib/unit.sh build ;;
    browser) timeout -k 5 900 node tests/browser/run.mjs ;;
    *) timeout -k 5 900 bash "tests/$1/run.sh" ;;
    esac
}

run_suite() {
    local name=$1 log=$logs/$1.log show='^(not ok|skip|left out|#)' status start=$SECONDS
    [[ ${V:-} == 1 ]] && show='^'
    suite "$name" 2>&1 | tee "$log" | grep --line-buffered -E "$show"
    status=${PIPESTATUS[0]}

    local ok not_ok skips
    ok=$(grep -c '^ok ' "$log")
    not_ok=$(grep -c '^not ok ' "$log")
    skips=$(grep -c '^skip ' "$log")
    if [[ $status != 0 && $not_ok == 0 ]] || ! grep -qE '^(ok|not ok|skip|left out)\b' "$log"; then
        printf 'not ok %s: the suite ended with status %d and no failed test to show for it\n' \
            "$name" "$status"
        tail -n 20 "$log" | sed 's/^/# /'
        not_ok=$((not_ok + 1))
    fi
    if [[ ${CI:-} == true && $skips != 0 ]]; then
        printf 'not ok %s: with CI=true a skipped test is a failure\n' "$name"
        not_ok=$((not_ok + skips)) skips=0
    fi
    printf '%-9s %d passed, %d failed' "$name:" "$ok" "$not_ok"
    [[ $skips != 0 ]] && printf ', %d skipped' "$skips"
    printf ' (%d s)\n' $((SECONDS - start))
    passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + skips))
}

main() {
    local name
    if [[ ${2:-} == --record ]]; then
        build && exec python3 "tests/$1/run.py" "${@:2}"
        exit
    fi
    mkdir -p "$logs"
    [[ $# == 0 ]] && set -- "${suites[@]}"
    if [[ ${BROWSER:-1} == 0 && " $* " == *" browser "* ]]; then
        printf 'browser:  left out, because BROWSER=0\n'
        local kept=()
        for name; do [[ $name == browser ]] || kept+=("$name"); done
        set -- "${kept[@]}"
    fi
    tests/setup.sh "$@" || exit 2
    build || exit 2
    for name; do
        run_suite "$name"
    done
    printf '%d passed, %d failed' "$passed" "$failed"
    [[ $skipped != 0 ]] && printf ', %d skipped' "$skipped"
    printf '\n'
    [[ $failed == 0 ]]
}

main "$@"
