/* What a number of JSON is worth: exactly, at any length and with any exponent. */
#include "json_number.h"

#include "flamectl/json_read.h"

/* number = ["-"] digits ["." digits] [("e" | "E") ["+" | "-"] digits] */
bool json_is_number(struct span s)
{
    size_t i = s.len && s.data[0] == '-', start = i;
    while (i < s.len && is_digit(s.data[i]))
        i++;
    if (i == start)
        return false;
    if (i < s.len && s.data[i] == '.') {
        start = ++i;
        while (i < s.len && is_digit(s.data[i]))
            i++;
        if (i == start)
            return false;
    }
    if (i < s.len && (s.data[i] | 32) == 'e') {
        i++;
        i += i < s.len && (s.data[i] == '+' || s.data[i] == '-');
        start = i;
        while (i < s.len && is_digit(s.data[i]))
            i++;
        if (i == start)
            return false;
    }
    return i == s.len;
}

/* The parts of a number: its digits without point, and where the point stands among them. */
struct number {
    struct span whole, fraction;
    long exponent;
    bool negative;
};

#define FAR_EXPONENT 100000

static bool split_number(struct span text, struct number *number)
{
    if (!json_is_number(text))
        return false;
    number->negative = text.data[0] == '-';
    text = span_skip(text, number->negative);
    size_t e = 0;
    while (e < text.len && (text.data[e] | 32) != 'e')
        e++;
    struct span digits = span_first(text, e), power = span_skip(text, e + 1);
    bool down = power.len && power.data[0] == '-';
    number->exponent = 0;
    for (size_t i = power.len && !is_digit(power.data[0]); i < power.len; i++)
        if (number->exponent < FAR_EXPONENT)
            number->exponent = number->exponent * 10 + (power.data[i] - '0');
    if (down)
        number->exponent = -number->exponent;
    size_t point = span_find(digits, '.');
    number->whole = span_first(digits, point);
    number->fraction = point == SPAN_NONE ? span_make(NULL, 0) : span_skip(digits, point + 1);
    return true;
}

/* The digit that stands `place` places right of the point (0: the last before it), or 0. */
static int digit_at(const struct number *number, long place)
{
    if (place > 0)
        return (size_t)place <= number->fraction.len ? number->fraction.data[place - 1] - '0' : 0;
    size_t back = (size_t)-place;
    return back < number->whole.len ? number->whole.data[number->whole.len - 1 - back] - '0' : 0;
}

bool json_decimal(struct span text, unsigned places, int64_t *value)
{
    struct number number;
    if (span_to_decimal(text, places, value) && is_digit(text.data[text.len - 1])) /* as most are */
        return true;
    if (!split_number(text, &number))
        return false;
    long last = number.exponent + (long)places; /* place of the last digit that counts */
    long first = 1 - (long)(number.whole.len < FAR_EXPONENT ? number.whole.len : FAR_EXPONENT);
    if (number.whole.len > FAR_EXPONENT || (last > 0 && number.fraction.len > FAR_EXPONENT))
        return false;
    int64_t sum = 0;
    bool up = digit_at(&number, last + 1) >= 5;
    for (long place = first; place <= last; place++) {
        int digit = digit_at(&number, place);
        if (sum > (INT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
        if (sum == 0 && place > 0 && (size_t)place > number.fraction.len)
            break; /* however many zeros follow */
    }
    if (up && sum == INT64_MAX)
        return false;
    sum += up;
    *value = number.negative ? -sum : sum;
    return true;
}

bool json_is_fraction(struct span text)
{
    struct number number;
    size_t whole = 0;
    while (whole < text.len && is_digit(text.data[whole]))
        whole++;
    if (whole == text.len)
        return whole == 0;
    struct span decimals = span_skip(text, whole + 1);
    if (whole && text.data[whole] == '.' && span_is_digits(decimals) && decimals.data[decimals.len - 1] != '0')
        return true;
    if (!split_number(text, &number))
        return true;
    for (long i = (long)number.fraction.len; i > 0 && i > number.exponent; i--)
        if (digit_at(&number, i))
            return true;
    for (long i = 0; i > number.exponent && (size_t)-i < number.whole.len; i--)
        if (digit_at(&number, i))
            return true;
    return false;
}
