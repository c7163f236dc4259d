"use strict";
// Draws the figures whose data stand in the page, in light or dark colours, and marks where the reader is.
(() => {
  const dark = JSON.parse(document.getElementById("dark").textContent);
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const specs = [...document.querySelectorAll("script[data-plot]")].map((script) => ({
    place: document.getElementById(script.dataset.plot),
    text: script.textContent,
  }));

  function draw(spec, inDark) {
    let text = spec.text;
    if (inDark) {
      const colours = new RegExp(Object.keys(dark).join("|"), "g");
      text = text.replace(colours, (colour) => dark[colour]);
    }
    const figure = JSON.parse(text);
    figure.config = { displayModeBar: false, responsive: true };
    return figure.frames ? Plotly.newPlot(spec.place, figure) : Plotly.react(spec.place, figure);
  }

  function drawAll(inDark) {
    for (const spec of specs) draw(spec, inDark);
  }

  // One figure per task of the event loop: the text can be read and scrolled at once.
  specs.forEach((spec) => setTimeout(() => draw(spec, prefersDark.matches), 0));
  prefersDark.addEventListener("change", () => drawAll(prefersDark.matches));
  addEventListener("beforeprint", () => {
    drawAll(false);
    document.querySelectorAll("details").forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => drawAll(prefersDark.matches));

  const links = [...document.querySelectorAll('nav a[href^="#"]')];
  const targets = links.map((link) => document.getElementById(link.hash.slice(1)));
  function mark() {
    const line = innerHeight / 3;
    const place = Math.max(0, targets.findLastIndex((target) => target.getBoundingClientRect().top < line));
    links.forEach((link, i) => i === place ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
    const row = links[place].closest("ol");
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = links[place].offsetLeft - row.clientWidth / 3;
  }
  addEventListener("scroll", mark, { passive: true });
  mark();
})();
