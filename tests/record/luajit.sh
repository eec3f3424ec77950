#!/usr/bin/env bash
# Record work.lua with LuaJIT's profiler: luajit.sh FOLDER writes folded text there. Needs luajit.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "usage: luajit.sh FOLDER" >&2 && exit 2; }
mkdir -p "$1"
cd "$1"
luajit -jp=Gl50i1,luajit.folded "$here/work.lua" 0.5
