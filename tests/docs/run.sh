#!/usr/bin/env bash
# What the documents tell people to type works: every command in the README's sh blocks and in its migration
# table, every example of the manual pages, and those of the help. Each runs in a folder of its own with
# stand-ins for what it names: recordings and profiles from examples/, programs from bin/ here.
set -uo pipefail
# shellcheck source=tests/lib/check.sh
source "$(dirname "$0")/../lib/check.sh"
# check.sh's, for blocks that compile
TEST_TIMEOUT=120

# The files that the documents speak of, and a PATH on which perf and pgrep are stand-ins.
stage() {
    local name
    for name in before after; do
        cp "$top/examples/$name.folded" .
        cp "$top/examples/demo.perf.txt" "$name.perf.txt"
    done
    for name in out.folded other.folded host1.folded b{1..3}.folded; do
        cp before.folded "$name"
    done
    for name in a{1..3}.folded; do
        cp after.folded "$name"
    done
    gzip -c after.folded >host2.folded.gz
    # without zlib the name alone must do
    "$FLAMECTL" collapse host2.folded.gz 2>&1 | grep -q "without zlib" && cp after.folded host2.folded.gz
    cp "$top/examples/demo.perf.txt" recording.txt
    printf '%s\t%s\n' '^__GI_+(.*)$' '\1' >rules.txt
    cp -R "$top/examples" examples
    for name in program program-v1 program-v2; do
        printf '#!/bin/sh\n' >"$name"
        chmod +x "$name"
    done
}

# The same in a copy of the sources, for blocks that build: what is built already is taken along.
stage_sources() {
    local part
    mkdir -p build tests
    for part in Makefile include src man examples; do
        cp -pR "$top/$part" .
    done
    for part in "$top"/build/src "$top"/build/flags "$top"/build/flamegraph_* "$top"/flamectl; do
        [[ -e $part ]] && cp -pR "$part" "./${part#"$top"/}"
    done
    # "make test" would run this suite again
    printf '#!/bin/sh\necho 0 passed, 0 failed\n' >tests/run.sh
    chmod +x tests/run.sh
}

# Files that a script redirects to or names with -o.
targets() {
    grep -oE "(^|[^0-9>&'\"])> ?[[:alnum:]._/-]+|-o +[[:alnum:]._/-]+" <<<"$1" | sed -E 's/^.*(>|-o) *//' | sort -u
}

# Sums up, by other means than flamectl: weight_of FILE [TEXT], of the stacks that hold TEXT; weight_within FROM TO FILE,
# of a recording's samples from FROM seconds after the first, before TO.
weight_of() {
    case $1 in
    *.perf.txt) awk -v RS= -F '\n' -v text="${2-}" \
        'index($0, text) { n = split($1, word, " "); sum += word[n - 1] } END { printf "%.0f\n", sum }' "$1" ;;
    *) awk -v text="${2-}" 'index($0, text) { sum += $NF } END { printf "%.12g\n", sum }' "$1" ;;
    esac
}
weight_within() {
    awk -v RS= -F '\n' -v from="$1" -v to="$2" '{ n = split($1, word, " "); time = word[n - 2] + 0 }
        NR == 1 { first = time } time - first >= from && time - first < to { sum += word[n - 1] }
        END { printf "%.0f\n", sum }' "$3"
}

# What pictures and folded files may weigh: the recording or a side, all of it or what the examples cut out; the number
# of its samples; two inputs added up; the mean of the runs.
weights() {
    local recording=$top/examples/demo.perf.txt before=$top/examples/before.folded after=$top/examples/after.folded file
    weight_within 2 3 "$recording"
    awk -v RS= 'END { print NR }' "$recording"
    weight_of "$before" ';serve_request;'
    for file in "$recording" "$before" "$after"; do
        weight_of "$file"
        weight_of "$file" serve_request
    done
    cat "$before" "$before" >"$scratch/twice"
    weight_of "$scratch/twice"
    cat "$before" "$after" >"$scratch/both"
    weight_of "$scratch/both"
    echo $(($(weight_of "$recording") + $(weight_of "$before")))
    cat "$top"/examples/runs/after-*.folded >"$scratch/runs"
    awk -v sum="$(weight_of "$scratch/runs")" 'BEGIN { print sum / 5 }'
}

# The weight that a file says it has. A picture's numbers have commas.
weight_told() {
    case $1 in
    *.svg) sed -nE 's/.*<title>all \(([0-9,.]+) .*/\1/p; /<title>all/q' "$1" | tr -d , ;;
    *.folded) weight_of "$1" ;;
    esac
}

