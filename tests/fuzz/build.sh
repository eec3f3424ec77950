#!/usr/bin/env bash
# Fuzzes each reader with libFuzzer under the sanitizers, from the golden inputs.
#
#   tests/fuzz/build.sh [READER ...]    FUZZ_SECONDS=30 for each; findings stay in build/fuzz/READER/
set -euo pipefail
cd "$(dirname "$0")/../.."
tests/setup.sh fuzz

flags="-g -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined"
make -s -j"$(nproc)" BUILD=build/fuzz/objects CC=clang CFLAGS="$flags" LDFLAGS=
# not those of sources that are gone
mapfile -t objects < <(find build/fuzz/objects -name '*.o' ! -name main.o ! -path '*/tests/*' |
    while read -r object; do
        source=${object#build/fuzz/objects/}
        [[ $source != src/* || -e ${source%.o}.c ]] && printf '%s\n' "$object"
    done)
libraries=-lm
grep -q FLAMECTL_ZLIB build/fuzz/objects/flags && libraries="-lz -lm"
# shellcheck disable=SC2086
clang -std=c11 -D_POSIX_C_SOURCE=200809L -Iinclude -g -O1 -fsanitize=address,undefined,fuzzer \
    tests/fuzz/fuzz_reader.c "${objects[@]}" $libraries -o build/fuzz/fuzz_reader

if [[ $# == 0 ]]; then
    mapfile -t readers < <(build/fuzz/fuzz_reader --readers)
    set -- "${readers[@]}"
fi
for reader; do
    corpus=build/fuzz/$reader/corpus
    mkdir -p "$corpus"
    for input in tests/golden/*/"$reader"/*.in*; do
        [[ -e $input ]] && cp "$input" "$corpus/$(sha1sum <"$input" | cut -c 1-16)"
    done
    printf '%s: %d inputs, %s seconds\n' "$reader" "$(find "$corpus" -type f | wc -l)" "${FUZZ_SECONDS:-30}"
    log=build/fuzz/$reader/log
    if FUZZ_READER=$reader build/fuzz/fuzz_reader -max_total_time="${FUZZ_SECONDS:-30}" -timeout=10 \
        -rss_limit_mb=2048 -max_len=65536 -close_fd_mask=2 -artifact_prefix="build/fuzz/$reader/" "$corpus" \
        >"$log" 2>&1; then
        grep '^Done' "$log"
    else
        grep -vE '^#[0-9]+[[:space:]]' "$log" | tail -n 40
        printf '%s: a finding, see build/fuzz/%s/\n' "$reader" "$reader"
        exit 1
    fi
done
