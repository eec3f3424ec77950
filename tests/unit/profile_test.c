/* frame, profile, profile_samples, profile_walk, normalize */
#include "flamectl/memory.h"
#include "flamectl/normalize.h"
#include "flamectl/profile.h"
#include "flamectl/profile_samples.h"
#include "flamectl/profile_sort.h"
#include "flamectl/profile_walk.h"
#include "unit.h"

/* The node of "a;b;c". */
static uint32_t node_of(struct profile *profile, const char *stack)
{
    uint32_t node = PROFILE_ROOT;
    struct span rest = span_of(stack);
    for (;;) {
        size_t end = span_find(rest, ';');
        node = profile_child(profile, node,
                             frame_intern(&profile->frames, span_first(rest, end), FRAME_PLAIN));
        if (end == SPAN_NONE)
            return node;
        rest = span_skip(rest, end + 1);
    }
}

static void add(struct profile *profile, const char *stack, int64_t weight)
{
    profile_add(profile, node_of(profile, stack), 0, weight);
}

static void test_frames(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    struct frame_table *table = &profile.frames;
    uint32_t plain = frame_intern(table, span_of("read"), FRAME_PLAIN);
    unit_check("equal names, equal frame",
               frame_intern(table, span_of("read"), FRAME_PLAIN) == plain);
    unit_check("kinds differ", frame_intern(table, span_of("read"), FRAME_KERNEL) != plain);
    unit_check("a suffix is the kind", frame_intern(table, span_of("read_[k]"), FRAME_PLAIN) ==
                                           frame_intern(table, span_of("read"), FRAME_KERNEL));
    unit_check("one suffix is taken",
               table->frames[frame_intern(table, span_of("x_[k]_[j]"), FRAME_PLAIN)].name.len == 5);
    unit_check("other brackets stay",
               table->frames[frame_intern(table, span_of("x_[0]"), FRAME_PLAIN)].kind ==
                   FRAME_PLAIN);
    unit_check("what parts lines is replaced",
               frame_intern_clean(table, span_of("a;b\tc\nd"), FRAME_PLAIN) ==
                   frame_intern(table, span_of("a:b c d"), FRAME_PLAIN));
    unit_check("no frame begins a comment",
               frame_intern_clean(table, span_of("#"), FRAME_PLAIN) ==
                       frame_intern(table, span_of("#_"), FRAME_PLAIN) &&
                   frame_intern_clean(table, span_of("#\tx"), FRAME_PLAIN) ==
                       frame_intern(table, span_of("#_x"), FRAME_PLAIN));
    unit_check("a clean name stays", frame_intern_clean(table, span_of("#read"), FRAME_JIT) ==
                                         frame_intern(table, span_of("#read_[j]"), FRAME_PLAIN));
    unit_check("an empty name is a frame", frame_intern(table, span_of(""), FRAME_PLAIN) != plain);
    profile_free(&profile);
}

/* Wherever in a name it stands; the neighbours of what parts lines stay. */
static void test_separators(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    bool good = true;
    for (size_t len = 1; len <= 40; len++)
        for (size_t at = 0; at < len; at++)
            for (const char *c = ";\t\n\r:<\b\016 "; *c; c++) {
                char text[40], want[40];
                memset(text, 'x', len);
                memset(want, 'x', len);
                text[at] = *c;
                want[at] = *c == ';' ? ':' : *c == '\t' || *c == '\n' || *c == '\r' ? ' ' : *c;
                uint32_t id = frame_intern_clean(&profile.frames, span_make(text, len), FRAME_PLAIN);
                good = good && span_equal(profile.frames.frames[id].name, span_make(want, len));
            }
    unit_check("what parts lines is found anywhere", good);
    profile_free(&profile);
}

