/* Filing samples: which are wanted, and with which weight. One recorder serves all inputs of a run, so that the
 * default event is the first input's first. */
#include "flamectl/recorder.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/profile_stacks.h"
#include "recorder_times.h"
#include "recorder_unit.h"

/* A few bytes can name a stack once more, for another thread or at another time, however long it is: a small file could
 * ask for any number of nodes. Where stacks are written out, a node takes a byte at least. */
#define MOST_NODES_EACH 4 /* of a byte, beside PROFILE_FIT_NODES */

#define FIELD(name) offsetof(struct recorder_options, name)

const struct option recorder_option_rows[] = {
    {.name = "root", .kind = OPTION_CHOICE, .offset = FIELD(root), .value = "none|comm|pid|tid",
     .help = "first frame: none, the command name, with process id, with both ids",
     .needs = RECORDS_PROCESSES},
    {.name = "pid", .kind = OPTION_FLAG, .offset = FIELD(pid), .set = 1,
     .help = "short for --root=pid", .needs = RECORDS_PROCESSES, .classic = ORIGINAL_COLLAPSE},
    {.name = "tid", .kind = OPTION_FLAG, .offset = FIELD(tid), .set = 1,
     .help = "short for --root=tid; wins over --pid", .needs = RECORDS_PROCESSES, .classic = ORIGINAL_COLLAPSE},
    {.name = "group-threads", .kind = OPTION_FLAG, .offset = FIELD(group_threads), .set = 1,
     .help = "each run of digits in the process frame becomes N", .needs = RECORDS_ROOTS},
    {.name = "event-filter", .kind = OPTION_LIST, .offset = FIELD(event_filter), .value = "EVENT",
     .help = "samples of this event (repeatable; default: the first seen)",
     .needs = RECORDS_EVENTS, .classic = ORIGINAL_COLLAPSE},
    {.name = "count", .kind = OPTION_CHOICE, .offset = FIELD(count), .value = "weight|samples",
     .help = "add up periods (default), or one for each sample",
     .needs = RECORDS_PERIODS | RECORDS_COUNTS},
    {.name = "from-time", .kind = OPTION_TEXT, .offset = FIELD(from_time), .value = "TIME",
     .help = "samples from TIME seconds after the file's first; @TIME: clock",
     .needs = RECORDS_TIMES},
    {.name = "to-time", .kind = OPTION_TEXT, .offset = FIELD(to_time), .value = "TIME",
     .help = "samples before TIME", .needs = RECORDS_TIMES},
    {.name = "slice", .kind = OPTION_TEXT, .offset = FIELD(slice), .value = "SECONDS",
     .help = "first frame: the slice of time that the sample is in", .needs = RECORDS_TIMES},
    {.name = NULL},
};

int recorder_init(struct recorder *recorder, struct profile *profile,
                  const struct recorder_options *options, struct diag *diag)
{
    *recorder = (struct recorder){.profile = profile, .options = options, .diag = diag};
    recorder_times_begin(recorder);
    recorder->by_event = index_make();
    arena_init(&recorder->names);
    if (recorder_times_parse(recorder) < 0) {
        recorder_free(recorder);
        return -1;
    }
    return 0;
}

void recorder_free(struct recorder *recorder)
{
    index_free(recorder->by_event);
    arena_free(&recorder->names);
    memory_free(recorder->events);
    memory_free(recorder->text);
    recorder->by_event = NULL;
    recorder->events = NULL;
    recorder->text = NULL;
}

void recorder_input(struct recorder *recorder, const char *file, unsigned column)
{
    if (recorder->file)
        recorder_settle_unit(recorder);
    recorder->file = file;
    recorder->column = column;
    recorder_times_begin(recorder);
    recorder->columns = 0;
    recorder->appends = false;
    recorder->samples_before = recorder->tally.samples;
}

