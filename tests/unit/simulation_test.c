/* Whether the gate keeps its promises on simulated runs, whose dispersion and changes are known:
 * samples are drawn from a Dirichlet-multinomial distribution. The seed is fixed. With the argument
 * "long" ten times as many runs, and what came out is printed. */
#include <math.h>

#include "flamectl/comparison.h"
#include "flamectl/memory.h"
#include "flamectl/profile_sort.h"

#include "../../src/compare/statistic.h"
#include "unit.h"

enum { MOST_FUNCTIONS = 64, MOST_RUNS = 20 };

static uint64_t state = 20260101;
static bool told;

/* SplitMix64 (Steele, Lea, Flood 2014), as a number in (0, 1). */
static double uniform(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* Marsaglia and Tsang 2000. */
static double gamma_variate(double shape)
{
    if (shape < 1)
        return gamma_variate(shape + 1) * pow(uniform(), 1 / shape);
    for (double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);;) {
        double x = normal(), v = pow(1 + c * x, 3);
        if (v > 0 && log(uniform()) < x * x / 2 + d - d * v + d * log(v))
            return d * v;
    }
}

/* By halves that a beta variate cuts at an order statistic, as long as there are many. */
static int64_t binomial(int64_t n, double p)
{
    int64_t hits = 0;
    while (n > 20) {
        int64_t a = 1 + n / 2;
        double x = gamma_variate((double)a), y = gamma_variate((double)(n + 1 - a)),
               cut = x / (x + y);
        if (cut >= p) {
            n = a - 1;
            p /= cut;
        } else {
            hits += a;
            n -= a;
            p = (p - cut) / (1 - cut);
        }
    }
    for (; n > 0; n--)
        hits += uniform() < p;
    return hits;
}

/* One run: `total` samples over functions with these shares, phi times as dispersed as a
 * multinomial. */
static void draw_run(const double *shares, unsigned count, int64_t total, double phi,
                     int64_t *samples)
{
    double draws[MOST_FUNCTIONS], sum = 0;
    double precision = ((double)total - 1) / (phi - 1) - 1;
    for (unsigned i = 0; i < count; i++)
        sum += draws[i] = phi > 1 ? gamma_variate(shares[i] * precision) : shares[i];
    for (unsigned i = 0; i < count; i++) {
        samples[i] = i + 1 < count ? binomial(total, fmin(1, draws[i] / sum)) : total;
        total -= samples[i];
        sum -= draws[i];
    }
}

/* Whether a rate of `tries` is within four of its standard errors of what it should be, and `more`.
 */
static bool close_to(double rate, double want, unsigned tries, double more)
{
    return fabs(rate - want) <= more + 4 * sqrt(fmax(want * (1 - want), 1.0 / tries) / tries);
}

static void tell(const char *name, double rate, double want)
{
    if (told)
        printf("# %s: %.4f, expected %.4f\n", name, rate, want);
}

/* The chance that |t| exceeds `limit` where the true change is `shift` standard errors: over the
 * distribution of the estimated standard error, chi / sqrt(degrees). */
static double t_power(double shift, double limit, double degrees)
{
    double power = 0, all = 0;
    for (double s = 0.0005; s < 5; s += 0.001) {
        double density = exp((degrees - 1) * log(s) - degrees * s * s / 2 + degrees / 2);
        power += density *
                 (erfc((limit * s - shift) / sqrt(2)) + erfc((limit * s + shift) / sqrt(2))) / 2;
        all += density;
    }
    return power / all;
}

