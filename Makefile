# What can be done here. Every target says what it needs before it starts.
SHELL := bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

NEED  := infra/tools/need.sh
TOOL  := go tool -modfile=infra/tools/go.mod
BUILD := .venv/build/bin
LINT  := $(BUILD)/cfn-lint --regions eu-central-1 -- template.yaml infra/alarms.yaml
NODE  := infra/tools/node_modules

export SAM_CLI_TELEMETRY := 0
export REDOCLY_TELEMETRY := off

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## everything on this machine, with two demo clinics (FRESH=1 starts over, PORT=... goes elsewhere)
	@$(NEED) go python
	@mkdir -p .local && go build -o .local/vestibule ./infra/local
	@.local/vestibule

# One server each for all tests. Packages run two at a time, as many as there are cores where this must be fast enough.
TESTS   = infra/tools/doubles.sh go test -p 2 -timeout 15m
STORIES = ./infra/story/...

.PHONY: test
test: install chromium check build reproducible ## all there is: check, build, every test with the race detector, every story
	@$(NEED) cc
	$(TESTS) -race $$(go list ./... | grep -v /infra/story)
	$(TESTS) $(STORIES)

.PHONY: story
story: install chromium ## the manuals as stories, and the pages in a real browser
	$(TESTS) -count=1 -v $(STORIES)

.PHONY: check
check: venv $(NODE)/.package-lock.json ## formats, vet, staticcheck, go.mod, generated code, templates, openapi.yaml
	@$(NEED) go node
	@unformatted=$$(gofmt -s -l functions shared infra); [ -z "$$unformatted" ] || { echo "make fmt would change:" $$unformatted; exit 1; }
	go vet ./... && cd infra/bench && go vet ./...
	$(TOOL) staticcheck ./...
	go mod tidy -diff && cd infra/tools && go mod tidy -diff
	@infra/tools/generated.sh
	$(LINT)
	$(BUILD)/sam validate
	@said=$$($(NODE)/.bin/redocly lint --config infra/tools/redocly.yaml --format stylish openapi.yaml 2>&1) || { echo "$$said"; exit 1; }

.PHONY: build
build: venv warm ## what is deployed, by the SAM CLI, in .aws-sam/build
	$(BUILD)/sam build

# What SAM calls for each function, with ARTIFACTS_DIR set. The folder is named after the function.
GOBUILD := CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags lambda.norpc -trimpath -buildvcs=false -ldflags "-s -w"
build-%Function:
	$(GOBUILD) -o $(ARTIFACTS_DIR)/bootstrap ./functions/$(shell tr A-Z a-z <<<$*)

# SAM builds all functions at once; what they share is compiled here, once.
.PHONY: warm
warm:
	@$(NEED) go
	@dir=$$(mktemp -d) && $(GOBUILD) -o $$dir/ ./functions/...; code=$$?; rm -rf $$dir; exit $$code

.PHONY: reproducible
reproducible: build ## builds a function once more, from another folder and without a cache, and compares the bytes
	@$(NEED) go
	@infra/tools/reproducible.sh

.PHONY: bench
bench: venv ## what each use case costs, and start-up beside a hello-world function
	@$(NEED) go python
	cd infra/bench && go run .

.PHONY: sbom
sbom: ## what the functions are linked from, as CycloneDX, in dist/sbom.json
	@$(NEED) go
	@mkdir -p dist && go run ./infra/sbom >dist/sbom.json && echo "dist/sbom.json: $$(grep -c '"purl"' dist/sbom.json) modules"

.PHONY: fmt
fmt: ## formats the Go code
	@$(NEED) go
	gofmt -s -w functions shared infra

.PHONY: update
update: install ## writes generated code and golden files anew; look at the diff
	go generate ./...
	$(TESTS) $$(grep -rl --include='*_test.go' 'flag.Bool("update"' functions shared infra | xargs -r -n 1 dirname | sort -u | sed 's|^|./|') -update

STAGES := dev staging prod
.PHONY: stage
stage:
	@[ -n "$(filter $(STAGES),$(STAGE))" ] || { echo "Say which installation: make $(MAKECMDGOALS) STAGE=dev (or staging, prod; samconfig.toml has them)"; exit 1; }

.PHONY: deploy
deploy: stage build ## STAGE=dev|staging|prod: brings it to AWS
	$(BUILD)/sam deploy --config-env $(STAGE)

.PHONY: redrive
redrive: stage ## STAGE=...: tries letters again that were given up
	@$(NEED) aws
	@infra/tools/redrive.sh vestibule-$(STAGE)

.PHONY: clean
clean: ## removes what was built and installed here, and what `make run` has kept
	rm -rf .aws-sam .local .venv $(NODE)

# What is installed, each in this folder and each pinned

.PHONY: install
install: venv dynamodb-local $(NODE)/.package-lock.json

.PHONY: venv
venv: ## the Python environments: the local AWS (.venv/run), SAM CLI and cfn-lint (.venv/build)
	@$(NEED) python
	@infra/tools/venv.sh run infra/tools/requirements.txt
	@infra/tools/venv.sh build infra/tools/build-requirements.txt

.PHONY: dynamodb-local
dynamodb-local: .local/dynamodb-local/installed ## Amazon's DynamoDB Local, the second opinion of the store tests

.local/dynamodb-local/installed: infra/tools/dynamodb-local/pom.xml
	@$(NEED) java
	@rm -rf $(@D) && mkdir -p $(@D)
	mvn --batch-mode --quiet --file $< dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(@D)
	@touch $@

$(NODE)/.package-lock.json: infra/tools/package-lock.json
	@$(NEED) node
	cd infra/tools && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: chromium
chromium:
	@if ! $(NEED) chromium 2>/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium fonts-dejavu-core >/dev/null; fi
	@$(NEED) chromium
