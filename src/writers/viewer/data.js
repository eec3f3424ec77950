/* The viewer inside a flame graph. The document is complete without it: a picture of the whole profile. It
 * also carries the whole call tree as data (svg_data.h has the format), from which every view is drawn.
 *
 * The same bytes are in every file, so that a Content-Security-Policy can name them by hash: whatever differs
 * between files is in attributes and data. Every name is untrusted: it only ever becomes text of a node.
 * Because they are in every file, they are few: no library, and two blanks of indentation.
 *
 * Here: from the text in the document to a Tree. */

const SUFFIX = /_\[[kwij]\]$/;

function bytesOf(base64) {
  if (Uint8Array.fromBase64)
    return Uint8Array.fromBase64(base64);
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++)
    bytes[i] = text.charCodeAt(i);
  return bytes;
}

/* Reads one number after the other. Exact to 2^53. */
class Varints {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  next() {
    const byte = this.bytes[this.at++];
    return byte < 128 ? byte : this.more(byte & 127);
  }

  more(value) {
    for (let unit = 128, byte = 128; byte > 127; unit *= 128) {
      byte = this.bytes[this.at++];
      value += (byte & 127) * unit;
    }
    return value;
  }
}

function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer().then(buffer => new Uint8Array(buffer));
}

/* The parts of the data by their names: text of "names", bytes of the others. */
async function readParts(root) {
  const parts = {};
  await Promise.all(Array.from(root.querySelectorAll(":scope > metadata"), async element => {
    const name = element.getAttribute("class"), text = element.textContent;
    if (!element.dataset.deflated)
      parts[name] = name === "names" ? text : bytesOf(text);
    else if (name === "names")
      parts[name] = new TextDecoder("utf-8", {ignoreBOM: true}).decode(await inflate(bytesOf(text)));
    else
      parts[name] = await inflate(bytesOf(text));
  }));
  return parts;
}

/* The tree of a document. */
function readTree(root, parts) {
  const names = ("all\n" + parts.names).split("\n");
  names.pop();
  const tree = new Tree(Number(root.dataset.nodes), Number(root.dataset.columns),
    {names: names.map(name => name.replace(SUFFIX, "")), colors: parts.fills});
  const columns = ["weights-", "samples-"].flatMap(what => tree.sums.map((_, column) => what + column))
    .filter(name => parts[name]); // in the order of their flags
  const fill = (sums, name) => readColumn(sums, columns.indexOf(name), parts.steps, parts[name]);
  readShape(tree, parts, columns.length);
  tree.sums.forEach((sums, column) => fill(sums, "weights-" + column));
  tree.samples = readSamples(tree, parts, fill);
  if (parts.colors) {
    const numbers = new Varints(parts.colors);
    tree.color = tree.frame.map(() => numbers.next());
  }
  tree.start = starts(tree.sums, root.dataset.layout);
  tree.extra = Number(root.dataset.total) - tree.width(0);
  return tree;
}

/* A child is told by how many levels its parent is above the node before it. */
function readShape(tree, parts, columns) {
  const {count, frame, parent, depth, end} = tree, flags = 2 ** columns;
  const steps = new Varints(parts.steps), low = parts["frames-low"];
  const high = parts["frames-high"] && new Varints(parts["frames-high"]);
  for (let node = 0; node < count; node++) {
    let above = node - 1;
    for (let up = Math.floor(steps.next() / flags); up > 0; up--) {
      end[above] = node;
      above = parent[above];
    }
    if (node > 0) {
      parent[node] = above;
      depth[node] = depth[above] + 1;
    }
    frame[node] = low[node] + (high ? 256 * high.next() : 0);
  }
  for (let node = count - 1; node > 0; node = parent[node])
    end[node] = count;
  end[0] = count;
}

/* Sums of the nodes' own numbers: those of the nodes with the column's flag are told. */
function readColumn(sums, flag, stepBytes, bytes) {
  const steps = new Varints(stepBytes), numbers = new Varints(bytes);
  for (let node = 0; node + 1 < sums.length; node++)
    sums[node + 1] = sums[node] + (steps.next() >> flag & 1 ? numbers.next() : 0);
}

/* By column {sums, period}, samples being sums / period, or null where they are not known. */
function readSamples(tree, parts, fill) {
  const known = parts.samples && new Varints(parts.samples);
  return tree.sums.map((weights, column) => {
    const how = known ? known.next() : 0;
    if (how !== 1)
      return how ? {sums: weights, period: how - 1} : null;
    const sums = new Float64Array(weights.length);
    fill(sums, "samples-" + column);
    return {sums, period: 1};
  });
}

/* Sums of the weights that nodes are wide for themselves: those of a column or, in a union, the larger of two. */
function starts(sums, layout) {
  const [before, after] = sums;
  if (layout === "before")
    return before;
  if (layout !== "union")
    return sums[sums.length - 1];
  const start = new Float64Array(before.length);
  for (let node = 1; node < start.length; node++)
    start[node] = start[node - 1] + Math.max(before[node] - before[node - 1], after[node] - after[node - 1]);
  return start;
}
