/* Samples by their times: the window of time that is wanted (--from-time, --to-time), and slices, whose names are the
 * first frames of stacks (--slice). Both count from the first time that an input tells of.
 *
 * A slice's name is the seconds that it begins at: in the order of their bytes, names are in the order of time. */
#include "recorder_times.h"

#include <stdio.h>

#define NANOSECONDS 1000000000
#define DECIMALS 9

/* A few bytes tell of a call that lasts for years: so many parts are cut from calls in all. */
#define MOST_PARTS ((uint32_t)1 << 20)

/* time = ["@"] digits ["." digits], seconds; a length of time has no "@", and is not 0. */
static int parse_time(const char *option, const char *text, int64_t *time, bool *absolute,
                      struct diag *diag)
{
    *time = TIME_NONE;
    if (!text)
        return 0;
    if (absolute)
        *absolute = *text == '@';
    if (span_to_decimal(span_of(text + (absolute && *absolute)), DECIMALS, time) && (absolute || *time))
        return 0;
    diag_error(diag, NULL, 0, "--%s: '%s' is no time in seconds (%s)", option, text,
               absolute ? "12.5, or @1234.5 for the clock's" : "1, or 0.25");
    return -1;
}

/* How many decimals the names of slices have. */
static int count_decimals(struct span slice)
{
    size_t point = span_find(slice, '.'), places = point == SPAN_NONE ? 0 : slice.len - point - 1;
    return places < DECIMALS ? (int)places : DECIMALS;
}

int recorder_times_parse(struct recorder *recorder)
{
    const struct recorder_options *options = recorder->options;
    struct recorder_times *times = &recorder->times;
    struct diag *diag = recorder->diag;
    int64_t *window = times->window;
    bool *absolute = times->absolute;
    if (parse_time("from-time", options->from_time, &window[0], &absolute[0], diag) < 0 ||
        parse_time("to-time", options->to_time, &window[1], &absolute[1], diag) < 0 ||
        parse_time("slice", options->slice, &times->slice, NULL, diag) < 0)
        return -1;
    if (options->slice)
        times->places = count_decimals(span_of(options->slice));
    if (options->from_time && options->to_time && absolute[0] == absolute[1] && window[1] <= window[0]) {
        diag_error(diag, NULL, 0, "--to-time: %s is not after --from-time, %s", options->to_time,
                   options->from_time);
        return -1;
    }
    times->windowed = options->from_time || options->to_time;
    times->matter = times->windowed || options->slice;
    return 0;
}

void recorder_times_begin(struct recorder *recorder)
{
    struct recorder_times *times = &recorder->times;
    times->first = TIME_NONE;
    times->known = false;
    recorder->slice = FRAME_GAP;
}

/* An end of the time window as a moment; `open` where it is open or lies beyond all time. */
static int64_t window_end(const struct recorder_times *times, int end, int64_t open)
{
    int64_t moment = times->window[end];
    if (moment == TIME_NONE)
        return open;
    if (times->absolute[end])
        return moment;
    return times->first > 0 && moment > INT64_MAX - times->first ? INT64_MAX : moment + times->first;
}

void recorder_meet(struct recorder *recorder, int64_t time)
{
    struct recorder_times *times = &recorder->times;
    if (times->first != TIME_NONE)
        return;
    times->first = time;
    times->from = window_end(times, 0, INT64_MIN);
    times->to = window_end(times, 1, INT64_MAX);
}

/* How long after the first time; less where that is centuries, so that the slice's beginning fits, too. */
static int64_t since_first(const struct recorder_times *times, int64_t time)
{
    uint64_t since = (uint64_t)time - (uint64_t)times->first;
    if (time < times->first)
        return -since > INT64_MAX / 2 ? -(INT64_MAX / 2) : -(int64_t)-since;
    return since > INT64_MAX ? INT64_MAX : (int64_t)since;
}

/* name = ["-"] seconds "s", the seconds with six digits at least, and as many decimals as the option's */
static void find_slice(struct recorder *recorder, int64_t time)
{
    struct recorder_times *times = &recorder->times;
    int64_t since = since_first(times, time), length = times->slice;
    char text[48];
    if (times->known && (uint64_t)since - (uint64_t)times->begin < (uint64_t)length)
        return;
    times->begin = (since / length - (since % length < 0)) * length;
    times->known = true;
    long long from = times->begin < 0 ? -times->begin : times->begin;
    int len = snprintf(text, sizeof text, "%s%06lld.%09lld", times->begin < 0 ? "-" : "", from / NANOSECONDS,
                       from % NANOSECONDS);
    len -= times->places ? DECIMALS - times->places : DECIMALS + 1;
    text[len++] = 's';
    recorder->slice = frame_intern(&recorder->profile->frames, span_make(text, (size_t)len), FRAME_PLAIN);
}

/* A window leaves out what has no time; slices have one for it. */
static bool want_untimed(struct recorder *recorder)
{
    struct recorder_times *times = &recorder->times;
    times->untimed++;
    times->known = false;
    if (times->slice != TIME_NONE)
        recorder->slice = frame_intern(&recorder->profile->frames, span_of("[no time]"), FRAME_PLAIN);
    return !times->windowed;
}

bool recorder_times_want(struct recorder *recorder, int64_t time)
{
    const struct recorder_times *times = &recorder->times;
    if (time == TIME_NONE)
        return want_untimed(recorder);
    recorder_meet(recorder, time);
    if (time < times->from || (time >= times->to && times->to != INT64_MAX))
        return false;
    if (times->slice != TIME_NONE)
        find_slice(recorder, time);
    return true;
}

void recorder_clip(struct recorder *recorder, int64_t *from, int64_t *to)
{
    recorder_meet(recorder, *from);
    int64_t begin = recorder->times.from, end = recorder->times.to;
    if (*from < begin && begin < *to)
        *from = begin;
    if (*from < end && end < *to)
        *to = end;
}

int recorder_part(struct recorder *recorder, int64_t from, int64_t *to)
{
    struct recorder_times *times = &recorder->times;
    if (times->slice == TIME_NONE || recorder->options->count == COUNT_SAMPLES)
        return 0;
    int64_t over = since_first(times, from) % times->slice, left = over < 0 ? -over : times->slice - over;
    if (from > INT64_MAX - left || *to <= from + left)
        return 0;
    *to = from + left;
    if (times->parts++ < MOST_PARTS)
        return 0;
    diag_error(recorder->diag, recorder->file, 0,
               "--slice: calls last for more than %lu slices: choose longer ones",
               (unsigned long)MOST_PARTS);
    return -1;
}
