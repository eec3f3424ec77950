/* What the steps that look at the tree need of it. */
#ifndef FLAMECTL_JUDGE_TREE_H
#define FLAMECTL_JUDGE_TREE_H

#include "judge.h"

/* By node: whether its function is on no frame above it. Freed by the caller. */
bool *judge_outermost(const struct judge *judge);

/* By node: the samples at and below it in a run. `total` has room for all nodes. */
void judge_totals(const struct judge *judge, unsigned run, int64_t *total);

/* By node: the change, after less before, of the node's own samples, in the measure of the
 * statistic. Freed by the caller. */
double *judge_changes(const struct judge *judge);

/* Adds what is below to each node: parents have smaller ids. */
void judge_sum_up(const struct judge *judge, double *change);

#endif
