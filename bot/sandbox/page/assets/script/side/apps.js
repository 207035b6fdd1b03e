// One app's records as a table: searched, paged, with what zsync changed marked in words and colour; a record opens as a form.

import { h } from "../dom.js";
import { get, send } from "../server.js";
import { recordForm } from "./form.js";

const PAGE = 25;
const LONG = 28; // characters that a cell shows whole
const FRESH = 60_000; // ms that a change stays marked
const MEANWHILE = "zsync changed this record meanwhile. What you do not touch here stays as it is there.";
const SHOWN = [["all", "All"], ["zsync", "Changed by zsync"], ["you", "Changed by you"]];

export function mountApp(panel, app, { announce, note }) {
  const known = new Map(); // id → { row, at }: what is known of a record, and when it came
  let number = 0;
  let page = 0;
  let unseen = 0;
  let fetching = false;
  let form = null; // the one that is open
  const path = `control/apps/${app.key}/records`;

  const search = h("input", { type: "search", placeholder: "Search", oninput: () => turn(0) });
  const filter = h("select", { onchange: () => turn(0) }, SHOWN.map(([key, words]) => h("option", { value: key }, words)));
  const add = h("button", { type: "button", onclick: () => openForm() }, `Add a ${app.one}`);
  const heads = h("tr", {}, ["Name", ...app.columns].map((words) => h("th", { scope: "col" }, words)));
  const body = h("tbody");
  const caption = h("caption", { class: "unseen" }, app.title);
  const scrolled = { class: "table", role: "region", tabindex: 0, "aria-label": `${app.title}, table` };
  const table = h("div", scrolled, h("table", {}, caption, h("thead", {}, heads), body));
  const count = h("p", { class: "count", role: "status" });
  const back = h("button", { type: "button", onclick: () => turn(page - 1) }, "Previous");
  const forth = h("button", { type: "button", onclick: () => turn(page + 1) }, "Next");
  const listing = h(
    "div",
    { class: "listing" },
    h("div", { class: "tools" }, named(`Search ${app.title}`, search), named("Show", filter), add),
    table,
    h("div", { class: "pages" }, count, back, forth),
  );
  const sheet = h("div", { class: "sheet", hidden: true });
  panel.append(listing, sheet);

  // ---- what is known -------------------------------------------------------------------------------------------------------------

  const show = async ({ apps }) => {
    if (fetching || apps[app.key] === number) return;
    fetching = true;
    try {
      take(await get(`${path}?since=${number}`));
    } finally {
      fetching = false;
    }
  };

  const take = (news) => {
    const at = performance.now();
    number = news.number;
    for (const row of news.rows) known.set(row.id, { row, at });
    for (const id of news.gone) known.delete(id);
    if (news.rows.some(({ id, by }) => id === form?.id && by === "zsync")) form.tell(MEANWHILE);
    const changed = news.rows.filter((row) => row.by === "zsync").length;
    if (changed) tell(changed);
    draw();
    if (changed) setTimeout(draw, FRESH + 10);
  };

  const tell = (changed) => {
    const records = changed === 1 ? app.one : `${app.one}s`;
    announce(`zsync changed ${changed} ${records} in ${app.title}.`);
    if (panel.hidden) note(`(${(unseen += changed)} changed)`);
  };

  // ---- the table -----------------------------------------------------------------------------------------------------------------

  const turn = (to) => {
    page = to;
    draw();
  };

  const draw = () => {
    const found = chosen([...known.values()], search.value, filter.value);
    const last = Math.max(Math.ceil(found.length / PAGE) - 1, 0);
    page = Math.min(Math.max(page, 0), last);
    const some = found.slice(page * PAGE, (page + 1) * PAGE);
    keepingFocus(body, () => body.replaceChildren(...some.map((one) => tableRow(one, openForm))));
    count.textContent = found.length ? `${page * PAGE + 1}–${page * PAGE + some.length} of ${found.length}` : "Nothing found";
    back.disabled = page === 0;
    forth.disabled = page === last;
  };

  // ---- the form ------------------------------------------------------------------------------------------------------------------

  const openForm = async (row) => {
    const { apps } = await get("control/apps"); // labels and options may have grown
    const { inputs } = apps.find((one) => one.key === app.key);
    form = recordForm({
      id: row?.id,
      title: row ? row.name : `New ${app.one}`,
      one: app.one,
      inputs,
      values: row?.values ?? {},
      save: (values) => (row ? send("PATCH", `${path}/${row.id}`, values) : send("POST", path, values)),
      remove: row && (() => send("DELETE", `${path}/${row.id}`)),
      close: () => {
        form = null;
        sheet.hidden = true;
        listing.hidden = false;
        (row ? body.querySelector(`[data-id="${CSS.escape(row.id)}"]`) ?? search : add).focus();
      },
    });
    sheet.replaceChildren(form.element);
    sheet.hidden = false;
    listing.hidden = true;
    form.focus();
  };

  const opened = () => {
    unseen = 0;
    note("");
  };
  return { show, opened };
}

const named = (words, control) => h("label", {}, h("span", { class: "unseen" }, words), control);

// Records that fit, by name; changed ones the latest first.
function chosen(all, words, by) {
  const wanted = words.trim().toLowerCase();
  const fits = ({ row }) => !wanted || [row.name, ...row.cells].some((text) => text.toLowerCase().includes(wanted));
  const found = all.filter((one) => (by === "all" || one.row.by === by) && fits(one));
  const name = (one, other) => one.row.name.localeCompare(other.row.name);
  return found.sort(by === "all" ? name : (one, other) => other.row.number - one.row.number || name(one, other));
}

function tableRow({ row, at }, open) {
  const age = performance.now() - at;
  const fresh = row.by === "zsync" && age < FRESH;
  const name = h("button", { type: "button", class: "link", "data-id": row.id, onclick: () => open(row) }, row.name);
  const mark = fresh && h("span", { class: "mark" }, "changed by zsync");
  const cells = row.cells.map((text, place) => {
    const moved = fresh && row.moved.includes(place);
    return h("td", { class: moved && "moved", title: text.length > LONG && text }, text);
  });
  const element = h("tr", { class: fresh ? "fresh" : undefined }, h("th", { scope: "row" }, name, mark), cells);
  element.style.setProperty("--age", `${-age}ms`); // a row that is drawn again goes on with its flash, it does not start it anew
  return element;
}

function keepingFocus(body, draw) {
  const id = body.contains(document.activeElement) && document.activeElement.dataset.id;
  draw();
  if (id) body.querySelector(`[data-id="${CSS.escape(id)}"]`)?.focus();
}
