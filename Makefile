# One command each; `make setup` installs what is missing, the others call it where they need it.

SWIFT ?= swift
TRAITS = --traits SystemLibraries
PREFIX ?= /usr/local
SURPRISAL = .build/release/surprisal

KERNEL_TESTS = 'LatentTests|TensorTests|NetworkTests|InformationTests|DistributionTests'
PORTABLE_TESTS = 'CoreTests|DataTests|LatentTests|TensorTests|NetworkTests|InformationTests|DistributionTests'

.PHONY: all setup build demo test test-portable test-instruction-sets test-thread-sanitizer test-consumer check lint format bench install clean

all: build

setup:
	@scripts/setup

build: setup
	$(SWIFT) build -c release $(TRAITS) --product surprisal

demo: build
	$(SURPRISAL) fit gaussian-mixture old-faithful --components 2 --report old-faithful.html --model old-faithful.safetensors
	$(SURPRISAL) sample old-faithful.safetensors --count 5 --seed 1
	@echo "The report is old-faithful.html; the model is old-faithful.safetensors."

test: setup
	$(SWIFT) build -c release $(TRAITS)
	$(SWIFT) test -c release $(TRAITS)

# The same core with no system library at all.
test-portable:
	$(SWIFT) build -c release --scratch-path .build/portable
	$(SWIFT) test -c release --scratch-path .build/portable --filter $(PORTABLE_TESTS)

# The core tests once more with the kernels of lesser processors; after `make test`, whose build they use.
test-instruction-sets:
	SURPRISAL_INSTRUCTION_SET=v3 $(SWIFT) test --skip-build -c release $(TRAITS) --filter $(KERNEL_TESTS)
	SURPRISAL_INSTRUCTION_SET=baseline $(SWIFT) test --skip-build -c release $(TRAITS) --filter $(KERNEL_TESTS)

# Inference and training by several tasks at once, watched by the thread sanitizer.
test-thread-sanitizer:
	TSAN_OPTIONS=allocator_may_return_null=1 $(SWIFT) test -c release $(TRAITS) --scratch-path .build/thread-sanitizer --sanitize=thread --filter 'Concurrency|AllocatorTests'

# A package of its own that depends on this one by path.
test-consumer:
	scripts/test-consumer

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests Examples Benchmarks/Package.swift Benchmarks/Sources

# Everything a commit must pass.
check: lint
	scripts/without-warnings $(MAKE) test

bench: build
	Benchmarks/run

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(SURPRISAL) $(DESTDIR)$(PREFIX)/bin/surprisal

clean:
	rm -rf .build
