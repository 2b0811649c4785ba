# Two commands matter: `make report` and `make test`. Both set up .venv themselves, as every other does.
.DEFAULT_GOAL := help
.PHONY: help venv report test test-fast test-all lint lab bench lock sample readme regimes coverage calibrate peers latency
PY := .venv/bin/python
BOTH := -n 2 --dist worksteal -q
PINNED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
    --custom-compile-command "make lock"

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

venv:  ## set up .venv from requirements.lock (the others do it themselves)
	@./tools/setup_venv.sh

report: venv  ## the weekly report on the bundled sample data: reports/<week>/report.pdf
	@$(PY) -m nija_research report $(ARGS)

test: lint  ## lint, types and the tests of everything: what a change must pass (minutes)
	$(PY) -m pytest $(BOTH) -m "not slow and not browser"

test-fast: venv  ## the inner loop: no notebook is run and nothing that takes seconds (under two minutes)
	$(PY) -m pytest $(BOTH) -m "not slow and not browser and not notebook" $(ARGS)

test-all: lint  ## every test: the slow ones and the browser's too; prints the coverage (what .ci/run calls)
	$(PY) -m pytest $(BOTH) -m "not browser" --cov --cov-report=
	$(PY) -m pytest -q -m browser --cov --cov-append --cov-report=term

lint: venv  ## ruff, numpydoc and mypy
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m numpydoc lint --config . $$(find nija_research -name '*.py')
	$(PY) -m mypy

lab: venv  ## JupyterLab on the notebooks, with sliders (ARGS=--voila: as an app)
	@$(PY) -m nija_research explore $(ARGS)

bench:  ## speed and memory against peers, in an environment of their own: docs/benchmarks.md (some ten minutes)
	@./tools/setup_venv.sh .venv-bench benchmarks/requirements.lock
	.venv-bench/bin/python -W ignore -m benchmarks $(ARGS) $(if $(ARGS),,--write docs/benchmarks.md)

lock: venv  ## pin every package, keeping the pins there are (needs uv on the path; ARGS=--upgrade lifts them)
	uv pip compile pyproject.toml --extra explore --extra dev $(PINNED) $(ARGS) --output-file requirements.lock
	uv pip compile pyproject.toml --extra dev --extra bench --constraint requirements.lock $(PINNED) $(ARGS) \
	    --output-file benchmarks/requirements.lock

sample: venv  ## regenerate data/sample/ from the bundled index prices
	$(PY) -m nija_research data sample --out data/sample

coverage: venv  ## measure how often the intervals hold: docs/coverage.md (some twenty minutes)
	$(PY) tools/make_coverage.py

calibrate: venv  ## measure how often comparative verdicts are wrong: docs/calibration.md (about an hour)
	$(PY) tools/make_calibration.py $(ARGS)

peers: venv .venv-peers/.ready  ## ask other packages on ten logs: docs/peers.md (makes .venv-peers)
	$(PY) tools/make_peers.py .venv-peers/bin/python

.venv-peers/.ready: benchmarks/peers.lock
	$(PY) -m venv --clear .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r benchmarks/peers.lock
	@touch $@

readme: venv  ## regenerate the tables and figures of README.md
	$(PY) tools/make_readme.py

regimes: venv  ## regenerate docs/regimes.md, what regime models are worth (minutes)
	@$(PY) tools/make_regimes.py $(ARGS)

latency: venv  ## measure slider to picture in a browser: docs/explore.md (a minute or two, on a quiet machine)
	@PYTHONPATH=. $(PY) tools/make_latency.py $(ARGS)
