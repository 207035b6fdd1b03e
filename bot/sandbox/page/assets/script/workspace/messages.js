// Conversations and threads: messages one under another, those that change changing in place.

import { drawBlocks } from "../blocks/blocks.js";
import { mrkdwn } from "../blocks/mrkdwn.js";
import { clockTime, dayName, wholeTime } from "../dates.js";
import { h, keep, newId } from "../dom.js";
import { appSign, icon } from "../icons.js";
import { write } from "./composer.js";

const TOGETHER = 5 * 60_000;

const when = ({ id }) => new Date(Number(id.split(".")[0]) * 1000);

// Draws messages into a log; `intro` stands above the first. The log stays at its end if it was there.
export function drawLog(log, messages, scene, { intro, thread }) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const rows = frames(messages, intro);
  keep(
    log,
    rows,
    ({ id }) => id,
    (row) => drawFrame(row, scene),
  );
  const shown = new Map(messages.map((message) => [message.id, message]));
  for (const child of log.children) {
    const message = shown.get(child.dataset.key);
    if (message) fillFrame(child, message, scene, thread?.(message));
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
  return atEnd;
}

// ---- frames: who and when ----------------------------------------------------------------------------------------------------------------

function frames(messages, intro) {
  const rows = intro ? [{ id: "intro", intro }] : [];
  messages.forEach((message, at) => {
    const before = messages[at - 1];
    const day = dayName(when(message));
    const newDay = !before || dayName(when(before)) !== day;
    if (newDay) rows.push({ id: `day ${day}`, day });
    rows.push({
      id: message.id,
      user: message.user,
      private: message.private,
      compact: !newDay && together(before, message),
    });
  });
  return rows;
}

const together = (before, message) =>
  before.user === message.user && before.private === message.private && when(message) - when(before) < TOGETHER;

function drawFrame(row, scene) {
  if (row.intro) return drawIntro(row.intro, scene);
  if (row.day) return h("div", { class: "day", role: "separator" }, h("span", {}, row.day));
  const time = when(row);
  const who = newId("who");
  const name = h("strong", { id: who }, scene.names.person(row.user));
  const clock = h("time", { datetime: time.toISOString(), title: wholeTime(time) }, clockTime(time));
  const isApp = scene.names.isApp(row.user);
  return h(
    "article",
    { class: `message${row.compact ? " compact" : ""}${row.private ? " private" : ""}`, "aria-labelledby": who },
    row.private && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
    h("div", { class: "gutter" }, row.compact ? clock : avatar(row.user, scene.names)),
    h(
      "div",
      { class: "content" },
      h(
        "p",
        { class: row.compact ? "unseen" : "by" },
        name,
        isApp && h("span", { class: "app-badge" }, "APP"),
        !row.compact && clock,
      ),
      h("div", { class: "blocks" }),
      h("div", { class: "after" }),
    ),
  );
}

const drawIntro = ({ title, text, command }, { names }) =>
  h(
    "div",
    { class: "intro" },
    h("h2", {}, title),
    h("p", {}, mrkdwn(text, names)),
    command &&
      h("button", { type: "button", class: "button", onclick: () => write(command) }, `Write ${command} for me`),
  );

const avatar = (id, names) =>
  names.isApp(id)
    ? h("span", { class: "avatar app-sign", "aria-hidden": "true" }, appSign())
    : h("span", { class: `avatar person-${names.number(id) % 4}`, "aria-hidden": "true" }, names.person(id)[0]);

// ---- what a message says -----------------------------------------------------------------------------------------------------------------

function fillFrame(frame, message, scene, thread) {
  const own = { ...scene, at: { message: message.id } };
  const blocks = message.blocks.length
    ? message.blocks
    : [{ type: "section", block_id: "text", text: { type: "mrkdwn", text: message.text } }];
  drawBlocks(frame.querySelector(".blocks"), blocks, own);
  const after = [
    message.edited && { id: "edited" },
    message.trouble && { id: "trouble", trouble: message.trouble },
    thread && { id: "thread", ...thread },
  ].filter(Boolean);
  keep(
    frame.querySelector(".after"),
    after,
    ({ id }) => id,
    (part) => AFTER[part.id](part),
  );
}

const AFTER = {
  edited: () => h("span", { class: "edited" }, "(edited)"),
  trouble: ({ trouble }) => h("p", { class: "error", role: "alert" }, icon("warning"), trouble),
  thread: ({ href, count }) =>
    h("a", { class: "replies", href }, icon("thread"), `${count} ${count === 1 ? "reply" : "replies"}`),
};
