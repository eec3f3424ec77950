/* Rewriting a profile: every stack with weight goes through the steps and is filed in a new
 * profile. What a step asks of a name is asked once a frame, before.
 *
 * A stack that loses all its frames keeps its weight, at the root: hiding frames must not change
 * the shares of the others. */
#include "flamectl/rewrite.h"

#include <assert.h>

#include "flamectl/memory.h"
#include "flamectl/profile_sort.h"

#include "rewrite_names.h"
#include "rewrite_steps.h"

#define FIELD(name) offsetof(struct rewrite_options, name)

const struct option rewrite_option_rows[] = {
    {.name = "rename", .kind = OPTION_TEXT, .offset = FIELD(rename), .value = "FILE",
     .help = "rename frames by lines 'regex TAB text', the first that matches"},
    {.name = "packages", .kind = OPTION_CHOICE, .offset = FIELD(packages), .value = "short|none",
     .help = "Java: java.util.List.get becomes j.u.List.get, or List.get"},
    {.name = "strip-hex", .letter = 's', .kind = OPTION_FLAG, .offset = FIELD(strip_hex), .set = 1,
     .help = "0x7f01 becomes 0x... in names"},
    {.name = "focus", .kind = OPTION_TEXT, .offset = FIELD(focus), .value = "REGEX",
     .help = "only stacks with a frame that matches"},
    {.name = "ignore", .kind = OPTION_TEXT, .offset = FIELD(ignore), .value = "REGEX",
     .help = "only stacks without a frame that matches"},
    {.name = "skip-after", .kind = OPTION_LIST, .offset = FIELD(skip_after), .value = "FRAME",
     .help = "drop what is above FRAME toward the root (repeatable)"},
    {.name = "base", .kind = OPTION_TEXT, .offset = FIELD(base), .value = "FRAME",
     .help = "only stacks with FRAME, from the last such frame to the leaf"},
    {.name = "hide", .kind = OPTION_TEXT, .offset = FIELD(hide), .value = "REGEX",
     .help = "drop frames that match, keep their stacks"},
    {.name = "merge-recursion", .kind = OPTION_CHOICE, .offset = FIELD(merge_recursion),
     .value = "direct|all",
     .help = "drop frames that call themselves: directly, or through others too"},
    {.name = "reverse", .kind = OPTION_FLAG, .offset = FIELD(reverse), .set = 1,
     .help = "leaf first: merge stacks by what they ended in", .classic = ORIGINAL_RENDER},
    {.name = "max-depth", .kind = OPTION_INT, .offset = FIELD(max_depth), .set = 1, .value = "N",
     .help = "only N frames from the root, the process included"},
    {.name = NULL},
};

struct rewrite {
    struct rewrite_options options; /* texts and lists borrowed */
    struct name_rules names;
    regex_t focus, ignore, hide; /* compiled where options has their text */
};

/* What one rewrite_apply works with. */
struct rewriting {
    const struct rewrite_options *options;
    struct profile *profile; /* what is rewritten; renamed frames join its table */
    struct profile result;
    uint32_t *renamed;    /* by frame id: the frame after the name steps; NULL without these */
    unsigned char *marks; /* by frame id */
    uint32_t *carried;    /* by frame id: its id in the result, or FRAME_GAP */
    uint32_t *seen;       /* by frame id: the turn that met it last */
    uint32_t turn;
    uint32_t *frames; /* scratch: the stack */
    size_t capacity;
};

/* Compiles an option's regular expression; where that fails, *text becomes NULL and there is none
 * to free. */
static int compile(regex_t *regex, const char **text, const char *option, struct diag *diag)
{
    if (!*text || name_regex(regex, span_of(*text), option, NULL, 0, diag) == 0)
        return 0;
    *text = NULL;
    return -1;
}

struct rewrite *rewrite_make(const struct rewrite_options *options, struct diag *diag)
{
    struct rewrite *rewrite = memory_zero(1, sizeof *rewrite);
    struct rewrite_options *own = &rewrite->options;
    *own = *options;
    rewrite->names.packages = own->packages;
    rewrite->names.strip_hex = own->strip_hex;
    int failed = compile(&rewrite->focus, &own->focus, "focus", diag) |
                 compile(&rewrite->ignore, &own->ignore, "ignore", diag) |
                 compile(&rewrite->hide, &own->hide, "hide", diag);
    if (own->rename)
        failed |= name_rules_load(&rewrite->names, own->rename, diag);
    if (failed) {
        rewrite_free(rewrite);
        return NULL;
    }
    return rewrite;
}

