/* The slider of years: shows the papers of a span; those whose year is unknown stay, and so do concepts. */

function makeYears(data, nodes, picture) {
  const place = byId("years");
  const yearOf = nodes.map(({ id }) => Number(/^\d{4}/.exec(data.items[id].date || "")?.[0]) || null);
  const years = [...new Set(yearOf.filter(Boolean))].sort((a, b) => a - b);
  if (years.length < 3 || data.axis.length) return;
  const [first, last] = [years[0], years.at(-1)];
  const handle = (label, value) => element("input", { type: "range", min: first, max: last, step: 1, value, ariaLabel: label });
  const from = handle("First year", first);
  const to = handle("Last year", last);
  const span = element("output", {});
  const unknown = nodes.filter(({ id }) => data.items[id].kind === "Paper" && !yearOf[id]).length;

  function tell() {
    const [low, high] = [Number(from.value), Number(to.value)];
    span.textContent = `${low === high ? low : `${low}–${high}`}${unknown ? ` and ${unknown} of unknown year` : ""}`;
    from.ariaValueText = String(low);
    to.ariaValueText = String(high);
    const part = (value) => `${(100 * (value - first)) / (last - first)}%`;
    place.style.setProperty("--from", part(low));
    place.style.setProperty("--to", part(high));
    return [low, high];
  }

  function apply() {
    const [low, high] = tell();
    picture.hide(nodes.filter(({ id }) => yearOf[id] && (yearOf[id] < low || yearOf[id] > high)).map(({ id }) => id));
  }

  // A handle pushes the other before it.
  from.addEventListener("input", () => {
    to.value = Math.max(Number(to.value), Number(from.value));
    apply();
  });
  to.addEventListener("input", () => {
    from.value = Math.min(Number(to.value), Number(from.value));
    apply();
  });
  place.replaceChildren(element("span", {}, "Years"), element("div", { className: "span" }, from, to), span);
  place.hidden = false;
  tell();
}
