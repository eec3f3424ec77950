#!/usr/bin/env bash
# Sees to it that what the tests need is there: installs what is missing where it can (Debian and its
# like, as root or with sudo), saying so; else says what is missing and fails.
#
#   tests/setup.sh [suite ...]     what these suites need (also "lint", "fuzz"); all suites by default
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

packages=() reasons=()

# need PACKAGES REASON COMMAND...: the packages are missing unless the command succeeds.
need() {
    local names=$1 reason=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        read -ra names <<<"$names"
        packages+=("${names[@]}")
        reasons+=("$reason")
    fi
}

have() { command -v "$1"; }

compiles() { printf '%s\nint main(void) { return 0; }\n' "$1" | cc -x c - -o /dev/null "${@:2}"; }

fuzzes() {
    printf '#include <stddef.h>\nint LLVMFuzzerTestOneInput(const char *p, size_t n)\n%s\n' \
        '{ return p && n > 9 ? 0 : 0; }' | clang -x c -fsanitize=fuzzer - -o /dev/null
}

browser() { have chromium || have chromium-browser || have google-chrome; }

needs_of() {
    case $1 in
    build)
        need "gcc libc6-dev" "a C compiler" have cc
        need "gcc libc6-dev" "libc's headers" compiles '#include <stdio.h>'
        need make "make" have make
        need zlib1g-dev "zlib's header, for gzip input" compiles '#include <zlib.h>' -lz
        ;;
    golden | docs | law | hostile | linear | torture | corpus)
        need python3 "python3" have python3
        need libxml2-utils "xmllint" have xmllint
        ;;
    outputs)
        needs_of golden
        need python3-jsonschema "a validator of JSON" python3 -c 'import jsonschema'
        need cmark-gfm "a Markdown parser" have cmark-gfm
        ;;
    recipes)
        needs_of golden
        need git "git" have git
        need linux-perf "perf" have perf
        need python3-yaml "a reader of YAML" python3 -c 'import yaml'
        ;;
    sanitize)
        needs_of golden
        need "gcc libc6-dev" "the address sanitizer" compiles '' -fsanitize=address,undefined
        need valgrind "valgrind" have valgrind
        need libc6-dbg "libc's symbols, for valgrind" valgrind --quiet --error-exitcode=1 true
        ;;
    browser)
        need chromium "a browser" browser
        need fonts-dejavu-core "a font" test -d /usr/share/fonts/truetype
        need nodejs "node" have node
        need npm "npm, for playwright-core" have npm
        ;;
    lint)
        needs_of golden
        need clang "clang" have clang
        need shellcheck "shellcheck" have shellcheck
        need mandoc "mandoc" have mandoc
        need git "git, for the list of files" have git
        ;;
    fuzz)
        need "clang libclang-rt-dev" "clang with libFuzzer" fuzzes
        ;;
    esac
}

install_packages() {
    local as_root=()
    if [[ $(id -u) != 0 ]]; then
        as_root=(sudo -n)
        sudo -n true 2>/dev/null || return 1
    fi
    command -v apt-get >/dev/null || return 1
    printf 'setup: installing %s\n' "$*"
    local log
    log=$(mktemp)
    if "${as_root[@]}" apt-get update -qq >"$log" 2>&1 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1; then
        rm -f "$log"
    else
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

# The browser is driven by playwright-core, which needs no browser of its own: the oldest version that will
# do, because newer ones want a newer node than Debian has.
install_playwright() {
    [[ -d build/node_modules/playwright-core ]] && return
    local version
    version=$(sed -nE 's/.*"playwright-core": "[^0-9]*([0-9.]+)".*/\1/p' tests/browser/package.json)
    printf 'setup: npm install playwright-core@%s in build/\n' "$version"
    mkdir -p build && npm install --loglevel=error --no-fund --no-audit --no-package-lock \
        --prefix build "playwright-core@$version"
}

main() {
    local suite
    [[ $# == 0 ]] && set -- golden outputs recipes sanitize browser
    needs_of build
    for suite; do
        needs_of "$suite"
    done
    if [[ ${#packages[@]} != 0 ]]; then
        mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
        if ! install_packages "${packages[@]}"; then
            printf 'setup: missing: %s\n' "${reasons[@]}" >&2
            printf 'setup: on Debian: apt-get install %s\n' "${packages[*]}" >&2
            exit 1
        fi
        packages=() reasons=()
        needs_of build
        for suite; do
            needs_of "$suite"
        done
        if [[ ${#reasons[@]} != 0 ]]; then
            printf 'setup: still missing after the installation: %s\n' "${reasons[@]}" >&2
            exit 1
        fi
    fi
    for suite; do
        if [[ $suite == browser ]] && ! install_playwright; then
            printf 'setup: missing: playwright-core (npm install failed)\n' >&2
            exit 1
        fi
    done
}

main "$@"
