// The panel beside the workspace: the clock, the guide, and in tabs both apps' records and the switchboard of troubles.

import { h } from "../dom.js";
import { get, onChange } from "../server.js";
import { tabs } from "../tabs.js";
import { mountApp } from "./apps.js";
import { mountClock } from "./clock.js";
import { mountTrail } from "./trail.js";
import { mountTroubles } from "./troubles.js";

const PAUSE = 250; // ms
const LOOK_AGAIN = 2000; // ms; time passes in the sandbox without anybody doing anything

export async function mount(element) {
  const news = h("p", { class: "unseen", role: "status" });
  const announce = (words) => { news.textContent = words; };
  const { apps } = await get("control/apps");
  const bar = tabs("Behind the scenes", [
    ...apps.map((app) => ({ key: app.key, label: app.title, mount: (panel, note) => mountApp(panel, app, { announce, note }) })),
    { key: "troubles", label: "Break something", mount: mountTroubles },
  ]);
  const head = h("header");
  const guide = h("section", { class: "guide", "aria-label": "Guide" });
  element.append(h("h2", { class: "unseen" }, "Behind the scenes"), head, guide, bar.element, news);
  const parts = { clock: mountClock(head), trail: mountTrail(guide, bar.open), tabs: bar };
  keepLooking((state) => Object.values(parts).forEach((part) => part.show(state)));
}

// Looks at the state now, after every change, and every now and then; one look at a time, with a pause after it, and none is lost.
function keepLooking(show) {
  let looking = false;
  let again = false;
  const look = async () => {
    again = looking;
    if (looking) return;
    looking = true;
    try {
      show(await get("control/state"));
    } catch {
      // The sandbox cannot be reached; the workspace beside this panel says so.
    }
    setTimeout(() => {
      looking = false;
      if (again) look();
    }, PAUSE);
  };
  onChange((reachable) => reachable && look());
  setInterval(() => document.hidden || look(), LOOK_AGAIN);
}
