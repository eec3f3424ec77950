/* Every output format, one row each; messages and help list them in this order. */
#include "writers.h"

const struct writer *const writer_table[] = {
    &folded_writer,
    &svg_writer,
    NULL,
};

const struct writer *writer_find(const char *name)
{
    for (const struct writer *const *row = writer_table; *row; row++)
        if (strcmp((*row)->name, name) == 0)
            return *row;
    return NULL;
}
