// Starts the page, and draws all that is seen whenever it changed.

import { actAs, onTrouble } from "./acts.js";
import { drawUser, mountChrome } from "./chrome.js";
import { setTime } from "./dates.js";
import { tell } from "./dialogs.js";
import { get, onChange } from "./server.js";
import { mount as mountSide } from "./side/side.js";
import { drawComposer, mountComposer } from "./workspace/composer.js";
import { drawHome, openHome } from "./workspace/home.js";
import { drawModal, mountModal } from "./workspace/modal.js";
import { drawSidebar } from "./workspace/sidebar.js";
import { drawTraffic, mountTraffic } from "./workspace/traffic.js";
import { drawWorkspace, mountWorkspace, placeOf } from "./workspace/workspace.js";

const state = { user: sessionStorage.getItem("user") ?? "U1", seen: null, looking: false, again: false };

// ---- looking -----------------------------------------------------------------------------------------------------------------------------

// Looks at what the person sees now; changes that come while looking are seen with one more look.
async function look() {
  if (state.looking) {
    state.again = true;
    return;
  }
  state.looking = true;
  do {
    state.again = false;
    const seen = await get(`seen/${state.user}`).catch(() => null);
    if (seen?.user === state.user) {
      setTime(seen.now);
      draw(seen);
    }
  } while (state.again);
  state.looking = false;
}

function become(user) {
  state.user = user;
  sessionStorage.setItem("user", user);
  actAs(user);
  if (placeOf(location.hash).home) openHome();
  look();
}

// ---- drawing -----------------------------------------------------------------------------------------------------------------------------

function draw(seen = state.seen) {
  state.seen = seen;
  const scene = { names: namesOf(seen), people: seen.people, conversations: seen.conversations };
  const place = placeOf(location.hash, seen);
  drawWorkspace(seen, place, scene);
  drawSidebar(seen, place);
  drawComposer(seen.channels.find(({ id }) => id === place.channel) ?? { id: "", name: "" });
  if (place.home) drawHome(document.getElementById("home"), seen.home, scene);
  drawModal(seen.modals, scene);
  drawTraffic(seen.traffic);
  drawUser(seen, become);
}

function namesOf({ people, conversations, channels }) {
  const person = (id) => people.find((one) => one.id === id);
  const channel = (id) => [...conversations, ...channels].find((one) => one.id === id);
  return {
    person: (id) => person(id)?.name ?? id,
    channel: (id) => channel(id)?.name ?? id,
    isApp: (id) => person(id)?.role === "app",
    number: (id) => people.findIndex((one) => one.id === id),
  };
}

// ---- starting ----------------------------------------------------------------------------------------------------------------------------

mountChrome();
mountModal();
mountTraffic();
mountWorkspace();
mountComposer(document.getElementById("composer"), await get("verbs"));
mountSide(document.getElementById("side"));
actAs(state.user);
onTrouble(tell);
addEventListener("hashchange", () => {
  if (placeOf(location.hash).home) openHome();
  draw();
});
if (placeOf(location.hash).home) openHome();
onChange((reachable) => {
  document.getElementById("offline").hidden = reachable;
  if (reachable) look();
});
