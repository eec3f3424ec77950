/* What the stages ask of the options; pipeline_groups and pipeline_start are in pipeline.h. */
#ifndef FLAMECTL_PIPELINE_OPTIONS_H
#define FLAMECTL_PIPELINE_OPTIONS_H

#include "pipeline.h"

/* Places in reader_table and writer_table. */
size_t reader_place(const struct reader *reader);
size_t writer_place(const struct writer *writer);

/* -1 after a message where an option was given that the reader of no input knows: it would be ignored silently. */
int pipeline_check_reader_options(const struct pipeline *pipeline);

void pipeline_free_options(struct pipeline *pipeline);

#endif
