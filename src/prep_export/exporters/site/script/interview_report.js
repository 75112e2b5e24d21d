// What came of an interview: by topic, what to study, question by question; on screen, as text, as data.

import { copyOf, element, word } from "./dom.js";
import { addressOf, sharedText } from "./interview_form.js";
import { askedCopy, contentOf } from "./interview_items.js";
import { byTopic, clockText, countsOf, toStudy } from "./interview_run.js";

/**
 * @typedef {import("./interview_items.js").Asked} Asked
 * @typedef {import("./interview_run.js").Run} Run
 * @typedef {import("./interview_run.js").Turn} Turn
 * @typedef {import("./interview_run.js").Counts} Counts
 *
 * @typedef {object} Sources where the words come from
 * @property {(id: string) => Asked | undefined} find
 * @property {(root: string) => string} title of a topic
 * @property {string} language
 * @property {string} bank its title
 */

const FORMAT_OF_INTERVIEW = "prep-export-interview";

/**
 * @param {Run} run
 * @param {string} language
 */
export function dateText(run, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(run.started);
}

/** @param {number} count @param {number} all */
export function ofText(count, all) {
  return all ? word("site-interview-of", { count, all }) : "–";
}

/**
 * Follow-ups: those that were had, of how many, and how many half.
 * @param {Counts} counts
 */
function hadText({ had, half, followUps }) {
  const text = ofText(had, followUps);
  return half ? `${text}${word("comma")}${word("site-interview-half-count", { count: half })}` : text;
}

/** @param {Counts} counts */
function timeText({ used, minutes }) {
  return `${clockText(used)} / ${clockText(minutes * 60_000)}`;
}

/**
 * What was missed in a question, as the page's elements; those that the page no longer has are left out.
 * @param {Turn} turn
 * @param {Asked} asked
 */
function missedParts(turn, asked) {
  const answered = turn.state === "done";
  return {
    points: answered ? asked.points.filter((_, at) => !turn.said.includes(at)) : [],
    pitfalls: turn.admitted.flatMap((at) => asked.pitfalls[at] ?? []),
    followUps: turn.grades.flatMap((grade, at) => {
      const one = asked.followUps[turn.order[at] ?? -1];
      return one && grade !== "yes" ? [{ ...one, half: grade === "half" }] : [];
    }),
  };
}

/** @param {Turn[]} turns @param {Sources} sources */
function studied(turns, { find }) {
  return toStudy(turns, (id) => {
    const asked = find(id);
    return { priority: asked?.item.priority ?? "", points: asked?.points.length ?? 0 };
  }).filter(({ step }) => find(step.id));
}

/**
 * Ids of what was missed, first what costs most.
 * @param {Run} run
 * @param {Sources} sources
 */
export function missedIds(run, sources) {
  return studied(run.turns, sources).map(({ step }) => step.id);
}

/**
 * The report as elements, without what can be done with it.
 * @param {Run} run
 * @param {Sources} sources
 */
export function reportOf(run, sources) {
  const counts = countsOf(run.turns);
  const asked = run.turns.filter(({ state }) => state);
  const address = addressOf(run);
  const shared = sharedText(run, sources.title);
  const link = address ? element("a", { href: address, dir: "ltr" }, shared) : shared;
  /** @type {[string, string][]} */
  const figures = [
    ["site-interview-said", ofText(counts.said, counts.points)],
    ["site-interview-follow-ups-had", hadText(counts)],
    ["site-interview-admitted", String(counts.admitted)],
    ["site-interview-time", timeText(counts)],
  ];
  return element(
    "div", { class: "iv-report" },
    element("h1", { tabindex: -1 }, word("site-interview-report")),
    element("p", { class: "iv-taken" }, takenText(run, counts, sources)),
    element("dl", { class: "iv-figures" },
      ...figures.map(([name, value]) => element("div", {}, element("dt", {}, word(name)), element("dd", {}, value)))),
    element("h2", {}, word("site-interview-by-topic")), topicTable(run, sources),
    element("h2", {}, word("site-interview-study")), studyList(run, sources),
    element("h2", {}, word("site-interview-by-question")),
    element("ol", { class: "iv-questions" }, ...asked.map((turn) => questionLine(turn, sources))),
    element("p", { class: "iv-repeat" }, word("site-interview-repeat"), element("br"), link),
  );
}

