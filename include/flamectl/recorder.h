/* The recorder files the samples that a reader finds: it chooses the event and the time window,
 * makes the process frame, weighs, and keeps the tally that no line escapes.
 *
 * A reader calls, per sample, recorder_begin and, where that says yes, recorder_add. */
#ifndef FLAMECTL_RECORDER_H
#define FLAMECTL_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/arena.h"
#include "flamectl/diag.h"
#include "flamectl/feed.h"
#include "flamectl/option.h"
#include "flamectl/profile.h"
#include "flamectl/span.h"

/* What the samples of an input format carry; recorder options need it (struct option, needs). */
enum records {
    RECORDS_EVENTS = 1,    /* event names */
    RECORDS_TIMES = 2,     /* a time stamp each */
    RECORDS_PROCESSES = 4, /* command name, process id, thread id */
    RECORDS_PERIODS = 8,   /* weights beside the mere sample */
    RECORDS_ROOTS = 16,    /* a first frame that names the process */
    RECORDS_COUNTS = 32    /* counts that are samples where --count=samples says so */
};

enum recorder_root { ROOT_DEFAULT, ROOT_NONE, ROOT_COMM, ROOT_PID, ROOT_TID };
enum recorder_count { COUNT_DEFAULT, COUNT_WEIGHT, COUNT_SAMPLES };

struct recorder_options {
    int root;     /* enum recorder_root; default ROOT_COMM */
    int pid, tid; /* the short forms; they win over root, and tid over pid */
    int count;    /* enum recorder_count; default COUNT_WEIGHT */
    int group_threads;
    struct option_list event_filter;
    const char *from_time, *to_time; /* "S.SSS" since the file's first sample, or "@S.SSS" */
    const char *slice;               /* "S.SSS" */
};

extern const struct option recorder_option_rows[];

/* A moment in nanoseconds. */
#define TIME_NONE INT64_MIN

struct sample {
    struct span event; /* empty where the input names none */
    int64_t time;      /* nanoseconds, or TIME_NONE */
    int64_t period;    /* 0 where there is none: weighs as many as it stands for */
    bool weighed;      /* a period of 0 is one, too */
    unsigned places;   /* the period is in units of 10^-places: 0 or PROFILE_DECIMAL_PLACES */
    int64_t samples;   /* that it stands for, where records are aggregated; 0: it is one; -1: that
                        * cannot be told */
    bool has_process;  /* comm, pid and tid say something */
    struct span comm;
    int64_t pid, tid;
    bool has_pid; /* false: only a thread id is known, */
    bool no_tid;  /* or, where this is set, nothing but the name */
};

/* What became of the input. */
struct tally {
    uint64_t samples; /* found */
    uint64_t kept;
    uint64_t other_event; /* filtered by event */
    uint64_t other_time;  /* filtered by time */
    uint64_t left_out;    /* filtered by the reader */
    uint64_t repaired;    /* used after mending */
    uint64_t unusable;    /* lines (or records) that could not be used */
    uint64_t skipped; /* lines that are no samples but were not expected either (tool chatter) */
    uint64_t lost;    /* events the profiler itself reported as lost */
};

struct recorder_event {
    struct span name; /* arena copy */
    uint64_t samples;
    bool wanted;
};

#define RECORDER_QUOTES 3 /* bad lines that are shown; the rest is counted */

/* A bad line kept to be shown when the input is read. */
struct recorder_quote {
    uint64_t block, line; /* the line's number in its block, where the input is read in blocks */
    const char *why;
    char text[96];
};

/* Which times are wanted, in nanoseconds, and in slices how long. */
struct recorder_times {
    bool windowed;
    bool matter;       /* or sliced */
    int64_t window[2]; /* from, to as given; TIME_NONE where open */
    bool absolute[2];
    int64_t first;      /* of the present input, or TIME_NONE */
    int64_t from, to;   /* the window in it, as moments */
    uint64_t untimed;   /* samples without a time */
    int64_t slice;      /* TIME_NONE: none are asked for */
    int places;         /* decimals of their names */
    bool known;         /* the present slice, */
    int64_t begin;      /* and when it begins, since the first time */
    uint32_t parts;     /* that were cut from what lasts */
};

struct recorder {
    struct profile *profile;
    unsigned column; /* where weights go */
    unsigned
        columns; /* weights a line of the present input has; 0 until a reader that cares decides */
    bool appends; /* recorder_distinct */
    bool comparing; /* each input is one side of a diff, and must not be a diff itself */
    struct diag *diag;
    const struct recorder_options *options;
    const char *file; /* name of the present input */
    struct tally tally;
    struct recorder_event *events;
    size_t event_count, event_capacity;
    struct index *by_event;
    struct arena names;
    size_t last_event; /* index of the event seen last, a short cut */
    bool any_period;   /* any sample of the present input carried a period */
    bool any_plain;    /* any carried none */
    bool unit_told;    /* by the present input's format */
    bool unit_of_event; /* the profile's unit, so far, is that of events */
    bool units_differ; /* inputs count different things */
    bool difference_told; /* of the present input, to the user */
    bool overflowed;   /* told already */
    bool forked;       /* the recorder that it joins tells of an overflow */
    struct recorder_times times;
    uint32_t slice; /* frame of the slice of time that the present sample is in; FRAME_GAP: none is asked for */
    struct recorder_quote quotes[RECORDER_QUOTES];
    size_t quoted;           /* of the present input */
    size_t told;             /* quotes that were shown */
    uint64_t samples_before; /* of inputs before the present one */
    const uint64_t *block;   /* block being read; NULL where there are none */
    const uint64_t *fetched; /* bytes of the present input; NULL where several threads read it */
    uint64_t fetched_before; /* of inputs before */
    char *text;              /* scratch for process frames */
    size_t text_capacity;
};

