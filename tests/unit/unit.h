/* What the unit programs share: a result is a line "ok NAME" or "not ok NAME: why", inputs are
 * files made of a text, and messages are caught in one. */
#ifndef FLAMECTL_TESTS_UNIT_H
#define FLAMECTL_TESTS_UNIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int unit_failed; /* the program's exit status */

/* Prints bytes so that they stay on one line. */
static inline void unit_quote(const char *text)
{
    putchar('"');
    for (size_t i = 0; text[i] && i < 300; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n')
            fputs("\\n", stdout);
        else if (c < ' ' || c > '~')
            printf("\\x%02x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static inline void unit_check(const char *name, bool good)
{
    printf(good ? "ok %s\n" : "not ok %s: not so\n", name);
    unit_failed |= !good;
}

static inline void unit_same(const char *name, const char *got, const char *want)
{
    if (strcmp(got, want) == 0) {
        printf("ok %s\n", name);
        return;
    }
    printf("not ok %s: got ", name);
    unit_quote(got);
    fputs(", want ", stdout);
    unit_quote(want);
    putchar('\n');
    unit_failed = 1;
}

/* Whether `text` occurs in `got`. */
static inline void unit_holds(const char *name, const char *got, const char *text)
{
    if (strstr(got, text))
        printf("ok %s\n", name);
    else
        unit_same(name, got, text);
}

/* A path for a file of this program that is gone at its end; the caller frees it. */
static inline char *unit_path(void)
{
    const char *folder = getenv("TMPDIR");
    char path[1024];
    snprintf(path, sizeof path, "%s/flamectl-unit-XXXXXX", folder && *folder ? folder : "/tmp");
    int fd = mkstemp(path);
    if (fd < 0) {
        printf("not ok unit: no file can be made in %s\n", path);
        exit(1);
    }
    close(fd);
    return strcpy(malloc(strlen(path) + 1), path);
}

/* Writes a file; returns its path, which unit_remove removes and frees. */
static inline char *unit_file(const char *data, size_t len)
{
    char *path = unit_path();
    FILE *file = fopen(path, "wb");
    fwrite(data, 1, len, file);
    fclose(file);
    return path;
}

static inline void unit_remove(char *path)
{
    unlink(path);
    free(path);
}

/* The bytes of a file as text, freed by the caller; "" where there is none. */
static inline char *unit_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = 0, room = 65536;
    char *text = malloc(room);
    while (file) {
        size_t n = fread(text + len, 1, room - 1 - len, file);
        if (n == 0)
            break;
        len += n;
        if (len == room - 1)
            text = realloc(text, room *= 2);
    }
    if (file)
        fclose(file);
    text[len] = '\0';
    return text;
}

/* Catches what is written to stderr between begin and end. */
struct unit_catch {
    char *path;
    int saved;
};

static inline void unit_catch_begin(struct unit_catch *caught)
{
    caught->path = unit_path();
    caught->saved = dup(STDERR_FILENO);
    if (!freopen(caught->path, "wb", stderr))
        exit(1);
}

/* The caller frees the text. */
static inline char *unit_catch_end(struct unit_catch *caught)
{
    fflush(stderr);
    dup2(caught->saved, STDERR_FILENO);
    close(caught->saved);
    char *text = unit_read(caught->path);
    unit_remove(caught->path);
    return text;
}

#endif
