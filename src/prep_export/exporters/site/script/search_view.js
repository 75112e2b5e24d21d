// The field for searching and its results: `/` goes to it, arrows and Enter walk, Escape leaves.

import { announce, element, isPlain, isTyped, marked, word } from "./dom.js";
import { entriesOf } from "./items.js";
import { searchIndex, snippet } from "./search.js";
import { findAll } from "./text.js";

const SHOWN = 20;
/** Milliseconds of work on the index at a time, so that the page stays quick while it grows. */
const SLICE = 8;
const FOUND = "found";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./search.js").Entry} Entry
 * @typedef {import("./text.js").Mark} Mark
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
  /** @type {Mark[][]} */
  let marks = [];
  /** @type {Element | null} */
  let before = null;

  const links = () => [...results.querySelectorAll("a")];

  const show = () => {
    if (!input.value.trim()) return close();
    const answer = index.search(input.value);
    marks = answer.marks;
    const found = answer.entries.filter((one) => shown(one.item));
    const outside = answer.entries.length - found.length;
    const first = found.length && !answer.whole ? [word("site-nearest")] : [];
    const last = outside ? [word("site-outside-filters", { count: outside })] : [];
    announce([...first, word("site-found", { count: found.length }), ...last].join(" "));
    if (found.length > SHOWN) last.unshift(word("site-more-found", { count: found.length - SHOWN }));
    else if (!found.length) last.unshift(word("site-nothing-found"));
    const rows = found.slice(0, SHOWN).map((one, at) => result(one, marks, at));
    results.replaceChildren(...first.map(note), ...rows, ...last.map(note));
    results.hidden = false;
  };

  const close = () => {
    if (!results.hidden) announce("");
    results.hidden = true;
    results.replaceChildren();
  };

  const leave = () => {
    input.value = "";
    close();
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
  for (const part of [input, results]) {
    // Where nothing else gets the focus, as in a browser that gives links none, a click may still come.
    part.addEventListener("focusout", ({ relatedTarget: next }) => {
      if (next instanceof Node && next !== input && !results.contains(next)) close();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
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
      if (!input.value.trim()) marks = [];
      CSS.highlights?.delete(FOUND);
      for (const one of marks) {
        const first = rangesIn(target, one)[0]?.startContainer.parentElement;
        for (let at = first?.closest("details"); at && target.contains(at); at = at.parentElement?.closest("details")) {
          at.open = true;
        }
      }
      const ranges = rangesIn(target, marks.flat());
      if (ranges.length && typeof Highlight === "function") CSS.highlights?.set(FOUND, new Highlight(...ranges));
    },
    /** Whether the whole index stands. */
    ready: index.ready,
  };
}

/**
 * @param {Entry} found
 * @param {Mark[][]} marks
 * @param {number} at its place among what was found
 */
function result(found, marks, at) {
  const { text, found: pieces } = snippet(found.text, marks);
  // Those who hear the page hear title and place, and the text if they wait for it.
  return element(
    "li",
    {},
    element(
      "a",
      { href: `#${found.id}`, "aria-labelledby": `found:title:${at} found:where:${at}`, "aria-describedby": `found:text:${at}` },
      line("title", at, marked(found.title, findAll(found.title, marks.flat()))),
      line("where", at, found.where),
      line("text", at, marked(text, pieces)),
    ),
  );
}

/**
 * A line of a result. No item can have its id.
 * @param {string} part
 * @param {number} at
 * @param {Node | string} said
 */
function line(part, at, said) {
  return element("span", { class: `result-${part}`, id: `found:${part}:${at}`, dir: "auto" }, said);
}

/** @param {string} said */
function note(said) {
  return element("li", { class: "result-more" }, said);
}

/**
 * The index of a page, made while the browser has nothing else to do, or at once when it is asked for.
 * @param {readonly Item[]} items
 * @param {ReadonlyMap<string, string>} topicTitles
 */
function indexed(items, topicTitles) {
  const index = searchIndex();
  let at = 0;
  /** @param {number} until */
  const work = (until) => {
    for (let item = items[at]; item && performance.now() < until; item = items[++at]) {
      for (const entry of entriesOf(item, topicTitles)) index.add(entry);
    }
  };
  const later = () => {
    if (at >= items.length) return;
    work(performance.now() + SLICE);
    idle(later);
  };
  idle(later);
  return {
    /** @param {string} query */
    search(query) {
      work(Infinity);
      return index.search(query);
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
 * @param {Mark[]} sought
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
