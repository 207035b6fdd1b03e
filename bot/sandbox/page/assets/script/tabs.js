// Tabs as the ARIA practices describe them: arrows move, only the chosen tab is a stop of the Tab key.

import { h } from "./dom.js";

// Marks a tab as the chosen one, or not.
export function select(tab, chosen) {
  tab.setAttribute("aria-selected", chosen);
  tab.tabIndex = chosen ? 0 : -1;
}

// Lets keys go from tab to tab; each is chosen by a click.
export function byKeys(list) {
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("[role=tab]")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1, " ": at }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = all.at(to % all.length);
    tab.focus();
    tab.click();
  });
}

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
      select(one.tab, one === chosen);
      one.panel.hidden = one !== chosen;
    }
    chosen.inside.opened?.();
    chosen.tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focus) chosen.tab.focus();
  };
  byKeys(list);
  made.forEach((one) => one.tab.addEventListener("click", () => choose(one)));
  choose(made[0]);
  return {
    element,
    open: (key) => choose(made.find((one) => one.key === key), true),
    show: (state) => made.forEach((one) => one.inside.show(state)),
  };
}
