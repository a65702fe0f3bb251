// The book's own script: the theme switch, and charts that come alive when they come near.
"use strict";

const root = document.documentElement;

const themeSwitch = document.querySelector(".theme-switch");
themeSwitch.hidden = false;
themeSwitch.addEventListener("click", () => {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try { localStorage.setItem("theme", next); } catch { /* storage refused */ }
});

// ---- charts ------------------------------------------------------------------------------------

function loadScript(src) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = done;
    script.onerror = () => failed(new Error(`cannot load ${src}`));
    document.head.append(script);
  });
}

let runtime;  // loaded once, by the first chart that needs it
function loadRuntime(folder) {
  runtime ??= Promise.all([
    loadScript(folder + "vega.min.js"),
    loadScript(folder + "vega-interpreter.min.js"),
  ]);
  return runtime;
}

/** One chart: its renditions, its controls, and the Vega view of the rendition in sight. */
class Chart {
  constructor(element) {
    this.element = element;
    this.controls = [...element.querySelectorAll("[data-signal]")];
    this.readout = element.querySelector(".readout");
    this.view = null;
    this.shown = null;
    this.awake = Promise.resolve();
    for (const control of this.controls) {
      control.addEventListener("input", () => this.set(control));
    }
    element.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
  }

  /** The rendition that the width of the page shows. */
  get rendition() {
    return [...this.element.querySelectorAll(".chart-view")].find((v) => v.offsetParent !== null);
  }

  /** Run the rendition in sight, once; resolves when it runs. */
  wake() {
    const rendition = this.rendition;
    if (rendition && rendition !== this.shown) {
      this.shown = rendition;
      this.awake = this.run(rendition);
    }
    return this.awake;
  }

  /** Run a rendition; its still picture stays until the live one is drawn. */
  async run(rendition) {
    const [spec] = await Promise.all([
      fetch(rendition.dataset.spec).then((answer) => answer.json()),
      loadRuntime(this.element.dataset.vendor),
    ]);
    const stage = document.createElement("div");
    const view = new vega.View(vega.parse(spec, null, { ast: true }), {
      renderer: "svg",
      expr: vegaInterpreter.expressionInterpreter,
      container: stage,
      hover: true,
      logLevel: vega.Warn,
    });
    view.tooltip((_, event, item, value) => showTooltip(event, value));
    for (const control of this.controls) view.signal(control.dataset.signal, valueOf(control));
    await view.runAsync();
    if (this.shown !== rendition) return view.finalize();  // the page changed its width meanwhile
    const svg = stage.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", this.element.dataset.label);
    for (const inner of svg.querySelectorAll("[aria-roledescription], [aria-label], [role]")) {
      for (const name of ["role", "aria-label", "aria-roledescription"]) inner.removeAttribute(name);
    }
    this.view?.finalize();
    this.view = view;
    rendition.replaceChildren(stage);
    this.element.dataset.live = "true";
    for (const control of this.controls) {
      view.addSignalListener(control.dataset.signal, (_, value) => show(control, value));
    }
    if (this.readout && hasSignal(view, "readout")) {
      view.addSignalListener("readout", (_, text) => { this.readout.textContent = text; });
    }
  }

  async set(control) {
    show(control, valueOf(control));
    await this.wake();
    await this.view?.signal(control.dataset.signal, valueOf(control)).runAsync();
  }
}

function hasSignal(view, name) {
  try { view.signal(name); return true; } catch { return false; }
}

function valueOf(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.type === "range") return Number(control.value);
  return JSON.parse(control.value);
}

/** Show a value in its control and beside it, wherever it was set. */
function show(control, value) {
  if (control.type === "checkbox") control.checked = value;
  else if (control.type === "range") {
    if (Number(control.value) !== value) control.value = value;
    const text = value.toFixed(control.dataset.decimals).replace("-", "−");
    control.nextElementSibling.value = text;
    control.setAttribute("aria-valuetext", text);
  } else control.value = JSON.stringify(value);
}

const tooltip = document.createElement("div");
tooltip.className = "tooltip";
tooltip.hidden = true;
tooltip.setAttribute("role", "status");
document.body.append(tooltip);

function showTooltip(event, value) {
  tooltip.hidden = value == null || value === "";
  if (tooltip.hidden) return;
  tooltip.replaceChildren();
  if (typeof value === "object") {
    for (const [key, text] of Object.entries(value)) {
      const row = document.createElement("div");
      const name = document.createElement("span");
      name.textContent = key;
      row.append(name, " ", String(text));
      tooltip.append(row);
    }
  } else tooltip.textContent = String(value);
  const { clientX: x, clientY: y } = event.touches?.[0] ?? event;
  const box = tooltip.getBoundingClientRect();
  tooltip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - box.width - 8))}px`;
  tooltip.style.top = `${Math.max(8, y - box.height - 10)}px`;
}

const charts = new Map(
  [...document.querySelectorAll(".chart-live")].map((element) => [element, new Chart(element)]),
);

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    charts.get(entry.target).wake().catch((error) => console.error(error));
  }
}, { rootMargin: "200px" });
for (const element of charts.keys()) near.observe(element);

matchMedia("(max-width: 47.99rem)").addEventListener("change", () => {
  for (const chart of charts.values()) if (chart.view) chart.wake();
});

// ---- the page ----------------------------------------------------------------------------------

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details.fold-solution")) fold.open = true;
});

// A link to what is folded opens it; browsers older than 2026 leave that to the page.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.closest("details:not([open])");
  if (fold) { fold.open = true; target.scrollIntoView(); }
}
addEventListener("hashchange", openTarget);
openTarget();

const sectionLinks = new Map(
  [...document.querySelectorAll(".sections a")].map((a) => [a.getAttribute("href").slice(1), a]),
);
const reading = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    for (const link of sectionLinks.values()) link.removeAttribute("aria-current");
    sectionLinks.get(entry.target.id)?.setAttribute("aria-current", "true");
  }
}, { rootMargin: "-15% 0px -75% 0px" });
for (const id of sectionLinks.keys()) {
  const section = document.getElementById(id);
  if (section) reading.observe(section);
}
