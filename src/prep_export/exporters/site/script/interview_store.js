// Interviews that this browser keeps: the one under way, and those before. Nothing that it gives back is
// believed before every value was looked at.

/**
 * @typedef {import("./interview_run.js").Run} Run
 * @typedef {import("./interview_run.js").Turn} Turn
 * @typedef {import("./interview.js").Step} Step
 * @typedef {"" | "off" | "full" | "broken"} Trouble as that of progress
 */

const INTERVIEWS_VERSION = 1;
const KEPT = 30;
const LONGEST_NOTES = 20_000;
const PLACES = ["warm-up", "question", "middle", "closing"];
const PHASES = ["asked", "points", "follow-up", "answer"];
const TURN_STATES = ["", "asked", "done", "skipped"];
const FOLLOW_UP_GRADES = ["yes", "half", "no"];

/**
 * @param {string} bank its id
 * @param {() => Storage | null} storage may throw, as browsers do
 */
export function openInterviews(bank, storage) {
  const key = `prep-export:${bank}:interview`;
  /** @type {Run | null} */
  let current = null;
  /** @type {Run[]} */
  let past = [];
  /** @type {Trouble} */
  let trouble = "";

  /** @param {boolean} whole whether the interview under way is taken too */
  function take(whole) {
    let text = null;
    try {
      text = storage()?.getItem(key) ?? null;
    } catch {
      trouble = "off";
    }
    if (text === null) return;
    const found = readInterviews(text);
    if (found) {
      if (whole) current = found.current;
      const known = new Set(found.past.map(({ started }) => started));
      past = [...found.past, ...past.filter(({ started }) => !known.has(started) && !removed.has(started))];
      past = past.filter(({ started }) => !removed.has(started)).sort((a, b) => b.started - a.started);
      return;
    }
    trouble = "broken";
    try {
      storage()?.setItem(`${key}:unreadable`, text);
    } catch {
      // There is no room to put it aside: it is written over.
    }
  }

  /** @type {Set<number>} */
  const removed = new Set();

  function save() {
    if (trouble === "off") return;
    take(false);
    past = past.slice(0, KEPT);
    try {
      storage()?.setItem(key, JSON.stringify({ version: INTERVIEWS_VERSION, current, past }));
      if (trouble === "full") trouble = "";
    } catch (error) {
      trouble = error instanceof DOMException && error.name !== "SecurityError" ? "full" : "off";
    }
  }

  take(true);

  return {
    trouble: () => trouble,
    current: () => current,
    past: () => past,
    /** Keeps the interview under way; one that has ended joins those before. */
    keep(/** @type {Run} */ run) {
      current = run.ended ? null : run;
      if (run.ended && !removed.has(run.started)) {
        past = [run, ...past.filter(({ started }) => started !== run.started)];
      }
      save();
    },
    /** Forgets the interview under way. */
    drop() {
      current = null;
      save();
    },
    remove(/** @type {Run} */ { started }) {
      removed.add(started);
      past = past.filter((run) => run.started !== started);
      save();
    },
    /** Takes a removal back. */
    restore(/** @type {Run} */ run) {
      removed.delete(run.started);
      past = [run, ...past].sort((a, b) => b.started - a.started);
      save();
    },
  };
}

/** @typedef {ReturnType<typeof openInterviews>} Interviews */

/**
 * @param {string} text
 * @returns {{current: Run | null, past: Run[]} | null} null where one thing is wrong with it
 */
export function readInterviews(text) {
  /** @type {any} */
  let data = null;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const sound =
    isRecordOf(data) &&
    data.version === INTERVIEWS_VERSION &&
    (data.current === null || isRun(data.current)) &&
    isListOf(data.past, isRun);
  return sound ? { current: data.current, past: data.past } : null;
}

/** @param {any} value */
function isRun(value) {
  return (
    isRecordOf(value) &&
    isWhole(value.started) && isWhole(value.ended) &&
    isShort(value.seed) &&
    isRecordOf(value.wishes) && isWhole(value.wishes.minutes) &&
    ["junior", "mid", "senior"].includes(value.wishes.level) && isListOf(value.wishes.topics, isShort) &&
    PHASES.includes(value.phase) &&
    isListOf(value.turns, isTurn) &&
    isWhole(value.at) && value.at <= value.turns.length && (value.ended > 0 || value.at < value.turns.length)
  );
}

/** @param {any} value */
function isTurn(value) {
  return (
    isRecordOf(value) && isStep(value.step) &&
    isWhole(value.points) && isPlaces(value.said) && isPlaces(value.admitted) && isPlaces(value.order) &&
    value.said.length <= value.points &&
    (value.had === "" || FOLLOW_UP_GRADES.includes(value.had)) &&
    isListOf(value.grades, (grade) => FOLLOW_UP_GRADES.includes(grade)) &&
    value.grades.length <= value.order.length &&
    isDuration(value.answered) && isDuration(value.used) &&
    typeof value.notes === "string" && value.notes.length <= LONGEST_NOTES &&
    TURN_STATES.includes(value.state)
  );
}

/** @param {any} value */
function isStep(value) {
  return (
    isRecordOf(value) && isShort(value.id) && isShort(value.topic) && PLACES.includes(value.place) &&
    isWhole(value.minutes) && isWhole(value.followUps)
  );
}

/** @param {any} value */
function isRecordOf(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {any} value
 * @param {(one: any) => boolean} sound
 */
function isListOf(value, sound) {
  return Array.isArray(value) && value.length <= 1000 && value.every(sound);
}

/** @param {any} value */
function isWhole(value) {
  return Number.isInteger(value) && value >= 0 && value <= 8.64e15;
}

/** @param {any} value */
function isDuration(value) {
  return Number.isFinite(value) && value >= 0;
}

/** @param {any} value */
function isShort(value) {
  return typeof value === "string" && value.length <= 300;
}

/** @param {any} value */
function isPlaces(value) {
  return isListOf(value, isWhole) && new Set(value).size === value.length;
}
