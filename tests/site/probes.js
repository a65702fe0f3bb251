// What the browser tests ask a page. Evaluated in the page by test_pages.py.
window.probe = (() => {
  "use strict";

  const frame = () => new Promise(requestAnimationFrame);
  const charts = () => [...document.querySelectorAll(".chart")];
  const nameOf = (chart) => chart.closest("figure")?.id || chart.dataset.label;
  const shown = (chart) => [...chart.querySelectorAll(".chart-view svg:not(.handles)")].find((svg) => svg.checkVisibility());

  /** Open every fold, and (if asked) every figure that waits for an answer, without one. */
  function open(answered = true) {
    for (const fold of document.querySelectorAll("main details")) fold.open = true;
    if (answered) for (const chart of charts()) chart.dispatchEvent(new Event("open"));
  }

  /** Bring every live chart near until it is alive; give the names of those that are not after 10 s. */
  async function wake(answered = true) {
    open(answered);
    const asleep = [];
    for (const chart of document.querySelectorAll(".chart-live")) {
      chart.scrollIntoView({ block: "center", behavior: "instant" });
      chart.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
      const start = performance.now();
      while (!chart.dataset.live && performance.now() - start < 10000) await frame();
      if (!chart.dataset.live) asleep.push(nameOf(chart));
    }
    scrollTo({ top: 0, behavior: "instant" });
    await frame();
    return asleep;
  }

  // ---- what is drawn -----------------------------------------------------------------------------

  function intersection(a, b) {
    const left = Math.max(a.left, b.left), right = Math.min(a.right, b.right);
    const top = Math.max(a.top, b.top), bottom = Math.min(a.bottom, b.bottom);
    return right >= left && bottom >= top ? { left, right, top, bottom } : null;
  }

  /** The part of an SVG element's box that its ancestors' clip paths leave. */
  function visibleBox(element) {
    let box = element.getBoundingClientRect();
    for (let e = element; box && e.localName !== "svg"; e = e.parentElement) {
      const id = getComputedStyle(e).clipPath.match(/^url\("?#([^")]+)/)?.[1];
      const shape = id && document.getElementById(id)?.firstElementChild;
      if (!id) continue;
      if (!shape) return null;  // an empty clip path hides all
      const b = shape.getBBox(), matrix = e.getScreenCTM();
      const corners = [[b.x, b.y], [b.x + b.width, b.y + b.height]]
        .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
      box = intersection(box, { left: corners[0].x, top: corners[0].y, right: corners[1].x, bottom: corners[1].y });
    }
    return box;
  }

  function opacityOf(element) {
    let opacity = 1;
    for (let e = element; e; e = e.parentElement) opacity *= Number(getComputedStyle(e).opacity);
    return opacity;
  }

  const paintAlpha = (paint, opacity) =>
    paint === "none" ? 0 : (paint.startsWith("url") ? 1 : rgba(paint)[3]) * Number(opacity);

  /** The elements of an SVG that leave ink, with the boxes that can be seen. */
  const drawn = (svg) => (seen?.has(svg) ? seen.get(svg) : findDrawn(svg));
  let seen = null;  // what is known of pictures while nothing in the page changes

  function findDrawn(svg) {
    const found = [];
    for (const element of svg.querySelectorAll("path, rect, circle, ellipse, line, polygon, polyline, text, image")) {
      if (element.closest("defs, clipPath, linearGradient, radialGradient, mask, pattern")) continue;
      const style = getComputedStyle(element);
      if (!element.checkVisibility({ visibilityProperty: true }) || opacityOf(element) < 0.01) continue;
      const ink = paintAlpha(style.fill, style.fillOpacity) > 0.01
        || paintAlpha(style.stroke, style.strokeOpacity) * parseFloat(style.strokeWidth) > 0.01;
      if (!ink && element.localName !== "image") continue;
      if (element.localName === "text" && !element.textContent.trim()) continue;
      const box = visibleBox(element);
      if (box && (box.right - box.left > 0.1 || box.bottom - box.top > 0.1)) found.push({ element, box });
    }
    seen?.set(svg, found);
    return found;
  }

  /** Every figure: its name, the size of its picture, and how many marks it has (text and rules aside). */
  function figures() {
    return charts().map((chart) => {
      const svg = shown(chart), box = svg?.getBoundingClientRect();
      const marks = svg ? drawn(svg).filter(({ element }) => !["text", "line"].includes(element.localName)) : [];
      return { name: nameOf(chart), width: box?.width ?? 0, height: box?.height ?? 0, marks: marks.length };
    });
  }

  const boxes = () => charts().map((chart) => {
    const { width, height } = chart.getBoundingClientRect();
    return { name: nameOf(chart), width, height, top: chart.offsetTop };
  });

  /** Ink outside its figure's frame or outside the page, told in words. */
  function outside(chart, tolerance = 6) {
    const frame = [...chart.querySelectorAll(".chart-view")].find((v) => v.checkVisibility()).getBoundingClientRect();
    const told = [];
    for (const { element, box } of drawn(shown(chart))) {
      const over = Math.max(frame.top - box.top, box.bottom - frame.bottom, frame.left - box.left, box.right - frame.right);
      const what = `${element.localName} ${element.parentElement.className.baseVal} "${element.textContent.slice(0, 30)}"`;
      if (over > tolerance) told.push(`${what} reaches ${over.toFixed(0)} px out of the figure`);
      if (box.left < -1 || box.right > innerWidth + 1) told.push(`${what} reaches out of the page`);
    }
    return [...new Set(told)];
  }

  /** Wait until a chart's picture has stayed the same for three frames. */
  async function settled(chart) {
    let before = "", same = 0;
    for (let i = 0; i < 300 && same < 3; i++) {
      await frame();
      const now = shown(chart).outerHTML;
      same = now === before ? same + 1 : 0;
      before = now;
    }
    return before;
  }

  // ---- contrast ----------------------------------------------------------------------------------

  function rgba(text) {
    const numbers = text.match(/[\d.]+(?:e-?\d+)?/g).map(Number);
    if (text.startsWith("color(srgb")) return [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1];
    return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  }

  const blend = (top, under) => {
    const a = top[3];
    return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a)).concat(1);
  };

  function luminance(color) {
    const [r, g, b] = color.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  const withAlpha = (color, factor) => [color[0], color[1], color[2], color[3] * factor];

  /** The colour behind an HTML element. */
  function backdrop(element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => blend(top, under), [255, 255, 255, 1]);
  }

  /** The colour behind the middle of an SVG text; null where it cannot be told (pictures, gradients). */
  function svgBackdrop(text, svg) {
    const box = text.getBoundingClientRect();
    const middle = new DOMPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    let color = backdrop(svg);
    for (const { element, box: b } of drawn(svg)) {
      if (!(element.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      if (middle.x < b.left || middle.x > b.right || middle.y < b.top || middle.y > b.bottom) continue;
      if (element.localName === "image") return null;
      const style = getComputedStyle(element);
      if (element.localName === "text" || element.localName === "line" || style.fill === "none") continue;
      if (!element.isPointInFill(middle.matrixTransform(element.getScreenCTM().inverse()))) continue;
      if (style.fill.startsWith("url")) return null;
      color = blend(withAlpha(rgba(style.fill), Number(style.fillOpacity) * opacityOf(element)), color);
    }
    return color;
  }

  function isSeen(element) {
    if (!element.checkVisibility({ visibilityProperty: true }) || opacityOf(element) < 0.02) return false;
    if (element.closest(".visually-hidden, .katex-mathml, option, noscript, script, style")) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.right > 0;
  }

  function tooFaint(element, color, behind, told) {
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const needed = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const found = ratio(blend(color, behind), behind);
    if (found < needed - 0.01) {
      const text = (element.textContent || element.value || element.placeholder).trim().slice(0, 40);
      const where = element.closest("[id]")?.id;
      told.push(`"${text}" (${element.localName}.${element.getAttribute("class") ?? ""} in #${where}) ${found.toFixed(2)} < ${needed}`);
    }
  }

  /** Texts, in pages and in pictures, and lines of data that stand out too little. */
  function faint() {
    const complaints = [];
    seen = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const parents = new Set();
    while (walker.nextNode()) if (walker.currentNode.data.trim()) parents.add(walker.currentNode.parentElement);
    for (const input of document.querySelectorAll("select, input[type=search]")) parents.add(input);
    for (const element of parents) {
      const svg = element.closest("svg");
      if (!isSeen(element)) continue;
      const style = getComputedStyle(element);
      if (svg) {
        if (style.fill === getComputedStyle(document.body).backgroundColor) continue;  // a label's patch
        const behind = svgBackdrop(element, svg);
        if (!behind || style.fill === "none" || style.fill.startsWith("url")) continue;
        const color = withAlpha(rgba(style.fill), Number(style.fillOpacity) * opacityOf(element));
        tooFaint(element, color, behind, complaints);
      } else tooFaint(element, withAlpha(rgba(style.color), opacityOf(element)), backdrop(element), complaints);
    }
    for (const line of document.querySelectorAll(".chart .mark-line path")) {
      const style = getComputedStyle(line), svg = line.closest("svg");
      const alpha = Number(style.strokeOpacity) * opacityOf(line);
      if (!isSeen(line) || style.stroke === "none" || style.stroke.startsWith("url") || alpha < 0.7) continue;
      const behind = backdrop(svg);
      const found = ratio(blend(withAlpha(rgba(style.stroke), alpha), behind), behind);
      if (found < 2.99) complaints.push(`a line of ${nameOf(line.closest(".chart"))}, ${style.stroke}: ${found.toFixed(2)} < 3`);
    }
    seen = null;
    return [...new Set(complaints)];
  }

  /** Contrast of the look's own colours with paper and sheet. */
  function tokens() {
    const root = getComputedStyle(document.documentElement);
    const sample = document.body.appendChild(document.createElement("i"));
    const value = (name) => {
      sample.style.color = root.getPropertyValue(`--${name}`);
      return rgba(getComputedStyle(sample).color);
    };
    const found = {};
    for (const ground of ["paper", "sheet"]) {
      for (const name of ["ink", "soft", "accent", "good", "limit", "bad"]) {
        found[`${name} on ${ground}`] = ratio(value(name), value(ground));
      }
    }
    sample.remove();
    return found;
  }

  // ---- pointers ----------------------------------------------------------------------------------

  /** Points of the page on which a chart's marks with tooltips lie uppermost; null if it has none. */
  function tooltipPoints(chart) {
    const marks = [...shown(chart).querySelectorAll("path, rect, line, text, image")].filter(
      (element) => element.__data__?.tooltip != null,
    );
    if (!marks.length) return null;
    const points = [];
    for (const element of marks) {
      const box = element.getBoundingClientRect();
      const along = (share) => [box.left + share * box.width, box.top + share * box.height];
      const candidates = [along(0.5), along(0.3), along(0.7)];
      if (element.getTotalLength && getComputedStyle(element).fill === "none") {
        const middle = element.getPointAtLength(element.getTotalLength() / 2);
        const { x, y } = middle.matrixTransform(element.getScreenCTM());
        candidates.unshift([x, y]);
      }
      const hit = candidates.find(([x, y]) => document.elementFromPoint(x, y) === element);
      if (hit) points.push(hit);
    }
    return points;
  }

  return { open, wake, figures, boxes, outside, settled, faint, tokens, tooltipPoints, shown };
})();
