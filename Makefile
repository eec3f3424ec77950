# flamectl: `make` leaves ./flamectl, `make help` lists the targets.

PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc
# without tables for unwinding, which are a tenth of the program, nor (much) room before loops and functions, which
# pays nowhere
CFLAGS   ?= -O2 -g0 -fno-asynchronous-unwind-tables -falign-loops=1 -falign-functions=4
CPPFLAGS ?=
LDFLAGS  ?=
# SANITIZE=address,undefined builds with these sanitizers, in a folder of its own
SANITIZE ?=
# ZLIB=auto uses zlib where its header is there; yes insists; no leaves gzip input out
ZLIB     ?= auto

VERSION := $(shell sed -n 's/^.define FLAMECTL_VERSION "\(.*\)"/\1/p' include/flamectl/command.h)
BUILD   ?= build$(if $(SANITIZE),/sanitize,)
BINARY  := $(if $(filter build,$(BUILD)),flamectl,$(BUILD)/flamectl)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# files of 2 GiB and more on 32-bit systems, too
BASE_FLAGS := -std=c11 -pthread -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 \
              -D_FILE_OFFSET_BITS=64 -D_DARWIN_C_SOURCE -Iinclude

HASH := \#
ifeq ($(filter auto yes no,$(ZLIB)),)
  $(error ZLIB=$(ZLIB): auto, yes or no)
endif
ifeq ($(ZLIB),auto)
  HAVE_ZLIB := $(shell printf '$(HASH)include <zlib.h>\nint main(void){return !zlibVersion();}\n' | \
                 $(CC) $(CPPFLAGS) $(CFLAGS) -x c - -o /dev/null $(LDFLAGS) -lz 2>/dev/null && echo yes)
else
  HAVE_ZLIB := $(filter yes,$(ZLIB))
endif
ZLIB_FLAGS := $(if $(HAVE_ZLIB),-DFLAMECTL_ZLIB,)
LIBS := $(if $(HAVE_ZLIB),-lz,) -lm -pthread

SANITIZE_FLAGS := $(if $(SANITIZE),-g -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer,)
COMPILE := $(CC) $(BASE_FLAGS) $(ZLIB_FLAGS) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(SANITIZE_FLAGS)

