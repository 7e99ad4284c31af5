#!/bin/sh
# Measures the program: the Go benchmarks, then portolan beside Hugo on 1,000
# synthetic products. Works in memory (/dev/shm), some four minutes; the first
# run also builds Hugo. BENCH_FLAGS are handed on to the comparison.
set -eu
cd "$(dirname "$0")/.."
go test -run '^$' -bench . -benchtime 3x ./generator/bench
cd bench
exec go run . ${BENCH_FLAGS:-}