/* The single test, without floor and shrinkage: how often it says p <= level. */
static double single_rate(unsigned runs, double phi, double change, double level, unsigned tries)
{
    unsigned hits = 0;
    const int64_t total = 10000;
    struct comparison_run design[MOST_RUNS];
    struct statistic statistic;
    for (unsigned r = 0; r < 2 * runs; r++)
        design[r] = (struct comparison_run){"run", r < runs ? COMPARISON_BEFORE : COMPARISON_AFTER,
                                            0, total};
    statistic_init(&statistic, design, 2 * runs, 0.95);
    statistic.prior_degrees = 0;
    statistic.floor = 0;
    for (unsigned i = 0; i < tries; i++) {
        int64_t samples[MOST_RUNS], both[2];
        struct comparison_test test;
        for (unsigned r = 0; r < 2 * runs; r++) {
            double share = r < runs ? 0.2 : 0.2 + change, shares[2] = {share, 1 - share};
            draw_run(shares, 2, total, phi, both);
            samples[r] = both[0];
        }
        statistic_measure(&statistic, samples, 10, &test);
        statistic_test(&statistic, &test);
        hits += test.p <= level;
    }
    statistic_free(&statistic);
    return (double)hits / tries;
}

static double normal_error(double change, double phi, unsigned runs)
{
    return sqrt(phi * (0.2 * 0.8 + (0.2 + change) * (0.8 - change)) / (10000.0 * runs));
}

static void test_single(unsigned tries)
{
    static const double phis[] = {1, 4, 9};
    for (unsigned runs = 3; runs <= 8; runs += runs == 3 ? 2 : 3) {
        for (unsigned i = 0; i < 3; i++) {
            char name[100];
            double degrees = 2 * runs - 2, limit = runs == 3   ? 2.7764451052
                                                   : runs == 5 ? 2.3060041350
                                                               : 2.1447866879;
            double rate = single_rate(runs, phis[i], 0, 0.05, tries);
            snprintf(name, sizeof name, "single test, no change, %u runs a side, phi %g", runs,
                     phis[i]);
            tell(name, rate, 0.05);
            unit_check(name, close_to(rate, 0.05, tries, 0.001));
            double change = 0.008 * sqrt(phis[i]),
                   want = t_power(change / normal_error(change, phis[i], runs), limit, degrees);
            rate = single_rate(runs, phis[i], change, 0.05, tries);
            snprintf(name, sizeof name, "single test, a change, %u runs a side, phi %g", runs,
                     phis[i]);
            tell(name, rate, want);
            unit_check(name, close_to(rate, want, tries, 0.005));
        }
    }
}

/* A program of 24 functions; the first has 20 % of all, the others fall off. */
enum { FUNCTIONS = 24 };

static void set_shares(double *shares, double dearer)
{
    double sum = 0, rest = 0;
    shares[0] = 0.2 * dearer;
    for (unsigned i = 1; i < FUNCTIONS; i++)
        rest += 1.0 / (i + 1);
    for (unsigned i = 1; i < FUNCTIONS; i++)
        shares[i] = 0.8 / rest / (i + 1);
    for (unsigned i = 0; i < FUNCTIONS; i++)
        sum += shares[i];
    for (unsigned i = 0; i < FUNCTIONS; i++)
        shares[i] /= sum;
}

/* Runs of main, which calls all of them; columns 0..runs-1 are before. */
static void draw_profile(struct profile *profile, unsigned runs, int64_t total, double phi,
                         double dearer)
{
    double shares[FUNCTIONS];
    int64_t samples[FUNCTIONS];
    profile_init(profile, PROFILE_BY_NAME);
    profile_set_columns(profile, 2 * runs);
    profile_count_samples(profile);
    uint32_t stack[2] = {frame_intern(&profile->frames, span_of("main"), FRAME_PLAIN)};
    for (unsigned r = 0; r < 2 * runs; r++) {
        set_shares(shares, r < runs ? 1 : dearer);
        draw_run(shares, FUNCTIONS, total, phi, samples);
        for (unsigned i = 0; i < FUNCTIONS; i++) {
            char name[2] = {(char)('a' + i), '\0'};
            stack[1] = frame_intern(&profile->frames, span_of(name), FRAME_PLAIN);
            uint32_t node = profile_node(profile, stack, 2);
            profile_add(profile, node, r, samples[i]);
            profile_add_samples(profile, node, r, samples[i]);
        }
    }
    profile_sort(profile);
}

struct rates {
    double alarm, blamed, others; /* REGRESSION; the first function named; any other named */
    double improvement, detectable;
};

