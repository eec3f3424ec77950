/* What the weights count, seen from the samples. */
#ifndef FLAMECTL_RECORDER_UNIT_H
#define FLAMECTL_RECORDER_UNIT_H

#include "flamectl/recorder.h"

/* At the end of an input: the unit of its weights is that of the profile, or a warning where inputs
 * before had another. Weights without samples have none. */
void recorder_settle_unit(struct recorder *recorder);

#endif
