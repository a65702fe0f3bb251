// Predictions: a question takes an answer, locks it, and opens its figure. Words that set figures.
"use strict";

/** One question. Its answer is a choice, a number on a slider, or places that a figure takes. */
class Prediction {
  constructor(form) {
    this.form = form;
    this.chart = charts.get(form.dataset.figure);
    this.kind = form.dataset.kind;
    this.takes = JSON.parse(form.dataset.takes ?? "[]");
    this.lock = form.querySelector(".predict-lock");
    this.result = form.querySelector(".predict-result");
    this.key = `${location.pathname}#${form.id}`;
    this.isDone = false;
    form.addEventListener("input", () => { this.lock.disabled = false; });
    form.addEventListener("submit", (event) => { event.preventDefault(); this.answer(this.guess(), true); });
    if (this.kind === "number") this.slider = this.ownSlider();
    if (this.kind === "place") this.lock.disabled = false;
  }

  ownSlider() {
    const slider = new Slider(this.form.querySelector("[type=range]"), () => { this.lock.disabled = false; });
    slider.output.value = "?";
    return slider;
  }

  guess() {
    if (this.kind === "choice") return Number(this.form.querySelector("input:checked").value);
    if (this.kind === "number") return this.slider.value;
    return Object.fromEntries(this.takes.map((name) => [name, this.chart.values.get(name)]));
  }

  /** Lock an answer, say what is true, and open the figure. */
  answer(guess, isNew) {
    this.isDone = true;
    this.form.classList.add("locked");
    this.form.querySelector("fieldset").disabled = true;
    if (this.kind === "choice") this.showChoice(guess);
    if (this.kind === "number") this.showNumber(guess);
    if (this.kind === "place") {
      this.chart.startFrom(guess);
      this.showPlace(guess);
    }
    this.form.querySelector(".predict-answer").open = true;
    if (!isNew) return;
    remember(this.key, { guess });
    if (this.result.textContent) this.result.focus();
    this.form.dispatchEvent(new Event("done"));
  }

  showChoice(guess) {
    const right = Number(this.form.dataset.answer);
    const labels = [...this.form.querySelectorAll(".predict-choices label")];
    labels[guess].classList.add("guessed");
    labels[right].classList.add("true");
    this.form.querySelectorAll(".predict-choices input")[guess].checked = true;
    const said = labels[guess].textContent.trim(), truth = labels[right].textContent.trim();
    this.result.textContent = guess === right ? `You said “${said}”, and so it is.` : `You said “${said}”. It is “${truth}”.`;
  }

  /** A value of the question's own stays as it is; one of the figure's moves on, and leaves a mark. */
  showPlace(guess) {
    const own = this.takes.filter((name) => this.form.querySelector(`[data-signal="${CSS.escape(name)}"]`));
    for (const name of own) this.chart.frozen.add(name);
    if (own.length) return;
    this.chart.gestures.markGuess(this.takes);
    const told = Object.entries(guess).map(([name, value]) => this.chart.controls.get(name).told?.(value) ?? `${name} ${value}`);
    this.result.textContent = `Your guess: ${told.join(", ")}.`;
  }

  showNumber(guess) {
    const truth = Number(this.form.dataset.truth), within = Number(this.form.dataset.within);
    const { min, max } = this.slider.input;
    this.slider.show(guess);
    const mark = document.createElement("i");
    mark.className = "truth";
    mark.style.setProperty("--at", Math.min(1, Math.max(0, (truth - min) / (max - min))));
    this.slider.input.parentElement.append(mark);
    const close = Math.abs(guess - truth) <= within;
    this.result.textContent = `You said ${this.slider.text(guess)}; it is ${this.form.dataset.told}.${close ? " Well guessed." : ""}`;
  }
}

/** The questions that stand before one figure, which opens when all are answered. */
class Veil {
  constructor(chart, element, questions) {
    Object.assign(this, { chart, element, questions });
    this.sets = Object.assign({}, ...questions.map(({ form }) => JSON.parse(form.dataset.sets ?? "{}")));
    const takes = questions.flatMap((question) => question.takes);
    const skip = document.createElement("button");
    skip.type = "button";
    skip.className = "predict-skip";
    skip.textContent = "Open it without a guess";
    skip.addEventListener("click", () => { remember(this.key, true); this.open(); });
    this.skip = skip;
    if (takes.length) {
      chart.asked = new Set(takes);
      questions.at(-1).lock.after(skip);
      this.shut(".chart-tools");
      for (const control of element.querySelectorAll(".chart-controls .control")) {
        const name = control.querySelector("[data-signal]")?.dataset.signal ?? control.dataset.signal;
        control.inert = !takes.includes(name);
      }
    } else {
      const cover = document.createElement("div");
      cover.className = "veil";
      const link = document.createElement("a");
      link.href = `#${questions[0].form.id}`;
      link.textContent = "Predict first";
      cover.append(link, skip);
      element.append(cover);
      this.cover = cover;
      this.shut(".chart-views, .chart-controls, .chart-tools");
    }
    element.addEventListener("open", () => this.open());
    for (const { form } of questions) form.addEventListener("done", () => this.openIfDone());
  }

  get key() { return `${location.pathname}#${this.questions[0].form.dataset.figure}`; }

  shut(parts) {
    for (const part of this.element.querySelectorAll(`:scope > :is(${parts})`)) part.inert = true;
  }

  openIfDone() { if (this.questions.every(({ isDone }) => isDone)) this.open(); }

  open() {
    for (const part of this.element.querySelectorAll("[inert]")) part.inert = false;
    delete this.element.dataset.veiled;
    this.cover?.remove();
    this.skip.remove();
    if (!this.chart) return;
    this.chart.asked = null;
    this.chart.startFrom(this.sets);
    this.chart.gestures.follow();
  }
}

function remember(key, value) {
  try { sessionStorage.setItem(`predict ${key}`, JSON.stringify(value)); } catch { /* storage refused */ }
}

function recall(key) {
  try { return JSON.parse(sessionStorage.getItem(`predict ${key}`)); } catch { return null; }
}

const predictions = [...document.querySelectorAll("form.predict")].map((form) => new Prediction(form));
for (const name of new Set(predictions.map(({ form }) => form.dataset.figure))) {
  const element = document.getElementById(name).querySelector(".chart");
  const before = predictions.filter(({ form }) => form.dataset.figure === name && "veils" in form.dataset);
  const veil = before.length ? new Veil(charts.get(name), element, before) : null;
  if (veil && recall(veil.key)) veil.open();
  for (const prediction of predictions.filter(({ form }) => form.dataset.figure === name)) {
    const kept = recall(prediction.key);
    if (kept) prediction.answer(kept.guess, false);
    const sets = JSON.parse(prediction.form.dataset.sets ?? "{}");
    if (!before.includes(prediction)) {
      if (kept) prediction.chart?.startFrom(sets);
      prediction.form.addEventListener("done", () => prediction.chart?.startFrom(sets));
    }
  }
  veil?.openIfDone();
}

// ---- words that set figures ----------------------------------------------------------------------

for (const word of document.querySelectorAll(".sets")) {
  const chart = charts.get(word.dataset.figure);
  const act = () => {
    chart.reveal();
    chart.open();
    chart.wake();
    chart.set(JSON.parse(word.dataset.values));
  };
  word.tabIndex = 0;
  word.setAttribute("role", "button");
  word.addEventListener("click", act);
  word.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
}

address.follow();  // now that questions have veiled their figures
