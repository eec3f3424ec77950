/* Frames: interned names with a kind, so that equal frames have equal ids.
 *
 * The text of a frame is its name followed by its kind's suffix; text and frame stand one to one,
 * because a name that ends in a suffix is stored as the kind it says. */
#ifndef FLAMECTL_FRAME_H
#define FLAMECTL_FRAME_H

#include <stdint.h>

#include "flamectl/arena.h"
#include "flamectl/hash.h"
#include "flamectl/span.h"

struct index;

/* What a frame is marked as; the suffixes are those of stackcollapse-perf.pl and flamegraph.pl. */
enum frame_kind { FRAME_PLAIN, FRAME_KERNEL, FRAME_JIT, FRAME_INLINED, FRAME_WAKER, FRAME_KINDS };

/* Not a frame: a by-time profile's node for the weight of its parent between two children. */
#define FRAME_GAP UINT32_MAX

/* The longest suffix's length. */
#define FRAME_SUFFIX 4

struct frame {
    struct span name; /* NUL-terminated after its len bytes */
    enum frame_kind kind;
};

struct frame_table {
    struct frame *frames; /* by id */
    uint32_t count;
    size_t capacity;
    struct arena names;
    struct index *by_text;
    struct hash_seed seed;
};

void frame_table_init(struct frame_table *table);
void frame_table_free(struct frame_table *table);

/* The id of the frame with this name and kind; the name is copied when new. A plain name that ends
 * in a suffix is taken for the frame the suffix says. */
uint32_t frame_intern(struct frame_table *table, struct span name, enum frame_kind kind);

/* The same for a name as an input has it: what would part it, or the line it comes to stand on, is
 * replaced (';' by ':', TAB and line ends by a blank), a '#' that would begin a comment is
 * followed by '_', and what has no name is "[unknown]". */
uint32_t frame_intern_clean(struct frame_table *table, struct span name, enum frame_kind kind);

/* The same for several, FRAME_AHEAD at the most: memory answers many questions in the time of one. Changes the
 * texts. */
struct frame_text {
    struct span name;
    enum frame_kind kind;
};
#define FRAME_AHEAD 16
void frame_intern_all(struct frame_table *table, struct frame_text *texts, size_t count, uint32_t *ids);

/* "_[k]" and so on; "" for FRAME_PLAIN. */
const char *frame_suffix(enum frame_kind kind);

/* Orders two frames by the bytes of their texts, each with this character behind it, or with -1 at its
 * bare end; a prefix before what it begins. */
int frame_compare(const struct frame_table *table, uint32_t a, int a_end, uint32_t b, int b_end);

/* Orders the frames of a table: rank_self[id] and rank_inner[id] are positions in one byte-wise
 * order of the texts "text + self_end" and "text + ';'". self_end is a character, or -1 for the
 * text's bare end. Both arrays have table->count items and are freed by the caller. */
void frame_rank(const struct frame_table *table, int self_end, uint32_t **rank_self,
                uint32_t **rank_inner);

#endif
