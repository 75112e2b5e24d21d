// Cards to practise with: a front, its back at a key, four grades, and what is kept of it.

import { announce, copyOf, element, isPlain, isPressed, isTyped, textOf, word } from "./dom.js";
import { itemsOf, wrongLately } from "./filters.js";
import { answered, queue, seedOf, waitText } from "./practice.js";
import { AGAIN } from "./schedule.js";
import { progressPanel, todayText } from "./progress_view.js";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./practice.js").Card} Card
 * @typedef {import("./practice.js").Mode} Mode
 * @typedef {import("./store.js").Store} Store
 */

const GRADES = /** @type {const} */ (["again", "hard", "good", "easy"]);
const MODES = /** @type {const} */ (["day", "due", "wrong", "all"]);
const WHATS = /** @type {const} */ (["both", "drills", "items"]);
const NEW_A_DAY = 15;
/** Milliseconds after which a page without a card looks whether one has come due. */
const LOOK_AGAIN = 20_000;

/**
 * Every card of the bank: each item that has an answer, then its drills.
 * @param {readonly Item[]} items
 * @returns {Card[]}
 */
export function cardsOf(items) {
  /** @type {Card[]} */
  const cards = [];
  for (const item of items) {
    if (item.element.querySelector(":scope > .answer")) {
      cards.push({ id: item.id, item, element: item.element, drill: false });
    }
    for (const { id, element: drill } of item.drills) cards.push({ id, item, element: drill, drill: true });
  }
  return cards;
}

/**
 * @param {object} parts
 * @param {HTMLElement} parts.main
 * @param {readonly Item[]} parts.items
 * @param {Store} parts.store
 * @param {(item: Item) => boolean} parts.shown whether the filters let an item through
 * @param {string} parts.seed of the shuffle; empty for another one each day
 * @param {(topic: string) => void} parts.choose has the filters let a topic through, and nothing else
 * @param {() => number} parts.now
 */
