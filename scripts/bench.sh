#!/bin/sh
# Measures the program: the Go benchmarks, the lookup beside minisearch and
# flexsearch on 10,000 synthetic flows and alone on 100,000, where those two give
# no answer within five minutes, then portolan beside Hugo on 1,000 synthetic
# products. Works in memory (/dev/shm), some ten minutes; the
# first run also builds Hugo. BENCH_FLAGS are handed on to that comparison.
set -eu
cd "$(dirname "$0")/.."
go test -run '^$' -bench . -benchtime 3x ./generator/bench
cd bench

if command -v npm >/dev/null; then
  (cd lookup && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  flows=$(mktemp -d /dev/shm/portolan-lookup-XXXXXX)
  trap 'rm -rf "$flows"' EXIT
  go run ./lookup 10000 "$flows"
  node lookup/lookup.js "$flows"
  go run ./lookup 100000 "$flows"
  node lookup/lookup.js "$flows" lookup
else
  echo 'bench.sh: without npm the lookup is not measured beside others' >&2
fi
go run . ${BENCH_FLAGS:-}
