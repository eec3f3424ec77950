/* recorder: samples beside weights, through forks, joins and rewriting; units */
#include "flamectl/memory.h"
#include "flamectl/rewrite.h"
#include "unit_run.h"

static uint32_t leaf(struct run *run, const char *name)
{
    struct profile *profile = run->recorder.profile;
    return profile_child(profile, PROFILE_ROOT,
                         frame_intern(&profile->frames, span_of(name), FRAME_PLAIN));
}

static void begin(struct run *run, int count)
{
    run_init(run, PROFILE_BY_NAME);
    run->options.count = count;
    profile_count_samples(&run->profile);
}

static bool has(const struct run *run, int64_t weight, int64_t samples)
{
    return run->profile.grand[0] == weight &&
           (samples < 0 ? !profile_knows_samples(&run->profile, 0)
                        : profile_knows_samples(&run->profile, 0) &&
                              run->profile.grand_samples[0] == samples);
}

static void test_samples(void)
{
    struct run run;
    struct sample plain = {.time = TIME_NONE}, period = plain, many = plain;
    period.period = 250;
    many.period = 900;
    many.samples = 3;
    begin(&run, COUNT_DEFAULT);
    recorder_add(&run.recorder, leaf(&run, "a"), &plain);
    unit_check("a sample is one", has(&run, 1, 1));
    recorder_add(&run.recorder, leaf(&run, "a"), &period);
    unit_check("a period is its weight", has(&run, 251, 2));
    recorder_add(&run.recorder, leaf(&run, "b"), &many);
    unit_check("a record of three samples", has(&run, 1151, 5));
    many.samples = INT64_MAX;
    run.diag.quiet = true;
    struct unit_catch caught;
    unit_catch_begin(&caught);
    unit_check("more samples than can be counted",
               recorder_add(&run.recorder, leaf(&run, "b"), &many) < 0);
    free(unit_catch_end(&caught));
    run_free(&run);

    begin(&run, COUNT_SAMPLES);
    many.samples = 3;
    recorder_add(&run.recorder, leaf(&run, "a"), &many);
    unit_check("--count=samples weighs them", has(&run, 3, 3));
    run_free(&run);
}

static void test_weights(void)
{
    static const char text[] = "a;b 2\na 3\n", decimals[] = "a 0.5\n";
    struct run run;
    begin(&run, COUNT_DEFAULT);
    run_read(&run, text, strlen(text), 0, 0);
    unit_check("weights tell no samples", has(&run, 5, -1));
    run_free(&run);
    begin(&run, COUNT_SAMPLES);
    run_read(&run, text, strlen(text), 0, 0);
    unit_check("unless the user says so", has(&run, 5, 5));
    run_read(&run, decimals, strlen(decimals), 0, 0);
    unit_check("and they are whole", has(&run, 5500000, -1));
    run_free(&run);
}

/* One sample of an input: of an event with a period, of none, or of a format that tells its unit.
 */
static void one_input(struct run *run, const char *event, int64_t period, const char *unit)
{
    struct sample sample = {.event = span_of(event), .time = TIME_NONE, .period = period};
    recorder_input(&run->recorder, "in", 0);
    if (unit)
        recorder_unit(&run->recorder, unit);
    if (recorder_begin(&run->recorder, &sample))
        recorder_add(&run->recorder, leaf(run, "a"), &sample);
}

static void check_unit(struct run *run, const char *name, const char *unit, bool differ)
{
    recorder_finish(&run->recorder, false);
    unit_same(name, run->profile.unit ? run->profile.unit : "", unit);
    unit_check(differ ? "and it differs" : "and all count the same",
               run->recorder.units_differ == differ);
    run_free(run);
}

