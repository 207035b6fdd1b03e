// What the person at the page does. Acts go one after another; what was typed always arrives before the act that follows it.

import { post } from "./server.js";

const PAUSE = 200;

let user = "";
let last = Promise.resolve();
const typing = new Map();
const troubled = new Set();

export const actAs = (id) => (user = id);

// Hears of every act that could not be done.
export const onTrouble = (listener) => troubled.add(listener);

// Does one act; its answer, or undefined where it could not be done.
export function act(name, told = {}) {
  for (const key of typing.keys()) tell(key);
  return send(name, told, (error) => troubled.forEach((listener) => listener(error.message)));
}

function send(name, told, failed) {
  const path = `acts/${user}/${name}`;
  last = last.then(() => post(path, told)).catch(failed);
  return last;
}

// Remembers what is being typed into an element, and tells it after a pause. A form that has gone meanwhile takes it along.
export function type(told) {
  const key = `${told.view} ${told.block} ${told.action}`;
  clearTimeout(typing.get(key)?.timer);
  typing.set(key, { told, timer: setTimeout(tell, PAUSE, key) });
}

function tell(key) {
  const { told, timer } = typing.get(key);
  clearTimeout(timer);
  typing.delete(key);
  send("type", told, () => undefined);
}
