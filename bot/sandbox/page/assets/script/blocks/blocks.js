// Block Kit's blocks. A block that did not change stays as it is, with all that was typed into it.

import { today } from "../dates.js";
import { h, keep, newId } from "../dom.js";
import { drawChart } from "./charts.js";
import { drawElement, hasGroup } from "./elements.js";
import { plain, textOf } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { dataTable, table } from "./tables.js";

// Draws blocks into a container. `scene` says where they stand (see elements.js); `scene.errors` are the sentences under inputs.
export function drawBlocks(container, blocks, scene) {
  const day = today(); // what says "today" is drawn anew tomorrow
  const items = blocks.map((block) => ({ block, error: scene.errors?.[block.block_id], day }));
  keep(
    container,
    items,
    ({ block }) => block.block_id,
    ({ block, error }) => drawBlock(block, scene, error),
  );
}

function drawBlock(block, scene, error) {
  const draw = BLOCKS[block.type];
  const node = draw ? draw(block, scene, error) : h("p", { class: "unknown" }, `(a block of type ${block.type})`);
  node.classList.add("block", `block-${block.type}`);
  return node;
}

// ---- words -------------------------------------------------------------------------------------------------------------------------------

const firstLine = (object) =>
  object?.text
    .split("\n")[0]
    .replace(/[*_~`]|<[^>|]*\|?|>/g, "")
    .slice(0, 80) ?? "";

function section(block, scene) {
  const text = block.text && h("div", { class: "text" }, textOf(block.text, scene.names));
  const fields =
    block.fields &&
    h(
      "div",
      { class: "fields" },
      block.fields.map((field) => h("div", {}, textOf(field, scene.names))),
    );
  const accessory =
    block.accessory &&
    h("div", { class: "accessory" }, drawElement(block.accessory, block, scene, accessoryName(block)));
  return h("div", {}, h("div", { class: "words" }, text, fields), accessory);
}

// What stands beside a text is named after it; a button has a name of its own.
const accessoryName = ({ accessory, text }) =>
  ["button", "image"].includes(accessory.type) ? {} : { "aria-label": firstLine(text) };

const context = (block, scene) =>
  h(
    "div",
    {},
    block.elements.map((one) =>
      one.type === "image"
        ? h("img", { src: one.image_url, alt: one.alt_text, class: "small" })
        : h("span", {}, textOf(one, scene.names)),
    ),
  );

const header = (block) => h("h3", {}, plain(block.text.text));

const image = (block) =>
  h(
    "figure",
    {},
    block.title && h("figcaption", {}, plain(block.title.text)),
    h("img", { src: block.image_url, alt: block.alt_text, loading: "lazy" }),
  );

// ---- what is used ------------------------------------------------------------------------------------------------------------------------

const actions = (block, scene) =>
  h(
    "div",
    {},
    block.elements.map((element) => drawElement(element, block, scene)),
  );

function input(block, scene, error) {
  const [id, hint, problem] = [newId("input"), newId("hint"), newId("error")];
  const described = [block.hint && hint, error && problem].filter(Boolean).join(" ") || null;
  const words = [plain(block.label.text), block.optional && h("span", { class: "optional" }, " (optional)")];
  const about = { "aria-describedby": described, "aria-invalid": error ? "true" : null };
  const group = hasGroup(block.element);
  const label = group ? h("div", { class: "label", id }, words) : h("label", { for: id }, words);
  const name = group ? { "aria-labelledby": id } : { id, "aria-required": block.optional ? null : "true" };
  return h(
    "div",
    { class: error ? "wrong" : null },
    label,
    drawElement(block.element, block, scene, { ...name, ...about }),
    error && h("p", { class: "error", role: "alert", id: problem }, error),
    block.hint && h("p", { class: "hint", id: hint }, plain(block.hint.text)),
  );
}

const BLOCKS = {
  section,
  context,
  header,
  divider: () => h("hr"),
  actions,
  input,
  image,
  rich_text: (block, scene) => richText(block, scene.names),
  table: (block, scene) => table(block, scene.names),
  data_table: (block, scene) => dataTable(block, scene.names),
  data_visualization: (block) => drawChart(block),
};
