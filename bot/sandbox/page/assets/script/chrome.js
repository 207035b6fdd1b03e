// The frame of the page: theme, drawers of a narrow screen, and who one is.

import { h } from "./dom.js";
import { appSign, icon } from "./icons.js";

const byId = (id) => document.getElementById(id);
const root = document.documentElement;
const narrow = matchMedia("(max-width: 64rem)");
const dark = matchMedia("(prefers-color-scheme: dark)");

export function mountChrome() {
  byId("open-sidebar").append(icon("menu"));
  byId("open-side").append(icon("panel"));
  for (const place of document.querySelectorAll(".app-sign")) place.append(appSign());
  drawer("open-sidebar", "sidebar", matchMedia("(max-width: 48rem)"));
  drawer("open-side", "side", narrow);
  mountTheme();
}

// ---- theme -------------------------------------------------------------------------------------------------------------------------------

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);

function mountTheme() {
  const button = byId("theme");
  const show = () => {
    button.replaceChildren(icon(isDark() ? "sun" : "moon"));
    button.setAttribute("aria-pressed", String(isDark()));
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    show();
  });
  dark.addEventListener("change", show);
  show();
}

// ---- drawers -----------------------------------------------------------------------------------------------------------------------------

// On a narrow screen the panel lies over the page, closed at first; on a wide one it stands beside, open at first.
function drawer(buttonId, panelId, small) {
  const [button, panel] = [byId(buttonId), byId(panelId)];
  const set = (open) => {
    if (!open && panel.contains(document.activeElement)) button.focus();
    button.setAttribute("aria-expanded", String(open));
    panel.classList.toggle("closed", !open);
    panel.inert = !open;
  };
  const close = () => small.matches && set(false);
  button.addEventListener("click", () => set(panel.classList.contains("closed")));
  small.addEventListener("change", () => set(!small.matches));
  panel.addEventListener("click", (event) => event.target.closest("a") && close());
  document.addEventListener(
    "pointerdown",
    ({ target }) => panel.contains(target) || button.contains(target) || close(),
  );
  document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  set(!small.matches);
}

// ---- who one is --------------------------------------------------------------------------------------------------------------------------

const ROLES = { admin: "workspace admin", guest: "guest", member: "member" };

export function drawUser(seen, become) {
  const select = byId("user");
  const people = seen.people.filter(({ role }) => role !== "app");
  if (select.options.length !== people.length) {
    select.replaceChildren(
      ...people.map(({ id, name, role }) => h("option", { value: id }, `${name} (${ROLES[role]})`)),
    );
    select.addEventListener("change", () => become(select.value));
  }
  select.value = seen.user;
}
