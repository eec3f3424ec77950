/* The viewer inside a flame graph: zoom, search, details, keyboard.
 *
 * The document is complete without this script: a picture of the whole profile. It also carries the whole
 * call tree as data (the format is told in svg_data.h). The script leaves the picture alone until
 * something is zoomed; a zoomed view is drawn from the data, so frames too narrow in the picture appear, and
 * Reset Zoom puts the picture's own elements back.
 *
 * The same bytes are in every file, so that a Content-Security-Policy can name them by hash: whatever differs
 * between files is in attributes and data. Every name is untrusted: it only ever becomes text of a node. */
(function () {
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
const MAX_GROUPS = 2000;    // frames drawn as elements of their own
const MIN_FRAME = 2;        // px; narrower ones cannot be hovered: they are drawn merged
const MIN_SLIVER = 0.5;     // px; what is narrower joins its neighbours
const MAX_ANCESTORS = 1000;
const MAX_LEVELS = 2000;    // above the zoomed frame; browsers fail at pictures millions of pixels high
const SEARCH_MS = 300;      // a pattern that takes longer is searched for literally
const SUFFIX = /_\[[kwij]\]$/;

/* ---- The call tree ---------------------------------------------------------------------------------- */

function bytesOf(base64) {
    const text = atob(base64.trim());
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++)
        bytes[i] = text.charCodeAt(i);
    return bytes;
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
    constructor(root) {
        const data = root.querySelector("metadata.tree");
        const count = Number(data.dataset.count);
        this.count = count;
        this.columns = Number(root.dataset.columns);
        this.names = ("all\n" + root.querySelector("metadata.names").textContent).split("\n");
        this.names.pop();
        this.colors = bytesOf(root.querySelector("metadata.fills").textContent);
        this.frame = new Uint32Array(count);
        this.parent = new Uint32Array(count);
        this.depth = new Uint32Array(count);
        this.end = new Uint32Array(count);
        this.color = data.dataset.fill === "node" ? new Uint32Array(count) : this.frame;
        this.sums = [];
        for (let column = 0; column < this.columns; column++)
            this.sums.push(new Float64Array(count + 1));
        this.start = this.sums[this.columns - 1];
        this.decode(varints(bytesOf(data.textContent)));
    }

    decode(next) {
        const {count, columns, frame, parent, depth, end, color, sums} = this;
        for (let node = 0; node < count; node++) {
            const head = next();
            let above = node - 1;
            for (let up = Math.floor(head / 2 ** columns); up > 0; up--) {
                end[above] = node;
                above = parent[above];
            }
            if (node > 0) {
                parent[node] = above;
                depth[node] = depth[above] + 1;
            }
            frame[node] = next();
            for (let column = 0; column < columns; column++)
                sums[column][node + 1] = sums[column][node] + (head >> column & 1 ? next() : 0);
            if (color !== frame)
                color[node] = next();
        }
        for (let node = count - 1; node > 0; node = parent[node])
            end[node] = count;
        end[0] = count;
    }

    isGap(node) {
        return node > 0 && this.frame[node] === 0;
    }

    name(node) {
        return this.names[this.frame[node]].replace(SUFFIX, "");
    }

    total(node, column) {
        return this.sums[column][this.end[node]] - this.sums[column][node];
    }

    self(node, column) {
        return this.sums[column][node + 1] - this.sums[column][node];
    }

    width(node) {
        return this.start[this.end[node]] - this.start[node];
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

    /* The node of a level that begins nearest to a place; of several the widest. */
    nearest(depth, place) {
        let best = 0, distance = Infinity;
        for (let node = 0; node < this.count; node++) {
            if (this.depth[node] !== depth || this.isGap(node))
                continue;
            const d = Math.abs(this.start[node] - place);
            if (d < distance || d === distance && this.width(node) > this.width(best)) {
                best = node;
                distance = d;
            }
        }
        return best;
    }
}

/* ---- Search patterns -------------------------------------------------------------------------------- */

/* A pattern may come from a link somebody else made, and the browser's own regular expressions can take
 * for ever ("(a+)+$"). So patterns are run here as sets of states, in time linear in the text, and under a
 * deadline. What the syntax tree of a pattern is made of:
 *   {ranges}            one character out of ranges [first, last, first, last, ...]
 *   {all: [...]}        one after the other
 *   {any: [...]}        one of them
 *   {item, min, max}    repeated
 *   {at}                a place: "^", "$", "b", "B"
 * Look-around and back references have no such form: such a pattern is taken literally. */

const LAST = 0xffff;
const CLASSES = {
    d: [48, 57],
    w: [48, 57, 65, 90, 95, 95, 97, 122],
    s: [9, 13, 32, 32, 160, 160, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f,
        0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff],
};
const CONTROLS = {t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0};

function complement(ranges) {
    const pairs = [];
    for (let i = 0; i < ranges.length; i += 2)
        pairs.push([ranges[i], ranges[i + 1]]);
    pairs.sort((a, b) => a[0] - b[0]);
    const rest = [];
    let next = 0;
    for (const [first, last] of pairs) {
        if (first > next)
            rest.push(next, first - 1);
        next = Math.max(next, last + 1);
    }
    if (next <= LAST)
        rest.push(next, LAST);
    return rest;
}

/* Reads what the browser has already found to be a valid pattern. */
class PatternParser {
    constructor(text) {
        this.text = text;
        this.at = 0;
    }

    take(expression) {
        expression.lastIndex = this.at;
        const found = expression.exec(this.text);
        if (found)
            this.at += found[0].length;
        return found;
    }

    parse() {
        const any = [this.sequence()];
        while (this.take(/\|/y))
            any.push(this.sequence());
        return any.length === 1 ? any[0] : {any};
    }

    sequence() {
        const all = [];
        while (this.at < this.text.length && !/[|)]/.test(this.text[this.at]))
            all.push(this.repeated(this.atom()));
        return {all};
    }

    repeated(item) {
        const found = this.take(/(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/y);
        if (!found)
            return item;
        if (found[1] === undefined) {
            const sign = found[0][0];
            return {item, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity};
        }
        const min = Number(found[1]);
        return {item, min, max: found[3] ? Number(found[3]) : found[2] ? Infinity : min};
    }

    atom() {
        if (this.take(/\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/y)) {
            const group = this.parse();
            this.take(/\)/y);
            return group;
        }
        if (this.take(/\(/y))
            throw new Error("look-around");
        const place = this.take(/[\^$]|\\[bB]/y);
        if (place)
            return {at: place[0].slice(-1)};
        if (this.take(/\./y))
            return {ranges: complement([10, 10, 13, 13, 0x2028, 0x2029])};
        if (this.take(/\[/y))
            return {ranges: this.set()};
        return {ranges: this.character()};
    }

    set() {
        const inverted = this.take(/\^/y);
        const ranges = [];
        while (!this.take(/\]/y)) {
            const first = this.take(/\\b/y) ? [8, 8] : this.character();
            if (first.length === 2 && first[0] === first[1] && this.take(/-(?!\])/y)) {
                const last = this.take(/\\b/y) ? [8, 8] : this.character();
                if (last.length === 2 && last[0] === last[1])
                    ranges.push(first[0], last[0]);
                else
                    ranges.push(...first, 45, 45, ...last);
            } else {
                ranges.push(...first);
            }
        }
        return inverted ? complement(ranges) : ranges;
    }

    /* One character or escape, as ranges. */
    character() {
        const found = this.take(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([^]))|[^]/y);
        const code = found[1] || found[2];
        const letter = found[3];
        let single = found[0].charCodeAt(0);
        if (code) {
            single = parseInt(code, 16);
        } else if (letter) {
            if (/[1-9kc]/.test(letter))
                throw new Error("back reference");
            if (/[dws]/.test(letter))
                return CLASSES[letter];
            if (/[DWS]/.test(letter))
                return complement(CLASSES[letter.toLowerCase()]);
            single = letter in CONTROLS ? CONTROLS[letter] : letter.charCodeAt(0);
        }
        return [single, single];
    }
}

