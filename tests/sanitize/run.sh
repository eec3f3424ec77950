#!/usr/bin/env bash
# Golden, unit and hostile tests with the address, leak and undefined-behaviour sanitizers, a few large
# inputs with the thread sanitizer, and a few small runs under valgrind.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
binary=build/sanitize/flamectl
failed=0
export ASAN_OPTIONS=abort_on_error=0:exitcode=99:detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# LeakSanitizer cannot work where a debugger's place is taken (strace, some containers).
if ! make -s -j"$(nproc)" SANITIZE=address,undefined; then
    printf 'not ok sanitize: the build fails\n'
    exit 1
fi

# under NAME COMMAND...: its results, named after it.
under() {
    local name=$1
    shift
    timeout -k 5 600 "$@" | sed -E "s/^(ok|not ok|skip) /\1 $name: /"
    [[ ${PIPESTATUS[0]} == 0 ]] || failed=1
}

FLAMECTL=$PWD/$binary under sanitize python3 tests/golden/run.py
FLAMECTL=$PWD/$binary TEST_TIMEOUT=60 HOSTILE_SHARE=0.04 under sanitize python3 tests/hostile/run.py
if compgen -G 'tests/unit/*_test.c' >/dev/null; then
    under sanitize tests/lib/unit.sh build/sanitize SANITIZE=address,undefined
fi

if make -s -j"$(nproc)" BUILD=build/tsan SANITIZE=thread; then
    FLAMECTL=$PWD/build/tsan/flamectl TSAN_OPTIONS=exitcode=99 TEST_TIMEOUT=120 \
        under "thread sanitizer" python3 tests/law/threads.py --few
else
    printf 'not ok sanitize: the build with the thread sanitizer fails\n'
    failed=1
fi

golden=tests/golden
flamectl=${FLAMECTL:-./flamectl}
while read -ra words; do
    log=$(mktemp)
    valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
        "$flamectl" "${words[@]}" >/dev/null 2>"$log"
    status=$?
    if [[ $status == 99 ]] || grep -q '^==' "$log"; then
        printf 'not ok valgrind: %s\n' "${words[*]}"
        grep '^==' "$log" | head -n 20 | sed 's/^/# /'
        failed=1
    else
        printf 'ok valgrind: %s\n' "${words[*]}"
    fi
    rm -f "$log"
done <<END
collapse $golden/collapse/perf/option-none.in
collapse --all --tid --stats $golden/collapse/perf/p38-rust-legacy-names.in
collapse --reverse --focus=mid --merge-recursion=all $golden/collapse/folded/option-reverse.in
collapse --rename $golden/collapse/perf/option-rename.rules $golden/collapse/perf/option-rename.in
collapse $golden/collapse/folded/decimals.in $golden/collapse/folded/plain.in
collapse --strict $golden/collapse/folded/no-count-lines-strict.in
collapse nonesuch
collapse --nonesuch
collapse $golden/collapse/chrome-trace/profile-chunks.in
collapse $golden/collapse/cpuprofile/cut.in
collapse --to speedscope $golden/collapse/speedscope/evented.in
collapse $golden/collapse/bpftrace/text.in
render $golden/collapse/perf/option-none.in
render --elements=all --colors=java --title=x $golden/collapse/folded/option-reverse.in
render --to json $golden/collapse/folded/option-reverse.in
render --to text $golden/collapse/perf/option-none.in
render --to markdown $golden/collapse/perf/option-none.in
check --max 5% --max /a/=3% --rules $golden/check/folded/worked-example.rules $golden/collapse/perf/option-none.in
check --rules $golden/check/folded/rules-file-bad.rules $golden/collapse/perf/option-none.in
diff -n $golden/diff/folded/plain.in $golden/diff/folded/plain.in2
diff --to json --before $golden/diff/text/regression.beforea $golden/diff/text/regression.beforeb --after $golden/diff/text/regression.aftera $golden/diff/text/regression.afterb
diff --to text $golden/diff/folded/plain.in $golden/diff/folded/plain.in2
diff --to markdown $golden/diff/folded/plain.in $golden/diff/folded/plain.in2
diff --to folded -s $golden/diff/folded/plain.in $golden/diff/folded/plain.in2
help
collapse --help
END
exit "$failed"
