/* Tail probabilities and quantiles of the distributions that tests need, to a relative error of
 * 1e-9 or better, far into the tails. Reentrant, unlike libm's lgamma. */
#ifndef FLAMECTL_SPECIAL_H
#define FLAMECTL_SPECIAL_H

#include <stdint.h>

/* The chance of a chi-square variable of one degree of freedom above x >= 0. */
double special_chi_square_tail(double x);

/* The chance of a Student t variable further from 0 than |t|, to both sides. degrees > 0 need not
 * be whole; INFINITY is the normal distribution. */
double special_t_tails(double t, double degrees);

/* The t >= 0 that special_t_tails gives `tails` for; 0 < tails <= 1. */
double special_t_quantile(double tails, double degrees);

/* Fisher's exact test with the mid-p correction, to both sides (twice the smaller one, at most 1),
 * of a[0] of all[0] against a[1] of all[1]. In time linear in a[0] + a[1], which is meant to be
 * small: at most SPECIAL_FISHER_MOST. */
#define SPECIAL_FISHER_MOST 100
double special_fisher_mid_p(const int64_t a[2], const int64_t all[2]);

#endif
