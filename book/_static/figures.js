// Figures that answer: each comes alive when its reader comes, keeps its state in the address.
"use strict";

function loadScript(src) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = done;
    script.onerror = () => failed(new Error(`cannot load ${src}`));
    document.head.append(script);
  });
}

const loaded = new Map();
/** Load a script once, however many ask for it; again where that failed. */
function loadOnce(src) {
  if (!loaded.has(src)) loaded.set(src, loadScript(src).catch((error) => { loaded.delete(src); throw error; }));
  return loaded.get(src);
}

function loadRuntime(folder) {
  return Promise.all([loadOnce(folder + "vega.min.js"), loadOnce(folder + "vega-interpreter.min.js")]);
}

/** One chart: its renditions, its parameters with their controls, and the Vega view in sight. */
class Chart {
  constructor(element) {
    this.element = element;
    this.name = element.closest("figure")?.id ?? "";
    this.readout = element.querySelector(".readout");
    this.said = element.querySelector(".chart-said");
    this.view = null;
    this.shown = null;
    this.awake = Promise.resolve();
    this.unsent = new Map();  // signals that the view does not know yet
    this.asked = null;  // while a prediction is open: the parameters that it takes
    this.frozen = new Set();  // parameters that a locked prediction holds
    this.controls = new Map();
    for (const [name, value] of Object.entries(JSON.parse(element.dataset.values ?? "{}"))) {
      this.controls.set(name, new Unseen(value));
    }
    const question = `.predict[data-figure="${CSS.escape(this.name)}"] [data-signal]`;
    for (const input of [...element.querySelectorAll("[data-signal]"), ...document.querySelectorAll(question)]) {
      const name = input.dataset.signal;
      this.controls.set(name, controlOf(input, (value) => this.set({ [name]: value })));
    }
    this.start = new Map([...this.controls].map(([name, control]) => [name, control.start]));
    this.values = new Map(this.start);
    this.gestures = new Gestures(this);
    for (const stage of element.querySelectorAll(".chart-view")) {
      this.gestures.listen(stage);
      tellOnTap(stage);
    }
    element.querySelector("[data-does=reset]")?.addEventListener("click", () => this.reset());
    element.querySelector("[data-does=link]")?.addEventListener("click", () => this.copyLink());
    for (const sign of ["pointerover", "pointerdown", "focusin"]) {
      element.addEventListener(sign, () => this.wake(), { passive: true });
    }
    this.followEnds();
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
      this.awake = this.run(rendition).catch((error) => {
        this.shown = null;
        this.say("This figure could not be brought to life.");
        console.error(error);
      });
    }
    return this.awake;
  }

  /** Run a rendition; its still picture stays until the live one is drawn. */
  async run(rendition) {
    const { spec: address, script } = rendition.dataset;
    const [spec] = await Promise.all([
      fetch(address).then((answer) => answer.json()),
      loadRuntime(this.element.dataset.vendor).then(() => script && loadOnce(script)),
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
    for (const [name, value] of this.values) view.signal(name, value);
    this.unsent.clear();
    await view.runAsync();
    if (this.shown !== rendition) return view.finalize();  // the page changed its width meanwhile
    nameOnce(stage, this.element.dataset.label);
    this.view?.finalize();
    this.view = view;
    rendition.replaceChildren(stage);
    this.listen(spec.usermeta ?? {});
    this.gestures.wake(view, rendition, spec.usermeta?.gestures ?? []);
    this.element.dataset.live = "true";
    return this.refresh();  // what was set while it woke
  }

  /** Hear what the view changes by itself, and say what it has to say. */
  listen({ win }) {
    for (const [name, control] of this.controls) {
      this.view.addSignalListener(name, (_, value) => {
        this.values.set(name, value);
        control.show(value);
        this.followEnds();
        address.note(this);
      });
    }
    for (const end of new Set([...this.controls.values()].map(endOf))) {
      if (end && !this.controls.has(end)) this.view.addSignalListener(end, () => this.followEnds());
    }
    if (this.readout && hasSignal(this.view, "readout")) {
      this.view.addSignalListener("readout", (_, text) => {
        this.readout.textContent = text;
        this.shown.querySelector("svg").setAttribute("aria-label", `${this.element.dataset.label} Now: ${text}`);
      });
    }
    if (win) this.view.addSignalListener(win, (_, won) => won && this.win(won));
    this.followEnds();
  }

  /** Say that the figure is won, the first time. */
  win(won) {
    if (this.element.dataset.won) return;
    this.element.dataset.won = "true";
    this.say(typeof won === "string" ? won : "Done: that is it.");
  }

  say(text) { if (this.said) this.said.textContent = text; }

  /** Let sliders end where the chart says that they end now. */
  followEnds() {
    for (const [name, control] of this.controls) {
      const end = endOf(control);
      const value = end && (this.values.get(end) ?? this.view?.signal(end));
      if (typeof value !== "number") continue;
      control.endAt(value);
      this.put(name, control.value);
    }
  }

  put(name, value) {
    if (value === this.values.get(name)) return;
    this.values.set(name, value);
    this.unsent.set(name, value);
  }

  /** Set parameters, which the chart shows once it is awake; what a control refuses stays as it is. */
  set(changes) {
    const entries = Object.entries(changes).filter(([name]) => this.controls.has(name) && !this.frozen.has(name));
    for (const hasEnd of [false, true]) {  // ends first, so that what they bound may follow
      for (const [name, asked] of entries) {
        const control = this.controls.get(name);
        const value = Boolean(endOf(control)) === hasEnd ? control.keep(asked) : undefined;
        if (value === undefined) continue;
        this.put(name, value);
        control.show(value);
      }
      this.followEnds();
    }
    address.note(this);
    return this.refresh();
  }

  /** Give the view a signal of the pointer's, with the next frame. */
  tell(signal, value) {
    this.unsent.set(signal, value);
    this.refresh();
  }

  /** Send what was set since the last frame: one update a frame, however fast the input comes. */
  refresh() {
    if (!this.view || !this.unsent.size) return this.running;
    this.running ??= new Promise((done) => {
      requestAnimationFrame(async () => {
        for (const [name, value] of this.unsent) this.view.signal(name, value);
        this.unsent.clear();
        await this.view.runAsync();
        this.gestures.follow();
        this.running = null;
        done(this.refresh());
      });
    });
    return this.running;
  }

  /** Whether readers may set one of these parameters now. */
  allows(names) {
    return names.some((name) => !this.frozen.has(name) && (!this.asked || this.asked.has(name)));
  }

  /** What differs from the start, as pairs of a key and a text. */
  state() {
    return [...this.values]
      .filter(([name, value]) => value !== this.start.get(name))
      .map(([name, value]) => [`${this.name}.${name}`, typeof value === "string" ? value : JSON.stringify(value)]);
  }

  /** Take a state as where the figure starts, from which it differs in nothing. */
  startFrom(changes) {
    this.set(changes);
    for (const name of Object.keys(changes)) this.start.set(name, this.values.get(name));
  }

  reset() {
    for (const control of this.controls.values()) control.pause?.();
    this.set(Object.fromEntries(this.start));
  }

  async copyLink() {
    const link = new URL(location.href);
    link.search = new URLSearchParams(this.state());
    link.hash = this.name;
    try {
      await navigator.clipboard.writeText(link.href);
      this.say("Link copied.");
    } catch { this.say("The address of this page is the link."); }
  }

  /** Bring the figure into sight, unless it is. */
  reveal() {
    const { top, bottom } = this.element.getBoundingClientRect();
    for (let fold = this.element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (top > innerHeight * 0.75 || bottom < innerHeight * 0.25) this.element.closest("figure").scrollIntoView({ block: "center" });
  }

  /** Open the figure if it waits for a prediction. */
  open() { this.element.dispatchEvent(new Event("open")); }
}

/** The name of the parameter at whose value a control ends, if there is one. */
const endOf = (control) => control.input?.dataset.end;

function hasSignal(view, name) {
  try { view.signal(name); return true; } catch { return false; }
}

/** Give a live picture the one name that its still picture has. */
function nameOnce(stage, label) {
  for (const element of [stage, ...stage.querySelectorAll("[aria-roledescription], [aria-label], [role]")]) {
    for (const name of ["role", "aria-label", "aria-roledescription"]) element.removeAttribute(name);
  }
  const svg = stage.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
}

const charts = new Map(
  [...document.querySelectorAll(".chart-live")].map((element) => new Chart(element)).map((chart) => [chart.name, chart]),
);
const chartOf = (element) => [...charts.values()].find((chart) => chart.element === element);

// ---- the state of figures in the address ---------------------------------------------------------

const address = {
  timer: 0,
  latest: null,

  /** Write the address anew, soon. */
  note(chart) {
    if (!this.isFollowed) return;
    this.latest = chart;
    this.timer ||= setTimeout(() => { this.timer = 0; this.write(); }, 300);
  },

  isOurs: (key) => charts.has(key.split(".")[0]),

  write() {
    const url = new URL(location.href), states = [...charts.values()].flatMap((chart) => chart.state());
    for (const key of [...url.searchParams.keys()]) if (this.isOurs(key)) url.searchParams.delete(key);
    for (const [key, text] of states) url.searchParams.set(key, text);
    if (states.length) url.hash = this.latest.name;
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  },

  /** Bring figures into the state that the page was asked for with. */
  follow() {
    const asked = new Map();
    for (const [key, text] of new URLSearchParams(location.search)) {
      if (!this.isOurs(key)) continue;
      const [figure, name] = key.split(".");
      asked.set(figure, { ...asked.get(figure), [name]: text });
    }
    for (const [figure, changes] of asked) {
      charts.get(figure).open();
      charts.get(figure).set(changes);
      charts.get(figure).wake();
    }
    const shown = charts.get(location.hash.slice(1));
    if (asked.size && shown) shown.reveal();
    this.isFollowed = true;
  },
};

// ---- waking --------------------------------------------------------------------------------------
// Nothing is loaded for figures before the reader does something; then those nearby, when idle.

const nearby = new Set();
const idle = globalThis.requestIdleCallback ?? ((act) => setTimeout(act, 200));
let isRead = false;

function wakeNearby() {
  const chart = [...nearby].find(({ shown, rendition }) => shown !== rendition);
  if (chart) idle(() => chart.wake().then(wakeNearby));
}

const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) nearby[isIntersecting ? "add" : "delete"](chartOf(target));
  if (isRead) wakeNearby();
}, { rootMargin: "300px" });
for (const { element } of charts.values()) near.observe(element);

const signs = ["pointermove", "pointerdown", "touchstart", "keydown", "wheel", "scroll"];
function beginReading() {
  isRead = true;
  for (const sign of signs) removeEventListener(sign, beginReading, { capture: true });
  wakeNearby();
}
for (const sign of signs) addEventListener(sign, beginReading, { capture: true, passive: true });

matchMedia("(max-width: 47.99rem)").addEventListener("change", () => {
  for (const chart of charts.values()) if (chart.view) chart.wake();
});
