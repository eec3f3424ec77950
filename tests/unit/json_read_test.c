/* json: tokens, positions of errors, numbers; the same whatever portions the bytes come in */
#include "flamectl/json_read.h"
#include "flamectl/memory.h"
#include "unit.h"

/* The tokens of a text on one line: brackets, "k:" keys, strings and numbers as they are, and what
 * error there is at the end. */
static char *tokens(struct json *json)
{
    static const char *const fixed[] = {
        [JSON_OBJECT] = "{",  [JSON_OBJECT_END] = "}", [JSON_ARRAY] = "[", [JSON_ARRAY_END] = "]",
        [JSON_TRUE] = "true", [JSON_FALSE] = "false",  [JSON_NULL] = "null",
    };
    char *out = calloc(1, 100000);
    size_t used = 0;
    while (json_next(json) > JSON_END) {
        const char *text = fixed[json->token];
        used += (size_t)(text ? sprintf(out + used, "%s ", text)
                              : sprintf(out + used, "%.*s%s ", (int)json->text.len, json->text.data,
                                        json->token == JSON_KEY ? ":" : ""));
    }
    if (json->error)
        sprintf(out + used, "%llu:%llu %s%s", (unsigned long long)json->line,
                (unsigned long long)(json->error_at - json->line_start + 1), json->error,
                json->cut ? " (cut)" : "");
    return out;
}

static void gives(const char *name, const char *text, const char *want)
{
    struct json json;
    json_open_span(&json, span_of(text));
    char *got = tokens(&json);
    unit_same(name, got, want);
    free(got);
    json_close(&json);
}

static void test_tokens(void)
{
    gives("json: values", "[1, -2.5e+3 ,true,false,null,\"x\"]", "[ 1 -2.5e+3 true false null x ] ");
    gives("json: objects", "{\"a\":{},\n \"b\" : [[ ]] }", "{ a: { } b: [ [ ] ] } ");
    gives("json: several values", "{} [] 1\n2", "{ } [ ] 1 2 ");
    gives("json: a comma at the end", "[1,]{\"a\":1,}", "[ 1 ] { a: 1 } ");
    gives("json: nothing", " \n ", "");
    gives("json: escapes", "\"a\\n\\t\\\"\\\\\\/\\q\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"",
          "a\n\t\"\\/qA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 ");
    gives("json: half a pair", "\"\\ud83d.\\ude00\\ud83d\\u0041\\u12\"",
          "\xef\xbf\xbd.\xef\xbf\xbd\xef\xbf\xbd" "Au12 ");
    gives("json: wrong UTF-8 passes", "\"\xff\xc3\"", "\xff\xc3 ");
}

static void test_errors(void)
{
    gives("json: no colon", "{\"a\" 1}", "{ a: 1:6 expected ':' after a name");
    gives("json: no comma", "[1\n 2]", "[ 1 2:2 expected ',' or ']'");
    gives("json: no comma in an object", "{\"a\":1 \"b\"", "{ a: 1 1:8 expected ',' or '}'");
    gives("json: no name", "{\n\n1:2}", "{ 3:1 expected a name in quotes");
    gives("json: no value", "[ nul ]", "[ 1:3 this is no JSON value");
    gives("json: no number", "[1.]", "[ 1:2 this is no JSON value");
    gives("json: brackets", "[1}", "[ 1 1:3 expected ',' or ']'");
    gives("json: cut in an array", "[1,", "[ 1 1:4 the input ends within an array (cut)");
    gives("json: cut in an object", "[{\"a\":", "[ { a: 1:7 the input ends within an object (cut)");
    gives("json: cut in a string", "\"ab\\", "1:5 the input ends within a value (cut)");
    gives("json: cut in a word", "[tru", "[ 1:5 the input ends within an array (cut)");
}

static void test_skip(void)
{
    struct json json;
    const char *text = "{\"a\":[{\"x\\\"]\":[1,{}]}, 2],\"b\":7,\"c\":{\"d\":1},\n\"e\":\"f\"} 5";
    char got[100] = "";
    json_open_span(&json, span_of(text));
    json_next(&json);
    while (json_member(&json)) {
        strncat(got, json.text.data, json.text.len);
        if (span_is(json.text, "c") && json_enter(&json, JSON_OBJECT))
            while (json_member(&json))
                json_skip(&json);
        else
            json_skip(&json);
    }
    unit_same("json: members are skipped", got, "abce");
    unit_check("json: lines are counted in what is skipped", json.line == 2);
    unit_check("json: what follows is there", json_next(&json) == JSON_NUMBER && span_is(json.text, "5"));
    json_close(&json);

    json_open_span(&json, span_of("[[{]}]"));
    json_next(&json);
    json_next(&json);
    json_skip(&json);
    unit_same("json: brackets that do not match", json.error, "the brackets do not match");
    json_close(&json);
}

