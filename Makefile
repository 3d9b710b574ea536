# The one door: everything a person or a machine does with this repository is a target here.
# 唯一入口:所有操作都是这里的一个目标。
#
#   make            what there is to do · 列出全部目标
#   make demo       from nothing to a finished partition · 一条命令跑通示例
#   make test       everything .ci/run runs · 全部检查
#
# GDAL=0 builds without GDAL although it is there. · GDAL=0 表示不使用 GDAL

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help deps store browser web build command demo test fmt lint unit test-store test-web doc licences smoke bench compare soak fuzz clean

CARGO ?= cargo
SERVE ?= 1
OUT ?= demo.gpkg
# `release` or `dev`: what the tests have built, slower, with its arithmetic checked.
PROFILE ?= release
WANGGE = target/$(if $(filter dev,$(PROFILE)),debug,release)/wangge
SAMPLE = data/samples/helsinki-centre

# Asked anew in each recipe, so that `deps` may have installed it just before. The ready-made bindings fit GDAL 3.4 to 3.12.
GDAL = $(shell pkg-config --exists 'gdal >= 3.4 gdal < 3.13' 2>/dev/null && echo 1 || echo 0)
WITH_GDAL = $(if $(filter 1,$(GDAL)),yes)
FEATURES = $(if $(WITH_GDAL),--features cli/gdal)
# Without Node the server builds all the same, and says that it has no page.
NODE = $(shell node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a > 20 || (a == 20 && b >= 19)) console.log("yes")' 2>/dev/null)
CHROMIUM = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# nextest where it is installed; it runs no doc tests, so those run beside it.
NEXTEST = $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)
# The command as the tests run it: a build of its own would build most dependencies again, with other features.
BUILD_TESTED = $(CARGO) test --no-run --locked --workspace $(FEATURES)
RUN_TESTS = $(if $(NEXTEST),nextest run --no-tests=pass,test)

help: ## this list · 本列表
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: ## print what is missing and why, then install it · 列出缺少的依赖及原因并安装
	@CARGO="$(CARGO)" .ci/deps

store: deps
	@CARGO="$(CARGO)" .ci/deps store

browser: deps
	@CARGO="$(CARGO)" .ci/deps browser

web: deps ## the page, into web/dist, from where the build takes it into the binary · 编译网页
	$(if $(NODE),cd web && npm ci --no-audit --no-fund && npm run build,@echo "no Node.js 20.19 or newer: building without the page · 没有 Node.js,不含网页")

build: web command ## the command with its page: target/release/wangge, or with PROFILE=dev target/debug/wangge · 编译

command:
	$(if $(filter dev,$(PROFILE)),$(BUILD_TESTED),$(CARGO) build --release --locked -p cli $(FEATURES))
	@echo "$(WANGGE), $(if $(WITH_GDAL),with,without) GDAL"

demo: build ## partition the bundled sample and serve it at http://127.0.0.1:8080 (SERVE=0, OUT=file) · 运行示例
	$(WANGGE) demo --out "$(OUT)"
	$(if $(filter 0,$(SERVE)),,$(WANGGE) serve "$(OUT)" --publish-first "示例 · demo" --roster $(SAMPLE)/roster.csv --context $(SAMPLE)/Helsinki.osm.pbf)

test: deps store web fmt lint unit test-web doc licences smoke ## everything .ci/run runs · 全部检查
	@echo "test: all passed$(if $(WITH_GDAL),, (GDAL is not there: its half was SKIPPED · 未检测 GDAL 部分))"

fmt: ## formatting · 代码格式
	$(CARGO) fmt --all --check

lint: ## clippy, warnings are errors, with and without GDAL · 静态检查
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(if $(WITH_GDAL),$(CARGO) clippy --locked --workspace --all-targets --features cli/gdal -- -D warnings)

# What could not run is told at the end: test runners keep to themselves what a passing test has said.
unit: export WANGGE_SKIPPED := $(CURDIR)/target/skipped-tests
unit: ## tests; what reads files once more without GDAL · 测试
	mkdir -p target && rm -f "$$WANGGE_SKIPPED"
	$(CARGO) $(RUN_TESTS) --locked --workspace $(FEATURES)
	$(if $(NEXTEST),$(CARGO) test --locked --workspace --doc $(FEATURES))
	$(if $(WITH_GDAL),$(CARGO) $(RUN_TESTS) --locked -p data --test it -- read:: bad_input::)
	@if [ -s "$$WANGGE_SKIPPED" ]; then echo "SKIPPED · 跳过 $$(wc -l < "$$WANGGE_SKIPPED") cases:"; sort "$$WANGGE_SKIPPED" | uniq -c; fi