static void test_units(void)
{
    struct run run;
    begin(&run, COUNT_DEFAULT);
    one_input(&run, "cycles", 5, NULL);
    one_input(&run, "cycles", 7, NULL);
    check_unit(&run, "the event", "cycles", false);
    begin(&run, COUNT_DEFAULT);
    one_input(&run, "cycles", 5, NULL);
    one_input(&run, "cycles", 0, NULL);
    check_unit(&run, "periods, then none", "cycles", true);
    begin(&run, COUNT_SAMPLES);
    one_input(&run, "cycles", 5, NULL);
    one_input(&run, "cycles", 0, NULL);
    one_input(&run, "", 5, "bytes");
    check_unit(&run, "--count=samples", "samples", false);
    begin(&run, COUNT_DEFAULT);
    one_input(&run, "", 5, "bytes");
    one_input(&run, "cycles", 5, NULL);
    check_unit(&run, "a format's unit, then an event", "bytes", true);
    begin(&run, COUNT_DEFAULT);
    one_input(&run, "", 5, "bytes");
    recorder_input(&run.recorder, "folded", 0);
    recorder_add_weight(&run.recorder, leaf(&run, "a"), 0, 5, 0);
    one_input(&run, "", 5, "bytes");
    check_unit(&run, "weights alone count anything", "bytes", false);
    const char *both[] = {"cycles", "cycles:u"};
    begin(&run, COUNT_DEFAULT);
    run.options.event_filter = (struct option_list){both, 2};
    one_input(&run, "cycles", 5, NULL);
    one_input(&run, "cycles:u", 5, NULL);
    check_unit(&run, "events that the user chose", "events", false);
}

static void test_join(void)
{
    struct run run;
    struct recorder fork;
    struct profile profile;
    struct sample sample = {.time = TIME_NONE, .period = 10};
    begin(&run, COUNT_DEFAULT);
    recorder_add(&run.recorder, leaf(&run, "a"), &sample);
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    recorder_fork(&fork, &run.recorder, &profile, &run.diag);
    recorder_add(&fork, PROFILE_ROOT, &sample);
    recorder_join(&run.recorder, &fork);
    unit_check("samples are joined", has(&run, 20, 2) && run.profile.samples[0][0] == 1);
    recorder_free(&fork);
    profile_free(&profile);
    run_free(&run);
}

static void test_fits(void)
{
    struct run run;
    uint64_t fetched = 1000;
    uint32_t most = ((uint32_t)1 << 24) + 4 * 1000 + 3;
    begin(&run, COUNT_DEFAULT);
    run.recorder.fetched = &fetched;
    unit_check("a call tree that an input may have", recorder_fits(&run.recorder, most) == 0);
    unit_check("one that is too large for it", recorder_fits(&run.recorder, most + 1) < 0);
    run.recorder.fetched_before = 1;
    unit_check("inputs before count", recorder_fits(&run.recorder, most + 1) == 0);
    run_free(&run);
}

static void test_rewrite(void)
{
    struct run run;
    struct sample sample = {.time = TIME_NONE, .period = 10};
    struct rewrite_options options = {.max_depth = 1, .ignore = "gone"};
    int64_t dropped;
    begin(&run, COUNT_DEFAULT);
    profile_set_columns(&run.profile, 2);
    profile_forget_samples(&run.profile, 1);
    recorder_add(&run.recorder, leaf(&run, "a"), &sample);
    recorder_add(&run.recorder, leaf(&run, "gone"), &sample);
    uint32_t below = profile_child(&run.profile, leaf(&run, "a"), 0);
    profile_add_samples(&run.profile, below, 0, 7); /* samples without weight */
    struct rewrite *rewrite = rewrite_make(&options, &run.diag);
    rewrite_apply(rewrite, &run.profile, &dropped);
    unit_check("samples are rewritten along", has(&run, 10, 8) && run.profile.samples[0][1] == 8);
    unit_check("what is unknown stays so", !profile_knows_samples(&run.profile, 1));
    rewrite_free(rewrite);
    run_free(&run);
}

int main(void)
{
    test_samples();
    test_weights();
    test_units();
    test_join();
    test_fits();
    test_rewrite();
    return unit_failed;
}
