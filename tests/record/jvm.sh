#!/usr/bin/env bash
# Record Jfr.java with the JVM's own recorder into a folder, twice, what `jfr print` prints of the samples,
# and thread dumps. Needs a JDK.
set -euo pipefail
[ $# = 1 ] || { echo "usage: jvm.sh OUTDIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
javac -d . "$here/Jfr.java"
for run in 1 2; do
    java "-XX:StartFlightRecording:settings=$here/jvm.jfc,filename=run$run.jfr" Jfr "${SECONDS_EACH:-3}"
    jfr print --json --stack-depth 64 --events ExecutionSample,NativeMethodSample,ObjectAllocationSample,JavaMonitorEnter \
        "run$run.jfr" >"run$run.json"
done
# a dump in between begins a new chunk
java "-XX:StartFlightRecording:name=all,settings=$here/jvm.jfc,filename=chunks.jfr" Jfr 4 &
sleep 2
jcmd $! JFR.dump name=all filename=part.jfr
wait
java Jfr 8 &
for _ in 1 2 3; do
    sleep 1
    jstack $! >>jstack.txt || true
done
wait
gzip -n -k -f run1.jfr chunks.jfr
