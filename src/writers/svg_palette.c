/* Colours of frames by their names.
 *
 * Three numbers between 0 and 1 are drawn from the name; the theme says what kind of colour the
 * name gets, and the numbers which shade of it. That is how flamegraph.pl colours, and the numbers
 * are its own. */
#include "svg_palette.h"

#include <math.h>
#include <string.h>

#include "flamectl/xml.h"

#define RAND48_BITS ((UINT64_C(1) << 48) - 1)

/* One step of the generator behind Perl's rand (and drand48 of POSIX): a number in [0, 1). */
static double rand48_next(uint64_t *state)
{
    *state = (*state * UINT64_C(0x5DEECE66D) + 0xB) & RAND48_BITS;
    return (double)*state / (double)(RAND48_BITS + 1);
}

/* The sum of the characters seeds the generator, as in "srand(sum); rand". */
static double sum_number(struct span text)
{
    uint32_t sum = 0, code;
    bool valid;

    for (size_t at = 0; at < text.len; sum += code)
        at += xml_decode(span_skip(text, at), &code, &valid);
    uint64_t state = (uint64_t)sum << 16 | 0x330E;
    return rand48_next(&state);
}

/* The first three characters, the first weighing most. */
static double hash_number(const uint32_t *characters, size_t count)
{
    double sum = 0, weight = 1, most = 1;

    for (size_t i = 0; i < count && i < 3; i++) {
        uint32_t modulus = 10 + (uint32_t)i;
        sum += (double)(characters[i] % modulus) / (modulus - 1) * weight;
        most += weight;
        weight *= 0.70;
    }
    return 1 - sum / most;
}

/* The first characters of the text, without the module before a backquote ("libc`read" is "read").
 */
static double hash_forward(struct span text)
{
    uint32_t characters[3] = {0};
    size_t count = 0;
    bool valid;
    size_t module = text.len ? span_find(span_skip(text, 1), '`') : SPAN_NONE;

    if (module != SPAN_NONE)
        text = span_skip(text, module + 2);
    for (size_t at = 0; at < text.len && count < 3; count++)
        at += xml_decode(span_skip(text, at), &characters[count], &valid);
    return hash_number(characters, count);
}

/* Length of the last character. */
static size_t last_character(struct span text, uint32_t *code)
{
    bool valid;

    for (size_t len = 4; len > 1; len--) {
        if (len <= text.len && xml_decode(span_skip(text, text.len - len), code, &valid) == len)
            return len;
    }
    return xml_decode(span_skip(text, text.len - 1), code, &valid);
}

/* The same of the text read backwards: here the "module" is all that follows the last backquote. */
static double hash_backward(struct span text)
{
    uint32_t characters[3] = {0};
    size_t count = 0;
    size_t module = text.len ? span_find_last(span_first(text, text.len - 1), '`') : SPAN_NONE;

    if (module != SPAN_NONE)
        text = span_first(text, module);
    for (; text.len > 0 && count < 3; count++)
        text.len -= last_character(text, &characters[count]);
    return hash_number(characters, count);
}

/* Three numbers by chance, the same for the same seed and text. */
static void chance_numbers(const char *seed, struct span text, double numbers[3])
{
    uint64_t state = UINT64_C(0xCBF29CE484222325); /* FNV-1a */

    for (size_t i = 0, n = strlen(seed) + 1; i < n + text.len; i++) {
        state ^= (unsigned char)(i < n ? seed[i] : text.data[i - n]);
        state *= UINT64_C(0x100000001B3);
    }
    state ^= state >> 29;
    for (int i = 0; i < 3; i++)
        numbers[i] = rand48_next(&state);
}

static bool has(struct span text, const char *part)
{
    return span_find_text(text, part) != SPAN_NONE;
}

/* name := ["L"] ("java" | "javax" | ...) "/" ... */
static bool is_java_class(struct span text)
{
    static const char *const roots[] = {"java/", "javax/", "jdk/", "net/",
                                        "org/",  "com/",   "io/",  "sun/"};

    if (span_starts(text, "L"))
        text = span_skip(text, 1);
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (span_starts(text, roots[i]))
            return true;
    return false;
}

static enum svg_theme java_shade(struct span text)
{
    if (span_ends(text, "_[j]"))
        return THEME_GREEN;
    if (span_ends(text, "_[i]"))
        return THEME_AQUA;
    if (is_java_class(text) || has(text, ":::"))
        return THEME_GREEN;
    if (has(text, "::"))
        return THEME_YELLOW;
    return span_ends(text, "_[k]") ? THEME_ORANGE : THEME_RED;
}

static enum svg_theme perl_shade(struct span text)
{
    if (has(text, "::"))
        return THEME_YELLOW;
    if (has(text, "Perl") || has(text, ".pl"))
        return THEME_GREEN;
    return span_ends(text, "_[k]") ? THEME_ORANGE : THEME_RED;
}

static enum svg_theme js_shade(struct span text)
{
    size_t slash = span_find(text, '/');