static bool is_asked_for(const struct recorder *recorder, struct span name)
{
    const struct option_list *filter = &recorder->options->event_filter;
    for (size_t i = 0; i < filter->count; i++)
        if (span_is(name, filter->items[i]))
            return true;
    return false;
}

static size_t add_event(struct recorder *recorder, struct span name, bool wanted, uint64_t hash)
{
    size_t place = recorder->event_count++;
    recorder->events = memory_grow(recorder->events, &recorder->event_capacity, place + 1,
                                   sizeof *recorder->events);
    struct recorder_event *event = &recorder->events[place];
    event->name = span_make(arena_copy(&recorder->names, name), name.len);
    event->samples = 0;
    event->wanted = wanted;
    index_add(recorder->by_event, hash, (uint32_t)place);
    return place;
}

static size_t find_event(struct recorder *recorder, struct span name)
{
    if (recorder->last_event < recorder->event_count &&
        span_equal(recorder->events[recorder->last_event].name, name))
        return recorder->last_event;
    uint64_t hash = hash_bytes(recorder->profile->frames.seed, name);
    uint32_t id, at = index_begin(recorder->by_event, hash);
    while ((id = index_next(recorder->by_event, hash, &at)) != INDEX_NONE)
        if (span_equal(recorder->events[id].name, name))
            return recorder->last_event = id;
    bool wanted = recorder->options->event_filter.count ? is_asked_for(recorder, name)
                                                        : recorder->event_count == 0;
    return recorder->last_event = add_event(recorder, name, wanted, hash);
}

/* A sample that names no event cannot be told apart: it is kept unless events were asked for. */
static bool event_wanted(struct recorder *recorder, struct span name)
{
    if (name.len == 0)
        return recorder->options->event_filter.count == 0;
    size_t place = find_event(recorder, name); /* may move the array */
    struct recorder_event *event = &recorder->events[place];
    event->samples++;
    return event->wanted;
}

bool recorder_begin(struct recorder *recorder, const struct sample *sample)
{
    recorder->tally.samples++;
    bool in_time = !recorder->times.matter || recorder_times_want(recorder, sample->time);
    if (!event_wanted(recorder, sample->event)) {
        recorder->tally.other_event++;
        return false;
    }
    if (!in_time) {
        recorder->tally.other_time++;
        return false;
    }
    return true;
}

static int overflow(struct recorder *recorder)
{
    if (!recorder->overflowed && !recorder->forked)
        diag_error(recorder->diag, recorder->file, 0, "the weights add up to more than %lld%s",
                   (long long)(INT64_MAX / recorder->profile->scale),
                   recorder->profile->scale == 1 ? "" : ", the limit where some are decimal");
    recorder->overflowed = true;
    return -1;
}

int recorder_fits(const struct recorder *recorder, uint32_t nodes)
{
    if (nodes <= PROFILE_FIT_NODES || !recorder->fetched)
        return 0;
    uint64_t bytes = recorder->fetched_before + *recorder->fetched;
    if ((nodes - PROFILE_FIT_NODES) / MOST_NODES_EACH <= bytes)
        return 0;
    diag_error(recorder->diag, recorder->file, 0,
               "%llu bytes make a call tree of more than %lu nodes: long stacks come again under too many threads, or "
               "too often in a flame chart", (unsigned long long)bytes, (unsigned long)nodes);
    return -1;
}

static int add(struct recorder *recorder, uint32_t node, unsigned column, int64_t weight)
{
    if (!profile_add(recorder->profile, node, column, weight))
        return overflow(recorder);
    return recorder_fits(recorder, recorder->profile->count);
}

static int count_samples(struct recorder *recorder, uint32_t node, int64_t samples)
{
    struct profile *profile = recorder->profile;
    if (profile->samples && samples < 0)
        profile_forget_samples(profile, recorder->column);
    else if (profile->samples && !profile_add_samples(profile, node, recorder->column, samples))
        return overflow(recorder);
    return 0;
}

