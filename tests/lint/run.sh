#!/usr/bin/env bash
# Checks that need no run of the tests: layers, headers, scripts, man pages, help; ends with
# "N passed, N failed". Its results have the form of tests/run.sh.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
tests/setup.sh lint || exit 2
[[ -x ./flamectl ]] || make -s || exit 2
show='^(not ok|#)'
[[ ${V:-} == 1 ]] && show='^'
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# result NAME: ok unless stdin holds something, which says what is wrong.
result() {
    local found
    found=$(head -n 40)
    if [[ -z $found ]]; then
        printf 'ok lint: %s\n' "$1"
    else
        printf 'not ok lint: %s\n' "$1"
        printf '%s\n' "$found" | sed 's/^/# /'
    fi
}

headers() {
    local cc header
    for cc in gcc clang; do
        for header in include/flamectl/*.h src/*/*.h; do
            # Twice: a header that lacks its guard shows.
            printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
                "$cc" -std=c11 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -Iinclude -I. -Wall \
                    -Wextra -Wpedantic -Werror -fsyntax-only -x c - 2>&1 |
                result "$header compiles alone with $cc"
        done
    done
}

warnings() {
    env -u CFLAGS make -s -j"$(nproc)" BUILD=build/lint-gcc CC=gcc 2>&1 | result "no warnings with gcc"
    make -s -j"$(nproc)" BUILD=build/lint-clang CC=clang CFLAGS=-O2 2>&1 | result "no warnings with clang"
    make -s -j"$(nproc)" BUILD=build/lint-nozlib ZLIB=no CFLAGS=-O2 2>&1 | result "no warnings without zlib"
    # What such a build says of gzip input.
    printf 'a;b 1\n' | gzip | build/lint-nozlib/flamectl collapse 2>&1 |
        grep -v 'without zlib: run .gzip -dc. on it first' | result "gzip input without zlib is named"
}

# As the Makefile builds it. It grows by pages of 4 KiB.
size() {
    find build/lint-gcc/flamectl -size +499999c -printf '%p has %s bytes\n' | result "the program is under 500 kB"
}

scripts() {
    local script
    while read -r script; do
        shellcheck -x "$script" 2>&1 | result "shellcheck $script"
    done < <(git ls-files | while read -r file; do
        [[ -f $file ]] || continue
        case $file in
        *.sh) printf '%s\n' "$file" ;;
        *) head -n 1 "$file" | LC_ALL=C tr -d '\0' | grep -qE '^#!.*\b(ba)?sh$' && printf '%s\n' "$file" ;;
        esac
    done)
}

pages() {
    local page
    for page in man/*.[157]; do
        [[ -e $page ]] || continue
        mandoc -Tlint -Wwarning "$page" 2>&1 | result "mandoc $page"
    done
}

{
    python3 tests/lint/includes.py
    python3 tests/lint/manual.py
    python3 tests/lint/text.py
    headers
    warnings
    size
    scripts
    pages
} | tee "$log" | grep --line-buffered -E "$show"
passed=$(grep -c '^ok ' "$log")
failed=$(grep -c '^not ok ' "$log")
[[ $passed -gt 20 ]] || { printf 'not ok lint: it ended early\n' && failed=$((failed + 1)); }
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed == 0 ]]
