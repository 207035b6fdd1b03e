// Small questions on top of everything, and short news at the edge.

import { h, newId } from "./dom.js";

// Asks what a confirmation asks: true when the person agrees.
export function confirmed(question, danger) {
  if (!question) return Promise.resolve(true);
  const [title, words] = [newId("title"), newId("words")];
  const style = (question.style ?? (danger ? "danger" : "primary")) === "danger" ? "danger" : "primary";
  const dialog = h(
    "dialog",
    { class: "confirm", role: "alertdialog", "aria-labelledby": title, "aria-describedby": words },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: title }, question.title.text),
      h("p", { id: words }, question.text.text),
      h(
        "footer",
        {},
        h("button", { class: "button", value: "no" }, question.deny.text),
        h("button", { class: `button ${style}`, value: "yes" }, question.confirm.text),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

const SECONDS = 6;
const news = h("div", { class: "news", role: "status" });

// Shows a sentence for some seconds.
export function tell(sentence) {
  if (!news.isConnected) document.body.append(news);
  const line = h("p", {}, sentence);
  news.append(line);
  setTimeout(() => line.remove(), SECONDS * 1000);
}
