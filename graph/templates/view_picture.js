"use strict";
/* The picture: draws the network with vis-network, and over it the selection and as many labels as there
   is room for. Labels and tips are text drawn on the canvas or set as textContent, never HTML. */

const COLOURS = {
  // Okabe and Ito's palette, which colour-blind people tell apart; lighter where the page is dark.
  light: {
    page: "#fbfbf9", ink: "#1d232b", halo: "#fbfbf9", strong: "#111418",
    Paper: "#69727d", Method: "#0072b2", Dataset: "#e69f00", Hardware: "#d55e00", Metric: "#009e73",
    Task: "#c4629c", Other: "#8a8a8a",
    lines: { INTRODUCES: "#0072b2b0", CITES: "#4b556370", BUILDS_ON: "#8a5a0080", VARIANT_OF: "#0072b280",
      MENTIONS: "#8a94a066", SHARES_CONCEPTS: "#8a94a055" },
  },
  dark: {
    page: "#14171b", ink: "#e6e9ed", halo: "#14171b", strong: "#ffffff",
    Paper: "#a3adb9", Method: "#56b4e9", Dataset: "#f0c04a", Hardware: "#ff8c5a", Metric: "#2fc79d",
    Task: "#e59ac6", Other: "#9a9a9a",
    lines: { INTRODUCES: "#56b4e9b0", CITES: "#b7c0cc60", BUILDS_ON: "#f0c04a90", VARIANT_OF: "#56b4e980",
      MENTIONS: "#8d98a655", SHARES_CONCEPTS: "#8d98a645" },
  },
};
const LINES = {
  INTRODUCES: { width: 2.2 }, CITES: { width: 1.6 }, BUILDS_ON: { width: 1.6, dashes: [8, 5] },
  VARIANT_OF: { width: 2, dashes: [2, 4] }, MENTIONS: { width: 1.4 }, SHARES_CONCEPTS: { width: 1.2, dashes: [2, 6] },
};
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
const SIDES = { diamond: [4, 0], square: [4, 0.125], hexagon: [6, 0.0833], triangle: [3, 0], triangleDown: [3, 0.5] };

/** Traces the outline of a shape, as large as vis-network draws it. */
function tracePath(context, shape, x, y, radius) {
  context.beginPath();
  if (shape === "dot") {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  } else if (shape === "square") {
    context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  } else {
    const [sides, turn] = SIDES[shape] || [10, 0];
    const reach = shape.startsWith("triangle") ? 1.15 : 1;
    const drop = shape === "triangle" ? 0.275 : shape === "triangleDown" ? -0.275 : 0;
    for (let i = 0; i < sides; i += 1) {
      const far = radius * (shape === "star" ? (i % 2 ? 0.5 : 1.3) : reach);
      const angle = 2 * Math.PI * (i / sides + turn) - Math.PI / 2;
      context.lineTo(x + far * Math.cos(angle), y + radius * drop + far * Math.sin(angle));
    }
  }
  context.closePath();
}

/** Boxes on a plane, kept by the cells that they touch, so that a free place is found fast. */
class Boxes {
  constructor(cell) {
    this.cell = cell;
    this.cells = new Map();
  }

  * touched(box) {
    for (let i = Math.floor(box.left / this.cell); i <= Math.floor(box.right / this.cell); i += 1) {
      for (let j = Math.floor(box.top / this.cell); j <= Math.floor(box.bottom / this.cell); j += 1) yield `${i},${j}`;
    }
  }

  add(box) {
    for (const key of this.touched(box)) this.cells.set(key, [...(this.cells.get(key) || []), box]);
  }

  free(box) {
    for (const key of this.touched(box)) {
      for (const other of this.cells.get(key) || []) {
        if (box.right > other.left && box.left < other.right && box.bottom > other.top && box.top < other.bottom) return false;
      }
    }
    return true;
  }
}

