// What a learner has done, kept in this browser under the bank's id. It works, and says what is wrong,
// where the browser keeps nothing, has no room left, or gives back what nobody can read.

/**
 * @typedef {import("./schedule.js").Memory} Memory
 * @typedef {Memory & {first: number, reps: number, lapses: number}} CardRecord
 *   `first`: when it was graded first; `reps`, `lapses`: how often it was graded and forgotten
 * @typedef {{value: string | number | boolean, at: number}} Setting
 * @typedef {object} Progress
 * @property {Map<string, CardRecord>} cards by `item` or `item/drill`
 * @property {Map<string, number>} missed when something was not known last
 * @property {Map<string, Setting>} settings
 * @typedef {"" | "off" | "full" | "broken"} Trouble
 *   nothing is kept; no room is left; what was kept could not be read and was put aside
 */

export const FORMAT = "prep-export-progress";
const VERSION = 1;
const LARGEST = 20_000_000;
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\/[a-z0-9]+(?:-[a-z0-9]+)*)?$/;
const LATEST_TIME = 8.64e15;
const STATES = ["learning", "review", "relearning"];

/** A file of progress that is refused; `reason` is the name of a label. */
export class Refused extends Error {
  /**
   * @param {string} reason
   * @param {string} [bank]
   */
  constructor(reason, bank = "") {
    super(reason);
    this.reason = reason;
    this.bank = bank;
  }
}

/** @returns {Progress} */
function nothing() {
  return { cards: new Map(), missed: new Map(), settings: new Map() };
}

/**
 * The progress of one bank. `missed` and `cards` that the bank has no longer are kept: they may come back.
 * @param {string} bank its id
 * @param {() => Storage | null} storage may throw, as browsers do
 */
export function openStore(bank, storage) {
  const key = `prep-export:${bank}`;
  const progress = nothing();
  /** @type {Trouble} */
  let trouble = "";
  /** @type {string | null} */
  let unreadable = null;
  /** @type {(() => void)[]} */
  const listeners = [];

  const tell = () => listeners.forEach((listener) => listener());

  /**
   * Takes in what is stored, by this tab or another.
   * @param {boolean} [instead] of what is here: another tab may have taken something back
   */
  function take(instead = false) {
    let text = null;
    try {
      const place = storage();
      if (!place) throw new Error("no storage");
      text = place.getItem(key);
    } catch {
      trouble = "off";
      return;
    }
    if (text === null) return;
    try {
      const stored = parsed(text, bank);
      if (instead) for (const kept of Object.values(progress)) kept.clear();
      merge(progress, stored);
    } catch {
      unreadable = text;
      trouble = "broken";
    }
  }

  /** @param {() => void} [change] what is to be done when all that is stored is known */
  function save(change) {
    const before = trouble;
    if (before !== "off") take();
    change?.();
    if (before === "off") return;
    try {
      const place = storage();
      if (!place) throw new TypeError("no storage");
      if (unreadable !== null) {
        place.setItem(`${key}:unreadable`, unreadable);
        unreadable = null;
      }
      place.setItem(key, written(progress, bank));
      trouble = "";
    } catch (error) {
      trouble = error instanceof DOMException && error.name !== "SecurityError" ? "full" : "off";
    }
    if (trouble !== before) tell();
  }

  take();

  return {
    /** @returns {Trouble} */
    trouble: () => trouble,
    /** Called when progress changed from outside, or whether it can be kept. */
    onChange: (/** @type {() => void} */ listener) => listeners.push(listener),
    card: (/** @type {string} */ id) => progress.cards.get(id),
    cards: () => /** @type {ReadonlyMap<string, CardRecord>} */ (progress.cards),
    missed: () => /** @type {ReadonlyMap<string, number>} */ (progress.missed),
    /**
     * @param {string} id
     * @param {CardRecord} record
     * @param {boolean} wrong
     */
    keep(id, record, wrong) {
      progress.cards.set(id, record);
      if (wrong) progress.missed.set(id, record.last);
      save();
    },
    /**
     * Takes a grade back: what was known before it is put in its place.
     * @param {string} id
     * @param {CardRecord | undefined} record
     * @param {number | undefined} missed
     */
    restore(id, record, missed) {
      save(() => {
        put(progress.cards, id, record);
        put(progress.missed, id, missed);
      });
    },
    /**
     * Notes what was not known, without a grade: the interview's.
     * @param {string[]} ids
     * @param {number} now
     */
    miss(ids, now) {
      for (const id of ids) progress.missed.set(id, now);
      save();
    },
    setting: (/** @type {string} */ name) => progress.settings.get(name)?.value,
    /**
     * @param {string} name
     * @param {string | number | boolean} value
     * @param {number} now
     */
    set(name, value, now) {
      progress.settings.set(name, { value, at: now });
      save();
    },
    exported: () => written(progress, bank, 1),
    /**
     * Joins a file's progress to what is here; of what both know, the later stays.
     * @param {string} text
     * @returns {number} how many cards the file tells about
     */
    join(text) {
      const other = parsed(text, bank);
      merge(progress, other);
      save();
      tell();
      return other.cards.size;
    },
    /** For the event by which a browser tells that another tab has written. */
    heard(/** @type {string | null} */ changed) {
      if (changed !== key) return;
      take(!trouble); // without trouble all that is known here is stored too
      tell();
    },
  };
}

