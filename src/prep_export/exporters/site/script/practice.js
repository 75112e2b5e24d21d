// Which card comes next. Pure: cards, what is known about them, the time; no page and no clock.

import { PRIORITIES } from "./filters.js";
import { shuffled } from "./random.js";
import { AGAIN, DAY, MINUTE, graded } from "./schedule.js";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./store.js").CardRecord} CardRecord
 * @typedef {{id: string, item: Item, element: HTMLElement, drill: boolean}} Card
 *
 * @typedef {"day" | "due" | "wrong" | "all"} Mode
 *   what is due and some new; only what is due; only what was wrong lately; everything once
 *
 * @typedef {object} Options
 * @property {Mode} mode
 * @property {number} limit new cards a day
 * @property {boolean} shuffle
 * @property {string} seed
 * @property {number} [today] new cards today, if they are more than on other days
 * @property {number} [since] when a card that was graded before is wrong again; otherwise this morning
 * @property {string} [last] the card that was just graded
 *
 * @typedef {object} Queue
 * @property {Card | null} next
 * @property {number} learning cards that come again within the day
 * @property {number} due
 * @property {number} fresh new cards that are left for today
 * @property {number} waiting new cards that are for other days
 * @property {number} begun new cards that were begun today
 * @property {number} later when the next one is due, in milliseconds since 1970; 0 for never
 */

/** A day of study begins at four in the morning: who sits up late is still in the day before. */
const DAY_BEGINS = 4;
/** Cards that come again within the day come this much early when nothing else is left. */
const AHEAD = 20 * MINUTE;

/**
 * When the day of study began, in the time of this place.
 * @param {number} now
 */
export function dayStart(now) {
  const start = new Date(now);
  start.setHours(DAY_BEGINS, 0, 0, 0);
  if (start.getTime() > now) start.setDate(start.getDate() - 1);
  return start.getTime();
}

/** @param {number} now */
export function dayEnd(now) {
  const end = new Date(dayStart(now));
  end.setDate(end.getDate() + 1);
  return end.getTime();
}

/**
 * A seed for the day: the same shuffle till evening, another one tomorrow.
 * @param {number} now
 */
export function seedOf(now) {
  const day = new Date(dayStart(now));
  return `${day.getFullYear()}-${day.getMonth() + 1}-${day.getDate()}`;
}

/**
 * @param {readonly Card[]} cards those that the filters let through, in the order of the bank
 * @param {ReadonlyMap<string, CardRecord>} records of the whole bank
 * @param {ReadonlySet<string>} wrong ids of what was wrong lately
 * @param {Options} options
 * @param {number} now
 * @returns {Queue}
 */
export function queue(cards, records, wrong, options, now) {
  const today = dayStart(now);
  const tomorrow = dayEnd(now);
  /** @type {[number, Card][]} */
  const learning = [];
  /** @type {Card[]} */
  let due = [];
  /** @type {Card[]} */
  let fresh = [];
  let later = 0;
  let unseen = 0;
  /** @param {number} at */
  const postpone = (at) => {
    later = later ? Math.min(later, at) : at;
  };
  for (const card of cards) {
    const record = records.get(card.id);
    if (options.mode === "wrong" && !wrong.has(card.id)) continue;
    if (!record) {
      if (options.mode === "day") fresh.push(card);
      else if (options.mode !== "due") {
        due.push(card);
        unseen++;
      }
    } else if (record.state !== "review" && record.due < tomorrow) {
      learning.push([record.due, card]);
    } else if (options.mode === "all" || options.mode === "wrong") {
      if (record.last < (options.since ?? today)) due.push(card);
      else postpone(record.due);
    } else if (record.due < tomorrow) due.push(card);
    else postpone(record.due);
  }
  if (options.shuffle) {
    due = shuffled(due, options.seed, (card) => card.id);
    fresh = shuffled(fresh, options.seed, (card) => card.id);
  }
  fresh.sort((a, b) => urgency(a) - urgency(b));
  const begun = begunSince(records, today);
  const waiting = fresh.splice(Math.max(0, Math.max(options.limit, options.today ?? 0) - begun)).length;
  if (waiting && options.limit) postpone(tomorrow);
  learning.sort((a, b) => a[0] - b[0]);
  const [first] = learning;
  let next = null;
  if (first && first[0] <= now) next = first[1];
  else {
    // What was forgotten a moment ago is still in mind: any other comes before it.
    const ahead = learning.filter(([at]) => at <= now + AHEAD).map(([, card]) => card);
    next = due[0] ?? fresh[0] ?? ahead.find(({ id }) => id !== options.last) ?? ahead[0] ?? null;
  }
  if (first && !next) postpone(first[0]);
  return {
    next, learning: learning.length, due: due.length - unseen, fresh: fresh.length + unseen, waiting, begun, later,
  };
}

/**
 * New cards come by priority first, as in the deck.
 * @param {Card} card
 */
function urgency(card) {
  return PRIORITIES.indexOf(card.item.priority);
}

/**
 * @param {ReadonlyMap<string, CardRecord>} records
 * @param {number} since
 * @returns {number} how many cards were graded for the first time since then
 */
function begunSince(records, since) {
  let count = 0;
  for (const record of records.values()) if (record.first >= since) count++;
  return count;
}

/**
 * @param {CardRecord | undefined} record
 * @param {number} grade
 * @param {number} now
 * @returns {CardRecord}
 */
export function answered(record, grade, now) {
  const forgotten = record?.state === "review" && grade === AGAIN;
  return {
    ...graded(record ?? null, grade, now),
    first: record?.first ?? now,
    reps: (record?.reps ?? 0) + 1,
    lapses: (record?.lapses ?? 0) + Number(forgotten),
  };
}

/**
 * How long a card waits, in the words of a language: `10 min`, `3 days`.
 * @param {number} wait in milliseconds
 * @param {string} language
 */
export function waitText(wait, language) {
  const days = wait / DAY;
  /** @type {[number, string]} */
  let [amount, unit] = [Math.max(1, Math.round(wait / MINUTE)), "minute"];
  if (days >= 365) [amount, unit] = [Math.round((days / 365.25) * 10) / 10, "year"];
  else if (days >= 60) [amount, unit] = [Math.round(days / 30.4), "month"];
  else if (days >= 1) [amount, unit] = [Math.round(days), "day"];
  else if (wait >= 90 * MINUTE) [amount, unit] = [Math.round(wait / (60 * MINUTE)), "hour"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(amount);
}
