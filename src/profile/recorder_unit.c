/* What the weights of a profile count, and whether all inputs count the same. */
#include "recorder_unit.h"

#include <stdio.h>

#define UNIT_TEXT 256

static void settle(struct recorder *recorder, const char *unit, bool of_event)
{
    const char *before = recorder->profile->unit;
    bool events = of_event && recorder->unit_of_event; /* which, the user chose */
    bool same = before && strcmp(before, unit) == 0;
    if (!before || events || same) {
        if (!same)
            profile_set_unit(recorder->profile, unit);
        recorder->unit_of_event = of_event;
        return;
    }
    recorder->units_differ = true;
    if (recorder->difference_told)
        return;
    recorder->difference_told = true;
    diag_warn(recorder->diag, recorder->file, 0,
              "the weights count %s, those of an input before %s: %s", unit, before,
              recorder->comparing ? "only their shares compare" : "they are added up all the same");
}

void recorder_unit(struct recorder *recorder, const char *unit)
{
    if (recorder->options->count == COUNT_SAMPLES)
        return;
    recorder->unit_told = true;
    settle(recorder, unit, false);
}

/* Clock events count nanoseconds (perf_event_open(2), PERF_TYPE_SOFTWARE). */
static bool counts_time(struct span event)
{
    struct span name = span_before(event, ':');
    return span_is(name, "cpu-clock") || span_is(name, "task-clock");
}

/* The event whose samples are kept, or "events" where there are several or none has a name. */
static void name_event(const struct recorder *recorder, char *unit)
{
    const struct recorder_event *one = NULL;
    size_t wanted = 0;
    for (size_t i = 0; i < recorder->event_count; i++) {
        if (recorder->events[i].wanted && recorder->events[i].samples) {
            one = &recorder->events[i];
            wanted++;
        }
    }
    if (wanted == 1)
        snprintf(unit, UNIT_TEXT, "%.*s%s", (int)(one->name.len < 200 ? one->name.len : 200),
                 one->name.data, counts_time(one->name) ? " ns" : "");
    else
        snprintf(unit, UNIT_TEXT, "events");
}

void recorder_settle_unit(struct recorder *recorder)
{
    char unit[UNIT_TEXT];
    if (recorder->options->count == COUNT_SAMPLES) {
        settle(recorder, "samples", false);
    } else if (!recorder->unit_told && recorder->any_period) {
        name_event(recorder, unit);
        settle(recorder, unit, true);
    } else if (!recorder->unit_told && recorder->any_plain) {
        settle(recorder, "samples", false);
    }
    recorder->any_period = recorder->any_plain = recorder->unit_told = recorder->difference_told = false;
}
