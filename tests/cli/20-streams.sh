# Where input comes from.
# Variables come from run.sh; where a command line is in one, it is split into words on purpose.
# shellcheck shell=bash disable=SC2154,SC2016,SC2086,SC2034

begin "collapse: no operand reads stdin"
run_sh '$flamectl collapse <'"$perf"
status 0
out_is "$perf_out"
end

begin "collapse: - is stdin"
run_sh '$flamectl collapse - <'"$perf"
status 0
out_is "$perf_out"
end

begin "collapse: a pipe"
run_sh "cat $perf | \$flamectl collapse"
status 0
out_is "$perf_out"
end

begin "collapse: a pipe whose writer is slower than its reader"
run_sh 'for i in {1..40}; do printf "main;step_%d;a_name_that_takes_some_room 1\n" {1..1000}; done | $flamectl collapse'
status 0
is "stacks" 1000 "$(wc -l <"$scratch/out")"
is "weights" 40 "$(cut -d " " -f 2 <"$scratch/out" | sort -u)"
end

begin "collapse: a named pipe"
mkfifo pipe
timeout 5 sh -c 'cat "$0" >pipe' "$perf" &
run flamectl collapse pipe
wait
status 0
out_is "$perf_out"
end

begin "collapse: a file and stdin together"
run_sh "cat $folded | \$flamectl collapse $folded -"
status 0
out_is $'main;foo 4\nmain;foo;bar 14'
end

begin "collapse: files of different formats"
run flamectl collapse "$perf" "$folded"
status 0
is "lines" 6 "$(wc -l <"$scratch/out")"
end

begin "collapse: a file given twice counts twice"
run flamectl collapse "$folded" "$folded"
status 0
out_is $'main;foo 4\nmain;foo;bar 14'
end

begin "the whole pipeline"
run_sh "cat $perf | \$flamectl collapse | \$flamectl render"
status 0
err_is ""
out_has "<svg"
out_has "jitted"
end

begin "render and diff take perf script text themselves"
run flamectl render "$perf"
status 0
out_has "<title>jitted"
run flamectl diff --to folded "$perf" "$perf"
status 0
out_has "worker-18;main;mid;leaf 30 30"
end

begin "diff: one side from stdin"
run_sh "cat $folded | \$flamectl diff --to folded - $folded"
status 0
out_is $'main;foo 2 2\nmain;foo;bar 7 7'
end

begin "stdin closed"
run_sh '$flamectl collapse <&-'
fails
end

begin "stdout closed"
run_sh "\$flamectl collapse $folded >&-"
status 2
[[ -s $scratch/err ]] || problem "nothing on stderr"
end

begin "slow pipe: what comes late is read too"
run_sh "{ head -c 100 $perf; sleep 0.3; tail -c +101 $perf; } | \$flamectl collapse"
status 0
out_is "$perf_out"
end

gzip -c "$folded" >"$scratch/probe.gz"
if [[ $("$FLAMECTL" collapse "$scratch/probe.gz" 2>&1) == *'without zlib'* ]]; then
    begin "zlib is not here, or else the build uses it"
    run_sh 'printf "#include <zlib.h>\nint main(void) { return !zlibVersion(); }\n" |
        ${CC:-cc} -x c - -o probe -lz 2>/dev/null'
    [[ $status_got != 0 ]] || problem "zlib is here, and flamectl was built without it"
    end

    begin "gzip input without zlib: a clear message"
    gzip -c "$perf" >in.gz
    run flamectl collapse in.gz
    fails gzip zlib
    end
else
    begin "gzip input is seen through: file, pipe, several members"
    gzip -c "$perf" >in.gz
    run flamectl collapse in.gz
    status 0
    out_is "$perf_out"
    run_sh '$flamectl collapse <in.gz'
    status 0
    out_is "$perf_out"
    { head -c 300 "$perf" | gzip -c; tail -c +301 "$perf" | gzip -c; } >two.gz
    run flamectl collapse two.gz
    status 0
    out_is "$perf_out"
    end

    begin "truncated gzip: an error at every length, never a short result"
    gzip -c "$perf" >in.gz
    for ((n = 2; n < $(stat -c %s in.gz); n += 7)); do
        head -c "$n" in.gz >cut.gz
        run flamectl collapse cut.gz
        fails cut.gz
    done
    end

    begin "gzip with a wrong checksum"
    gzip -c "$perf" >in.gz
    size=$(stat -c %s in.gz)
    { head -c $((size - 8)) in.gz; printf '\1\2\3\4'; tail -c 4 in.gz; } >bad.gz
    run flamectl collapse bad.gz
    fails bad.gz
    end

    begin "garbage after a gzip member loses nothing silently"
    { gzip -c "$folded"; printf 'trailing garbage'; } >in.gz
    run flamectl collapse in.gz
    [[ $status_got == 0 && ! -s $scratch/err ]] && problem "status 0 and not a word"
    end
fi

begin "what the first line says holds for all lines of a long input"
{
    printf 'Running Time\tSelf (ms)\t\tSymbol Name\n1.0ms\t0\t \tstart\n'
    for ((i = 0; i < 30000; i++)); do printf '2.0ms   0.1%%\t1\t \t f\n'; done
} >long.txt
run flamectl collapse --from=instruments long.txt
status 0
out_is "start;f 30000"
end
