// The modal on top: a dialog that keeps the focus, with the view's fields, errors and buttons.

import { act } from "../acts.js";
import { drawBlocks } from "../blocks/blocks.js";
import { plain } from "../blocks/mrkdwn.js";
import { h, keep, newId, working } from "../dom.js";
import { appSign, icon } from "../icons.js";

const dialog = document.getElementById("modal");
const state = { view: null, depth: 0, looks: "" };
const blocks = h("div", { class: "blocks" });
const top = h("header");
const trouble = h("div");
const bottom = h("footer");
const form = h("form", { novalidate: true }, top, h("div", { class: "body" }, trouble, blocks), bottom);

export function mountModal() {
  dialog.append(form);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
}

// Shows the view on top of the stack, or nothing.
export function drawModal(views, scene) {
  const view = views.at(-1);
  Object.assign(state, { view, depth: views.length });
  if (!view) {
    if (dialog.open) dialog.close();
    state.looks = "";
    return;
  }
  drawFrame(view);
  drawBlocks(blocks, view.blocks, { ...scene, at: { view: view.id }, values: view.state.values, errors: view.errors });
  if (!dialog.open) dialog.showModal();
  settle(view);
}

// A view that was not there before begins at its top, with its first field.
function settle(view) {
  const looks = `${view.id} ${view.callback_id} ${view.title.text}`;
  const wrong = blocks.querySelector("[aria-invalid=true]");
  const errors = Object.keys(view.errors).join(" ");
  if (looks !== state.looks) {
    blocks.parentElement.scrollTop = 0;
    first()?.focus({ preventScroll: true });
  } else if (wrong && errors !== state.errors) wrong.focus();
  else if (!dialog.contains(document.activeElement)) first()?.focus({ preventScroll: true });
  Object.assign(state, { looks, errors });
}

const first = () =>
  blocks.querySelector("[autofocus]") ??
  blocks.querySelector("input, textarea, select") ??
  bottom.querySelector(".primary") ??
  blocks.querySelector("button, a") ??
  top.querySelector("h2");

// ---- its frame ---------------------------------------------------------------------------------------------------------------------------

function drawFrame(view) {
  keep(top, [{ title: view.title.text, deep: state.depth > 1 }], () => "top", drawTop);
  keep(
    trouble,
    view.trouble ? [view.trouble] : [],
    () => "trouble",
    (sentence) => h("p", { class: "trouble", role: "alert" }, icon("warning"), sentence),
  );
  keep(bottom, [{ submit: view.submit?.text, close: view.close?.text }], () => "bottom", drawBottom);
}

const drawTop = ({ title, deep }) =>
  h(
    "div",
    {},
    deep && h("button", { type: "button", class: "bare", "aria-label": "Back", onclick: leave }, icon("back")),
    h("span", { class: "app-sign" }, appSign()),
    h("h2", { id: "modal-title", tabindex: "-1" }, plain(title)),
    h(
      "button",
      { type: "button", class: "bare", "aria-label": "Close the form", "data-focus": "x", onclick: () => act("close") },
      icon("close"),
    ),
  );

const drawBottom = ({ submit: words, close }) =>
  h(
    "div",
    {},
    h(
      "button",
      { type: "button", class: "button", "data-focus": "close", onclick: leave },
      plain(close ?? (words ? "Cancel" : "Close")),
    ),
    words && h("button", { class: "button primary", id: newId("submit"), "data-focus": "submit" }, plain(words)),
  );

// ---- what it does ------------------------------------------------------------------------------------------------------------------------

const leave = () => act("back");

async function submit() {
  const button = bottom.querySelector(".primary");
  if (!button || button.ariaBusy === "true") return;
  form.classList.add("sending");
  await working(button, act("submit", { view: state.view.id }));
  form.classList.remove("sending");
}
