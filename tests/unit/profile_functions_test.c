/* profile_functions */
#include "flamectl/profile_functions.h"

#include "flamectl/memory.h"
#include "flamectl/profile_sort.h"
#include "unit.h"

static uint32_t frame_of(struct profile *profile, const char *name)
{
    return frame_intern(&profile->frames, span_of(name), FRAME_PLAIN);
}

/* Adds to the stack whose frames are the letters of a text. */
static void add(struct profile *profile, const char *stack, unsigned column, int64_t weight,
                int64_t samples)
{
    uint32_t node = PROFILE_ROOT;
    for (; *stack; stack++) {
        char name[2] = {*stack, '\0'};
        node = profile_child(profile, node, frame_of(profile, name));
    }
    profile_add(profile, node, column, weight);
    profile_add_samples(profile, node, column, samples);
}

static bool is(struct profile *profile, const struct profile_functions *functions, const char *name,
               int64_t self, int64_t total)
{
    uint32_t frame = frame_of(profile, name);
    return functions->self[0][frame] == self && functions->total[0][frame] == total;
}

static void test_recursion(void)
{
    struct profile profile;
    struct profile_functions functions;
    profile_init(&profile, PROFILE_BY_NAME);
    add(&profile, "mrrr", 0, 5, 0);
    add(&profile, "mrxr", 0, 7, 0);
    add(&profile, "mr", 0, 2, 0);
    add(&profile, "mxr", 0, 11, 0);
    add(&profile, "", 0, 100, 0);
    frame_of(&profile, "nowhere");
    profile_sort(&profile);
    profile_functions_init(&functions, &profile);
    unit_check("recursion counts once", is(&profile, &functions, "r", 25, 25));
    unit_check("and what stands between", is(&profile, &functions, "x", 0, 18));
    unit_check("the caller of all", is(&profile, &functions, "m", 0, 25));
    unit_check("on no stack", is(&profile, &functions, "nowhere", 0, 0));
    unit_check("no samples are counted", functions.total_samples[0] == NULL);
    profile_functions_free(&functions);
    profile_free(&profile);
}

static void test_samples(void)
{
    struct profile profile;
    struct profile_functions functions;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_count_samples(&profile);
    profile_set_columns(&profile, 3);
    add(&profile, "ab", 0, 10, 1);
    add(&profile, "aba", 1, 20, 2);
    add(&profile, "b", 2, 40, 4);
    profile_forget_samples(&profile, 2);
    profile_sort(&profile);
    profile_functions_init(&functions, &profile);
    uint32_t a = frame_of(&profile, "a"), b = frame_of(&profile, "b");
    unit_check("every column", functions.columns == 3 && functions.total[0][a] == 10 &&
                                   functions.total[1][a] == 20 && functions.total[2][a] == 0 &&
                                   functions.self[1][a] == 20 && functions.total[2][b] == 40);
    unit_check("samples as weights", functions.total_samples[1][a] == 2 &&
                                         functions.self_samples[1][b] == 0 &&
                                         functions.total_samples[0][b] == 1);
    unit_check("unknown samples",
               functions.self_samples[2] == NULL && functions.total_samples[2] == NULL);
    profile_functions_free(&functions);
    profile_free(&profile);
}

static void test_gaps(void)
{
    struct profile profile;
    struct profile_functions functions;
    profile_init(&profile, PROFILE_BY_TIME);
    add(&profile, "ab", 0, 1, 0);
    add(&profile, "a", 0, 2, 0);
    add(&profile, "ab", 0, 4, 0);
    add(&profile, "", 0, 8, 0);
    profile_sort(&profile);
    profile_functions_init(&functions, &profile);
    unit_check("a gap's weight is its caller's own",
               is(&profile, &functions, "a", 2, 7) && is(&profile, &functions, "b", 5, 5));
    profile_functions_free(&functions);
    profile_free(&profile);
}

#define LETTERS 6

/* What every letter has, the slow way. */
static void count_slowly(const char *stack, int64_t weight, int64_t *self, int64_t *total)
{
    for (const char *c = stack; *c; c++)
        if (memchr(stack, *c, (size_t)(c - stack)) == NULL)
            total[*c - 'a'] += weight;
    if (*stack)
        self[stack[strlen(stack) - 1] - 'a'] += weight;
}

static void test_any(void)
{
    struct profile profile;
    struct profile_functions functions;
    int64_t self[LETTERS] = {0}, total[LETTERS] = {0};
    unsigned state = 1;
    profile_init(&profile, PROFILE_BY_NAME);
    for (int i = 0; i < 2000; i++) {
        char stack[12] = "";
        for (unsigned depth = 0; depth < (unsigned)i % sizeof stack; depth++) {
            state = state * 1103515245u + 12345u;
            stack[depth] = (char)('a' + (state >> 16) % LETTERS);
        }
        add(&profile, stack, 0, i, 0);
        count_slowly(stack, i, self, total);
    }
    profile_sort(&profile);
    profile_functions_init(&functions, &profile);
    bool same = true;
    for (int i = 0; i < LETTERS; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        same = same && is(&profile, &functions, name, self[i], total[i]);
    }
    unit_check("any stacks", same);
    profile_functions_free(&functions);
    profile_free(&profile);
}

static void test_nothing(void)
{
    struct profile profile;
    struct profile_functions functions;
    profile_init(&profile, PROFILE_BY_NAME);
    profile_sort(&profile);
    profile_functions_init(&functions, &profile);
    unit_check("no frames", functions.count == 0);
    profile_functions_free(&functions);
    profile_free(&profile);
}

int main(void)
{
    test_recursion();
    test_samples();
    test_gaps();
    test_any();
    test_nothing();
    return unit_failed;
}
