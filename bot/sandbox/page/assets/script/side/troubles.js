// The switchboard: what can go wrong, in words, each with its state, and one button that makes all well again.

import { h } from "../dom.js";
import { send } from "../server.js";

const STATES = { off: "", active: "active", over: "over" };

export function mountTroubles(panel, note) {
  const list = h("ul", { class: "troubles" });
  const well = h("button", { type: "button", class: "primary", onclick: () => send("DELETE", "control/troubles") }, "All well again");
  panel.append(
    h("p", { class: "hint" }, "What happens to real companies. Press one, then jump to the next run: zsync tells it once, waits where waiting helps, and loses nothing."),
    list,
    h("p", { class: "actions" }, well),
  );
  const rows = new Map();

  const show = ({ troubles }) => {
    for (const trouble of troubles) {
      if (!rows.has(trouble.key)) {
        rows.set(trouble.key, row(trouble));
        list.append(rows.get(trouble.key).element);
      }
      rows.get(trouble.key).show(trouble);
    }
    const active = troubles.filter((one) => one.state === "active").length;
    well.disabled = !active;
    note(active ? `(${active} active)` : "");
  };
  return { show };
}

function row({ key, words }) {
  let active = false;
  const state = h("span", { class: "state" });
  const button = h(
    "button",
    { type: "button", onclick: () => send(active ? "DELETE" : "POST", `control/troubles/${key}`) },
    h("span", { class: "words" }, words),
    state,
  );
  return {
    element: h("li", {}, button),
    show(trouble) {
      active = trouble.state === "active";
      button.setAttribute("aria-pressed", active);
      button.dataset.state = trouble.state;
      state.textContent = [STATES[trouble.state], trouble.note].filter(Boolean).join(", ");
    },
  };
}
