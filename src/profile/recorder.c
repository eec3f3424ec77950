/* Filing samples: which are wanted, and with which weight. One recorder serves all inputs of a run, so that the
 * default event is the first input's first. */
#include "flamectl/recorder.h"

#include "flamectl/index.h"
#include "flamectl/memory.h"
#include "flamectl/profile_paths.h"
#include "flamectl/profile_stacks.h"
#include "recorder_unit.h"

#define NANOSECONDS 1000000000

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
    {.name = NULL},
};

/* time = ["@"] digits ["." digits], seconds; digits past the ninth decimal do not count. */
static int parse_time(const char *option, const char *text, int64_t *time, bool *absolute,
                      struct diag *diag)
{
    *time = TIME_NONE;
    if (!text)
        return 0;
    struct span s = span_of(text);
    *absolute = span_starts(s, "@");
    s = span_skip(s, *absolute);
    size_t point = span_find(s, '.');
    int64_t seconds, nanoseconds = 0;
    bool good = span_to_int64(span_first(s, point), &seconds) && seconds < INT64_MAX / NANOSECONDS - 1;
    if (good && point != SPAN_NONE) {
        struct span decimals = span_skip(s, point + 1);
        for (size_t i = 0; i < decimals.len; i++)
            good = good && is_digit(decimals.data[i]);
        for (size_t i = 0; i < 9; i++)
            nanoseconds = nanoseconds * 10 + (i < decimals.len ? decimals.data[i] - '0' : 0);
        good = good && decimals.len > 0;
    }
    if (!good) {
        diag_error(diag, NULL, 0, "--%s: '%s' is no time in seconds (12.5, or @1234.5 for the clock's)",
                   option, text);
        return -1;
    }
    *time = seconds * NANOSECONDS + nanoseconds;
    return 0;
}

static int parse_window(struct recorder *recorder)
{
    const struct recorder_options *options = recorder->options;
    int64_t *window = recorder->window;
    bool *absolute = recorder->window_absolute;
    if (parse_time("from-time", options->from_time, &window[0], &absolute[0], recorder->diag) < 0 ||
        parse_time("to-time", options->to_time, &window[1], &absolute[1], recorder->diag) < 0)
        return -1;
    if (options->from_time && options->to_time && absolute[0] == absolute[1] && window[1] <= window[0]) {
        diag_error(recorder->diag, NULL, 0, "--to-time: %s is not after --from-time, %s", options->to_time,
                   options->from_time);
        return -1;
    }
    return 0;
}

int recorder_init(struct recorder *recorder, struct profile *profile,
                  const struct recorder_options *options, struct diag *diag)
{
    *recorder = (struct recorder){.profile = profile, .options = options, .diag = diag};
    recorder->first_time = TIME_NONE;
    recorder->by_event = index_make();
    arena_init(&recorder->names);
    if (parse_window(recorder) < 0) {
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
    recorder->first_time = TIME_NONE;
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

/* An end of the time window as a moment; `open` where it is open or lies beyond all time. */
static int64_t window_end(const struct recorder *recorder, int end, int64_t open)
{
    int64_t moment = recorder->window[end];
    if (moment == TIME_NONE || recorder->window_absolute[end])
        return moment == TIME_NONE ? open : moment;
    if (recorder->first_time > 0 && moment > INT64_MAX - recorder->first_time)
        return INT64_MAX;
    return moment + recorder->first_time;
}

void recorder_meet(struct recorder *recorder, int64_t time)
{
    if (recorder->first_time == TIME_NONE)
        recorder->first_time = time;
}

static bool time_wanted(struct recorder *recorder, int64_t time)
{
    bool from = recorder->window[0] != TIME_NONE, to = recorder->window[1] != TIME_NONE;
    if (!from && !to)
        return true;
    if (time == TIME_NONE) {
        recorder->untimed++;
        return false;
    }
    recorder_meet(recorder, time);
    return window_end(recorder, 0, time) <= time && (!to || time < window_end(recorder, 1, time));
}

bool recorder_begin(struct recorder *recorder, const struct sample *sample)
{
    recorder->tally.samples++;
    bool in_time = time_wanted(recorder, sample->time);
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

void recorder_clip(struct recorder *recorder, int64_t *from, int64_t *to)
{
    recorder_meet(recorder, *from);
    int64_t begin = window_end(recorder, 0, *from), end = window_end(recorder, 1, *to);
    if (*from < begin && begin < *to)
        *from = begin;
    if (*from < end && end < *to)
        *to = end;
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
    bool timed = recorder->window[0] != TIME_NONE || recorder->window[1] != TIME_NONE;
    return recorder->tally.samples > recorder->samples_before && event && (!timed || recorder->first_time != TIME_NONE);
}

void recorder_fork(struct recorder *recorder, const struct recorder *from, struct profile *profile,
                   struct diag *diag)
{
    *recorder = (struct recorder){.profile = profile, .options = from->options, .diag = diag,
                                  .column = from->column, .columns = from->columns,
                                  .comparing = from->comparing, .forked = true,
                                  .file = from->file, .first_time = from->first_time};
    memcpy(recorder->window, from->window, sizeof recorder->window);
    memcpy(recorder->window_absolute, from->window_absolute, sizeof recorder->window_absolute);
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
    recorder->untimed += from->untimed;
    bool fits = profile_merge(recorder->profile, from->profile) && !from->overflowed;
    return fits ? 0 : overflow(recorder);
}
