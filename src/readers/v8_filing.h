/* Filing the samples of V8's profiles. */
#ifndef FLAMECTL_V8_FILING_H
#define FLAMECTL_V8_FILING_H

#include "v8_profile.h"

/* Samples are looked at in groups, each step asking the caches for what the next one needs: with many nodes all of
 * it lies anywhere. */
#define V8_GROUP 16

struct v8_filing {
    struct v8_profile *v8;
    struct recorder *recorder;
    struct sample sample; /* what is common to all */
    bool idle;
    bool settled;   /* nodes know their parents */
    bool begun;     /* the time of a first sample is known, */
    int64_t now;    /* that of the next one, as the input has it, */
    int64_t latest; /* and without turning back */
    struct number_cursor at; /* samples behind the group */
    int64_t ids[V8_GROUP];
    uint32_t nodes[V8_GROUP];
    size_t count, taken; /* of the group */
    bool unit_told;
    uint32_t below; /* the node of the call tree that they are filed under; PROFILE_NONE until one is wanted */
    uint32_t slice; /* the recorder's then */
    int result;     /* 0, or -1 after a message */
};

/* Samples of a profile are told of by `sample` but for time and weight: they last until the next. Idle time is left
 * out unless `idle`. */
void v8_filing_init(struct v8_filing *filing, struct v8_profile *v8, struct recorder *recorder, struct sample sample,
                    bool idle);

/* The next deltas, once nodes, samples and start are read: files the samples that they end. */
void v8_filing_deltas(struct v8_filing *filing, const int64_t *deltas, size_t count);

/* Once all is read, files what is left: samples, or where there are none the nodes' hit counts. 0, or -1 after a
 * message. */
int v8_filing_finish(struct v8_filing *filing);

/* Files each node's own weight. */
int v8_filing_weights(struct v8_profile *v8, struct recorder *recorder);

#endif