/* Several at once become what each would become by itself. */
static void test_frames_together(void)
{
    static const char *const names[FRAME_AHEAD] = {"", "a", "a", "a;b", "read_[k]", "#", "# x", "#_[k]", "a:b", "a b",
                                                   "a\tb", "_[k]", "[unknown]", "x_[k]_[j]", "#_", "a;b_[i]"};
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    struct frame_text texts[FRAME_AHEAD];
    uint32_t ids[FRAME_AHEAD];
    bool good = true;
    for (int kind = FRAME_PLAIN; kind < FRAME_KINDS; kind++) {
        for (size_t i = 0; i < FRAME_AHEAD; i++)
            texts[i] = (struct frame_text){span_of(names[i]), (enum frame_kind)kind};
        frame_intern_all(&profile.frames, texts, FRAME_AHEAD, ids);
        for (size_t i = 0; i < FRAME_AHEAD; i++)
            good = good && ids[i] == frame_intern_clean(&profile.frames, span_of(names[i]), (enum frame_kind)kind);
    }
    unit_check("frames that are looked up together", good);
    profile_free(&profile);
}

struct lines {
    const struct profile *profile;
    char text[400];
};

static void append_line(uint32_t node, void *context)
{
    struct lines *lines = context;
    uint32_t frames[20];
    size_t depth = profile_stack(lines->profile, node, frames);
    for (size_t i = 0; i < depth; i++) {
        strcat(lines->text, i ? ";" : "");
        strcat(lines->text, lines->profile->frames.frames[frames[i]].name.data);
    }
    strcat(lines->text, "\n");
}

static void test_folded_order(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    add(&profile, "a;x", 1);
    add(&profile, "b", 1);
    add(&profile, "a-b", 1);
    add(&profile, "a", 1);
    add(&profile, "a b;c", 1);
    add(&profile, "a~", 1);
    struct lines lines = {&profile, ""};
    profile_folded_order(&profile, append_line, &lines);
    unit_check("folded lines are in byte order",
               strcmp(lines.text, "a\na b;c\na-b\na;x\na~\nb\n") == 0);
    profile_free(&profile);
}

/* Frame names in drawing order, parted by blanks. */
static const char *drawn(struct profile *profile)
{
    static char text[400];
    profile_sort(profile);
    text[0] = '\0';
    for (uint32_t n = 1; n < profile->count; n++) {
        strcat(text, profile->nodes[n].frame == FRAME_GAP
                         ? "."
                         : profile->frames.frames[profile->nodes[n].frame].name.data);
        strcat(text, " ");
    }
    return text;
}

static void test_walk(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    add(&profile, "a;x", 5);
    add(&profile, "a-b", 50);
    unit_check("without own weight a frame stands as 'a;'",
               strcmp(drawn(&profile), "a-b a x ") == 0);
    profile_free(&profile);

    profile_init(&profile, PROFILE_BY_NAME);
    add(&profile, "a;x", 5);
    add(&profile, "a-b", 50);
    add(&profile, "a", 50);
    unit_check("with it as 'a '", strcmp(drawn(&profile), "a x a-b ") == 0);
    struct profile_walk walk;
    profile_sort(&profile);
    profile_walk_init(&walk, &profile);
    unit_check("totals", walk.total[0][PROFILE_ROOT] == 105 && walk.total[0][1] == 55);
    struct profile_level level = {0};
    unit_check("depth", profile_level_of(&level, &profile, 2) == 2 &&
                            profile_level_of(&level, &profile, 2) == 2 &&
                            profile_level_of(&level, &profile, 3) == 1);
    unit_check("weights and parents moved along",
               profile.self[0][1] == 50 && profile.nodes[2].parent == 1);
    profile_walk_free(&walk);
    profile_free(&profile);
}

static void test_by_time(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_TIME);
    add(&profile, "b;x", 1);
    add(&profile, "b", 2);
    add(&profile, "b;x", 3);
    add(&profile, "a", 4);
    add(&profile, "a", 5);
    unit_check("neighbours merge, a pause parts", strcmp(drawn(&profile), "b x . x a ") == 0);
    unit_check("nothing is lost", profile.grand[0] == 15);
    profile_free(&profile);
}

