/* The viewer inside a flame graph: zoom, search, details, keyboard.
 *
 * The document is complete without this script: a picture of the whole profile. It also carries the whole
 * call tree as data (the format is told in svg_data.h). The script leaves the picture alone until
 * something is zoomed; a zoomed view is drawn from the data, so frames too narrow in the picture appear, and
 * Reset Zoom puts the picture's own elements back.
 *
 * The same bytes are in every file, so that a Content-Security-Policy can name them by hash: whatever differs
 * between files is in attributes and data. Every name is untrusted: it only ever becomes text of a node.
 * Because they are in every file, they are few: no library, and two blanks of indentation. */
(function () {
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
const MAX_GROUPS = 2000;    // frames drawn as elements of their own, ancestors included
const MIN_FRAME = 2;        // px; narrower ones cannot be pointed at: they are drawn merged
const MAX_RUN = 4;          // px of narrow frames drawn as one
const MIN_SLIVER = 0.1;     // px; narrower ones are not looked into
const MAX_ANCESTORS = 1000;
const MAX_LEVELS = 2000;    // above the zoomed frame; browsers fail at pictures millions of pixels high
const SEARCH_MS = 1000;     // a pattern that takes longer is searched for literally
const SUFFIX = /_\[[kwij]\]$/;

/* ---- The call tree ---- */

function bytesOf(base64) {
  const text = atob(base64.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++)
    bytes[i] = text.charCodeAt(i);
  return bytes;
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

/* Returns a function that reads one number after the other. Exact to 2^53. */
function varints(bytes) {
  let at = 0;
  return function () {
    let byte = bytes[at++];
    let value = byte & 127;
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = bytes[at++];
      value += (byte & 127) * unit;
    }
    return value;
  };
}

/* Nodes are numbered in drawing order, so a subtree is the range [node, end[node]). A node's own weight lies
 * left of its children: the sum of all own weights before a node is where it begins, and its total is
 * the difference of two sums. */
class Tree {
  constructor(root, parts) {
    const count = Number(root.dataset.nodes);
    this.count = count;
    this.columns = Number(root.dataset.columns);
    this.names = ("all\n" + parts.names).split("\n").map(text => text.replace(SUFFIX, ""));
    this.names.pop();
    this.colors = parts.fills;
    this.frame = new Uint32Array(count);
    this.parent = new Uint32Array(count);
    this.depth = new Uint32Array(count);
    this.end = new Uint32Array(count);
    this.color = parts.colors ? new Uint32Array(count) : this.frame;
    this.sums = [];
    for (let column = 0; column < this.columns; column++)
      this.sums.push(new Float64Array(count + 1));
    this.start = this.sums[this.columns - 1];
    this.decode(parts);
  }

  decode(parts) {
    const {count, columns, frame, parent, depth, end, color, sums} = this;
    const step = varints(parts.steps), low = parts["frames-low"];
    const high = parts["frames-high"] ? varints(parts["frames-high"]) : () => 0;
    const weights = sums.map((_, column) => varints(parts["weights-" + column]));
    const nextColor = parts.colors && varints(parts.colors);
    for (let node = 0; node < count; node++) {
      const head = step();
      let above = node - 1;
      for (let up = Math.floor(head / 2 ** columns); up > 0; up--) {
        end[above] = node;
        above = parent[above];
      }
      if (node > 0) {
        parent[node] = above;
        depth[node] = depth[above] + 1;
      }
      frame[node] = low[node] + 256 * high();
      for (let column = 0; column < columns; column++)
        sums[column][node + 1] = sums[column][node] + (head >> column & 1 ? weights[column]() : 0);
      if (nextColor)
        color[node] = nextColor();
    }
    for (let node = count - 1; node > 0; node = parent[node])
      end[node] = count;
    end[0] = count;
  }

  isGap(node) {
    return node > 0 && this.frame[node] === 0;
  }

  name(node) {
    return this.names[this.frame[node]];
  }

  width(node) {
    return this.start[this.end[node]] - this.start[node];
  }

  /* After less before, of the node's own weight or ("total") of its subtree's. */
  change(node, which) {
    const end = which === "self" ? node + 1 : this.end[node];
    const [before, after] = this.sums;
    return after[end] - after[node] - (before[end] - before[node]);
  }

  rgb(node) {
    const at = 3 * this.color[node];
    return this.colors.subarray(at, at + 3);
  }

  /* The node at a level over a place on the axis of weights, or -1. */
  at(depth, place) {
    for (let node = 0; node < this.count && this.start[node] <= place;) {
      if (this.start[this.end[node]] <= place)
        node = this.end[node];
      else if (this.depth[node] === depth)
        return this.isGap(node) ? -1 : node;
      else
        node++;
    }
    return -1;
  }

  /* The node of a level that begins nearest to a place, of several the widest; 0 where there is none. */
  nearest(depth, place) {
    let best = 0, distance = Infinity;
    for (let node = 0; node < this.count; node++) {
      if (this.depth[node] !== depth || this.isGap(node) || this.width(node) === 0)
        continue;
      const d = Math.abs(this.start[node] - place);
      if (d < distance || d === distance && this.width(node) > this.width(best)) {
        best = node;
        distance = d;
      }
    }
    return best;
  }

  /* The weight in the view of `top` under frames that match, each once. */
  matchedWeight(top, matches) {
    const {frame, parent, start, end} = this;
    for (let node = top; node > 0; node = parent[node])
      if (matches[frame[node]])
        return this.width(top);
    let sum = 0;
    for (let node = top; node < end[top];) {
      if (matches[frame[node]]) {
        sum += this.width(node);
        node = end[node]; // what is below is in it
      } else {
        node++;
      }
    }
    return sum;
  }
}

/* ---- Search patterns ---- */

/* A pattern may come from a link somebody else made, and the browser's own regular expressions can take for
 * ever ("(a+)+$"). So patterns run here as sets of states: in time linear in the text, under a deadline.
 * A state is one of
 *   {ranges, next}   takes one character out of ranges [first, last, first, last, ...]
 *   {place, next}    demands a place: ^ $ b B
 *   {to: [...]}      goes on at each of them
 *   {}               the end: found
 * Look-around and back references cannot be had that way: such a pattern is taken literally. */

const LAST = 0xffff;
const MAX_STATES = 2000, MAX_SETS = 500;
const CONTROLS = {t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0};
const CLASSES = {
  d: [48, 57],
  s: [9, 13, 32, 32, 160, 160, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f,
    0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
  w: [48, 57, 65, 90, 95, 95, 97, 122],
};

function inRanges(ranges, code) {
  for (let i = 0; i < ranges.length; i += 2)
    if (code >= ranges[i] && code <= ranges[i + 1])
      return true;
  return false;
}

function complement(ranges) {
  const pairs = [], rest = [];
  let next = 0;
  for (let i = 0; i < ranges.length; i += 2)
    pairs.push([ranges[i], ranges[i + 1]]);
  for (const [first, last] of pairs.sort((a, b) => a[0] - b[0])) {
    if (first > next)
      rest.push(next, first - 1);
    next = Math.max(next, last + 1);
  }
  return next > LAST ? rest : rest.concat(next, LAST);
}

/* Reads what the browser has found to be a valid pattern. What the methods return makes the states of their
 * part of the pattern, given the state that comes after. */
class PatternParser {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.states = 0;
  }

  take(expression) {
    expression.lastIndex = this.at;
    const found = expression.exec(this.text);
    if (found)
      this.at += found[0].length;
    return found;
  }

  state(fields) {
    if (this.states >= MAX_STATES)
      throw new Error("long pattern");
    return Object.assign(fields, {id: this.states++});
  }

  choice() {
    const parts = [this.sequence()];
    while (this.take(/\|/y))
      parts.push(this.sequence());
    return next => this.state({to: parts.map(part => part(next))});
  }

  sequence() {
    const parts = [];
    while (this.at < this.text.length && !/[|)]/.test(this.text[this.at]))
      parts.push(this.repeated(this.atom()));
    return next => parts.reduceRight((after, part) => part(after), next);
  }

  repeated(part) {
    const found = this.take(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y);
    if (!found)
      return part;
    const [, sign, least, comma, most] = found;
    const min = Number(least || sign === "+");
    const max = most ? Number(most) : sign === "?" ? 1 : sign || comma ? Infinity : min;
    return next => this.repeat(part, min, max, next);
  }

  repeat(part, min, max, next) {
    let first = next;
    if (max === Infinity) {
      first = this.state({to: [next]});
      first.to.push(part(first));
    } else {
      for (let i = min; i < max; i++)
        first = this.state({to: [next, part(first)]});
    }
    for (let i = 0; i < min; i++) {
      const before = this.states;
      first = part(first);
      if (this.states === before)
        break; // an empty part, as often as it likes
    }
    return first;
  }

  atom() {
    if (this.take(/\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/y)) {
      const group = this.choice();
      this.take(/\)/y);
      return group;
    }
    if (this.take(/\(/y))
      throw new Error("look-around");
    const place = this.take(/[\^$]|\\[bB]/y);
    if (place)
      return next => this.state({place: place[0].slice(-1), next});
    const ranges = this.take(/\./y) ? complement([10, 10, 13, 13, 0x2028, 0x2029])
      : this.take(/\[/y) ? this.set() : this.character();
    return next => this.state({ranges, next});
  }

  set() {
    const inverted = this.take(/\^/y);
    let ranges = [];
    while (!this.take(/\]/y)) {
      const first = this.member();
      if (!this.take(/-(?!\])/y)) {
        ranges = ranges.concat(first);
        continue;
      }
      const last = this.member();
      ranges = ranges.concat(first.single && last.single ? [first[0], last[1]] : [...first, 45, 45, ...last]);
    }
    ranges.inverted = inverted !== null; // after the cases of letters are ignored
    return ranges;
  }

  member() {
    return this.take(/\\b/y) ? this.single(8) : this.character();
  }

  single(code) {
    return Object.assign([code, code], {single: true});
  }

  /* One character or escape, as ranges. */
  character() {
    const [all, hex2, hex4, letter] = this.take(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|([^]))|[^]/iy);
    if (hex2 || hex4)
      return this.single(parseInt(hex2 || hex4, 16));
    if (!letter)
      return this.single(all.charCodeAt(0));
    if (/[1-9kc]/.test(letter))
      throw new Error("back reference");
    if (/[dsw]/.test(letter))
      return CLASSES[letter];
    if (/[DSW]/.test(letter))
      return complement(CLASSES[letter.toLowerCase()]);
    return this.single(letter in CONTROLS ? CONTROLS[letter] : letter.charCodeAt(0));
  }
}

