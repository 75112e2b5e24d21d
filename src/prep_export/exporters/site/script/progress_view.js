// Progress by chapter, and as a file: written for another browser, read from one. Nothing leaves the machine by itself.

import { announce, element, textOf, word } from "./dom.js";
import { within } from "./filters.js";
import { dayStart } from "./practice.js";
import { Refused } from "./store.js";

/**
 * @typedef {import("./practice.js").Card} Card
 * @typedef {import("./store.js").Store} Store
 */

/**
 * @param {Store} store
 * @param {() => number} now
 * @param {readonly Card[]} cards
 * @param {(topic: string) => void} practise wants the cards of a topic
 */
export function progressPanel(store, now, cards, practise) {
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

  const chapters = element("ul", { class: "progress-chapters" });
  const panel = element(
    "details", { class: "progress" },
    element("summary", {}, word("site-progress")),
    chapters,
    element("p", {}, word("site-progress-stays")),
    element("p", {}, save),
    element("p", {}, element("label", {}, word("site-load-progress"), " ", load)),
    said,
  );
  const show = () => {
    if (panel.open) chapters.replaceChildren(...standings(cards, store).map((one) => standingLine(one, practise)));
  };
  panel.addEventListener("toggle", show);
  return { panel, show };
}

/**
 * How many cards of each chapter were seen, and are past the steps of their first day; the weakest chapter first.
 * @param {readonly Card[]} cards
 * @param {Store} store
 */
function standings(cards, store) {
  const made = [];
  for (const chapter of document.querySelectorAll("#read > .chapter[data-topic]")) {
    const topic = chapter.getAttribute("data-topic") ?? "";
    const own = cards.filter(({ item }) => item.topics.some((one) => within(one, topic)));
    const seen = own.flatMap(({ id }) => store.card(id) ?? []);
    const known = seen.filter(({ state }) => state === "review").length;
    const title = chapter.querySelector("h2 > span");
    if (own.length) made.push({ topic, title: title ? textOf(title) : topic, known, seen: seen.length, all: own.length });
  }
  return made.sort((a, b) => a.known / a.all - b.known / b.all);
}

/**
 * @param {ReturnType<typeof standings>[number]} standing
 * @param {(topic: string) => void} practise
 */
function standingLine({ topic, title, ...counts }, practise) {
  const { known, seen, all } = counts;
  const link = element("a", { href: `?view=practice&topic=${encodeURIComponent(topic)}`, dir: "auto" }, title);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // for another tab
    event.preventDefault();
    practise(topic);
  });
  const bars = [known, seen - known].map((count) => {
    const bar = element("i", {});
    bar.style.inlineSize = `${(100 * count) / all}%`;
    return bar;
  });
  return element(
    "li", {}, link, element("span", { class: "iv-share", "aria-hidden": "true" }, ...bars),
    element("small", {}, word("site-standing", counts)),
  );
}

/**
 * What was done today; nothing where that is nothing.
 * @param {Store} store
 * @param {number} now
 */
export function todayText(store, now) {
  const today = dayStart(now);
  const graded = [...store.cards()].filter(([, { last }]) => last >= today);
  const wrong = graded.filter(([id]) => (store.missed().get(id) ?? 0) >= today).length;
  return graded.length ? word("site-today", { count: graded.length, wrong }) : "";
}
