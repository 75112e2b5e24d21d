// Text as search compares it: without case, diacritics and the letters that Unicode does not take apart.

/** Stands before each word of a text that is searched, so that the start of a word is found by one look. */
export const WORD = "\ue000";

/** Letters that NFKD leaves whole, and what people type for them. */
const WHOLE = new Map(Object.entries({
  ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ı: "i", ς: "σ",
}));
const WHOLE_LETTERS = new RegExp(`[${[...WHOLE.keys()].join("")}]`, "gu");
const MARKS = /\p{M}+/gu;
const LETTERS = /[\p{L}\p{N}]+/gu;
const ASCII = /^[\x00-\x7f]*$/;

/**
 * A text without case and diacritics: `Überanpassung` and `uberanpassung` are the same.
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(MARKS, "")
    .replace(WHOLE_LETTERS, (letter) => WHOLE.get(letter) ?? letter);
}

/** @type {Map<string, string>} */
const foldedLetters = new Map();

/**
 * A folded text, and for each place in it the place in the text that it comes from.
 * @param {string} text
 * @returns {{folded: string, places: number[]}} one more place than letters: the end
 */
export function foldWithPlaces(text) {
  let folded = "";
  const places = [];
  let at = 0;
  for (const letter of text) {
    let piece = foldedLetters.get(letter);
    if (piece === undefined) {
      piece = fold(letter);
      foldedLetters.set(letter, piece);
    }
    for (let count = piece.length; count > 0; count--) places.push(at);
    folded += piece;
    at += letter.length;
  }
  places.push(text.length);
  return { folded, places };
}

/**
 * The words somebody looks for, folded; what stands between white space is one.
 * @param {string} text
 * @returns {string[]}
 */
export function words(text) {
  return [...new Set(fold(text).split(/\s+/u).filter(Boolean))];
}

/**
 * A folded text with the start of each word marked.
 * @param {string} folded
 * @returns {string}
 */
export function markStarts(folded) {
  return folded.replace(LETTERS, `${WORD}$&`);
}

/**
 * Where words stand in a text: pieces of it, not over each other, in order.
 * @param {string} text as people read it
 * @param {string[]} sought folded words
 * @returns {[number, number][]} start and end in `text`
 */
export function findAll(text, sought) {
  const { folded, places } = foldWithPlaces(text);
  /** @type {[number, number][]} */
  const found = [];
  for (const word of sought) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      const start = places[at] ?? 0;
      // A mark that folding took away belongs to the letter before it.
      const end = places[at + word.length] ?? text.length;
      if (end > start) found.push([start, end]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  /** @type {[number, number][]} */
  const apart = [];
  for (const [start, end] of found) {
    const last = apart[apart.length - 1];
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
}

/**
 * A label with its fields filled: `{count} found`.
 * @param {string} label
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(label, values) {
  return label.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}
