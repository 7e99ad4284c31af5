# Go and make are all that the site needs. The tests also hold it against real
# programs; tests/tools.sh gets them or says which are missing.

GO ?= go
GOLANGCI = $(GO) tool -modfile=tools/go.mod golangci-lint
TESTFLAGS ?=
FUZZTIME ?= 5s
BENCH ?= .
ADDR ?= 127.0.0.1:8080

.DEFAULT_GOAL := site
.PHONY: help site engine program serve test tools check sources lint fmt golden fuzz bench microbench clean

help:  ## print this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  \1\t/'

# The rule builder as WebAssembly, which the program carries into its sites.
engine:
	$(GO) run ./generator/builder/pack . templates/builder

program: engine
	$(GO) build -trimpath -o bin/portolan .

site: program  ## build the program to bin/portolan and the site into public/
	bin/portolan build

serve: program  ## preview the site; it reloads on change
	bin/portolan serve --addr $(ADDR)

tools:
	@tests/tools.sh

# Network namespaces need root: in continuous integration as somebody else the
# packets go through sudo.
SUDO := $(if $(filter 0,$(shell id -u)),,$(if $(filter true,$(CI)),sudo -n -E))

test: tools engine  ## every test; TESTFLAGS=-race, -v, -run …
	$(GO) test -timeout 50m $(TESTFLAGS) $(if $(SUDO),$$($(GO) list ./... | grep -v '/tests/packets$$'),./...)
	$(if $(SUDO),$(GO) test -timeout 20m $(TESTFLAGS) -exec '$(SUDO) env "PATH=$(PATH)"' ./tests/packets)

check: program  ## hold the repository's own data and content against the rules
	bin/portolan check

# What vendors move or take down is no fault of a change, so this never fails.
sources: program  ## ask whether the documents that the facts come from are still there
	-bin/portolan check --sources

lint:  ## gofmt, go.mod in order, golangci-lint
	@test -z "$$($(GO)fmt -l .)" || { echo 'not formatted (make fmt):'; $(GO)fmt -l .; exit 1; }
	$(GO) mod tidy -diff
	$(GOLANGCI) config verify
	$(GOLANGCI) run

fmt:
	$(GO)fmt -w .

# Packages whose tests know -update: it comes from the test itself or from tabletest.
golden:  ## write all golden files anew
	$(GO) test $$(grep -rlE 'flag\.Bool\("update"|generator/table/tabletest"' --include='*_test.go' . | xargs -n1 dirname | sort -u) -update

fuzz:  ## each fuzz target for FUZZTIME
	@grep -rE '^func Fuzz' --include='*_test.go' . | sed -E 's|/[^/]*:func (Fuzz[A-Za-z0-9_]*).*| \1|' | sort -u | \
	while read -r dir target; do \
	  echo "$$dir $$target"; \
	  $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$dir" </dev/null || exit 1; \
	done

bench:  ## the program measured, also beside Hugo (some minutes, in memory)
	scripts/bench.sh

microbench:  ## every Go benchmark; BENCH=… chooses
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem $$(grep -rlE '^func Benchmark' --include='*_test.go' . | xargs -n1 dirname | sort -u)

# Of public/ only what the manifest lists: a file that somebody put there stays.
clean:  ## remove bin/ and the built site
	rm -rf bin
	@if [ -f public/.portolan-manifest ]; then \
	  sed -nE 's|^[A-Za-z0-9+/]{43} [A-Za-z0-9+/]{43} -?[0-9]+ (.*)|public/\1|p' public/.portolan-manifest | tr '\n' '\0' | xargs -0 rm -f; \
	  rm -rf public/.portolan-manifest public/.portolan-staging; \
	  find public -mindepth 1 -type d -empty -delete; \
	fi
