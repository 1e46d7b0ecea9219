/* The legend: what the shapes, colours and lines mean; each entry hides and shows what it names. */

const NAMES = { INTRODUCES: "introduces", CITES: "cites", BUILDS_ON: "builds on", VARIANT_OF: "variant of",
  MENTIONS: "mentions", SHARES_CONCEPTS: "shares concepts", TOGETHER: "occur together", ROW: "named together" };

function makeLegend(data, nodes, edges, picture, look) {
  const legend = byId("legend");
  const paint = [];
  const count = (list, test) => list.filter(test).length;

  function chip(text, number, makeSign, hidden, name) {
    const button = element("button", { type: "button" }, makeSign(), element("bdi", { className: "name", title: text }, text),
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

  for (const { name, label } of data.legend) {
    legend.append(chip(label, count(nodes, (n) => n.group === name), () => look.sign(name), picture.hiddenKinds, name));
  }
  for (const name of Object.keys(NAMES)) {
    const number = count(edges, (edge) => edge.labels.includes(name));
    if (number) legend.append(chip(NAMES[name], number, () => line(name), picture.hiddenLines, name));
  }
  picture.onrecolour = () => {
    paint.forEach((again) => again());
    document.querySelectorAll("#panel .sign").forEach((old) => old.replaceWith(look.sign(old.dataset.group)));
  };
}
