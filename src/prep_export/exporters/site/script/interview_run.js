// A mock interview under way: what was said, missed and had, and how long it took. Pure but for the
// `Run` that it changes; no page and no clock.

import { fold } from "./text.js";

/**
 * @typedef {import("./interview.js").Step} Step
 * @typedef {import("./interview.js").Wishes} Wishes
 *
 * @typedef {"yes" | "half" | "no"} Grade
 * @typedef {"asked" | "points" | "follow-up" | "answer"} Phase
 *   the question alone; its key points; a follow-up alone; with its answer
 *
 * @typedef {object} Content what the page has about a question, as text
 * @property {string} title
 * @property {string[]} points
 * @property {string[]} pitfalls
 * @property {{ask: string, answer: string}[]} followUps
 *
 * @typedef {object} Turn a question of the interview
 * @property {Step} step
 * @property {number} points how many key points it has
 * @property {number[]} said which of them
 * @property {number[]} admitted which pitfalls
 * @property {Grade | ""} had the answer as a whole, where there are no key points
 * @property {number[]} order of its follow-ups, those that are asked
 * @property {Grade[]} grades of those, as far as they were asked
 * @property {number} answered milliseconds until the answer was given; 0 before
 * @property {number} used milliseconds for all of it
 * @property {string} notes
 * @property {"" | "asked" | "done" | "skipped"} state
 *
 * @typedef {object} Run
 * @property {number} started in milliseconds since 1970
 * @property {number} ended 0 while it goes on
 * @property {string} seed
 * @property {Wishes} wishes
 * @property {number} at which turn
 * @property {Phase} phase
 * @property {Turn[]} turns
 */

export const GRADES_OF_FOLLOW_UPS = /** @type {const} */ (["yes", "half", "no"]);
const SHORTEST_WORD = 4;
const STEM = 6;
/** How much more it costs to miss what is more important. */
const WEIGHT = new Map([["core", 3], ["standard", 2], ["extra", 1]]);

/**
 * @param {string} seed
 * @param {Wishes} wishes
 * @param {Step[]} steps
 * @param {number} now
 * @returns {Run}
 */
export function begun(seed, wishes, steps, now) {
  const turns = steps.map((step) => emptyTurn(step));
  if (turns[0]) turns[0].state = "asked";
  return { started: now, ended: 0, seed, wishes, at: 0, phase: "asked", turns };
}

/**
 * @param {Step} step
 * @returns {Turn}
 */
function emptyTurn(step) {
  return {
    step, points: 0, said: [], admitted: [], had: "", order: [], grades: [],
    answered: 0, used: 0, notes: "", state: "",
  };
}

/** @param {Run} run */
export function turnOf(run) {
  return run.turns[run.at];
}

/**
 * The answer is given; now its key points are looked at.
 * @param {Run} run
 * @param {Content} content
 */
export function giveAnswer(run, content) {
  const turn = turnOf(run);
  if (!turn || run.phase !== "asked") return;
  turn.answered = Math.max(1, turn.used);
  turn.points = content.points.length;
  run.phase = "points";
}

/**
 * The key points are ticked: on to the follow-ups, or to the next question.
 * @param {Run} run
 * @param {Content} content
 * @param {number} now
 */
export function closePoints(run, content, now) {
  const turn = turnOf(run);
  if (!turn || run.phase !== "points") return;
  const missed = content.points.filter((_, at) => !turn.said.includes(at));
  turn.order = followUpOrder(content, missed).slice(0, turn.step.followUps);
  if (turn.order.length) run.phase = "follow-up";
  else closeTurn(run, "done", now);
}

/**
 * Back from the first follow-up, for whoever went on too soon.
 * @param {Run} run
 */
export function reopenPoints(run) {
  const turn = turnOf(run);
  if (!turn || run.phase !== "follow-up" || turn.grades.length) return;
  turn.order = [];
  run.phase = "points";
}

/**
 * @param {Run} run
 * @param {Grade} grade
 * @param {number} now
 */
export function gradeFollowUp(run, grade, now) {
  const turn = turnOf(run);
  if (!turn || run.phase !== "answer") return;
  turn.grades.push(grade);
  if (turn.grades.length < turn.order.length) run.phase = "follow-up";
  else closeTurn(run, "done", now);
}

/**
 * Ends a question. One that was answered counts as such, also where its follow-ups are skipped.
 * @param {Run} run
 * @param {"done" | "skipped"} state
 * @param {number} now
 */
export function closeTurn(run, state, now) {
  const turn = turnOf(run);
  if (!turn) return;
  turn.state = turn.answered ? "done" : state;
  run.at++;
  run.phase = "asked";
  const next = turnOf(run);
  if (next) next.state = "asked";
  else run.ended = now;
}

/**
 * Ends it here: what was not asked is left out, and a question without an answer does not count.
 * @param {Run} run
 * @param {number} now
 */
