/* Every output format: its name here, and a row. Messages and help list them in this order. */
#include "flamectl/writer.h"

extern const struct writer folded_writer;
extern const struct writer svg_writer;
extern const struct writer speedscope_writer;
extern const struct writer json_writer;
extern const struct writer pprof_writer;
extern const struct writer text_writer;
extern const struct writer markdown_writer;

const struct writer *const writer_table[] = {
    &folded_writer,
    &svg_writer,
    &speedscope_writer, /* before json: its files end in .json, too */
    &json_writer,
    &pprof_writer,
    &text_writer,
    &markdown_writer,
    NULL,
};

const struct writer *writer_find(const char *name)
{
    for (const struct writer *const *row = writer_table; *row; row++)
        if (strcmp((*row)->name, name) == 0)
            return *row;
    return NULL;
}
