// When a card comes again: FSRS-6, by its published formulas with the published default weights.
//
// https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm
// Stability is the number of days after which a card is still known with a chance of 90 %;
// difficulty goes from 1 to 10. Nothing here knows the clock: whoever calls says what time it is.

export const AGAIN = 1;
export const HARD = 2;
export const GOOD = 3;
export const EASY = 4;

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** The chance of knowing a card at which it comes again. */
const RETENTION = 0.9;
/** Steps within a day for a card that is new, and for one that was forgotten. */
const LEARNING = [MINUTE, 10 * MINUTE];
const RELEARNING = [10 * MINUTE];
const LONGEST_DAYS = 36_500;
const LEAST_STABILITY = 0.001;

const W = [
  0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
  1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];
/** @param {number} index */
const w = (index) => /** @type {number} */ (W[index]);
const DECAY = -w(20);
const FACTOR = 0.9 ** (1 / DECAY) - 1;

/**
 * What is known about a card that was graded.
 * @typedef {object} Memory
 * @property {"learning" | "review" | "relearning"} state
 * @property {number} step which step within a day comes next; 0 in review
 * @property {number} stability in days
 * @property {number} difficulty
 * @property {number} due in milliseconds since 1970
 * @property {number} last when it was graded last, likewise
 */

/**
 * The chance that a card is known.
 * @param {Memory} memory
 * @param {number} now
 */
export function retrievability(memory, now) {
  return (1 + (FACTOR * wholeDays(memory, now)) / memory.stability) ** DECAY;
}

/**
 * A card after a grade.
 * @param {Memory | null} before null for a card that is new
 * @param {number} grade 1 to 4
 * @param {number} now in milliseconds since 1970
 * @returns {Memory}
 */
export function graded(before, grade, now) {
  const stability = before ? nextStability(before, grade, now) : w(grade - 1);
  const difficulty = before ? nextDifficulty(before.difficulty, grade) : clamped(firstDifficulty(grade));
  const state = before ? before.state : "learning";
  /** @type {Next} */
  let next = { state: "review", step: 0, wait: interval(stability) * DAY };
  if (state === "review") {
    if (grade === AGAIN) next = waiting("relearning", 0);
  } else if (grade !== EASY) {
    next = stepped(state, before ? before.step : 0, grade) ?? next;
  }
  return { state: next.state, step: next.step, stability, difficulty, due: now + next.wait, last: now };
}

/**
 * Where a card goes, and how long it waits there, in milliseconds.
 * @typedef {{state: Memory["state"], step: number, wait: number}} Next
 */

/**
 * The next step within the day; null where there is none left.
 * @param {"learning" | "relearning"} state
 * @param {number} step
 * @param {number} grade
 * @returns {Next | null}
 */
function stepped(state, step, grade) {
  const steps = state === "learning" ? LEARNING : RELEARNING;
  if (grade === AGAIN) return waiting(state, 0);
  if (step >= steps.length) return null;
  if (grade === GOOD) return step + 1 < steps.length ? waiting(state, step + 1) : null;
  const next = waiting(state, step);
  // Hard on the first step: between it and the second, or half as much again where there is one.
  if (step === 0) next.wait = steps.length > 1 ? (wait(steps, 0) + wait(steps, 1)) / 2 : wait(steps, 0) * 1.5;
  return next;
}

/**
 * @param {"learning" | "relearning"} state
 * @param {number} step
 * @returns {Next}
 */
function waiting(state, step) {
  return { state, step, wait: wait(state === "learning" ? LEARNING : RELEARNING, step) };
}

/**
 * @param {number[]} steps
 * @param {number} step
 */
function wait(steps, step) {
  return steps[step] ?? DAY;
}

/**
 * Whole days since a card was graded last.
 * @param {Memory} memory
 * @param {number} now
 */
function wholeDays(memory, now) {
  return Math.max(0, Math.floor((now - memory.last) / DAY));
}

/**
 * Days until the chance of knowing a card has fallen to what is wanted.
 * @param {number} stability
 */
function interval(stability) {
  const days = Math.round((stability / FACTOR) * (RETENTION ** (1 / DECAY) - 1));
  return Math.min(Math.max(days, 1), LONGEST_DAYS);
}

/**
 * @param {Memory} memory
 * @param {number} grade
 * @param {number} now
 */
function nextStability(memory, grade, now) {
  const { stability: s, difficulty: d } = memory;
  let next;
  if (now - memory.last < DAY) {
    const growth = Math.exp(w(17) * (grade - 3 + w(18))) * s ** -w(19);
    next = s * (grade === AGAIN ? growth : Math.max(growth, 1));
  } else {
    const r = retrievability(memory, now);
    if (grade === AGAIN) {
      const forgotten = w(11) * d ** -w(12) * ((s + 1) ** w(13) - 1) * Math.exp((1 - r) * w(14));
      next = Math.min(forgotten, s / Math.exp(w(17) * w(18)));
    } else {
      const pace = (grade === HARD ? w(15) : 1) * (grade === EASY ? w(16) : 1);
      next = s * (1 + Math.exp(w(8)) * (11 - d) * s ** -w(9) * (Math.exp((1 - r) * w(10)) - 1) * pace);
    }
  }
  return Math.max(next, LEAST_STABILITY);
}

/** @param {number} grade */
function firstDifficulty(grade) {
  return w(4) - Math.exp(w(5) * (grade - 1)) + 1;
}

/**
 * @param {number} difficulty
 * @param {number} grade
 */
function nextDifficulty(difficulty, grade) {
  const moved = difficulty + ((10 - difficulty) * -w(6) * (grade - 3)) / 9;
  return clamped(w(7) * firstDifficulty(EASY) + (1 - w(7)) * moved);
}

/** @param {number} difficulty */
function clamped(difficulty) {
  return Math.min(Math.max(difficulty, 1), 10);
}
