/* Messages: formatted, made harmless, and written with one call so that parallel runs do not mix.
 */
#include "flamectl/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "flamectl/xml.h"

#define MESSAGE_ROOM 2048
#define EXCERPT 80

void diag_init(struct diag *diag, const char *program)
{
    diag->program = program;
    diag->quiet = false;
    diag->errors = 0;
}

int diag_excerpt(struct span s)
{
    if (s.len <= EXCERPT)
        return (int)s.len;
    int n = EXCERPT;
    while (n > EXCERPT - 4 && ((unsigned char)s.data[n] & 0xC0) == 0x80)
        n--; /* do not cut a UTF-8 character */
    return n;
}

/* Terminals act on control characters, those of C1 (U+0080 to U+009F) included, and some take bytes
 * that are no UTF-8 for C1. */
static void make_harmless(char *text, size_t len)
{
    uint32_t code;
    bool valid;
    for (size_t i = 0, n; i < len; i += n) {
        n = xml_decode(span_make(text + i, len - i), &code, &valid);
        if (!valid || code < 0x20 || (code >= 0x7f && code < 0xA0))
            memset(text + i, '?', n);
    }
}

static void tell(const struct diag *diag, const char *file, uint64_t line, const char *kind,
                 const char *format, va_list args)
{
    char text[MESSAGE_ROOM];
    int n = snprintf(text, sizeof text - 1, "%s: ", diag->program);
    size_t used = n > 0 ? (size_t)n : 0;
    if (file && line)
        n = snprintf(text + used, sizeof text - used, "%.900s:%llu: ", file,
                     (unsigned long long)line);
    else if (file)
        n = snprintf(text + used, sizeof text - used, "%.900s: ", file);
    else
        n = 0;
    used += n > 0 ? (size_t)n : 0;
    n = snprintf(text + used, sizeof text - used, "%s", kind);
    used += n > 0 ? (size_t)n : 0;
    n = vsnprintf(text + used, sizeof text - 1 - used, format, args);
    if (n > 0)
        used = (size_t)n < sizeof text - 1 - used ? used + (size_t)n : sizeof text - 2;
    make_harmless(text, used);
    text[used++] = '\n';
    for (size_t done = 0; done < used;) {
        ssize_t wrote = write(STDERR_FILENO, text + done, used - done);
        if (wrote <= 0)
            break; /* nowhere left to say so; the exit status still tells */
        done += (size_t)wrote;
    }
}

void diag_error(struct diag *diag, const char *file, uint64_t line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag->errors++;
    tell(diag, file, line, "", format, args);
    va_end(args);
}

void diag_warn(struct diag *diag, const char *file, uint64_t line, const char *format, ...)
{
    va_list args;
    if (diag->quiet)
        return;
    va_start(args, format);
    tell(diag, file, line, "warning: ", format, args);
    va_end(args);
}

void diag_note(struct diag *diag, const char *format, ...)
{
    va_list args;
    if (diag->quiet)
        return;
    va_start(args, format);
    tell(diag, NULL, 0, "", format, args);
    va_end(args);
}