class Picture {
  /** @param handlers {choose(id or null), tip(id or null, point)} */
  constructor(container, placed, edges, options, handlers) {
    this.container = container;
    // Places are computed for a wide window; in a tall one the picture stands upright.
    const tall = container.clientHeight > 1.15 * container.clientWidth;
    const nodes = tall ? placed.map((node) => ({ ...node, x: node.y, y: node.x })) : placed;
    this.nodes = nodes;
    this.edges = edges;
    this.hiddenKinds = new Set();
    this.hiddenLines = new Set();
    this.selected = null;
    this.lit = new Set();
    this.widths = new Map();
    this.byWeight = [...nodes].sort((a, b) => b.size - a.size || a.id - b.id);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.colours = this.dark.matches ? COLOURS.dark : COLOURS.light;
    this.nodeSet = new vis.DataSet(nodes.map((node) => this.nodeLook(node)));
    this.edgeSet = new vis.DataSet(edges.map((edge, i) => ({ ...this.lineLook(edge), id: i })));
    const many = edges.length > 3000;
    this.network = new vis.Network(container, { nodes: this.nodeSet, edges: this.edgeSet }, {
      ...options,
      autoResize: true,
      layout: { improvedLayout: false, randomSeed: 7 },
      nodes: { borderWidth: 1, borderWidthSelected: 1, chosen: false },
      edges: { smooth: false, chosen: false, selectionWidth: 0, hoverWidth: 0,
        arrows: { to: { scaleFactor: 0.55 } } },
      interaction: { hover: true, hoverConnectedEdges: false, selectConnectedEdges: false, multiselect: false,
        tooltipDelay: 120, hideEdgesOnDrag: many, hideEdgesOnZoom: many,
        keyboard: { enabled: true, bindToWindow: false } },
    });
    const frame = container.firstElementChild;
    frame.tabIndex = 0;
    frame.setAttribute("role", "img");
    frame.setAttribute("aria-label", `${nodes.length} nodes, ${edges.length} lines; arrow keys move, search finds`);
    this.network.on("click", ({ nodes: [id = null] }) => handlers.choose(id));
    this.network.on("hoverNode", ({ node, event }) => handlers.tip(node, event));
    for (const name of ["blurNode", "dragStart", "zoom"]) this.network.on(name, () => handlers.tip(null));
    this.network.on("afterDrawing", (context) => this.drawOver(context));
    this.dark.addEventListener("change", () => this.recolour(this.dark.matches));
    addEventListener("beforeprint", () => {
      this.recolour(false);
      this.network.redraw();
    });
    addEventListener("afterprint", () => this.recolour(this.dark.matches));
    this.onrecolour = () => {};
    this.fit(false);
  }

  nodeLook({ id, x, y, shape, size, group }) {
    const colour = this.colours[group];
    const both = { background: colour, border: this.colours.page };
    return { id, x, y, shape, size, color: { ...both, hover: both, highlight: both } };
  }

  lineLook({ from, to, labels, arrows }) {
    const label = labels.find((name) => !this.hiddenLines.has(name)) || labels[0];
    const colour = this.colours.lines[label] || this.colours.lines.MENTIONS;
    return { from, to, arrows, dashes: false, ...LINES[label], color: { color: colour, hover: colour, highlight: colour } };
  }

  recolour(dark) {
    this.colours = dark ? COLOURS.dark : COLOURS.light;
    this.nodeSet.update(this.nodes.map(({ id, group }) => {
      const both = { background: this.colours[group], border: this.colours.page };
      return { id, color: { ...both, hover: both, highlight: both } };
    }));
    this.applyLines();
    this.onrecolour();
  }

  /** Shows or hides a kind of node or of line. */
  toggle(hidden, name, shown) {
    if (shown) hidden.delete(name); else hidden.add(name);
    if (hidden === this.hiddenKinds) {
      this.nodeSet.update(this.nodes.filter((n) => n.group === name).map(({ id }) => ({ id, hidden: !shown })));
    }
    this.applyLines();
  }

  applyLines() {
    this.edgeSet.update(this.edges.map((edge, i) => ({
      ...this.lineLook(edge), id: i, hidden: !this.shows(this.nodes[edge.from]) || !this.shows(this.nodes[edge.to])
        || edge.labels.every((label) => this.hiddenLines.has(label)),
    })));
  }

  shows(node) {
    return !this.hiddenKinds.has(node.group);
  }

  fit(moving = true) {
    this.network.fit({ maxZoomLevel: 1.8, animation: moving && this.mayMove() ? { duration: 350 } : false });
  }

