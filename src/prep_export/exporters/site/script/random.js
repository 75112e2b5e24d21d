// Chance that can be had again: the same seed gives the same choices on every machine.

/**
 * A number of 32 bits for a text (FNV-1a, then mixed so that near texts lie far apart).
 * @param {string} text
 * @returns {number}
 */
export function hash(text) {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * A source of numbers from 0 up to but not 1 (mulberry32).
 * @param {string} seed
 * @returns {() => number}
 */
export function seeded(seed) {
  let state = hash(seed);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A list in an order that a seed decides; where each thing comes to stand depends on it and the
 * seed alone, so what joins or leaves the list does not stir the others.
 * @template T
 * @param {readonly T[]} list
 * @param {string} seed
 * @param {(one: T) => string} name
 * @returns {T[]}
 */
export function shuffled(list, seed, name) {
  /** @type {[number, T][]} */
  const drawn = list.map((one) => [hash(`${seed}\n${name(one)}`), one]);
  return drawn.sort((a, b) => a[0] - b[0]).map(([, one]) => one);
}
