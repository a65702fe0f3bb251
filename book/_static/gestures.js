// Gestures: where a pointer presses, drags or hovers in a picture, in the units of a panel's axes.
//
// The compiled chart makes values of that place (nbsrc/site/figures/gestures.py). A finger drags
// what it touches within REACH of its handle, and scrolls the page from everywhere else.
"use strict";

const REACH = 24;  // pixels between a pointer and a handle that it takes hold of
const STILL = 8;   // pixels within which a finger that moves only taps

class Gestures {
  constructor(chart) {
    this.chart = chart;
    this.known = [];
    this.held = null;  // the gesture under way, and how far the pointer is from what it holds
    this.touched = null;  // a finger that may yet tap, drag sideways or scroll
    this.guessed = null;  // parameters of a locked guess, whose place stays marked
    this.guess = new Map();  // where it was, by gesture, in the units of the axes
  }

  /** Listen in one rendition; before it is awake a touch only wakes it. */
  listen(stage) {
    stage.addEventListener("pointerdown", (event) => this.down(event, stage));
    stage.addEventListener("pointermove", (event) => this.move(event, stage));
    stage.addEventListener("pointerup", (event) => this.up(event, stage));
    stage.addEventListener("pointercancel", () => this.let_go(stage));
    stage.addEventListener("touchstart", (event) => {
      if (event.touches.length === 1 && this.pick(event.touches[0])?.isHeld) event.preventDefault();
    }, { passive: false });
  }

  /** Take over from the picture that was live before. */
  wake(view, stage, told) {
    const svg = stage.querySelector("svg");
    this.view = view;
    this.known = told.map((gesture, of) => {
      const plot = svg.querySelector(gesture.group ? `.${CSS.escape(gesture.group)} > g` : ".root > g");
      return { ...gesture, of, plot, box: plot.querySelector(":scope > .background").getBBox() };
    });
    if (!told.length) return;
    stage.classList.add("to-touch");
    if (told.some((g) => g.on === "drag" && !g.handle)) stage.style.touchAction = "pan-y pinch-zoom";
    this.rings = ringsOver(svg, this.known.filter((g) => g.handle));
    this.drawGuess();
    this.follow();
  }

  /** Mark where the handles of some parameters are now: that was the reader's guess. */
  markGuess(names) {
    this.guessed = names;
    this.drawGuess();
  }

  drawGuess() {
    if (!this.guessed || !this.rings) return;
    for (const [gesture, ring] of this.rings) {
      if (!gesture.sets.every((name) => this.guessed.includes(name))) continue;
      const now = this.view.signal(`${gesture.panel}_handle`)[gesture.of];
      if (!this.guess.has(gesture.of)) this.guess.set(gesture.of, now);
      const mark = ring.cloneNode(), { x, y } = this.placeOf(gesture, this.guess.get(gesture.of));
      mark.setAttribute("class", "guess");
      mark.setAttribute("transform", `translate(${x},${y})`);
      ring.before(mark);
    }
  }

  /** Draw each handle's ring where the handle is now. */
  follow() {
    for (const [gesture, ring] of this.rings ?? []) {
      const { x, y } = this.handleOf(gesture);
      ring.setAttribute("transform", `translate(${x},${y})`);
      ring.style.display = this.chart.allows(gesture.sets) ? "" : "none";
    }
  }

  down(event, stage) {
    if (!event.isPrimary || event.button !== 0 || this.chart.shown !== stage) return;
    const found = this.pick(event);
    if (!found) return;
    const { clientX: x, clientY: y, pointerType } = event;
    if (pointerType === "touch" && !found.isHeld) this.touched = { found, x, y };
    else this.begin(found, event, stage);
  }

  begin(found, event, stage) {
    this.tell(found, event);
    if (found.gesture.on !== "drag") return;
    this.held = found;
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("grabbing");
  }

  move(event, stage) {
    if (this.held) return this.tell(this.held, event);
    if (event.pointerType !== "touch") return this.hover(event, stage);
    if (!this.touched) return undefined;
    const across = Math.abs(event.clientX - this.touched.x), along = Math.abs(event.clientY - this.touched.y);
    if (Math.max(across, along) < STILL) return undefined;
    const { found } = this.touched;
    this.touched = null;
    const slides = found.gesture.on === "drag" && !found.gesture.handle;
    return slides && across > along ? this.begin(found, event, stage) : undefined;
  }

  up(event, stage) {
    if (this.touched) this.tell(this.touched.found, event);
    this.let_go(stage);
  }

  let_go(stage) {
    this.held = this.touched = null;
    stage.classList.remove("grabbing");
  }

