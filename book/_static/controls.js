// The inputs of figures: what each reads and shows; steps and play for sliders.
"use strict";

/** A slider with its buttons. Its value may be a number, or one of a row of labels. */
class Slider {
  constructor(input, changed) {
    this.input = input;
    this.start = Number(input.defaultValue);
    this.most = Number(input.max);
    this.labels = JSON.parse(input.dataset.labels ?? "null");
    this.changed = () => changed(this.value);
    const control = input.closest(".control");
    this.output = control.querySelector("output");
    this.player = control.querySelector(".play");
    input.addEventListener("input", () => { this.pause(); this.show(this.value); this.changed(); });
    for (const button of control.querySelectorAll(".step")) onHold(button, () => this.step(Number(button.dataset.by)));
    this.player?.addEventListener("click", () => (this.playing ? this.pause() : this.play()));
    this.show(this.start);
  }

  get value() { return Number(this.input.value); }

  /** A value with its name, as one would say it. */
  told(value) { return `${this.input.labels[0].textContent} ${this.text(value)}`; }

  /** The value nearest to the one asked for that the slider can have; undefined for no number. */
  keep(value) {
    const number = Number(value), { min, max, step } = this.input;
    if (value === "" || !Number.isFinite(number)) return undefined;
    const steps = Math.round((Math.min(Math.max(number, min), max) - min) / step);
    return Number((Number(min) + steps * step).toFixed(6));
  }

  show(value) {
    if (this.value !== value) this.input.value = value;
    const text = this.text(value);
    this.output.value = text;
    this.input.setAttribute("aria-valuetext", text);
  }

  text(value) {
    const { decimals, unit = "" } = this.input.dataset;
    if (this.labels) return this.labels[Math.round((value - this.input.min) / this.input.step)];
    return value.toFixed(decimals).replace("-", "−") + (/^\p{L}/u.test(unit) ? " " : "") + unit;
  }

  /** Let the slider end at a value of the chart's. */
  endAt(end) {
    this.input.max = Math.max(this.input.min, Math.min(end, this.most));
    this.show(this.value);
  }

  step(by) {
    this.pause();
    this.advance(by);
  }

  advance(by) {
    const before = this.value;
    if (by > 0) this.input.stepUp(by);
    else this.input.stepDown(-by);
    if (this.value === before) return;
    this.show(this.value);
    this.changed();
  }

  /** Step on, from the beginning if at the end; a whole run takes a few seconds. */
  play() {
    const { min, max, step } = this.input, steps = Math.round((max - min) / step);
    const pause = Math.min(700, Math.max(50, 8000 / steps)), by = Math.max(1, Math.round((steps * pause) / 12000));
    if (this.value >= Number(max)) this.advance(-steps);
    this.playing = setInterval(() => {
      if (document.hidden || !isInSight(this.player) || this.value >= Number(this.input.max)) this.pause();
      else this.advance(by);
    }, pause);
    this.sayPlaying();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    if (this.player) this.sayPlaying();
  }

  sayPlaying() {
    const label = this.player.getAttribute("aria-label").replace(/^(Play|Pause)/, "");
    this.player.setAttribute("aria-label", (this.playing ? "Pause" : "Play") + label);
    this.player.classList.toggle("playing", Boolean(this.playing));
  }
}

class Menu {
  constructor(select, changed) {
    this.input = select;
    this.options = [...select.options].map((option) => JSON.parse(option.value));
    this.start = this.options[Math.max(0, [...select.options].findIndex((option) => option.defaultSelected))];
    select.addEventListener("change", () => changed(this.value));
    this.show(this.start);
  }
  get value() { return this.options[this.input.selectedIndex]; }
  keep(value) { return this.options.find((option) => String(option) === String(value)); }
  show(value) { this.input.selectedIndex = this.options.indexOf(value); }
}

class Box {
  constructor(box, changed) {
    this.input = box;
    this.start = box.defaultChecked;
    box.addEventListener("change", () => changed(this.value));
    this.show(this.start);
  }
  get value() { return this.input.checked; }
  keep(value) { return { true: true, false: false }[value]; }
  show(value) { this.input.checked = value; }
}

/** A few named buttons, one of which is pressed. */
class Stages {
  constructor(fieldset, changed) {
    this.input = fieldset;
    this.buttons = [...fieldset.querySelectorAll("input")];
    this.options = this.buttons.map((button) => JSON.parse(button.value));
    this.start = this.options[this.buttons.findIndex((button) => button.defaultChecked)];
    fieldset.addEventListener("change", () => changed(this.value));
    this.show(this.start);
  }
  get value() { return this.options[this.buttons.findIndex((button) => button.checked)]; }
  keep(value) { return this.options.find((option) => String(option) === String(value)); }
  show(value) { this.buttons.forEach((button, i) => { button.checked = this.options[i] === value; }); }
}

/** A value without an input, which only the page sets. */
class Unseen {
  constructor(value) { this.start = value; }
  keep(value) {
    if (typeof value !== "string" || typeof this.start === "string") return value;
    try { return JSON.parse(value); } catch { return undefined; }
  }
  show() {}
}

function controlOf(input, changed) {
  const kind = { range: Slider, checkbox: Box, "select-one": Menu, fieldset: Stages }[input.type];
  return new kind(input, changed);
}

/** Do something on a press, and again and again while it is held. */
function onHold(button, act) {
  let timer;
  const stop = () => clearTimeout(timer);
  const again = () => { act(); timer = setTimeout(again, 90); };
  button.addEventListener("pointerdown", (event) => {
    if (event.button === 0) timer = setTimeout(again, 450);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, stop);
  button.addEventListener("click", act);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
}

function isInSight(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
