/* A call tree that an input prints as an outline: a row a function, indented under its caller. */
#ifndef FLAMECTL_OUTLINE_H
#define FLAMECTL_OUTLINE_H

#include "stack.h"

/* A row whose name is looked up with others. */
struct outline_row {
    size_t indent;
    int64_t total, self;
    bool tells_self; /* otherwise it is what no row below has of the total, */
    bool wanted;     /* if it is wanted */
};

struct outline_level {
    size_t indent;
    uint32_t frame;
    uint32_t node; /* PROFILE_NONE until a weight is filed at it or below */
    int64_t left;  /* of its total, what no row below has; 0 where rows say themselves what is theirs */
    bool wanted;
};

struct outline {
    struct stack names; /* of the rows that wait, and the recorder */
    struct outline_row rows[FRAME_AHEAD];
    unsigned places;    /* weights are in units of 10^-places: 0, or PROFILE_DECIMAL_PLACES */
    bool callers_below; /* the outline's first level is the leaf */
    struct span event;  /* weights are periods of this event, if it has a name */
    struct outline_level *levels; /* from the first to that of the present row */
    size_t depth, capacity;
    uint32_t slice; /* the recorder's, when their nodes were made */
};

void outline_free(struct outline *outline);

/* A row that tells what weighs its function alone; or one that tells only the total of it and all below: what
 * no row below takes of that is filed when it is over, unless it is not wanted. A total of 0 is not known.
 * Rows may be indented in steps of any size. -1 after a message where a sum would overflow. */
int outline_self(struct outline *outline, size_t indent, struct span name, int64_t total, int64_t self);
int outline_total(struct outline *outline, size_t indent, struct span name, int64_t total, bool wanted);

/* The tree is over: files the rows that still wait. */
int outline_end(struct outline *outline);

/* For calls as they come: enters a function under the last one that is indented less, and leaves those that are
 * indented as much, or more. Nothing is filed. */
void outline_enter(struct outline *outline, size_t indent, uint32_t frame);
void outline_leave(struct outline *outline, size_t indent);

/* The node of the present row. */
uint32_t outline_node(struct outline *outline);

#endif