    if (span_ends(text, "_[j]"))
        return slash != SPAN_NONE ? THEME_GREEN : THEME_AQUA; /* a source file, or built in */
    if (has(text, "::"))
        return THEME_YELLOW;
    if (slash != SPAN_NONE && has(span_skip(text, slash), ".js"))
        return THEME_GREEN;
    if (has(text, ":"))
        return THEME_AQUA;
    if (span_is(text, " "))
        return THEME_GREEN; /* no symbol */
    return has(text, "_[k]") ? THEME_ORANGE : THEME_RED;
}

/* The standard library apart from user crates; a future's "<core::future::from_generator" is the
 * user's. */
static enum svg_theme rust_shade(struct span text)
{
    static const char *const library[] = {
        "core::", "std::", "alloc::", "<core::", "<std::", "<alloc::"};
    size_t module = span_find(text, '`');

    if (module != SPAN_NONE)
        text = span_skip(text, module + 1);
    if (!span_starts(text, "<core::future::from_generator::GenFuture<T>"))
        for (size_t i = 0; i < sizeof library / sizeof *library; i++)
            if (span_starts(text, library[i]))
                return THEME_ORANGE;
    return has(text, "::") ? THEME_AQUA : THEME_YELLOW;
}

/* part := ("python" | "Python") (digit | ".")* */
static bool is_python_folder(struct span part)
{
    if (!span_starts(part, "python") && !span_starts(part, "Python"))
        return false;
    for (size_t i = 6; i < part.len; i++)
        if (!is_digit(part.data[i]) && part.data[i] != '.')
            return false;
    return true;
}

/* Installed packages, the standard library, and the rest. */
static enum svg_theme python_shade(struct span text)
{
    bool library = span_starts(text, "<built-in") || span_starts(text, "<method") ||
                   span_starts(text, "<frozen");

    for (size_t at = 0, end; at <= text.len; at = end + 1) {
        for (end = at; end < text.len && text.data[end] != '/' && text.data[end] != '\\';)
            end++;
        struct span part = span_make(text.data + at, end - at);
        if (span_is(part, "site-packages"))
            return THEME_AQUA;
        library = library || is_python_folder(part);
    }
    return library ? THEME_YELLOW : THEME_RED;
}

static enum svg_theme shade(enum svg_theme theme, struct span text)
{
    switch (theme) {
    case THEME_JAVA:
        return java_shade(text);
    case THEME_JS:
        return js_shade(text);
    case THEME_PERL:
        return perl_shade(text);
    case THEME_RUST:
        return rust_shade(text);
    case THEME_PYTHON:
        return python_shade(text);
    case THEME_WAKEUP:
        return THEME_AQUA;
    case THEME_CHAIN:
        return has(text, "_[w]") ? THEME_AQUA : THEME_BLUE; /* the waker, or who waits */
    default:
        return theme;
    }
}

static int mix(int base, int range, double number)
{
    return base + (int)(range * number);
}

/* The original uses the first number for what varies most in a theme. */
static uint32_t paint(enum svg_theme theme, const double v[3])
{
    switch (theme) {
    case THEME_MEM:
        return svg_rgb(0, mix(190, 50, v[1]), mix(0, 210, v[0]));
    case THEME_IO:
        return svg_rgb(mix(80, 60, v[0]), mix(80, 60, v[0]), mix(190, 55, v[1]));
    case THEME_RED:
        return svg_rgb(mix(200, 55, v[0]), mix(50, 80, v[0]), mix(50, 80, v[0]));
    case THEME_GREEN:
        return svg_rgb(mix(50, 60, v[0]), mix(200, 55, v[0]), mix(50, 60, v[0]));
    case THEME_BLUE:
        return svg_rgb(mix(80, 60, v[0]), mix(80, 60, v[0]), mix(205, 50, v[0]));
    case THEME_YELLOW:
        return svg_rgb(mix(175, 55, v[0]), mix(175, 55, v[0]), mix(50, 20, v[0]));
    case THEME_PURPLE:
        return svg_rgb(mix(190, 65, v[0]), mix(80, 60, v[0]), mix(190, 65, v[0]));
    case THEME_AQUA:
        return svg_rgb(mix(50, 60, v[0]), mix(165, 55, v[0]), mix(165, 55, v[0]));
    case THEME_ORANGE:
        return svg_rgb(mix(190, 65, v[0]), mix(90, 65, v[0]), 0);
    default:
        return svg_rgb(mix(205, 50, v[2]), mix(0, 230, v[0]), mix(0, 55, v[1]));
    }
}

uint32_t svg_palette_color(const struct svg_palette *palette, struct span text)
{
    double numbers[3];

    if (palette->hash) {
        numbers[0] = hash_forward(text);
        numbers[1] = numbers[2] = hash_backward(text);
    } else if (palette->seed) {
        chance_numbers(palette->seed, text, numbers);
    } else {
        numbers[0] = numbers[1] = numbers[2] = sum_number(text);
    }
    return paint(shade(palette->theme, text), numbers);
}

/* Relative luminance as in WCAG 2. */
static double luminance(uint32_t rgb)
{
    static const double share[3] = {0.0722, 0.7152, 0.2126};
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double part = (double)(rgb >> (8 * i) & 255) / 255;
        sum += share[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

bool svg_color_is_dark(uint32_t rgb)
{
    return luminance(rgb) <=
           0.179; /* where black and white contrast alike: sqrt(1.05 * 0.05) - 0.05 */
}
