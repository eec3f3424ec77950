/* Readers turn the bytes of one input format into samples. One file and one row of the table each.
 */
#ifndef FLAMECTL_READER_H
#define FLAMECTL_READER_H

#include "flamectl/feed.h"
#include "flamectl/option.h"
#include "flamectl/recorder.h"
#include "flamectl/source.h"

/* How sure a reader is that an input is of its format; the highest bid reads it. */
enum bid { BID_NO, BID_MAYBE, BID_LIKELY, BID_CERTAIN };

struct reader {
    const char *name;             /* for --from */
    const char *summary;          /* one line, for --list-formats */
    const struct option *options; /* of its own, or NULL */
    size_t options_size;          /* of the struct that they fill; zeroed before */
    unsigned records;             /* enum records, or-ed */
    /* Judges the first SOURCE_HEAD bytes; a head cut there is no fault. Never reads further. */
    enum bid (*detect)(struct span head);
    /* For a format whose inputs another one reads too, and is chosen: its name, and what to tell of those that
     * this one bids on. NULL for all others. */
    const char *beside, *hint;
    /* Where the input can be parted, so that its parts can be read at the same time; NULL: nowhere.
     * Each part must read as it would in its place (feed.h). */
    feed_cut *cut;
    /* Reads the whole source into the recorder. 0, or -1 after a message where the input cannot be
     * used; bad lines are for recorder_unusable. A read that finds no sample need not say so. */
    int (*read)(struct source *source, struct recorder *recorder, const void *options);
};

extern const struct reader *const reader_table[]; /* ends with NULL */

const struct reader *reader_find(const char *name);

/* The reader with the best bid. NULL and a message where none bids, two tie, or the head shows a
 * kind of file that needs another tool first (perf.data, SVG, zip, ...). */
const struct reader *reader_detect(struct span head, const char *file, struct diag *diag);

/* Whether an input can be of the format that the user names; else a message. */
bool reader_accepts(const struct reader *reader, struct span head, const char *file, struct diag *diag);

/* The hint of a reader beside the chosen one that bids on this input, too, or NULL. */
const char *reader_hint(const struct reader *chosen, struct span head);

#endif
