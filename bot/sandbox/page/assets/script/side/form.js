// A record as a form, built from the inputs its app describes. Only what was changed here is saved, so nobody else's edit is overwritten.

import { h } from "../dom.js";

const TYPES = { text: "text", email: "email", tel: "tel", url: "url", date: "date", number: "number", "date-time": "text" };

// `save(values)` and `remove()` answer promises that fail with what the app says; without `remove` the record is new.
export function recordForm({ id, title, one, inputs, values, save, remove, close }) {
  const heading = h("h3", { tabindex: -1 }, title);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const made = inputs.map((input) => ({ input, ...MAKERS[input.kind in MAKERS ? input.kind : "line"](input, values[input.key]) }));
  const before = made.map(({ read }) => JSON.stringify(read()));
  const touched = ({ read }, place) => JSON.stringify(read()) !== before[place];
  const changed = () => Object.fromEntries(made.filter(touched).map(({ input, read }) => [input.key, read()]));

  const attempt = async (act) => {
    trouble.textContent = "";
    try {
      await act();
      close();
    } catch (error) {
      trouble.textContent = error.message;
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const news = changed();
    if (Object.keys(news).length) attempt(() => save(news));
    else close();
  };
  const element = h(
    "form",
    { class: "record", onsubmit: submit, onkeydown: (event) => event.key === "Escape" && close() },
    h("div", { class: "top" }, heading, h("button", { type: "button", class: "quiet", onclick: close }, "Back to the table")),
    made.map((field) => field.element),
    trouble,
    h(
      "p",
      { class: "actions" },
      h("button", { type: "submit", class: "primary" }, "Save"),
      h("button", { type: "button", onclick: close }, "Cancel"),
      remove && deletion(one, () => attempt(remove)),
    ),
  );
  const tell = (words) => { trouble.textContent = words; };
  return { id, element, tell, focus: () => heading.focus() };
}

// Two presses: the first asks, the second deletes.
function deletion(one, act) {
  const press = () => (button.dataset.sure ? act() : ask());
  const button = h("button", { type: "button", class: "danger", onclick: press }, `Delete this ${one}`);
  const ask = () => {
    button.dataset.sure = "yes";
    button.textContent = "Press again to delete";
  };
  button.addEventListener("blur", () => {
    delete button.dataset.sure;
    button.textContent = `Delete this ${one}`;
  });
  return button;
}

// ---- inputs: each maker takes an input's description and its value, and gives { element, read } ---------------------------------------

const MAKERS = { line, long, choice, several, group, rows, "yes-no": yesNo };

function labelled(input, control) {
  return h("label", { class: "field" }, h("span", {}, input.label), control);
}

function line(input, value) {
  const type = TYPES[input.kind];
  const control = h("input", { type, value: value ?? "", required: input.required, step: type === "number" && "any", autocomplete: "off" });
  const typed = () => (control.value === "" ? null : Number(control.value));
  return { element: labelled(input, control), read: type === "number" ? typed : () => control.value };
}

function long(input, value) {
  const control = h("textarea", { rows: 3, value: value ?? "" });
  return { element: labelled(input, control), read: () => control.value };
}

function yesNo(input, value) {
  const control = h("input", { type: "checkbox" });
  control.checked = Boolean(value);
  return { element: h("label", { class: "tick" }, control, h("span", {}, input.label)), read: () => control.checked };
}

function choice(input, value) {
  const options = input.required ? input.options : ["", ...input.options];
  const control = h("select", {}, options.map((option) => h("option", { value: option }, option || "–")));
  control.value = value ?? options[0];
  return { element: labelled(input, control), read: () => control.value };
}

function several(input, value) {
  const chosen = value ?? [];
  const boxes = input.options.map((option) => {
    const box = h("input", { type: "checkbox", value: option });
    box.checked = chosen.includes(option);
    return box;
  });
  const more = h("input", { type: "text", autocomplete: "off" });
  const element = h(
    "fieldset",
    { class: "several" },
    h("legend", {}, input.label),
    boxes.map((box) => h("label", { class: "tick" }, box, h("span", {}, box.value))),
    input.grows && labelled({ label: "A new one" }, more),
  );
  return { element, read: () => [...boxes.filter((box) => box.checked).map((box) => box.value), ...[more.value.trim()].filter(Boolean)] };
}

// Parts of one value. What the form does not show of it stays.
function group(input, value, legend = input.label) {
  const parts = input.parts.map((part) => ({ part, ...line(part, value?.[part.key]) }));
  const element = h("fieldset", { class: "parts" }, h("legend", {}, legend), parts.map((one) => one.element));
  return { element, read: () => ({ ...value, ...Object.fromEntries(parts.map(({ part, read }) => [part.key, read()])) }) };
}

// A list of such values, which grows and shrinks. One without any content is left out.
function rows(input, values) {
  const one = input.one.toLowerCase();
  const list = h("div", { class: "rows" });
  let made = [];
  const add = (value) => {
    const row = group(input, value, `${input.one} ${made.length + 1}`);
    row.element.append(quiet(`Remove ${one} ${made.length + 1}`, () => drop(row)));
    made.push(row);
    list.append(row.element);
    return row;
  };
  const drop = (row) => {
    made = made.filter((one) => one !== row);
    row.element.remove();
    more.focus();
  };
  const more = quiet(`Add ${one}`, () => add().element.querySelector("input").focus());
  for (const value of values ?? []) add(value);
  const full = (value) => input.parts.some((part) => value[part.key]);
  const element = h("fieldset", { class: "entries" }, h("legend", {}, input.label), list, more);
  return { element, read: () => made.map((row) => row.read()).filter(full) };
}

const quiet = (words, press) => h("button", { type: "button", class: "quiet", onclick: press }, words);
