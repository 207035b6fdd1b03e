// The channels and the app, with what is unread.

import { h, keep } from "../dom.js";
import { appSign, icon } from "../icons.js";
import { unread } from "./unread.js";

const byId = (id) => document.getElementById(id);

export function drawSidebar(seen, place) {
  const channels = seen.channels.filter(({ direct }) => !direct);
  const rows = channels.map(({ id, name, private: closed }) => ({
    id,
    name,
    closed,
    current: place.channel === id,
    unread: unread(seen, id),
  }));
  keep(byId("channels"), rows, ({ id }) => id, drawChannel);
  const app = {
    id: "app",
    current: !place.channel || place.channel === place.direct,
    unread: unread(seen, place.direct),
  };
  keep(byId("apps"), [app], ({ id }) => id, drawApp);
  const waiting = rows.reduce((sum, row) => sum + row.unread, app.unread);
  document.title = waiting ? `(${waiting}) zsync sandbox` : "zsync sandbox";
}

const drawChannel = ({ id, name, closed, current, unread: count }) =>
  row(`#${id}`, current, count, icon(closed ? "lock" : "hash"), name);

const drawApp = ({ current, unread: count }) =>
  row(count ? "#app-messages" : "#app-home", current, count, h("span", { class: "app-sign" }, appSign()), "zsync");

const row = (href, current, count, sign, name) =>
  h(
    "li",
    {},
    h(
      "a",
      { href, "aria-current": current ? "page" : null, class: count ? "unread" : null },
      sign,
      h("span", {}, name),
      count > 0 && h("span", { class: "badge" }, String(count), h("span", { class: "unseen" }, " unread")),
    ),
  );
