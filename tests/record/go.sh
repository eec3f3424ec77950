#!/usr/bin/env bash
# Record Go's own profiles of work.go into a folder, and what `go tool pprof` prints of them. Needs go.
set -euo pipefail
[ $# = 1 ] || { echo "usage: go.sh OUTDIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
GO111MODULE=off go build -trimpath -o work "$here/work.go"
./work . "${SECONDS_EACH:-2}"
for profile in cpu heap; do
    go tool pprof -raw "$profile.pb.gz" >"$profile.raw.txt" 2>/dev/null
done
