// Finding what answers a query, the likeliest first. Pure: it knows texts, not the page.

import { findAll, fold, isUnspaced, terms } from "./text.js";

/**
 * Something that can be found: an item or a drill.
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} item the id of the item that it is or belongs to
 * @property {string} title
 * @property {string} where its chapter, and for a drill its item
 * @property {string} keywords
 * @property {string} text what it says, but for its title
 *
 * @typedef {import("./text.js").Mark} Mark
 *
 * @typedef {object} Found
 * @property {Entry[]} entries the likeliest first
 * @property {boolean} whole whether one of them has all that was asked for
 * @property {Mark[][]} marks for each word that tells entries apart what it is found by, the rarest first
 *
 * @typedef {object} Sought
 * @property {number} weight the more, the fewer entries have the word; 0 where none has
 * @property {Float32Array} worths what the word is worth in each entry
 * @property {number} having how many entries have it
 * @property {Mark[]} marks
 */

/** What a word is worth in the title, among key words, in the text once, and there ever so often. */
const IN_TITLE = 60;
const IN_KEYWORDS = 30;
const IN_TEXT = 10;
const OFTEN = 20;
/** How much of that counts for a word that is sought where another begins so, is a form of it, … */
const BEGINS = 0.7;
const FORM = 0.8;
const WITHIN = 0.3;
const SLIP = 0.6;
/** What is added where all stands side by side as it was asked for; within title and text, for each further word. */
const TITLE_IS = 100;
const TITLE_BEGINS = 50;
const TITLE_HAS = 30;
const TEXT_HAS = 15;
/** What is added to items, which say more than their drills. */
const IS_ITEM = 8;
/** Letters from which a word may stand within another, and be misspelt once; and twice. */
const LONG_WORD = 5;
const LONGER_WORD = 8;
/** How much of what the best has, by weight, the others must have. */
const ENOUGH = 0.6;

/** An index of entries, which are added one by one. */
export function searchIndex() {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {[string, string][]} for each entry the words of its title and of its text, each between spaces */
  const said = [];
  /** @type {Map<string, number[]>} word: places of entries, each before what it is worth there */
  const vocabulary = new Map();

  /** @param {Entry} entry */
  const add = (entry) => {
    const title = terms(entry.title);
    const text = terms(entry.text);
    // Mixture of experts is looked for as MoE.
    const initials = title.length > 1 && title.length < 7 ? [title.map(([first]) => first).join("")] : [];
    /** @type {Map<string, number>} */
    const worths = new Map();
    for (const one of text) worths.set(one, (worths.get(one) ?? 0) + 1);
    for (const [one, count] of worths) worths.set(one, OFTEN - (OFTEN - IN_TEXT) / count);
    for (const one of new Set(terms(entry.keywords))) worths.set(one, (worths.get(one) ?? 0) + IN_KEYWORDS);
    for (const one of new Set([...initials, ...title])) worths.set(one, (worths.get(one) ?? 0) + IN_TITLE);
    for (const [one, worth] of worths) {
      const places = vocabulary.get(one);
      if (places) places.push(entries.length, worth);
      else vocabulary.set(one, [entries.length, worth]);
    }
    entries.push(entry);
    said.push([spaced(title), spaced(text)]);
  };

  /**
   * What a word finds: those that it is, begins, or is a form of, and stands in if it is long; and two words that are
   * written as one. Where there are none, those that it stands in though it is short, or that it misspells.
   * @param {string} term
   * @returns {Sought}
   */
  const seek = (term) => {
    const worths = new Float32Array(entries.length);
    /** @type {Mark[]} */
    const marks = [];
    let having = 0;
    /**
     * @param {number} place
     * @param {number} worth
     */
    const raise = (place, worth) => {
      const before = worths[place] ?? 0;
      if (!before) having++;
      if (worth > before) worths[place] = worth;
    };

    /** @param {(word: string) => number} like how much of a word's worth counts */
    const look = (like) => {
      let most = 0;
      let least = 1;
      for (const [word, places] of vocabulary) {
        const much = like(word);
        if (!much) continue;
        if (word.includes(term)) [most, least] = [1, Math.min(least, much)];
        else marks.push({ word, within: false });
        for (let at = 0; at < places.length; at += 2) raise(places[at] ?? 0, much * (places[at + 1] ?? 0));
      }
      if (most) marks.push({ word: term, within: least === WITHIN });
    };

    look((word) => likeness(word, term));
    for (let at = 2; at < term.length - 1; at++) {
      const parts = [term.slice(0, at), term.slice(at)];
      if (!parts.every((part) => vocabulary.has(part))) continue;
      const both = spaced(parts);
      const places = [...said.keys()].filter((place) => said[place]?.some((one) => one.includes(both)));
      for (const place of places) raise(place, said[place]?.[0].includes(both) ? IN_TITLE : IN_TEXT);
      if (places.length) marks.push(...parts.map((word) => ({ word, within: false })));
    }
    if (!having) look((word) => (word.includes(term) ? WITHIN : 0));
    const slips = term.length < LONG_WORD || /\p{N}/u.test(term) ? 0 : term.length < LONGER_WORD ? 1 : 2;
    for (let many = 1; many <= slips && !having; many++) look((word) => (near(word, 0, term, 0, many) ? SLIP : 0));
    // As BM25 weighs them: log((all - having) / having), and never below nothing.
    const weight = having && Math.log(1 + (entries.length - having + 0.5) / (having + 0.5));
    return { weight, worths, having, marks };
  };

  /**
   * @param {string} query
   * @returns {Found}
   */
  const search = (query) => {
    const asked = terms(query);
    if (!asked.length) return literally(query);
    const sought = [...new Set(asked)].map(seek).sort((a, b) => b.weight - a.weight);
    const all = sought.reduce((sum, { weight }) => sum + weight, 0);
    /** What of the weight an entry has. */
    const shares = new Float32Array(entries.length);
    for (const { weight, worths } of sought) {
      worths.forEach((worth, place) => { if (worth) shares[place] = (shares[place] ?? 0) + weight / all; });
    }
    const most = shares.reduce((a, b) => Math.max(a, b), 0);
    const phrase = spaced(asked).trimEnd();
    const closed = close(phrase);
    /** @type {[number, Entry][]} */
    const found = [];
    entries.forEach((entry, place) => {
      const [[title, text] = ["", ""], share = 0] = [said[place], shares[place]];
      if (!share || share < ENOUGH * most) return;
      let points = sought.reduce((sum, { weight, worths }) => sum + (weight / all) * (worths[place] ?? 0), 0);
      // Of two that answer alike the one with less around it.
      points += 1 / (1 + title.length) + (entry.id === entry.item ? IS_ITEM : 0);
      if (close(title) === closed) points += TITLE_IS;
      else if (title.startsWith(phrase)) points += TITLE_BEGINS;
      points += (asked.length - 1) * (title.includes(phrase) ? TITLE_HAS : text.includes(phrase) ? TEXT_HAS : 0);
      found.push([points, entry]);
    });
    const telling = sought.filter(({ having }) => having && having < entries.length / 2);
    return {
      // Sorting is stable, so equals stay in the order of the bank.
      entries: found.sort((a, b) => b[0] - a[0]).map(([, entry]) => entry),
      whole: most > 0.999 && sought.every(({ weight }) => weight),
      marks: (telling.length ? telling : sought).map(({ marks }) => marks),
    };
  };

  /**
   * Signs without a letter, as they stand.
   * @param {string} query
   * @returns {Found}
   */
  const literally = (query) => {
    const word = fold(query).trim();
    return {
      entries: word ? entries.filter(({ title, text }) => fold(`${title} ${text}`).includes(word)) : [],
      whole: true,
      marks: word ? [[{ word, within: true }]] : [],
    };
  };

  return { add, search };
}