void rewrite_free(struct rewrite *rewrite)
{
    if (!rewrite)
        return;
    if (rewrite->options.focus)
        regfree(&rewrite->focus);
    if (rewrite->options.ignore)
        regfree(&rewrite->ignore);
    if (rewrite->options.hide)
        regfree(&rewrite->hide);
    name_rules_free(&rewrite->names);
    memory_free(rewrite);
}

static bool changes_names(const struct rewrite *rewrite)
{
    return rewrite->names.count || rewrite->names.packages || rewrite->names.strip_hex;
}

bool rewrite_is_empty(const struct rewrite *rewrite)
{
    const struct rewrite_options *own = &rewrite->options;
    return !changes_names(rewrite) && !own->focus && !own->ignore && !own->skip_after.count &&
           !own->base && !own->hide && !own->merge_recursion && !own->reverse && !own->max_depth;
}

/* By id: the frame with the new name. New frames join the table, and stand for themselves. */
static uint32_t *rename_frames(struct rewrite *rewrite, struct frame_table *table)
{
    if (!changes_names(rewrite))
        return NULL;
    uint32_t count = table->count;
    uint32_t *renamed = memory_get(count, sizeof *renamed);
    for (uint32_t id = 0; id < count; id++) {
        struct frame frame = table->frames[id];
        struct span name = name_rules_apply(&rewrite->names, frame.name);
        renamed[id] = span_equal(name, frame.name) ? id : frame_intern(table, name, frame.kind);
    }
    return renamed;
}

/* Whether text names the frame: by its name, or with its suffix as it stands in folded text. */
static bool is_named(const struct frame *frame, const char *text)
{
    struct span rest = span_of(text);
    const char *suffix = frame_suffix(frame->kind);
    if (span_equal(frame->name, rest))
        return true;
    if (!span_ends(rest, suffix))
        return false;
    rest.len -= strlen(suffix);
    return span_equal(frame->name, rest);
}

static unsigned char mark_frame(const struct rewrite *rewrite, const struct frame *frame)
{
    const struct rewrite_options *own = &rewrite->options;
    const char *name = frame->name.data;
    unsigned mark = 0;
    if (own->focus && name_matches(&rewrite->focus, name, 0, NULL))
        mark |= MARK_FOCUS;
    if (own->ignore && name_matches(&rewrite->ignore, name, 0, NULL))
        mark |= MARK_IGNORE;
    if (own->hide && name_matches(&rewrite->hide, name, 0, NULL))
        mark |= MARK_HIDE;
    if (own->base && is_named(frame, own->base))
        mark |= MARK_BASE;
    for (size_t i = 0; i < own->skip_after.count; i++)
        if (is_named(frame, own->skip_after.items[i]))
            mark |= MARK_SKIP_AFTER;
    return (unsigned char)mark;
}

static unsigned char *mark_frames(const struct rewrite *rewrite, const struct frame_table *table)
{
    unsigned char *marks = memory_zero(table->count, 1);
    for (uint32_t id = 0; id < table->count; id++)
        marks[id] = mark_frame(rewrite, &table->frames[id]);
    return marks;
}

/* The steps after those on names, in their order; false where the stack is dropped. */
static bool edit(struct rewriting *work, struct rewrite_stack *stack)
{
    const struct rewrite_options *options = work->options;
    const unsigned char *marks = work->marks;
    if (options->focus && !stack_has(stack, marks, MARK_FOCUS))
        return false;
    if (options->ignore && stack_has(stack, marks, MARK_IGNORE))
        return false;
    if (options->skip_after.count)
        stack_cut(stack, marks, MARK_SKIP_AFTER);
    if (options->base && !stack_cut(stack, marks, MARK_BASE))
        return false;
    if (options->hide)
        stack_hide(stack, marks, MARK_HIDE);
    if (options->merge_recursion == RECURSION_DIRECT)
        stack_merge_direct(stack);
    if (options->merge_recursion == RECURSION_ALL)
        stack_merge_all(stack, work->seen, ++work->turn);
    if (options->reverse)
        stack_reverse(stack);
    if (options->max_depth)
        stack_limit(stack, (size_t)options->max_depth);
    return true;
}