/* Tokens of a file are those of the bytes at hand, however long they are beside the buffer. */
static void test_source(void)
{
    enum { STRING = 700000, ROOM = 3 * STRING };
    char *text = malloc(ROOM);
    size_t used = (size_t)sprintf(text, "{\"skip\":[\"");
    memset(text + used, 'x', STRING);
    used += STRING;
    used += (size_t)sprintf(text + used, "\\\\\"],\"key\":\"");
    memset(text + used, 'y', STRING);
    used += STRING;
    used += (size_t)sprintf(text + used, "\\n\",\"n\":[");
    for (int i = 0; i < 60000; i++)
        used += (size_t)sprintf(text + used, "%d,", i);
    used += (size_t)sprintf(text + used, "7.5]}\n!");
    char *path = unit_file(text, used);
    struct diag diag;
    struct source source;
    struct json json;
    struct unit_catch caught;
    diag_init(&diag, "unit");
    source_open(&source, path, &diag);
    json_open(&json, &source);
    json_next(&json);
    json_member(&json);
    json_skip(&json);
    json_member(&json);
    json_next(&json);
    unit_check("json: a long string", json.text.len == STRING + 1 && json.text.data[STRING] == '\n' &&
                                          json.text.data[0] == 'y' && json.text.data[STRING - 1] == 'y');
    json_member(&json);
    int64_t sum = 0, value = 0;
    if (json_enter(&json, JSON_ARRAY))
        while (json_ints(&json, &value, 1))
            sum += value;
    unit_check("json: a long list of numbers", sum == INT64_C(60000) * 59999 / 2 + 8);
    unit_check("json: the end", json_next(&json) == JSON_OBJECT_END && json_next(&json) == JSON_ERROR);
    unit_catch_begin(&caught);
    unit_check("json: finish tells of an error", json_finish(&json) == -1);
    char *message = unit_catch_end(&caught);
    unit_holds("json: with its place", message, ":2: column 1: this is no JSON value");
    free(message);
    source_close(&source);
    unit_remove(path);
    free(text);
}

/* Of lists of whole numbers: the largest, one that 64 bits cannot hold, and one after it. */
static void test_long_integers(void)
{
    struct json json;
    int64_t value = 0;
    json_open_span(&json, span_of("[999999999999999999,9223372036854775807,9223372036854775808,1, 1, 1, 1, 1, 1]"));
    json_next(&json);
    unit_check("json: a number of 18 digits", json_ints(&json, &value, 1) && value == INT64_C(999999999999999999));
    unit_check("json: the largest number", json_ints(&json, &value, 1) && value == INT64_MAX);
    unit_check("json: a larger one is an error", !json_ints(&json, &value, 1) && json.error);
    json_close(&json);
}

/* Lists give the same numbers however many are asked for at once, whatever stands between them. */
static void test_lists(void)
{
    static const char text[] = "[1,22,333,4444,55555,666666,7777777,88888888,999999999,0,-5, 6 ,\n        \n  7,\t8e0,"
                               "9.5,1,000012,123456789012345678,]";
    static const int64_t want[] = {1, 22, 333, 4444, 55555, 666666, 7777777, 88888888, 999999999, 0, -5, 6, 7, 8, 10, 1,
                                   12, INT64_C(123456789012345678)};
    enum { COUNT = sizeof want / sizeof *want };
    for (size_t room = 1; room <= COUNT + 1; room++) {
        struct json json;
        int64_t got[COUNT + 1] = {0};
        size_t count = 0, more;
        json_open_span(&json, span_of(text));
        json_next(&json);
        while ((more = json_ints(&json, got + count, COUNT - count < room ? COUNT + 1 - count : room)))
            count += more;
        unit_check("json: numbers of a list", count == COUNT && memcmp(got, want, sizeof want) == 0);
        unit_check("json: the list's end", json.token == JSON_ARRAY_END && json.line == 3);
        json_close(&json);
    }
}

static void test_numbers(void)
{
    static const struct {
        const char *text;
        unsigned places;
        int64_t value;
    } good[] = {
        {"0", 0, 0}, {"-7", 0, -7}, {"2.5", 0, 3}, {"-2.5", 0, -3}, {"2.4999", 0, 2},
        {"2.5", 3, 2500}, {"1.5e3", 0, 1500}, {"15e-1", 1, 15}, {"1e-7", 6, 0}, {"5e-7", 6, 1},
        {"123456789.123456", 3, INT64_C(123456789123)}, {"0.0005", 3, 1}, {"0e99999999999", 6, 0},
        {"0.1e1", 6, 1000000}, {"1e18", 0, INT64_C(1000000000000000000)}, {"1e-999999", 6, 0},
        {"12.5", 9, INT64_C(12500000000)}, {"123456789.125", 9, INT64_C(123456789125000000)},
        {"1234567890.5", 9, INT64_C(1234567890500000000)}, {"9223372036854775807", 0, INT64_MAX},
        {"1844674407370955161e-1", 0, INT64_C(184467440737095516)},
    };
    static const char *const bad[] = {"9223372036854775808", "1e19", "1e99999999999", "", "-", "x",
                                      "9223372036854775807.5"};
    char name[100];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = 99;
        snprintf(name, sizeof name, "json: %s in units of 10^-%u", good[i].text, good[i].places);
        unit_check(name, json_decimal(span_of(good[i].text), good[i].places, &value) && value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value = 99;
        snprintf(name, sizeof name, "json: '%s' is no int64", bad[i]);
        unit_check(name, !json_decimal(span_of(bad[i]), 0, &value) && value == 99);
    }
    unit_check("json: fractions", json_is_fraction(span_of("1.5")) && json_is_fraction(span_of("15e-1")));
    unit_check("json: no fractions", !json_is_fraction(span_of("1.50e1")) && !json_is_fraction(span_of("10e-1")) &&
                                         !json_is_fraction(span_of("3.000")) && !json_is_fraction(span_of("0e-9")));
}

static void test_depth(void)
{
    enum { DEPTH = 1000000 };
    struct json json;
    char *text = memset(malloc(DEPTH), '[', DEPTH);
    json_open_span(&json, span_make(text, DEPTH));
    for (int i = 0; i < DEPTH; i++)
        json_next(&json);
    unit_check("json: any depth", json.depth == DEPTH && !json.error);
    json_close(&json);
    free(text);
}

int main(void)
{
    test_tokens();
    test_errors();
    test_skip();
    test_source();
    test_long_integers();
    test_lists();
    test_numbers();
    test_depth();
    return unit_failed;
}
