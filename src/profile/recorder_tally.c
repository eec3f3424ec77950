/* What became of the input: lines that were of no use, and what is told of all when the last input is read. */
#include "flamectl/recorder.h"

#include <stdio.h>
#include <stdlib.h>

#include "recorder_unit.h"

#define LISTED_EVENTS 20

void recorder_unusable(struct recorder *recorder, uint64_t line, struct span text, const char *why)
{
    recorder->tally.unusable++;
    if (recorder->quoted == RECORDER_QUOTES)
        return;
    struct recorder_quote *quote = &recorder->quotes[recorder->quoted++];
    quote->block = recorder->block ? *recorder->block : 0;
    quote->line = line;
    quote->why = why;
    size_t len = (size_t)diag_excerpt(text);
    for (size_t i = 0; i < len; i++)
        quote->text[i] = text.data[i] ? text.data[i] : '?';
    quote->text[len] = '\0';
}

void recorder_quote(struct recorder *recorder, const struct feed *feed)
{
    for (size_t i = 0; i < recorder->quoted && recorder->told < RECORDER_QUOTES; i++) {
        const struct recorder_quote *quote = &recorder->quotes[i];
        uint64_t line = feed ? feed_line(feed, quote->block, quote->line) : quote->line;
        diag_warn(recorder->diag, recorder->file, line, "%s: '%s'", quote->why, quote->text);
        recorder->told++;
    }
    recorder->quoted = 0;
}

void recorder_repaired(struct recorder *recorder)
{
    recorder->tally.repaired++;
}

void recorder_skipped(struct recorder *recorder)
{
    recorder->tally.skipped++;
}

void recorder_lost(struct recorder *recorder, uint64_t events)
{
    uint64_t *lost = &recorder->tally.lost;
    *lost = events > UINT64_MAX - *lost ? UINT64_MAX : *lost + events;
}

/* The kept ones first, then by name: the order of appearance depends on who read which block. */
static int compare_events(const void *left, const void *right)
{
    const struct recorder_event *a = left, *b = right;
    return a->wanted != b->wanted ? b->wanted - a->wanted : span_compare(a->name, b->name);
}

/* "cycles (120 samples, kept), instructions (118)" */
static void list_events(const struct recorder *recorder, char *text, size_t room)
{
    size_t used = 0;
    if (recorder->event_count) /* qsort takes no NULL */
        qsort(recorder->events, recorder->event_count, sizeof *recorder->events, compare_events);
    for (size_t i = 0; i < recorder->event_count && i < LISTED_EVENTS && used < room; i++) {
        const struct recorder_event *event = &recorder->events[i];
        int n = snprintf(text + used, room - used, "%s%.*s (%llu samples%s)", i ? ", " : "",
                         diag_excerpt(event->name), event->name.data,
                         (unsigned long long)event->samples, event->wanted ? ", kept" : "");
        used += n > 0 ? (size_t)n : 0;
    }
    if (recorder->event_count > LISTED_EVENTS && used < room)
        snprintf(text + used, room - used, ", and %zu more", recorder->event_count - LISTED_EVENTS);
}

/* -1 where events were asked for and no sample is of them. */
static int tell_events(const struct recorder *recorder)
{
    bool asked = recorder->options->event_filter.count > 0;
    bool none = asked && recorder->tally.samples && recorder->tally.other_event == recorder->tally.samples;
    if (!none && (asked || recorder->event_count < 2))
        return 0;
    char list[1500] = "";
    list_events(recorder, list, sizeof list);
    if (!none) {
        diag_note(recorder->diag, "several events: %s; choose with --event-filter=EVENT", list);
        return 0;
    }
    diag_error(recorder->diag, NULL, 0, "--event-filter: no sample is of this event; there are: %s",
               recorder->event_count ? list : "none with a name");
    return -1;
}

static void tell_tally(const struct recorder *recorder)
{
    const struct tally *tally = &recorder->tally;
    char lost[80] = "";
    if (tally->lost)
        snprintf(lost, sizeof lost, "; the profiler lost %llu events", (unsigned long long)tally->lost);
    diag_note(recorder->diag,
              "samples read: %llu, kept: %llu, filtered: %llu, repaired: %llu; "
              "lines unusable: %llu, skipped: %llu%s",
              (unsigned long long)tally->samples, (unsigned long long)tally->kept,
              (unsigned long long)(tally->other_event + tally->other_time + tally->left_out),
              (unsigned long long)tally->repaired, (unsigned long long)tally->unusable,
              (unsigned long long)tally->skipped, lost);
}

/* -1 where times were asked for and no sample has one. */
static int tell_times(const struct recorder *recorder)
{
    const struct recorder_options *options = recorder->options;
    if (!recorder->times.untimed || recorder->times.untimed < recorder->tally.samples)
        return 0;
    diag_error(recorder->diag, NULL, 0, "--%s: the samples of this input carry no times",
               options->from_time ? "from-time" : options->to_time ? "to-time" : "slice");
    return -1;
}

int recorder_finish(struct recorder *recorder, bool stats)
{
    const struct tally *tally = &recorder->tally;
    int result = tell_events(recorder) < 0 || tell_times(recorder) < 0 ? -1 : 0;
    recorder_settle_unit(recorder);
    if (stats || tally->repaired || tally->unusable || tally->skipped || tally->lost)
        tell_tally(recorder);
    return result;
}
