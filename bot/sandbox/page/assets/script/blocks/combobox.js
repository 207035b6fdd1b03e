// A select as Slack draws it: a field with a list that typing filters, or that the bot fills while one types.

import { h, newId } from "../dom.js";
import { icon } from "../icons.js";
import { open as openPopup } from "../popup.js";
import { withoutEmoji } from "./emoji.js";
import { plain } from "./mrkdwn.js";

const PAUSE = 180;

// `source(query)` gives groups of options, at once or later; `chosen` are the options chosen at first; `choose` hears of a new choice.
// With `several` there may be many. Everything else goes onto the input itself.
export function combobox({ source, chosen, several, choose, least = 0, empty, ...own }) {
  const listId = newId("list");
  const input = h("input", {
    type: "text",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    ...own,
  });
  const list = h("div", {
    role: "listbox",
    id: listId,
    class: "popup list",
    popover: "manual",
    "aria-multiselectable": several ? "true" : null,
  });
  const tokens = h("span", { class: "tokens" });
  const status = h("span", { role: "status", class: "unseen" });
  const field = h("div", { class: "combobox" }, tokens, input, icon("chevron"), list, status);
  const box = {
    source,
    several,
    choose,
    least,
    empty,
    input,
    list,
    tokens,
    status,
    field,
    chosen: [...chosen],
    options: [],
    at: -1,
    turn: 0,
  };
  input.addEventListener("click", () => show(box));
  input.addEventListener("input", () => show(box, input.value));
  input.addEventListener("keydown", (event) => key(box, event));
  input.addEventListener("blur", () => leave(box));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  field.addEventListener("click", (event) => event.target === field && input.focus());
  drawChosen(box);
  return field;
}

function drawChosen(box) {
  if (!box.several) {
    box.input.value = withoutEmoji(box.chosen[0]?.text.text ?? "");
    return;
  }
  box.input.value = "";
  box.tokens.replaceChildren(
    ...box.chosen.map((option) =>
      h(
        "span",
        { class: "token" },
        plain(option.text.text),
        h(
          "button",
          { type: "button", "aria-label": `Remove ${option.text.text}`, onclick: () => pick(box, option) },
          icon("close"),
        ),
      ),
    ),
  );
}

// ---- the list ----------------------------------------------------------------------------------------------------------------------------

async function show(box, query = "") {
  const turn = (box.turn += 1);
  box.query = query;
  if (!box.hide) {
    box.hide = openPopup(box.list, box.field);
    box.input.setAttribute("aria-expanded", "true");
  }
  if (query.length < box.least) {
    note(box, `Type ${box.least - query.length} more to search.`);
    return;
  }
  const found = box.source(query);
  if (found instanceof Promise) note(box, "Searching …");
  const groups = await found;
  if (turn === box.turn && box.hide) drawList(box, groups);
}

function note(box, text) {
  box.options = [];
  box.list.replaceChildren(h("div", { class: "note" }, text));
  box.status.textContent = text;
}

function drawList(box, groups) {
  box.options = groups.flatMap((group) => group.options);
  if (!box.options.length) {
    note(box, box.query ? "Nothing found." : "There is nothing to choose.");
    return;
  }
  box.list.replaceChildren(
    ...groups.flatMap((group) =>
      group.label ? [drawGroup(box, group)] : group.options.map((option) => drawOption(box, option)),
    ),
  );
  box.status.textContent = `${box.options.length} to choose from`;
  const current = box.options.findIndex((option) => has(box, option));
  move(box, box.query || current < 0 ? 0 : current);
}

const drawGroup = (box, { label, options }) =>
  h(
    "div",
    { role: "group", "aria-label": label },
    h("div", { class: "group", "aria-hidden": "true" }, label),
    options.map((option) => drawOption(box, option)),
  );

const drawOption = (box, option) =>
  h(
    "div",
    {
      role: "option",
      id: newId("option"),
      "aria-selected": String(has(box, option)),
      onclick: () => pick(box, option),
    },
    h("span", {}, plain(option.text.text)),
    option.description && h("small", {}, plain(option.description.text)),
  );

const has = (box, option) => box.chosen.some((one) => one.value === option.value);

function move(box, at) {
  const rows = [...box.list.querySelectorAll("[role=option]")];
  box.at = rows.length ? (at + rows.length) % rows.length : -1;
  rows.forEach((row, index) => row.classList.toggle("active", index === box.at));
  rows[box.at]?.scrollIntoView({ block: "nearest" });
  if (box.at >= 0) box.input.setAttribute("aria-activedescendant", rows[box.at].id);
}

function hide(box) {
  box.hide?.();
  box.hide = null;
  box.turn += 1;
  box.input.setAttribute("aria-expanded", "false");
  box.input.removeAttribute("aria-activedescendant");
}

// ---- choosing ----------------------------------------------------------------------------------------------------------------------------

function pick(box, option) {
  if (box.several)
    box.chosen = has(box, option) ? box.chosen.filter((one) => one.value !== option.value) : [...box.chosen, option];
  else box.chosen = [option];
  hide(box);
  drawChosen(box);
  box.choose(box.chosen);
}

// A field that was emptied has nothing chosen where that is allowed; else it shows its choice again.
function leave(box) {
  const emptied = !box.several && box.hide && box.input.value === "" && box.chosen.length > 0;
  hide(box);
  if (emptied && box.empty) {
    box.chosen = [];
    box.choose([]);
  }
  drawChosen(box);
}

function key(box, event) {
  const act = KEYS[event.key];
  if (!act || event.isComposing) return;
  if (act(box) !== false) event.preventDefault();
}

const KEYS = {
  ArrowDown: (box) => (box.hide ? move(box, box.at + 1) : show(box)),
  ArrowUp: (box) => (box.hide ? move(box, box.at - 1) : show(box)),
  Enter: (box) => (box.hide && box.options[box.at] ? pick(box, box.options[box.at]) : show(box)),
  Escape: (box) => (box.hide ? (hide(box), drawChosen(box)) : false),
  Backspace: (box) =>
    box.several && box.input.value === "" && box.chosen.length ? pick(box, box.chosen.at(-1)) : false,
};

// ---- sources -----------------------------------------------------------------------------------------------------------------------------

const fits = (query) => (option) => option.text.text.toLowerCase().includes(query.trim().toLowerCase());

// A list that is known beforehand, filtered by what is typed.
export const known = (groups) => (query) =>
  groups
    .map((group) => ({ ...group, options: group.options.filter(fits(query)) }))
    .filter((group) => group.options.length);

// A list that is asked for when typing pauses.
export const asked = (search) => {
  let timer;
  return (query) =>
    new Promise((resolve) => {
      clearTimeout(timer);
      timer = setTimeout(() => resolve(search(query).then(groupsOf)), query ? PAUSE : 0);
    });
};

// The groups of an element or an answer: its own, or one without a name.
export const groupsOf = (holder) =>
  holder?.option_groups?.map(({ label, options }) => ({ label: label.text, options })) ?? [
    { label: "", options: holder?.options ?? [] },
  ];
