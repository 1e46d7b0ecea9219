/* Names over the picture: as many as there is room for, the greatest first, and over them those of the
   communities and of the years. All is text drawn on the canvas, never HTML. */

const MOST_NAMES = 200;

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

class Labels {
  /** @param picture what is drawn @param groups of the legend @param axis [[name, place], …] */
  constructor(picture, groups, axis) {
    Object.assign(this, { picture, groups, axis });
    this.widths = new Map();
    this.byWeight = [...picture.nodes].sort((a, b) => picture.marked.has(b.id) - picture.marked.has(a.id)
      || b.size - a.size || a.id - b.id);
  }

  draw(context, places, view) {
    const taken = new Boxes(60 / view.scale);
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    this.drawAxis(context, view, taken);
    const active = this.picture.selected !== null;
    if (!active) this.drawGroups(context, places, view, taken);
    this.drawNames(context, places, view, taken, active);
  }

  drawNames(context, places, view, taken, active) {
    const { selected, lit, marked } = this.picture;
    const { from, to, scale } = view;
    const candidates = active
      ? this.byWeight.filter((n) => n.id === selected || lit.has(n.id)).sort((a, b) => (b.id === selected) - (a.id === selected))
      : this.byWeight;
    const seen = candidates.filter(({ id }) => places[id] && places[id].x > from.x && places[id].x < to.x
      && places[id].y > from.y && places[id].y < to.y);
    const bodies = new Boxes(60 / scale);
    for (const { id, size } of seen) {
      const r = size * 0.8;
      if (r * scale > 2) bodies.add({ left: places[id].x - r, right: places[id].x + r, top: places[id].y - r, bottom: places[id].y + r });
    }
    let drawn = 0;
    for (const node of seen) {
      if (drawn > MOST_NAMES) break;
      const { x, y } = places[node.id];
      const screen = node.size * scale;
      if (screen < 2.5 && !active && drawn > 40) continue;
      const bold = node.id === selected || marked.has(node.id);
      const pixels = 11 + Math.min(4, screen / 6);
      const width = (this.widthOf(context, node.label, pixels, bold) + 6) / scale;
      const height = (pixels * 1.15) / scale;
      // A name is moved aside rather than cut off by the window.
      const middle = Math.max(from.x + width / 2, Math.min(x, to.x - width / 2));
      const box = { left: middle - width / 2, right: middle + width / 2 };
      const free = [y + node.size + 2 / scale, y - node.size - height - 1 / scale].some((top) => {
        Object.assign(box, { top, bottom: top + height });
        // The greatest nodes are named even where a small one lies under their name.
        return taken.free(box) && (drawn < 30 || bodies.free(box));
      });
      if (!free && !bold) continue;
      taken.add(box);
      drawn += 1;
      this.write(context, node.label, middle, box.top, { pixels, bold, scale, colour: this.picture.colours.ink });
    }
  }

  /** Names each community in its middle, if there is room. */
  drawGroups(context, places, view, taken) {
    if (!this.groups.length) return;
    const { scale } = view;
    const pixels = this.picture.container.clientWidth < 600 ? 11.5 : 14;
    for (const { name, label } of this.groups) {
      const members = this.picture.nodes.filter((node) => node.group === name && places[node.id]);
      if (!members.length) continue;
      const [x, y] = ["x", "y"].map((axis) => members.map(({ id }) => places[id][axis]).sort((a, b) => a - b)[members.length >> 1]);
      // The first concepts that fit: a long name would cover its neighbours.
      const parts = label.split(" · ");
      for (let count = parts.length; count; count -= 1) {
        const text = parts.slice(0, count).join(" · ");
        const width = (this.widthOf(context, text, pixels, true) + 10) / scale;
        if (count > 1 && width * scale > this.picture.container.clientWidth / 3) continue;
        const height = (pixels * 1.3) / scale;
        const box = [0, -1.4, 1.4].map((shift) => y + (shift - 0.5) * height)
          .map((top) => ({ left: x - width / 2, right: x + width / 2, top, bottom: top + height }))
          .find((one) => taken.free(one));
        if (!box) continue;
        taken.add(box);
        this.write(context, text, x, box.top, { pixels, bold: true, scale, halo: 5,
          colour: this.picture.colours.names[this.picture.colourOf[name]] || this.picture.colours.ink });
        break;
      }
    }
  }

  /** Draws a line for each year, under all else. */
  drawLines(context, { from, to, scale }) {
    context.strokeStyle = this.picture.colours.axis;
    context.lineWidth = 1 / scale;
    for (const [, place] of this.axis) {
      context.beginPath();
      context.moveTo(...(this.picture.tall ? [from.x, place] : [place, from.y]));
      context.lineTo(...(this.picture.tall ? [to.x, place] : [place, to.y]));
      context.stroke();
    }
  }

  /** Writes the years at the window's edge. */
  drawAxis(context, view, taken) {
    const { from, scale } = view;
    const upright = this.picture.tall;
    let last = -Infinity;
    for (const [name, place] of this.axis) {
      if ((place - last) * scale < (upright ? 16 : 40)) continue;
      last = place;
      const width = this.widthOf(context, name, 12, true) / scale;
      const x = upright ? from.x + width / 2 + 6 / scale : place;
      const y = upright ? place - 8 / scale : from.y + 4 / scale;
      taken.add({ left: x - width / 2, right: x + width / 2, top: y, bottom: y + 16 / scale });
      this.write(context, name, x, y, { pixels: 12, bold: true, scale, colour: this.picture.colours.Paper });
    }
  }

  write(context, text, x, y, { pixels, bold, scale, colour, halo = 3.5 }) {
    context.font = `${bold ? "600 " : ""}${pixels / scale}px ${FONT}`;
    context.lineWidth = halo / scale;
    context.strokeStyle = this.picture.colours.halo;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  widthOf(context, text, pixels, bold) {
    const font = `${bold ? "600 " : ""}${pixels.toFixed(1)}px ${FONT}`;
    const key = `${font} ${text}`;
    if (!this.widths.has(key)) {
      if (this.widths.size > 20000) this.widths.clear();
      context.font = font;
      this.widths.set(key, context.measureText(text).width);
    }
    return this.widths.get(key);
  }
}