export function giveUp(run, now) {
  const turn = turnOf(run);
  if (turn) turn.state = turn.answered ? "done" : "";
  run.ended = now;
}

/**
 * Follow-ups in the order in which they are asked: first those about what was missed.
 *
 * A follow-up is about it as far as its words, with those of its answer, are words of key points that
 * were not said. A word is one of four letters or more, cut to six, so that `retrieve` and `retrieval` are
 * one; words of the question itself count for nothing. Where as many are shared, the author's order stays.
 * @param {Content} content
 * @param {string[]} missed key points
 * @returns {number[]} places
 */
export function followUpOrder(content, missed) {
  const common = stems(content.title);
  const sought = new Set([...stems(missed.join(" "))].filter((stem) => !common.has(stem)));
  const shared = content.followUps.map(
    ({ ask, answer }) => [...stems(`${ask} ${answer}`)].filter((stem) => sought.has(stem)).length,
  );
  return content.followUps.map((_, at) => at).sort((a, b) => (shared[b] ?? 0) - (shared[a] ?? 0) || a - b);
}

/**
 * @param {string} text
 * @returns {Set<string>}
 */
function stems(text) {
  const found = new Set();
  for (const word of wordsOf(fold(text))) {
    // A word of signs that stand for more than a letter may be short.
    if (word.length >= SHORTEST_WORD || /[^\p{Script=Latin}\p{Script=Cyrillic}\p{N}]/u.test(word)) {
      found.add(word.slice(0, STEM));
    }
  }
  return found;
}

/**
 * @param {string} text
 * @returns {string[]}
 */
function wordsOf(text) {
  if (typeof Intl.Segmenter !== "function") return text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const found = [];
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)) {
    if (isWordLike) found.push(segment);
  }
  return found;
}

/**
 * @typedef {object} Counts
 * @property {number} questions that were answered
 * @property {number} skipped
 * @property {number} said key points
 * @property {number} points of the questions that were answered
 * @property {number} admitted pitfalls
 * @property {number} had follow-ups
 * @property {number} half
 * @property {number} followUps that were asked
 * @property {number} used milliseconds
 * @property {number} minutes planned for what was asked
 */

/**
 * What came of some questions. Nothing is weighed: these are counts.
 * @param {readonly Turn[]} turns
 * @returns {Counts}
 */
export function countsOf(turns) {
  const counts = {
    questions: 0, skipped: 0, said: 0, points: 0, admitted: 0, had: 0, half: 0, followUps: 0, used: 0, minutes: 0,
  };
  for (const turn of turns) {
    if (!turn.state) continue;
    counts.used += turn.used;
    counts.minutes += turn.step.minutes;
    if (turn.state === "skipped") counts.skipped++;
    if (turn.state !== "done") continue;
    counts.questions++;
    counts.said += turn.said.length;
    counts.points += turn.points;
    counts.admitted += turn.admitted.length;
    // An answer without key points is graded as a whole, as a follow-up is.
    const grades = turn.had ? [turn.had, ...turn.grades] : turn.grades;
    counts.followUps += grades.length;
    counts.had += grades.filter((grade) => grade === "yes").length;
    counts.half += grades.filter((grade) => grade === "half").length;
  }
  return counts;
}

/**
 * @param {readonly Turn[]} turns
 * @returns {Map<string, Turn[]>} by topic, in the order in which they were met; only what was asked
 */
export function byTopic(turns) {
  /** @type {Map<string, Turn[]>} */
  const topics = new Map();
  for (const turn of turns) {
    if (!turn.state) continue;
    topics.set(turn.step.topic, [...(topics.get(turn.step.topic) ?? []), turn]);
  }
  return topics;
}

/**
 * How much of a question was missed: each key point not said, pitfall admitted and follow-up not had is
 * one, a half one half; of what was skipped, all that was planned is missed.
 * @param {Turn} turn
 * @param {number} points that the question has
 */
export function missedOf(turn, points) {
  if (turn.state === "skipped") return Math.max(1, points) + turn.step.followUps;
  if (turn.state !== "done") return 0;
  const cost = { yes: 0, half: 0.5, no: 1, "": 0 };
  const graded = [turn.had, ...turn.grades].reduce((sum, grade) => sum + cost[grade], 0);
  return turn.points - turn.said.length + turn.admitted.length + graded;
}

/**
 * What to study, first what cost most: what was missed times how important it is.
 * @param {readonly Turn[]} turns
 * @param {(id: string) => {priority: string, points: number}} about
 * @returns {Turn[]}
 */
export function toStudy(turns, about) {
  return turns
    .map((turn) => {
      const { priority, points } = about(turn.step.id);
      return { turn, cost: missedOf(turn, points) * (WEIGHT.get(priority) ?? 2) };
    })
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.cost - a.cost)
    .map(({ turn }) => turn);
}

/**
 * Minutes and seconds: `1:05`.
 * @param {number} milliseconds
 */
export function clockText(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
