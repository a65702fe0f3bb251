// The page's own tools: the theme switch, code shown or folded, print, the section being read.
"use strict";

const root = document.documentElement;

function stored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}
function store(key, value) {
  try { localStorage.setItem(key, value); } catch { /* storage refused */ }
}

const themeSwitch = document.querySelector(".theme-switch");
const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const sayTheme = () => themeSwitch.setAttribute("aria-pressed", isDark());
themeSwitch.hidden = false;
themeSwitch.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  store("theme", root.dataset.theme);
  sayTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", sayTheme);
sayTheme();

const codeSwitch = document.querySelector(".code-switch input");
function showCode(isShown) {
  for (const fold of document.querySelectorAll("details.fold-code")) fold.open = isShown;
}
if (codeSwitch) {
  codeSwitch.checked = stored("code") === "shown";
  if (codeSwitch.checked) showCode(true);
  codeSwitch.addEventListener("change", () => {
    showCode(codeSwitch.checked);
    store("code", codeSwitch.checked ? "shown" : "folded");
  });
}

// Buttons that copy code are had at the first sign that somebody looks at some.
const statics = new URL(".", document.currentScript.src);
let copies;
function offerCopies() {
  const load = (name) => new Promise((done) => {
    const script = document.createElement("script");
    script.src = new URL(name, statics);
    script.onload = done;
    document.head.append(script);
  });
  copies ??= load("clipboard.min.js")
    .then(() => load("documentation_options.js"))
    .then(() => load("copybutton.js"));
}
for (const sign of ["pointerover", "focusin"]) {
  document.addEventListener(sign, ({ target }) => target.closest(".fold-code, .highlight") && offerCopies(), { passive: true });
}
document.addEventListener("toggle", ({ target }) => target.matches(".fold-code, .fold-solution") && offerCopies(), true);

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:is(.fold-solution, .predict-answer)")) fold.open = true;
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

// Who goes from stop to stop with the keyboard passes the marks for linking by.
for (const link of document.querySelectorAll(".headerlink")) link.tabIndex = -1;

// Boxes that scroll sideways are reached by keyboard too.
function reachBoxes() {
  for (const box of document.querySelectorAll("div.math, main table, main pre")) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", reachBoxes);
addEventListener("resize", reachBoxes);
