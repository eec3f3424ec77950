/* Each stack is walked once a thread, when its chunk is read, however many samples name it, and whatever classes or
 * methods stand below it; for a flame chart, whenever it comes after another. */
#include "jfr_stacks.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"

void jfr_stacks_init(struct jfr_stacks *stacks, struct recorder *recorder, bool all)
{
    *stacks = (struct jfr_stacks){.recorder = recorder, .all = all};
    jfr_tiers_init(&stacks->tiers);
    stacks->by_time = recorder->profile->order == PROFILE_BY_TIME;
    stacks->tell_tiers = all && !stacks->by_time;
}

void jfr_stacks_free(struct jfr_stacks *stacks)
{
    memory_free(stacks->known);
    memory_free(stacks->path.ids);
    slice_list_free(&stacks->timed);
    jfr_tiers_free(&stacks->tiers);
}

void jfr_stacks_begin(struct jfr_stacks *stacks, struct jfr_chunk *chunk, struct jfr_naming naming)
{
    jfr_frames_init(&stacks->frames, chunk, &stacks->recorder->profile->frames, naming);
    stacks->by_stack = index_make();
    stacks->known_count = 0;
}

/* The thread's frame, where a first frame is asked for; else FRAME_GAP. */
static uint32_t thread_frame(struct jfr_stacks *stacks, uint64_t thread)
{
    struct recorder *recorder = stacks->recorder;
    const struct recorder_options *options = recorder->options;
    bool tid = options->tid || (!options->pid && options->root == ROOT_TID);
    if (!tid && !options->pid && options->root != ROOT_COMM && options->root != ROOT_PID)
        return FRAME_GAP;
    return recorder_root_frame(recorder, jfr_frames_thread(&stacks->frames, thread, tid), FRAME_PLAIN);
}

static uint32_t add_step(struct jfr_stacks *stacks, uint32_t node, struct jfr_step step, int64_t weight)
{
    struct profile *profile = stacks->recorder->profile;
    if (stacks->tell_tiers)
        return jfr_tiers_child(&stacks->tiers, node, step.frame, step.tier, weight);
    return profile_child(profile, node, jfr_tier_frame(&profile->frames, step.frame, step.tier));
}

/* The slice of time and the thread, if they are asked for, and the stack. */
static void place_bare(struct jfr_stacks *stacks, struct jfr_stack *known)
{
    struct jfr_frames *frames = &stacks->frames;
    known->node = PROFILE_ROOT;
    if (known->slice != FRAME_GAP)
        known->node = add_step(stacks, PROFILE_ROOT, (struct jfr_step){known->slice, TIER_NONE}, known->weight);
    if (known->thread != FRAME_GAP)
        known->node = add_step(stacks, known->node, (struct jfr_step){(uint32_t)known->thread, TIER_NONE},
                               known->weight);
    jfr_frames_stack(frames, known->stack);
    for (size_t i = frames->stack_count; i-- > 0;)
        known->node = add_step(stacks, known->node, frames->stack[i], known->weight);
    known->empty = frames->stack_count == 0;
}

/* Below it the class, or the method that it called. */
static void place_leaf(struct jfr_stacks *stacks, struct jfr_stack *known)
{
    struct jfr_stack *bare = &stacks->known[known->below];
    struct jfr_frames *frames = &stacks->frames;
    bool all = stacks->all;
    struct jfr_step step = {FRAME_GAP, TIER_NONE};
    if (bare->node == PROFILE_ROOT)
        place_bare(stacks, bare);
    known->node = bare->node;
    if (known->method)
        known->node = add_step(stacks, known->node, jfr_frames_method(frames, known->method), known->weight);
    if (known->class_id) {
        enum frame_kind kind = !all ? FRAME_PLAIN : known->in_tlab ? FRAME_JIT : FRAME_KERNEL;
        step.frame = jfr_frames_class(frames, known->class_id, kind);
        step.tier = all && known->in_tlab ? TIER_INLINED : TIER_NONE;
    } else if (bare->empty && !known->method) {
        step.frame = frame_intern(frames->table, span_of("[unknown]"), FRAME_PLAIN);
    }
    if (step.frame != FRAME_GAP)
        known->node = add_step(stacks, known->node, step, known->weight);
}

static uint32_t find_known(const struct jfr_stacks *stacks, const struct jfr_stack *key, uint64_t hash)
{
    uint32_t at = index_begin(stacks->by_stack, hash), found;
    while ((found = index_next(stacks->by_stack, hash, &at)) != INDEX_NONE) {
        const struct jfr_stack *known = &stacks->known[found];
        if (known->stack == key->stack && known->thread == key->thread && known->class_id == key->class_id &&
            known->method == key->method && known->in_tlab == key->in_tlab && known->bare == key->bare &&
            known->slice == key->slice)
            break;
    }
    return found;
}

