/* The picture: draws the network with vis-network, and over it the selection and the labels. */

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

class Picture {
  /** @param handlers {choose(id or null), tip(id or null, point)} */
  constructor(container, placed, edges, options, data, handlers) {
    this.container = container;
    // Places are computed for a wide window; in a tall one the picture stands upright.
    this.tall = container.clientHeight > 1.15 * container.clientWidth;
    const nodes = this.tall ? placed.map((node) => ({ ...node, x: node.y, y: node.x })) : placed;
    this.nodes = nodes;
    this.marked = new Set(data.marked);
    this.colourOf = Object.fromEntries([...Object.entries(data.kinds), ...data.legend.map((group) => [group.name, group])]
      .map(([name, look]) => [name, look.colour]));
    this.hiddenNodes = new Set();
    this.edges = edges;
    this.hiddenKinds = new Set();
    this.hiddenLines = new Set();
    this.selected = null;
    this.lit = new Set();
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.colours = this.dark.matches ? COLOURS.dark : COLOURS.light;
    const communities = data.legend.filter(({ name }) => !data.kinds[name] && name !== "rest");
    this.labels = new Labels(this, communities, data.axis);
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
        zoomSpeed: 0.7,
        keyboard: { enabled: true, bindToWindow: false, speed: { x: 14, y: 14, zoom: 0.03 } } },
    });
    const frame = container.firstElementChild;
    frame.tabIndex = 0;
    frame.setAttribute("role", "img");
    frame.setAttribute("aria-label", `${nodes.length} nodes, ${edges.length} lines; arrow keys move, search finds`);
    this.network.on("click", ({ nodes: [id = null] }) => handlers.choose(id));
    this.network.on("hoverNode", ({ node, event }) => handlers.tip(node, event));
    for (const name of ["blurNode", "dragStart", "zoom"]) this.network.on(name, () => handlers.tip(null));
    this.network.on("beforeDrawing", (context) => this.labels.drawLines(context, this.view(context)));
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

  colour(group) {
    return this.colours[this.colourOf[group]] || this.colours.Other;
  }

  nodeLook({ id, x, y, shape, size, group, stub }) {
    return { id, x, y, shape, size, color: this.nodeColour(group, stub), borderWidth: stub ? 2 : 1 };
  }

  /** A paper that is known only from citations is hollow. */
  nodeColour(group, stub) {
    const [full, none] = [this.colour(group), this.colours.page];
    const both = { background: stub ? none : full, border: stub ? full : none };
    return { ...both, hover: both, highlight: both };
  }

  lineLook({ from, to, labels, arrows, width }) {
    const label = labels.find((name) => !this.hiddenLines.has(name)) || labels[0];
    const colour = this.colours.lines[label] || this.colours.lines.MENTIONS;
    // Wide lines say how much, so they are whole.
    const look = width ? { width } : { dashes: false, ...LINES[label] };
    return { from, to, arrows, ...look, color: { color: colour, hover: colour, highlight: colour } };
  }

  recolour(dark) {
    this.colours = dark ? COLOURS.dark : COLOURS.light;
    this.nodeSet.update(this.nodes.map(({ id, group, stub }) => ({ id, color: this.nodeColour(group, stub) })));
    this.applyLines();
    this.onrecolour();
  }

  /** Shows or hides a kind of node or of line. */
  toggle(hidden, name, shown) {
    if (shown) hidden.delete(name); else hidden.add(name);
    if (hidden === this.hiddenKinds) this.applyNodes();
    this.applyLines();
  }

  /** Shows all nodes but these. */
  hide(numbers) {
    this.hiddenNodes = new Set(numbers);
    this.applyNodes();
    this.applyLines(false);
  }

  applyNodes() {
    const changed = this.nodes.filter((node) => this.shows(node) !== !this.nodeSet.get(node.id).hidden);
    this.nodeSet.update(changed.map((node) => ({ id: node.id, hidden: !this.shows(node) })));
  }

  /** Shows and hides lines with their ends; looks anew at all of them, or only at those that change so. */
  applyLines(all = true) {
    const shown = this.nodes.map((node) => this.shows(node));
    const changes = this.edges.map((edge, i) => ({ edge, id: i, hidden: !shown[edge.from] || !shown[edge.to]
      || edge.labels.every((label) => this.hiddenLines.has(label)) }));
    this.edgeSet.update(changes.filter(({ id, hidden }) => all || hidden !== Boolean(this.edgeSet.get(id).hidden))
      .map(({ edge, id, hidden }) => (all ? { ...this.lineLook(edge), id, hidden } : { id, hidden })));
  }

  shows(node) {
    return !this.hiddenKinds.has(node.group) && !this.hiddenNodes.has(node.id);
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
    const places = this.network.getPositions();  // without the hidden ones
    const view = this.view(context);
    for (const id of this.marked) {
      if (places[id]) this.drawRing(context, places[id], this.nodes[id].size, view.scale);
    }
    if (this.selected !== null) this.drawSelection(context, places, view);
    this.labels.draw(context, places, view);
  }

  /** Returns the corners of what is seen. */
  view(context) {
    const back = context.getTransform().inverse();
    return { from: back.transformPoint({ x: 0, y: 0 }), scale: this.network.getScale(),
      to: back.transformPoint({ x: context.canvas.width, y: context.canvas.height }) };
  }

  drawRing(context, { x, y }, size, scale) {
    context.beginPath();
    context.arc(x, y, size * 1.25 + 4 / scale, 0, 2 * Math.PI);
    context.lineWidth = 2.5 / scale;
    context.strokeStyle = this.colours.strong;
    context.stroke();
  }

  drawSelection(context, places, { from, to, scale }) {
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
        context.strokeStyle = this.colour(this.nodes[id].group);
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
      context.fillStyle = node.stub ? this.colours.page : this.colour(node.group);
      context.fill();
      context.lineWidth = (id === this.selected ? 3 : 1) / scale;
      context.strokeStyle = id === this.selected ? this.colours.strong
        : node.stub ? this.colour(node.group) : this.colours.page;
      context.stroke();
    }
  }
}
