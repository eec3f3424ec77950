/* Samples by their times. */
#ifndef FLAMECTL_RECORDER_TIMES_H
#define FLAMECTL_RECORDER_TIMES_H

#include "flamectl/recorder.h"

/* What the options ask for; -1 after a message. */
int recorder_times_parse(struct recorder *recorder);

/* At the beginning of an input. */
void recorder_times_begin(struct recorder *recorder);

/* Whether a sample of this time is wanted; recorder->slice becomes its slice. */
bool recorder_times_want(struct recorder *recorder, int64_t time);

#endif
