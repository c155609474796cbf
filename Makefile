# Every target is one line that calls a tool; `make` alone lists them.
PYTHON ?= python3
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help kind-up kind-down images images-push image-sizes image-locks setup setup-dev up dev test test-% lint format proto proto-check lock bench web docs clean

help: ## List the targets
	@$(PYTHON) tools/help.py Makefile

##@ Run
up: web ## Start everything in one process: make up [PORT=8080] [DATA_DIR=data]
	@$(VENV) -m owui_local.up --end-with-parent

dev: web ## The same with one process per service and logs of each
	@$(VENV) -m owui_local.dev --end-with-parent

##@ Check
test: setup-dev web ## All tests: web, unit, rpc, stores, integration in both shapes, security, browser
	@$(VENV) tools/test.py

test-%: setup-dev ## One suite: make test-chat, test-auth, test-gateway, test-integration, test-e2e …
	@$(VENV) tools/test.py $*

lint: setup-dev ## ruff, mypy, import-linter, buf, shellcheck, svelte-check and proto-check
	@$(VENV) tools/lint.py

proto-check: setup-dev ## Fail when the committed contracts differ from proto/
	@$(VENV) tools/proto_check.py

bench: setup-dev ## The benchmarks; ARGS="--help" lists them
	@$(VENV) -m bench $(ARGS)

##@ Change
format: setup-dev ## Format the Python code
	@$(VENV) tools/format.py

proto: setup-dev ## Generate libs/contracts from proto/
	@$(VENV) tools/generate_contracts.py

docs: setup-dev ## Generate docs/configuration.md, tables of chart and Terraform, files for Podman and Swarm
	@$(VENV) tools/generate_configuration.py
	@$(VENV) tools/chart_settings.py
	@$(VENV) tools/chart_readme.py
	@$(VENV) tools/terraform_readmes.py
	@$(VENV) tools/engine_files.py

lock: setup ## Resolve requirements.lock and requirements-dev.lock again; ARGS=--upgrade takes newer versions
	@$(VENV) tools/lock.py $(ARGS)

##@ Deploy
images: setup ## Build the container images: make images [REGISTRY=registry.example.org/team] [ARGS="gateway rag"]
	@$(VENV) tools/images.py build $(ARGS)

images-push: setup ## Push them: make images-push REGISTRY=registry.example.org/team
	@$(VENV) tools/images.py push $(ARGS)

image-sizes: setup ## Install what stands in each image and tell what it weighs
	@$(VENV) tools/images.py sizes $(ARGS)

kind-up: setup ## Make a Kubernetes cluster in containers on this machine
	@$(VENV) tools/kind.py up

kind-down: setup ## Remove it again
	@$(VENV) tools/kind.py down

image-locks: setup ## Write deploy/docker/locks from requirements.lock
	@$(VENV) tools/images.py lock

##@ Prepare
setup: ## Create or refresh the Python environment in .venv (what running needs)
	@$(PYTHON) tools/setup.py

setup-dev: ## The same with what tests and checks need
	@$(PYTHON) tools/setup.py --dev

web: setup ## Build the web UI when its sources changed
	@$(VENV) tools/web.py

clean: ## Remove everything that can be made again (never the data folder)
	@$(PYTHON) tools/clean.py
