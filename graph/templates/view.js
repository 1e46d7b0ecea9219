/* The page: reads its data, and ties picture, panel, search and legend together. The address after "#" is the
   one place that holds the selection, so Back works and a link leads to a node. */

const NAMES = { INTRODUCES: "introduces", CITES: "cites", BUILDS_ON: "builds on", VARIANT_OF: "variant of",
  MENTIONS: "mentions", SHARES_CONCEPTS: "shares concepts" };

function byId(id) {
  return document.getElementById(id);
}

function readJson(id) {
  return JSON.parse(byId(id).textContent);
}

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function start() {
  const data = readJson("data");
  const nodes = readJson("nodes");
  const edges = readJson("edges");
  const shapes = {};
  for (const node of nodes) shapes[node.group] = node.shape;
  const look = { sign: (kind) => sign(kind, shapes[kind] || "dot", picture.colours[kind]) };
  const picture = new Picture(byId("picture"), nodes, edges, readJson("options"), { choose, tip });
  const panel = new Panel(byId("panel"), data, nodes.length, look, (number) => choose(number, true), () => choose(null));
  const numbers = new Map(data.items.map((item, i) => [item.key, i]));
  let current = null;
  let wanted = { number: null, moving: true };

  function choose(number, moving = false) {
    wanted = { number, moving };
    const hash = number === null ? "" : `#${encodeURIComponent(data.items[number].key)}`;
    if (location.hash === hash) {
      follow();
    } else if (hash || location.hash) {
      // Inside a notebook's frame the address cannot be changed, and no event follows.
      try {
        location.hash = hash;
      } catch {
        follow();
      }
      if (location.hash !== hash && !(hash === "" && location.hash === "")) follow();
    } else {
      follow();
    }
  }

  function follow() {
    const { number, moving } = wanted;
    if (number === current && number === null) return;
    current = number;
    if (number === null) {
      byId("panel").hidden = true;
      picture.select(null, [], false);
      return;
    }
    panel.show(number);
    // The picture is narrower beside the panel: move only once it knows.
    requestAnimationFrame(() => picture.select(number, panel.neighbours(number), moving));
    if (moving) byId("panel").querySelector("h2").focus({ preventScroll: true });
  }

  addEventListener("hashchange", () => {
    let key = "";
    try {
      key = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const number = numbers.get(key) ?? null;
    if (number !== wanted.number) wanted = { number, moving: true };
    follow();
  });

  function tip(number, event) {
    const place = byId("tip");
    place.hidden = number === null;
    if (number === null) return;
    const item = data.items[number];
    const about = item.kind === "Paper" ? item.date : item.papers ? `${item.papers} papers` : "";
    place.replaceChildren(element("strong", { dir: "auto" }, item.name),
      element("span", {}, [item.kind, about].filter(Boolean).join(" · ")));
    const box = byId("stage").getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    place.style.left = `${Math.max(4, Math.min(x + 14, box.width - place.offsetWidth - 6))}px`;
    place.style.top = `${y + 18 + place.offsetHeight > box.height ? y - place.offsetHeight - 12 : y + 18}px`;
  }

  makeSearch(data.items, panel, look, (number) => choose(number, true));
  makeLegend(nodes, edges, picture, look, shapes);
  showNotes(data.notes);
  byId("empty").hidden = nodes.length > 0;
  byId("fit").addEventListener("click", () => picture.fit());
  byId("physics").addEventListener("click", ({ currentTarget }) => {
    const on = currentTarget.getAttribute("aria-pressed") !== "true";
    currentTarget.setAttribute("aria-pressed", String(on));
    picture.physics(on);
  });
  addEventListener("keydown", (event) => {
    const typing = event.target === byId("search");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      byId("search").focus();
    } else if (event.key === "Escape" && !typing) {
      choose(null);
    }
  });
  if (location.hash.length > 1) dispatchEvent(new Event("hashchange"));
  window.litloom = { picture, choose, data };
}

function showNotes([counts, ...more]) {
  const rest = more.map((note) => element("span", {}, ` ${note}`));
  const folds = rest.length && innerWidth <= 720;
  byId("notes").replaceChildren(...(folds ? [element("details", {}, element("summary", {}, counts), ...rest)]
    : [element("span", {}, counts), ...rest]));
}

function makeSearch(items, panel, look, choose) {
  const input = byId("search");
  const list = byId("suggestions");
  const texts = items.map((item) => folded([item.name, ...(item.aliases || [])].join(" \n ")));
  let found = [];
  let active = 0;

  function find() {
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    const scored = [];
    texts.forEach((text, number) => {
      if (!words.length || !words.every((word) => text.includes(word))) return;
      const starts = text.startsWith(words.join(" ")) ? 2 : new RegExp(`\\b${words[0].replace(/\W/g, "\\$&")}`).test(text);
      scored.push([Number(starts) * 1000 + panel.near[number].length, number]);
    });
    found = scored.sort((a, b) => b[0] - a[0] || a[1] - b[1]).slice(0, 9).map(([, number]) => number);
    active = 0;
    show(words.length > 0);
  }

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    const rows = found.map((number, i) => {
      const row = element("li", { id: `suggestion-${i}`, role: "option" }, look.sign(items[number].kind),
        own(items[number].name));
      row.setAttribute("aria-selected", String(i === active));
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(number);
      });
      return row;
    });
    list.replaceChildren(...(rows.length ? rows : [element("li", { className: "none" }, "Nothing of that name")]));
    if (open && rows.length) input.setAttribute("aria-activedescendant", `suggestion-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function take(number) {
    show(false);
    input.value = "";
    choose(number);
  }

  input.addEventListener("input", find);
  input.addEventListener("focus", () => input.value && find());
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      show(true);
    } else if (event.key === "Enter" && !list.hidden && found.length) {
      take(found[active]);
    } else if (event.key === "Escape") {
      input.value = "";
      show(false);
      input.blur();
    }
  });
}

function makeLegend(nodes, edges, picture, look, shapes) {
  const legend = byId("legend");
  const paint = [];
  const count = (list, test) => list.filter(test).length;

  function chip(text, number, makeSign, hidden, name) {
    const button = element("button", { type: "button" }, makeSign(), ` ${text} `,
      element("span", { className: "count" }, number.toLocaleString("en")));
    button.dataset.name = name;
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      picture.toggle(hidden, name, shown);
    });
    paint.push(() => button.firstChild.replaceWith(makeSign()));
    return button;
  }

  function line(name) {
    const canvas = element("canvas", { width: 44, height: 32, className: "line" });
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.strokeStyle = picture.colours.lines[name].slice(0, 7);
    context.lineWidth = LINES[name].width * 1.6;
    context.setLineDash(LINES[name].dashes || []);
    context.moveTo(2, 16);
    context.lineTo(42, 16);
    context.stroke();
    return canvas;
  }

  for (const kind of Object.keys(PLURALS).filter((name) => shapes[name])) {
    legend.append(chip(PLURALS[kind], count(nodes, (n) => n.group === kind), () => look.sign(kind), picture.hiddenKinds, kind));
  }
  for (const name of Object.keys(NAMES)) {
    const number = count(edges, (edge) => edge.labels.includes(name));
    if (number) legend.append(chip(NAMES[name], number, () => line(name), picture.hiddenLines, name));
  }
  picture.onrecolour = () => {
    paint.forEach((again) => again());
    document.querySelectorAll("#panel .sign").forEach((old) => old.replaceWith(look.sign(old.title)));
  };
}

start();