  mayMove() {
    return !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  physics(on) {
    this.network.setOptions({ physics: { enabled: on, stabilization: false, solver: "barnesHut",
      barnesHut: { gravitationalConstant: -6000, springLength: 70, springConstant: 0.03, damping: 0.4 } } });
  }

  /** Lights up a node with its neighbours; a node that is not drawn lights its neighbours alone. */
  select(id, neighbours, moveThere) {
    this.selected = id;
    this.lit = new Set(neighbours.filter((n) => n < this.nodes.length));
    const there = [...this.lit, id].filter((n) => n !== null && n < this.nodes.length && this.shows(this.nodes[n]));
    // The panel has just taken or given room: measure it now, not at vis-network's next look.
    this.network.setSize("100%", "100%");
    if (there.length && (moveThere || !this.inView(there.at(-1)))) {
      this.network.fit({ nodes: there, maxZoomLevel: 1.4, animation: this.mayMove() ? { duration: 350 } : false });
    }
    this.network.redraw();
  }

  inView(id) {
    const { x, y } = this.network.canvasToDOM(this.network.getPosition(id));
    return x > 0 && y > 0 && x < this.container.clientWidth && y < this.container.clientHeight;
  }

  drawOver(context) {
    const scale = this.network.getScale();
    const places = this.network.getPositions();  // without the hidden ones
    const back = context.getTransform().inverse();
    const from = back.transformPoint({ x: 0, y: 0 });
    const to = back.transformPoint({ x: context.canvas.width, y: context.canvas.height });
    const active = this.selected !== null;
    if (active) this.drawSelection(context, places, from, to, scale);
    const candidates = active
      ? this.byWeight.filter((n) => n.id === this.selected || this.lit.has(n.id))
        .sort((a, b) => (b.id === this.selected) - (a.id === this.selected))
      : this.byWeight;
    const taken = new Boxes(60 / scale);
    const bodies = new Boxes(60 / scale);
    const visible = ({ id }) => places[id] && places[id].x > from.x && places[id].x < to.x
      && places[id].y > from.y && places[id].y < to.y;
    for (const node of candidates.filter(visible)) {
      const { x, y } = places[node.id];
      const r = node.size * 0.8;
      if (r * scale > 2) {
        bodies.add({ left: x - r, right: x + r, top: y - r, bottom: y + r });
      }
    }
    let drawn = 0;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    for (const node of candidates.filter(visible)) {
      if (drawn > 200) break;
      const { x, y } = places[node.id];
      const screen = node.size * scale;
      if (screen < 2.5 && !active && drawn > 40) continue;
      const pixels = 11 + Math.min(4, screen / 6);
      const font = `${node.id === this.selected ? "600 " : ""}${pixels.toFixed(1)}px ${FONT}`;
      const width = (this.widthOf(context, node, font) + 6) / scale;
      const height = (pixels * 1.15) / scale;
      const box = { left: x - width / 2, right: x + width / 2 };
      const free = [y + node.size + 2 / scale, y - node.size - height - 1 / scale].some((top) => {
        Object.assign(box, { top, bottom: top + height });
        // The greatest nodes are named even where a small one lies under their name.
        return taken.free(box) && (drawn < 30 || bodies.free(box));
      });
      if (!free && node.id !== this.selected) continue;
      taken.add(box);
      drawn += 1;
      context.font = `${node.id === this.selected ? "600 " : ""}${pixels / scale}px ${FONT}`;
      context.lineWidth = 3.5 / scale;
      context.strokeStyle = this.colours.halo;
      context.strokeText(node.label, x, box.top);
      context.fillStyle = this.colours.ink;
      context.fillText(node.label, x, box.top);
    }
  }

  widthOf(context, node, font) {
    const key = `${node.id} ${font}`;
    if (!this.widths.has(key)) {
      if (this.widths.size > 20000) this.widths.clear();
      context.font = font;
      this.widths.set(key, context.measureText(node.label).width);
    }
    return this.widths.get(key);
  }

  drawSelection(context, places, from, to, scale) {
    context.globalAlpha = 0.8;
    context.fillStyle = this.colours.page;
    // Printing replays the lines beyond the canvas too, so cover more than the canvas.
    const [width, height] = [to.x - from.x, to.y - from.y];
    context.fillRect(from.x - width, from.y - height, 3 * width, 3 * height);
    context.globalAlpha = 1;
    const here = places[this.selected];
    const lit = [...this.lit].filter((id) => places[id]);
    if (here) {
      context.lineWidth = 1.4 / scale;
      for (const id of lit) {
        context.strokeStyle = this.colours[this.nodes[id].group];
        context.beginPath();
        context.moveTo(here.x, here.y);
        context.lineTo(places[id].x, places[id].y);
        context.stroke();
      }
      lit.push(this.selected);
    }
    for (const id of lit) {
      const node = this.nodes[id];
      tracePath(context, node.shape, places[id].x, places[id].y, node.size);
      context.fillStyle = this.colours[node.group];
      context.fill();
      context.lineWidth = (id === this.selected ? 3 : 1) / scale;
      context.strokeStyle = id === this.selected ? this.colours.strong : this.colours.page;
      context.stroke();
    }
  }
}