# run_script SCRIPT: each command succeeds, flamectl also within pipes, and leaves something, whose weight is right.
run_script() {
    mkdir -p "$scratch/home"
    : >"$scratch/log"
    DOCS_LOG=$scratch/log DOCS_RECORDING=$top/examples/demo.perf.txt FLAMECTL=$FLAMECTL \
        HOME=$scratch/home PATH=$here/bin:$PATH \
        timeout -k 5 "$TEST_TIMEOUT" bash -euc "unset FLAMEGRAPH_DIR; $1" >"$scratch/out" 2>"$scratch/err" </dev/null
    status_got=$?
    status 0
    local line file any=0
    while read -r line; do
        problem "$line"
    done <"$scratch/log"
    err_hasnt "nothing is left"
    ! grep -qE '(^| )[0-9.]+e[+][0-9]+' "$scratch/out" || problem "it rounds: $(grep -m 1 'e[+]' "$scratch/out")"
    for file in $(targets "$1"); do
        any=1
        [[ -d $file || -s $file ]] || problem "$file is missing or empty"
        [[ $file != *.svg ]] || well_formed "$file"
        if [[ $file == *.svg || $file == *.folded ]]; then
            grep -qx "$(weight_told "$file")" "$scratch/weights" ||
                problem "$file weighs '$(weight_told "$file")', as no input does"
        fi
    done
    [[ $any == 1 || -s $scratch/out ]] || problem "it leaves neither a file nor output"
}

well_formed() {
    [[ -e $1 ]] || return
    xmllint --noout "$1" 2>"$scratch/xml" || problem "$1 is not well-formed: $(head -n 1 "$scratch/xml")"
}

# check_script WHERE SCRIPT
check_script() {
    local first=${2%%$'\n'*}
    begin "docs: $1: ${first:0:80}"
    if [[ $first == make* ]]; then
        stage_sources
    else
        stage
    fi
    run_script "$2"
    end
}

# check_blocks WHERE: blocks from stdin, each ended by a line of a form feed.
check_blocks() {
    local block count=0
    while IFS= read -r -d $'\f' block <&3; do
        [[ -n ${block//[[:space:]]/} ]] || continue
        check_script "$1" "${block#$'\n'}"
        count=$((count + 1))
    done 3<&0
    begin "docs: $1: there are examples"
    [[ $count != 0 ]] || problem "none was found"
    end
}

# ```sh ... ```
readme_blocks() {
    awk '/^```sh$/ { on = 1; next } /^```/ { if (on) printf "\f"; on = 0 } on' "$top/README.md"
}

# The code in the last column of rows "| `old` | `new` |", where a bar within code is "\|".
readme_table() {
    # shellcheck disable=SC2016
    sed -nE 's/^\| `.*` \| `(.*)` \|$/\1/p' "$top/README.md" | sed 's/\\|/|/g' | awk '{ printf "%s\n\f", $0 }'
}

# .EX ... .EE within .SH EXAMPLES
page_blocks() {
    awk '/^\.SH / { on = /EXAMPLES/ } /^\.EX/ && on { in_block = 1; next }
         /^\.EE/ { if (in_block) printf "\f"; in_block = 0 } in_block' "$1" |
        sed -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e 's/\\(dq/"/g' -e 's/\\(ha/^/g' -e 's/\\(ti/~/g' \
            -e 's/\\&//g' -e 's/\\e/\\/g'
}

# The indented lines under "Example:"
help_blocks() {
    "$FLAMECTL" "$@" | awk '/^Example:/ { on = 1; next } /^$/ { on = 0 } on { sub(/^  /, ""); print }
                            END { printf "\f" }'
}

# What the table says of empty input.
check_empty_input() {
    local words
    for words in collapse "collapse --from=perf" render "diff - before.folded" "diff before.folded -"; do
        begin "docs: README: empty input of flamectl $words"
        stage
        # shellcheck disable=SC2086
        run flamectl $words </dev/null
        fails "standard input"
        end
    done
}

# The README's picture shows what the command beside it makes of the recording now. That is said of the frames:
# the viewer in the file may be older.
check_picture() {
    local picture=$top/examples/demo.svg command size
    begin "docs: README: the picture is up to date"
    command=$(sed -nE 's/^<!-- (flamectl .*) -->$/\1/p' "$top/README.md")
    grep -qF '](examples/demo.svg)' "$top/README.md" || problem "the README does not show examples/demo.svg"
    size=$(wc -c <"$picture")
    [[ $size -lt 300000 ]] || problem "it has $size bytes, not fewer than 300,000"
    stage
    well_formed "$picture"
    run_script "$command"
    if ! cmp -s <(frames_of examples/demo.svg) <(frames_of "$picture"); then
        problem "its frames are not those of: $command"
    fi
    end
}

frames_of() { grep -oE '<title>[^<]*</title>(<rect [^>]*>)?' "$1"; }

weights >"$scratch/weights"
check_blocks README < <(readme_blocks)
check_blocks "README, table" < <(readme_table)
check_empty_input
check_picture
for page in "$top"/man/*.[157]; do
    check_blocks "$(basename "$page")" < <(page_blocks "$page")
done
check_blocks "help" < <(help_blocks help)
for command in $("$FLAMECTL" help | sed -nE 's/^  ([a-z]+)  .*/\1/p'); do
    check_blocks "help $command" < <(help_blocks "$command" --help)
done
finish
