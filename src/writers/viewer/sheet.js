/* The elements on show. A frame's elements are a slot {group, title, rect, text}, used again from view to
 * view. What a browser does with an element takes far longer than what is done here, so a new view first
 * gets elements for the widest frames on the screen and a few paths for all others; the rest comes after it
 * has been painted, a few milliseconds' worth at a time, and titles last. */

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
const FIRST = 100;     // elements that a view starts with
const SLICE = 5;       // ms of drawing at a time

function make(namespace, name, attributes) {
  const element = document.createElementNS(namespace, name);
  for (const key in attributes)
    element.setAttribute(key, attributes[key]);
  return element;
}

function afterPaint(action) {
  requestAnimationFrame(() => setTimeout(action));
}

/* Paths of merged frames, one a colour. Coordinates are tenths of a pixel across, so that they are short. */
class Shapes {
  constructor(left, height) {
    this.left = left;
    this.tail = "v" + height + "h-";
    this.paths = [];
  }

  add(path, x, y, width) {
    const from = Math.round((this.left + x) * 10), w = Math.round((this.left + x + width) * 10) - from;
    this.paths[path] = (this.paths[path] || "") + "M" + from + " " + y + "h" + w + this.tail + w + "z";
  }

  elements(attributes) {
    return this.paths.map((d, path) => make(SVG, "path", {d, transform: "scale(.1,1)", ...attributes(path)}));
  }
}

class Sheet {
  constructor(viewer, frames, slivers) {
    this.viewer = viewer;
    this.frames = frames;
    this.slivers = slivers;
    this.slots = new Map();  // by node
    this.spare = [];
    this.links = new Map();  // by frame: its element in the picture, with attributes given by hand
    this.titles = new Map(); // by node: those of the picture
    this.turn = 0;           // of the view, for what comes after its paint
    this.marked = [];        // elements
    for (const group of frames.children)
      this.adopt(group);
  }

  /* The picture's elements are the first to be used. */
  adopt(group) {
    const node = Number(group.dataset.n), [title, rect, text] = group.children;
    const link = group.localName === "a";
    this.titles.set(node, title.textContent);
    if (link)
      this.links.set(this.viewer.tree.frame[node], group.cloneNode(true));
    this.slots.set(node, {group, title, rect, text, node, link, name: ""});
  }

  /* Draws the view of `top`. */
  show(top) {
    const {viewer} = this;
    const view = this.view = viewer.layOut(top, COARSE);
    const [low, high] = viewer.levelsOnScreen();
    const onScreen = node => viewer.tree.depth[node] >= low && viewer.tree.depth[node] <= high;
    const boxes = view.above.concat(view.boxes).filter(onScreen), first = view.widest(boxes, FIRST);
    const old = {frames: this.frames, slots: this.slots};
    this.turn++;
    this.slots = new Map();
    this.frames = old.frames.cloneNode(false);
    for (const node of first)
      this.frames.append(this.draw(node).group);
    this.drawSlivers(view.narrow.filter(onScreen), boxes);
    old.frames.replaceWith(this.frames);
    this.viewer.root.setAttribute("aria-busy", "true");
    this.after(() => {
      this.recycle(old);
      this.view = viewer.layOut(top, FINE);
      this.complete(view.above.concat(this.view.boxes), 0);
    });
  }

  /* Does something after the paint, unless another view has come by then. */
  after(action) {
    const turn = this.turn;
    afterPaint(() => turn === this.turn && action());
  }

  recycle({frames, slots}) {
    frames.replaceChildren();
    for (const slot of slots.values())
      if (!slot.link)
        this.spare.push(slot);
  }

  /* Makes the elements that are still missing, from the i-th on. */
  complete(nodes, i) {
    const late = performance.now() + SLICE;
    let next = i > 0 ? this.group(nodes[i - 1]).nextSibling : this.frames.firstChild;
    for (; i < nodes.length && performance.now() < late; i++) {
      const group = this.group(nodes[i]);
      if (!group)
        this.frames.insertBefore(this.draw(nodes[i]).group, next);
      else
        next = group.nextSibling;
    }
    if (i < nodes.length) {
      this.after(() => this.complete(nodes, i));
      return;
    }
    this.drawSlivers(this.view.narrow, []);
    this.after(() => this.tellTitles(nodes, 0));
  }