/** @typedef {ReturnType<typeof openStore>} Store */

/**
 * @template T
 * @param {Map<string, T>} into
 * @param {string} id
 * @param {T | undefined} value
 */
function put(into, id, value) {
  if (value === undefined) into.delete(id);
  else into.set(id, value);
}

/**
 * @param {Progress} ours
 * @param {Progress} other
 */
function merge(ours, other) {
  for (const [id, record] of other.cards) {
    const known = ours.cards.get(id);
    if (!known || record.last > known.last) ours.cards.set(id, record);
  }
  for (const [id, at] of other.missed) {
    ours.missed.set(id, Math.max(at, ours.missed.get(id) ?? 0));
  }
  for (const [name, setting] of other.settings) {
    const known = ours.settings.get(name);
    if (!known || setting.at > known.at) ours.settings.set(name, setting);
  }
}

/**
 * @param {Progress} progress
 * @param {string} bank
 * @param {number} [indent]
 */
function written(progress, bank, indent) {
  return JSON.stringify(
    {
      format: FORMAT,
      version: VERSION,
      bank,
      cards: Object.fromEntries(progress.cards),
      missed: Object.fromEntries(progress.missed),
      settings: Object.fromEntries(progress.settings),
    },
    null,
    indent,
  );
}

/**
 * Reads a file of progress; one fault, and all of it is refused.
 * @param {string} text
 * @param {string} bank
 * @returns {Progress}
 */
export function parsed(text, bank) {
  /** @type {any} */
  let data = null;
  if (text.length <= LARGEST) {
    try {
      data = JSON.parse(text);
    } catch {
      // Refused below.
    }
  }
  if (!isObject(data) || data.format !== FORMAT) throw new Refused("not-progress");
  if (data.version !== VERSION) throw new Refused("newer-progress");
  if (data.bank !== bank) throw new Refused("other-bank", String(data.bank).slice(0, 100));
  const progress = nothing();
  read(data.cards, progress.cards, ID, isRecord);
  read(data.missed, progress.missed, ID, isTime);
  read(data.settings, progress.settings, /^[a-z][a-z-]{0,40}$/, isSetting);
  return progress;
}

/**
 * @param {any} data
 * @param {Map<string, any>} into
 * @param {RegExp} name
 * @param {(value: any) => boolean} sound
 */
function read(data, into, name, sound) {
  if (!isObject(data)) throw new Refused("not-progress");
  for (const [id, value] of Object.entries(data)) {
    if (!name.test(id) || !sound(value)) throw new Refused("not-progress");
    into.set(id, value);
  }
}

/** @param {any} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {any} value */
function isTime(value) {
  return Number.isInteger(value) && value >= 0 && value <= LATEST_TIME;
}

/** @param {any} value */
function isCount(value) {
  return Number.isInteger(value) && value >= 0;
}

/** @param {any} value */
function isRecord(value) {
  return (
    isObject(value) &&
    STATES.includes(value.state) &&
    isCount(value.step) && value.step < 2 &&
    Number.isFinite(value.stability) && value.stability > 0 &&
    Number.isFinite(value.difficulty) && value.difficulty >= 1 && value.difficulty <= 10 &&
    isTime(value.due) && isTime(value.last) && isTime(value.first) &&
    isCount(value.reps) && isCount(value.lapses)
  );
}

/** @param {any} value */
function isSetting(value) {
  return (
    isObject(value) && isTime(value.at) &&
    (typeof value.value === "boolean" || Number.isFinite(value.value) ||
      (typeof value.value === "string" && value.value.length <= 20_000))
  );
}
