/* The panel: what is known of one paper or concept, and the neighbours to walk on to. */

const PLURALS = { Paper: "Papers", Method: "Methods", Dataset: "Datasets", Hardware: "Hardware",
  Metric: "Metrics", Task: "Tasks", Other: "Other concepts" };
const SECTIONS = [
  ["INTRODUCES", true, "Introduces"], ["INTRODUCES", false, "Introduced by"],
  ["VARIANT_OF", true, "Variant of"], ["VARIANT_OF", false, "Variants"],
  ["MENTIONS", true, ""], ["MENTIONS", false, "Mentioned by"],
  ["BUILDS_ON", true, "Builds on"], ["BUILDS_ON", false, "Built on by"],
  ["CITES", true, "Cites"], ["CITES", false, "Cited by"],
  ["SHARES_CONCEPTS", null, "Shares concepts with"],
  ["TOGETHER", null, "Occurs together with"], ["ROW", null, "In the answer with"],
];
const FIRST = 25;

/** Makes an element; children that are strings become text. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** Makes text that keeps its writing direction to itself. */
function own(text) {
  return element("bdi", {}, text);
}

/** Draws the sign of a kind of node, as the picture does. */
function sign(group, shape, colour) {
  const canvas = element("canvas", { width: 32, height: 32, className: "sign" });
  canvas.dataset.group = group;
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  tracePath(context, shape, 16, 16, 11);
  context.fillStyle = colour;
  context.fill();
  return canvas;
}

/** Puts a sentence into pieces, the mention in it marked. */
function marked(sentence, mention) {
  const pieces = [];
  const low = sentence.toLowerCase();
  const sought = mention.toLowerCase();
  let done = 0;
  for (let at = sought ? low.indexOf(sought) : -1; at >= 0; at = low.indexOf(sought, done)) {
    if (low.length !== sentence.length) break;
    pieces.push(sentence.slice(done, at), element("mark", {}, sentence.slice(at, at + sought.length)));
    done = at + sought.length;
  }
  return [...pieces, sentence.slice(done)];
}

class Panel {
  /** @param look {sign(kind)} @param walk (number) => void @param close () => void */
  constructor(place, data, drawn, look, walk, close) {
    Object.assign(this, { place, data, drawn, look, walk, close });
    this.near = data.items.map(() => []);
    for (const [from, to, relation, ...told] of data.links) {
      const link = { name: data.relations[relation], from, to, told };
      this.near[from].push({ ...link, other: to, out: true });
      if (to !== from) this.near[to].push({ ...link, other: from, out: false });
    }
  }

  neighbours(number) {
    return [...new Set(this.near[number].map((link) => link.other))];
  }

  show(number) {
    const item = this.data.items[number];
    this.open(element("p", { className: "kind" }, this.look.sign(item.group), item.kind), item.name,
      [...this.about(item, number), ...this.sections(number)]);
  }

  /** Lists all that is drawn, group by group, for those who would rather read than look. */
  list(groups) {
    const numbers = this.data.items.slice(0, this.drawn).map((_, i) => i).sort((a, b) => this.near[b].length - this.near[a].length);
    const link = (other) => ({ name: "", told: [], other });
    const made = groups.map(({ name, label }) => this.section(label,
      numbers.filter((number) => this.data.items[number].group === name).map(link)));
    this.open("", "All that is drawn", made.filter(Boolean));
  }

  open(kind, title, parts) {
    const close = element("button", { type: "button", className: "close", title: "Close (Esc)" }, "×");
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", this.close);
    this.place.replaceChildren(element("div", { className: "head" }, kind || element("p", {}), close),
      element("h2", { dir: "auto", tabIndex: -1 }, title), ...parts);
    this.place.hidden = false;
    this.place.scrollTop = 0;
  }

  about(item, number) {
    const parts = item.kind === "Paper" ? this.aboutPaper(item) : this.aboutConcept(item, number);
    if (item.stub) parts.push(element("p", { className: "aside" }, "Known only from citations: it is none of the papers read."));
    if (number >= this.drawn) parts.push(element("p", { className: "aside" }, "Left out of the picture."));
    return parts;
  }

