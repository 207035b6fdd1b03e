// The app's Home tab.

import { act } from "../acts.js";
import { drawBlocks } from "../blocks/blocks.js";
import { h } from "../dom.js";

const blocks = h("div", { class: "blocks" });
const waiting = h("p", { class: "note" }, "Loading …");

// Tells the app that its Home was opened, as Slack does each time.
export const openHome = () => act("home");

export function drawHome(panel, view, scene) {
  if (!blocks.isConnected) panel.append(blocks, waiting);
  waiting.hidden = Boolean(view);
  if (view) drawBlocks(blocks, view.blocks, { ...scene, at: { view: view.id }, values: view.state.values });
}
