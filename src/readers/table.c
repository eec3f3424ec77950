/* Every input format, one row each; messages and help list them in this order. */
#include "readers.h"

const struct reader *const reader_table[] = {
    &perf_reader,
    &folded_reader,
    NULL,
};