static void test_weights(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    uint32_t node = node_of(&profile, "a");
    unit_check("the largest weight", profile_add(&profile, node, 0, INT64_MAX));
    unit_check("no sum beyond",
               !profile_add(&profile, node, 0, 1) && profile.self[0][node] == INT64_MAX);
    unit_check("no decimals beyond", !profile_make_decimal(&profile) && profile.scale == 1);
    profile_free(&profile);
    char text[PROFILE_WEIGHT_TEXT];
    unit_check("a whole weight",
               profile_weight_text(1234, 1, text) == 4 && strcmp(text, "1234") == 0);
    profile_weight_text(-2500000, PROFILE_DECIMAL_SCALE, text);
    unit_check("a decimal weight", strcmp(text, "-2.5") == 0);
    profile_weight_text(7000001, PROFILE_DECIMAL_SCALE, text);
    unit_check("six decimals", strcmp(text, "7.000001") == 0);
    profile_weight_text(INT64_MIN, 1, text);
    unit_check("the smallest weight", strcmp(text, "-9223372036854775808") == 0);
}

static void test_merge(void)
{
    struct profile one, two;
    profile_init(&one, PROFILE_BY_NAME);
    profile_init(&two, PROFILE_BY_NAME);
    add(&one, "a;b", 1);
    add(&two, "c", 2);
    add(&two, "a;b", 3);
    unit_check("profiles merge", profile_merge(&one, &two) && one.grand[0] == 6 &&
                                     one.self[0][node_of(&one, "a;b")] == 4 && one.count == 4);
    profile_free(&one);
    profile_free(&two);
}

/* Adds a weight and the samples it comes from. */
static void add_both(struct profile *profile, const char *stack, unsigned column, int64_t weight,
                     int64_t samples)
{
    uint32_t node = node_of(profile, stack);
    profile_add(profile, node, column, weight);
    profile_add_samples(profile, node, column, samples);
}

static void test_samples(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    unit_check("samples are not counted unless asked for",
               !profile_knows_samples(&profile, 0) && profile_add_samples(&profile, 0, 0, 1) &&
                   profile.samples == NULL);
    profile_count_samples(&profile);
    profile_set_columns(&profile, 5);
    char name[16];
    for (int i = 0; i < 3000; i++) { /* so that arrays move */
        snprintf(name, sizeof name, "f%d", i);
        add_both(&profile, name, (unsigned)i % 5, 1000, 2);
    }
    unit_check("five columns", profile.grand[4] == 600000 && profile.grand_samples[4] == 1200 &&
                                   profile.self[3][node_of(&profile, "f8")] == 1000 &&
                                   profile.samples[3][node_of(&profile, "f8")] == 2 &&
                                   profile.samples[2][node_of(&profile, "f8")] == 0);
    unit_check("samples are not scaled",
               profile_make_decimal(&profile) && profile.grand_samples[0] == 1200);
    profile_forget_samples(&profile, 1);
    unit_check("a column forgets, the others do not",
               !profile_knows_samples(&profile, 1) && profile_knows_samples(&profile, 2));
    uint32_t f8 = node_of(&profile, "f8");
    unit_check("no sum of samples beyond",
               !profile_add_samples(&profile, f8, 3, INT64_MAX) && profile.samples[3][f8] == 2);
    profile_sort(&profile);
    uint32_t first = 1, last = profile.count - 1; /* f0 and f999 */
    unit_check("samples are sorted along", profile.samples[0][first] == 2 &&
                                               profile.samples[4][last] == 2 &&
                                               profile.samples[0][last] == 0);
    profile_free(&profile);
}

static void test_samples_by_time(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_TIME);
    profile_count_samples(&profile);
    add_both(&profile, "b;x", 0, 10, 1);
    add_both(&profile, "b", 0, 20, 2);
    add_both(&profile, "b", 0, 20, 3);
    unit_check("weight and samples share a gap",
               profile.count == 4 && profile.self[0][3] == 40 && profile.samples[0][3] == 5);
    profile_free(&profile);
}