const MAX_PROGRAM = 2000;

/* Turns a syntax tree into instructions: {ranges} takes a character, {at} demands a place, {to: [...]}
 * goes on at each of them, {} is the end. */
function assemble(tree) {
    const program = [];
    const add = function (instruction) {
        if (program.push(instruction) > MAX_PROGRAM)
            throw new Error("long pattern");
        return instruction;
    };
    const optional = function (item, again) {
        const fork = add({to: [program.length + 1]});
        const at = program.length - 1;
        emit(item);
        if (again)
            add({to: [at]});
        fork.to.push(program.length);
    };
    const choice = function (items) {
        const fork = add({to: []});
        const ends = [];
        for (const item of items) {
            fork.to.push(program.length);
            emit(item);
            ends.push(add({to: []}));
        }
        for (const end of ends)
            end.to.push(program.length);
    };
    const repeat = function ({item, min, max}) {
        for (let i = 0; i < min; i++) {
            const before = program.length;
            emit(item);
            if (program.length === before)
                return; // an empty item, as often as it likes
        }
        if (max === Infinity)
            optional(item, true);
        for (let i = min; i < max && max < Infinity; i++)
            optional(item, false);
    };
    const emit = function (node) {
        if (node.all)
            node.all.forEach(emit);
        else if (node.any)
            choice(node.any);
        else if (node.item)
            repeat(node);
        else
            add({ranges: node.ranges, at: node.at});
    };
    emit(tree);
    add({});
    return program;
}

