/* The page: reads its data, and ties picture, panel, search and legend together. The address after "#" is the
   one place that holds the selection, so Back works and a link leads to a node. */

function byId(id) {
  return document.getElementById(id);
}

function readJson(id) {
  return JSON.parse(byId(id).textContent);
}

/** Returns the items that short rows stand for: number of the kind, name, key if it is not made of these, the rest. */
function unpacked({ items, kinds }) {
  const names = Object.keys(kinds);
  return items.map(([kind, name, key, rest]) => ({
    kind: names[kind], name, key: key || `${names[kind]}:${name}`.toLowerCase(), ...rest }));
}

function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function start() {
  const data = readJson("data");
  data.items = unpacked(data);
  const nodes = readJson("nodes");
  const edges = readJson("edges");
  const shapes = Object.fromEntries([...Object.entries(data.kinds), ...data.legend.map((group) => [group.name, group])]
    .map(([name, look]) => [name, look.shape]));
  const look = { sign: (group) => sign(group, shapes[group] || "dot", picture.colour(group)) };
  // What is drawn looks in lists as it does in the picture.
  data.items.forEach((item, i) => {
    item.group = i < nodes.length ? nodes[i].group : item.kind;
  });
  const picture = new Picture(byId("picture"), nodes, edges, readJson("options"), data, { choose, tip });
  const panel = new Panel(byId("panel"), data, nodes.length, look, (number) => choose(number, true), () => choose(null));
  const numbers = new Map(data.items.map((item, i) => [item.key, i]));
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
  makeLegend(data, nodes, edges, picture, look);
  makeYears(data, nodes, picture);
  showNotes(data.notes);
  byId("empty").hidden = nodes.length > 0;
  byId("list").addEventListener("click", () => {
    choose(null);
    panel.list(data.legend);
    picture.network.setSize("100%", "100%");
    picture.network.redraw();
    byId("panel").querySelector("h2").focus({ preventScroll: true });
  });
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

start();
