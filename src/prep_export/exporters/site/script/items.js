// What the page holds: its items and drills, read once from the document.

import { textOf } from "./dom.js";

/**
 * @typedef {object} Item
 * @property {string} id
 * @property {string} anchor its element's id, which is its own but for names that the page uses itself
 * @property {HTMLElement} element
 * @property {string} chapter the title of its chapter
 * @property {string[]} topics
 * @property {string} section
 * @property {string} kind
 * @property {string} difficulty
 * @property {string} priority
 * @property {string[]} tags
 * @property {Drill[]} drills
 *
 * @typedef {{id: string, element: HTMLElement}} Drill
 */

/**
 * @param {ParentNode} root
 * @returns {Item[]}
 */
export function readItems(root) {
  /** @type {Item[]} */
  const items = [];
  for (const chapter of root.querySelectorAll("section.chapter")) {
    const heading = chapter.querySelector("h2");
    const title = heading ? textOf(heading.querySelector("span") ?? heading) : "";
    for (const element of chapter.querySelectorAll("article.item")) {
      if (!(element instanceof HTMLElement)) continue;
      const { topics, section, kind, difficulty, priority, tags } = element.dataset;
      /** @type {Drill[]} */
      const drills = [];
      for (const drill of element.querySelectorAll(".drill")) {
        if (drill instanceof HTMLElement) drills.push({ id: drill.id, element: drill });
      }
      items.push({
        id: element.id.replace(/\/$/, ""),
        anchor: element.id,
        element,
        chapter: title,
        topics: list(topics),
        section: section ?? "",
        kind: kind ?? "",
        difficulty: difficulty ?? "",
        priority: priority ?? "",
        tags: list(tags),
        drills,
      });
    }
  }
  return items;
}

/** @param {string | undefined} text */
function list(text) {
  return (text ?? "").split(" ").filter(Boolean);
}

/** @param {Item} item */
export function titleOf(item) {
  const asked = item.element.querySelector(".asked");
  return asked ? textOf(asked) : item.id;
}

/** What is found elsewhere, or is no text of the author's. */
const NO_TEXT = ".drills, .drill, .asked, .meta, .id, h4, summary:not(.pe-pair > summary)";

/** @param {Element} element */
const isNoText = (element) => element.matches(NO_TEXT);

/** @param {Element} element */
const isNoBack = (element) => element.matches(".drill > :is(div, .id), .drill > details > summary");

/** @param {Element} element */
const isHint = (element) => element.matches(".cloze-hint");

/**
 * What search knows about an item and its drills.
 * @param {Item} item
 * @param {ReadonlyMap<string, string>} topicTitles
 * @returns {import("./search.js").Entry[]}
 */
export function entriesOf(item, topicTitles) {
  const title = titleOf(item);
  const topics = item.topics.map((topic) => `${topic} ${topicTitles.get(topic) ?? ""}`);
  const keywords = [...topics, ...item.tags, item.kind, item.id].join(" ");
  const text = textOf(item.element, isNoText);
  const made = [{ id: item.anchor, item: item.id, title, where: item.chapter, keywords, text }];
  for (const { id, element } of item.drills) {
    const front = element.querySelector(":scope > div");
    made.push({
      id: element.id,
      item: item.id,
      title: front ? textOf(front, isHint) : id,
      where: `${item.chapter} · ${title}`,
      keywords: item.tags.join(" "),
      text: textOf(element, isNoBack),
    });
  }
  return made;
}
