// The page's own line drawings.

import { svg } from "./dom.js";

const PATHS = {
  back: "M12.5 4.5 7 10l5.5 5.5",
  bottom: "M10 3.5v12M5 11l5 5 5-5",
  chevron: "m5.5 8 4.5 4.5L14.5 8",
  close: "m5 5 10 10M15 5 5 15",
  eye: "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  hash: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M3.5 7.5h13.5M3 12.5h13.5",
  lock: "M5.5 9h9v7h-9zM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3.5 6h13M3.5 10h13M3.5 14h13",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4a6.5 6.5 0 1 0 7.5 7.5Z",
  more: "M10 5.5v.01M10 10v.01M10 14.5v.01",
  outside: "M8 5H4.5v10.5H15V12M11 4.5h4.5V9M15 5l-6.5 6.5",
  panel: "M3.5 4.5h13v11h-13zM12 4.5v11",
  pulse: "M2.5 10.5h3.5l2-5.5 3.5 10 2.5-6 1 1.5h2.5",
  send: "m4 4.5 12.5 5.5L4 15.5l1.5-5.5zM5.5 10H10",
  sun: "M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM10 2.5V4M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1",
  thread: "M4 4.5h12v8H9l-3 3v-3H4z",
  warning: "M10 3.5 17.5 16h-15zM10 8.5v3.5M10 14v.01",
};

// An icon; beside words it says nothing of its own.
export const icon = (name) =>
  svg(
    "svg",
    { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true" },
    svg("path", { d: PATHS[name] }),
  );

// The app's sign: two arrows that meet.
export const appSign = () =>
  svg(
    "svg",
    { viewBox: "0 0 32 32", "aria-hidden": "true" },
    svg("path", { class: "sign", d: "M9 12h13l-4-4M23 20H10l4 4" }),
  );
