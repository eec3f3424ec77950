/* A steady program for tests/record/compare.py: makes lines of text, splits, hashes and sorts their words, and
 * formats numbers. With -DPLANT=10 hash_word, a fifth of all, is 10 % dearer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PLANT
#define PLANT 0
#endif
#define KEPT __attribute__((noinline))
/* so that functions that call nothing have a frame pointer, too */
#define FRAME (void)*(void *volatile *)__builtin_frame_address(0)

enum { WORDS = 400, ROUNDS = 1000 };

static char text[WORDS * 16];
static const char *words[WORDS];
static volatile unsigned result;

KEPT static unsigned next_random(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

KEPT static void make_text(unsigned *state)
{
    size_t used = 0;
    for (int w = 0; w < WORDS; w++) {
        unsigned length = 3 + next_random(state) % 9;
        for (unsigned i = 0; i < length; i++)
            text[used++] = (char)('a' + next_random(state) % 26);
        text[used++] = ' ';
    }
    text[used] = '\0';
}

KEPT static void split(void)
{
    int count = 0;
    for (char *p = text; *p && count < WORDS; p++) {
        words[count++] = p;
        while (*p != ' ')
            p++;
        *p = '\0';
    }
}

/* Several rounds over each word; a tenth more of them with PLANT. */
KEPT static unsigned hash_word(const char *word)
{
    FRAME;
    unsigned hash = 2166136261u;
    for (int round = 0; round < 40 + 40 * PLANT / 100; round++)
        for (const char *p = word; *p; p++)
            hash = (hash ^ (unsigned char)*p) * 16777619u;
    return hash;
}

KEPT static unsigned count_letters(const char *word)
{
    FRAME;
    unsigned counts[26] = {0}, most = 0;
    for (int round = 0; round < 60; round++)
        for (const char *p = word; *p; p++)
            counts[*p - 'a']++;
    for (int i = 0; i < 26; i++)
        most = counts[i] > most ? counts[i] : most;
    return most;
}

KEPT static unsigned index_words(void)
{
    unsigned sum = 0;
    for (int w = 0; w < WORDS; w++)
        sum += hash_word(words[w]) ^ count_letters(words[w]);
    return sum;
}

static int compare_words(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

KEPT static void sort_words(void)
{
    for (int w = 0; w < WORDS; w += WORDS / 20)
        qsort(words + w, WORDS / 20, sizeof *words, compare_words);
    qsort(words, WORDS, sizeof *words, compare_words);
}

KEPT static unsigned print_numbers(unsigned *state)
{
    char line[64];
    unsigned sum = 0;
    for (int i = 0; i < WORDS; i++)
        sum += (unsigned)snprintf(line, sizeof line, "%u %u %x", next_random(state), i, next_random(state));
    return sum;
}

KEPT static void serve(unsigned *state)
{
    for (int part = 0; part < 4; part++) {
        make_text(state);
        split();
        sort_words();
        result += print_numbers(state);
    }
    result += index_words();
}

int main(void)
{
    unsigned state = 1;
    for (int round = 0; round < ROUNDS; round++)
        serve(&state);
    return 0;
}
