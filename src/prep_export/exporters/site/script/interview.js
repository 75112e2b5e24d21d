// Which questions a mock interview asks, and in what order: as an interviewer would choose them.
// Pure: the same questions, wishes and chance give the same interview.
//
// A short warm-up, then questions that rise in difficulty and are spread over the topics, a longer design
// question in the middle, at most one to code and one about behaviour, and no two that are related.

/**
 * @typedef {object} Question what the choice knows about one
 * @property {string} id
 * @property {string[]} roots of its topics; the first is its home
 * @property {string} kind
 * @property {string} difficulty one that is not known counts as medium
 * @property {string} priority
 * @property {number} followUps how many it has
 * @property {string[]} related ids
 *
 * @typedef {"junior" | "mid" | "senior"} Level
 * @typedef {object} Wishes
 * @property {number} minutes
 * @property {string[]} topics roots; none for all
 * @property {Level} level
 *
 * @typedef {"warm-up" | "question" | "middle" | "closing"} Place
 * @typedef {object} Step
 * @property {string} id
 * @property {Place} place
 * @property {string} topic the root that it is asked for
 * @property {number} minutes
 * @property {number} followUps how many of its follow-ups there is time for
 *
 * @typedef {(name: string) => number} Chance from 0 up to but not 1, always the same for a name
 *
 * @typedef {{step: Step, question: Question, fee: Fee}} Picked
 * @typedef {{answer: number, most: number}} Fee
 *   minutes for the answer with a look at the key points, and follow-ups of a minute each at the most
 * @typedef {{depth: number, extras: boolean}} Manner
 *   follow-ups for each question, and whether minutes are set aside for coding and behaviour
 */

export const MINUTES = [20, 30, 45, 60];
/** @type {readonly Level[]} */
export const SENIORITY = ["junior", "mid", "senior"];
const HARDNESS = ["easy", "medium", "hard"];
/** What share of the questions is easy, medium, hard. */
const MIX = { junior: [0.5, 0.45, 0.05], mid: [0.2, 0.55, 0.25], senior: [0.1, 0.4, 0.5] };
/** How far an easy, medium or hard one is from what the long question should be. */
const MISFIT = { junior: [0, 0, 1], mid: [1, 0, 0], senior: [2, 1, 0] };

const WARM_UP = { answer: 2, most: 1 };
const ORDINARY = { answer: 3, most: 3 };
const LONG = { answer: 7, most: 3 };
/** @type {Record<string, Fee>} */
const FEES = { design: LONG, case: LONG, coding: { answer: 7, most: 1 }, behavioural: { answer: 4, most: 2 } };
/** From how many minutes on one question to code and one about behaviour have their place. */
const ROOM_FOR_EXTRAS = 45;
/** Minutes of the answer's that go into the look at the key points. */
const LOOK = 1;

/** Ways to plan, from the one that an interviewer likes best to the one that meets most topics. */
const MANNERS = [
  { depth: 2, extras: true },
  { depth: 1, extras: true },
  { depth: 1, extras: false },
];

/**
 * @param {readonly Question[]} questions
 * @param {Wishes} wishes
 * @param {Chance} random
 * @returns {Step[]}
 */
export function plan(questions, wishes, random) {
  /** @type {Step[]} */
  let best = [];
  let most = -1;
  for (const manner of MANNERS) {
    const picked = choice(questions, wishes, random, manner);
    const met = new Set(picked.flatMap(({ question }) => question.roots));
    const count = wishes.topics.filter((topic) => met.has(topic)).length;
    if (count > most) [best, most] = [ordered(picked, random), count];
    if (most === wishes.topics.length) break;
  }
  return best;
}

/**
 * How long an answer may take before its key points are looked at.
 * @param {Step} step
 * @returns {number} seconds
 */
export function answerSeconds(step) {
  return (step.minutes - step.followUps - LOOK) * 60;
}

/**
 * @param {readonly Question[]} questions
 * @param {Wishes} wishes
 * @param {Chance} random
 * @param {Manner} manner
 * @returns {Picked[]}
 */
