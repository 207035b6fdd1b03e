// The menu behind a button with dots.

import { h, newId } from "../dom.js";
import { icon } from "../icons.js";
import { open } from "../popup.js";
import { plain } from "./mrkdwn.js";

// A button that opens a menu of options and tells which one was chosen.
export function menuButton({ label, options, choose, ...own }) {
  const id = newId("menu");
  const button = h(
    "button",
    {
      type: "button",
      class: "button dots",
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      ...own,
    },
    icon("more"),
  );
  const menu = h("div", { role: "menu", id, class: "popup list", popover: "manual" });
  const items = options.map((option) =>
    h(
      "button",
      { type: "button", role: "menuitem", tabindex: "-1", onclick: () => leave(() => choose(option)) },
      plain(option.text.text),
    ),
  );
  menu.append(...items);
  let hide = null;

  function enter() {
    hide = open(menu, button, { wide: false });
    button.setAttribute("aria-expanded", "true");
    items[0].focus();
  }

  function leave(then) {
    hide?.();
    hide = null;
    button.setAttribute("aria-expanded", "false");
    button.focus();
    then?.();
  }

  const step = (by) => items.at((items.indexOf(document.activeElement) + by) % items.length).focus();
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Home: () => items[0].focus(),
    End: () => items.at(-1).focus(),
    Escape: () => leave(),
    Tab: () => leave(),
  };
  menu.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  menu.addEventListener(
    "focusout",
    (event) => hide && !menu.contains(event.relatedTarget) && event.relatedTarget !== button && leave(),
  );
  button.addEventListener("click", () => (hide ? leave() : enter()));
  return h("span", { class: "menu" }, button, menu);
}
