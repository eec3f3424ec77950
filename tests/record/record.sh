#!/usr/bin/env bash
# Record real profiles of the programs beside this script, and of examples/demo.c, as
# `perf script` text into a folder: what the converters are compared on (tests/oracle), and where
# the recordings of examples/ come from. Needs Linux, perf and the right to record; what is not
# installed or not allowed here is said and left out.
set -euo pipefail

usage() {
    cat >&2 <<'USAGE'
usage: record.sh OUTDIR [CASE...]
  cases: fp dwarf system events tracepoints nograph odd-names node java python demo (default: all)
USAGE
    exit 2
}

[ $# -ge 1 ] || usage
case $1 in -*) usage ;; esac
here=$(cd "$(dirname "$0")" && pwd)
demo=$here/../../examples/demo.c
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
bin=$out/bin
mkdir -p "$bin"
data=$out/perf.data
seconds=${SECONDS_EACH:-2}
: "${CC:=cc}" "${CXX:=c++}"

say() { printf '%s\n' "$*" >&2; }

# record CASE PERF-RECORD-OPTION... -- COMMAND...: leaves the recording in $data.
record() {
    local name=$1
    shift
    if ! perf record -q -o "$data" "$@" >"$out/$name.log" 2>&1; then
        say "record.sh: $name: not recorded here: $(tail -n 1 "$out/$name.log")"
        return 1
    fi
    rm -f "$out/$name.log"
}

# script CASE PERF-SCRIPT-OPTION...: print $data as text, the first few MB of it; a case without
# text is left out, and so is one that takes minutes (source lines of a large program).
script() {
    local name=$1
    shift
    timeout 60 perf script -i "$data" "$@" 2>"$out/$name.log" |
        awk '{ n += length($0) + 1; print } n > 2e6 && ($0 == "" || n > 3e6) { exit }' \
            >"$out/$name.txt" || [ "${PIPESTATUS[0]}" -eq 141 ] || rm -f "$out/$name.txt"
    if [ ! -s "$out/$name.txt" ]; then
        say "record.sh: $name: no text: $(head -n 1 "$out/$name.log")"
        rm -f "$out/$name.txt"
    fi
    rm -f "$out/$name.log"
}

# Every choice of fields that changes the grammar of a header or a frame.
variants() {
    local name=$1
    script "$name"
    script "$name-pid" -F +pid
    script "$name-ns" --ns
    script "$name-reltime" --reltime
    script "$name-noperiod" -F -period
    script "$name-notime" -F -time
    script "$name-noevent" -F -event
    script "$name-misc" -F +misc
    script "$name-nodso" -F comm,tid,ip,sym
    script "$name-noip" -F comm,tid,time,event,sym,dso
    script "$name-nosymoff" -F -symoff
    script "$name-srcline" -F +srcline
    script "$name-noinline" --no-inline
    script "$name-nocalls" -G
    script "$name-all-fields" -F comm,pid,tid,cpu,time,period,event,ip,sym,dso
    script "$name-header" --header
    script "$name-side" --show-task-events --show-mmap-events --show-lost-events
}

case_fp() {
    "$CC" -O1 -g -fno-inline -fno-optimize-sibling-calls -fno-omit-frame-pointer -pthread \
        "$demo" -o "$bin/demo-fp"
    record fp -e cpu-clock -F 999 -g -- "$bin/demo-fp" "$seconds" && variants fp
}

case_dwarf() {
    "$CXX" -std=c++17 -O2 -g "$here/inlined.cpp" -o "$bin/inlined"
    record dwarf --sample-cpu -e cpu-clock -F 299 --call-graph dwarf,16384 -- "$bin/inlined" "$seconds" &&
        variants dwarf
}

case_system() {
    "$CC" -O1 -g -fno-inline -fno-omit-frame-pointer -pthread "$demo" -o "$bin/demo-fp"
    cat >"$bin/many.sh" <<MANY
"$bin/demo-fp" "$seconds" &
timeout "$seconds" dd if=/dev/urandom of=/dev/null bs=64k 2>/dev/null &
timeout "$seconds" sh -c 'while :; do ls -lR /usr/include; done | gzip -c >/dev/null' &
timeout "$seconds" sh -c 'while :; do find /proc/self /sys/class; done >/dev/null 2>&1' &
wait
MANY
    record system -a -e cpu-clock -F 299 -g -- sh "$bin/many.sh" && variants system
}

