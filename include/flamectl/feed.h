/* A feed deals what is left of one source out to several sources that are read at the same time, in
 * blocks that end where the format allows it. A source that gets several blocks reads them as one
 * input. */
#ifndef FLAMECTL_FEED_H
#define FLAMECTL_FEED_H

#include "flamectl/source.h"

/* How many bytes at the beginning of a block make whole samples, so that what follows can be read
 * by itself; 0 where that cannot be told. The block ends anywhere. */
typedef size_t feed_cut(struct span block);

/* Bytes of a block, more where a sample is longer: small beside the caches of a core, large beside the work of
 * dealing. */
#define FEED_BLOCK ((size_t)1 << 20)

struct feed;

/* Takes over reading from a source of which nothing but the head has been read. At first no more
 * than `blocks` blocks are dealt: see feed_release. */
struct feed *feed_open(struct source *from, feed_cut *cut, uint64_t blocks);

/* Only after every source of the feed is closed; the source behind it stays open. */
void feed_close(struct feed *feed);

/* Makes a source whose bytes come from the feed, with the head of the source behind it. */
void feed_source(struct feed *feed, struct source *source);

/* Deals blocks without limit from now on; a source that ended at the limit goes on. */
void feed_release(struct feed *feed, struct source *source);

/* Deals no further block. */
void feed_stop(struct feed *feed);

/* Whether there is more to deal. */
bool feed_has_more(struct feed *feed);

/* The number, in the whole input, of a block's line; 0 where a block before it was not read to its
 * end. */
uint64_t feed_line(const struct feed *feed, uint64_t block, uint64_t line);

#endif
