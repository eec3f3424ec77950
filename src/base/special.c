/* The distributions of tests. Sources: NIST Digital Library of Mathematical Functions
 * (dlmf.nist.gov), 5.11.1 (log gamma), 8.17.22 (the continued fraction of the incomplete beta
 * function), 7.2 (erfc, libm's); Lentz's way to evaluate continued fractions; Lancaster,
 * "Significance Tests in Discrete Distributions" (1961), for the mid-p. */
#include "flamectl/special.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stddef.h>

#define SQRT_HALF 0.70710678118654752440
#define LOG_SQRT_TWO_PI 0.91893853320467274178

double special_chi_square_tail(double x)
{
    return erfc(sqrt(x / 2));
}

/* Stirling's series, which is good from 12 on; smaller arguments are raised first. */
static double log_gamma(double x)
{
    static const double terms[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                   1.0 / 1188, -691.0 / 360360, 1.0 / 156};
    double raised = 1, sum = 0;
    for (; x < 12; x++)
        raised *= x;
    for (size_t i = sizeof terms / sizeof *terms; i-- > 0;)
        sum = sum / (x * x) + terms[i];
    return (x - 0.5) * log(x) - x + LOG_SQRT_TWO_PI + sum / x - log(raised);
}

/* A continued fraction's part must not be 0. */
static double apart(double x)
{
    return fabs(x) < DBL_MIN ? DBL_MIN : x;
}

/* DLMF 8.17.22: the regularised incomplete beta function over its leading factor, x^a (1-x)^b / (a
 * B(a, b)). Converges fast where x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double c = 1, d = 1 / apart(1 - (a + b) * x / (a + 1)), fraction = d;
    for (int m = 1; m < 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / apart(1 + even * d);
        c = apart(1 + even / c);
        fraction *= c * d;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / apart(1 + odd * d);
        c = apart(1 + odd / c);
        fraction *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON)
            break;
    }
    return fraction;
}

/* I_x(a, b), where rest = 1 - x is given so that it need not be taken from a rounded x. */
static double beta_share(double a, double b, double x, double rest)
{
    if (x == 0 || rest == 0)
        return rest == 0;
    double lead = exp(a * log(x) + b * log(rest) + log_gamma(a + b) - log_gamma(a) - log_gamma(b));
    if (x < (a + 1) / (a + b + 2))
        return lead / a * beta_fraction(a, b, x);
    return 1 - lead / b * beta_fraction(b, a, rest);
}

double special_t_tails(double t, double degrees)
{
    if (isinf(degrees))
        return erfc(fabs(t) * SQRT_HALF);
    if (isinf(t))
        return 0;
    double sum = degrees + t * t;
    return beta_share(degrees / 2, 0.5, degrees / sum, t * t / sum);
}

/* Halving is slow, but nothing can go wrong with it, and quantiles are few. */
double special_t_quantile(double tails, double degrees)
{
    assert(tails > 0 && tails <= 1);
    double low = 0, high = 1;
    while (special_t_tails(high, degrees) > tails)
        low = high, high *= 2;
    for (int i = 0; i < 60; i++) {
        double middle = low + (high - low) / 2;
        if (special_t_tails(middle, degrees) > tails)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

/* Chances of all tables with these sums, each from the one before; only their ratios matter. */
double special_fisher_mid_p(const int64_t a[2], const int64_t all[2])
{
    int64_t drawn = a[0] + a[1];
    assert(drawn >= 0 && drawn <= SPECIAL_FISHER_MOST && drawn <= all[0] + all[1]);
    int64_t first = drawn > all[1] ? drawn - all[1] : 0;
    int64_t last = drawn < all[0] ? drawn : all[0];
    double chance = 1, below = 0, above = 0, here = 0;
    for (int64_t x = first; x <= last; x++) {
        *(x < a[0] ? &below : x > a[0] ? &above : &here) += chance;
        chance *= (double)(all[0] - x) * (double)(drawn - x) /
                  ((double)(x + 1) * (double)(all[1] - drawn + x + 1));
    }
    double tails = 2 * (fmin(below, above) + here / 2) / (below + above + here);
    return tails < 1 ? tails : 1;
}
