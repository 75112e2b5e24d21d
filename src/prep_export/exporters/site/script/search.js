// Finding what holds all words of a query, the likeliest first. Pure: it knows texts, not the page.

import { WORD, findAll, fold, markStarts, words } from "./text.js";

/**
 * Something that can be found: an item or a drill.
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} item the id of the item that it is or belongs to
 * @property {string} title
 * @property {string} where its chapter, and for a drill its item
 * @property {string} text what it says, but for its title
 * @property {string} all title, key words and text, folded, with the starts of words marked
 * @property {number} titleEnd where the title ends in `all`
 * @property {number} keywordsEnd where the key words end
 */

/** What a word is worth in title, key words and text: at the start of a word, and within one. */
const WORTH = /** @type {const} */ ([[60, 40], [30, 20], [10, 4]]);
const WHOLE_WORD_IN_TITLE = 8;
const TITLE_BEGINS_SO = 50;
const AS_PHRASE = 15;
const LETTER = /[\p{L}\p{N}]/u;

/**
 * @param {{id: string, item: string, title: string, where: string, keywords: string, text: string}} from
 * @returns {Entry}
 */
export function entry({ id, item, title, where, keywords, text }) {
  const [a, b, c] = [title, keywords, text].map((field) => markStarts(fold(field)));
  const head = `${a}\n${b}\n`;
  return { id, item, title, where, text, all: head + c, titleEnd: (a ?? "").length, keywordsEnd: head.length - 1 };
}

/**
 * @typedef {{word: string, start: string, within: string}} Sought
 *   a folded word, and it marked as in an entry, from the start of a word and from within one
 */

/**
 * @param {string} word
 * @returns {Sought}
 */
function sought(word) {
  const start = markStarts(word);
  return { word, start, within: start.startsWith(WORD) ? start.slice(1) : start };
}

/**
 * What a word is worth where it stands.
 * @param {Entry} entry
 * @param {number} at in its `all`
 * @param {0 | 1} within
 */
function worth({ titleEnd, keywordsEnd }, at, within) {
  return WORTH[at < titleEnd ? 0 : at < keywordsEnd ? 1 : 2][within];
}

/**
 * How well an entry answers; 0 where a word is missing.
 * @param {Entry} entry
 * @param {Sought[]} sought_
 * @param {Sought} phrase
 */
function score(entry, sought_, phrase) {
  const { all, titleEnd } = entry;
  let sum = 0;
  for (const { start, within } of sought_) {
    const first = all.indexOf(within);
    if (first < 0) return 0;
    /** @type {number} */
    let best = worth(entry, first, 1);
    const begun = all.indexOf(start, Math.max(0, first - 1));
    if (begun >= 0) {
      best = Math.max(best, worth(entry, begun, 0));
      const whole = begun < titleEnd && !LETTER.test(all.charAt(begun + start.length));
      if (whole) best += WHOLE_WORD_IN_TITLE;
    }
    sum += best;
  }
  if (all.startsWith(phrase.start)) sum += TITLE_BEGINS_SO;
  else if (sought_.length > 1 && all.includes(phrase.within)) sum += AS_PHRASE;
  // Of two that answer alike the one with less around it.
  return sum + 1 / (1 + titleEnd);
}

/**
 * A search over entries that remembers its last answer: who types on looks through that alone.
 * @param {readonly Entry[]} entries
 * @returns {(query: string) => Entry[]} the likeliest first; nothing for a query without words
 */
export function searcher(entries) {
  let last = "";
  /** @type {readonly Entry[]} */
  let among = entries;
  return (query) => {
    const all = words(query).map(sought);
    if (!all.length) return [];
    const folded = fold(query).trim().replace(/\s+/gu, " ");
    const candidates = last && folded.startsWith(last) ? among : entries;
    const phrase = sought(folded);
    /** @type {[number, Entry][]} */
    const found = [];
    for (const one of candidates) {
      const points = score(one, all, phrase);
      if (points) found.push([points, one]);
    }
    // Sorting is stable, so equals stay in the order of the bank.
    last = folded;
    among = found.map(([, one]) => one);
    return found.sort((a, b) => b[0] - a[0]).map(([, one]) => one);
  };
}

const BEFORE = 50;
const SNIPPET = 170;

/**
 * The piece of a text around the first of the words, with where they stand in it.
 * @param {string} text
 * @param {string[]} sought folded words
 * @returns {{text: string, found: [number, number][]}}
 */
export function snippet(text, sought) {
  const first = firstPlace(text, sought);
  let start = 0;
  if (first > BEFORE) {
    start = text.lastIndexOf(" ", first - BEFORE / 2);
    if (start < first - 2 * BEFORE) start = first - BEFORE;
    start = Math.max(start, 0);
  }
  let end = text.length;
  if (end - start > SNIPPET) {
    end = text.lastIndexOf(" ", start + SNIPPET);
    if (end < start + SNIPPET / 2) end = start + SNIPPET;
  }
  const piece = text.slice(start, end).trim();
  const shown = `${start > 0 ? "… " : ""}${piece}${end < text.length ? " …" : ""}`;
  return { text: shown, found: findAll(shown, sought) };
}

/**
 * Where the first of the words stands; -1 where none does. Looks piece by piece, as most stand early
 * in a long text.
 * @param {string} text
 * @param {string[]} sought folded words
 */
function firstPlace(text, sought) {
  const step = 300;
  // A letter folds to one or more, but may carry marks: room for a word with two on each.
  const over = 3 * Math.max(0, ...sought.map((word) => word.length));
  for (let at = 0; at < text.length; at += step) {
    const found = findAll(text.slice(at, at + step + over), sought)[0];
    if (found) return at + found[0];
  }
  return -1;
}
