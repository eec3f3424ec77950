/* A comma after every digit that has a multiple of three digits after it and before the point. */
#include "flamectl/digits.h"

#include "flamectl/span.h"

const char *digits_group(char *buffer, const char *plain, size_t len)
{
    size_t whole = span_find(span_make(plain, len), '.'), out = 0;
    if (whole == SPAN_NONE)
        whole = len;
    for (size_t i = 0; i < len; i++) {
        buffer[out++] = plain[i];
        if (is_digit(plain[i]) && i + 1 < whole && (whole - i - 1) % 3 == 0)
            buffer[out++] = ',';
    }
    buffer[out] = '\0';
    return buffer;
}
