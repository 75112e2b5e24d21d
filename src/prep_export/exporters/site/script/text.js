// Text as search compares it: without case, diacritics and the letters that Unicode does not take apart.

/**
 * What is looked for in a text: letters, folded, at the start of a word or also within one.
 * @typedef {{word: string, within: boolean}} Mark
 */

/** Letters that NFKD leaves whole, and what people type for them. */
const WHOLE = new Map(Object.entries({
  ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ħ: "h", ı: "i", ς: "σ", "√": " sqrt ",
}));
/** `n²` is `n^2`. */
const RAISED = /[²³¹⁰-⁹]/gu;
const WHOLE_LETTERS = new RegExp(`[${[...WHOLE.keys()].join("")}]`, "gu");
const MARKS = /\p{M}+/gu;
const LETTER = /[\p{L}\p{N}]/u;
/** Letters, digits, and what makes C++ and C# other words than C. */
const WORDS = /[\p{L}\p{N}]+(?:\+\+|#(?!\p{L}))?/gu;
/** Letters of scripts that put no space between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}ー\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
const RUNS = new RegExp(`${UNSPACED.source}+|(?:(?!${UNSPACED.source})${LETTER.source})+`, "gu");
const ASCII = /^[\x00-\x7f]*$/;

/**
 * A text without case and diacritics: `Überanpassung` and `uberanpassung` are the same.
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .replace(RAISED, "^$&")
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
 * The words of a text, folded, in order; each two neighbours where a script puts no space between words.
 * @param {string} text
 * @returns {string[]}
 */
export function terms(text) {
  const words = fold(text).match(WORDS) ?? [];
  if (ASCII.test(text)) return words;
  return words.flatMap((word) => {
    if (!UNSPACED.test(word)) return word;
    return (word.match(RUNS) ?? []).flatMap((run) => (UNSPACED.test(run) ? pairs([...run]) : run));
  });
}

/**
 * Whether a word has letters of a script that puts no space between words.
 * @param {string} word
 */
export function isUnspaced(word) {
  return UNSPACED.test(word);
}

/** @param {string[]} letters */
function pairs(letters) {
  return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}

/**
 * Where words stand in a text: pieces of it, not over each other, in order.
 * @param {string} text as people read it
 * @param {Mark[]} sought
 * @returns {[number, number][]} start and end in `text`
 */
export function findAll(text, sought) {
  const { folded, places } = foldWithPlaces(text);
  /** @type {[number, number][]} */
  const found = [];
  for (const { word, within } of sought) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      if (!within && LETTER.test(folded.charAt(at - 1)) && !UNSPACED.test(word)) continue;
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