/* Whether a place between two characters is such a place; -1 stands for no character. */
function isPlace(place, before, after) {
  if (place === "^" || place === "$")
    return (place === "^" ? before : after) < 0;
  return (inRanges(CLASSES.w, before) !== inRanges(CLASSES.w, after)) === (place === "b");
}

const FOUND = {};

/* Sets of states are made when first met and remembered with where each character leads, so that most
 * characters cost one look-up. */
class Matcher {
  constructor(text, ignoreCase) {
    new RegExp(text); // throws where the pattern is no valid one
    this.first = new PatternParser(text).choice()({id: -1});
    this.ignoreCase = ignoreCase;
    this.sets = new Map();
    this.deadline = performance.now() + SEARCH_MS;
  }

  /* Of the character before it matters only whether it is there, and a word's. */
  set(states, before) {
    const kind = before < 0 ? -1 : inRanges(CLASSES.w, before) ? 97 : 32;
    const key = kind + ":" + states.map(state => state.id).sort().join();
    if (this.sets.size >= MAX_SETS)
      this.sets.clear();
    if (!this.sets.has(key))
      this.sets.set(key, {states, before: kind, next: new Map()});
    return this.sets.get(key);
  }

  takes(ranges, code) {
    const c = String.fromCharCode(code);
    const inside = inRanges(ranges, code) || this.ignoreCase &&
      (inRanges(ranges, c.toLowerCase().charCodeAt(0)) || inRanges(ranges, c.toUpperCase().charCodeAt(0)));
    return code >= 0 && inside !== Boolean(ranges.inverted);
  }

