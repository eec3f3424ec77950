/* Gzip output: bytes are gathered, deflated by the piece, and handed to the sink. */
#include "flamectl/sink_gzip.h"

#include "flamectl/memory.h"

#ifdef FLAMECTL_ZLIB

#include <zlib.h>

#include "zlib_memory.h"

#define PIECE 65536
#define GZIP_ONLY (15 + 16) /* deflateInit2: largest window, gzip header */
#define MEMORY_LEVEL 8
#define UNKNOWN_SYSTEM 255 /* the header's byte for "any operating system" */

struct sink_gzip {
    struct sink *sink;
    z_stream stream;
    gz_header header;
    unsigned char out[PIECE];
};

struct sink_gzip *sink_gzip_open(struct sink *sink)
{
    struct sink_gzip *gzip = memory_zero(1, sizeof *gzip);
    gzip->sink = sink;
    gzip->stream.zalloc = zlib_get;
    gzip->stream.zfree = zlib_free;
    /* none of these can fail: memory is there, and so are all arguments */
    deflateInit2(&gzip->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_ONLY, MEMORY_LEVEL,
                 Z_DEFAULT_STRATEGY);
    gzip->header.os = UNKNOWN_SYSTEM;
    deflateSetHeader(&gzip->stream, &gzip->header);
    return gzip;
}

static void turn(struct sink_gzip *gzip, int flush)
{
    do {
        gzip->stream.next_out = gzip->out;
        gzip->stream.avail_out = PIECE;
        deflate(&gzip->stream, flush);
        sink_write(gzip->sink, (const char *)gzip->out, PIECE - gzip->stream.avail_out);
    } while (gzip->stream.avail_out == 0);
}

void sink_gzip_write(struct sink_gzip *gzip, struct span data)
{
    for (; data.len; data = span_skip(data, PIECE)) {
        gzip->stream.next_in = (unsigned char *)data.data; /* zlib reads them only */
        gzip->stream.avail_in = (uInt)span_first(data, PIECE).len;
        turn(gzip, Z_NO_FLUSH);
    }
}

void sink_gzip_close(struct sink_gzip *gzip)
{
    turn(gzip, Z_FINISH);
    deflateEnd(&gzip->stream);
    memory_free(gzip);
}

#else

struct sink_gzip {
    struct sink *sink;
};

struct sink_gzip *sink_gzip_open(struct sink *sink)
{
    struct sink_gzip *gzip = memory_get(1, sizeof *gzip);
    gzip->sink = sink;
    return gzip;
}

void sink_gzip_write(struct sink_gzip *gzip, struct span data)
{
    sink_span(gzip->sink, data);
}

void sink_gzip_close(struct sink_gzip *gzip)
{
    memory_free(gzip);
}

#endif
