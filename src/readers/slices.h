/* Slices of time, one within the other, as traces tell of them. */
#ifndef FLAMECTL_SLICES_H
#define FLAMECTL_SLICES_H

#include "flamectl/recorder.h"

/* How long a slice lasts that a second event ends, and the event that does. */
#define SLICE_BEGIN (-1)
#define SLICE_END (-2)

struct slice_event {
    int64_t time;     /* in any unit */
    int64_t duration; /* in the same, or one of the above */
    uint32_t name;    /* frame id; FRAME_GAP: an end without a name */
    uint32_t order;   /* place among the events */
};

/* The events of a thread. */
struct slice_list {
    struct slice_event *events;
    size_t count, capacity;
};

/* What slices weigh. */
struct slice_unit {
    const char *name; /* of the weights */
    int64_t per;      /* how many units of the times make one */
    bool is_time;     /* times are nanoseconds */
};

struct slice;

/* Files the slices of one thread after the other. */
struct slices {
    struct recorder *recorder;
    struct sample sample;   /* what is common to those of the present thread: set by the reader */
    struct slice_unit unit; /* likewise */
    int64_t last;           /* likewise: a time that the thread lasts until, if it is after its events */
    uint32_t root;          /* node below which its stacks are filed, or PROFILE_NONE */
    uint32_t of_time;       /* the recorder's slice then */
    int64_t now;
    struct slice *open; /* outermost first */
    size_t depth, capacity;
    uint32_t *waiting; /* by frame: how many open slices of this name wait for an event */
    size_t waiting_count, waiting_capacity, waiting_total;
};

void slices_free(struct slices *slices);

/* Makes a duration the sample's weight, in units of `per` (a power of ten): whole ones, or to six
 * decimals. */
void slice_weigh(struct sample *sample, int64_t duration, int64_t per);

void slice_list_add(struct slice_list *list, int64_t time, int64_t duration, uint32_t name);
void slice_list_free(struct slice_list *list);

/* Puts events in the order that they are filed in. */
void slice_list_sort(struct slice_list *list);

/* 0, or -1 after a message. The list is sorted. */
int slices_file(struct slices *slices, const struct slice_list *list);

/* The same for events that are at hand one after the other, in order, from the first one's time on. */
void slices_begin(struct slices *slices, int64_t first);
int slices_take(struct slices *slices, const struct slice_event *event);
int slices_end(struct slices *slices);

#endif
