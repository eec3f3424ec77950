/* Profiles from folded text and back, for tests of what lies between. */
#ifndef FLAMECTL_TESTS_UNIT_RUN_H
#define FLAMECTL_TESTS_UNIT_RUN_H

#include "flamectl/memory.h"
#include "flamectl/writer.h"

#include "flamectl/reader.h"
#include "unit.h"

/* A run of the reader, and of the writer on what it made. */
struct run {
    struct profile profile;
    struct recorder recorder;
    struct recorder_options options;
    struct diag diag;
    int result;
};

static inline void run_init(struct run *run, enum profile_order order)
{
    memset(run, 0, sizeof *run);
    diag_init(&run->diag, "flamectl");
    run->diag.quiet = true;
    profile_init(&run->profile, order);
    recorder_init(&run->recorder, &run->profile, &run->options, &run->diag);
}

static inline void run_free(struct run *run)
{
    recorder_free(&run->recorder);
    profile_free(&run->profile);
}

/* Reads text into a column; columns is the position of --columns=auto|1|2. */
static inline void run_read(struct run *run, const char *text, size_t len, unsigned column,
                            int columns)
{
    struct source source;
    char *path = unit_file(text, len);
    const struct reader *folded = reader_find("folded");
    int *options = memory_zero(1, folded->options_size);
    *options = columns; /* the only option */
    source_open(&source, path, &run->diag);
    recorder_input(&run->recorder, "in", column);
    run->result = folded->read(&source, &run->recorder, options);
    source_close(&source);
    memory_free(options);
    unit_remove(path);
}

static inline char *run_write(struct run *run, const struct writing *given)
{
    struct sink sink;
    struct writing writing = *given;
    char *path = unit_path();
    writing.diag = &run->diag;
    sink_open(&sink, path, &run->diag);
    writer_find("folded")->write(&run->profile, &writing, &sink);
    sink_close(&sink, true);
    char *text = unit_read(path);
    unit_remove(path);
    return text;
}

#endif
