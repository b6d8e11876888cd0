# lab-daq: `make demo` shows it, `make test` proves it, `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
SOURCES := daq config/dashboards drivers simulators tests

.DEFAULT_GOAL := help

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## / \t/' | expand -t 14

demo: $(VENV)/.demo ## a simulated laboratory, live in the terminal; Ctrl-C ends it
	@$(BIN)/daq demo

test: $(VENV)/.test servers lint audit ## everything: lint, types, import rules, unit, contract, cases, system
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal -m "not alone" tests
	$(BIN)/coverage run -m pytest -m alone tests
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --fail-under=$(COVERAGE)
	$(MAKE) --no-print-directory bench-check

COVERAGE := 95

unit: $(VENV)/.test ## unit tests alone: no sockets, seconds
	$(BIN)/pytest -q -n 2 --dist worksteal --hypothesis-profile=quick tests/unit

faults: $(VENV)/.test servers ## the fault matrix alone; its figures go into docs/explanation/reliability.md
	$(BIN)/pytest -q tests/system/faults --fault-report=build/faults
	$(BIN)/python -m tests.system.faults.publish build/faults

soak: $(VENV)/.test servers ## half an hour of faults in compressed time; figures and plots to build/soak
	$(BIN)/python -m tests.soak --minutes $(MINUTES) --report build/soak

MINUTES := 30

bench: $(VENV)/.test servers ## measure everything, at most 15 minutes; table, plots and figures to build/bench
	@mkdir -p build/bench
	$(BENCH) --json build/bench/figures.json --report build/bench

bench-publish: $(VENV)/.test ## put what `make bench` has measured into docs/explanation/performance.md and its plots
	$(BIN)/python -m tests.bench.publish build/bench/figures.json

bench-quick: $(VENV)/.test servers ## measure everything roughly, in about a minute
	$(BENCH) --quick

bench-check: $(VENV)/.test servers ## hold the ratios that no machine changes against the committed ones
	$(BENCH) --quick --against tests/bench/committed.json $(STEADFAST)

bench-commit: $(VENV)/.test servers ## renew the committed figures, and what is worked out from them
	$(BENCH) --quick --json tests/bench/committed.json
	$(BIN)/python -m tests.bench.scaling --write docs/explanation/scaling.md

BENCH := $(BIN)/python -m tests.bench
STEADFAST := instructions journal rtu_schedule silent_unit steady

lint: $(VENV)/.test ## ruff, formatting, pyright strict, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache

audit: $(VENV)/.test ## look the pinned dependencies up among known vulnerabilities
	$(BIN)/python -m tests.dependencies.audit .lock/demo.txt .lock/test.txt

fuzz: $(VENV)/.test ## fuzz what reads foreign bytes, for long: make fuzz TARGET=modbus_frames SECONDS=600
	$(BIN)/python -m tests.fuzz.run $(TARGET) $(or $(SECONDS),60)

servers: ## the brokers, databases and shells the tests start (apt, when run as root)
	@.ci/apt-install mosquitto=mosquitto mosquitto-clients=mosquitto_sub influxdb=influxd victoria-metrics=victoria-metrics openssl=openssl mbpoll=mbpoll systemd=systemd-analyze dpkg=dpkg-deb valgrind=valgrind tmux=tmux bash=bash zsh=zsh fish=fish chromium=chromium $(TYPESETTING)

# What WeasyPrint loads, and fonts for what it prints.
TYPESETTING = libpango-1.0-0=/usr/lib/*/libpango-1.0.so.0 libpangoft2-1.0-0=/usr/lib/*/libpangoft2-1.0.so.0 \
               libharfbuzz-subset0=/usr/lib/*/libharfbuzz-subset.so.0 fonts-noto-cjk=$(NOTO) \
               fonts-dejavu-core=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
NOTO := /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

schema: $(VENV)/.test ## regenerate what is generated from code: JSON schema, reference pages
	$(BIN)/daq schema --output config/daq.schema.json
	$(BIN)/python -m daq.config.reference
	$(BIN)/python -m daq.cli.reference
	$(BIN)/python -m daq.metrics.reference
	$(BIN)/python -m daq.reference
	$(BIN)/python -m drivers.reference
	$(BIN)/python -m daq.health.reference
	$(BIN)/python -m simulators.reference

pictures: $(VENV)/.test servers ## renew the pictures of the page in docs/pictures, in some minutes
	@.ci/apt-install fonts-noto-cjk=$(NOTO)
	$(BIN)/python -m tests.system.web.pictures

dashboards: $(VENV)/.test ## regenerate the dashboards for Grafana from config/dashboards/
	$(BIN)/python -m config.dashboards

deb: $(VENV)/.test ## a Debian package in dist/, with all it needs but Python itself
	@systemd/deb/build

lock: $(VENV)/.test ## renew the pinned versions in .lock/
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK) --extra dcc --extra demo --extra parquet -o .lock/demo.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade $(LOCK) --extra test -o .lock/test.txt pyproject.toml

LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --group build \
        --custom-compile-command "make lock"

clean: ## remove the virtual environment and every cache
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.demo: .lock/demo.txt pyproject.toml
	@.ci/venv $(VENV) .lock/demo.txt demo
$(VENV)/.test: .lock/test.txt pyproject.toml
	@.ci/venv $(VENV) .lock/test.txt test demo

.PHONY: help demo test unit faults soak bench bench-publish bench-quick bench-check bench-commit lint servers schema pictures dashboards deb lock clean
