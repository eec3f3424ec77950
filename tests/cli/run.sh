#!/usr/bin/env bash
# The command line: arguments, streams, exit statuses, files written, messages.
# shellcheck disable=SC2034 # the parts use what is set here
set -uo pipefail
# shellcheck source=tests/lib/check.sh
source "$(dirname "$0")/../lib/check.sh"
unset LC_ALL LANG TZ

golden=$tests/golden/collapse
perf=$golden/perf/option-none.in
perf_out=$(cat "$golden/perf/option-none.out")
folded=$golden/folded/plain.in
folded_out=$(cat "$golden/folded/plain.out")
for part in "$here"/[0-9]*.sh; do
    # shellcheck source=/dev/null
    source "$part"
done
finish
