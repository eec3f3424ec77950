/* Deflating. The data are deflated in pieces that need nothing of each other but the bytes before
 * (pieces end at a byte, as after a sync flush), so that any number of them could be at work at
 * once.
 *
 * How much each byte says for itself and how much repeats differs from data to data: a sample of
 * each piece tells whether to look for what repeats, or only for runs of a byte, which is faster
 * and, where little repeats, smaller too. */
#include "flamectl/deflate.h"

#ifdef FLAMECTL_ZLIB

#include <zlib.h>

#include "flamectl/memory.h"
#include "flamectl/threads.h"
#include "zlib_memory.h"

#define PIECE (256u << 10)
#define SAMPLE (16u << 10)
#define WINDOW (32u << 10)
#define BARE (-15)     /* deflateInit2: largest window, neither header nor trailer */
#define MEMORY_LEVEL 9 /* the most: larger blocks, fewer tables of codes */
#define HEADER_LEN 2
#define TRAILER_LEN 4

/* The way to deflate a piece. */
struct way {
    int level, strategy;
};

static const struct way runs = {1, Z_RLE}, repeats = {4, Z_DEFAULT_STRATEGY};

bool deflate_available(void)
{
    return true;
}

/* Behind a piece: what marks its end, and sets it to a whole byte. */
#define FLUSH_LEN 16

/* Deflates data[from, to), the end of a stream where it is the end of the data. The result's bytes
 * are the caller's. */
static struct span deflate_piece(struct span data, size_t from, size_t to, struct way way)
{
    size_t before = from < WINDOW ? from : WINDOW;
    unsigned char *bytes = (unsigned char *)data.data; /* zlib reads them only */
    z_stream z = {.zalloc = zlib_get, .zfree = zlib_free};

    /* none of these can fail: memory is there, and so are all arguments */
    deflateInit2(&z, way.level, Z_DEFLATED, BARE, MEMORY_LEVEL, way.strategy);
    size_t room = deflateBound(&z, (uLong)(to - from)) + FLUSH_LEN;
    char *result = memory_get(room, 1);
    if (before > 0)
        deflateSetDictionary(&z, bytes + from - before, (uInt)before);
    z.next_in = bytes + from;
    z.avail_in = (uInt)(to - from);
    z.next_out = (unsigned char *)result;
    z.avail_out = (uInt)room;
    deflate(&z, to == data.len ? Z_FINISH : Z_SYNC_FLUSH);
    deflateEnd(&z);
    return span_make(result, room - z.avail_out);
}

static size_t deflated_len(struct span sample, struct way way)
{
    struct span deflated = deflate_piece(sample, 0, sample.len, way);

    memory_free((char *)deflated.data);
    return deflated.len;
}

/* Judged by the middle of a piece: what repeats is looked for where that saves a sixteenth. */
static struct way choose_way(struct span piece)
{
    size_t skipped = piece.len > SAMPLE ? (piece.len - SAMPLE) / 2 : 0;
    struct span sample = span_first(span_skip(piece, skipped), SAMPLE);
    size_t without = deflated_len(sample, runs), with = deflated_len(sample, repeats);

    return with < without - without / 16 ? repeats : runs;
}

struct pieces {
    struct span data;
    struct span *deflated; /* by piece */
    size_t count, step;
};

/* Every so many pieces. */
static void deflate_share(void *context, unsigned share)
{
    const struct pieces *pieces = context;

    for (size_t i = share; i < pieces->count; i += pieces->step) {
        struct span piece = span_first(span_skip(pieces->data, i * PIECE), PIECE);
        pieces->deflated[i] =
            deflate_piece(pieces->data, i * PIECE, i * PIECE + piece.len, choose_way(piece));
    }
}

/* "Deflated, window of 32 KiB, fast", as a number that 31 divides. */
static size_t write_header(char *result)
{
    result[0] = 0x78;
    result[1] = 0x01;
    return HEADER_LEN;
}

static size_t write_trailer(char *result, struct span data)
{
    uLong sum = adler32(0, NULL, 0);

    for (size_t at = 0; at < data.len; at += PIECE) {
        struct span piece = span_first(span_skip(data, at), PIECE);
        sum = adler32(sum, (const unsigned char *)piece.data, (uInt)piece.len);
    }
    for (int i = 0; i < TRAILER_LEN; i++)
        result[i] = (char)(sum >> (24 - 8 * i) & 255);
    return TRAILER_LEN;
}

struct span deflate_bytes(struct span data, unsigned jobs)
{
    size_t count = data.len ? (data.len - 1) / PIECE + 1 : 1, room = HEADER_LEN + TRAILER_LEN;
    struct span *deflated = memory_get(count, sizeof *deflated);

    jobs = jobs < 1 ? 1 : jobs < count ? jobs : (unsigned)count;
    threads_run(jobs, deflate_share, &(struct pieces){data, deflated, count, jobs});
    for (size_t i = 0; i < count; i++)
        room += deflated[i].len;
    char *result = memory_get(room, 1);
    size_t used = write_header(result);
    for (size_t i = 0; i < count; i++) {
        memcpy(result + used, deflated[i].data, deflated[i].len);
        used += deflated[i].len;
        memory_free((char *)deflated[i].data);
    }
    memory_free(deflated);
    used += write_trailer(result + used, data);
    return span_make(result, used);
}

#else

bool deflate_available(void)
{
    return false;
}

struct span deflate_bytes(struct span data, unsigned jobs)
{
    (void)data;
    (void)jobs;
    return span_make(NULL, 0);
}

#endif
