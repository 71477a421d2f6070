# What a person types. Everything is set up in .local, inside this folder, and nowhere else:
# `make clean` removes all of it.

.PHONY: help lab test notebooks bench bench-peers quality docker docker-test setup clean
.DELETE_ON_ERROR:

help:
	@echo 'make lab        set everything up, then open the tutorial in JupyterLab'
	@echo 'make test       set everything up, then run every test, the notebooks included'
	@echo 'make notebooks  execute every notebook in place'
	@echo 'make bench      measure this beside JAX and PyTorch, for half an hour'
	@echo 'make quality    train recipes with several seeds and compare their samples, for an hour'
	@echo 'make docker     build the image that serves the tutorial'
	@echo 'make docker-test  build it and test it in a browser'
	@echo 'make clean      remove everything that was set up'

# ---- Where things are -------------------------------------------------------------------------

export LOCAL := $(CURDIR)/.local
PYTHON ?= python3
PIP = .local/venv/bin/python -m pip
RETRY := sh internal/setup/retry

# Caches of Go's: yours, if you export these variables.
export GOMODCACHE ?= $(LOCAL)/go/mod
export GOCACHE ?= $(LOCAL)/go/build
export PATH := $(LOCAL)/venv/bin:$(LOCAL)/bin:$(PATH)
# Where Go has its experiment with vector instructions, the pure-Go engine is half again as fast.
ifeq ($(origin GOEXPERIMENT),undefined)
export GOEXPERIMENT := $(shell GOEXPERIMENT=simd go version >/dev/null 2>&1 && echo simd)
endif
# The XLA plugin is here, where the platform has one and you name no other.
ifeq ($(shell uname -sm) $(origin PJRT_PLUGIN_LIBRARY_PATH),Linux x86_64 undefined)
export PJRT_PLUGIN_LIBRARY_PATH := $(LOCAL)/lib
# This one compiles a quarter faster so, and what it compiles is as fast. Another may not know the flag, and end.
export XLA_FLAGS ?= --xla_backend_optimization_level=1
endif
# Jupyter, GoNB and Go keep settings and caches in the home folder; those of this repository stay here.
# What you have set by `go env -w` counts all the same.
export USERS_CONFIG_HOME := $(XDG_CONFIG_HOME)
export USERS_CACHE_HOME := $(XDG_CACHE_HOME)
ifeq ($(shell uname -s),Linux)
export GOENV ?= $(or $(USERS_CONFIG_HOME),$(HOME)/.config)/go/env
endif
export XDG_CONFIG_HOME := $(LOCAL)/config
export XDG_CACHE_HOME := $(LOCAL)/cache
export JUPYTER_CONFIG_DIR := $(LOCAL)/jupyter/config
export JUPYTER_DATA_DIR := $(LOCAL)/jupyter/data
export JUPYTER_RUNTIME_DIR := $(LOCAL)/jupyter/runtime
export IPYTHONDIR := $(LOCAL)/jupyter/ipython

# ---- Setting up -------------------------------------------------------------------------------

setup: .local/ready

.local/ready: .local/checked .local/python .local/modules .local/kernel
	@touch $@

.local/checked: internal/setup/check
	@sh internal/setup/check "$(PYTHON)"
	@mkdir -p .local && touch $@