case_events() {
    "$CC" -O1 -g -fno-inline -fno-omit-frame-pointer -pthread "$demo" -o "$bin/demo-fp"
    record events -e cpu-clock,task-clock,page-faults -F 499 -g -- "$bin/demo-fp" "$seconds" &&
        variants events
    record modifiers -e cpu-clock:u,cpu-clock:k,context-switches -c 1000000 -g -- \
        "$bin/demo-fp" "$seconds" && variants modifiers
}

case_tracepoints() {
    "$CC" -O1 -g -fno-inline -fno-omit-frame-pointer -pthread "$demo" -o "$bin/demo-fp"
    record tracepoints -e sched:sched_switch,syscalls:sys_enter_sendto,syscalls:sys_exit_sendto \
        -c 97 -g -- "$bin/demo-fp" "$seconds" && variants tracepoints
    record tracepoints-flat -a -e 'sched:sched_wakeup,syscalls:sys_enter_brk' -c 29 -- \
        "$bin/demo-fp" "$seconds" && variants tracepoints-flat
}

case_nograph() {
    "$CC" -O1 -g -fno-inline -fno-omit-frame-pointer -pthread "$demo" -o "$bin/demo-fp"
    record nograph -e cpu-clock -F 999 -- "$bin/demo-fp" "$seconds" && variants nograph
    record nograph-addr -a -d -W -e cpu-clock -F 499 -- "$bin/demo-fp" "$seconds" &&
        script nograph-addr -F +addr,+weight
}

case_odd_names() {
    "$CC" -O1 -g -fno-omit-frame-pointer -pthread "$here/comms.c" -o "$bin/comms"
    record odd-names -a -e cpu-clock -F 499 -g -- "$bin/comms" "$seconds" && variants odd-names
    record odd-names-flat -e cpu-clock -F 499 -- "$bin/comms" "$seconds" && variants odd-names-flat
}

case_node() {
    record node -e cpu-clock -F 499 -g -- node --perf-basic-prof --interpreted-frames-native-stack \
        "$here/work.js" "$seconds" && variants node
}

# A perf map is written by the JVM at its end (JDK 17 and later), into /tmp/perf-PID.map.
case_java() {
    javac -d "$bin" "$here/Work.java"
    record java -e cpu-clock -F 499 -g -- java -XX:+PreserveFramePointer \
        -XX:+UnlockDiagnosticVMOptions -XX:+DumpPerfMapAtExit -cp "$bin" Work "$seconds" &&
        variants java
}

case_python() {
    record python -e cpu-clock -F 499 -g -- python3 "$here/work.py" "$seconds" && variants python
}

# The recordings of examples/: two builds of the demo, under a neutral path.
case_demo() {
    local build flags
    for build in before after; do
        flags=
        [ "$build" = before ] || flags=-DAFTER
        # shellcheck disable=SC2086  # no word is wanted where there is no flag
        "$CC" -O1 -g -fno-inline -fno-optimize-sibling-calls -pthread $flags "$demo" -o "$bin/demo"
        record "demo-$build" -e cpu-clock -F 199 --call-graph dwarf,16384 -- "$bin/demo" 6 &&
            perf script -i "$data" | sed "s:$bin/:/usr/local/bin/:" >"$out/demo-$build.txt"
        if [ "$build" = before ]; then
            record demo -e cpu-clock -F 99 --call-graph dwarf,16384 -- "$bin/demo" 4 &&
                perf script -i "$data" | sed "s:$bin/:/usr/local/bin/:" >"$out/demo.txt"
        fi
    done
}

[ $# -gt 0 ] || set -- fp dwarf system events tracepoints nograph odd-names node java python demo
for name; do
    case $name in
    fp | dwarf | system | events | tracepoints | nograph | odd-names | node | java | python | demo)
        say "record.sh: $name"
        "case_${name//-/_}" || say "record.sh: $name: incomplete"
        ;;
    *) usage ;;
    esac
done
rm -f "$data" "$data.old"