function isWord(code) {
    return inRanges(CLASSES.w, code);
}

function inRanges(ranges, code) {
    for (let i = 0; i < ranges.length; i += 2)
        if (code >= ranges[i] && code <= ranges[i + 1])
            return true;
    return false;
}

/* Whether a place between two characters is such a place; -1 stands for no character. */
function isPlace(at, before, after) {
    if (at === "^")
        return before < 0;
    if (at === "$")
        return after < 0;
    return (isWord(before) !== isWord(after)) === (at === "b");
}

const MAX_STATES = 500;
const FOUND = {};

/* Runs a program over texts. A state is the set of instructions that wait for the next character; states are
 * made when first met and remembered, so that most characters cost one look-up. */
class Matcher {
    constructor(text, ignoreCase) {
        new RegExp(text); // throws where the pattern is no valid one
        this.program = assemble(new PatternParser(text).parse());
        this.ignoreCase = ignoreCase;
        this.states = new Map();
        this.deadline = performance.now() + SEARCH_MS;
    }

    /* What the state knows of the character before: none, a word's, another. */
    state(waiting, before) {
        const kind = before < 0 ? -1 : isWord(before) ? 97 : 32;
        const key = kind + ":" + waiting.join();
        let state = this.states.get(key);
        if (!state) {
            if (this.states.size >= MAX_STATES)
                this.states.clear();
            state = {waiting, before: kind, next: new Map()};
            this.states.set(key, state);
        }
        return state;
    }

    takes(ranges, code) {
        if (inRanges(ranges, code))
            return true;
        if (!this.ignoreCase)
            return false;
        const c = String.fromCharCode(code);
        return inRanges(ranges, c.toLowerCase().charCodeAt(0)) ||
            inRanges(ranges, c.toUpperCase().charCodeAt(0));
    }

    /* The state after a character, or FOUND. At the end of the text the character is -1. */
    step(state, code) {
        if (performance.now() > this.deadline)
            throw new Error("out of time");
        const seen = new Set();
        const waiting = [];
        const todo = [0, ...state.waiting]; // 0: a match may begin anywhere
        while (todo.length) {
            const at = todo.pop();
            if (seen.has(at))
                continue;
            seen.add(at);
            const {ranges, to, at: place} = this.program[at];
            if (ranges) {
                if (code >= 0 && this.takes(ranges, code))
                    waiting.push(at + 1);
            } else if (place) {
                if (isPlace(place, state.before, code))
                    todo.push(at + 1);
            } else if (to) {
                todo.push(...to);
            } else {
                return FOUND;
            }
        }
        return this.state(waiting.sort((a, b) => a - b), code);
    }

    next(state, code) {
        let next = state.next.get(code);
        if (!next) {
            next = this.step(state, code);
            state.next.set(code, next);
        }
        return next;
    }