SOURCES := $(sort $(wildcard src/*.c src/*/*.c))
ASSETS  := $(BUILD)/flamegraph_js.o $(BUILD)/flamegraph_css.o
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(ASSETS)
PARTS   := $(filter-out $(BUILD)/src/main.o,$(OBJECTS))
UNITS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit-%,$(sort $(wildcard tests/unit/*_test.c)))
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/*.c)))
PAGES   := $(wildcard man/*.[157])

all: $(BINARY)

$(BINARY): $(OBJECTS)
	$(CC) $(CFLAGS) $(SANITIZE_FLAGS) $(LDFLAGS) -o $@ $(OBJECTS) $(LIBS)
	$(if $(or $(SANITIZE),$(findstring -g,$(filter-out -g0,$(CFLAGS)))),,strip $@ 2>/dev/null || true)

# everything is rebuilt when the way to compile changes
$(BUILD)/flags: FORCE
	@mkdir -p $(BUILD)
	@printf '%s\n' '$(subst ','\'',$(COMPILE) $(LDFLAGS) $(LIBS))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(COMPILE) $(LDFLAGS) $(LIBS))' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/flamegraph_%.o: $(BUILD)/flamegraph_%.c $(BUILD)/flags
	$(COMPILE) -Isrc/writers -c -o $@ $<

# the viewer's script is a function of its own, made of files. Comments, indentation and some blanks stay in the files,
# but not those before > ("]]>" would end the section that the script stands in). Its first line has browsers compile
# it at once, and not each function when somebody waits for it
BARE   := sed -e '/^[[:space:]]*\/\/ /d' -e '/^[[:space:]]*\/\*.*\*\/$$/d' -e '/^[[:space:]]*\/\*/,/\*\/$$/d' -e '/^$$/d' -e 's/  *\/\/ .*//' -e 's/^[[:space:]]*//'
TIGHT  := sed -E 's/ (=|=>|[-+<]=|===|!==|&&|\|\||[?:*]) /\1/g'
CLOSE  := awk '{ printf "%s%s", NR == 1 || /^[])}]/ ? "" : "\n", $$0 } END { print "" }'
VIEWER := $(patsubst %,src/writers/viewer/%.js,data tree derive pattern hits words layout sheet panels search viewer address start)
$(BUILD)/flamegraph.js: $(VIEWER) Makefile
	@mkdir -p $(@D)
	@{ printf '//# allFunctionsCalledOnLoad\n(function () {\n"use strict";\n\n'; cat $(VIEWER) | $(BARE) | $(TIGHT) | $(CLOSE); printf '})();\n'; } > $@

$(BUILD)/flamegraph.css: src/writers/viewer/flamegraph.css
	@mkdir -p $(@D)
	@$(BARE) $< > $@

# a file's bytes as a C array
$(BUILD)/flamegraph_%.c: $(BUILD)/flamegraph.% Makefile
	@mkdir -p $(@D)
	@{ printf '#include "assets.h"\n\nconst char flamegraph_$*[] = {\n'; \
	   od -An -v -tu1 $< | sed 's/  *\([0-9][0-9]*\)/\1,/g'; \
	   printf '};\nconst size_t flamegraph_$*_len = sizeof flamegraph_$*;\n'; } > $@

$(BUILD)/tests/unit-%: $(BUILD)/tests/unit/%.o $(PARTS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(SANITIZE_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(COMPILE) -o $@ $< -lm

units: $(UNITS)

demo: $(BINARY)
	./$(BINARY) collapse examples/demo.perf.txt | ./$(BINARY) render --title="flamectl demo" --countname="ns of CPU" -o demo.svg
	@echo "demo.svg: open it in a browser"

test:
	@tests/run.sh

lint: $(BINARY)
	@tests/lint/run.sh

bench: $(BINARY) $(BENCHES)
	@tests/bench/run.sh

# beside another revision: make bench-compare BASE=v0.1.0
bench-compare: $(BINARY) $(BENCHES)
	@tests/bench/run.sh --base '$(BASE)'

# whether diff's verdict keeps its promises, on many simulated runs
simulation: units
	@$(BUILD)/tests/unit-simulation_test long

# times of loading, zooming and searching in the browser
bench-viewer: $(BINARY)
	@tests/setup.sh browser && node tests/browser/measure.mjs

# the pictures of the viewer in examples/
screenshots: $(BINARY)
	@tests/setup.sh browser && node tests/browser/screenshots.mjs

fuzz:
	@tests/fuzz/build.sh

# compare with the original scripts: make oracle FLAMEGRAPH_DIR=path/to/FlameGraph
oracle: $(BINARY)
	@tests/oracle/run.sh

install: $(BINARY)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/man/man1" \
	    "$(DESTDIR)$(PREFIX)/share/man/man5" "$(DESTDIR)$(PREFIX)/share/man/man7" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/flamectl"
	for page in $(PAGES); do \
	    install -m 644 "$$page" "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/"; done
	./$(BINARY) help --completion=bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/flamectl"
	./$(BINARY) help --completion=zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_flamectl"
	./$(BINARY) help --completion=fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/flamectl.fish"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/flamectl" \
	    "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/flamectl" \
	    "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_flamectl" \
	    "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/flamectl.fish"
	for page in $(PAGES); do \
	    rm -f "$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}"; done

# a source archive whose bytes depend on the sources alone
dist:
	@mkdir -p build
	git archive --format=tar --prefix=flamectl-$(VERSION)/ -o build/flamectl-$(VERSION).tar HEAD
	gzip -nf build/flamectl-$(VERSION).tar
	@echo build/flamectl-$(VERSION).tar.gz

clean:
	rm -rf build flamectl demo.svg

help:
	@echo 'make              build ./flamectl (PREFIX DESTDIR CC CFLAGS CPPFLAGS LDFLAGS SANITIZE ZLIB)'
	@echo 'make demo         run the pipeline on the bundled recording; leaves demo.svg'
	@echo 'make test         build and run all tests (BROWSER=0 leaves out those in the browser)'
	@echo 'make lint         layers, headers, shell scripts, man pages, help'
	@echo 'make bench        time the commands beside wc -l'
	@echo 'make bench-compare  the same beside another revision, BASE=rev'
	@echo 'make simulation   test the verdict of diff on simulated runs, for longer'
	@echo 'make bench-viewer  time loading, zooming and searching in a browser'
	@echo 'make screenshots  of the viewer, to examples/'
	@echo 'make fuzz         fuzz the readers (FUZZ_SECONDS=30 each)'
	@echo 'make oracle       compare with the original scripts in FLAMEGRAPH_DIR'
	@echo 'make install      to $$(DESTDIR)$$(PREFIX); make uninstall takes it away'
	@echo 'make dist         source archive in build/'
	@echo 'make clean        remove what make made'

FORCE:
.PHONY: all units demo test lint bench bench-compare bench-viewer screenshots simulation fuzz oracle install uninstall dist clean help FORCE
.DELETE_ON_ERROR:
.SECONDARY:

-include $(OBJECTS:.o=.d) $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%.d,$(wildcard tests/unit/*_test.c))
