/* The viewer of one document. */

class Viewer {
  constructor(root, parts) {
    this.root = root;
    for (const id of ["details", "unzoom", "search", "ignorecase", "matched"])
      this[id] = root.querySelector("#" + id);
    this.texts = root.dataset;
    this.numbers = Object.fromEntries(Object.entries(root.dataset).map(([key, text]) => [key, Number(text)]));
    this.ownDocument = document.documentElement === root;
    this.size = {height: root.getAttribute("height"), viewBox: root.getAttribute("viewBox")};
    this.tree = readTree(root, parts);
    this.paints = new Paints(this.tree.shared.colors);
    this.top = 0;        // the zoomed node
    this.term = "";
    this.ignoresCase = false;
    this.marks = null;   // by frame, while there is a term
    this.sheet = new Sheet(this, root.querySelector("#frames"), root.querySelector("#slivers"));
    this.sheet.view = this.layOut(0, FINE);
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
    (window.requestIdleCallback || setTimeout)(() => this.rehearse());
  }

  /* The first search shall not be slower than the second, when the browser knows what is done often. */
  rehearse() {
    this.tree.outermost(new Uint8Array(this.tree.shared.names.length));
  }

  /* The column that texts tell. */
  get column() {
    return this.texts.layout === "before" ? 0 : this.numbers.columns - 1;
  }

  /* px per unit of weight */
  get pixels() {
    return this.numbers.width / this.tree.weight(this.top);
  }

  y(node) {
    return this.numbers.y + this.tree.depth[node] * this.numbers.step;
  }

  drawn(node) {
    return this.sheet.group(node);
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
    if (!this.sheet.slivers.contains(event.target))
      return -1;
    const {x, y, step} = this.numbers;
    const point = new DOMPoint(event.clientX, event.clientY)
      .matrixTransform(this.sheet.frames.getScreenCTM().inverse());
    const depth = Math.floor((point.y - y) / Math.abs(step)) * Math.sign(step);
    const place = this.tree.start[this.top] + (point.x - x) / this.pixels;
    for (const px of [0, 0.1, -0.1, 0.3, -0.3, 1, -1]) { // edges are drawn rounded
      const node = this.tree.at(depth, place + px / this.pixels);
      if (node >= 0)
        return node;
    }
    return -1;
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
    for (const other of this.sheet.frames.querySelectorAll("[tabindex='0']"))
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
    const nodes = [...this.sheet.slots.keys()].sort((a, b) => a - b);
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
    const samples = node < 0 ? null : this.tree.sampled(node, this.column, this.numbers.scale);
    this.details.textContent = node < 0 ? " " : this.texts.nametype + " " + this.title(node) +
      (samples === null ? "" : ", " + withCommas(samples) + " samples");
  }

  title(node) {
    const {tree, texts, numbers, sheet} = this;
    if (sheet.titles.has(node))
      return sheet.titles.get(node);
    const all = texts.delta ? numbers.told : numbers.total;
    const weight = node === 0 ? all : tree.total(node, this.column);
    const count = withCommas(weight * numbers.factor / numbers.scale) + " " + texts.countname;
    const share = node === 0 ? "100" : twoDecimals(100 * weight / all);
    let change = "";
    if (texts.delta && (node > 0 || texts.delta === "total")) {
      const points = 100 * tree.change(node, texts.delta) / numbers.points * (texts.negate ? -1 : 1);
      const fate = this.fateOf(node);
      change = "; " + (points > 0 ? "+" : "") + twoDecimals(points) + "%" + (fate && ", " + fate);
    }
    return tree.name(node) + " (" + count + ", " + share + "%" + change + ")";
  }

  /* "new" or "gone" where only one side of a comparison has a frame. */
  fateOf(node) {
    const {tree, texts} = this;
    if (!texts.marks || node === 0)
      return "";
    const before = tree.total(node, 0) > 0, after = tree.total(node, 1) > 0;
    return before && after ? "" : after !== Boolean(texts.negate) ? "new" : "gone";
  }

  /* ---- Zoom ---- */

  zoom(node) {
    const focused = this.groupOf(document.activeElement || this.root);
    this.top = node;
    this.show();
    this.unzoom.classList.toggle("hide", node === 0);
    this.tell(-1);
    this.tellMatched();
    this.saveSoon();
    this.drawn(node).setAttribute("tabindex", "0");
    if (focused)
      this.focusOn(node);
  }

  layOut(top, least) {
    return new View(this.tree, top, this.numbers.width / this.tree.weight(top), least);
  }

  show() {
    this.sheet.show(this.top);
    this.grow(Math.max(this.sheet.view.levels - this.numbers.levels, 0) * Math.abs(this.numbers.step));
  }

  /* The lowest and the highest level that can be seen without scrolling. */
  levelsOnScreen() {
    const {y, step, height} = this.numbers, ctm = this.sheet.frames.getScreenCTM();
    const levels = [0, innerHeight].map(edge => ((edge - ctm.f) / ctm.d - y) / step).sort((a, b) => a - b);
    return [Math.floor(levels[0] - height / Math.abs(step)), Math.ceil(levels[1])];
  }

  /* Frames that were too narrow for the picture may need more room than it has. */
  grow(more) {
    const {height, viewBox} = this.size;
    const box = viewBox.split(" ");
    box[3] = Number(box[3]) + more;
    this.root.setAttribute("viewBox", box.join(" "));
    if (height)
      this.root.setAttribute("height", parseFloat(height) + more);
    for (const part of [this.details, this.matched, this.sheet.frames, this.sheet.slivers])
      if (this.numbers.step < 0 || !part.children.length)
        part.setAttribute("transform", "translate(0 " + more + ")");
  }

  markOf(node) {
    return this.marks ? this.marks[this.tree.frame[node]] : 0;
  }

  label(node, width) {
    const room = Math.floor(width / (this.numbers.fontsize * this.numbers.fontwidth));
    const letters = room < 3 || node === 0 ? [] : Array.from(this.tree.name(node));
    return letters.length > room ? letters.slice(0, room - 2).join("") + ".." : letters.join("");
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
    this.marks = null;
    if (term) {
      this.marks = testNames(this.tree.shared.names, term, this.ignoresCase);
      this.marks[0] = 0; // the root is no function
    }
    this.hits = this.marks && new Hits(this.tree, this.marks);
    this.search.classList.toggle("show", term !== "");
    this.search.textContent = term ? "Reset Search" : "Search";
    this.sheet.mark();
    this.tellMatched();
    this.saveSoon();
  }

  /* Tells the share of the view. */
  tellMatched() {
    const {tree, top, hits} = this;
    this.matched.classList.toggle("hide", !hits);
    if (!hits)
      return;
    const share = 100 * hits.weight(top) / tree.weight(top);
    this.matched.textContent = "Matched: " + (share === 100 ? share : share.toFixed(1)) + "%";
  }

  /* ---- State in the address: ?x=&y= of the zoomed frame in the picture, &s= the search ---- */

  restore() {
    const {x, y, step, width} = this.numbers, total = this.tree.weight(0);
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

  /* The browser takes its time for it. */
  saveSoon() {
    if (this.ownDocument)
      afterPaint(() => this.save());
  }

  save() {
    const {x, width} = this.numbers, total = this.tree.weight(0);
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
