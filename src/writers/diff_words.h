/* Sentences that the outputs of diff have in common, free of markup. */
#ifndef FLAMECTL_DIFF_WORDS_H
#define FLAMECTL_DIFF_WORDS_H

#include "changes.h"
#include "flamectl/writer.h"

/* A growing text; what does not fit is cut off. */
struct words {
    char text[1024];
    size_t len;
};

void words_add(struct words *words, const char *format, ...) DIAG_FORMAT(2, 3);

/* What the sides are scaled to. */
void diff_words_scaling(struct words *words, const struct writing *writing);

/* How the verdict came about: "5 against 5 runs"; and why there is none, with the remedy. */
void diff_words_verdict(struct words *words, const struct comparison *comparison);

/* What these data could have told, and how many runs would tell more. Nothing without tests. */
void diff_words_power(struct words *words, const struct comparison *comparison);

/* How many stacks only one side has. Nothing where there is none. */
void diff_words_stacks(struct words *words, const struct changes *changes);

/* Of a fraction: "20.02%"; "+8.0%", "new"; and "+1.61" points. Nine characters at most. */
#define DIFF_WORDS_NUMBER 48
const char *diff_words_percent(char *buffer, double fraction);
const char *diff_words_relative(char *buffer, double fraction);
const char *diff_words_points(char *buffer, double fraction);

/* A number with so many digits, or "-" for none. */
const char *diff_words_number(char *buffer, double number, int digits);

#endif