/* The stack that a node's own weight is for: a gap's is its parent's. */
static struct rewrite_stack load_stack(struct rewriting *work, uint32_t node)
{
    const struct profile *profile = work->profile;
    if (node != PROFILE_ROOT && profile->nodes[node].frame == FRAME_GAP)
        node = profile->nodes[node].parent;
    size_t depth = profile_depth(profile, node);
    work->frames = memory_grow(work->frames, &work->capacity, depth + 1, sizeof *work->frames);
    profile_stack(profile, node, work->frames);
    for (size_t i = 0; work->renamed && i < depth; i++)
        work->frames[i] = work->renamed[work->frames[i]];
    return (struct rewrite_stack){work->frames, depth};
}

/* The stack's node in the result. Only frames that are still in use get there. */
static uint32_t result_node(struct rewriting *work, struct rewrite_stack stack)
{
    for (size_t i = 0; i < stack.count; i++) {
        uint32_t *carried = &work->carried[stack.frames[i]];
        if (*carried == FRAME_GAP) {
            const struct frame *frame = &work->profile->frames.frames[stack.frames[i]];
            *carried = frame_intern(&work->result.frames, frame->name, frame->kind);
        }
        stack.frames[i] = *carried;
    }
    return profile_node(&work->result, stack.frames, stack.count);
}

static void rewrite_node(struct rewriting *work, uint32_t node, int64_t *dropped)
{
    const struct profile *profile = work->profile;
    bool weighs = false;
    for (unsigned c = 0; c < profile->columns; c++)
        weighs = weighs || profile->self[c][node] ||
                 (profile_knows_samples(profile, c) && profile->samples[c][node]);
    if (!weighs)
        return;
    struct rewrite_stack stack = load_stack(work, node);
    if (!edit(work, &stack)) {
        *dropped += profile->self[profile->columns - 1][node];
        return;
    }
    uint32_t target = result_node(work, stack);
    for (unsigned c = 0; c < profile->columns; c++) {
        int64_t weight = profile->self[c][node];
        bool fits = weight == 0 || profile_add(&work->result, target, c, weight);
        if (profile_knows_samples(profile, c) && profile->samples[c][node])
            fits = fits && profile_add_samples(&work->result, target, c, profile->samples[c][node]);
        assert(fits); /* the sum was no smaller before */
        (void)fits;
    }
}

/* From their leaves on, the stacks of one deep path have nothing in common: a small tree could ask for any number of
 * nodes. Those of programs have a few times as many. */
#define MOST_NODES_EACH 64 /* of a node, beside PROFILE_FIT_NODES */

static bool is_fit(const struct rewriting *work)
{
    uint32_t nodes = work->result.count;
    return nodes <= PROFILE_FIT_NODES || (nodes - PROFILE_FIT_NODES) / MOST_NODES_EACH <= work->profile->count;
}

/* By time, the new tree must be made in the order of the old one. */
static void rewrite_nodes(struct rewriting *work, int64_t *dropped)
{
    if (work->profile->order == PROFILE_BY_TIME)
        profile_sort(work->profile);
    for (uint32_t node = 0; node < work->profile->count && is_fit(work); node++)
        rewrite_node(work, node, dropped);
}

/* An empty profile of the same make. */
static void make_result(struct profile *result, const struct profile *profile)
{
    profile_init(result, profile->order);
    profile_set_columns(result, profile->columns);
    if (profile->samples)
        profile_count_samples(result);
    for (unsigned c = 0; c < profile->columns; c++)
        if (!profile_knows_samples(profile, c))
            profile_forget_samples(result, c);
    result->scale = profile->scale;
    if (profile->unit)
        profile_set_unit(result, profile->unit);
}

bool rewrite_apply(struct rewrite *rewrite, struct profile *profile, int64_t *dropped)
{
    struct rewriting work = {.options = &rewrite->options, .profile = profile};
    struct frame_table *table = &profile->frames;
    *dropped = 0;
    if (rewrite_is_empty(rewrite))
        return true;
    make_result(&work.result, profile);
    work.renamed = rename_frames(rewrite, table);
    work.marks = mark_frames(rewrite, table);
    work.seen = memory_zero(table->count, sizeof *work.seen);
    work.carried = memory_get(table->count, sizeof *work.carried);
    for (uint32_t id = 0; id < table->count; id++)
        work.carried[id] = FRAME_GAP;
    rewrite_nodes(&work, dropped);
    memory_free(work.renamed);
    memory_free(work.marks);
    memory_free(work.seen);
    memory_free(work.carried);
    memory_free(work.frames);
    bool done = is_fit(&work);
    profile_free(profile);
    *profile = work.result;
    return done;
}
