# Cogstep's build. It needs Go and make; what more a single test needs is skipped aloud when it is not there.

export CGO_ENABLED = 0
GO       ?= go
FUZZTIME ?= 60s
KILLS    ?= 50
SEEDS    ?= 2000
FIRST    ?= 0
BENCH    ?= .
EXAMPLE   = examples/order-pipeline
MODEL     = internal/api/model/service.json
UNIT      = $$($(GO) list ./... | grep -v /test/)

.DEFAULT_GOAL := help

help: ## Show this help
	@echo 'make TARGET, where TARGET is one of:'
	@sed -n 's/^\([a-z][a-z-]*\):.*## /  \1#/p' $(MAKEFILE_LIST) | awk -F'#' '{ printf "%-14s %s\n", $$1, $$2 }'

build: ## Build bin/cogstep
	$(GO) build -trimpath -ldflags '-s -w' -o bin/cogstep ./cmd/cogstep

run: build ## Run the example application: server, functions and one execution, reloaded when files change
	bin/cogstep dev $(EXAMPLE)/template.yaml --start OrderPipeline --input @$(EXAMPLE)/events/accepted.json

test: lint modules generated ## Everything CI checks (python3 with boto3, the AWS CLI and the recordings: if they are here)
	$(GO) test $(UNIT)
	$(GO) test -count=1 ./test/scripts ./test/parity
	$(GO) test -count=1 -v ./test/clients ./test/crash ./test/upgrade ./test/conformance ./test/definitions ./test/services ./test/docs

check: lint ## The quick subset: format, vet, staticcheck, unit tests, scripts
	$(GO) test $(UNIT)
	$(GO) test -count=1 ./test/scripts ./test/parity

lint: ## Format, vet, staticcheck
	@ugly=$$($$($(GO) env GOROOT)/bin/gofmt -l .) && test -z "$$ugly" || { echo "gofmt would change: $$ugly"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

modules: ## go.mod and go.sum are tidy, modules are what they were
	$(GO) mod tidy -diff
	$(GO) mod verify

generated: ## Generated files are what their generators write
	$(GO) run ./internal/api/model/generate $(MODEL) | cmp - $(MODEL)

models: ## Pack the models of all AWS services anew, from BOTOCORE (default: that of python3)
	$(GO) run ./internal/awsmodel/generate -o internal/awsmodel/models.bin $(BOTOCORE)

race: ## Unit tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race $(UNIT)

fuzz: ## Each fuzz target for FUZZTIME (60s)
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' $$file); do \
			echo "$$(dirname $$file) $$target"; \
			$(GO) test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=0 $$(dirname $$file) || exit 1; \
		done; \
	done

crash: ## Kill the server KILLS (50) times while it works, and judge what is left
	CRASH_KILLS=$(KILLS) $(GO) test -count=1 -v ./test/crash

sim: ## Simulate SEEDS (2000) random worlds, the first of them FIRST (0), then see whether planted bugs are found
	COGSTEP_SIM_SEEDS=$(SEEDS) COGSTEP_SIM_FIRST=$(FIRST) $(GO) test -count=1 -timeout=0 -v -run=TestWorlds ./internal/sim
	$(GO) test -count=1 -timeout=0 -v -tags=planted ./internal/sim

conformance: ## Recorded behaviour of the real service against the program
	$(GO) test -count=1 -v ./test/conformance

bench: ## Benchmarks whose names match BENCH (all)
	$(GO) test -run='^$$' -bench='$(BENCH)' -benchmem $(UNIT)

cover: ## Coverage of the unit tests, by package and in bin/cover.html
	@mkdir -p bin
	$(GO) test -coverprofile=bin/cover.out -coverpkg=./... $(UNIT)
	$(GO) tool cover -html=bin/cover.out -o bin/cover.html
	@$(GO) tool cover -func=bin/cover.out | tail -1

clean: ## Remove what was built
	rm -rf bin

.PHONY: help build run test check lint modules generated models race fuzz crash sim conformance bench cover clean
