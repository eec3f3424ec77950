# What the suites written in bash share; sourced, with FLAMECTL set.
#
#   begin "collapse: reads stdin"          a test: one "ok" or "not ok" line, printed by end
#   run flamectl collapse - <"$perf"       its status, stdout and stderr are kept for the checks below
#   status 0
#   out_is "main;a 3"                      stdout, without its last newline; err_is likewise
#   err_has "perf script"                  stderr holds this text; out_has, err_hasnt likewise
#   is "what" wanted got                   any two strings
#   end
# shellcheck shell=bash disable=SC2034

here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top=$(dirname "$tests")
FLAMECTL=$(realpath -m "${FLAMECTL:-$top/flamectl}")
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch" && rm -rf "$scratch"' EXIT
failures=0 problems=() current=
status_got=0

flamectl() { "$FLAMECTL" "$@"; }

begin() {
    current=$1 problems=()
    rm -rf "$scratch/work"
    mkdir "$scratch/work"
    cd "$scratch/work" || exit 2
}

end() {
    if [[ ${#problems[@]} == 0 ]]; then
        printf 'ok %s\n' "$current"
    else
        printf 'not ok %s: %s\n' "$current" "${problems[0]}"
        printf '%s\n' "${problems[@]:1}" | sed -n '/./s/^/# /p' | head -n 40
        failures=$((failures + 1))
    fi
    current=
}

skip() { printf 'skip %s: %s\n' "$1" "$2"; }

problem() { problems+=("$(printf '%s' "$1" | tr '\n' '|')"); }

run() {
    timeout "${TEST_TIMEOUT:-20}" "${@/#flamectl/$FLAMECTL}" >"$scratch/out" 2>"$scratch/err"
    status_got=$?
}

# The same for a whole shell command, with pipes and redirections.
run_sh() {
    flamectl=$FLAMECTL timeout "${TEST_TIMEOUT:-20}" \
        bash -o pipefail -c "$1" >"$scratch/out" 2>"$scratch/err"
    status_got=$?
}

# run, but never as root, whom no mode stops. The program may lie where others cannot go: a copy is run.
run_as_nobody() {
    if [[ $(id -u) != 0 ]]; then
        run "$@"
        return
    fi
    chmod 755 "$scratch" "$scratch/work"
    cp "$FLAMECTL" "$scratch/flamectl"
    run setpriv --reuid=65534 --regid=65534 --clear-groups -- "${@/#flamectl/$scratch/flamectl}"
}

is() { [[ $3 == "$2" ]] || problem "$1 is '$3', not '$2'"; }
status() { is "exit status" "$1" "$status_got"; [[ $status_got == "$1" ]] || show_err; }
out_is() { is stdout "$1" "$(cat "$scratch/out")"; }
err_is() { is stderr "$1" "$(cat "$scratch/err")"; }
out_has() { grep -qF -e "$1" "$scratch/out" || problem "stdout has no '$1'"; }
err_has() { grep -qiF -e "$1" "$scratch/err" || { problem "stderr has no '$1'"; show_err; }; }
err_hasnt() { ! grep -qiF -e "$1" "$scratch/err" || { problem "stderr has '$1'"; show_err; }; }
# Nothing on stderr that could command a terminal: no control bytes, not even those of Latin-1 (raw, or as
# UTF-8 spells them).
err_is_clean() {
    ! LC_ALL=C grep -qP '[\x01-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$scratch/err" ||
        problem "control bytes on stderr: $(cat -v "$scratch/err")"
    iconv -f UTF-8 -t UTF-8 "$scratch/err" >/dev/null 2>&1 ||
        problem "stderr is not UTF-8: $(cat -v "$scratch/err")"
}
show_err() { problems+=("stderr: $(head -n 5 "$scratch/err" | tr '\n' '|' | cat -v)"); }

# A failure as it should be: status 2, something said on stderr, nothing on stdout.
fails() {
    status 2
    [[ -s $scratch/err ]] || problem "nothing on stderr"
    [[ ! -s $scratch/out ]] || problem "something on stdout: $(head -c 200 "$scratch/out")"
    local text
    for text; do err_has "$text"; done
}

finish() {
    [[ -z $current ]] || { printf 'not ok %s: no end\n' "$current"; failures=$((failures + 1)); }
    cd / || exit 2
    exit $((failures > 0))
}