  /** Follow a mouse that presses nothing: the cursor says what a press would do. */
  hover(event, stage) {
    if (event.buttons || this.chart.shown !== stage) return;
    const over = this.allowed().find((g) => g.on === "hover" && isIn(g.box, placeIn(g, event)));
    if (over) this.tell({ gesture: over }, event);
    const found = this.pick(event);
    const free = found?.gesture.on === "drag" && !found.gesture.handle;
    stage.style.cursor = found?.isHeld || free ? "grab" : found ? "pointer" : over ? "crosshair" : "";
    for (const [gesture, ring] of this.rings ?? []) ring.classList.toggle("near", found?.gesture === gesture);
  }

  allowed() { return this.known.filter((gesture) => this.chart.allows(gesture.sets)); }

  /** The gesture that a press here begins: the nearest handle in reach, else what its panel does. */
  pick(pointer) {
    const near = [];
    const inside = [];
    for (const gesture of this.allowed()) {
      const place = placeIn(gesture, pointer);
      const distance = gesture.handle ? this.distance(gesture, place) : Infinity;
      if (distance <= REACH * scaleOf(gesture)) near.push({ gesture, distance, isHeld: true, offset: this.offset(gesture, place) });
      else if (isIn(gesture.box, place)) inside.push({ gesture, distance });
    }
    const rank = { press: 0, drag: 1, hover: 2 };
    inside.sort((a, b) => rank[a.gesture.on] - rank[b.gesture.on] || a.distance - b.distance);
    return near.sort((a, b) => a.distance - b.distance)[0] ?? inside.find(({ gesture }) => gesture.on !== "hover" || pointer.pointerType === "touch");
  }

  /** Tell the chart where, in the units of the panel's axes. */
  tell({ gesture, offset = { x: 0, y: 0 } }, event) {
    const p = placeIn(gesture, event);
    const at = { of: gesture.of };
    for (const axis of ["x", "y"]) {
      at[axis] = gesture[axis] ? valueAt(this.view.scale(gesture[axis]), p[axis] + offset[axis]) : null;
    }
    this.chart.tell(`${gesture.panel}_at`, at);
  }

  /** Where a handle is in its plot, in pixels; in the middle of an axis that it does not move on. */
  handleOf(gesture) {
    return this.placeOf(gesture, this.view.signal(`${gesture.panel}_handle`)[gesture.of]);
  }

  placeOf(gesture, at) {
    const { x, y, width, height } = gesture.box;
    return {
      x: at.x == null ? x + width / 2 : pixelOf(this.view.scale(gesture.x), at.x),
      y: at.y == null ? y + height / 2 : pixelOf(this.view.scale(gesture.y), at.y),
    };
  }

  offset(gesture, place) {
    const at = this.view.signal(`${gesture.panel}_handle`)[gesture.of], handle = this.handleOf(gesture);
    return { x: at.x == null ? 0 : handle.x - place.x, y: at.y == null ? 0 : handle.y - place.y };
  }

  /** How far a place is from a handle; a handle that moves along one axis is a line across the other. */
  distance(gesture, place) {
    const { x, y } = this.offset(gesture, place);
    return isIn(gesture.box, place, REACH) ? Math.hypot(x, y) : Infinity;
  }
}

/** A pointer's place in a plot; the matrix also undoes what CSS shrinks. */
function placeIn({ plot }, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(plot.getScreenCTM().inverse());
}

const scaleOf = ({ plot }) => 1 / plot.getScreenCTM().a;

function isIn({ x, y, width, height }, place, margin = 1) {
  return place.x >= x - margin && place.x <= x + width + margin && place.y >= y - margin && place.y <= y + height + margin;
}

/** What a scale shows at a pixel: a number, or the band that is nearest. */
function valueAt(scale, pixel) {
  const range = scale.range(), kept = Math.min(Math.max(pixel, Math.min(...range)), Math.max(...range));
  if (!scale.bandwidth) return scale.invert(kept);
  const distance = (band) => Math.abs(pixelOf(scale, band) - kept);
  return scale.domain().reduce((best, band) => (distance(band) < distance(best) ? band : best));
}

const pixelOf = (scale, value) => scale(value) + (scale.bandwidth?.() ?? 0) / 2;

/** Rings over a picture that say "take hold of me", one for each handle. */
function ringsOver(svg, gestures) {
  const create = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const over = create("svg");
  over.setAttribute("class", "handles");
  over.setAttribute("viewBox", svg.getAttribute("viewBox"));
  over.setAttribute("aria-hidden", "true");
  const rings = gestures.map((gesture) => {
    const { e, f } = svg.getScreenCTM().inverse().multiply(gesture.plot.getScreenCTM());
    const plot = over.appendChild(create("g")), ring = plot.appendChild(create("circle"));
    plot.setAttribute("transform", `translate(${e},${f})`);
    ring.setAttribute("r", 10);
    return [gesture, ring];
  });
  svg.parentElement.append(over);
  return rings;
}
