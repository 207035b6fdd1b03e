// Bar, line and area charts. The numbers are also in a table for those who do not see the drawing.

import { h, newId, svg } from "../dom.js";

const WIDTH = 480;
const HEIGHT = 220;
const EDGE = { top: 12, right: 8, bottom: 26, left: 44 };
const INNER = { width: WIDTH - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };

export function drawChart({ title, chart }) {
  const id = newId("chart");
  const names = chart.series.map(({ name }) => name);
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": id, class: "chart" },
    axes(chart),
  );
  const legend = h(
    "ul",
    { class: "legend", "aria-hidden": "true" },
    names.map((name, at) => h("li", { class: `series-${at % 8}` }, name)),
  );
  return h("figure", {}, h("figcaption", { id }, title), drawing, names.length > 1 && legend, spoken(chart));
}

function spoken(chart) {
  const rows = chart.series.flatMap(({ name, data }) =>
    data.map(({ label, value }) => ({ label: `${name}, ${label}`, value })),
  );
  return h(
    "ul",
    { class: "unseen" },
    rows.map(({ label, value }) => h("li", {}, `${label}: ${value.toLocaleString("en-GB")}`)),
  );
}

// ---- with axes ---------------------------------------------------------------------------------------------------------------------------

function axes(chart) {
  const values = chart.series.flatMap(({ data }) => data.map(({ value }) => value));
  const top = round(Math.max(1, ...values));
  const bottom = Math.min(0, ...values);
  const y = (value) => EDGE.top + INNER.height * (1 - (value - bottom) / (top - bottom));
  const categories = chart.axis_config.categories;
  const step = INNER.width / categories.length;
  const x = (at) => EDGE.left + step * (at + 0.5);
  const draw = chart.type === "bar" ? bars : lines;
  return [grid(top, bottom, y), labels(categories, x), draw(chart, categories, { x, y, step })];
}

const round = (value) => {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / unit) * unit;
};

const grid = (top, bottom, y) =>
  [0, 0.5, 1].map((part) => {
    const value = bottom + part * (top - bottom);
    return [
      svg("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) }),
      svg(
        "text",
        { class: "tick", x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" },
        value.toLocaleString("en-GB"),
      ),
    ];
  });

const labels = (categories, x) => {
  const every = Math.ceil(categories.length / 8);
  return categories.map(
    (name, at) =>
      at % every === 0 && svg("text", { class: "tick", x: x(at), y: HEIGHT - 8, "text-anchor": "middle" }, name),
  );
};

const valueAt = (series, category) => series.data.find(({ label }) => label === category)?.value;

function bars({ series }, categories, { x, y, step }) {
  const width = Math.min(36, (step * 0.72) / series.length);
  return series.map((one, row) =>
    categories.map((category, at) => {
      const value = valueAt(one, category) ?? 0;
      const left = x(at) + (row - series.length / 2) * width;
      const [from, to] = [y(Math.max(0, value)), y(Math.min(0, value))];
      return svg(
        "rect",
        { class: `series-${row % 8}`, x: left + 1, y: from, width: width - 2, height: to - from, rx: 2 },
        svg("title", {}, `${one.name}, ${category}: ${value}`),
      );
    }),
  );
}

function lines({ series, type }, categories, { x, y }) {
  return series.map((one, row) => {
    const points = categories.map((category, at) => [x(at), y(valueAt(one, category) ?? 0)].join(","));
    const floor = y(0);
    const area =
      type === "area" &&
      svg("polygon", {
        class: `area series-${row % 8}`,
        points: [`${x(0)},${floor}`, ...points, `${x(categories.length - 1)},${floor}`].join(" "),
      });
    return [area, svg("polyline", { class: `line series-${row % 8}`, points: points.join(" ") })];
  });
}