export function practiceView({ main, items, store, shown, seed, choose, now }) {
  const language = document.documentElement.lang || "en";
  const all = cardsOf(items);
  /** @type {Card | null} */
  let card = null;
  let revealed = false;
  /** @type {number | undefined} */
  let timer;
  /**
   * Grades that can be taken back, the last one last: when they were given, and what was known before.
   * @type {{card: Card, at: number, record: ReturnType<Store["card"]>, missed: number | undefined}[]}
   */
  const given = [];

  /** @type {{ids: ReadonlySet<string>, at: number} | null} cards to be practised once, whatever is chosen */
  let these = null;
  /** New cards for one day, if they are more than on others. */
  let today = { day: "", count: 0 };

  const options = optionsForm(store, now, (another) => {
    if (another) these = null;
    next(false);
  });
  const left = element("p", { class: "practice-left" });
  const said = element("span", { class: "practice-said" });
  const undoing = element("button", { type: "button", class: "iv-quiet" }, word("site-undo"), " ", key("U"));
  undoing.addEventListener("click", () => undo());
  const from = element("p", { class: "card-from" });
  const front = element("div", { class: "card-front", tabindex: -1, role: "group" });
  const back = element("div", {
    class: "card-back", tabindex: -1, role: "group", "aria-label": word("site-answer"), hidden: true,
  });
  const reveal = element(
    "button", { type: "button", class: "card-reveal" }, word("site-reveal"), " ", key(word("site-space")),
  );
  const grades = element("div", {
    class: "card-grades", role: "group", "aria-label": word("site-how-well"), hidden: true,
  });
  const buttons = GRADES.map((name, at) => {
    const wait = element("small", {});
    const button = element(
      "button", { type: "button", class: `grade grade-${name}`, "data-grade": at + 1 },
      element("span", {}, word(`site-${name}`), " ", key(String(at + 1))), wait,
    );
    button.addEventListener("click", () => grade(at + 1));
    grades.append(button);
    return wait;
  });
  const place = element(
    "section", { class: "card" }, element("h2", { class: "unseen" }, word("site-card")), from, front, reveal, back, grades,
  );
  const done = element("div", { class: "practice-done", tabindex: -1, hidden: true });
  const progress = progressPanel(store, now, all, (topic) => {
    these = null;
    choose(topic);
    next(true);
  });
  main.replaceChildren(
    element("h1", {}, word("site-practice")), options.fold, left, place, done, progress.panel,
  );
  reveal.addEventListener("click", () => turn());

  const look = () => {
    const time = now();
    const { what, ...choice } = options.chosen();
    const cards = these
      ? all
      : all.filter((one) => (what === "both" || one.drill === (what === "drills")) && shown(one.item));
    const day = seedOf(time);
    return queue(cards, store.cards(), these?.ids ?? wrongLately(store.missed(), time), {
      ...choice,
      mode: these ? "wrong" : choice.mode,
      seed: seed || day,
      today: today.day === day ? today.count : 0,
      since: these?.at,
      last: given.at(-1)?.card.id,
    }, time);
  };

  /** @param {ReturnType<typeof look>} found */
  const count = ({ learning, due, fresh }) => {
    const counts = [["site-left-learning", learning], ["site-left-due", due], ["site-left-new", fresh]];
    left.replaceChildren(
      ...counts.flatMap(([name, number]) => [
        element("span", {}, word(String(name), { count: number ?? 0 })), " ",
      ]),
      element("span", { class: "practice-undo" }, said, " ", undoing),
    );
    undoing.hidden = !given.length;
    progress.show();
  };

  /**
   * @param {boolean} focus whether the reader is here and goes along
   * @param {Card} [again] a card that comes next whatever is due
   */
  function next(focus, again) {
    options.show(these !== null);
    const found = look();
    clearTimeout(timer);
    count(found);
    card = again ?? found.next;
    revealed = false;
    place.hidden = !card;
    done.hidden = Boolean(card);
    if (card) {
      from.replaceChildren(
        element("b", { dir: "auto" }, card.item.chapter), " ",
        element("a", { href: `#${card.drill ? card.id : card.item.anchor}` }, word("site-open-item")),
      );
      front.replaceChildren(frontOf(card));
      front.setAttribute("aria-label", textOf(front)); // what has the focus is read by its name
      back.replaceChildren();
      back.hidden = true;
      grades.hidden = true;
      reveal.hidden = false;
      if (focus) go(front, place);
    } else {
      const { later, waiting, begun } = found;
      const count = Math.min(waiting, NEW_A_DAY);
      const more = element("button", { type: "button", class: "iv-button" }, word("site-more-new", { count }));
      more.addEventListener("click", () => {
        today = { day: seedOf(now()), count: begun + count };
        next(true);
      });
      done.replaceChildren(
        element("p", {}, later
          ? word("site-done-until", { time: waitText(later - now(), language) })
          : word(waiting ? "site-left-new" : "site-nothing-left", { count: waiting })),
        element("p", {}, todayText(store, now())),
        waiting ? more : "",
      );
      if (focus) done.focus();
      timer = setTimeout(() => !main.hidden && next(false), LOOK_AGAIN);
    }
  }

  function turn() {
    if (!card || revealed) return;
    revealed = true;
    back.replaceChildren(backOf(card));
    tickable(back);
    back.hidden = false;
    grades.hidden = false;
    reveal.hidden = true;
    const time = now();
    buttons.forEach((wait, at) => {
      const then = answered(card ? store.card(card.id) : undefined, at + 1, time);
      wait.textContent = waitText(then.due - time, language);
    });
    go(back, back);
  }

  /** @param {number} which */
  function grade(which) {
    if (!card || !revealed) return;
    const time = now();
    const before = store.card(card.id);
    const record = answered(before, which, time);
    given.push({ card, at: time, record: before, missed: store.missed().get(card.id) });
    store.keep(card.id, record, which === AGAIN);
    next(true);
    const name = word(`site-${GRADES[which - 1] ?? "good"}`);
    tell(word("site-graded", { grade: name, time: waitText(record.due - time, language) }));
  }

  function undo() {
    const last = given.pop();
    if (!last) return;
    // Another tab, or a file, may know the card better by now.
    const stands = store.card(last.card.id)?.last === last.at;
    if (stands) store.restore(last.card.id, last.record, last.missed);
    next(true, stands ? last.card : undefined);
    if (stands) tell(word("site-undone"));
  }

  /** @param {string} text */
  function tell(text) {
    said.textContent = text;
    announce(text);
  }

  document.addEventListener("keydown", (event) => {
    if (main.hidden || !isPlain(event) || isTyped(event)) return;
    if ((event.key === " " || event.key === "Enter") && card && !revealed && !isPressed(event)) turn();
    else if (/^[1-4]$/.test(event.key) && revealed) grade(Number(event.key));
    else if (event.key === "u") undo();
    else return;
    event.preventDefault();
  });
  store.onChange(() => {
    if (main.hidden) return;
    options.show(these !== null);
    const found = look();
    // Another tab may have graded what lies here.
    if (found.next?.id !== card?.id && !revealed) next(false);
    else count(found);
  });

  return {
    refresh: () => next(false),
    /** Has some cards practised once, now; nothing of that is kept. */
    practise(/** @type {string[]} */ ids) {
      these = { ids: new Set(ids), at: now() };
    },
  };
}

/**
 * Gives the focus without a jump: the page moves only where what is meant is out of sight.
 * @param {HTMLElement} target
 * @param {HTMLElement} shown what the reader wants to see the top of
 */
function go(target, shown) {
  target.focus({ preventScroll: true });
  const { top } = shown.getBoundingClientRect();
  if (top < 0 || top > innerHeight * 0.6) shown.scrollIntoView({ block: "start" });
}

/** @param {string} text */
function key(text) {
  return element("kbd", { "aria-hidden": "true" }, text);
}

/**
 * The choices above the cards, which stay for the next visit. Where there is no room, they are folded.
 * @param {Store} store
 * @param {() => number} now
 * @param {(another: boolean) => void} changed told whether it was about other cards
 */
