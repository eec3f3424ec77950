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

/* Deflates data[from, to) behind `used` bytes of a result with room for it; returns how many there
 * are then. */
static size_t deflate_piece(struct span data, size_t from, size_t to, struct way way, char *result,
                            size_t room, size_t used)
{
    size_t before = from < WINDOW ? from : WINDOW;
    unsigned char *bytes = (unsigned char *)data.data; /* zlib reads them only */
    z_stream z = {.zalloc = zlib_get, .zfree = zlib_free};

    /* none of these can fail: memory is there, and so are all arguments */
    deflateInit2(&z, way.level, Z_DEFLATED, BARE, MEMORY_LEVEL, way.strategy);
    if (before > 0)
        deflateSetDictionary(&z, bytes + from - before, (uInt)before);
    z.next_in = bytes + from;
    z.avail_in = (uInt)(to - from);
    z.next_out = (unsigned char *)result + used;
    z.avail_out = (uInt)(room - used);
    deflate(&z, to == data.len ? Z_FINISH : Z_SYNC_FLUSH);
    used = room - z.avail_out;
    deflateEnd(&z);
    return used;
}

/* Room for a deflated piece, whatever it holds. */
static size_t piece_room(size_t len)
{
    return len + len / 8 + 64;
}

/* Judged by the middle of a piece: what repeats is looked for where that saves a sixteenth. */
static struct way choose_way(struct span piece)
{
    size_t skipped = piece.len > SAMPLE ? (piece.len - SAMPLE) / 2 : 0;
    struct span sample = span_first(span_skip(piece, skipped), SAMPLE);
    size_t room = piece_room(SAMPLE);
    char *result = memory_get(room, 1);
    size_t without = deflate_piece(sample, 0, sample.len, runs, result, room, 0);
    size_t with = deflate_piece(sample, 0, sample.len, repeats, result, room, 0);

    memory_free(result);
    return with < without - without / 16 ? repeats : runs;
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

struct span deflate_bytes(struct span data)
{
    size_t capacity = 0, used = 0, from = 0;
    char *result = memory_grow(NULL, &capacity, HEADER_LEN, 1);

    used += write_header(result);
    do {
        struct span piece = span_first(span_skip(data, from), PIECE);
        size_t room = used + piece_room(piece.len) + TRAILER_LEN;
        result = memory_grow(result, &capacity, room, 1);
        used = deflate_piece(data, from, from + piece.len, choose_way(piece), result, room, used);
        from += piece.len;
    } while (from < data.len);
    used += write_trailer(result + used, data);
    return span_make(result, used);
}

#else

bool deflate_available(void)
{
    return false;
}

struct span deflate_bytes(struct span data)
{
    (void)data;
    return span_make(NULL, 0);
}

#endif
