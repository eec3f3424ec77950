#!/usr/bin/env bash
# Stands in for flamectl with the original scripts (FLAMEGRAPH_DIR): comparing them with themselves
# shows that the comparing programs of this folder report nothing where there is nothing.
#   FLAMECTL=tests/oracle/originals.sh tests/oracle/compare_collapse.py --files 100
set -euo pipefail

dir=${FLAMEGRAPH_DIR:?set it to a checkout of the original scripts}
command=${1:?collapse, render or diff}
shift
arguments=()
for argument; do
    case $argument in
    --elements=* | --from=* | -q | --to=folded) ;;
    *) arguments+=("$argument") ;;
    esac
done
case $command in
collapse) exec perl "$dir/stackcollapse-perf.pl" "${arguments[@]}" ;;
render) exec perl "$dir/flamegraph.pl" "${arguments[@]}" ;;
diff) perl "$dir/difffolded.pl" "${arguments[@]}" | LC_ALL=C sort ;;
*) exit 2 ;;
esac
