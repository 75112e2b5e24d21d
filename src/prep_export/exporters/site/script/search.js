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
 * @property {string[]} fields title, key words and text, folded, with the starts of words marked
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
  const fields = [title, keywords, text].map((field) => markStarts(fold(field)));
  return { id, item, title, where, text, fields };
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
 * How well an entry answers; 0 where a word is missing.
 * @param {Entry} entry
 * @param {Sought[]} all
 * @param {Sought} phrase
 */
function score({ fields }, all, phrase) {
  const title = fields[0] ?? "";
  let sum = 0;
  for (const { start, within } of all) {
    let best = 0;
    for (let field = 0; field < WORTH.length && !best; field++) {
      const text = fields[field] ?? "";
      const [atStart, inside] = WORTH[field] ?? [0, 0];
      const at = text.indexOf(start);
      if (at >= 0) {
        best = atStart;
        if (field === 0 && !LETTER.test(text.charAt(at + start.length))) best += WHOLE_WORD_IN_TITLE;
      } else if (text.includes(within)) best = inside;
    }
    if (!best) return 0;
    sum += best;
  }
  if (title.startsWith(phrase.start)) sum += TITLE_BEGINS_SO;
  else if (all.length > 1 && fields.some((text) => text.includes(phrase.within))) sum += AS_PHRASE;
  // Of two that answer alike the one with less around it.
  return sum + 1 / (1 + title.length);
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
      const worth = score(one, all, phrase);
      if (worth) found.push([worth, one]);
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
  const first = findAll(text, sought)[0];
  let start = 0;
  if (first && first[0] > BEFORE) {
    start = text.lastIndexOf(" ", first[0] - BEFORE / 2);
    if (start < first[0] - 2 * BEFORE) start = first[0] - BEFORE;
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
