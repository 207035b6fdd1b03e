// The page's way to the sandbox: what is seen, what is done, and the live feed.

async function json(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

export const get = async (path) => json(await fetch(path, { cache: "no-store" }));

export const send = async (method, path, body = {}) =>
  json(await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));

export const post = (path, body) => send("POST", path, body);

const listeners = new Set();
let source;

// Calls back at once and after every change, and with `false` while the sandbox cannot be reached.
export function onChange(listener) {
  listeners.add(listener);
  source ??= listen();
  listener(true);
  return () => listeners.delete(listener);
}

function listen() {
  const feed = new EventSource("feed");
  let version;
  feed.onmessage = ({ data }) => {
    if (data !== version) tell(true);
    version = data;
  };
  feed.onerror = () => {
    version = undefined;
    tell(false);
  };
  return feed;
}

const tell = (reachable) => listeners.forEach((listener) => listener(reachable));
