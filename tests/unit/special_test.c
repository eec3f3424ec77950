/* Distributions against reference values made elsewhere (special_reference.py), and quantiles
 * against tails. */
#include "flamectl/special.h"

#include <math.h>

#include "special_reference.h"
#include "unit.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Prints a result only where it is off, so that a table is one line. */
static bool near(const char *what, size_t place, double got, double want)
{
    double error = want == 0 ? fabs(got) : fabs(got / want - 1);
    if (error <= 1e-9)
        return true;
    printf("# %s %zu: got %.17g, want %.17g, relative error %g\n", what, place, got, want, error);
    return false;
}

static void test_chi_square(void)
{
    bool good = true;
    for (size_t i = 0; i < COUNT(chi_square_reference); i++)
        good &= near("chi square", i, special_chi_square_tail(chi_square_reference[i].x),
                     chi_square_reference[i].tail);
    unit_check("chi square tail", good);
}

static void test_t(void)
{
    bool good = true, mirrored = true;
    for (size_t i = 0; i < COUNT(t_reference); i++) {
        double t = t_reference[i].t, degrees = t_reference[i].degrees;
        good &= near("t", i, special_t_tails(t, degrees), t_reference[i].tails);
        mirrored &= special_t_tails(-t, degrees) == special_t_tails(t, degrees);
    }
    unit_check("t tails", good);
    unit_check("t tails, both signs", mirrored);
    unit_check("t tails, no end",
               special_t_tails(INFINITY, 8) == 0 && special_t_tails(INFINITY, INFINITY) == 0);
}

static void test_quantile(void)
{
    static const double degrees[] = {1, 4, 6, 12, 100.5, 20000, INFINITY};
    static const double tails[] = {1, 0.9, 0.4, 0.05, 0.001, 1e-6, 1e-12};
    bool good = true;
    for (size_t d = 0; d < COUNT(degrees); d++)
        for (size_t i = 0; i < COUNT(tails); i++)
            good &= near("quantile", d * 100 + i,
                         special_t_tails(special_t_quantile(tails[i], degrees[d]), degrees[d]),
                         tails[i]);
    unit_check("t quantile", good);
    unit_check("normal quantile",
               near("1.96", 0, special_t_quantile(0.05, INFINITY), 1.959963984540054));
}

static void test_fisher(void)
{
    bool good = true, mirrored = true;
    for (size_t i = 0; i < COUNT(fisher_reference); i++) {
        const int64_t *a = fisher_reference[i].a, *all = fisher_reference[i].all;
        int64_t swapped[2] = {a[1], a[0]}, swapped_all[2] = {all[1], all[0]};
        double mid_p = fisher_reference[i].mid_p;
        good &= near("fisher", i, special_fisher_mid_p(a, all), mid_p);
        mirrored &= near("fisher, swapped", i, special_fisher_mid_p(swapped, swapped_all), mid_p);
    }
    unit_check("fisher mid-p", good);
    unit_check("fisher mid-p, sides swapped", mirrored);
}

int main(void)
{
    test_chi_square();
    test_t();
    test_quantile();
    test_fisher();
    return unit_failed;
}
