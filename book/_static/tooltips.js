// Values of marks, told where the pointer hovers or a finger taps.
"use strict";

const tooltip = document.createElement("div");
tooltip.className = "tooltip";
tooltip.hidden = true;
tooltip.setAttribute("role", "status");
document.body.append(tooltip);

function showTooltip(event, value) {
  tooltip.hidden = value == null || value === "";
  if (tooltip.hidden) return;
  const { clientX: x, clientY: y } = event;
  const rows = typeof value === "object" ? Object.entries(value) : [["", value]];
  tooltip.replaceChildren(...rows.map(([key, text]) => {
    const row = document.createElement("div"), name = document.createElement("span");
    name.textContent = key;
    row.append(name, key && " ", String(text));
    return row;
  }));
  const { width, height } = tooltip.getBoundingClientRect();
  const above = y - height - 12;
  tooltip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - width - 8))}px`;
  tooltip.style.top = `${above >= 8 ? above : Math.min(y + 20, innerHeight - height - 8)}px`;
}

const AROUND = [0, 6, 12, 18].flatMap((r) => [[r, 0], [0, r], [-r, 0], [0, -r], [r, r], [-r, -r], [r, -r], [-r, r]]);

/** A finger is blunt: tell of the mark with values that is nearest to where it tapped. */
function tellOnTap(stage) {
  let start = null;
  stage.addEventListener("pointerdown", (event) => { start = event.pointerType === "touch" ? event : null; });
  stage.addEventListener("pointerup", (event) => {
    if (!start || Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > 8) return;
    setTimeout(() => {  // after the finger has left the mark, which hides what was told
      for (const [dx, dy] of AROUND) {
        const mark = document.elementFromPoint(event.clientX + dx, event.clientY + dy);
        const value = stage.contains(mark) ? mark.__data__?.tooltip : null;
        if (value != null) return showTooltip(event, value);
      }
    });
  });
}
for (const over of ["pointerdown", "scroll"]) {
  addEventListener(over, () => { tooltip.hidden = true; }, { capture: true, passive: true });
}