function optionsForm(store, now, changed) {
  /**
   * @param {string} name
   * @param {readonly string[]} values
   */
  const select = (name, values) => element(
    "select", { name }, ...values.map((value) => element("option", { value }, word(`site-${name}-${value}`))),
  );
  const mode = select("mode", MODES);
  const once = element("option", { value: "once" }, word("site-interview-practise"));
  const what = select("what", WHATS);
  const limit = element("input", { name: "limit", type: "number", min: 0, max: 999, inputmode: "numeric" });
  const shuffle = element("input", { name: "shuffle", type: "checkbox" });
  const chosen = () => ({
    mode: /** @type {Mode} */ (mode.value),
    what: what.value,
    limit: Math.min(999, Math.max(0, Math.floor(Number(limit.value)) || 0)),
    shuffle: shuffle.checked,
  });
  const summary = element("summary", {});
  const form = element(
    "form", { class: "practice-options" },
    element("label", {}, element("span", {}, word("site-mode")), mode),
    element("label", {}, element("span", {}, word("site-what")), what),
    element("label", {}, element("span", {}, word("site-new-a-day")), limit),
    element("label", { class: "check" }, shuffle, element("span", {}, word("site-shuffle"))),
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    const { target } = event;
    const choice = chosen();
    if (target === mode) store.set("practice-mode", choice.mode, now());
    else if (target === what) store.set("practice-what", choice.what, now());
    else if (target === limit) store.set("practice-limit", choice.limit, now());
    else store.set("practice-shuffle", choice.shuffle, now());
    changed(target === mode || target === what);
  });

  /**
   * Shows what is kept: another tab, or a file, may know better.
   * @param {boolean} these whether some cards are practised once instead
   */
  const show = (these) => {
    once.remove();
    for (const one of [mode, what]) {
      one.value = String(store.setting(`practice-${one.name}`));
      if (one.selectedIndex < 0) one.selectedIndex = 0;
    }
    const kept = store.setting("practice-limit");
    if (limit !== document.activeElement) limit.value = String(typeof kept === "number" ? kept : NEW_A_DAY);
    shuffle.checked = store.setting("practice-shuffle") !== false;
    if (these) {
      mode.append(once);
      mode.value = once.value;
    }
    const texts = [mode, what].map(({ selectedOptions: [one] }) => one?.text);
    summary.textContent = [...texts, chosen().limit].join(" · ");
  };
  const roomy = matchMedia("(min-width: 40rem)").matches;
  return { fold: element("details", { class: "practice-choice", open: roomy }, summary, form), chosen, show };
}

/** @param {Node} node */
const isSummary = (node) => node instanceof Element && node.localName === "summary";

/** @param {Card} card */
function frontOf(card) {
  const made = document.createDocumentFragment();
  if (card.drill) {
    const front = card.element.querySelector(":scope > div");
    if (front) made.append(copyOf(front));
    for (const gap of made.querySelectorAll(".cloze")) {
      const hint = gap.querySelector(".cloze-hint")?.textContent;
      gap.replaceWith(element("span", { class: "cloze-gap" }, hint ? `[${hint}]` : "[…]"));
    }
    return made;
  }
  const asked = card.element.querySelector(".asked");
  if (asked) made.append(element("div", { class: "card-asked" }, copyOf(asked.querySelector("a") ?? asked)));
  const prompt = card.element.querySelector(':scope > .answer > summary [data-role="prompt"]');
  if (prompt && prompt.textContent !== word("site-answer")) {
    made.append(element("p", { class: "card-prompt" }, prompt.textContent ?? ""));
  }
  return made;
}

/** @param {Card} card */
function backOf(card) {
  const made = document.createDocumentFragment();
  if (card.drill) {
    const front = card.element.querySelector(":scope > div");
    if (front?.querySelector(".cloze")) {
      const filled = element("div", { class: "card-filled" }, copyOf(front));
      for (const hint of filled.querySelectorAll(".cloze-hint")) hint.remove();
      made.append(filled);
    }
  }
  const answer = card.element.querySelector(`:scope > ${card.drill ? "details" : ".answer"}`);
  if (answer) made.append(copyOf(answer, isSummary));
  if (card.drill) {
    for (const part of made.querySelectorAll("div:not([class])")) part.classList.add("drill-answer");
  }
  // In the text these stand below an item's title, here below the card's.
  for (const heading of made.querySelectorAll("h4")) heading.setAttribute("aria-level", "3");
  return made;
}

/**
 * Makes the key points of an answer boxes to tick, and counts what was said.
 * @param {HTMLElement} back
 */
function tickable(back) {
  for (const points of back.querySelectorAll('[data-role="points"]')) {
    const boxes = [...points.querySelectorAll("li")].map((point) => {
      const box = element("input", { type: "checkbox" });
      point.replaceChildren(element("label", {}, box, element("span", {}, ...point.childNodes)));
      return box;
    });
    points.classList.add("tickable");
    points.addEventListener("change", () => {
      const count = boxes.filter((box) => box.checked).length;
      announce(word("site-said", { count, all: boxes.length }));
    });
  }
}

/**
 * Ids of items with something wrong lately, for the filters.
 * @param {Store} store
 * @param {number} now
 */
export function wrongItems(store, now) {
  return itemsOf(wrongLately(store.missed(), now));
}