    test(text) {
        let state = this.state([], -1);
        for (let i = 0; i < text.length && state !== FOUND; i++)
            state = this.next(state, text.charCodeAt(i));
        return state === FOUND || this.next(state, -1) === FOUND;
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
    if (/[\\^$.*+?()[\]{}|]/.test(term)) {
        try {
            const matcher = new Matcher(term, ignoreCase);
            return Uint8Array.from(names, name => matcher.test(name));
        } catch (e) {
            // no pattern, or one that cannot be run in time
        }
    }
    return testLiterally(names, term, ignoreCase);
}

/* ---- Texts as in the static picture ----------------------------------------------------------------- */

/* As C prints it: a tie goes to the even digit (3.125 -> 3.12), where toFixed goes up. Only numbers of eighths
 * can be ties. */
function twoDecimals(number) {
    const size = Math.abs(number);
    const text = (size * 8 % 4 === 1 ? size - 0.001 : size).toFixed(2);
    return number < 0 ? "-" + text : text;
}

function withCommas(number) {
    const [whole, fraction] = number.toFixed(6).replace(/\.?0+$/, "").split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction ? "." + fraction : "");
}

/* Black or white, whichever can be read on that colour (relative luminance of WCAG 2). */
function isDark(rgb) {
    const [r, g, b] = Array.from(rgb, value => {
        const v = value / 255;
        return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b <= 0.179;
}

function hex(rgb) {
    return "rgb(" + rgb.join() + ")";
}

/* ---- Layout of a view ------------------------------------------------------------------------------- */

/* What is seen of the subtree of `top` when one unit of weight is `scale` px wide: {frames, slivers, levels}.
 * Frames are nodes in drawing order; slivers are [node, x, width, matched], x in px from top's left
 * edge. Subtrees narrower than a sliver are not entered, so the time follows what is seen. */
function layOut(tree, top, scale, matches) {
    const {start, end, depth, frame} = tree;
    const left = start[top];
    const ceiling = depth[top] + MAX_LEVELS;
    const frames = [], slivers = [];
    let run = null; // narrow neighbours of one level on their way to be one sliver
    let deepest = depth[top];

    for (let node = top; node < end[top];) {
        const width = (start[end[node]] - start[node]) * scale;
        if (tree.isGap(node) || width === 0 || depth[node] > ceiling) {
            node = end[node];
            continue;
        }
        if (width >= MIN_SLIVER) {
            deepest = Math.max(deepest, depth[node]);
            if (width >= MIN_FRAME || node === top)
                frames.push(node);
            else
                slivers.push([node, (start[node] - left) * scale, width, matches && matches[frame[node]]]);
            node++;
            continue;
        }
        if (!run || tree.parent[run[0]] !== tree.parent[node])
            run = [node, (start[node] - left) * scale, 0, 0];
        run[2] = (start[end[node]] - left) * scale - run[1];
        if (matches && matches[frame[node]])
            run[3] = 1;
        if (run[2] >= MIN_SLIVER) {
            deepest = Math.max(deepest, depth[node]);
            slivers.push(run);
            run = null;
        }
        node = end[node];
    }
    return {frames: widest(tree, frames, slivers, top, scale, matches), slivers, levels: deepest + 1};
}

/* At most MAX_GROUPS of the frames, the widest; the others join the slivers. */
function widest(tree, frames, slivers, top, scale, matches) {
    if (frames.length <= MAX_GROUPS)
        return frames;
    const widths = Float64Array.from(frames, node => tree.width(node)).sort();
    const least = widths[frames.length - MAX_GROUPS];
    let room = MAX_GROUPS;
    return frames.filter(node => {
        if (tree.width(node) >= least && room-- > 0)
            return true;
        slivers.push([node, (tree.start[node] - tree.start[top]) * scale, tree.width(node) * scale,
            matches && matches[tree.frame[node]]]);
        return false;
    });
}

/* ---- The viewer of one document --------------------------------------------------------------------- */

class Viewer {
    constructor(root) {
        this.root = root;
        this.data = root.dataset;
        for (const id of ["frames", "slivers", "details", "unzoom", "search", "ignorecase", "matched"])
            this[id] = root.querySelector("#" + id);
        for (const key of ["total", "scale", "factor", "x", "width", "y", "step", "height", "levels",
            "fontsize", "fontwidth"])
            this["_" + key] = Number(this.data[key]);
        this.ownDocument = document.documentElement === root;
        this.top = 0;
        this.term = "";
        this.ignoresCase = false;
        this.matches = null; // by frame, while searching
        this.picture = [[...this.frames.children], [...this.slivers.children]];
        this.size = [root.getAttribute("height"), root.getAttribute("viewBox")];
    }

    /* Decoded when first needed, which is at the latest when the page is idle. */
    get tree() {
        if (!this.decoded)
            this.decoded = new Tree(this.root);
        return this.decoded;
    }

    start() {
        const keys = this.ownDocument ? window : this.root;
        this.root.classList.add("live");
        this.root.addEventListener("click", event => this.onClick(event));
        this.root.addEventListener("mousemove", event => this.tell(this.nodeOf(event)));
        this.root.addEventListener("mouseleave", () => this.tell(-1));
        this.root.addEventListener("focusin", event => this.onFocus(event));
        keys.addEventListener("keydown", event => this.onKey(event));
        for (const button of [this.unzoom, this.search, this.ignorecase]) {
            button.setAttribute("role", "button");
            button.setAttribute("tabindex", "0");
        }
        this.frames.firstElementChild.setAttribute("tabindex", "0");
        this.restore();
        (window.requestIdleCallback || setTimeout)(() => this.tree);
    }

    /* ---- Pixels ---- */

    weight(node) {
        return node === 0 ? this._total : this.tree.width(node);
    }

    get pixels() {
        return this._width / this.weight(this.top);
    }

    y(depth) {
        return this._y + depth * this._step;
    }

    /* ---- What an event means ---- */

    groupOf(target) {
        return target.closest && this.root.contains(target) ? target.closest("[data-n]") : null;
    }

    /* The node an event is about, or -1: a frame's element, or the place among merged frames. */
    nodeOf(event) {
        const group = this.groupOf(event.target);
        if (group)
            return Number(group.dataset.n);
        if (!this.slivers.contains(event.target))
            return -1;
        const point = new DOMPoint(event.clientX, event.clientY)
            .matrixTransform(this.frames.getScreenCTM().inverse());
        const depth = Math.floor((point.y - this._y) / Math.abs(this._step)) * Math.sign(this._step);
        return this.tree.at(depth, this.tree.start[this.top] + (point.x - this._x) / this.pixels);
    }

    onClick(event) {
        const target = event.target;
        const node = this.nodeOf(event);
        if (node >= 0) {
            const link = target.closest("a");
            if (link && this.frames.contains(link)) {
                if (!event.ctrlKey)
                    return;
                event.preventDefault();
            }
            this.zoom(node);
        } else if (target === this.unzoom) {
            this.zoom(0);
        } else if (target === this.search) {
            if (this.term)
                this.closeSearch();
            else
                this.openSearch();
        } else if (target === this.ignorecase) {
            this.toggleCase();
        }
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
        if (event.key === "F3" || (event.ctrlKey || event.metaKey) && event.key === "f")
            this.openSearch();
        else if (event.ctrlKey && event.key === "i")
            this.toggleCase();
        else if (event.key === "Escape" && (this.term || this.box))
            this.closeSearch();
        else if (event.key === "Escape" && this.top)
            this.zoom(0);
        else if (event.target === this.input)
            return;
        else if (event.key === "Enter" || event.key === " ")
            return this.press(event);
        else if (!this.walk(event))
            return;
        event.preventDefault();
    }

    /* Enter and blank act as a click on what has the focus; links follow themselves. */
    press(event) {
        const target = event.target;
        if (!target.closest || !this.root.contains(target) || target.closest("a"))
            return;
        if (target === this.root || !target.hasAttribute("tabindex"))
            return;
        event.preventDefault();
        target.dispatchEvent(new MouseEvent("click", {bubbles: true}));
    }

    /* The arrow keys move the focus: up and down as on the screen, left and right within a level. */
    walk(event) {
        const group = this.groupOf(event.target);
        const step = {ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]}[event.key];
        if (!group || !step)
            return false;
        const node = Number(group.dataset.n);
        const next = step[0] ? this.beside(node, step[0])
            : step[1] * this._step > 0 ? this.below(node) : this.above(node);
        if (next)
            this.focusOn(next);
        return true;
    }

    focusOn(group) {
        group.setAttribute("tabindex", "-1");
        group.focus();
    }

    above(node) {
        return node ? this.drawn(this.tree.parent[node]) : null;
    }

    /* The widest child that is drawn as an element. */
    below(node) {
        const {tree} = this;
        let best = null, width = 0;
        for (let child = node + 1; child < tree.end[node]; child = tree.end[child]) {
            if (tree.width(child) > width && this.drawn(child)) {
                best = this.drawn(child);
                width = tree.width(child);
            }
        }
        return best;
    }

    beside(node, direction) {
        const {depth} = this.tree;
        const numbers = [...this.shown().keys()].filter(n => depth[n] === depth[node]).sort((a, b) => a - b);
        return this.drawn(numbers[numbers.indexOf(node) + direction]);
    }

    /* ---- Details ---- */

    tell(node) {
        if (node === this.told)
            return;
        this.told = node;
        this.details.textContent = node < 0 ? " " : this.data.nametype + " " + this.title(node);
    }

    /* The picture's own title where it has one (it may have been given by hand), else the same made here. */
    title(node) {
        const group = this.drawn(node);
        return group ? group.querySelector("title").textContent : this.makeTitle(node);
    }

    makeTitle(node) {
        const {tree, data} = this;
        const last = tree.columns - 1;
        const count = withCommas(this.weight(node) * this._factor / this._scale) + " " + data.countname;
        if (node === 0)
            return "all (" + count + ", 100%)";
        const share = twoDecimals(100 * tree.width(node) / this._total);
        if (!data.delta)
            return tree.name(node) + " (" + count + ", " + share + "%)";
        const measure = data.delta === "self" ? "self" : "total";
        let change = tree[measure](node, last) - tree[measure](node, 0);
        if (data.negate)
            change = -change;
        const points = (change > 0 ? "+" : "") + twoDecimals(100 * change / this._total);
        return tree.name(node) + " (" + count + ", " + share + "%; " + points + "%)";
    }

    /* ---- Zoom ---- */

    /* The groups on show, by node. */
    shown() {
        if (!this.groups) {
            this.groups = new Map();
            for (const group of this.frames.children)
                this.groups.set(Number(group.dataset.n), group);
        }
        return this.groups;
    }

    drawn(node) {
        return this.shown().get(node) || null;
    }

    zoom(node) {
        const focused = this.groupOf(document.activeElement || this.root);
        this.top = node;
        this.groups = null;
        if (node === 0)
            this.showPicture();
        else
            this.showView();
        this.unzoom.classList.toggle("hide", node === 0);
        this.told = undefined;
        this.tell(-1);
        this.highlight();
        this.save();
        if (focused)
            this.focusOn(this.drawn(node));
        else
            this.drawn(node).setAttribute("tabindex", "0");
    }

    showPicture() {
        this.frames.replaceChildren(...this.picture[0]);
        this.slivers.replaceChildren(...this.picture[1]);
        this.grow(0);
    }

    showView() {
        const {tree, top} = this;
        const view = layOut(tree, top, this.pixels, null);
        const groups = [];
        for (let node = tree.parent[top]; groups.length < MAX_ANCESTORS; node = tree.parent[node]) {
            const group = this.draw(node, 0, this._width);
            group.classList.add("parent");
            groups.push(group);
            if (node === 0)
                break;
        }
        groups.reverse();
        for (const node of view.frames)
            groups.push(this.draw(node, (tree.start[node] - tree.start[top]) * this.pixels,
                tree.width(node) * this.pixels));
        this.frames.replaceChildren(...groups);
        this.slivers.replaceChildren(...this.drawSlivers(view.slivers));
        this.grow((view.levels - this._levels) * Math.abs(this._step));
    }

    /* Frames that were too narrow for the picture may need more room above than it has. */
    grow(extra) {
        const [height, viewBox] = this.size;
        const more = Math.max(extra, 0);
        const move = more ? "translate(0 " + more + ")" : "";
        const box = viewBox.split(/[ ,]+/);
        box[3] = Number(box[3]) + more;
        this.root.setAttribute("viewBox", more ? box.join(" ") : viewBox);
        if (height !== null && !height.endsWith("%"))
            this.root.setAttribute("height", more ? parseFloat(height) + more : height);
        const moved = [this.details, this.matched];
        if (this._step < 0)
            moved.push(this.frames, this.slivers);
        for (const element of moved)
            element.setAttribute("transform", move);
    }

    /* The picture's group of a node, or where it has none, one of the same frame (links and titles given by
     * hand belong to a frame's name), or any. */
    model(node) {
        if (!this.models) {
            this.models = {nodes: new Map(), frames: new Map()};
            for (const group of this.picture[0]) {
                const n = Number(group.dataset.n);
                this.models.nodes.set(n, group);
                if (n > 0 && group.localName === "a")
                    this.models.frames.set(this.tree.frame[n], group);
            }
        }
        return this.models.nodes.get(node) || this.models.frames.get(this.tree.frame[node]);
    }

    emptyGroup() {
        const group = document.createElementNS(SVG, "g");
        for (const name of ["title", "rect", "text"])
            group.appendChild(document.createElementNS(SVG, name));
        return group;
    }

    /* A frame's group at x (px from the left edge of the frames), so wide. */
    draw(node, x, width) {
        const {tree} = this;
        const model = this.model(node);
        const group = model ? model.cloneNode(true) : this.emptyGroup();
        const [title, rect, text] = group.children;
        if (!model || Number(model.dataset.n) !== node && this.hasMadeTitle(model))
            title.textContent = this.makeTitle(node);
        const left = (this._x + x).toFixed(1), right = (this._x + x + width).toFixed(1);
        const y = this.y(tree.depth[node]);
        const rgb = tree.rgb(node);
        const attributes = {x: left, y: y.toFixed(1), width: (right - left).toFixed(1),
            height: this._height.toFixed(1), fill: hex(rgb), rx: 2, ry: 2};
        for (const name in attributes)
            rect.setAttribute(name, attributes[name]);
        text.setAttribute("x", (this._x + x + 3).toFixed(2));
        text.setAttribute("y", y + this._height / 2 + 3);
        if (isDark(rgb))
            text.setAttribute("fill", "#fff");
        text.textContent = this.label(node, width);
        group.setAttribute("data-n", node);
        group.setAttribute("tabindex", "-1");
        group.classList.remove("match");
        return group;
    }

    hasMadeTitle(group) {
        return group.children[0].textContent === this.makeTitle(Number(group.dataset.n));
    }

    label(node, width) {
        const chars = Math.floor(width / (this._fontsize * this._fontwidth));
        const name = this.tree.name(node);
        if (chars < 3)
            return "";
        if (chars >= name.length)
            return name;
        const letters = Array.from(name.slice(0, 2 * chars + 2));
        return letters.length > chars ? letters.slice(0, chars - 2).join("") + ".." : letters.join("");
    }

    /* One path a colour, of few colours: nobody can tell near ones apart at this width. */
    drawSlivers(slivers) {
        const paths = new Map();
        for (const [node, x, width] of slivers) {
            const color = hex(this.tree.rgb(node).map(value => Math.min(value & 224 | 16, 255)));
            paths.set(color, (paths.get(color) || "") + this.sliver(node, x, width));
        }
        return Array.from(paths, ([color, d]) => this.path(d, {fill: color}));
    }

    sliver(node, x, width) {
        const w = width.toFixed(2);
        return "M" + (this._x + x).toFixed(2) + " " + this.y(this.tree.depth[node]).toFixed(1) +
            "h" + w + "v" + this._height + "h-" + w + "z";
    }

    path(d, attributes) {
        const path = document.createElementNS(SVG, "path");
        path.setAttribute("d", d);
        for (const name in attributes)
            path.setAttribute(name, attributes[name]);
        return path;
    }

    /* ---- Search ---- */

    openSearch() {
        if (!this.box)
            this.makeBox();
        this.input.focus();
        this.input.select();
    }

    makeBox() {
        const left = Number(this.search.getAttribute("x"));
        const width = Math.min(200, left - 20), height = 2 * this._fontsize;
        const box = this.box = document.createElementNS(SVG, "foreignObject");
        const input = this.input = document.createElementNS(HTML, "input");
        const place = {x: left - width - 10, y: Number(this.search.getAttribute("y")) - 0.7 * height, width, height};
        for (const name in place)
            box.setAttribute(name, place[name]);
        input.setAttribute("type", "text");
        input.setAttribute("aria-label", "Search");
        input.setAttribute("placeholder", "name or pattern");
        input.setAttribute("spellcheck", "false");
        input.setAttribute("autocomplete", "off");
        input.value = this.term;
        input.addEventListener("input", () => this.searchFor(input.value));
        box.appendChild(input);
        this.root.appendChild(box);
    }

    closeSearch() {
        const focused = this.box && document.activeElement === this.input;
        if (this.box)
            this.box.remove();
        this.box = this.input = null;
        this.searchFor("");
        if (focused)
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
            this.bareNames = this.bareNames || this.tree.names.map(name => name.replace(SUFFIX, ""));
            this.matches = testNames(this.bareNames, term, this.ignoresCase);
            this.matches[0] = 0; // the root is no function
        }
        this.search.classList.toggle("show", !!term);
        this.search.textContent = term ? "Reset Search" : "Search";
        this.highlight();
        this.save();
    }

    /* Marks what matches in the view, and tells its share of the view. */
    highlight() {
        for (const element of this.root.querySelectorAll(".match"))
            if (element.parentNode === this.slivers)
                element.remove();
            else
                element.classList.remove("match");
        this.matched.classList.toggle("hide", !this.matches);
        if (!this.matches)
            return;
        for (const [node, group] of this.shown())
            if (this.matches[this.tree.frame[node]])
                group.classList.add("match");
        let d = "";
        for (const [node, x, width, match] of layOut(this.tree, this.top, this.pixels, this.matches).slivers)
            if (match && !this.drawn(node))
                d += this.sliver(node, x, width);
        if (d)
            this.slivers.appendChild(this.path(d, {class: "match"}));
        const share = 100 * this.matchedWeight() / this.weight(this.top);
        this.matched.textContent = "Matched: " + (share === 100 ? share : share.toFixed(1)) + "%";
    }

    /* The weight under frames that match, each once: below one that matches there is nothing to add. */
    matchedWeight() {
        const {frame, start, end, parent} = this.tree;
        const {matches, top} = this;
        for (let node = top; node > 0; node = parent[node])
            if (matches[frame[node]])
                return this.weight(top);
        let sum = 0;
        for (let node = top; node < end[top];) {
            if (matches[frame[node]]) {
                sum += start[end[node]] - start[node];
                node = end[node];
            } else {
                node++;
            }
        }
        return sum;
    }

    /* ---- State in the address: ?x=&y= of the zoomed frame in the picture, &s= what is searched for ---- */

    restore() {
        if (!this.ownDocument)
            return;
        const query = new URLSearchParams(location.search);
        const [x, y] = [query.get("x"), query.get("y")].map(parseFloat);
        const term = query.get("s");
        if (isFinite(x) && isFinite(y)) {
            const depth = Math.round((y - this._y) / this._step);
            const node = this.tree.nearest(depth, (x - this._x) * this._total / this._width);
            if (node)
                this.zoom(node);
        }
        if (term) {
            this.searchFor(term);
            this.makeBox();
        }
    }

    save() {
        if (!this.ownDocument)
            return;
        const query = new URLSearchParams(location.search);
        for (const name of ["x", "y", "s"])
            query.delete(name);
        if (this.top) {
            const x = this._x + this.tree.start[this.top] * this._width / this._total;
            const narrow = this.tree.width(this.top) * this._width / this._total < 1;
            query.set("x", x.toFixed(narrow ? 5 : 1));
            query.set("y", this.y(this.tree.depth[this.top]).toFixed(1));
        }
        if (this.term)
            query.set("s", this.term);
        try {
            const text = query.toString();
            history.replaceState(null, "", location.pathname + (text ? "?" + text : ""));
        } catch (e) {
            // not allowed in a sandbox and, in some browsers, for files
        }
    }
}

/* ---- Start ------------------------------------------------------------------------------------------ */

const script = document.currentScript;
const own = script && script.closest("svg.flamectl");

function startAll() {
    for (const root of own ? [own] : document.querySelectorAll("svg.flamectl")) {
        if (root.flamectl || root.dataset.version !== "1")
            continue;
        root.flamectl = true; // several scripts may be on one page
        new Viewer(root).start();
    }
}

if (document.readyState === "loading")
    document.addEventListener("DOMContentLoaded", startAll);
else
    startAll();
})();
