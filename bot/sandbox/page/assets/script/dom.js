// Builds elements and keeps lists of them in step with what they show. Text is always text: nothing here ever parses markup.

const SVG = "http://www.w3.org/2000/svg";

// h("button", { class: "primary", onclick: press }, "Press")
export const h = (tag, properties = {}, ...children) => fill(document.createElement(tag), properties, children);

export const svg = (tag, properties = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), properties, children);

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

let last = 0;

// An id that no other element has.
export const newId = (name) => `${name}-${(last += 1)}`;

const shown = new WeakMap();

// Keeps the children of a container in step with items: a child whose item did not change stays the same element, with its focus and
// all that was typed into it. `draw` makes the child of an item; `key` tells items apart.
export function keep(container, items, key, draw) {
  const before = new Map([...container.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const old = before.get(String(key(item)));
    const text = JSON.stringify(item);
    return old && shown.get(old) === text ? old : fresh(draw(item), key(item), text);
  });
  const focus = focusIn(container);
  const kept = new Set(wanted);
  for (const child of [...container.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, at) => {
    if (container.children[at] !== child) container.insertBefore(child, container.children[at] ?? null);
  });
  if (focus && !focus.element.isConnected) restore(container, focus);
}

function fresh(child, key, text) {
  child.dataset.key = key;
  shown.set(child, text);
  return child;
}

function focusIn(container) {
  const element = document.activeElement;
  if (!element?.dataset.focus || !container.contains(element)) return null;
  return { element, name: element.dataset.focus, start: element.selectionStart, end: element.selectionEnd };
}

function restore(container, { name, start, end }) {
  const again = container.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  again?.focus({ preventScroll: true });
  if (Number.isInteger(start) && again?.setSelectionRange) again.setSelectionRange(start, end);
}

// Shows a control as working until the promise has settled.
export async function working(control, promise) {
  control.setAttribute("aria-busy", "true");
  try {
    return await promise;
  } finally {
    control.removeAttribute("aria-busy");
  }
}
