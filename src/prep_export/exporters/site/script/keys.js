// The list of keys, which `?` shows.

import { element, isPlain, isTyped, openDialog, word } from "./dom.js";
import { button } from "./interview_form.js";

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || !isPlain(event) || isTyped(event) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    show();
  });
}

function show() {
  const grades = ["again", "hard", "good", "easy"].map((name) => word(`site-${name}`));
  const keys = [
    ["/", word("site-search")],
    ["↓ ↑", word("site-keys-walk")],
    ["Esc", word("site-keys-leave")],
    [word("site-space"), `${word("site-practice")}${word("colon")}${word("site-reveal")}`],
    ["1 2 3 4", grades.join(word("comma"))],
    ["U", word("site-undo")],
  ];
  const dialog = element(
    "dialog", { class: "iv-dialog", "aria-labelledby": "keys" },
    element("h2", { id: "keys" }, word("site-keys")),
    element("dl", { class: "keys" }, ...keys.flatMap(([key, text]) => [
      element("dt", {}, key ?? ""), element("dd", {}, text ?? ""),
    ])),
    element("p", {}, element("b", {}, word("site-interview")), element("br"), word("site-interview-keys")),
    element("div", { class: "iv-actions" }, button("site-interview-go-on", () => close(), "iv-main")),
  );
  const close = openDialog(dialog, document.body, ["Escape", "?"]);
}
