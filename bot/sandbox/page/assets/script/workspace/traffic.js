// The last calls of the bot, and what was refused.

import { h, keep } from "../dom.js";
import { icon } from "../icons.js";

const button = document.getElementById("open-traffic");
const panel = document.getElementById("traffic");
const list = h("ol", { class: "calls", reversed: true });

export function mountTraffic() {
  const toggle = () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) button.focus();
  };
  const close = h(
    "button",
    { type: "button", class: "bare", "aria-label": "Close the traffic", onclick: toggle },
    icon("close"),
  );
  panel.append(
    h("header", {}, h("h2", {}, "Traffic"), h("p", {}, "What the bot asked of the workspace, newest first."), close),
    list,
  );
  button.addEventListener("click", toggle);
}

export function drawTraffic({ calls, total, refused }) {
  const words = [`${total} ${total === 1 ? "call" : "calls"}`, refused ? `${refused} refused` : ""]
    .filter(Boolean)
    .join(", ");
  keep(
    button,
    [{ words, refused }],
    () => "words",
    () => h("span", { class: refused ? "refused" : null }, icon("pulse"), `Traffic: ${words}`),
  );
  keep(list, [...calls].reverse(), ({ number }) => number, drawCall);
}

const drawCall = ({ number, method, error, pointers }) =>
  h(
    "li",
    { value: number, class: error ? "refused" : null },
    h("code", {}, method),
    " ",
    error || "ok",
    pointers.map((pointer) => h("small", {}, pointer)),
  );
