// Block Kit's interactive elements: how each looks, and what it tells when it is used.
//
// A scene says where a block stands: `at` ({view} or {message}), `values` (what was typed there), `names` and the lists of conversations and
// people. `labelled` gives an element its accessible name.

import { act, type } from "../acts.js";
import { confirmed } from "../dialogs.js";
import { h, newId, working } from "../dom.js";
import { icon } from "../icons.js";
import { asked, combobox, groupsOf, known } from "./combobox.js";
import { menuButton } from "./menu.js";
import { follows, plain, textOf } from "./mrkdwn.js";

export function drawElement(element, block, scene, labelled = {}) {
  const draw = ELEMENTS[element.type];
  return draw
    ? draw({ element, block, scene, labelled })
    : h("span", { class: "unknown" }, `(an element of type ${element.type})`);
}

const ids = ({ element, block, scene }) => ({ ...scene.at, block: block.block_id, action: element.action_id });

const common = ({ element, labelled }) => ({
  ...labelled,
  "data-focus": `${element.action_id} ${element.value ?? ""}`,
  autofocus: element.focus_on_load ? true : null,
});

const named = (own) =>
  own.labelled.id || own.labelled["aria-label"] ? {} : { "aria-label": own.element.placeholder?.text ?? "Choose" };

const typed = ({ element, block, scene }) => scene.values?.[block.block_id]?.[element.action_id];

async function choose(own, control, value) {
  if (await confirmed(own.element.confirm)) await working(control, act("choose", { ...ids(own), value }));
}

// ---- buttons -----------------------------------------------------------------------------------------------------------------------------

function button(own) {
  const { element } = own;
  const look = { class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label, ...common(own) };
  if (element.url && follows(element.url)) {
    const press = () => act("press", ids(own));
    return h(
      "a",
      { ...look, href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: press },
      plain(element.text.text),
      icon("outside"),
    );
  }
  const press = async ({ currentTarget }) => {
    if (currentTarget.ariaBusy === "true") return;
    if (await confirmed(element.confirm, element.style === "danger"))
      await working(currentTarget, act("press", ids(own)));
  };
  return h("button", { type: "button", ...look, onclick: press }, plain(element.text.text));
}

function overflow(own) {
  const { element, labelled } = own;
  const label = ["More actions", labelled["aria-label"]].filter(Boolean).join(": ");
  const told = async (option) => {
    if (await confirmed(element.confirm)) await act("choose", { ...ids(own), value: option });
  };
  return menuButton({ label, options: element.options, choose: told, "data-focus": common(own)["data-focus"] });
}

// ---- selects -----------------------------------------------------------------------------------------------------------------------------

// `read` turns an option into the value that is sent; the options that are chosen at first come from what was typed.
function select(own, source, chosen, read, several = false) {
  const { element, block } = own;
  const node = combobox({
    source,
    chosen: chosen.filter(Boolean),
    several,
    least: element.type.includes("external") ? (element.min_query_length ?? 3) : 0,
    empty: block.optional,
    placeholder: element.placeholder?.text ?? "Choose …",
    choose: (options) => choose(own, node, several ? options.map(read) : options.length ? read(options[0]) : null),
    ...common(own),
    ...named(own),
  });
  return node;
}

const whole = (option) => option;
const valueOf = (option) => option.value;

const option = (value, text) => ({ value, text: { type: "plain_text", text } });

const staticSelect = (own) =>
  select(own, known(groupsOf(own.element)), [typed(own)?.selected_option ?? own.element.initial_option], whole);

const multiStaticSelect = (own) =>
  select(
    own,
    known(groupsOf(own.element)),
    typed(own)?.selected_options ?? own.element.initial_options ?? [],
    whole,
    true,
  );

function externalSelect(own) {
  const search = (query) => act("search", { ...ids(own), query });
  return select(own, asked(search), [typed(own)?.selected_option ?? own.element.initial_option], whole);
}

function listSelect(own, options, chosen) {
  return select(own, known([{ label: "", options }]), [options.find(({ value }) => value === chosen)], valueOf);
}

