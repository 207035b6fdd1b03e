// The middle of the page: one channel, or the app with its tabs, and the thread that is open beside.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { byKeys, select } from "../tabs.js";
import { drawLog } from "./messages.js";
import { markRead } from "./unread.js";

const byId = (id) => document.getElementById(id);

// Lets keys go between the tabs of the app.
export const mountWorkspace = () => byKeys(byId("tabs"));

// Where an address leads: #C1, #C1/<thread>, #app-home, #app-messages. None is the id of an element, to which the focus would jump.
export function placeOf(hash, seen) {
  const [where, thread = ""] = hash.slice(1).split("/");
  const direct = seen?.channels.find((one) => one.direct)?.id;
  if (where === "app-home") return { home: true, direct, thread: "" };
  if (where === "app-messages") return { channel: direct, direct, thread };
  const channels = seen?.channels ?? [];
  const channel = channels.find(({ id }) => id === where) ?? channels.find((one) => !one.direct);
  return { channel: channel?.id, direct, thread };
}

export function drawWorkspace(seen, place, scene) {
  const withApp = place.home || place.channel === place.direct;
  const channel = seen.channels.find(({ id }) => id === place.channel);
  drawHeading(place, channel, withApp);
  byId("home").hidden = !place.home;
  byId("conversation").hidden = place.home ?? false;
  byId("composer").hidden = withApp;
  if (channel) drawConversation(seen, channel, scene, withApp);
  drawThread(seen, place, scene);
}

function drawHeading(place, channel, withApp) {
  byId("title").replaceChildren(...(withApp ? ["zsync"] : [icon(channel.private ? "lock" : "hash"), channel.name]));
  byId("about").textContent = withApp ? "" : about(channel);
  byId("tabs").hidden = !withApp;
  select(byId("tab-home"), Boolean(place.home));
  select(byId("tab-messages"), !place.home);
  const conversation = byId("conversation");
  if (withApp) conversation.setAttribute("role", "tabpanel");
  else conversation.removeAttribute("role");
  conversation.setAttribute("aria-labelledby", withApp ? "tab-messages" : "title");
}

const about = ({ members, has_app: hasApp }) => `${members} members${hasApp ? "" : ", zsync is not one of them"}`;

// ---- conversation ------------------------------------------------------------------------------------------------------------------------

let shown = { place: "", newest: "" };

function drawConversation(seen, channel, scene, withApp) {
  const all = seen.messages.filter((message) => message.channel === channel.id);
  const messages = all.filter(({ thread }) => !thread);
  const place = `${seen.user} ${channel.id}`;
  const newest = messages.at(-1)?.id ?? "";
  const fresh = shown.place !== place;
  const log = fresh ? newLog(channel, withApp) : byId("messages");
  const thread = threadOf(all, withApp ? "app-messages" : channel.id);
  const atEnd = drawLog(log, messages, scene, { intro: intro(channel, withApp), thread });
  if (fresh) log.scrollTop = log.scrollHeight;
  if (fresh || atEnd) byId("newer").hidden = true;
  else if (shown.newest !== newest) byId("newer").hidden = false;
  shown = { place, newest };
  if (document.visibilityState === "visible") markRead(seen, channel.id);
}

// A log of its own per conversation: a screen reader hears what comes, not all that was there.
function newLog({ name }, withApp) {
  const log = h("div", {
    id: "messages",
    class: "log",
    role: "log",
    "aria-live": "polite",
    "aria-relevant": "additions",
    tabindex: "0",
    "aria-label": withApp ? "Messages of zsync" : `Messages in #${name}`,
  });
  log.addEventListener(
    "scroll",
    () => log.scrollHeight - log.scrollTop - log.clientHeight < 40 && (byId("newer").hidden = true),
  );
  byId("messages").replaceWith(log);
  byId("newer").onclick = () => (log.scrollTop = log.scrollHeight);
  return log;
}

function intro({ name, has_app: hasApp }, withApp) {
  if (withApp)
    return {
      title: "zsync",
      text: "What zsync tells only you comes here. Writing to it is turned off: type `/zsync` in a channel.",
    };
  if (!hasApp) return { title: `#${name}`, text: "zsync is not in this channel; its commands work all the same." };
  return {
    title: `#${name}`,
    text:
      "zsync keeps the customers of Zoho Inventory and the contacts of Google in step. " +
      "Type `/zsync connect` below to begin. Both apps, a guide and a clock are behind the scenes (top right).",
    command: "/zsync connect",
  };
}

const threadOf = (all, where) => (message) => {
  const count = all.filter(({ thread }) => thread === message.id).length;
  return count && { count, href: `#${where}/${message.id}` };
};

// ---- thread ------------------------------------------------------------------------------------------------------------------------------

function drawThread(seen, place, scene) {
  const parent = place.thread && seen.messages.find(({ id }) => id === place.thread);
  byId("thread").hidden = !parent;
  if (!parent) return;
  const close = byId("close-thread");
  close.href = place.channel === place.direct ? "#app-messages" : `#${place.channel}`;
  if (!close.firstChild) close.append(icon("close"));
  drawLog(byId("replies"), [parent, ...seen.messages.filter(({ thread }) => thread === parent.id)], scene, {});
}
