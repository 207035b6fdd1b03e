// Tables in messages: a plain one, and one whose rows can be sorted and paged through.

import { h, newId } from "../dom.js";
import { icon } from "../icons.js";
import { richText } from "./rich_text.js";

const cell = (value, names) =>
  value.type === "rich_text" ? richText(value, names) : (value.text ?? String(value.value ?? ""));

const right = (value) => value?.type === "raw_number";

export function table(block, names) {
  const [head, ...rows] = block.rows;
  const settings = block.column_settings ?? [];
  const look = (value, at) => {
    const { align = "left", is_wrapped: wrapped } = settings[at] ?? {};
    return { class: [right(value) ? "right" : align, wrapped && "wrapped"].filter(Boolean).join(" ") };
  };
  return h(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((value, at) => h("th", { scope: "col", ...look(value, at) }, cell(value, names))),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((value, at) => h("td", look(value, at), cell(value, names))),
          ),
        ),
      ),
    ),
  );
}

const PAGE_SIZE = 5;

export function dataTable(block, names) {
  const [head, ...rows] = block.rows;
  const state = { rows, page: 0, by: -1, up: true };
  const size = block.page_size ?? PAGE_SIZE;
  const pages = Math.ceil(rows.length / size);
  const caption = newId("caption");
  const body = h("tbody");
  const place = h("span", { role: "status" });
  const headers = head.map((value, at) => {
    const sort = () => sorted(state, at, draw);
    return h(
      "th",
      { scope: "col", class: right(rows[0]?.[at]) ? "right" : null },
      h("button", { type: "button", class: "sort", onclick: sort }, cell(value, names), icon("chevron")),
    );
  });
  const turn = (by) => {
    state.page = Math.max(0, Math.min(pages - 1, state.page + by));
    draw();
  };
  const before = h("button", { type: "button", class: "button small", onclick: () => turn(-1) }, "Back");
  const after = h("button", { type: "button", class: "button small", onclick: () => turn(1) }, "Next");

  function draw() {
    const first = state.page * size;
    body.replaceChildren(
      ...state.rows.slice(first, first + size).map((row) => drawRow(row, block.row_header_column_index ?? 0, names)),
    );
    headers.forEach((header, at) =>
      header.setAttribute("aria-sort", at !== state.by ? "none" : state.up ? "ascending" : "descending"),
    );
    place.textContent = `${first + 1} to ${Math.min(first + size, rows.length)} of ${rows.length}`;
    [before.disabled, after.disabled] = [state.page === 0, state.page >= pages - 1];
  }

  draw();
  const grid = h("table", { "aria-labelledby": caption }, h("thead", {}, h("tr", {}, headers)), body);
  const pager = pages > 1 && h("div", { class: "pager" }, place, before, after);
  return h(
    "div",
    {},
    h("p", { class: "caption", id: caption }, block.caption ?? "Table"),
    h("div", { class: "scroller" }, grid),
    pager,
  );
}

const drawRow = (row, header, names) =>
  h(
    "tr",
    {},
    row.map((value, at) =>
      h(
        at === header ? "th" : "td",
        { scope: at === header ? "row" : null, class: right(value) ? "right" : null },
        cell(value, names),
      ),
    ),
  );

const sortable = (value) => value?.value ?? value?.text ?? "";

function sorted(state, by, draw) {
  state.up = state.by === by ? !state.up : true;
  Object.assign(state, { by, page: 0 });
  const order = state.up ? 1 : -1;
  state.rows = [...state.rows].sort((one, other) => order * compare(sortable(one[by]), sortable(other[by])));
  draw();
}

const compare = (one, other) =>
  typeof one === "number" && typeof other === "number"
    ? one - other
    : String(one).localeCompare(String(other), undefined, { numeric: true });