/* -1 and a message where the options make no sense. */
int recorder_init(struct recorder *recorder, struct profile *profile,
                  const struct recorder_options *options, struct diag *diag);
void recorder_free(struct recorder *recorder);

/* Starts the next input, whose weights go to this column. */
void recorder_input(struct recorder *recorder, const char *file, unsigned column);

/* Counts a sample and says whether it is wanted. */
bool recorder_begin(struct recorder *recorder, const struct sample *sample);

/* A moment that the input tells of. The first one is that which --from-time and --to-time count from; samples
 * tell theirs themselves. */
void recorder_meet(struct recorder *recorder, int64_t time);

/* For samples that last: narrows the time from *from to *to to the part that is wanted, if any is. Then
 * recorder_begin decides by its beginning. */
void recorder_clip(struct recorder *recorder, int64_t *from, int64_t *to);

/* Then, where slices are asked for, narrows it to what lies in the slice of its beginning: the rest follows, part for
 * part a sample. -1 and a message where these are too many. */
int recorder_part(struct recorder *recorder, int64_t from, int64_t *to);

/* The frame for the sample's process under --root and --group-threads, or FRAME_GAP for none.
 * Blanks in the command name become '_' and ';' becomes ':'. */
uint32_t recorder_process(struct recorder *recorder, const struct sample *sample);

/* The same for formats whose stacks begin without a process by convention: FRAME_GAP unless an option asks for
 * it. */
uint32_t recorder_asked_process(struct recorder *recorder, const struct sample *sample);

/* The same for an input whose first frame is the process by convention (folded text). */
uint32_t recorder_root_frame(struct recorder *recorder, struct span name, enum frame_kind kind);

/* The node that a wanted sample's stack stands below: that of its slice, and the process's, if it has a frame. It is
 * another one as soon as recorder->slice is. */
uint32_t recorder_below(struct recorder *recorder, uint32_t process);

/* Adds a wanted sample's weight, and counts it, at a node. -1 and a message, once, where a sum would overflow. */
int recorder_add(struct recorder *recorder, uint32_t node, const struct sample *sample);

/* The same for a stack, leaf first, at its place: its path where those are kept (profile_paths.h), or its node. Places
 * stand as long as profile->turn. */
uint32_t recorder_place(struct recorder *recorder, const uint32_t *frames, size_t count);
int recorder_add_at(struct recorder *recorder, uint32_t place, const struct sample *sample);
int recorder_file(struct recorder *recorder, const uint32_t *frames, size_t count, const struct sample *sample);

/* Whether a call tree of so many nodes is fit for the inputs: -1 and a message where they must name long stacks again
 * and again. Adding a sample asks for the profile's. */
int recorder_fits(const struct recorder *recorder, uint32_t nodes);

/* Instead of recorder_add, for a sample of a kind that the format leaves out (idle time). */
void recorder_leave_out(struct recorder *recorder);

/* For inputs that carry weights without samples: counts one as read and kept, and adds a weight in
 * units of 10^-places (0 or PROFILE_DECIMAL_PLACES). How many samples it stands for is not known
 * but under --count=samples, where it is their number. */
void recorder_count(struct recorder *recorder);
int recorder_add_weight(struct recorder *recorder, uint32_t node, unsigned column, int64_t weight,
                        unsigned places);

/* Says that the input has each stack about once: where no other input filed paths before, none is looked for. */
void recorder_distinct(struct recorder *recorder);

/* The same for a stack, leaf first, and a whole weight in the input's column, which is the sum of so many samples
 * (-1: nobody knows). */
int recorder_file_weight(struct recorder *recorder, const uint32_t *frames, size_t count, int64_t weight,
                         int64_t samples);

/* What the weights of the present input count ("cpu nanoseconds"), where the format says; else it
 * is the event of the samples. A warning where an input before counts something else. */
void recorder_unit(struct recorder *recorder, const char *unit);

/* The same for a stack that is gathered as text (profile_stacks.h). */
int recorder_add_stack(struct recorder *recorder, uint32_t row, unsigned column, int64_t weight,
                       unsigned places);

/* A line that should have been of use and was not: counted, and the first few are quoted. */
void recorder_unusable(struct recorder *recorder, uint64_t line, struct span text, const char *why);
void recorder_repaired(struct recorder *recorder);
void recorder_skipped(struct recorder *recorder);
void recorder_lost(struct recorder *recorder, uint64_t events);

/* After an input is read: shows its bad lines, the first RECORDER_QUOTES of the run. feed: NULL, or
 * where the blocks came from. */
void recorder_quote(struct recorder *recorder, const struct feed *feed);

/* Whether other recorders may go on with the present input: what is decided by its first samples
 * is. */
bool recorder_is_settled(const struct recorder *recorder, unsigned records);

/* Makes a recorder for the input and choices of another, with a profile of its own; and files what
 * it recorded with the other, -1 after a message where a sum would overflow. */
void recorder_fork(struct recorder *recorder, const struct recorder *from, struct profile *profile,
                   struct diag *diag);
int recorder_join(struct recorder *recorder, struct recorder *from);

/* After the last input: the notice on several events, the unit of the profile, and one line on the
 * tally where something was not used (always with `stats`). -1 where events were asked for that the
 * input does not have. */
int recorder_finish(struct recorder *recorder, bool stats);

#endif
