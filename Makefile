# `make demo` and `make test` are all a newcomer needs: each makes its own .venv first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PEERS  := .venv.peers
PHOTOS ?=

# A test starts hundreds of Pythons: each would compile all of the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo quick test soak check types bench profile first-plot mutants peers live docs clean setup help

help:            ## this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: $(READY)  ## make the virtual environment

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "amazon-photos needs Python 3.11 or newer; this is " + sys.version.split()[0] + " (make PYTHON=python3.12 …)" or 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' -c constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt -e '.[emulator,sql,keyring,browser]' --group dev
	@touch $(READY)

demo: $(READY)   ## a whole library in a minute, then a first evening at the command line: make demo [PHOTOS=folder]
	@$(BIN)/amazon-photos demo $(if $(PHOTOS),"$(PHOTOS)")
	@$(BIN)/python examples/first_evening.py

quick: $(READY)  ## the tests of single modules, with few random examples: under a minute, while you write
	$(BIN)/python -m pytest -q -n 2 -m 'not slow and not soak' tests/unit

test: $(READY) check  ## every test, and everything `make check` does
	HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest -n 4 --dist loadfile --ignore tests/house

soak: $(READY)   ## the long runs of random kills, faults and examples that make test has no time for
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n 2 -m 'soak or hypothesis'

check: $(READY)  ## style, types, floors and docs: before every commit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 tests/house

types: $(VENV)/.types  ## what pyright says of our types, and of a strict program that uses them
	@$(BIN)/python tests/typing/run.py

$(VENV)/.types: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group types
	@touch $(VENV)/.types

bench: $(VENV)/.bench  ## our figures against their yardsticks: make bench [ARGS=--list]
	$(BIN)/python -m bench $(ARGS)

profile: $(VENV)/.bench  ## where the time of a transfer goes: make profile ARGS=small-down
	$(BIN)/python -m bench.profile $(ARGS)

$(VENV)/.bench: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group bench
	@touch $(VENV)/.bench

first-plot:      ## how long it takes from an empty environment to the first plot
	@$(PYTHON) bench/first_plot.py

mutants: $(VENV)/.mutants  ## how many small mistakes the tests notice, in hours (docs/mutants.md): make mutants [ARGS=--help]
	@PYTHONPATH=tests $(BIN)/python -m mutants.run $(ARGS)

$(VENV)/.mutants: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --group mutants
	@touch $(VENV)/.mutants

peers: $(READY) $(PEERS)/.ready  ## the emulator judged by a client we did not write: the unmodified predecessor
	@PYTHONPATH=tests $(BIN)/python -m peers.run $(PEERS)/bin/python

$(PEERS)/.ready: tests/peers/constraints.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -c tests/peers/constraints.txt amazon-photos==0.0.97 pyarrow
	@touch $(PEERS)/.ready

live: $(READY)   ## ask your own account what we believe of the service: make live COOKIES=file [TLD=ca] [WRITE=1], or LOGIN=1
	@case "$(LOGIN)" in ''|0|1|out) ;; *) echo 'make live: LOGIN is 1 or out (docs/live.md)' >&2; exit 2;; esac
ifneq ($(filter 1 out,$(LOGIN)),)
	@PYTHONPATH=tests $(BIN)/python -m live.login $(if $(filter out,$(LOGIN)),--out) $(if $(TLD),--tld "$(TLD)") \
	  $(if $(STORE),--store "$(STORE)") $(if $(JOURNAL),--journal "$(JOURNAL)") $(if $(ENDPOINT),--endpoint "$(ENDPOINT)") $(ARGS)
else
	@test -n "$(COOKIES)" || { echo 'make live COOKIES=file: a cookie file of your account (docs/live.md)' >&2; exit 2; }
	@case "$(WRITE),$(CLEAN)" in ,|,[01]|[01],|[01],[01]|only,|only,0) ;; \
	  *) echo 'make live: WRITE is 1, only or 0, and CLEAN is 1 or 0 (docs/live.md)' >&2; exit 2;; esac
	@PYTHONPATH=tests $(BIN)/python -m live.run --cookies "$(COOKIES)" $(if $(TLD),--tld "$(TLD)") \
	  $(if $(filter 1 only,$(WRITE)),--write) $(if $(filter only,$(WRITE)),--no-reading) $(if $(filter 1,$(CLEAN)),--clean-up) $(if $(JOURNAL),--journal "$(JOURNAL)") \
	  $(if $(CATALOG),--catalog "$(CATALOG)") $(if $(ENDPOINT),--endpoint "$(ENDPOINT)") $(ARGS)
endif

docs: $(READY)   ## write the tables of the documents from the code
	$(BIN)/python docs/tables.py

clean:           ## remove what make made
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
