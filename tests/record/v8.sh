#!/usr/bin/env bash
# Record V8's profiles of work.js: tests/record/v8.sh FOLDER writes node.cpuprofile, node.heapprofile and
# node.trace.json there, with the path of the program replaced. Needs node.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "usage: v8.sh FOLDER" >&2 && exit 2; }
mkdir -p "$1"
cd "$1"
node --cpu-prof --cpu-prof-interval 5000 --cpu-prof-name node.cpuprofile "$here/work.js" 0.3
node --heap-prof --heap-prof-interval 4096 --heap-prof-name node.heapprofile "$here/work.js" 0.1
node --trace-event-categories v8.cpu_profiler,v8,node --trace-event-file-pattern node.trace.json \
    "$here/work.js" 0.05
sed -i "s|$here|/srv/app|g" node.cpuprofile node.heapprofile node.trace.json