/* The place of a stack among those that are known, be it since now. */
static uint32_t know_stack(struct jfr_stacks *stacks, const struct jfr_stack *key)
{
    struct hash_seed seed = stacks->frames.chunk->seed;
    uint64_t hash = hash_pair(seed, hash_pair(seed, key->stack, key->thread + ((uint64_t)key->slice << 32)),
                              (key->class_id + key->method) * 4 + key->bare * 2u + key->in_tlab);
    uint32_t found = find_known(stacks, key, hash);
    if (found != INDEX_NONE)
        return found;
    struct jfr_stack made = *key;
    if (!key->bare)
        made.below = know_stack(stacks, &(struct jfr_stack){.stack = key->stack, .bare = true, .slice = key->slice,
                                                               .thread = thread_frame(stacks, key->thread)});
    if (stacks->known_count == INDEX_NONE - 1)
        memory_exhausted();
    stacks->known = memory_grow(stacks->known, &stacks->known_capacity, stacks->known_count + 1,
                                 sizeof *stacks->known);
    stacks->known[stacks->known_count] = made;
    struct jfr_cursor cursor;
    if (key->bare && key->stack && !jfr_constant(stacks->frames.chunk, JFR_STACK_TRACES, key->stack, &cursor))
        recorder_repaired(stacks->recorder);
    index_add(stacks->by_stack, hash, (uint32_t)stacks->known_count);
    return (uint32_t)stacks->known_count++;
}

int jfr_stacks_add(struct jfr_stacks *stacks, const struct jfr_stack *key, int64_t time, int64_t weight)
{
    struct recorder *recorder = stacks->recorder;
    uint32_t place = know_stack(stacks, key); /* may move them */
    struct jfr_stack *known = &stacks->known[place];
    if (stacks->by_time) {
        slice_list_add(&stacks->timed, time, weight, place);
        return 0;
    }
    if (weight > INT64_MAX - stacks->weight) {
        diag_error(recorder->diag, recorder->file, 0, "the weights add up to more than %lld", (long long)INT64_MAX);
        return -1;
    }
    stacks->weight += weight;
    known->weight += weight;
    stacks->known[known->below].weight += weight;
    return 0;
}

/* For a flame chart: a stack that comes again is made again, where another stands between. */
static int file_by_time(struct jfr_stacks *stacks)
{
    const struct slice_event *events = stacks->timed.events;
    struct recorder *recorder = stacks->recorder;
    int result = 0;
    slice_list_sort(&stacks->timed);
    for (size_t i = 0; i < stacks->timed.count && result == 0; i++) {
        struct jfr_stack *known = &stacks->known[events[i].name];
        if (i == 0 || events[i].name != events[i - 1].name) {
            place_bare(stacks, &stacks->known[known->below]);
            place_leaf(stacks, known);
        }
        result = recorder_add_weight(recorder, known->node, recorder->column, events[i].duration, 0);
    }
    stacks->timed.count = 0;
    return result;
}

/* A stack that comes once, with nothing above or below it, needs no node. */
static bool is_lone(const struct jfr_stacks *stacks, const struct jfr_stack *known)
{
    return !stacks->tell_tiers && !known->class_id && !known->method && known->slice == FRAME_GAP &&
           stacks->known[known->below].thread == FRAME_GAP;
}

static int file_lone(struct jfr_stacks *stacks, const struct jfr_stack *known)
{
    struct jfr_frames *frames = &stacks->frames;
    struct frame_list *path = &stacks->path;
    path->count = 0;
    jfr_frames_stack(frames, known->stack);
    for (size_t i = 0; i < frames->stack_count; i++)
        frame_list_push(path, frames->stack[i].frame);
    if (path->count == 0)
        frame_list_push(path, frame_intern(frames->table, span_of("[unknown]"), FRAME_PLAIN));
    return recorder_file_weight(stacks->recorder, path->ids, path->count, known->weight, -1);
}

/* Files the chunk's stacks, now that all of them have their weight. */
static int file_all(struct jfr_stacks *stacks)
{
    struct recorder *recorder = stacks->recorder;
    int result = 0;
    for (size_t i = 0; i < stacks->known_count && result == 0; i++) {
        struct jfr_stack *known = &stacks->known[i];
        if (known->bare)
            continue;
        if (is_lone(stacks, known)) {
            result = file_lone(stacks, known);
            continue;
        }
        place_leaf(stacks, known);
        if (!stacks->tell_tiers) {
            result = recorder_add_weight(recorder, known->node, recorder->column, known->weight, 0);
            continue;
        }
        jfr_tiers_add(&stacks->tiers, known->node, known->weight);
        result = recorder_fits(recorder, stacks->tiers.tree.count);
    }
    return result;
}

int jfr_stacks_end(struct jfr_stacks *stacks, bool wanted)
{
    int result = 0;
    if (wanted)
        result = stacks->by_time ? file_by_time(stacks) : file_all(stacks);
    index_free(stacks->by_stack);
    jfr_frames_free(&stacks->frames);
    return result;
}
