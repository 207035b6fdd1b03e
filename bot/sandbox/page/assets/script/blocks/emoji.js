// Emoji by their short names. Those that the app uses are drawn, so that they look the same on every system.

import { h, svg } from "../dom.js";

const disc = (color, r = 8) => ["circle", { cx: 10, cy: 10, r, fill: color }];
const line = (d, color = "#fff", width = 2) => ["path", { d, fill: "none", stroke: color, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const area = (d, color) => ["path", { d, fill: color }];
const tile = (color) => ["rect", { x: 2, y: 2, width: 16, height: 16, rx: 4, fill: color }];

const TICK = "m6 10.5 2.8 2.8L14.2 7";
const CROSS = "m7 7 6 6M13 7l-6 6";

const DRAWN = {
  arrow_right: [tile("#3b82c4"), line("M5.5 10h8.5M10.5 6.5 14 10l-3.5 3.5")],
  arrows_counterclockwise: [tile("#3b82c4"), line("M6 9.5a4.2 4.2 0 0 1 7.5-2L14.5 9M14.5 6v3h-3M14 10.5a4.2 4.2 0 0 1-7.5 2L5.5 11M5.5 14v-3h3", "#fff", 1.5)],
  bell: [area("M10 2.5a5 5 0 0 1 5 5v3.5l1.5 3H3.5L5 11V7.5a5 5 0 0 1 5-5Z", "#e0a526"), area("M8 15.5h4a2 2 0 0 1-4 0Z", "#b17d10")],
  bulb: [area("M10 2a5.5 5.5 0 0 1 3 10c-.7.6-1 1.2-1 2H8c0-.8-.3-1.4-1-2a5.5 5.5 0 0 1 3-10Z", "#f0bf3a"), area("M8 15h4v1.5a2 2 0 0 1-4 0Z", "#8a8f98")],
  calendar: [tile("#e9edf2"), area("M2 6a4 4 0 0 1 4-4h8a4 4 0 0 1 4 4v1H2Z", "#d9534f"), line("M6 10.5h.01M10 10.5h.01M14 10.5h.01M6 14h.01M10 14h.01", "#5b6470", 2.4)],
  double_vertical_bar: [tile("#3b82c4"), line("M8 6.5v7M12 6.5v7", "#fff", 2.4)],
  eyes: [["ellipse", { cx: 6, cy: 10, rx: 3.8, ry: 5.2, fill: "#fff", stroke: "#5b6470" }], ["ellipse", { cx: 14, cy: 10, rx: 3.8, ry: 5.2, fill: "#fff", stroke: "#5b6470" }], ["circle", { cx: 7, cy: 11, r: 1.9, fill: "#20262e" }], ["circle", { cx: 15, cy: 11, r: 1.9, fill: "#20262e" }]],
  grey_question: [line("M7 7.5A3 3 0 1 1 11.5 10C10.5 10.7 10 11.3 10 12.5M10 16v.01", "#98a2ad", 2.6)],
  heavy_minus_sign: [line("M4.5 10h11", "#7b8794", 3)],
  heavy_plus_sign: [line("M10 4.5v11M4.5 10h11", "#2e9e6b", 3)],
  hourglass_flowing_sand: [area("M5 2.5h10v1.5c0 3-2.5 4.5-3.5 6 1 1.5 3.5 3 3.5 6v1.5H5V16c0-3 2.5-4.5 3.5-6C7.5 8.5 5 7 5 4Z", "#cfe0ee"), area("M7 15.5c0-1.5 2-2.5 3-3.5 1 1 3 2 3 3.5v1H7ZM7.5 6h5c-.5 1.2-1.7 2-2.5 3-.8-1-2-1.8-2.5-3Z", "#d99a2b"), line("M4.5 2.5h11M4.5 17.5h11", "#8a6a3b", 1.8)],
  information_source: [tile("#3b82c4"), line("M10 9.5V14M10 6.3v.01", "#fff", 2.4)],
  large_blue_circle: [disc("#3b82c4")],
  large_green_circle: [disc("#2fae66")],
  large_orange_circle: [disc("#e58a2b")],
  large_yellow_circle: [disc("#edbe36")],
  link: [line("M8.5 11.5 11.5 8.5M9 6.5l1.5-1.5a3.2 3.2 0 0 1 4.5 4.5L13.5 11M11 13.5 9.5 15A3.2 3.2 0 0 1 5 10.5L6.5 9", "#7b8794", 2)],
  lock: [area("M4.5 9h11v8h-11Z", "#e0a526"), line("M7 9V6.5a3 3 0 0 1 6 0V9", "#8a8f98", 2)],
  mag: [["circle", { cx: 8.5, cy: 8.5, r: 5, fill: "#cfe6f7", stroke: "#5b7c99", "stroke-width": 2 }], line("m12.5 12.5 4.5 4.5", "#8a6a3b", 2.6)],
  memo: [area("M4 2.5h9l3 3v12H4Z", "#eef1f5"), line("M6.5 7.5h5M6.5 10.5h6M6.5 13.5h4", "#7b8794", 1.4), line("m11 14.5 6-6", "#e0a526", 2.4)],
  no_entry: [disc("#d64545"), line("M6 10h8", "#fff", 2.6)],
  question: [line("M7 7.5A3 3 0 1 1 11.5 10C10.5 10.7 10 11.3 10 12.5M10 16v.01", "#d64545", 2.6)],
  raised_hand: [area("M5 9V6.2a1.1 1.1 0 0 1 2.2 0V4.2a1.1 1.1 0 0 1 2.2 0v-.8a1.1 1.1 0 0 1 2.2 0v1a1.1 1.1 0 0 1 2.2 0V11l1-1.6a1.2 1.2 0 0 1 2 1.3L14 15.5A5 5 0 0 1 5 13Z", "#eeb94b"), line("M7.2 9V6M9.4 9V4.5M11.6 9V5", "#b98a25", .7)],
  red_circle: [disc("#d64545")],
  rocket: [area("M10 2c3 2 4 5 4 8l-1.5 4h-5L6 10c0-3 1-6 4-8Z", "#c9d5e0"), ["circle", { cx: 10, cy: 8, r: 1.7, fill: "#3b82c4" }], area("m6 10-2.5 4 3.5-.5ZM14 10l2.5 4-3.5-.5Z", "#d64545"), area("M8.5 14.5h3L10 18.5Z", "#eda733")],
  rotating_light: [area("M5.5 14V9.5a4.5 4.5 0 0 1 9 0V14Z", "#d64545"), area("M4 14.5h12V17H4Z", "#7b8794")],
  snowflake: [line("M10 2.5v15M3.5 6.25l13 7.5M16.5 6.25l-13 7.5", "#56a5d8", 1.8)],
  sparkles: [area("M8 4l1.6 4.4L14 10l-4.4 1.6L8 16l-1.6-4.4L2 10l4.4-1.6ZM15 2l.8 2.2L18 5l-2.2.8L15 8l-.8-2.2L12 5l2.2-.8Z", "#edbe36")],
  stopwatch: [["circle", { cx: 10, cy: 11, r: 6.2, fill: "#eef1f5", stroke: "#5b6470", "stroke-width": 1.6 }], line("M10 8v3l2 1.5M8.5 2.5h3", "#5b6470", 1.6)],
  tada: [area("m3 17 4-10 6 6Z", "#edbe36"), line("M11 6.5c0-2 1-3 2.5-3M13.5 9.5c2 0 3-1 3-2.5M12 3v.01M17 11v.01M15.5 4.5v.01", "#d64545", 1.6)],
  triangular_ruler: [area("M3 17V4l13 13Z", "#56a5d8"), area("M5.5 14.5V10l4.5 4.5Z", "#fff")],
  warning: [area("M10 2.5 18.5 17h-17Z", "#edb32b"), line("M10 8v4M10 14.5v.01", "#3b2f0a", 2)],
  wastebasket: [area("M5 6h10l-1 11.5H6Z", "#aab4bf"), line("M3.5 5.5h13M8 5V3.5h4V5M8.5 9v5.5M11.5 9v5.5", "#66707c", 1.4)],
  white_check_mark: [tile("#2fa566"), line(TICK, "#fff", 2.2)],
  heavy_check_mark: [line(TICK, "#2fa566", 2.8)],
  white_circle: [["circle", { cx: 10, cy: 10, r: 7, fill: "none", stroke: "#98a2ad", "stroke-width": 2 }]],
  x: [line(CROSS, "#d64545", 3)],
  zap: [area("M11.5 2 4.5 11.5H9L8 18l7.5-10H11Z", "#edb32b")],
};

const TYPED = { point_right: "👉", wave: "👋", bar_chart: "📊", thumbsup: "👍", "+1": "👍", clock3: "🕒", house: "🏠", gear: "⚙️" };

const ALIASES = { hourglass: "hourglass_flowing_sand", pause_button: "double_vertical_bar", hand: "raised_hand", pencil: "memo", lightbulb: "bulb" };

const COUNTRY = /^(?:flag-)?([a-z]{2})$/;

// The emoji of this short name as an element, or the name as it was typed.
export function emoji(name) {
  const known = ALIASES[name] ?? name;
  const words = known.replaceAll("_", " ");
  if (DRAWN[known]) return drawing(DRAWN[known], words);
  const country = COUNTRY.exec(known)?.[1];
  if (country) return h("span", { class: "flag", role: "img", "aria-label": `flag ${country}` }, country.toUpperCase());
  if (TYPED[known]) return h("span", { role: "img", "aria-label": words }, TYPED[known]);
  return document.createTextNode(`:${name}:`);
}

const drawing = (parts, words) =>
  svg("svg", { viewBox: "0 0 20 20", class: "emoji", role: "img", "aria-label": words }, parts.map(([tag, properties]) => svg(tag, properties)));

// A text with short names, as nodes.
export const withEmoji = (text) =>
  text.split(/(:[a-z0-9_+-]+:)/).map((part, at) => (at % 2 ? emoji(part.slice(1, -1)) : part));

// A text without short names, for places that hold letters only.
export const withoutEmoji = (text) => text.replace(/:[a-z0-9_+-]+: ?/g, "");
