/* Every input format: its name here, and a row. Messages and help list them in this order. */
#include "flamectl/reader.h"

extern const struct reader perf_reader;
extern const struct reader folded_reader;

const struct reader *const reader_table[] = {
    &perf_reader,
    &folded_reader,
    NULL,
};