  /* The set after a character, or FOUND; after the text's last one the character is -1. */
  step(set, code) {
    if (performance.now() > this.deadline)
      throw new Error("out of time");
    const seen = new Set([this.first, ...set.states]); // a match may begin anywhere
    const after = new Set();
    for (const state of seen) { // which grows on the way
      if (state.ranges) {
        if (this.takes(state.ranges, code))
          after.add(state.next);
      } else if (state.place) {
        if (isPlace(state.place, set.before, code))
          seen.add(state.next);
      } else if (state.to) {
        state.to.forEach(next => seen.add(next));
      } else {
        return FOUND;
      }
    }
    return this.set([...after], code);
  }

  next(set, code) {
    let next = set.next.get(code);
    if (!next)
      set.next.set(code, next = this.step(set, code));
    return next;
  }

  test(text) {
    let set = this.set([], -1);
    for (let i = 0; i < text.length && set !== FOUND; i++)
      set = this.next(set, text.charCodeAt(i));
    return set === FOUND || this.next(set, -1) === FOUND;
  }
}

function testLiterally(names, term, ignoreCase) {
  if (!ignoreCase)
    return Uint8Array.from(names, name => name.includes(term));
  const lower = term.toLowerCase();
  return Uint8Array.from(names, name => name.toLowerCase().includes(lower));
}

