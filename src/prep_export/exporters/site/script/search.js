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
 * @property {Map<number, number>} worths what the word is worth in entries, by their places
 * @property {Mark[]} marks
 */

/** What a word is worth by where it stands; in a text once, and ever so often. */
const WORTH = { title: 60, keywords: 30, once: 10, often: 20 };
/** How much of that counts for a word that is sought: where another begins so, is of its stem, … */
const SHARE = { begins: 0.7, stem: 0.8, within: 0.3, slip: 0.6 };
/** What is added where all stands side by side as it was asked for; and to items, which say more than drills. */
const MORE = { isTitle: 100, beginsTitle: 50, inTitle: 30, inText: 15, item: 8 };
/** Letters from which a word may stand within another, and be misspelt once; and twice. */
const LONG_WORD = 5;
const LONGER_WORD = 8;
/** How much of what the best has, by weight, the others must have. */
const ENOUGH = 0.6;

/** An index of entries, which are added one by one. */
export function searchIndex() {
  /** @type {Entry[]} */
  const entries = [];
  /** @type {[string, string][]} for each entry the words of its title and of its text, each after a space */
  const said = [];
  /** @type {Map<string, number[]>} word: places of entries, each followed by what the word is worth there */
  const vocabulary = new Map();

  /** @param {Entry} entry */
  const add = (entry) => {
    const { title, keywords, text } = entry;
    const [inTitle, inText] = [terms(title), terms(text)];
    /** @type {Map<string, number>} */
    const worths = new Map();
    for (const one of inText) worths.set(one, (worths.get(one) ?? 0) + 1);
    for (const [one, count] of worths) worths.set(one, WORTH.often - (WORTH.often - WORTH.once) / count);
    /**
     * @param {string[]} words
     * @param {number} worth
     */
    const raise = (words, worth) => {
      for (const one of new Set(words)) worths.set(one, (worths.get(one) ?? 0) + worth);
    };
    raise(inTitle, WORTH.title);
    raise(terms(keywords), WORTH.keywords);
    if (inTitle.length > 1 && inTitle.length < 7) raise([inTitle.map(([first]) => first).join("")], WORTH.title);
    for (const [one, worth] of worths) {
      const places = vocabulary.get(one);
      if (places) places.push(entries.length, worth);
      else vocabulary.set(one, [entries.length, worth]);
    }
    entries.push(entry);
    said.push([spaced(inTitle), spaced(inText)]);
  };

  /**
   * What a word finds: those that it is, begins, or is a form of, and stands in if it is long; and two words that are
   * written as one. Where there are none, those that it stands in though it is short, or that it misspells.
   * @param {string} term
   * @returns {Sought}
   */
  const seek = (term) => {
    const slips = term.length < LONG_WORD || /\p{N}/u.test(term) ? 0 : term.length < LONGER_WORD ? 1 : 2;
    const found = by(term, (word) => likeness(word, term));
    apart(term, found);
    if (!found.worths.size) by(term, (word) => (word.includes(term) ? SHARE.within : 0), found);
    for (let many = 1; many <= slips && !found.worths.size; many++) {
      by(term, (word) => (near(word, 0, term, 0, many) ? SHARE.slip : 0), found);
    }
    const having = found.worths.size;
    if (having) found.weight = Math.log(1 + (entries.length - having + 0.5) / (having + 0.5));
    return found;
  };

  /**
   * @param {string} term
   * @param {(word: string) => number} like how much of a word's worth counts
   * @param {Sought} [found] what is filled
   */
  const by = (term, like, found = { weight: 0, worths: new Map(), marks: [] }) => {
    let [begun, inside] = [false, false];
    for (const [word, places] of vocabulary) {
      const much = like(word);
      if (!much) continue;
      if (!word.includes(term)) found.marks.push({ word, within: false });
      else if (much === SHARE.within) inside = true;
      else begun = true;
      for (let at = 0; at < places.length; at += 2) {
        const [place = 0, worth = 0] = [places[at], places[at + 1]];
        if (much * worth > (found.worths.get(place) ?? 0)) found.worths.set(place, much * worth);
      }
    }
    if (begun || inside) found.marks.push({ word: term, within: inside });
    return found;
  };

  /**
   * Adds where two words that are sought as one stand side by side.
   * @param {string} term
   * @param {Sought} found
   */
  const apart = (term, { worths, marks }) => {
    for (let at = 2; at < term.length - 1; at++) {
      const parts = [term.slice(0, at), term.slice(at)];
      if (!parts.every((part) => vocabulary.has(part))) continue;
      const both = spaced(parts);
      let any = false;
      said.forEach(([title, text], place) => {
        const worth = title.includes(both) ? WORTH.title : text.includes(both) ? WORTH.once : 0;
        if (worth) any = true;
        if (worth > (worths.get(place) ?? 0)) worths.set(place, worth);
      });
      if (any) marks.push(...parts.map((word) => ({ word, within: false })));
    }
  };

  /**
   * What stands side by side as it was asked for.
   * @param {number} place
   * @param {string} phrase
   * @param {boolean} several whether it is more than one word
   */
  const asPhrase = (place, phrase, several) => {
    const [title = "", text = ""] = said[place] ?? [];
    if (close(title) === close(phrase)) return MORE.isTitle;
    if (title.startsWith(phrase)) return MORE.beginsTitle;
    if (!several) return 0;
    return title.includes(phrase) ? MORE.inTitle : text.includes(phrase) ? MORE.inText : 0;
  };

  /**
   * @param {string} query
   * @returns {Found}
   */
  const search = (query) => {
    const asked = terms(query);
    const sought = [...new Set(asked)].map(seek).sort((a, b) => b.weight - a.weight);
    if (!asked.length) return literally(query);
    const phrase = spaced(asked).trimEnd();
    const all = sought.reduce((sum, { weight }) => sum + weight, 0);
    /** @type {Map<number, {has: number, points: number}>} */
    const scores = new Map();
    for (const { weight, worths } of sought) {
      for (const [place, worth] of worths) {
        const score = scores.get(place) ?? { has: 0, points: 0 };
        score.has += weight;
        score.points += (weight * worth) / all;
        scores.set(place, score);
      }
    }
    let most = 0;
    for (const { has } of scores.values()) most = Math.max(most, has);
    /** @type {[number, number, Entry][]} */
    const found = [];
    for (const [place, { has, points }] of scores) {
      const entry = entries[place];
      if (!entry || has < ENOUGH * most) continue;
      const more = asPhrase(place, phrase, asked.length > 1) + (entry.id === entry.item ? MORE.item : 0);
      // Of two that answer alike the one with less around it.
      found.push([points + more + 1 / (1 + entry.title.length), place, entry]);
    }
    found.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    const telling = sought.filter(({ worths }) => worths.size && worths.size < entries.length / 2);
    return {
      entries: found.map(([, , entry]) => entry),
      whole: most > all - 1e-9 && sought.every(({ weight }) => weight),
      marks: (telling.length ? telling : sought).map(({ marks }) => marks),
    };
  };

  /**
   * Signs without a letter, as they stand.
   * @param {string} query
   * @returns {Found}
   */
  const literally = (query) => {
    const sign = fold(query).trim();
    const has = sign ? entries.filter(({ title, text }) => fold(`${title} ${text}`).includes(sign)) : [];
    return { entries: has, whole: true, marks: sign ? [[{ word: sign, within: true }]] : [] };
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
  if (at === 0) return word.length === term.length ? 1 : SHARE.begins;
  if (at > 0) return isUnspaced(term) ? SHARE.begins : term.length < LONG_WORD ? 0 : SHARE.within;
  const kin = isKin(word, term) || (term.length >= LONGER_WORD && near(word, 0, term, 0, 1));
  return kin ? SHARE.stem : 0;
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