/* Brings a weight to the profile's units, or both to finer ones. */
static bool convert(struct profile *profile, int64_t *weight, unsigned places)
{
    if (places)
        return profile->scale != 1 || profile_make_decimal(profile);
    if (*weight > INT64_MAX / profile->scale)
        return false;
    *weight *= profile->scale;
    return true;
}

/* How many samples a wanted one stands for, below 0 where nobody knows. */
static int64_t count_of(const struct sample *sample)
{
    return sample->samples ? sample->samples : 1;
}

/* What a wanted sample weighs, in the profile's units. */
static int weigh(struct recorder *recorder, const struct sample *sample, int64_t *weight)
{
    unsigned places = 0;
    *weight = count_of(sample) > 0 ? count_of(sample) : 1;
    recorder->tally.kept++;
    if (sample->period > 0 || sample->weighed) {
        recorder->any_period = true;
        if (recorder->options->count != COUNT_SAMPLES) {
            *weight = sample->period;
            places = sample->places;
        }
    } else {
        recorder->any_plain = true;
    }
    return convert(recorder->profile, weight, places) ? 0 : overflow(recorder);
}

int recorder_add(struct recorder *recorder, uint32_t node, const struct sample *sample)
{
    int64_t weight;
    if (count_samples(recorder, node, count_of(sample)) < 0 || weigh(recorder, sample, &weight) < 0)
        return -1;
    return add(recorder, node, recorder->column, weight);
}

static uint32_t node_of(struct profile *profile, const uint32_t *frames, size_t count)
{
    uint32_t node = PROFILE_ROOT;
    while (count)
        node = profile_child(profile, node, frames[--count]);
    return node;
}

static int add_path(struct recorder *recorder, uint32_t row, int64_t weight)
{
    if (!profile_add_path(recorder->profile, row, recorder->column, weight))
        return overflow(recorder);
    return recorder_fits(recorder, recorder->profile->count);
}

uint32_t recorder_place(struct recorder *recorder, const uint32_t *frames, size_t count)
{
    struct profile *profile = recorder->profile;
    return profile->paths ? profile_path(profile, frames, count) : node_of(profile, frames, count);
}

int recorder_add_at(struct recorder *recorder, uint32_t place, const struct sample *sample)
{
    int64_t weight;
    if (!recorder->profile->paths)
        return recorder_add(recorder, place, sample);
    return weigh(recorder, sample, &weight) < 0 ? -1 : add_path(recorder, place, weight);
}

int recorder_file(struct recorder *recorder, const uint32_t *frames, size_t count, const struct sample *sample)
{
    return recorder_add_at(recorder, recorder_place(recorder, frames, count), sample);
}

void recorder_leave_out(struct recorder *recorder)
{
    recorder->tally.left_out++;
}

void recorder_count(struct recorder *recorder)
{
    recorder->tally.samples++;
    recorder->tally.kept++;
}

/* Weights without samples: they are their number where the user says so, and no fraction shows
 * (places) that they cannot be. */
static bool are_samples(const struct recorder *recorder, unsigned places)
{
    return !places && recorder->options->count == COUNT_SAMPLES;
}

int recorder_add_weight(struct recorder *recorder, uint32_t node, unsigned column, int64_t weight,
                        unsigned places)
{
    struct profile *profile = recorder->profile;
    if (profile->samples && !are_samples(recorder, places))
        profile_forget_samples(profile, column);
    if (profile->samples && !profile_add_samples(profile, node, column, weight))
        return overflow(recorder);
    if (!convert(profile, &weight, places))
        return overflow(recorder);
    return add(recorder, node, column, weight);
}

void recorder_distinct(struct recorder *recorder)
{
    recorder->appends = recorder->profile->paths && recorder->profile->paths->count == 0;
}

