#!/usr/bin/env python3
"""Writes special_reference.h: values of mpmath (Debian: python3-mpmath), computed with 60 digits by its incomplete
beta and error functions, and from binomial coefficients.

  tests/unit/special_reference.py > tests/unit/special_reference.h
"""

from mpmath import betainc, binomial, erfc, mp, mpf, sqrt

mp.dps = 60


def t_tails(t, degrees):
    t, n = mpf(t), mpf(degrees)
    return betainc(n / 2, mpf(1) / 2, 0, n / (n + t * t), regularized=True)


def fisher_mid_p(a, b, all_a, all_b):
    n = a + b
    chance = {x: binomial(all_a, x) * binomial(all_b, n - x) / binomial(all_a + all_b, n)
              for x in range(max(0, n - all_b), min(n, all_a) + 1)}
    below = sum((c for x, c in chance.items() if x < a), mpf(0))
    above = sum((c for x, c in chance.items() if x > a), mpf(0))
    return min(mpf(1), 2 * (min(below, above) + chance[a] / 2))


def row(*values):
    print("    {" + ", ".join(mp.nstr(v, 17, min_fixed=0, max_fixed=0) if isinstance(v, mpf) else str(v)
                              for v in values) + "},")


def main():
    print("/* Made by special_reference.py. */\n")
    print("static const struct {\n    double x, tail;\n} chi_square_reference[] = {")
    for x in ("0", "1e-10", "0.001", "0.5", "1", "3.841458820694124", "10", "50", "200", "700", "1400"):
        row(mpf(x), erfc(sqrt(mpf(x) / 2)))
    print("};\n\nstatic const struct {\n    double t, degrees, tails;\n} t_reference[] = {")
    for degrees in ("0.5", "1", "2", "3", "4", "6", "8", "12", "20", "44", "100.5", "1000", "20000"):
        for t in ("0", "1e-9", "0.01", "0.3", "1", "1.7", "2.5", "4", "8", "15", "38"):
            row(mpf(t), mpf(degrees), t_tails(t, degrees))
    for t in ("1e-9", "0.5", "1.959963984540054", "6", "20", "37"):
        row(mpf(t), "INFINITY", erfc(mpf(t) / sqrt(2)))
    print("};\n\nstatic const struct {\n    int64_t a[2], all[2];\n    double mid_p;\n} fisher_reference[] = {")
    for a, b, all_a, all_b in ((0, 0, 10, 10), (0, 1, 10, 10), (3, 0, 3, 4), (1, 8, 10, 11), (0, 9, 950, 950),
                               (9, 0, 1000000, 1000001), (2, 7, 5000000000, 100), (4, 5, 123456, 654321),
                               (9, 1, 9, 2), (0, 9, 30, 30000000), (50, 50, 400, 420), (3, 97, 1000, 900)):
        row("{%d, %d}" % (a, b), "{%d, %d}" % (all_a, all_b), fisher_mid_p(a, b, all_a, all_b))
    print("};")


main()