const conversationsSelect = (own) =>
  listSelect(
    own,
    own.scene.conversations.map(({ id, name }) => option(id, `#${name}`)),
    typed(own)?.selected_conversation ?? own.element.initial_conversation,
  );

const usersSelect = (own) =>
  listSelect(
    own,
    own.scene.people.map(({ id, name }) => option(id, name)),
    typed(own)?.selected_user ?? own.element.initial_user,
  );

// ---- boxes to tick -----------------------------------------------------------------------------------------------------------------------

function ticks(own, kind, chosen, tell) {
  const { element, labelled } = own;
  const name = newId("ticks");
  const boxes = element.options.map((one) =>
    h("input", {
      type: kind,
      name,
      value: one.value,
      checked: chosen.some(({ value }) => value === one.value),
      "data-focus": `${element.action_id} ${one.value}`,
      onchange: () => tell(box, picked()),
    }),
  );
  const picked = () => element.options.filter((_, at) => boxes[at].checked);
  const rows = element.options.map((one, at) =>
    h(
      "label",
      { class: "tick" },
      boxes[at],
      h(
        "span",
        {},
        textOf(one.text, own.scene.names),
        one.description && h("small", {}, textOf(one.description, own.scene.names)),
      ),
    ),
  );
  const box = h("div", { role: kind === "radio" ? "radiogroup" : "group", class: "ticks", ...labelled }, rows);
  return box;
}

const radioButtons = (own) =>
  ticks(own, "radio", [typed(own)?.selected_option ?? own.element.initial_option].filter(Boolean), (box, [one]) =>
    choose(own, box, one),
  );

const checkboxes = (own) =>
  ticks(own, "checkbox", typed(own)?.selected_options ?? own.element.initial_options ?? [], (box, some) =>
    choose(own, box, some),
  );

// ---- what is typed -----------------------------------------------------------------------------------------------------------------------

// A field whose text is told while one types; where the bot wants to hear of it, Enter (or each character) tells it at once.
function field(own, tag, properties) {
  const { element, block } = own;
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const each = block.dispatch_action && when.includes("on_character_entered");
  const text = () => control.value || null;
  const control = h(tag, {
    value: typed(own)?.value ?? element.initial_value ?? "",
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    autocomplete: "off",
    oninput: () => (each ? act("choose", { ...ids(own), value: text() }) : type({ ...ids(own), value: text() })),
    onkeydown: (event) => {
      if (event.key !== "Enter" || !block.dispatch_action || tag === "textarea") return;
      event.preventDefault();
      choose(own, control, text());
    },
    ...properties,
    ...common(own),
    ...named(own),
  });
  return control;
}

const plainTextInput = (own) =>
  own.element.multiline ? field(own, "textarea", { rows: 5 }) : field(own, "input", { type: "text" });

const numberInput = (own) =>
  field(own, "input", { type: "text", inputmode: own.element.is_decimal_allowed ? "decimal" : "numeric" });

const picker = (kind, key, initial) => (own) => {
  const control = h("input", {
    type: kind,
    value: typed(own)?.[key] ?? own.element[initial] ?? "",
    onchange: () => choose(own, control, control.value || null),
    ...common(own),
    ...named(own),
  });
  return control;
};

// ---- pictures ----------------------------------------------------------------------------------------------------------------------------

const image = ({ element }) => h("img", { src: element.image_url, alt: element.alt_text, class: "thumbnail" });

const ELEMENTS = {
  button,
  overflow,
  static_select: staticSelect,
  multi_static_select: multiStaticSelect,
  external_select: externalSelect,
  conversations_select: conversationsSelect,
  users_select: usersSelect,
  radio_buttons: radioButtons,
  checkboxes,
  plain_text_input: plainTextInput,
  number_input: numberInput,
  email_text_input: (own) => field(own, "input", { type: "text", inputmode: "email" }),
  url_text_input: (own) => field(own, "input", { type: "text", inputmode: "url" }),
  datepicker: picker("date", "selected_date", "initial_date"),
  timepicker: picker("time", "selected_time", "initial_time"),
  image,
};

export const hasGroup = ({ type: kind }) => kind === "radio_buttons" || kind === "checkboxes";