  tellTitles(nodes, i) {
    const late = performance.now() + SLICE;
    for (; i < nodes.length && performance.now() < late; i++)
      this.slots.get(nodes[i]).title.textContent = this.viewer.title(nodes[i]);
    if (i < nodes.length)
      this.after(() => this.tellTitles(nodes, i));
    else
      this.viewer.root.removeAttribute("aria-busy");
  }

  /* A slot for a node: a link where its frame has one, else a used or a new one. */
  slot(node) {
    const link = this.links.get(this.viewer.tree.frame[node]);
    if (!link && this.spare.length)
      return this.spare.pop();
    const group = link ? link.cloneNode(true) : make(SVG, "g");
    if (!link)
      group.append(make(SVG, "title"), make(SVG, "rect", {rx: 2, ry: 2}), make(SVG, "text"));
    group.setAttribute("tabindex", "-1");
    const [title, rect, text] = group.children;
    return {group, title, rect, text, link: Boolean(link), name: ""};
  }

  draw(node) {
    const {viewer, view} = this, {numbers, tree, paints} = viewer, color = tree.color[node];
    const slot = this.slot(node), {group, rect, text} = slot;
    const x = numbers.x + view.x(node), y = viewer.y(node), width = view.width(node);
    const left = Math.round(x * 10), right = Math.round((x + width) * 10);
    slot.node = node;
    rect.setAttribute("x", left / 10);
    rect.setAttribute("y", y);
    rect.setAttribute("width", (right - left) / 10);
    rect.setAttribute("height", numbers.height);
    rect.setAttribute("fill", paints.fill(color));
    const label = viewer.label(node, width);
    if (label) {
      text.setAttribute("x", (left + 30) / 10);
      text.setAttribute("y", y + numbers.height / 2 + 3);
      text.setAttribute("fill", paints.isDark(color) ? "#fff" : "#000");
    }
    if (text.textContent !== label)
      text.textContent = label;
    if (slot.title.firstChild)
      slot.title.textContent = "";
    group.setAttribute("data-n", node);
    this.outline(rect, viewer.fateOf(node));
    this.slots.set(node, slot);
    this.classify(slot);
    return slot;
  }

  outline(rect, fate) {
    if (!fate && !rect.hasAttribute("stroke"))
      return;
    for (const [name, value, drawn] of [["stroke", "#000", fate], ["stroke-width", 0.8, fate],
      ["stroke-dasharray", "3 2", fate === "new"]])
      drawn ? rect.setAttribute(name, value) : rect.removeAttribute(name);
  }

  classify(slot) {
    const mark = this.viewer.markOf(slot.node);
    const name = (slot.node < this.view.top ? "parent " : "") + (mark ? "match m" + mark : "");
    if (name !== slot.name)
      slot.group.setAttribute("class", name);
    slot.name = name;
  }

  /* Paths of merged frames and of boxes that have no element yet. */
  drawSlivers(narrow, boxes) {
    const {view, viewer} = this, {tree, numbers, paints} = viewer;
    const shapes = new Shapes(numbers.x, numbers.height);
    const add = (node, x, width) => shapes.add(paints.rough(tree.color[node]), x, viewer.y(node), width);
    view.runs(narrow, add);
    for (const node of boxes)
      if (!this.slots.has(node))
        add(node, view.x(node), view.width(node));
    this.slivers.replaceChildren(...shapes.elements(rough => ({fill: paints.roughFill(rough)})).filter(Boolean));
    this.drawMarks(narrow.concat(boxes));
  }

  /* Found frames among those without elements, over their shapes. */
  drawMarks(nodes) {
    const {view, viewer} = this, {numbers} = viewer;
    const shapes = new Shapes(numbers.x, numbers.height);
    if (viewer.marks) {
      const found = nodes.filter(node => viewer.markOf(node) && !this.slots.has(node)).sort((a, b) => a - b);
      view.runs(found, (node, x, width) => shapes.add(viewer.markOf(node), x, viewer.y(node), width));
    }
    this.marked.forEach(path => path.remove());
    this.marked = shapes.elements(mark => ({class: "match m" + mark})).filter(Boolean);
    this.slivers.append(...this.marked);
  }

  /* Other frames are marked. */
  mark() {
    for (const slot of this.slots.values())
      this.classify(slot);
    this.drawMarks(this.view.narrow.concat(this.view.boxes));
  }

  group(node) {
    const slot = this.slots.get(node);
    return slot && slot.group;
  }
}
