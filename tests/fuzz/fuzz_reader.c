/* libFuzzer entry: reads the input with the reader that FUZZ_READER names, files the samples, applies the
 * laws that must hold for any bytes, and writes the profile as folded text to nowhere. The input's last two
 * bytes choose the reader's flags, so that the fuzzer finds its way into all of them.
 * `fuzz_reader --readers` lists the readers. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flamectl/memory.h"
#include "flamectl/profile.h"
#include "flamectl/reader.h"
#include "flamectl/recorder.h"
#include "flamectl/source.h"
#include "flamectl/writer.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer keeps nothing for its entry: what one run leaves to the next lives here. */
static const struct reader *reader;
static char path[] = "/tmp/fuzz_reader-XXXXXX";
static int file = -1;

static void remove_file(void)
{
    unlink(path);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    if (*argc > 1 && strcmp((*argv)[1], "--readers") == 0) {
        for (size_t i = 0; reader_table[i]; i++)
            puts(reader_table[i]->name);
        exit(0);
    }
    const char *name = getenv("FUZZ_READER");
    reader = reader_find(name ? name : "perf");
    assert(reader);
    file = mkstemp(path);
    assert(file >= 0);
    atexit(remove_file);
    return 0;
}

static void set_flags(const struct option *rows, void *values, unsigned flags)
{
    for (const struct option *row = rows; row && row->name; row++, flags >>= 1) {
        int *field = (int *)(void *)((char *)values + row->offset);
        if (row->kind == OPTION_FLAG && (flags & 1))
            *field = row->set;
    }
}

/* Parents before children, nothing negative, and the columns' sums are what they say. */
static void check_profile(const struct profile *profile)
{
    for (unsigned column = 0; column < profile->columns; column++) {
        int64_t sum = 0, samples = 0;
        bool known = profile_knows_samples(profile, column);
        for (uint32_t node = 0; node < profile->count; node++) {
            assert(node == PROFILE_ROOT || profile->nodes[node].parent < node);
            assert(profile->self[column][node] >= 0);
            sum += profile->self[column][node];
            assert(!known || profile->samples[column][node] >= 0);
            samples += known ? profile->samples[column][node] : 0;
        }
        assert(!known || samples == profile->grand_samples[column]);
        assert(sum == profile->grand[column]);
    }
}

static void write_folded(const struct profile *profile, struct diag *diag)
{
    const struct writer *writer = writer_find("folded");
    void *options = memory_zero(1, writer->options_size ? writer->options_size : 1);
    struct writing writing = {.options = options, .diag = diag};
    struct sink sink;
    if (sink_open(&sink, "/dev/null", diag) == 0) {
        writer->write(profile, &writing, &sink);
        sink_close(&sink, true);
    }
    memory_free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned flags = size >= 2 ? data[size - 1] | (unsigned)data[size - 2] << 8 : 0;
    struct recorder_options recorder_options = {.group_threads = flags & 1};
    void *options = memory_zero(1, reader->options_size ? reader->options_size : 1);
    struct diag diag;
    struct profile profile;
    struct recorder recorder;
    struct source source;

    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
        abort();
    set_flags(reader->options, options, flags >> 1);
    diag_init(&diag, "fuzz");
    diag.quiet = true;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    if (recorder_init(&recorder, &profile, &recorder_options, &diag) == 0) {
        if (source_open(&source, path, &diag) == 0) {
            enum bid bid = reader->detect(source_head(&source));
            assert(bid >= BID_NO && bid <= BID_CERTAIN);
            recorder_input(&recorder, "input", 0);
            reader->read(&source, &recorder, options);
            source_close(&source);
            recorder_finish(&recorder, false);
            check_profile(&profile);
            write_folded(&profile, &diag);
        }
        recorder_free(&recorder);
    }
    profile_free(&profile);
    memory_free(options);
    return 0;
}