.local/python: requirements.txt internal/setup/overrides.json | .local/checked
	@echo 'Setting up: Python packages (Jupyter, and XLA on Linux x86-64)'
	@rm -rf .local/venv .local/lib
	@"$(PYTHON)" -m venv .local/venv
	@$(RETRY) $(PIP) install --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes -r requirements.txt
	@mkdir -p .local/lib
	@for plugin in .local/venv/lib/python3*/site-packages/lammps_jax_pjrt_cpu/*.so; do \
		if [ -f "$$plugin" ]; then ln -s "../../$$plugin" .local/lib/; fi; done
	@mkdir -p .local/venv/share/jupyter/lab/settings
	@cp internal/setup/overrides.json .local/venv/share/jupyter/lab/settings/
	@touch $@

.local/tools: go.mod go.sum tools/go.mod tools/go.sum | .local/checked
	@echo 'Setting up: the GoNB kernel, goimports, gopls and staticcheck'
	@GOBIN="$$LOCAL/bin" $(RETRY) go install tool
	@cd tools && GOBIN="$$LOCAL/bin" $(subst internal,../internal,$(RETRY)) go install tool
	@touch $@

# A notebook's cells are built in a workspace, which reads more go.mod files than a build in the module. What
# only notebooks import is imported by a test, too.
.local/modules: go.mod go.sum | .local/tools
	@echo 'Setting up: Go packages (the first build takes a few minutes)'
	@$(RETRY) go build ./...
	@rm -rf .local/workspace && mkdir -p .local/workspace
	@cd .local/workspace && go mod init workspace 2>/dev/null && go work init . ../.. && \
		$(subst internal,../../internal,$(RETRY)) go list -deps -test github.com/meanflow-go/meanflow/... github.com/janpfeifer/gonb/gonbui >/dev/null
	@touch $@

.local/kernel: .local/tools .local/python .local/modules internal/setup/kernel.py Makefile
	@mkdir -p .local/log
	@gonb --install --logtostderr=false --stderrthreshold=FATAL --log_dir="$$LOCAL/log" >.local/gonb.log 2>&1 || { cat .local/gonb.log; exit 1; }
	@.local/venv/bin/python internal/setup/kernel.py
	@touch $@

# ---- Using it ---------------------------------------------------------------------------------

# The browser is yours, so it is started with your settings.
lab: setup
	@XDG_CONFIG_HOME="$$USERS_CONFIG_HOME" XDG_CACHE_HOME="$$USERS_CACHE_HOME" \
		.local/venv/bin/python -m jupyterlab notebooks/mean_flow.ipynb $(LAB_FLAGS)

test: setup
	@unformatted=$$(gofmt -l benchmarks datasets internal meanflow plotting); \
		if [ -n "$$unformatted" ]; then echo "Not as gofmt has it: $$unformatted"; exit 1; fi
	go vet ./...
	staticcheck ./...
	CGO_ENABLED=0 go vet -tags noxla ./...
	go test -timeout 30m $$(go list ./... | grep -v internal/notebooks)
	CGO_ENABLED=0 go test -tags noxla ./meanflow/backend
# GoMLX's matrix product in pure Go forms pointers that only this check minds.
	go test -race -gcflags=all=-d=checkptr=0 -run 'AtOnce|AFolder|Signal' ./meanflow
	go test -count=1 -timeout 30m ./internal/notebooks

notebooks: setup
	@for notebook in notebooks/*.ipynb; do \
		echo "Executing $$notebook"; \
		.local/venv/bin/python internal/notebooks/execute.py "$$notebook" --output "$$notebook" --figures notebooks/figures || exit 1; done

# What it is set beside is set up only for this.
bench: setup bench-peers
	@mkdir -p .local/bench
	go build -o .local/bench/benchmarks ./benchmarks
	GOEXPERIMENT= go build -o .local/bench/plain ./benchmarks
	.local/bench/benchmarks $(if $(GOEXPERIMENT),-plain .local/bench/plain) $(BENCH_FLAGS)

quality: setup
	@mkdir -p .local/bench
	go build -o .local/bench/quality ./benchmarks/quality
	GOMLX_BACKEND=xla .local/bench/quality $(QUALITY_FLAGS)

bench-peers: .local/bench-peers/ready

.local/bench-peers/ready: benchmarks/peers/requirements.txt
	@echo 'Setting up: JAX and PyTorch, 6 GB with the libraries that PyTorch does not start without'
	@rm -rf .local/bench-peers && "$(PYTHON)" -m venv .local/bench-peers
	@$(RETRY) .local/bench-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes -r $<
	@touch $@

# ---- The image --------------------------------------------------------------------------------

# XLA's plugin in it: cpu, or cuda for NVIDIA GPUs.
PLUGIN ?= cpu
IMAGE = meanflow:$(PLUGIN)
# The first of these that runs. What it needs besides, for a proxy or a mirror, goes into BUILD_FLAGS.
CONTAINER_ENGINE ?= $(firstword $(foreach engine,docker podman buildah,$(shell $(engine) info >/dev/null 2>&1 && echo $(engine))))
BUILD_FLAGS ?=

docker:
	@[ -n '$(CONTAINER_ENGINE)' ] || { echo 'Missing: docker, podman or buildah, one that runs, to build the image with' >&2; exit 1; }
	$(CONTAINER_ENGINE) build $(if $(filter docker,$(CONTAINER_ENGINE)),,--format docker --layers) $(BUILD_FLAGS) \
		--build-arg PLUGIN=$(PLUGIN) --tag $(IMAGE) --file docker/Dockerfile .
	@$(CONTAINER_ENGINE) images $(IMAGE)

.local/docker-test/ready: docker/requirements-test.txt
	@rm -rf .local/docker-test && "$(PYTHON)" -m venv .local/docker-test
	@$(RETRY) .local/docker-test/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps --require-hashes -r $<
	@touch $@

# Buildah has no networks of its own to keep a container from, so there nothing has one.
docker-test: docker .local/docker-test/ready
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ echo 'Missing: Chromium, to open JupyterLab in (Debian, Ubuntu: sudo apt install chromium)' >&2; exit 1; }
	.local/docker-test/bin/hadolint --config docker/hadolint.yaml docker/Dockerfile
	CONTAINER_ENGINE=$(CONTAINER_ENGINE) IMAGE=$(IMAGE) $(if $(filter buildah,$(CONTAINER_ENGINE)),unshare --net sh -c 'ip link set lo up && exec "$$0" "$$@"') \
		.local/docker-test/bin/python docker/test_image.py

# Go's module cache is read-only.
clean:
	@if [ -d .local ]; then chmod -R u+w .local && rm -rf .local; fi
	@rm -rf notebooks/checkpoints notebooks/.ipynb_checkpoints