/**
 * Words as one: `KV cache` is `kvcache`, and FlashAttention is `flash attention`.
 * @param {string} words
 */
function close(words) {
  return words.replaceAll(" ", "");
}

/** @param {string[]} words */
function spaced(words) {
  return ` ${words.join(" ")} `;
}

/**
 * How much a word of an entry counts for one that is sought.
 * @param {string} word
 * @param {string} term
 */
function likeness(word, term) {
  const at = word.indexOf(term);
  if (at === 0) return word.length === term.length ? 1 : BEGINS;
  if (at > 0) return isUnspaced(term) ? BEGINS : term.length < LONG_WORD ? 0 : WITHIN;
  const kin = isKin(word, term) || (term.length >= LONGER_WORD && near(word, 0, term, 0, 1));
  return kin ? FORM : 0;
}

/**
 * Whether two words are likely forms of one, in most languages that have forms: three quarters of the longer one, and
 * five letters, are the same; or all of the shorter one, and four.
 * @param {string} a
 * @param {string} b
 */
function isKin(a, b) {
  const [shorter, longer] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
  if (shorter < LONG_WORD - 1 || shorter < longer * 0.75) return false;
  let same = 0;
  while (same < shorter && a[same] === b[same]) same++;
  return same >= longer * 0.75 && (same >= LONG_WORD || same === shorter);
}

/**
 * Whether words, each from a place on, are so many slips apart, or fewer: a letter too many, one missing, another
 * one, or two swapped.
 * @param {string} a
 * @param {number} i
 * @param {string} b
 * @param {number} j
 * @param {number} slips
 * @returns {boolean}
 */
function near(a, i, b, j, slips) {
  if (Math.abs(a.length - i - b.length + j) > slips) return false;
  while (i < a.length && a[i] === b[j]) [i, j] = [i + 1, j + 1];
  if (i >= a.length && j >= b.length) return true;
  if (!slips) return false;
  return (
    near(a, i + 1, b, j, slips - 1) ||
    near(a, i, b, j + 1, slips - 1) ||
    near(a, i + 1, b, j + 1, slips - 1) ||
    (a[i] === b[j + 1] && a[i + 1] === b[j] && near(a, i + 2, b, j + 2, slips - 1))
  );
}

const BEFORE = 50;
const SNIPPET = 170;

/**
 * The piece of a text around what tells most of what was sought, with where all of it stands.
 * @param {string} text
 * @param {Mark[][]} marks
 * @returns {{text: string, found: [number, number][]}}
 */
export function snippet(text, marks) {
  const first = firstPlace(text, marks);
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
  return { text: shown, found: findAll(shown, marks.flat()) };
}

/**
 * Where the first word of those that stand in a text begins; -1 where none does. Looks piece by piece, as most
 * stand early in a long text.
 * @param {string} text
 * @param {Mark[][]} marks
 */
function firstPlace(text, marks) {
  const folded = fold(text);
  const step = 300;
  for (const one of marks) {
    if (!one.some(({ word }) => folded.includes(word))) continue;
    // A letter folds to one or more, but may carry marks: room for a word with two on each.
    const over = 3 * Math.max(...one.map(({ word }) => word.length));
    for (let at = 0; at < text.length; at += step) {
      // With the letter before it, which says whether a word begins here.
      const from = Math.max(0, at - 1);
      const found = findAll(text.slice(from, at + step + over), one)[0];
      if (found) return from + found[0];
    }
  }
  return -1;
}