static void test_samples_merge(void)
{
    struct profile one, two;
    profile_init(&one, PROFILE_BY_NAME);
    profile_init(&two, PROFILE_BY_NAME);
    profile_count_samples(&one);
    profile_count_samples(&two);
    profile_set_columns(&two, 3);
    add_both(&one, "a;b", 0, 100, 1);
    add_both(&two, "a;b", 0, 300, 3);
    add_both(&two, "c", 1, 200, 2);
    profile_forget_samples(&two, 2);
    unit_check("samples merge", profile_merge(&one, &two) && one.grand_samples[0] == 4 &&
                                    one.samples[0][node_of(&one, "a;b")] == 4 &&
                                    one.samples[1][node_of(&one, "c")] == 2);
    unit_check("unknown and known is unknown", !profile_knows_samples(&one, 2));
    add_both(&two, "c", 1, 1, INT64_MAX - 2);
    unit_check("samples that do not fit", !profile_merge(&one, &two));
    profile_free(&one);
    profile_free(&two);
}

static void test_join_columns(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    profile_set_columns(&profile, 5);
    for (unsigned c = 0; c < 5; c++) {
        add_both(&profile, "a", c, 1 << c, 10 << c);
        add_both(&profile, "b", c, 100, 1);
    }
    profile_forget_samples(&profile, 3);
    unit_check("two columns become one",
               profile_join_columns(&profile, 0, 2) && profile.columns == 4 &&
                   profile.grand[0] == 203 && profile.self[0][1] == 3 &&
                   profile.samples[0][1] == 30 && profile.grand_samples[0] == 32);
    unit_check("the others move up", profile.grand[1] == 104 && profile.samples[1][1] == 40);
    unit_check("the last three", profile_join_columns(&profile, 1, 3) && profile.columns == 2 &&
                                     profile.self[1][1] == 28 && profile.grand[1] == 328);
    unit_check("unknown samples make the sum unknown",
               !profile_knows_samples(&profile, 1) && profile_knows_samples(&profile, 0));
    unit_check("one column stays", profile_join_columns(&profile, 1, 1) && profile.grand[1] == 328);
    profile_add(&profile, 1, 0, INT64_MAX - 300);
    unit_check("no sum beyond", !profile_join_columns(&profile, 0, 2));
    profile_free(&profile);
}

static bool infers(int64_t one, int64_t other, int64_t samples)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    profile_forget_samples(&profile, 0);
    add(&profile, "a", one);
    add(&profile, "a;b", other);
    profile_infer_samples(&profile);
    bool known = profile_knows_samples(&profile, 0);
    bool right = samples ? known && profile.grand_samples[0] == samples &&
                               profile.samples[0][1] + profile.samples[0][2] == samples
                         : !known;
    profile_free(&profile);
    return right;
}

/* Two columns of a stack each; samples of -1 are unknown. */
static bool infers_both(int64_t before, int64_t after, int64_t samples_before, int64_t samples_after)
{
    struct profile profile;
    const int64_t samples[] = {samples_before, samples_after};
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    profile_set_columns(&profile, 2);
    bool right = true;
    for (unsigned c = 0; c < 2; c++) {
        profile_forget_samples(&profile, c);
        profile_add(&profile, node_of(&profile, "a"), c, c ? after : before);
    }
    profile_infer_samples(&profile);
    for (unsigned c = 0; c < 2; c++)
        right = right && (profile_knows_samples(&profile, c) ? profile.grand_samples[c] == samples[c] : samples[c] < 0);
    profile_free(&profile);
    return right;
}

