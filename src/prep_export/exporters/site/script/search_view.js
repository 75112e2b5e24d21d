// The field for searching and its results: `/` goes to it, arrows and Enter walk, Escape leaves.

import { announce, element, isPlain, isTyped, marked, word } from "./dom.js";
import { entriesOf } from "./items.js";
import { searcher, snippet } from "./search.js";
import { findAll, words } from "./text.js";

const SHOWN = 20;
/** Milliseconds of work on the index at a time, so that the page stays quick while it grows. */
const SLICE = 8;
const FOUND = "found";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./search.js").Entry} Entry
 */

/**
 * @param {object} parts
 * @param {HTMLInputElement} parts.input
 * @param {HTMLElement} parts.results
 * @param {readonly Item[]} parts.items
 * @param {ReadonlyMap<string, string>} parts.topicTitles
 * @param {(item: string) => boolean} parts.shown whether the filters let an item through
 */
export function searchField({ input, results, items, topicTitles, shown }) {
  const index = indexed(items, topicTitles);
  /** @type {((query: string) => Entry[]) | null} */
  let search = null;
  /** @type {Element | null} */
  let before = null;

  const links = () => [...results.querySelectorAll("a")];

  const show = () => {
    search ??= searcher(index.all());
    const sought = words(input.value);
    const found = search(input.value).filter((one) => shown(one.item));
    const rows = found.slice(0, SHOWN).map((one) => result(one, sought));
    if (found.length > SHOWN) {
      const more = word("site-more-found", { count: found.length - SHOWN });
      rows.push(element("li", { class: "result-more" }, more));
    } else if (sought.length && !found.length) {
      rows.push(element("li", { class: "result-more" }, word("site-nothing-found")));
    }
    results.replaceChildren(...rows);
    results.hidden = !sought.length;
    if (sought.length) announce(word("site-found", { count: found.length }));
  };

  const close = () => {
    results.hidden = true;
    results.replaceChildren();
  };

  const leave = () => {
    input.value = "";
    close();
    announce("");
    CSS.highlights?.delete(FOUND);
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else input.blur();
  };

  /** @param {number} step */
  const walk = (step) => {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement) + step;
    if (at < 0) input.focus();
    else all[Math.min(at, all.length - 1)]?.focus();
  };

  input.addEventListener("input", show);
  input.addEventListener("focus", () => {
    if (input.value && results.hidden) show();
  });

  /** @param {KeyboardEvent} event */
  const keys = (event) => {
    if (!isPlain(event)) return;
    const { key } = event;
    if (key === "Escape") leave();
    else if (key === "ArrowDown") walk(1);
    else if (key === "ArrowUp" && event.target !== input) walk(-1);
    else if (key === "Home" && event.target !== input) links()[0]?.focus();
    else if (key === "End" && event.target !== input) links().at(-1)?.focus();
    else if (key === "Enter" && event.target === input) links()[0]?.click();
    else return;
    event.preventDefault();
  };
  input.addEventListener("keydown", keys);
  results.addEventListener("keydown", keys);
  results.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !isPlain(event) || isTyped(event)) return;
    before = document.activeElement;
    input.focus();
    input.select();
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    const { target } = event;
    if (target instanceof Node && target !== input && !results.contains(target)) close();
  });

  return {
    /**
     * Marks in an item or drill what is sought, and unfolds the first place of each word.
     * @param {HTMLElement} target
     */
    mark(target) {
      const sought = words(input.value);
      CSS.highlights?.delete(FOUND);
      if (!sought.length) return;
      for (const one of sought) {
        const first = rangesIn(target, [one])[0]?.startContainer.parentElement;
        for (let at = first?.closest("details"); at && target.contains(at); at = at.parentElement?.closest("details")) {
          at.open = true;
        }
      }
      const ranges = rangesIn(target, sought);
      if (typeof Highlight === "function") CSS.highlights?.set(FOUND, new Highlight(...ranges));
    },
    /** Whether the whole index stands. */
    ready: index.ready,
  };
}

/**
 * @param {Entry} found
 * @param {string[]} sought
 */
function result(found, sought) {
  const { text, found: pieces } = snippet(found.text, sought);
  return element(
    "li",
    {},
    element(
      "a",
      { href: `#${found.id}` },
      element("span", { class: "result-title", dir: "auto" }, marked(found.title, findAll(found.title, sought))),
      element("span", { class: "result-where", dir: "auto" }, found.where),
      element("span", { class: "result-text", dir: "auto" }, marked(text, pieces)),
    ),
  );
}

/**
 * The index of a page, made while the browser has nothing else to do, or at once when it is asked for.
 * @param {readonly Item[]} items
 * @param {ReadonlyMap<string, string>} topicTitles
 */
function indexed(items, topicTitles) {
  /** @type {Entry[]} */
  const entries = [];
  let at = 0;
  /** @param {number} until */
  const work = (until) => {
    for (let item = items[at]; item && performance.now() < until; item = items[++at]) {
      entries.push(...entriesOf(item, topicTitles));
    }
  };
  const later = () => {
    if (at >= items.length) return;
    work(performance.now() + SLICE);
    idle(later);
  };
  idle(later);
  return {
    all() {
      work(Infinity);
      return entries;
    },
    ready: () => at >= items.length,
  };
}

/** @param {() => void} task */
function idle(task) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(task, { timeout: 1000 });
  else setTimeout(task, 20);
}

/**
 * @param {HTMLElement} target
 * @param {string[]} sought
 * @returns {Range[]}
 */
function rangesIn(target, sought) {
  /** @type {Range[]} */
  const ranges = [];
  const walker = document.createTreeWalker(target, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement?.closest(".meta, .id")) continue;
    for (const [start, end] of findAll(node.nodeValue ?? "", sought)) {
      const range = new Range();
      range.setStart(node, start);
      range.setEnd(node, end);
      ranges.push(range);
    }
  }
  return ranges;
}