/* For each name whether the term matches it, as a pattern if it is one, else as plain text. */
function testNames(names, term, ignoreCase) {
  try {
    if (/[\\^$.*+?()[\]{}|]/.test(term)) {
      const matcher = new Matcher(term, ignoreCase);
      return Uint8Array.from(names, name => matcher.test(name));
    }
  } catch (e) {
    // no pattern, or none that runs in time
  }
  return testLiterally(names, term, ignoreCase);
}

/* ---- Texts and colours as in the picture ---- */

/* As C prints it: a tie goes to the even digit (3.125 -> 3.12), where toFixed goes up. Only numbers of eighths
 * can be ties. */
function twoDecimals(number) {
  const size = Math.abs(number);
  return (number < 0 ? "-" : "") + (size * 8 % 4 === 1 ? size - 0.001 : size).toFixed(2);
}

function withCommas(number) {
  const [whole, fraction] = number.toFixed(6).replace(/\.?0+$/, "").split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
}

/* Whether white is easier to read on a colour than black (relative luminance of WCAG 2). */
function isDark(rgb) {
  const [r, g, b] = Array.from(rgb, value =>
    value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b <= 0.179;
}

/* ---- Layout of a view ---- */

/* What is seen of the subtree of `top` when one unit of weight is `scale` px wide: {frames, slivers, levels}.
 * Frames are nodes in drawing order; slivers are narrow neighbours as one, {node, x, width, match}, with the
 * colour of the widest and x in px from top's left edge. What cannot be seen is not entered, so the time
 * follows what is seen. */
function layOut(tree, top, scale, matches) {
  const {start, end, depth} = tree;
  const seen = [], slivers = [], runs = [];
  let deepest = 0;

  function merge(node) {
    const x = (start[node] - start[top]) * scale, width = tree.width(node) * scale;
    const match = matches ? matches[tree.frame[node]] : 0;
    const run = runs[depth[node]];
    if (run && run.match === match && x - run.x - run.width < 0.05 && x + width - run.x <= MAX_RUN &&
      width < MIN_FRAME && run.widest < MIN_FRAME) {
      run.width = x + width - run.x;
      if (width > run.widest)
        Object.assign(run, {node, widest: width});
    } else {
      runs[depth[node]] = {node, x, width, match, widest: width};
      slivers.push(runs[depth[node]]);
    }
  }

  for (let node = top; node < end[top];) {
    const width = tree.width(node) * scale;
    const hidden = width === 0 || tree.isGap(node) || depth[node] > depth[top] + MAX_LEVELS;
    if (node === top || !hidden && width >= MIN_FRAME)
      seen.push(node);
    else if (!hidden)
      merge(node);
    const enter = node === top || !hidden && width >= MIN_SLIVER;
    if (enter)
      deepest = Math.max(deepest, depth[node]);
    node = enter ? node + 1 : end[node];
  }
  const frames = widest(tree, seen, MAX_GROUPS - Math.min(depth[top], MAX_ANCESTORS)), kept = new Set(frames);
  for (const node of seen)
    if (!kept.has(node))
      merge(node);
  return {frames, slivers, levels: deepest + 1};
}

/* At most so many of the nodes, the widest, in the same order. */
function widest(tree, nodes, room) {
  if (nodes.length <= room)
    return nodes;
  const least = Float64Array.from(nodes, node => tree.width(node)).sort()[nodes.length - room];
  let equal = room - nodes.filter(node => tree.width(node) > least).length;
  return nodes.filter(node => tree.width(node) > least || tree.width(node) === least && equal-- > 0);
}

/* ---- The viewer of one document ---- */

function make(namespace, name, attributes) {
  const element = document.createElementNS(namespace, name);
  for (const key in attributes)
    element.setAttribute(key, attributes[key]);
  return element;
}

class Viewer {
  constructor(root, parts) {
    this.root = root;
    this.parts = parts;
    for (const id of ["frames", "slivers", "details", "unzoom", "search", "ignorecase", "matched"])
      this[id] = root.querySelector("#" + id);
    this.texts = root.dataset;
    this.numbers = Object.fromEntries(Object.entries(root.dataset).map(([key, text]) => [key, Number(text)]));
    this.compares = root.querySelector("#legend") !== null;
    this.ownDocument = document.documentElement === root;
    this.picture = {frames: [...this.frames.children], slivers: [...this.slivers.children],
      height: root.getAttribute("height"), viewBox: root.getAttribute("viewBox")};
    this.top = 0;        // the zoomed node
    this.term = "";
    this.ignoresCase = false;
    this.matches = null; // by frame, while there is a term
  }

  start() {
    const listen = (type, action) => this.root.addEventListener(type, action);
    this.root.classList.add("live");
    listen("click", event => this.onClick(event));
    listen("mousemove", event => this.tell(this.nodeOf(event)));
    listen("mouseleave", () => this.tell(-1));
    listen("focusin", event => this.onFocus(event));
    (this.ownDocument ? window : this.root).addEventListener("keydown", event => this.onKey(event));
    for (const button of [this.unzoom, this.search, this.ignorecase]) {
      button.setAttribute("role", "button");
      button.setAttribute("tabindex", "0");
    }
    this.drawn(0).setAttribute("tabindex", "0");
    if (this.ownDocument)
      this.restore();
    (window.requestIdleCallback || setTimeout)(() => this.tree);
  }

  /* Decoded when first needed, which is at the latest when the page is idle. */
  get tree() {
    if (!this.decoded)
      this.decoded = new Tree(this.root, this.parts);
    return this.decoded;
  }

  weight(node) {
    return node === 0 ? this.numbers.total : this.tree.width(node);
  }

  /* px per unit of weight */
  get pixels() {
    return this.numbers.width / this.weight(this.top);
  }

  y(node) {
    return this.numbers.y + this.tree.depth[node] * this.numbers.step;
  }

  /* The elements on show, by node. */
  get shown() {
    if (!this.groups)
      this.groups = new Map(Array.from(this.frames.children, group => [Number(group.dataset.n), group]));
    return this.groups;
  }

  drawn(node) {
    return this.shown.get(node);
  }

  /* ---- Pointer and keyboard ---- */

  groupOf(target) {
    return target.closest && this.root.contains(target) ? target.closest("[data-n]") : null;
  }

  /* The node an event is about, or -1: a frame's element, or a place among merged frames. */
  nodeOf(event) {
    const group = this.groupOf(event.target);
    if (group)
      return Number(group.dataset.n);
    if (!this.slivers.contains(event.target))
      return -1;
    const {x, y, step} = this.numbers;
    const point = new DOMPoint(event.clientX, event.clientY)
      .matrixTransform(this.frames.getScreenCTM().inverse());
    const depth = Math.floor((point.y - y) / Math.abs(step)) * Math.sign(step);
    const place = this.tree.start[this.top] + (point.x - x) / this.pixels;
    const node = this.tree.at(depth, place);
    return node < 0 ? this.tree.nearest(depth, place) : node;
  }

  onClick(event) {
    const node = this.nodeOf(event);
    if (node >= 0 && event.target.closest("#frames a")) {
      if (!event.ctrlKey)
        return; // follows the link
      event.preventDefault();
    }
    if (node >= 0)
      this.zoom(node);
    else if (event.target === this.unzoom)
      this.zoom(0);
    else if (event.target === this.search)
      this.term ? this.closeSearch() : this.openSearch();
    else if (event.target === this.ignorecase)
      this.toggleCase();
  }

  onFocus(event) {
    const group = this.groupOf(event.target);
    if (!group)
      return;
    for (const other of this.frames.querySelectorAll("[tabindex='0']"))
      other.setAttribute("tabindex", "-1");
    group.setAttribute("tabindex", "0");
    this.tell(Number(group.dataset.n));
  }

  onKey(event) {
    const {key, target} = event;
    const control = event.ctrlKey || event.metaKey;
    const group = this.groupOf(target);
    if (key === "F3" || control && key === "f")
      this.openSearch();
    else if (control && key === "i")
      this.toggleCase();
    else if (key === "Escape" && (this.term || this.box))
      this.closeSearch();
    else if (key === "Escape" && this.top)
      this.zoom(0);
    else if ((key === "Enter" || key === " ") && (group && group.localName === "g" || this.isButton(target)))
      target.dispatchEvent(new MouseEvent("click", {bubbles: true}));
    else if (group && key.startsWith("Arrow"))
      this.focusOn(this.neighbour(Number(group.dataset.n), key));
    else
      return;
    event.preventDefault();
  }

  isButton(target) {
    return target === this.unzoom || target === this.search || target === this.ignorecase;
  }

  /* The arrow keys move the focus as on the screen: to the frame that called, the first one called, and
  * left and right within a level. */
  neighbour(node, key) {
    const {parent, depth, end} = this.tree;
    const nodes = [...this.shown.keys()].sort((a, b) => a - b);
    if (key === "ArrowLeft")
      return nodes.reverse().find(other => other < node && depth[other] === depth[node]);
    if (key === "ArrowRight")
      return nodes.find(other => other > node && depth[other] === depth[node]);
    if (key === (this.numbers.step < 0 ? "ArrowUp" : "ArrowDown"))
      return nodes.find(other => other > node && other < end[node]);
    return parent[node];
  }

  focusOn(node) {
    const group = this.drawn(node);
    if (group) {
      group.setAttribute("tabindex", "-1"); // else it takes no focus
      group.focus();
    }
  }

  /* ---- Details ---- */

  tell(node) {
    if (node === this.told)
      return;
    this.told = node;
    const group = this.drawn(node);
    this.details.textContent = node < 0 ? " "
      : this.texts.nametype + " " + (group ? group.children[0].textContent : this.title(node));
  }

  title(node) {
    const {tree, texts, numbers} = this;
    const {total} = numbers;
    const count = withCommas(this.weight(node) * numbers.factor / numbers.scale) + " " + texts.countname;
    const share = node === 0 ? "100" : twoDecimals(100 * tree.width(node) / total);
    let change = "";
    if (texts.delta && (node > 0 || texts.delta === "total")) {
      const points = 100 * tree.change(node, texts.delta) / total * (texts.negate ? -1 : 1);
      change = "; " + (points > 0 ? "+" : "") + twoDecimals(points) + "%" + (!this.isNew(node) ? "" : texts.negate ? ", gone" : ", new");
    }
    return tree.name(node) + " (" + count + ", " + share + "%" + change + ")";
  }

  /* In a comparison of two inputs (which has a legend), a frame that the first does not have. */
  isNew(node) {
    const [before] = this.tree.sums;
    return this.compares && before[this.tree.end[node]] === before[node];
  }

  /* ---- Zoom ---- */

  zoom(node) {
    const focused = this.groupOf(document.activeElement || this.root);
    this.top = node;
    if (node === 0)
      this.show(this.picture.frames, this.picture.slivers, 0);
    else
      this.showView(layOut(this.tree, node, this.pixels, null));
    this.unzoom.classList.toggle("hide", node === 0);
    this.tell(-1);
    this.highlight();
    this.save();
    this.drawn(node).setAttribute("tabindex", "0");
    if (focused)
      this.focusOn(node);
  }

  showView(view) {
    const {tree, top, pixels, numbers} = this;
    const groups = [];
    for (let node = top; node > 0 && groups.length < MAX_ANCESTORS;) {
      node = tree.parent[node];
      groups.unshift(this.draw(node, 0, numbers.width));
      groups[0].classList.add("parent");
    }
    for (const node of view.frames)
      groups.push(this.draw(node, (tree.start[node] - tree.start[top]) * pixels, tree.width(node) * pixels));
    this.show(groups, this.drawSlivers(view.slivers), view.levels - numbers.levels);
  }

  show(groups, slivers, moreLevels) {
    this.groups = null;
    this.frames.replaceChildren(...groups);
    this.slivers.replaceChildren(...slivers);
    this.grow(Math.max(moreLevels, 0) * Math.abs(this.numbers.step));
  }

  /* Frames that were too narrow for the picture may need more room than it has. */
  grow(more) {
    const {height, viewBox} = this.picture;
    const box = viewBox.split(" ");
    box[3] = Number(box[3]) + more;
    this.root.setAttribute("viewBox", box.join(" "));
    if (height)
      this.root.setAttribute("height", parseFloat(height) + more);
    for (const part of [this.details, this.matched, this.frames, this.slivers])
      if (this.numbers.step < 0 || !part.children.length)
        part.setAttribute("transform", "translate(0 " + more + ")");
  }

  /* The picture's element of a node or, since links and titles given by hand belong to a frame's name, a
  * link of the same frame. */
  model(node) {
    if (!this.models) {
      this.models = {nodes: new Map(), links: new Map()};
      for (const group of this.picture.frames) {
        this.models.nodes.set(Number(group.dataset.n), group);
        if (group.localName === "a")
          this.models.links.set(this.tree.frame[group.dataset.n], group);
      }
    }
    return this.models.nodes.get(node) || this.models.links.get(this.tree.frame[node]);
  }

  newGroup() {
    const group = make(SVG, "g");
    group.append(make(SVG, "title"), make(SVG, "rect", {rx: 2, ry: 2}), make(SVG, "text"));
    return group;
  }

  /* A node's element, x px right of the left edge of the frames. */
  draw(node, x, width) {
    const {numbers, tree} = this;
    const model = this.model(node);
    const group = model ? model.cloneNode(true) : this.newGroup();
    const [title, rect, text] = group.children;
    if (!model || title.textContent === this.title(Number(model.dataset.n)))
      title.textContent = this.title(node);
    const left = (numbers.x + x).toFixed(1), right = (numbers.x + x + width).toFixed(1);
    const rgb = tree.rgb(node);
    rect.setAttribute("x", left);
    rect.setAttribute("y", this.y(node));
    rect.setAttribute("width", (right - left).toFixed(1));
    rect.setAttribute("height", numbers.height.toFixed(1));
    rect.setAttribute("fill", "rgb(" + rgb + ")");
    if (this.isNew(node))
      this.markNew(rect);
    text.setAttribute("x", (numbers.x + x + 3).toFixed(2));
    text.setAttribute("y", this.y(node) + numbers.height / 2 + 3);
    if (isDark(rgb))
      text.setAttribute("fill", "#fff");
    text.textContent = this.label(node, width);
    group.setAttribute("data-n", node);
    group.setAttribute("tabindex", "-1");
    group.classList.remove("match");
    return group;
  }

  markNew(rect) {
    rect.setAttribute("stroke", "#000");
    rect.setAttribute("stroke-width", "0.8");
    rect.setAttribute("stroke-dasharray", "3 2");
  }

  label(node, width) {
    const room = Math.floor(width / (this.numbers.fontsize * this.numbers.fontwidth));
    const letters = room < 3 ? [] : Array.from(this.tree.name(node));
    return letters.length > room ? letters.slice(0, room - 2).join("") + ".." : letters.join("");
  }

  /* One path a colour, of few colours: at this width nobody can tell near ones apart. */
  drawSlivers(slivers) {
    const paths = new Map();
    for (const sliver of slivers) {
      const rgb = this.tree.rgb(sliver.node);
      const fill = "rgb(" + (rgb.join() === "255,255,255" ? rgb : rgb.map(value => value & 224 | 16)) + ")";
      paths.set(fill, (paths.get(fill) || "") + this.outline(sliver));
    }
    return Array.from(paths, ([fill, d]) => make(SVG, "path", {fill, d}));
  }

  outline({node, x, width}) {
    const w = width.toFixed(2);
    return "M" + (this.numbers.x + x).toFixed(2) + " " + this.y(node).toFixed(1) +
      "h" + w + "v" + this.numbers.height + "h-" + w + "z";
  }

  /* ---- Search ---- */

  openSearch() {
    if (!this.box)
      this.makeBox();
    this.input.focus();
    this.input.select();
  }

  /* A box of the page's own kind, left of the Search button. */
  makeBox() {
    const right = this.search.getAttribute("x") - 10;
    const height = 2 * this.numbers.fontsize, width = Math.min(200, right - 10);
    this.box = make(SVG, "foreignObject", {x: right - width, y: this.search.getAttribute("y") - 0.7 * height,
      width, height});
    this.input = make(HTML, "input", {type: "text", "aria-label": "Search", placeholder: "name or pattern",
      spellcheck: "false", autocomplete: "off"});
    this.input.value = this.term;
    this.input.addEventListener("input", () => this.searchFor(this.input.value));
    this.box.append(this.input);
    this.root.append(this.box);
  }

  closeSearch() {
    if (this.box)
      this.box.remove();
    this.box = this.input = null;
    this.searchFor("");
    this.search.focus();
  }

  toggleCase() {
    this.ignoresCase = !this.ignoresCase;
    this.ignorecase.classList.toggle("show", this.ignoresCase);
    this.ignorecase.setAttribute("aria-pressed", this.ignoresCase);
    this.searchFor(this.term);
  }

  searchFor(term) {
    this.term = term;
    this.matches = null;
    if (term) {
      this.matches = testNames(this.tree.names, term, this.ignoresCase);
      this.matches[0] = 0; // the root is no function
    }
    this.search.classList.toggle("show", term !== "");
    this.search.textContent = term ? "Reset Search" : "Search";
    this.highlight();
    this.save();
  }

  /* Marks what matches in the view, and tells its share of the view. */
  highlight() {
    const {tree, top, matches} = this;
    for (const path of this.slivers.querySelectorAll(".match"))
      path.remove();
    for (const [node, group] of this.shown)
      group.classList.toggle("match", !!matches && !!matches[tree.frame[node]]);
    this.matched.classList.toggle("hide", !matches);
    if (!matches)
      return;
    const {slivers} = layOut(tree, top, this.pixels, matches);
    const seen = slivers.filter(({node, match}) => match && !this.drawn(node));
    if (seen.length)
      this.slivers.append(make(SVG, "path", {class: "match", d: seen.map(s => this.outline(s)).join("")}));
    const share = 100 * tree.matchedWeight(top, matches) / this.weight(top);
    this.matched.textContent = "Matched: " + (share === 100 ? share : share.toFixed(1)) + "%";
  }

  /* ---- State in the address: ?x=&y= of the zoomed frame in the picture, &s= the search ---- */

  restore() {
    const {x, y, step, total, width} = this.numbers;
    const query = new URLSearchParams(location.search);
    const depth = Math.round((parseFloat(query.get("y")) - y) / step);
    const place = (parseFloat(query.get("x")) - x) * total / width;
    if (depth > 0 && isFinite(place))
      this.zoom(this.tree.nearest(depth, place));
    if (query.get("s")) {
      this.searchFor(query.get("s"));
      this.makeBox();
    }
  }

  save() {
    if (!this.ownDocument)
      return;
    const {x, total, width} = this.numbers;
    const query = new URLSearchParams(location.search);
    for (const name of ["x", "y", "s"])
      query.delete(name);
    if (this.top) {
      const narrow = this.tree.width(this.top) * width / total < 1;
      query.set("x", (x + this.tree.start[this.top] * width / total).toFixed(narrow ? 5 : 1));
      query.set("y", this.y(this.top).toFixed(1));
    }
    if (this.term)
      query.set("s", this.term);
    try {
      const text = query.toString();
      history.replaceState(null, "", location.pathname + (text && "?" + text) + location.hash);
    } catch (e) {
      // not allowed in a sandbox and, in some browsers, for files
    }
  }
}

/* ---- Start ---- */

const script = document.currentScript;
const own = script && script.closest("svg.flamectl");

function startAll() {
  for (const root of own ? [own] : document.querySelectorAll("svg.flamectl")) {
    if (root.flamectl || root.dataset.version !== "2")
      continue;
    root.flamectl = true; // several scripts may be on one page
    readParts(root).then(parts => new Viewer(root, parts).start());
  }
}

if (document.readyState === "loading")
  document.addEventListener("DOMContentLoaded", startAll);
else
  startAll();
})();
