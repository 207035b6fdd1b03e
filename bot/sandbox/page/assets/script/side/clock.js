// The sandbox's time: what it is, when the next run comes, how fast it goes, and leaps.

import { ZONE } from "../dates.js";
import { h, working } from "../dom.js";
import { post } from "../server.js";

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: ZONE });
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: ZONE });
const LEAPS = [["run", "Jump to the next run"], ["hour", "+ 1 hour"], ["morning", "To tomorrow morning"]];
const TICK = 250; // ms

export function mountClock(element) {
  const day = h("span", { class: "date" });
  const time = h("time", { class: "time" });
  const next = h("p", { class: "next" });
  const rates = h("div", { class: "rates", role: "group", "aria-label": "How fast time passes" });
  const leaps = Object.fromEntries(LEAPS.map(([jump, words]) => [jump, h("button", { type: "button", onclick: () => leap(jump) }, words)]));
  element.classList.add("clock");
  element.append(
    h("div", { class: "now" }, h("p", {}, day, " ", time), next),
    rates,
    h("div", { class: "leaps", role: "group", "aria-label": "Leap in time" }, Object.values(leaps)),
  );

  let told;
  const leap = async (jump) => show({ clock: await working(leaps[jump], post("control/clock", { jump })) });
  const show = ({ clock }) => {
    told = { ...clock, at: performance.now() };
    if (!rates.children.length) rates.append(...clock.rates.map(button));
    for (const one of rates.children) one.setAttribute("aria-pressed", Number(one.value) === clock.rate);
    leaps.run.disabled = !clock.nextRun;
    draw();
  };
  const button = (rate) =>
    h("button", { type: "button", value: rate, onclick: async () => show({ clock: await post("control/clock", { rate }) }) }, `${rate}×`);
  const draw = () => {
    if (!told) return;
    const now = new Date(Date.parse(told.now) + (performance.now() - told.at) * told.pace);
    day.textContent = DAY.format(now);
    time.textContent = TIME.format(now);
    time.dateTime = now.toISOString();
    next.textContent = told.nextRun ? ahead(Date.parse(told.nextRun) - now) : "No run is planned";
  };
  setInterval(draw, TICK);
  return { show };
}

function ahead(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds <= 0) return "A run is under way";
  if (seconds < 60) return `Next run in ${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `Next run in ${minutes} min ${seconds % 60} s` : `Next run in ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
