// The guide: a few steps that tick themselves off when they have really happened. It folds, goes away, and remembers both.

import { h } from "../dom.js";

const STEPS = [
  ["connect", "Type /zsync connect in #ops-sync and press Enter."],
  ["sign-in", "Follow the form: sign in to Zoho Inventory and to Google Contacts."],
  ["preview", "Look at the preview: click zsync under Apps."],
  ["approve", "Press Approve all, and watch the tables below."],
  ["edit", "Change the phone of an active customer, then jump to the next run.", "zoho"],
  ["break", "Break something, jump to the next run, make all well, jump again.", "troubles"],
  ["pause", "Type /zsync pause, then /zsync resume."],
];
const KEPT = "zsync-guide"; // "open", "folded" or "gone"

export function mountTrail(element, open) {
  const items = new Map(STEPS.map(([key, words, tab]) => [key, item(words, tab && (() => open(tab)))]));
  const count = h("span", { class: "count" });
  const dismiss = h("button", { type: "button", class: "quiet", onclick: () => keep("gone") }, "Dismiss the guide");
  const folding = h("details", {}, h("summary", {}, "Guide ", count), h("ol", {}, [...items.values()].map((one) => one.element)), dismiss);
  const again = h("button", { type: "button", class: "quiet", onclick: () => keep("open") }, "Show the guide");
  element.append(folding, again);
  folding.addEventListener("toggle", () => folding.hidden || remember(folding.open ? "open" : "folded"));

  const keep = (how) => {
    remember(how);
    draw(how);
    (how === "gone" ? again : folding.querySelector("summary")).focus();
  };
  const draw = (how) => {
    folding.hidden = how === "gone";
    again.hidden = how !== "gone";
    folding.open = how === "open";
  };
  draw(remembered());

  return {
    show({ trail }) {
      const next = STEPS.find(([key]) => !trail.includes(key))?.[0];
      for (const [key, one] of items) one.show(trail.includes(key), key === next);
      count.textContent = next ? `${trail.length} of ${STEPS.length} done` : "all done";
    },
  };
}

function item(words, open) {
  const state = h("span", { class: "unseen" });
  const text = open ? h("button", { type: "button", class: "link", onclick: open }, words) : words;
  const element = h("li", {}, text, state);
  return {
    element,
    show(done, next) {
      element.className = done ? "done" : "";
      state.textContent = done ? " (done)" : "";
      if (next) element.setAttribute("aria-current", "step");
      else element.removeAttribute("aria-current");
    },
  };
}

// A browser that keeps nothing still shows the guide.
function remembered() {
  try {
    return localStorage.getItem(KEPT) ?? "open";
  } catch {
    return "open";
  }
}

function remember(how) {
  try {
    localStorage.setItem(KEPT, how);
  } catch {
    // Next time it starts open again.
  }
}
