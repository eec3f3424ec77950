/* The call tree as data inside the SVG document, from which the viewer draws every zoomed view.
 *
 * Private to the SVG writer. svg_data_write() writes the data's parts, a <metadata class="PART">
 * element each, to be placed as children of the root element. The format is version 2; the script
 * reads no other.
 *
 *   names        text of every distinct frame, kind suffix included, each followed by LF; the first
 *                line is frame 1. Frame 0 is the root, and a gap of a by-time profile. The
 *                commonest frames have the smallest numbers.
 *   fills        3 bytes (red, green, blue) per colour. Without a part "colors", colour n belongs
 *                to frame n.
 *
 * and of the nodes in drawing order, parents first, the root the first of all:
 *
 *   samples      how many samples are behind the weights, a varint a column: 0 where that is not
 *                known, 1 where a part "samples-C" tells it, else 1 + what each sample weighs, in
 *                units of 1/scale; absent where it is known of no column
 *   steps        a varint a node: up << flags | flag bits. up: levels from a child of the node
 *                before back to this node (0: it is that node's child, 1: its sibling; 0 for the
 *                root). A flag for each column: the node has weight of its own there; then one for
 *                each part "samples-C": it has samples of its own
 *   frames-low   a byte a node: its frame's number & 255
 *   frames-high  a varint a node: its frame's number >> 8; absent where all are 0
 *   weights-0, weights-1, samples-0, samples-1
 *                a varint for each node with that flag: own weight in units of 1/scale, or own
 *                samples; never 0
 *   colors       a varint a node: number of its colour; only where nodes of one frame differ
 *
 * Varints are unsigned LEB128: 7 bits a byte, low bits first, high bit = more follow. A part is
 * base64; with data-deflated="1" what that stands for is deflated (zlib format). Names are plain
 * character data unless deflated, UTF-8 where they are. That is 3 to 4 bytes a node, and 1 to 2
 * deflated, since the bytes of a part are alike. A node's own weight lies left of its children.
 *
 * What the script expects of the document around the data, besides the ids of flamegraph.pl (title,
 * subtitle, details, unzoom, search, ignorecase, matched, frames):
 *
 * Root element: <svg class="flamectl" viewBox="0 0 W H" width="W" height="H"> with
 *   data-version="2"
 *   data-nodes      number of nodes
 *   data-columns    1, or 2 (before, after)
 *   data-order      "time" where nodes are in order of time (flame charts), else absent
 *   data-scale      weights of the tree are in units of 1/scale (1 or 1000000)
 *   data-total      weight of the whole width, in units of 1/scale (--total may make it more than
 *                   the sum)
 *   data-factor     number titles multiply weights by (1)
 *   data-countname  "samples"
 *   data-nametype   "Function:"
 *   data-x          left edge of the frames (10)
 *   data-width      width of the root frame (1180)
 *   data-y          y of the root frame's <rect>
 *   data-step       from a level's y to the next one's: -16, or 16 when inverted
 *   data-height     height of a frame's <rect> (15)
 *   data-levels     levels the picture has room for, that of the root included
 *   data-fontsize   12
 *   data-fontwidth  0.59
 * and where there are two columns
 *   data-delta      "self" or "total": whose change in points titles tell
 *   data-negate     "1" where that change has its sign turned, else absent
 *   data-layout     "after", "before" or "union": by which weights nodes are wide. In a union a
 *                   node's own weight is the larger of the two columns'. Titles tell weights of
 *                   before in "before", else of after
 *   data-told       weight of the whole of that column, in units of 1/scale: what the shares in
 *                   titles are of
 *   data-points     weight of the whole of after: what changes are points of
 *   data-marks      "1" where a frame that one column does not have is marked: as new, with ", new"
 *                   after the change in its title and a dashed outline, or as gone, with ", gone"
 *                   and an outline. With data-negate, what only the first column has is new
 * All are plain decimal numbers unless quoted above.
 *
 * <g id="frames"> holds exactly one <g data-n="N"> or <a data-n="N" ...> per frame, N the node's
 * number in drawing order (root 0, gaps counted), with <title>, <rect x y width height fill rx ry>
 * and <text x y> in this order. Font and text attributes are inherited from outside of it.
 *
 * <g id="slivers"> is right before it: the merged narrow frames, <path fill d> each; may be empty.
 * The script replaces the children of both while it shows a zoomed view.
 *
 * A background <rect> covers width="100%" height="100%": a zoomed view may need a higher picture.
 *
 * A label is black where its box has a relative luminance (WCAG 2) above 0.179, else white:
 * attribute fill="#fff" on the <text>; black ones inherit. */
#ifndef FLAMECTL_SVG_DATA_H
#define FLAMECTL_SVG_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "flamectl/profile.h"
#include "flamectl/sink.h"

struct svg_data {
    const struct profile *profile;
    uint32_t (*fill)(const void *context, uint32_t node); /* 0xRRGGBB; not called for gaps */
    const void *context;
    bool fill_by_node; /* nodes of one frame may differ; else one of each frame is asked for */
    bool deflate;      /* large parts, where flamectl was built with zlib */
    unsigned jobs;     /* threads for that */
};

void svg_data_write(const struct svg_data *data, struct sink *sink);

#endif
