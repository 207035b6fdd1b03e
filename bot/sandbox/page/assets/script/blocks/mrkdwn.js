// Slack's mrkdwn as elements. Payload text only ever becomes text nodes; a link is followed only where it leads to the web or a mailbox.

import { dateText } from "../dates.js";
import { h } from "../dom.js";
import { withEmoji } from "./emoji.js";

const PIECES =
  /(`[^`\n]+`)|<([^<>\n]+)>|(?<![\w*])\*(\S(?:[^*\n]*?\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*?\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*?\S)?)~(?![\w~])/g;

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

// A text object of Block Kit, or mrkdwn alone.
export function textOf(object, names) {
  if (typeof object === "string") return mrkdwn(object, names);
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : plain(object.text);
}

export const plain = (text) => broken(text.split("\n"), withEmoji);

const broken = (lines, draw) => lines.flatMap((line, at) => [at ? h("br") : null, draw(line)]);

export const mrkdwn = (text, names) =>
  text
    .split(/\n?```\n?([\s\S]+?)```\n?/)
    .map((part, at) => (at % 2 ? h("pre", {}, unescape(part)) : prose(part, names)));

// Lines, of which those that begin with ">" are quoted.
function prose(text, names) {
  const runs = [];
  for (const line of text.split("\n")) {
    const quoted = /^(&gt;|>)/.test(line);
    if (runs.at(-1)?.quoted !== quoted) runs.push({ quoted, lines: [] });
    runs.at(-1).lines.push(line.replace(/^(&gt;|>) ?/, ""));
  }
  const draw = (line) => inline(line, names);
  return runs.map(({ quoted, lines }) => (quoted ? h("blockquote", {}, broken(lines, draw)) : broken(lines, draw)));
}

function inline(text, names) {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(PIECES)) {
    nodes.push(words(text.slice(end, found.index)), piece(found, names));
    end = found.index + found[0].length;
  }
  return [...nodes, words(text.slice(end))];
}

const words = (text) => withEmoji(unescape(text));

function piece([, code, angle, bold, italic, strike], names) {
  if (code) return h("code", {}, unescape(code.slice(1, -1)));
  if (angle) return angled(angle, names);
  if (bold) return h("strong", {}, inline(bold, names));
  return italic ? h("em", {}, inline(italic, names)) : h("s", {}, inline(strike, names));
}

function angled(inside, names) {
  const [target, label] = inside.split(/\|(.*)/s);
  const id = target.slice(1);
  if (target.startsWith("@")) return mention(`@${names.person(id)}`);
  if (target.startsWith("#")) return mention(`#${names.channel(id)}`);
  if (target.startsWith("!date^")) return dated(target, label ?? "");
  if (target.startsWith("!")) return mention(`@${id.split("^")[0]}`);
  return link(unescape(target), label ? words(label) : [unescape(target)]);
}

const mention = (text) => h("span", { class: "mention" }, text);

function dated(target, fallback) {
  const [, seconds, pattern] = target.split("^");
  const text = dateText(seconds, pattern ?? "", fallback);
  const stamp = new Date(Number(seconds) * 1000);
  return h("time", { datetime: Number.isNaN(stamp.getTime()) ? null : stamp.toISOString(), title: fallback }, text);
}

export const follows = (url) => /^(https?:\/\/|mailto:)/i.test(url);

export const link = (url, label) =>
  follows(url) ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label) : h("span", {}, label);
