/* Eight bytes of text looked at together, and the digits among them. */
#ifndef FLAMECTL_WORD_H
#define FLAMECTL_WORD_H

#include <stddef.h>
#include <stdint.h>

#include "flamectl/span.h"

/* Whether the lowest byte of a word is the first in memory, and its place in a word can be asked for. */
#if defined(__GNUC__) && defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WORD_IN_ORDER 1
#define WORD_PLACE(marks) ((size_t)__builtin_ctzll(marks) / 8)
#else
#define WORD_IN_ORDER 0
#define WORD_PLACE(marks) ((size_t)0)
#endif

/* What so many digits are worth always fits; and to see their end, as many bytes must be there. */
#define WORD_DIGITS 18
#define WORD_DIGITS_REACH (WORD_DIGITS + 1)

/* Up to seven digits and what follows them, at once. 0 where it is more, or none. */
static inline size_t word_few_digits(const char *at, int64_t *value)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    word ^= UINT64_C(0x3030303030303030);
    uint64_t others = ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
    size_t digits = others ? WORD_PLACE(others) : 0;
    if (digits == 0)
        return 0;
    word <<= 64 - 8 * digits; /* zeros come before them; then they are added up in pairs, and these in pairs */
    word = word * 10 + (word >> 8);
    word = ((word & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
            ((word >> 16) & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >> 32;
    *value = (int64_t)word;
    return digits;
}

/* The digits that begin here, at most WORD_DIGITS: how many, and what they are worth. */
static inline size_t word_digits(const char *at, int64_t *value)
{
    size_t digits = WORD_IN_ORDER ? word_few_digits(at, value) : 0;
    if (digits)
        return digits;
    *value = 0;
    for (; digits < WORD_DIGITS && is_digit(at[digits]); digits++)
        *value = *value * 10 + (at[digits] - '0');
    return digits;
}

#endif
