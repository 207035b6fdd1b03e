// Rich text: sections, lists, quotes and code, made of small pieces.

import { dateText } from "../dates.js";
import { h } from "../dom.js";
import { emoji } from "./emoji.js";
import { link, plain } from "./mrkdwn.js";

export const richText = (block, names) =>
  h(
    "div",
    { class: "text" },
    block.elements.map((part) => drawPart(part, names)),
  );

function drawPart(part, names) {
  const pieces = () => part.elements.map((piece) => drawPiece(piece, names));
  if (part.type === "rich_text_list")
    return h(
      part.style === "ordered" ? "ol" : "ul",
      {},
      part.elements.map((item) => h("li", {}, drawPart(item, names))),
    );
  if (part.type === "rich_text_quote") return h("blockquote", {}, pieces());
  if (part.type === "rich_text_preformatted") return h("pre", {}, pieces());
  return h("div", {}, pieces());
}

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

const styled = (node, style = {}) =>
  Object.keys(STYLES).reduce((inner, name) => (style[name] ? h(STYLES[name], {}, inner) : inner), node);

const mention = (text) => h("span", { class: "mention" }, text);

const PIECES = {
  text: ({ text }) => plain(text),
  link: ({ url, text }) => link(url, text ?? url),
  emoji: ({ name }) => emoji(name),
  user: ({ user_id: id }, names) => mention(`@${names.person(id)}`),
  channel: ({ channel_id: id }, names) => mention(`#${names.channel(id)}`),
  broadcast: ({ range }) => mention(`@${range}`),
  date: ({ timestamp, format, fallback }) => dateText(timestamp, format, fallback ?? ""),
};

const drawPiece = (piece, names) => styled(PIECES[piece.type]?.(piece, names) ?? "", piece.style);
