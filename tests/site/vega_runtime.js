// Runs compiled specs in the shipped Vega runtime, as the page does (the expression interpreter),
// and prints what it computed. Standard input: {folder, jobs: [{spec, script, settings, all}]}:
// all asks for every row and the drawing in place of a sample of rows.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const { folder, jobs } = JSON.parse(fs.readFileSync(0, "utf8"));
globalThis.vega = require(path.join(folder, "vega.min.js"));
const interpreter = require(path.join(folder, "vega-interpreter.min.js"));
const ROWS = 24;

// JSON has no NaN and no infinities.
const plain = (value) =>
  typeof value === "number" && !Number.isFinite(value) ? { number: String(value) }
  : value === undefined ? null
  : Array.isArray(value) ? value.map(plain)
  : value && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  : value;

function sampled(rows) {
  const step = Math.max(1, Math.ceil(rows.length / ROWS));
  return rows.filter((_, i) => i % step === 0 || i === rows.length - 1);
}

async function run({ spec, script, settings, all }) {
  new Function("vega", script || "")(vega);
  const view = new vega.View(vega.parse(spec, null, { ast: true }), {
    renderer: "none", expr: interpreter.expressionInterpreter, logLevel: vega.Error,
  });
  await view.runAsync();
  const names = (spec.signals || []).map((signal) => signal.name);
  const found = [];
  for (const setting of settings) {
    for (const [name, value] of Object.entries(setting)) view.signal(name, value);
    await view.runAsync();
    const signals = Object.fromEntries(names.map((name) => [name, plain(view.signal(name))]));
    const data = {};
    for (const { name, transform } of spec.data || []) {
      const rows = view.data(name);
      if (transform) data[name] = (all ? rows : sampled(rows)).map((row) => plain({ ...row }));
    }
    found.push({ signals, data, ...(all && { svg: await view.toSVG() }) });
  }
  view.finalize();
  return found;
}

(async () => {
  const answers = [];
  for (const job of jobs) answers.push(await run(job));
  process.stdout.write(JSON.stringify(answers));
})().catch((error) => { console.error(error); process.exit(1); });
