// Tabs as the ARIA practices describe them: arrows move, only the chosen tab is a stop of the Tab key.

import { h } from "./dom.js";

// Each of `parts` is { key, label, mount(panel, note) → { show(state) } }; `note` puts a few words beside the tab's label.
export function tabs(label, parts) {
  const list = h("div", { role: "tablist", "aria-label": label });
  const element = h("div", { class: "tabs" }, list);
  const made = parts.map((part) => {
    const note = h("span", { class: "note" });
    const tab = h("button", { type: "button", role: "tab", id: `tab-${part.key}`, "aria-controls": `panel-${part.key}` }, part.label, note);
    const panel = h("section", { role: "tabpanel", id: `panel-${part.key}`, "aria-labelledby": tab.id });
    list.append(tab);
    element.append(panel);
    const inside = part.mount(panel, (words) => { note.textContent = words && ` ${words}`; });
    return { ...part, tab, panel, inside };
  });

  const choose = (chosen, focus) => {
    for (const one of made) {
      one.tab.setAttribute("aria-selected", one === chosen);
      one.tab.tabIndex = one === chosen ? 0 : -1;
      one.panel.hidden = one !== chosen;
    }
    chosen.inside.opened?.();
    if (focus) chosen.tab.focus();
  };
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  list.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const now = made.findIndex((one) => one.tab === document.activeElement);
    const next = Math.abs(step) === 1 ? (now + step + made.length) % made.length : step < 0 ? 0 : made.length - 1;
    choose(made[next], true);
  });
  made.forEach((one) => one.tab.addEventListener("click", () => choose(one)));
  choose(made[0]);
  return {
    element,
    open: (key) => choose(made.find((one) => one.key === key), true),
    show: (state) => made.forEach((one) => one.inside.show(state)),
  };
}