/** @param {Run} run @param {Counts} counts @param {Sources} sources */
function takenText(run, counts, { language }) {
  const said = [
    dateText(run, language),
    word("site-interview-in-minutes", { minutes: run.wishes.minutes }),
    word(`site-interview-${run.wishes.level}`),
    `${word("site-interview-seed")}${word("colon")}${run.seed}`,
    `${word("site-interview-questions-answered")}${word("colon")}${ofText(counts.questions, run.turns.length)}`,
  ];
  if (counts.skipped) said.push(`${word("site-interview-skipped")}${word("colon")}${counts.skipped}`);
  return said.join(" · ");
}

/** @param {Run} run @param {Sources} sources */
function topicTable(run, { title }) {
  const heads = [
    "site-topic", "site-interview-questions-answered", "site-interview-said", "site-interview-admitted",
    "site-interview-follow-ups-had", "site-interview-time",
  ];
  const rows = [...byTopic(run.turns)].map(([topic, turns]) => {
    const counts = countsOf(turns);
    const cells = [
      ofText(counts.questions, turns.length), ofText(counts.said, counts.points), String(counts.admitted),
      hadText(counts), timeText(counts),
    ];
    return element("tr", {}, element("th", { scope: "row", dir: "auto" }, title(topic)),
      ...cells.map((text, at) => {
        const cell = element("td", { "data-head": word(heads[at + 1] ?? "") }, text);
        if (at === 1 && counts.points) cell.append(share(counts.said, counts.points));
        return cell;
      }));
  });
  return element(
    "table", { class: "iv-table" },
    element("thead", {}, element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, word(name))))),
    element("tbody", {}, ...rows),
  );
}

/**
 * A count as a bar, for the eye alone.
 * @param {number} count
 * @param {number} all
 */
function share(count, all) {
  const filled = element("i", {});
  filled.style.inlineSize = `${(100 * count) / all}%`;
  return element("span", { class: "iv-share", "aria-hidden": "true" }, filled);
}

/** @param {Run} run @param {Sources} sources */
function studyList(run, sources) {
  const turns = studied(run.turns, sources);
  if (!turns.length) return element("p", {}, word("site-interview-nothing-missed"));
  const lines = turns.map((turn) => {
    const asked = sources.find(turn.step.id);
    return element("li", {}, asked ? titleLink(asked) : turn.step.id, " ",
      element("span", { class: "iv-why" }, whyText(turn, asked)));
  });
  return element("ol", { class: "iv-study" }, ...lines);
}

/**
 * Why a question is to be studied, in counts.
 * @param {Turn} turn
 * @param {Asked | undefined} asked
 */
function whyText(turn, asked) {
  if (turn.state === "skipped") return word("site-interview-skipped");
  const missed = turn.points - turn.said.length;
  const not = turn.grades.filter((grade) => grade !== "yes").length;
  /** @type {[string, number][]} */
  const counts = [
    ["site-interview-missed", missed],
    ["site-interview-admitted", turn.admitted.length],
    ["site-interview-not-had", not],
  ];
  const said = counts.filter(([, count]) => count).map(([name, count]) => `${word(name)}${word("colon")}${count}`);
  const priority = asked?.item.priority;
  if (priority === "core") said.push(word("site-priority-core"));
  return said.join(" · ");
}

/** @param {Asked} asked */
function titleLink(asked) {
  return element("a", { href: `#${asked.item.anchor}`, dir: "auto" }, askedCopy(asked));
}

/**
 * @param {Turn} turn
 * @param {Sources} sources
 */
function questionLine(turn, { find }) {
  const asked = find(turn.step.id);
  const skipped = turn.state === "skipped";
  const times = [word("site-interview-time-of", {
    time: clockText(turn.used), planned: clockText(turn.step.minutes * 60_000),
  })];
  if (turn.answered) times.unshift(word("site-interview-answer-after", { time: clockText(turn.answered) }));
  if (skipped) times.unshift(word("site-interview-skipped"));
  if (turn.state === "done") times.unshift(word("site-said", { count: turn.said.length, all: turn.points }));
  const line = element(
    "li", {}, element("h3", {}, asked ? titleLink(asked) : turn.step.id),
    element("p", { class: "iv-why" }, times.join(" · ")),
  );
  if (asked) {
    const missed = missedParts(turn, asked);
    line.append(
      entryList("site-interview-missed", missed.points.map((one) => copyOf(one)), "iv-missed"),
      entryList("site-interview-admitted", missed.pitfalls.map((one) => copyOf(one)), "iv-fell"),
      entryList("site-interview-not-had", missed.followUps.map(({ ask, half }) => {
        const made = copyOf(ask);
        if (half) made.append(" ", element("small", {}, `(${word("site-interview-had-half")})`));
        return made;
      }), "iv-not-had"),
    );
  }
  if (turn.notes.trim()) {
    line.append(element("h4", {}, word("site-interview-notes")), element("pre", { class: "iv-noted", dir: "auto" }, turn.notes.trim()));
  }
  return line;
}

