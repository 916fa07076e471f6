# Genko: two commands to remember, `make run` and `make test`. Everything else: README.
.PHONY: help run test lint bench audit soak

# The first Python that really starts: bootstrap.py then finds the one that the project needs.
PYTHON := $(shell for p in python3 python /usr/bin/python3 /usr/local/bin/python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null && echo $$p && break; done)
BOOTSTRAP = $(if $(PYTHON),$(PYTHON) bootstrap.py,$(error Python が見つかりません。Python 3.13 を入れてください。Python not found: please install Python 3.13))

help:
	@echo 'make run    サイトと管理画面を立ち上げます（HOST、PORT、POSTS などを指定できます）'
	@echo 'make test   テストを実行します（例: make test ARGS="-k feed"）'
	@echo 'make lint   書き方と型を検査します'
	@echo 'make bench  速さを測り、目標と並べて示します（例: make bench ARGS="1000 10000"）'
	@echo 'make audit  公開ページを vnu・axe・Lighthouse で調べます'
	@echo 'make soak   保存したページを長く確かめます（例: make soak ARGS="5000 1"）'

run:
	@$(BOOTSTRAP) run

test:
	@$(BOOTSTRAP) test $(ARGS)

lint:
	@$(BOOTSTRAP) lint

bench:
	@$(BOOTSTRAP) bench $(ARGS)

audit:
	@$(BOOTSTRAP) audit $(ARGS)

soak:
	@$(BOOTSTRAP) soak $(ARGS)