static struct rates gate_rates(unsigned runs, int64_t total, double phi, double dearer,
                               unsigned tries)
{
    struct rates rates = {0};
    struct comparison_run design[MOST_RUNS];
    struct comparison_options options;
    comparison_options_init(&options);
    for (unsigned r = 0; r < 2 * runs; r++)
        design[r] =
            (struct comparison_run){"run", r < runs ? COMPARISON_BEFORE : COMPARISON_AFTER, 0, 0};
    for (unsigned i = 0; i < tries; i++) {
        struct profile profile;
        struct comparison comparison;
        draw_profile(&profile, runs, total, phi, dearer);
        comparison_make(&comparison, &profile, design, &options);
        uint32_t first =
            comparison.by_frame[frame_intern(&profile.frames, span_of("a"), FRAME_PLAIN)];
        bool named = comparison.functions[first].finding == FINDING_REGRESSION;
        rates.alarm += comparison.verdict == VERDICT_REGRESSION;
        rates.improvement += comparison.verdict == VERDICT_IMPROVEMENT;
        rates.blamed += named;
        rates.others += comparison.findings[FINDING_REGRESSION] > named;
        rates.detectable += comparison.functions[first].test.detectable;
        comparison_free(&comparison);
        profile_free(&profile);
    }
    rates.alarm /= tries;
    rates.improvement /= tries;
    rates.blamed /= tries;
    rates.others /= tries;
    rates.detectable /= tries;
    return rates;
}

static void test_false_alarms(unsigned tries)
{
    static const double phis[] = {1, 4, 9};
    for (unsigned runs = 3; runs <= 5; runs += 2) {
        for (unsigned i = 0; i < 3; i++) {
            char name[100];
            struct rates rates = gate_rates(runs, 10000, phis[i], 1, tries);
            snprintf(name, sizeof name, "false alarms of the gate, %u runs a side, phi %g", runs,
                     phis[i]);
            tell(name, rates.alarm + rates.improvement, 0.05);
            unit_check(name, rates.alarm + rates.improvement <= 0.05 ||
                                 close_to(rates.alarm + rates.improvement, 0.05, tries, 0));
        }
    }
}

static void test_power(unsigned tries)
{
    static const struct {
        double phi, power;
        int64_t total;
    } cases[] = {{1, 0.95, 10000}, {4, 0.86, 30000}, {8.9, 0.97, 100000}};
    for (unsigned i = 0; i < 3; i++) {
        char name[100];
        struct rates rates = gate_rates(5, cases[i].total, cases[i].phi, 1.1, tries);
        snprintf(name, sizeof name, "power, phi %g, %d samples a run", cases[i].phi,
                 (int)cases[i].total);
        tell(name, rates.blamed, cases[i].power);
        unit_check(name, close_to(rates.blamed, cases[i].power, tries, 0.05));
        if (told)
            unit_check("power within 0.05", fabs(rates.blamed - cases[i].power) <= 0.05);
        snprintf(name, sizeof name, "others named, phi %g", cases[i].phi);
        tell(name, rates.others, 0.05);
        unit_check(name, rates.others <= 0.05);
    }
}

/* A change as large as what is said to be detectable is found in 80 %. */
static void test_detectable(unsigned tries)
{
    static const double phis[] = {1, 4};
    for (unsigned i = 0; i < 2; i++) {
        char name[100];
        double change = gate_rates(5, 10000, phis[i], 1, tries).detectable;
        double share = 0.2 + change, dearer = share / (1 - share) / 0.25;
        double rate = gate_rates(5, 10000, phis[i], dearer, tries).blamed;
        snprintf(name, sizeof name, "detectable change, phi %g: %.4f", phis[i], change);
        tell(name, rate, 0.8);
        unit_check(name, close_to(rate, 0.8, tries, 0.05));
    }
}

int main(int argc, char **argv)
{
    unsigned times = argc > 1 && strcmp(argv[1], "long") == 0 ? 10 : 1;
    told = times > 1;
    test_single(1000 * times);
    test_false_alarms(200 * times);
    test_power(200 * times);
    test_detectable(200 * times);
    return unit_failed;
}
