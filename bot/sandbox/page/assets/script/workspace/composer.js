// Where one types: slash commands, completed from the bot's own words, and plain messages.

import { act } from "../acts.js";
import { h, newId, working } from "../dom.js";
import { icon } from "../icons.js";

const COMMAND = "/zsync";

const field = h("textarea", {
  rows: 1,
  id: "message-field",
  "data-focus": "composer",
  role: "combobox",
  "aria-expanded": "false",
  "aria-controls": "commands",
  "aria-autocomplete": "list",
  autocomplete: "off",
  spellcheck: "false",
});
const list = h("div", {
  role: "listbox",
  id: "commands",
  class: "commands list",
  "aria-label": "Commands",
  hidden: true,
});
const send = h("button", { class: "send", "aria-label": "Send" }, icon("send"));
const state = { commands: [], shown: [], at: 0, channel: "", sent: [] };

// Puts a text into the field, ready to be sent.
export function write(text) {
  field.value = text;
  field.focus();
  suggest();
}

export function mountComposer(form, verbs) {
  state.commands = [
    { text: COMMAND, words: "shows the state of everything and the next useful step" },
    ...verbs.map(({ verb, words }) => ({ text: `${COMMAND} ${verb}`, words })),
  ];
  form.append(list, h("div", { class: "box" }, field, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", suggest);
  field.addEventListener("keydown", key);
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}

// Says where a message would go.
export function drawComposer({ id, name }) {
  state.channel = id;
  field.setAttribute("aria-label", `Message #${name}`);
  field.placeholder = `Message #${name}, or type ${COMMAND}`;
}

async function submit() {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  close();
  grow();
  state.sent.push(text);
  await working(send, act(text.startsWith("/") ? "command" : "say", { channel: state.channel, text }));
}

// ---- completion --------------------------------------------------------------------------------------------------------------------------

function suggest() {
  grow();
  const typed = field.value.toLowerCase();
  const fitting = typed.startsWith("/") ? state.commands.filter(({ text }) => text.startsWith(typed.trimEnd())) : [];
  state.shown = fitting;
  if (fitting.every(({ text }) => text === typed)) return close();
  list.replaceChildren(h("p", { class: "group" }, "Commands of zsync"), ...fitting.map(drawCommand));
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  return move(0);
}

const drawCommand = ({ text, words }) =>
  h(
    "div",
    { role: "option", id: newId("command"), "aria-selected": "false", onclick: () => take(text) },
    h("span", {}, text),
    h("small", {}, words),
  );

function move(at) {
  const rows = [...list.querySelectorAll("[role=option]")];
  state.at = (at + rows.length) % rows.length;
  rows.forEach((row, index) => {
    row.classList.toggle("active", index === state.at);
    row.setAttribute("aria-selected", String(index === state.at));
  });
  field.setAttribute("aria-activedescendant", rows[state.at].id);
  rows[state.at].scrollIntoView({ block: "nearest" });
}

function take(text) {
  field.value = text;
  field.focus();
  close();
}

function close() {
  state.shown = [];
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

// ---- keys --------------------------------------------------------------------------------------------------------------------------------

function key(event) {
  if (event.isComposing || event.shiftKey) return;
  const act = (state.shown.length ? WITH_LIST : WITHOUT)[event.key];
  if (!act || act() === false) return;
  event.preventDefault();
}

const exact = () => state.commands.some(({ text }) => text === field.value.trim().toLowerCase());

const WITH_LIST = {
  ArrowDown: () => move(state.at + 1),
  ArrowUp: () => move(state.at - 1),
  Tab: () => take(state.shown[state.at].text),
  Enter: () => (exact() && state.at === 0 ? void submit() : take(state.shown[state.at].text)),
  Escape: close,
};

const WITHOUT = {
  Enter: () => void submit(),
  ArrowUp: () => (field.value === "" && state.sent.length ? write(state.sent.at(-1)) : false),
};

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}
