// Progress as a file: written for another browser, read from one. Nothing leaves the machine by itself.

import { announce, element, word } from "./dom.js";
import { Refused } from "./store.js";

/**
 * @param {import("./store.js").Store} store
 * @param {() => number} now
 */
export function progressPanel(store, now) {
  const said = element("p", { class: "progress-said" });
  /** @param {string} text */
  const say = (text) => {
    said.textContent = text;
    announce(text);
  };

  const save = element("button", { type: "button", class: "progress-save" }, word("site-save-progress"));
  save.addEventListener("click", () => {
    const file = new Blob([store.exported()], { type: "application/json" });
    const address = URL.createObjectURL(file);
    const bank = document.documentElement.dataset.bank ?? "bank";
    const day = new Date(now()).toISOString().slice(0, 10);
    element("a", { href: address, download: `${bank}-progress-${day}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    say(word("site-saved", { count: store.cards().size }));
  });

  const load = element("input", { type: "file", accept: ".json,application/json", class: "progress-load" });
  load.addEventListener("change", async () => {
    const file = load.files?.[0];
    if (!file) return;
    try {
      const count = store.join(await file.text());
      say(word("site-loaded", { count }));
    } catch (error) {
      const reason = error instanceof Refused ? error.reason : "not-progress";
      const bank = error instanceof Refused ? error.bank : "";
      say(word(`site-${reason}`, { bank }));
    }
    load.value = "";
  });

  return element(
    "details", { class: "progress" },
    element("summary", {}, word("site-progress")),
    element("p", {}, word("site-progress-stays")),
    element("p", {}, save),
    element("p", {}, element("label", {}, word("site-load-progress"), " ", load)),
    said,
  );
}
