/* Inflating with zlib. A gzip file may hold several members one after another (as pigz and
 * log rotation write them); zeros behind the last one are padding. */
#include "source_gzip.h"

#ifdef FLAMECTL_ZLIB

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "flamectl/memory.h"
#include "zlib_memory.h"

#define COMPRESSED_ROOM 65536
#define GZIP_ONLY (15 + 16) /* inflateInit2: largest window, gzip header */

struct source_gzip {
    z_stream stream;
    int fd;
    bool in_member;        /* a header was seen and its trailer not yet */
    bool ended;            /* no compressed byte follows */
    bool trailing;         /* something else follows the last member */
    unsigned char *buffer; /* compressed bytes */
    size_t room;
};

struct source_gzip *source_gzip_open(int fd, struct span first)
{
    struct source_gzip *gzip = memory_zero(1, sizeof *gzip);
    gzip->fd = fd;
    gzip->stream.zalloc = zlib_get;
    gzip->stream.zfree = zlib_free;
    inflateInit2(&gzip->stream, GZIP_ONLY); /* can only fail for want of memory */
    gzip->room = first.len > COMPRESSED_ROOM ? first.len : COMPRESSED_ROOM;
    gzip->buffer = memory_get(gzip->room, 1);
    memcpy(gzip->buffer, first.data, first.len);
    gzip->stream.next_in = gzip->buffer;
    gzip->stream.avail_in = (uInt)first.len;
    gzip->in_member = true;
    return gzip;
}

void source_gzip_close(struct source_gzip *gzip)
{
    if (!gzip)
        return;
    inflateEnd(&gzip->stream);
    memory_free(gzip->buffer);
    memory_free(gzip);
}

static int refill(struct source_gzip *gzip, const char **why)
{
    z_stream *z = &gzip->stream;
    if (gzip->ended)
        return 0;
    memmove(gzip->buffer, z->next_in, z->avail_in);
    z->next_in = gzip->buffer;
    ssize_t n = source_read(gzip->fd, gzip->buffer + z->avail_in, gzip->room - z->avail_in);
    if (n < 0) {
        *why = strerror(errno);
        return -1;
    }
    gzip->ended = n == 0;
    z->avail_in += (uInt)n;
    return 0;
}

/* What follows the last member: zeros, as tapes and block devices pad, or something else. */
static int leave_padding(struct source_gzip *gzip, const char **why)
{
    z_stream *z = &gzip->stream;
    do {
        for (uInt i = 0; i < z->avail_in; i++)
            gzip->trailing = gzip->trailing || z->next_in[i];
        z->avail_in = 0;
        if (refill(gzip, why) < 0)
            return -1;
    } while (z->avail_in);
    return 0;
}

/* Goes on to the next member where one follows: 1, else 0; -1 for a read error. */
static int next_member(struct source_gzip *gzip, const char **why)
{
    z_stream *z = &gzip->stream;
    while (z->avail_in < 2 && !gzip->ended)
        if (refill(gzip, why) < 0)
            return -1;
    if (z->avail_in < 2 || z->next_in[0] != 0x1f || z->next_in[1] != 0x8b)
        return leave_padding(gzip, why);
    inflateReset(z);
    gzip->in_member = true;
    return 1;
}

ssize_t source_gzip_read(struct source_gzip *gzip, char *out, size_t room, const char **why)
{
    z_stream *z = &gzip->stream;
    z->next_out = (unsigned char *)out;
    z->avail_out = (uInt)(room < (1u << 30) ? room : (1u << 30));
    uInt wanted = z->avail_out;
    while (z->avail_out == wanted) {
        if (!gzip->in_member) {
            int more = next_member(gzip, why);
            if (more <= 0)
                return more;
        }
        if (z->avail_in == 0 && refill(gzip, why) < 0)
            return -1;
        if (z->avail_in == 0) {
            *why = "the gzip data end too early: is the file cut off?";
            return -1;
        }
        int result = inflate(z, Z_NO_FLUSH);
        if (result == Z_STREAM_END) {
            gzip->in_member = false;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            *why = "damaged gzip data";
            return -1;
        }
    }
    return (ssize_t)(wanted - z->avail_out);
}

bool source_gzip_trailing(const struct source_gzip *gzip)
{
    return gzip->trailing;
}

#else

bool source_gzip_trailing(const struct source_gzip *gzip)
{
    (void)gzip;
    return false;
}

struct source_gzip *source_gzip_open(int fd, struct span first)
{
    (void)fd;
    (void)first;
    return NULL;
}

void source_gzip_close(struct source_gzip *gzip)
{
    (void)gzip;
}

ssize_t source_gzip_read(struct source_gzip *gzip, char *out, size_t room, const char **why)
{
    (void)gzip;
    (void)out;
    (void)room;
    *why = "built without zlib";
    return -1;
}

#endif
