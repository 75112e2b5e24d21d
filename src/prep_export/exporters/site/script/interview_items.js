// What the page holds for an interview: questions, with their key points, pitfalls and follow-ups.

import { copyOf, textOf } from "./dom.js";
import { titleOf } from "./items.js";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./interview.js").Question} Question
 * @typedef {import("./interview_run.js").Content} Content
 *
 * @typedef {object} Asked
 * @property {Item} item
 * @property {Question} question
 * @property {Element[]} points
 * @property {Element[]} pitfalls
 * @property {{ask: Element, answer: Element}[]} followUps
 */

/** What stands in an answer but is shown elsewhere, or would lead away. */
const SHOWN_ELSEWHERE = ["points", "pitfalls", "follow-ups", "related", "sources"];

/**
 * What can be asked: what has a kind, as a question has, and an answer.
 * @param {readonly Item[]} items
 * @returns {Asked[]}
 */
export function askedOf(items) {
  const byAnchor = new Map(items.map(({ anchor, id }) => [anchor, id]));
  return items
    .filter(({ kind, element }) => kind && element.querySelector(":scope > .answer"))
    .map((item) => {
      const pairs = [...(part(item, "follow-ups")?.querySelectorAll(".pe-pair") ?? [])];
      const followUps = pairs.flatMap((pair) => {
        const ask = pair.querySelector("summary");
        const answer = pair.querySelector(":scope > div");
        return ask && answer ? [{ ask, answer }] : [];
      });
      const related = [...(part(item, "related")?.querySelectorAll('a[href^="#"]') ?? [])];
      const question = {
        id: item.id,
        roots: [...new Set(item.topics.map(rootOf))],
        kind: item.kind,
        difficulty: item.difficulty,
        priority: item.priority,
        followUps: followUps.length,
        related: related.map((link) => byAnchor.get(link.getAttribute("href")?.slice(1) ?? "") ?? ""),
      };
      return { item, question, points: lines(item, "points"), pitfalls: lines(item, "pitfalls"), followUps };
    });
}

/** @param {string} topic */
function rootOf(topic) {
  return topic.split("::")[0] ?? topic;
}

/**
 * @param {Item} item
 * @param {string} role
 */
function part(item, role) {
  return item.element.querySelector(`:scope > .answer [data-role="${role}"]`);
}

/**
 * The lines of a part that is a list; what a line has below it belongs to it.
 * @param {Item} item
 * @param {string} role
 */
function lines(item, role) {
  const list = part(item, role)?.querySelector("ul, ol");
  return list ? [...list.children] : [];
}

/**
 * @param {Asked} asked
 * @returns {Content}
 */
export function contentOf({ item, points, pitfalls, followUps }) {
  return {
    title: titleOf(item),
    points: points.map((one) => textOf(one)),
    pitfalls: pitfalls.map((one) => textOf(one)),
    followUps: followUps.map(({ ask, answer }) => ({ ask: textOf(ask), answer: textOf(answer) })),
  };
}

/**
 * The question, as it is asked: a link in it would lead to its answer.
 * @param {Asked} asked
 */
export function askedCopy({ item }) {
  const title = item.element.querySelector(".asked");
  return title ? unlinked(copyOf(title)) : item.id;
}

/** @param {DocumentFragment} copy */
function unlinked(copy) {
  for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  return copy;
}

/**
 * The answer that the bank gives, without what is ticked or asked.
 * @param {Asked} asked
 */
export function answerCopy({ item }) {
  const answer = item.element.querySelector(":scope > .answer");
  const body = answer?.querySelector(":scope > div") ?? answer;
  if (!body) return document.createDocumentFragment();
  const copied = copyOf(
    body,
    (child) =>
      child instanceof Element &&
      (child.localName === "summary" || SHOWN_ELSEWHERE.includes(child.getAttribute("data-role") ?? "")),
  );
  // A button that is copied does nothing.
  for (const one of copied.querySelectorAll("button")) one.remove();
  return copied;
}
