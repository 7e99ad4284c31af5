#!/bin/sh
# Measures the program: the Go benchmarks, the lookup beside minisearch and
# flexsearch on 10,000 and 100,000 synthetic flows, then portolan beside Hugo on
# 1,000 synthetic products. Works in memory (/dev/shm), some ten minutes; the
# first run also builds Hugo. BENCH_FLAGS are handed on to that comparison.
set -eu
cd "$(dirname "$0")/.."
go test -run '^$' -bench . -benchtime 3x ./generator/bench
cd bench

if command -v npm >/dev/null; then
  (cd lookup && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  flows=$(mktemp -d /dev/shm/portolan-lookup-XXXXXX)
  trap 'rm -rf "$flows"' EXIT
  for n in 10000 100000; do
    go run ./lookup "$n" "$flows"
    node lookup/lookup.js "$flows"
  done
else
  echo 'bench.sh: without npm the lookup is not measured beside others' >&2
fi
go run . ${BENCH_FLAGS:-}