/**
 * @param {string} label
 * @param {Node[]} entries
 * @param {string} kind
 */
function entryList(label, entries, kind) {
  const made = document.createDocumentFragment();
  if (!entries.length) return made;
  made.append(
    element("h4", {}, word(label)),
    element("ul", { class: kind }, ...entries.map((one) => element("li", { dir: "auto" }, one))),
  );
  return made;
}

/**
 * The report as text, to be sent or pasted.
 * @param {Run} run
 * @param {Sources} sources
 */
export function reportText(run, sources) {
  const counts = countsOf(run.turns);
  const colon = word("colon");
  const lines = [
    `${sources.bank}${colon}${word("site-interview")}`,
    takenText(run, counts, sources),
    `${word("site-interview-said")}${colon}${ofText(counts.said, counts.points)}`,
    `${word("site-interview-follow-ups-had")}${colon}${hadText(counts)}`,
    `${word("site-interview-admitted")}${colon}${counts.admitted}`,
    `${word("site-interview-time")}${colon}${timeText(counts)}`,
    "", word("site-interview-by-topic"),
  ];
  for (const [topic, turns] of byTopic(run.turns)) {
    const own = countsOf(turns);
    lines.push(`- ${sources.title(topic)}${colon}${ofText(own.said, own.points)} · ${hadText(own)} · ${timeText(own)}`);
  }
  lines.push("", word("site-interview-study"));
  for (const turn of studied(run.turns, sources)) {
    const asked = sources.find(turn.step.id);
    if (!asked) continue;
    const { title } = contentOf(asked);
    lines.push(`- ${title} (${whyText(turn, asked)})`);
    for (const text of missedTexts(turn, asked)) lines.push(`  · ${text}`);
  }
  const noted = run.turns.filter(({ notes }) => notes.trim());
  if (noted.length) lines.push("", word("site-interview-notes"));
  for (const turn of noted) {
    const asked = sources.find(turn.step.id);
    lines.push(`- ${asked ? contentOf(asked).title : turn.step.id}`, ...turn.notes.trim().split("\n").map((one) => `  ${one}`));
  }
  lines.push("", word("site-interview-repeat"), sharedText(run, sources.title), "");
  return lines.join("\n");
}

/** @param {Turn} turn @param {Asked} asked */
function missedTexts(turn, asked) {
  const content = contentOf(asked);
  if (turn.state !== "done") return [];
  return [
    ...content.points.filter((_, at) => !turn.said.includes(at)),
    ...turn.admitted.flatMap((at) => content.pitfalls[at] ?? []),
    ...turn.grades.flatMap((grade, at) => (grade === "yes" ? [] : (content.followUps[turn.order[at] ?? -1]?.ask ?? []))),
  ];
}

/**
 * The report as data, with the texts, so that it can be read without the page.
 * @param {Run} run
 * @param {Sources} sources
 * @param {string} bank its id
 */
export function reportData(run, sources, bank) {
  const questions = run.turns.filter(({ state }) => state).map((turn) => {
    const asked = sources.find(turn.step.id);
    const content = asked ? contentOf(asked) : null;
    return {
      id: turn.step.id,
      question: content?.title ?? "",
      topic: turn.step.topic,
      skipped: turn.state === "skipped",
      said: turn.said.flatMap((at) => content?.points[at] ?? []),
      missed: turn.state === "done" ? (content?.points.filter((_, at) => !turn.said.includes(at)) ?? []) : [],
      pitfalls: turn.admitted.flatMap((at) => content?.pitfalls[at] ?? []),
      followUps: turn.grades.map((grade, at) => ({ ask: content?.followUps[turn.order[at] ?? -1]?.ask ?? "", had: grade })),
      had: turn.had,
      answeredAfterSeconds: Math.round(turn.answered / 1000),
      seconds: Math.round(turn.used / 1000),
      plannedMinutes: turn.step.minutes,
      notes: turn.notes,
    };
  });
  const topics = [...byTopic(run.turns)].map(([topic, turns]) => ({ topic, title: sources.title(topic), ...countsOf(turns) }));
  return {
    format: FORMAT_OF_INTERVIEW, version: 1, bank,
    started: new Date(run.started).toISOString(), ended: new Date(run.ended).toISOString(),
    seed: run.seed, ...run.wishes, address: addressOf(run) || undefined,
    counts: countsOf(run.turns), topics, study: missedIds(run, sources), questions,
  };
}
