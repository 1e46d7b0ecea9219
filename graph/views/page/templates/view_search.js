/* The search box: suggestions by words of names and aliases, worked with mouse or keys. */

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
      const row = element("li", { id: `suggestion-${i}`, role: "option" }, look.sign(items[number].group),
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