function choice(questions, wishes, random, { depth, extras }) {
  const asked = new Set(wishes.topics);
  const pool = asked.size ? questions.filter(({ roots }) => roots.some((root) => asked.has(root))) : questions;
  const named = asked.size ? [...asked] : [...new Set(pool.map(home))];
  const topics = named.sort((a, b) => random(`topic ${a}`) - random(`topic ${b}`));
  const chances = new Map(pool.map((one) => [one.id, chanceOf(one, random)]));
  const near = nearness(wishes.level);
  /** @type {Picked[]} */
  const picked = [];
  let left = wishes.minutes;

  /** @param {Question} one */
  const isFree = (one) =>
    picked.every(
      ({ question: { id, related } }) => id !== one.id && !related.includes(one.id) && !one.related.includes(id),
    );
  /** @param {string} topic */
  const count = (topic) => picked.filter(({ question }) => belongs(question, topic)).length;
  /** @param {string} kind */
  const has = (kind) => picked.some(({ question }) => question.kind === kind);

  /**
   * @param {Place} place
   * @param {Question} question
   * @param {string} topic
   * @param {Fee} [fee]
   */
  const pick = (place, question, topic, fee = feeOf(question)) => {
    const followUps = Math.max(0, Math.min(depth, question.followUps, fee.most, left - fee.answer));
    const minutes = fee.answer + followUps;
    picked.push({ question, fee, step: { id: question.id, place, topic, minutes, followUps } });
    left -= minutes;
  };

  /**
   * The best of those that fit.
   * @param {(one: Question) => boolean} wanted
   * @param {((one: Question) => number)[]} ranks smaller is better; the first counts first
   * @param {Fee} [fee]
   * @param {number} [limit] minutes
   */
  const best = (wanted, ranks, fee, limit = left) => {
    const all = [...ranks, (/** @type {Question} */ one) => -(chances.get(one.id) ?? 0)];
    /** @type {Question | undefined} */
    let found;
    for (const one of pool) {
      if (!wanted(one) || least(one, fee) > limit || !isFree(one)) continue;
      if (!found || byRanks(one, found, all) < 0) found = one;
    }
    return found;
  };

  /** The topic that a question chosen for another reason is asked for. @param {Question} one */
  const topicOf = (one) => one.roots.find((root) => asked.has(root)) ?? home(one);

  const middle = best((one) => isLong(one), [(one) => near(one, MISFIT)], undefined, left / 2);
  if (middle) pick("middle", middle, topicOf(middle));
  if (extras && wishes.minutes >= ROOM_FOR_EXTRAS) {
    for (const kind of ["coding", "behavioural"]) {
      // First where a topic has nothing else to ask.
      const others = new Set(pool.filter((one) => one.kind !== kind).map(home));
      /** @param {Question} one */
      const elsewhere = (one) => Number(others.has(home(one)));
      const extra = best((one) => one.kind === kind, [elsewhere, (one) => near(one, MISFIT)]);
      if (extra) pick(placeOf(extra), extra, topicOf(extra));
    }
  }
  const warmUp = best(isOrdinary, [hardness, (one) => count(topicOf(one))], WARM_UP);
  if (warmUp) pick("warm-up", warmUp, topicOf(warmUp), WARM_UP);

  /** What is asked, in this order, while there is time: what is rarer comes when nothing else is left. */
  const tiers = [
    isOrdinary,
    (/** @type {Question} */ one) => isExtra(one) && !has(one.kind),
    isLong,
    isExtra,
  ];
  const next = () => {
    const rising = [...topics].sort((a, b) => count(a) - count(b));
    const wanted = shortest(picked, wishes.level);
    /** @param {string} topic @param {(one: Question) => boolean} tier */
    const found = (topic, tier) => {
      const ranks = [
        (/** @type {Question} */ one) => Math.abs(hardness(one) - wanted),
        (/** @type {Question} */ one) => Number(home(one) !== topic),
      ];
      const one = best((other) => tier(other) && belongs(other, topic), ranks);
      if (one) pick(placeOf(one), one, topic);
      return Boolean(one);
    };
    const unmet = asked.size ? rising.filter((topic) => !count(topic)) : [];
    return (
      tiers.slice(0, 3).some((tier) => unmet.some((topic) => found(topic, tier))) ||
      tiers.some((tier) => rising.some((topic) => found(topic, tier)))
    );
  };
  while (next());
  spread(picked, left);
  return picked;
}