int recorder_file_weight(struct recorder *recorder, const uint32_t *frames, size_t count, int64_t weight,
                         int64_t samples)
{
    struct profile *profile = recorder->profile;
    uint32_t place = recorder->appends ? profile_append_path(profile, frames, count)
                                       : recorder_place(recorder, frames, count);
    if (profile->paths)
        return convert(profile, &weight, 0) ? add_path(recorder, place, weight) : overflow(recorder);
    if (samples < 0)
        return recorder_add_weight(recorder, place, recorder->column, weight, 0);
    if (count_samples(recorder, place, samples) < 0)
        return -1;
    return convert(profile, &weight, 0) ? add(recorder, place, recorder->column, weight) : overflow(recorder);
}

int recorder_add_stack(struct recorder *recorder, uint32_t row, unsigned column, int64_t weight,
                       unsigned places)
{
    struct profile *profile = recorder->profile;
    if (profile->samples && !are_samples(recorder, places))
        profile_forget_samples(profile, column);
    if (!convert(profile, &weight, places) || !profile_add_stack(profile, row, column, weight))
        return overflow(recorder);
    return 0;
}

bool recorder_is_settled(const struct recorder *recorder, unsigned records)
{
    bool event = !(records & RECORDS_EVENTS) || recorder->event_count > 0;
    bool begun = !recorder->times.matter || recorder->times.first != TIME_NONE;
    return recorder->tally.samples > recorder->samples_before && event && begun;
}

void recorder_fork(struct recorder *recorder, const struct recorder *from, struct profile *profile,
                   struct diag *diag)
{
    *recorder = (struct recorder){.profile = profile, .options = from->options, .diag = diag,
                                  .column = from->column, .columns = from->columns,
                                  .comparing = from->comparing, .forked = true,
                                  .file = from->file, .times = from->times};
    recorder_times_begin(recorder);
    recorder->times.first = from->times.first;
    recorder->times.untimed = 0;
    recorder->by_event = index_make();
    arena_init(&recorder->names);
    for (size_t i = 0; i < from->event_count; i++) {
        const struct recorder_event *event = &from->events[i];
        add_event(recorder, event->name, event->wanted, hash_bytes(profile->frames.seed, event->name));
    }
}

static void join_tally(struct tally *tally, const struct tally *from)
{
    tally->samples += from->samples;
    tally->kept += from->kept;
    tally->other_event += from->other_event;
    tally->other_time += from->other_time;
    tally->left_out += from->left_out;
    tally->repaired += from->repaired;
    tally->unusable += from->unusable;
    tally->skipped += from->skipped;
}

/* Blocks are read in their order by each recorder, so that the earliest quotes of all are among the earliest of
 * each. */
static void join_quotes(struct recorder *recorder, const struct recorder *from)
{
    struct recorder_quote all[2 * RECORDER_QUOTES];
    size_t count = 0, left = 0, right = 0;
    while (left < recorder->quoted || right < from->quoted) {
        bool first = right == from->quoted || (left < recorder->quoted &&
                                               recorder->quotes[left].block < from->quotes[right].block);
        all[count++] = first ? recorder->quotes[left++] : from->quotes[right++];
    }
    recorder->quoted = count < RECORDER_QUOTES ? count : RECORDER_QUOTES;
    memcpy(recorder->quotes, all, recorder->quoted * sizeof *all);
}

int recorder_join(struct recorder *recorder, struct recorder *from)
{
    for (size_t i = 0; i < from->event_count; i++) {
        size_t place = find_event(recorder, from->events[i].name);
        recorder->events[place].samples += from->events[i].samples;
    }
    join_tally(&recorder->tally, &from->tally);
    recorder_lost(recorder, from->tally.lost);
    join_quotes(recorder, from);
    recorder->any_period = recorder->any_period || from->any_period;
    recorder->any_plain = recorder->any_plain || from->any_plain;
    recorder->times.untimed += from->times.untimed;
    bool fits = profile_merge(recorder->profile, from->profile) && !from->overflowed;
    return fits ? 0 : overflow(recorder);
}