static void test_infer(void)
{
    unit_check("a fixed period", infers(1001 * 5, 1001 * 7, 12));
    unit_check("an hour of nanoseconds", infers(INT64_C(10101010) * 300000, 10101010, 300001));
    unit_check("a divisor of 1000 is no period", infers(1000, 3000, 4000));
    unit_check("counts", infers(3, 9999997, 10000000));
    unit_check("too many to be counts", infers(3, 9999998, 0));
    unit_check("bytes are no counts", infers(64 * 700000, 64, 0));
    unit_check("a period of both", infers_both(1001 * 5, 1001 * 7, 5, 7));
    unit_check("a divisor of one alone is no period", infers_both(5000, 9000, 5000, 9000));
    unit_check("each its own period", infers_both(INT64_C(1001001) * 5, INT64_C(10101010) * 7, 1, 1));
    unit_check("one of weights does not hide the other's counts", infers_both(500, 700000001, 500, 1));
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    add(&profile, "a", 5);
    profile_infer_samples(&profile);
    unit_check("nothing where samples are not counted", !profile_knows_samples(&profile, 0));
    profile_free(&profile);
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    add_both(&profile, "a", 0, 5, 2);
    profile_infer_samples(&profile);
    unit_check("what is known stays", profile.grand_samples[0] == 2);
    profile_forget_samples(&profile, 0);
    profile_make_decimal(&profile);
    profile_infer_samples(&profile);
    unit_check("whole numbers among decimals", profile_knows_samples(&profile, 0) && profile.grand_samples[0] == 5);
    profile_forget_samples(&profile, 0);
    add(&profile, "b", 2500000);
    profile_infer_samples(&profile);
    unit_check("decimals are no counts", !profile_knows_samples(&profile, 0));
    profile_free(&profile);
}

static void test_normalize(void)
{
    struct profile profile;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_set_columns(&profile, 2);
    char name[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "f%d", i);
        profile_add(&profile, node_of(&profile, name), 0, 1);
    }
    profile_add(&profile, node_of(&profile, "f0"), 1, 999);
    profile_make_decimal(&profile);
    normalize_column(&profile, 0, profile.grand[1]);
    int64_t sum = 0;
    bool close = true;
    for (uint32_t n = 0; n < profile.count; n++) {
        sum += profile.self[0][n];
        close = close && (n == PROFILE_ROOT || profile.self[0][n] == 999000);
    }
    unit_check("1000 stacks of 1 against 999 keep their shares", close && profile.scale == 1000000);
    unit_check("the total is exact", sum == INT64_C(999000000) && profile.grand[0] == sum);
    profile_free(&profile);

    profile_init(&profile, PROFILE_BY_NAME);
    profile_set_columns(&profile, 2);
    for (int i = 0; i < 3; i++)
        profile_add(&profile, node_of(&profile, i == 0 ? "a" : i == 1 ? "b" : "c"), 0, 1);
    profile_add(&profile, node_of(&profile, "a"), 1, 1);
    profile_make_decimal(&profile);
    normalize_column(&profile, 0, profile.grand[1]);
    unit_check("what is missing goes to the first of equals",
               profile.self[0][1] == 333334 && profile.self[0][3] == 333333);
    profile_free(&profile);

    profile_init(&profile, PROFILE_BY_NAME);
    profile_set_columns(&profile, 2);
    profile_add(&profile, node_of(&profile, "a"), 0, INT64_MAX - 1);
    profile_add(&profile, node_of(&profile, "b"), 0, 1);
    profile_add(&profile, node_of(&profile, "b"), 1, INT64_MAX);
    profile_make_decimal(&profile);
    normalize_column(&profile, 0, profile.grand[1]);
    unit_check("very large weights stay whole",
               profile.scale == 1 && profile.grand[0] == INT64_MAX &&
                   profile.self[0][1] + profile.self[0][2] == INT64_MAX);
    profile_free(&profile);
}

int main(void)
{
    test_frames();
    test_separators();
    test_frames_together();
    test_folded_order();
    test_walk();
    test_by_time();
    test_weights();
    test_merge();
    test_samples();
    test_samples_by_time();
    test_samples_merge();
    test_join_columns();
    test_infer();
    test_normalize();
    return unit_failed;
}