/**
 * Gives minutes that are left to follow-ups, the long question's first, then those of the harder ones.
 * @param {Picked[]} picked
 * @param {number} left
 */
function spread(picked, left) {
  const order = [...picked].sort(
    (a, b) =>
      Number(b.step.place === "middle") - Number(a.step.place === "middle") ||
      hardness(b.question) - hardness(a.question),
  );
  for (let given = true; given; ) {
    given = false;
    for (const { step, question, fee } of order) {
      if (!left || step.followUps >= Math.min(question.followUps, fee.most)) continue;
      step.followUps++;
      step.minutes++;
      left--;
      given = true;
    }
  }
}

/**
 * The warm-up, then what rises, with the long question where half of the rest's time has gone by.
 * @param {Picked[]} picked
 * @param {Chance} random
 * @returns {Step[]}
 */
function ordered(picked, random) {
  /** @param {Place} place */
  const at = (place) => picked.filter(({ step }) => step.place === place);
  /** @param {Place} place */
  const rising = (place) =>
    at(place).sort((a, b) =>
      byRanks(a.question, b.question, [hardness, (one) => random(`order ${one.id}`)]),
    );
  const list = [...at("warm-up"), ...rising("question"), ...rising("closing")];
  const half = list.reduce((sum, { step }) => sum + step.minutes, 0) / 2;
  let place = 0;
  let gone = 0;
  for (const { step } of list) {
    // Nearer to the half with this one before it than without.
    if (Math.abs(gone + step.minutes - half) > Math.abs(gone - half)) break;
    gone += step.minutes;
    place++;
  }
  list.splice(place, 0, ...at("middle"));
  return list.map(({ step }) => step);
}

/**
 * The difficulty of which most is missing in what was picked.
 * @param {Picked[]} picked
 * @param {Level} level
 */
function shortest(picked, level) {
  const counted = picked.filter(({ step }) => step.place === "warm-up" || step.place === "question");
  const missing = MIX[level].map(
    (share, at) =>
      share * (counted.length + 1) - counted.filter(({ question }) => hardness(question) === at).length,
  );
  return missing.indexOf(Math.max(...missing));
}

/** @param {Question} one */
const home = (one) => one.roots[0] ?? "";

/** @param {Question} one @param {string} topic */
const belongs = (one, topic) => (topic ? one.roots.includes(topic) : !one.roots.length);

/** @param {Question} one */
const feeOf = (one) => FEES[one.kind] ?? ORDINARY;

/** @param {Question} one */
const isLong = (one) => feeOf(one) === LONG;

/** @param {Question} one */
const isExtra = (one) => one.kind === "coding" || one.kind === "behavioural";

/**
 * How somebody works is asked at the end.
 * @param {Question} one
 * @returns {Place}
 */
const placeOf = ({ kind }) => (kind === "behavioural" ? "closing" : "question");

/** @param {Question} one */
const isOrdinary = (one) => feeOf(one) === ORDINARY;

/**
 * The fewest minutes that a question takes: with a follow-up, where it has one.
 * @param {Question} one
 * @param {Fee} [fee]
 */
function least(one, fee = feeOf(one)) {
  return fee.answer + Math.min(1, one.followUps);
}

/** @param {Question} one */
function hardness({ difficulty }) {
  const at = HARDNESS.indexOf(difficulty);
  return at < 0 ? 1 : at;
}

/** @param {Level} level */
function nearness(level) {
  return (/** @type {Question} */ one, /** @type {Record<Level, number[]>} */ table) =>
    table[level][hardness(one)] ?? 0;
}

/**
 * Of what is more important, the best of several draws: it comes more often.
 * @param {Question} one
 * @param {Chance} random
 */
function chanceOf(one, random) {
  const draws = one.priority === "core" ? 3 : one.priority === "extra" ? 1 : 2;
  let best = 0;
  for (let draw = 0; draw < draws; draw++) best = Math.max(best, random(`draw ${draw} ${one.id}`));
  return best;
}

/**
 * @param {Question} a
 * @param {Question} b
 * @param {((one: Question) => number)[]} ranks
 */
function byRanks(a, b, ranks) {
  for (const rank of ranks) {
    const difference = rank(a) - rank(b);
    if (difference) return difference;
  }
  return 0;
}