  aboutPaper(item) {
    const shown = (item.authors || []).slice(0, 8);
    const more = (item.authorCount || 0) - shown.length;
    const authors = shown.length
      ? element("p", { className: "authors", dir: "auto" }, shown.join(", ") + (more > 0 ? ` and ${more} more` : ""))
      : item.authorCount ? element("p", { className: "authors" }, `${item.authorCount} authors`) : null;
    const facts = [item.date, item.venue, item.organization].filter(Boolean);
    const line = element("p", { className: "facts" });
    facts.forEach((fact, i) => line.append(i ? " · " : "", own(fact)));
    const parts = [authors, facts.length ? line : null];
    if (item.url && /^https?:\/\//i.test(item.url)) {
      parts.push(element("p", {}, element("a", { href: item.url, target: "_blank", rel: "noopener noreferrer" },
        "Open the paper")));
    }
    if (item.abstract) parts.push(...this.abstract(item.abstract));
    return parts.filter(Boolean);
  }

  abstract(text) {
    const whole = element("p", { className: "abstract", dir: "auto" }, text);
    if (text.length < 420) return [whole];
    whole.classList.add("short");
    const more = element("button", { type: "button", className: "all" }, "Whole abstract");
    more.addEventListener("click", () => {
      whole.classList.remove("short");
      more.remove();
    });
    return [whole, more];
  }

  aboutConcept(item, number) {
    const here = new Set(this.near[number].filter((link) => !link.out).map((link) => link.other)).size;
    const count = !item.papers ? "" : `In ${item.papers} ${item.papers === 1 ? "paper" : "papers"}`
      + (here && here < item.papers ? `, ${here} of them in the picture` : "");
    const line = element("p", { className: "facts" }, count);
    (item.aliases || []).forEach((alias, i) => line.append(i ? ", " : count ? " · also " : "Also ", own(alias)));
    return line.childNodes.length ? [line] : [];
  }

  sections(number) {
    const made = [];
    for (const [name, out, heading] of SECTIONS) {
      const links = this.near[number].filter((link) => link.name === name && (out === null || link.out === out));
      const weight = (link) => link.told[0] || 0;
      links.sort((a, b) => weight(b) - weight(a));
      if (heading) {
        made.push(this.section(heading, links));
      } else {
        for (const kind of Object.keys(PLURALS)) {
          made.push(this.section(PLURALS[kind], links.filter((l) => this.data.items[l.other].kind === kind)));
        }
      }
    }
    return made.filter(Boolean);
  }

  section(heading, links) {
    if (!links.length) return null;
    const list = element("ul", {}, ...links.slice(0, FIRST).map((link) => this.entry(link)));
    const whole = element("section", {}, element("h3", {}, `${heading} `,
      element("span", { className: "count" }, String(links.length))), list);
    if (links.length > FIRST) {
      const all = element("button", { type: "button", className: "all" }, `Show all ${links.length}`);
      all.addEventListener("click", () => {
        list.append(...links.slice(FIRST).map((link) => this.entry(link)));
        all.remove();
      });
      whole.append(all);
    }
    return whole;
  }

  entry(link) {
    const item = this.data.items[link.other];
    const year = item.kind === "Paper" && /^\d{4}/.test(item.date || "") ? item.date.slice(0, 4) : "";
    const button = element("button", { type: "button", className: "walk" }, this.look.sign(item.group), own(item.name),
      year ? element("small", {}, year) : null);
    button.addEventListener("click", () => this.walk(link.other));
    return element("li", {}, button, this.proof(link));
  }

  /** Makes the sentence that shows a mention, or the names of what two papers share. */
  proof(link) {
    const [, told, surface] = link.told;
    if (!told || !told.length) return null;
    if (link.name === "MENTIONS" || link.name === "INTRODUCES") {
      // Slices count characters as Python does, not the halves of a surrogate pair.
      const sentence = typeof told === "string" ? told
        : [...(this.data.items[link.from].abstract || "")].slice(...told).join("");
      const pieces = marked(sentence, surface || this.data.items[link.to].name);
      return element("p", { className: "evidence", dir: "auto" }, ...pieces);
    }
    if (link.name === "TOGETHER") {
      const papers = link.told[0];
      return element("p", { className: "evidence" }, `in ${papers} papers, ${told} times as many as by chance`);
    }
    const line = element("p", { className: "evidence" });
    if (link.name === "ROW") {
      line.append(...told.flatMap((text, i) => [i ? element("br") : "", own(text)]));
      return line;
    }
    told.forEach((name, i) => {
      line.append(i ? ", " : "", own(typeof name === "number" ? this.data.items[name].name : name));
    });
    return line;
  }
}