test-store: store ## the store on both back ends, PostgreSQL must be there · 存储测试
	WANGGE_REQUIRE_POSTGRES=1 $(CARGO) test --locked -p data --test it -- live:: store:: roster::

test-web: web browser ## the page: lint, logic, and the real server in a real browser · 网页测试
	$(if $(NODE),cd web && npm run lint && npm run unit,@echo "test-web: SKIPPED, no Node.js · 未检测网页")
	$(if $(and $(NODE),$(CHROMIUM)),$(BUILD_TESTED) && cd web && CHROMIUM=$(CHROMIUM) WANGGE_BIN=../target/debug/wangge npm run browser,@echo "test-web: browser SKIPPED, no Node.js or no Chromium · 未检测浏览器部分")

doc: ## documentation of the crates, warnings are errors · 文档
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps

licences: ## licences of all dependencies against deny.toml · 依赖许可证
	@CARGO="$(CARGO)" .ci/licences

smoke: ## the demo, started as a person would, but as the tests have built it · 冒烟测试
	$(MAKE) --no-print-directory demo SERVE=0 OUT=target/smoke.gpkg PROFILE=dev
	rm -f target/smoke.gpkg*

bench: ## benches · 性能基准
	$(CARGO) bench --locked -p benches

compare: DATA = $(or $(WANGGE_DATA),../shared/data)
compare: ## ratios against GEOS, mapshaper and METIS (SIZES="10000 100000 1000000", ROWS="taichung west") · 与同类软件对比
	test -x target/compare/venv/bin/python || python3 -m venv target/compare/venv
	target/compare/venv/bin/pip install --quiet shapely==2.2.0 pymetis==2025.2.2 numpy==2.4.6 scipy==1.17.1
	npm install --silent --no-fund --no-audit --prefix target/compare mapshaper@0.7.70 || echo "mapshaper: SKIPPED · 未安装"
	$(CARGO) build --release --locked -p benches
	target/compare/venv/bin/python benches/compare/compare.py target/release/compare_coverage target/compare $(SIZES)
	test ! -d "$(DATA)/bench-taipei-11k" && echo "solver: SKIPPED, no data · 未对比求解器" || target/compare/venv/bin/python -W ignore benches/compare/solver.py target/release/compare_solver target/compare/solver "$(DATA)" $(ROWS)

soak: export WANGGE_RESULT = $(CURDIR)/target/injection.md
soak: ## the long proofs: every kind of defect in real coverages, into docs/results · 长时间验证
	rm -f "$$WANGGE_RESULT"
	$(CARGO) test --locked -p data --test it -- --ignored --nocapture injected::every_kind_in_every_coverage
	mkdir -p docs/results
	{ echo "# Defects put into real coverages · 缺陷注入"; echo; \
	  echo "\`make soak\` at commit $$(git rev-parse --short HEAD), $$(date -u +%Y-%m-%d). Each kind at up to twelve seeded places"; \
	  echo "of each coverage, lengths in µm: found of placed. Found means: located within 0.5 m by the right rule and with the injected area (but"; \
	  echo "for grid rounding of at most its outline times half a micrometre); nothing is found anywhere else; the repair restores at"; \
	  echo "least 99 % of the ground, moves at most 1.05 of what is wrong and, repeated, changes nothing. The data are described in"; \
	  echo "the data folder's own SOURCE.md files."; echo; cat "$$WANGGE_RESULT"; } > docs/results/injection.md

fuzz: ## garbage through readers and engine for SECONDS, from SEED on · 模糊测试
	WANGGE_FUZZ_SECONDS=$(or $(SECONDS),60) WANGGE_FUZZ_SEED=$(or $(SEED),$(shell date +%s)) \
	  $(CARGO) test --locked -p data --test it -- --ignored --nocapture fuzz::on_and_on

clean: ## remove build output · 清除编译结果
	$(CARGO) clean
