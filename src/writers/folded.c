/* Folded text: a line a stack, in byte order of the stacks, as stackcollapse-*.pl, flamegraph.pl
 * and difffolded.pl exchange it:
 *
 *     main;parse;read_file 37
 *     main;parse 12.5
 *
 * with the counts before and after where the profile has two columns. Weight of the root itself
 * stands on a line without a name, " 5", which flamegraph.pl takes for what it is. */
#include <stdio.h>

#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/profile_sort.h"
#include "flamectl/profile_stacks.h"

#include "flamectl/writer.h"

#include "folded_frames.h"
#include "folded_rows.h"
#include "label.h"

/* The text of the path to the present node. Stacks come in depth-first order, so that from one line
 * to the next only the end changes. */
struct folding {
    const struct profile *profile;
    struct sink *sink;
    uint32_t *depth; /* by node: frames on its path, gaps not counted */
    uint32_t *path;  /* by depth - 1: the nodes that are in the text */
    size_t *end;     /* by depth: where the text of the first `depth` frames ends, with its ';' */
    size_t length;   /* frames in the text */
    char *text;
    size_t capacity;
    struct folded_frames frames;
};

static uint32_t measure(struct folding *folding)
{
    const struct profile *profile = folding->profile;
    uint32_t deepest = 0;
    folding->depth = memory_get(profile->count, sizeof *folding->depth);
    folding->depth[PROFILE_ROOT] = 0;
    for (uint32_t node = 1; node < profile->count; node++) {
        uint32_t depth = folding->depth[profile->nodes[node].parent];
        folding->depth[node] = depth + (profile->nodes[node].frame != FRAME_GAP);
        if (folding->depth[node] > deepest)
            deepest = folding->depth[node];
    }
    return deepest;
}

/* Appends a frame, the text's `depth`th, to what the text has before it. */
static void append(struct folding *folding, uint32_t id, size_t depth)
{
    struct span frame = folding->frames.frame[id];
    size_t used = folding->end[depth - 1];
    folding->text =
        memory_grow(folding->text, &folding->capacity, used + frame.len + FOLDED_COPIED, 1);
    folded_frame_put(folding->text + used, frame);
    folding->end[depth] = used + frame.len;
}

/* Makes the text that of the node: keeps what it shares with the one before. */
static void go_to(struct folding *folding, uint32_t node)
{
    const struct profile *profile = folding->profile;
    size_t depth = folding->depth[node], shared = depth;
    for (; shared; shared--, node = profile->nodes[node].parent) {
        if (shared <= folding->length && folding->path[shared - 1] == node)
            break;
        folding->path[shared - 1] = node;
    }
    for (size_t d = shared + 1; d <= depth; d++)
        append(folding, profile->nodes[folding->path[d - 1]].frame, d);
    folding->length = depth;
}

/* Without the last ';'. */
static void write_stack(const struct folding *folding)
{
    if (folding->length)
        sink_write(folding->sink, folding->text, folding->end[folding->length] - 1);
}

static void write_weight(struct sink *sink, int64_t weight, int64_t scale)
{
    char number[1 + PROFILE_WEIGHT_TEXT] = " ";
    sink_write(sink, number, 1 + profile_weight_text(weight, scale, number + 1));
}

static void write_line(uint32_t node, void *context)
{
    struct folding *folding = context;
    const struct profile *profile = folding->profile;
    uint32_t place = node; /* a gap's weight is its parent's */
    if (node != PROFILE_ROOT && profile->nodes[node].frame == FRAME_GAP)
        place = profile->nodes[node].parent;
    go_to(folding, place);
    write_stack(folding);
    for (unsigned c = 0; c < profile->columns; c++)
        write_weight(folding->sink, profile->self[c][node], profile->scale);
    sink_write(folding->sink, "\n", 1);
}

/* By-time profiles have their lines in order of time. */
static void write_by_time(struct folding *folding)
{
    const struct profile *profile = folding->profile;
    for (uint32_t node = 0; node < profile->count; node++) {
        bool weighs = false;
        for (unsigned c = 0; c < profile->columns; c++)
            weighs = weighs || profile->self[c][node];
        if (weighs)
            write_line(node, folding);
    }
}

#define SIDE_TEXT (LABEL_WEIGHT + 32)

/* "1,234", or "1,234 (mean of 3 runs)". Room for SIDE_TEXT. */
static void describe_side(const struct writing_side *side, int64_t scale, char *out)
{
    size_t used = strlen(label_weight(out, side->total, scale));
    if (side->runs > 1)
        snprintf(out + used, SIDE_TEXT - used, " (mean of %u runs)", side->runs);
}

/* The lines have no place for it, and a reader of them must know. */
static void tell_totals(const struct profile *profile, const struct writing *writing)
{
    char before[SIDE_TEXT], after[SIDE_TEXT];
    describe_side(&writing->side[0], profile->scale, before);
    describe_side(&writing->side[1], profile->scale, after);
    diag_note(writing->diag, "before %s, after %s %s: %s", before, after,
              profile->unit ? profile->unit : "samples",
              writing->normalized ? "before is scaled to after's total"
                                  : "not normalised (-n scales before to after's total)");
}

static void write_tree(const struct profile *profile, struct sink *sink)
{
    struct folding folding = {.profile = profile, .sink = sink};
    uint32_t deepest = measure(&folding);
    folding.frames = folded_frames_make(&profile->frames);
    folding.path = memory_get(deepest + 1, sizeof *folding.path);
    folding.end = memory_zero(deepest + 1, sizeof *folding.end);
    if (profile->order == PROFILE_BY_TIME)
        write_by_time(&folding);
    else
        profile_folded_order(profile, write_line, &folding);
    folded_frames_free(&folding.frames);
    memory_free(folding.depth);
    memory_free(folding.path);
    memory_free(folding.end);
    memory_free(folding.text);
}

static int folded_write(const struct profile *profile, const struct writing *writing,
                        struct sink *sink)
{
    if (profile_is_paths(profile))
        folded_paths_write(profile, sink, writing->jobs);
    else if (profile_is_text(profile))
        folded_text_write(profile, sink, writing->jobs);
    else
        write_tree(profile, sink);
    if (writing->diff)
        tell_totals(profile, writing);
    return 0;
}

const struct writer folded_writer = {
    .name = "folded",
    .summary = "folded text: a line a stack, frames joined by ';', then the count",
    .extension = ".folded",
    .takes_text = true,
    .write = folded_write,
};
