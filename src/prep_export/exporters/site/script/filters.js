// Which items are shown: by topic with its subtopics, section, kind, difficulty, priority, tag, and what
// was wrong lately. The choice stands in the address, so that a link carries it.

import { element, word } from "./dom.js";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {{topic: string, section: string, kind: string, difficulty: string, priority: string,
 *   tag: string, wrong: boolean}} Wanted
 * @typedef {Exclude<keyof Wanted, "wrong">} Field
 */

/** @type {readonly Field[]} */
const FIELDS = ["topic", "section", "kind", "difficulty", "priority", "tag"];
const LEVELS = ["easy", "medium", "hard"];
/** From what a learner in a hurry learns first. */
export const PRIORITIES = ["core", "standard", "extra"];
const LATELY_DAYS = 14;

/** @returns {Wanted} */
export function everything() {
  return { topic: "", section: "", kind: "", difficulty: "", priority: "", tag: "", wrong: false };
}

/**
 * @param {Wanted} wanted
 * @returns {number} how many filters are set
 */
export function countOf(wanted) {
  return FIELDS.filter((field) => wanted[field]).length + Number(wanted.wrong);
}

/**
 * The choice that an address states.
 * @param {URLSearchParams} query
 * @returns {Wanted}
 */
export function wantedOf(query) {
  const wanted = everything();
  for (const field of FIELDS) wanted[field] = query.get(field) ?? "";
  wanted.wrong = query.has("wrong");
  return wanted;
}

/**
 * Writes a choice into an address, and leaves the rest of it as it is.
 * @param {Wanted} wanted
 * @param {URLSearchParams} query
 */
export function write(wanted, query) {
  for (const field of FIELDS) {
    if (wanted[field]) query.set(field, wanted[field]);
    else query.delete(field);
  }
  if (wanted.wrong) query.set("wrong", "1");
  else query.delete("wrong");
}

/**
 * Whether a choice lets an item through.
 * @param {Item} item
 * @param {Wanted} wanted
 * @param {ReadonlySet<string>} wrong ids of items with something wrong lately
 */
export function fits(item, wanted, wrong) {
  return (
    (!wanted.topic || item.topics.some((one) => within(one, wanted.topic))) &&
    (!wanted.section || item.section === wanted.section) &&
    (!wanted.kind || item.kind === wanted.kind) &&
    (!wanted.difficulty || item.difficulty === wanted.difficulty) &&
    (!wanted.priority || item.priority === wanted.priority) &&
    (!wanted.tag || item.tags.includes(wanted.tag)) &&
    (!wanted.wrong || wrong.has(item.id))
  );
}

/**
 * Whether a topic is another or one below it.
 * @param {string} topic
 * @param {string} above
 */
export function within(topic, above) {
  return topic === above || topic.startsWith(`${above}::`);
}

/**
 * Ids of items and drills that were not known in the last two weeks.
 * @param {ReadonlyMap<string, number>} missed
 * @param {number} now
 * @returns {Set<string>}
 */
export function wrongLately(missed, now) {
  const since = now - LATELY_DAYS * 86_400_000;
  return new Set([...missed].filter(([, at]) => at >= since).map(([id]) => id));
}

/**
 * The same as ids of items: a drill's counts for its item.
 * @param {ReadonlySet<string>} ids
 */
export function itemsOf(ids) {
  return new Set([...ids].map((id) => id.split("/")[0] ?? id));
}

/**
 * What can be chosen from: the values that the items have, with their names, in the order of the bank.
 * @param {readonly Item[]} items
 * @param {ReadonlyMap<string, string>} topics titles
 * @param {ReadonlyMap<string, string>} tags titles
 * @returns {[Field, [string, string][]][]} fields with two values or more
 */
export function choices(items, topics, tags) {
  /** @param {(item: Item) => readonly string[]} values */
  const had = (values) => new Set(items.flatMap(values).filter(Boolean));
  const used = [...had((item) => item.topics)];
  const named = [...topics.keys()].filter((topic) => used.some((one) => within(one, topic)));
  const rest = used.filter((topic) => !topics.has(topic));
  /** @type {[Field, [string, string][]][]} */
  const all = [
    ["topic", [...named, ...rest].map((topic) => [topic, indented(topic, topics.get(topic) ?? topic)])],
    ["section", labelled(had((item) => [item.section]), (value) => value)],
    ["kind", labelled(had((item) => [item.kind]), (value) => `kind-${value}`)],
    ["difficulty", labelled(inOrder(had((item) => [item.difficulty]), LEVELS), (value) => `level-${value}`)],
    ["priority", labelled(inOrder(had((item) => [item.priority]), PRIORITIES), (value) => `site-priority-${value}`)],
    ["tag", [...had((item) => item.tags)].sort().map((tag) => [tag, tags.get(tag) ?? tag])],
  ];
  return all.filter(([, values]) => values.length > 1);
}

/**
 * @param {Iterable<string>} values
 * @param {(value: string) => string} label
 * @returns {[string, string][]}
 */
function labelled(values, label) {
  return [...values].map((value) => [value, word(label(value))]);
}

/**
 * @param {ReadonlySet<string>} values
 * @param {readonly string[]} order
 */
function inOrder(values, order) {
  return order.filter((value) => values.has(value));
}

/**
 * A topic's title, as far in as it is deep.
 * @param {string} topic
 * @param {string} title
 */
function indented(topic, title) {
  return "\u2003".repeat(topic.split("::").length - 1) + title;
}

/**
 * Fills the form, and keeps what it says.
 * @param {HTMLFormElement} form
 * @param {[Field, [string, string][]][]} fields
 * @param {(wanted: Wanted) => void} changed
 */
export function filterForm(form, fields, changed) {
  /** @type {Map<Field, HTMLSelectElement>} */
  const selects = new Map();
  for (const [field, values] of fields) {
    const select = element("select", { name: field }, element("option", { value: "" }, word("site-any")));
    for (const [value, name] of values) select.append(element("option", { value }, name));
    selects.set(field, select);
    form.append(element("label", {}, element("span", {}, word(`site-${field}`)), select));
  }
  const wrong = element("input", { type: "checkbox", name: "wrong" });
  const reset = element("button", { type: "reset" }, word("site-reset"));
  const count = element("output", {});
  form.append(
    element("label", { class: "check" }, wrong, element("span", {}, word("site-wrong"))),
    element("p", { class: "filters-foot" }, count, reset),
  );

  /** @returns {Wanted} */
  const chosen = () => {
    const wanted = { ...everything(), wrong: wrong.checked };
    for (const [field, select] of selects) wanted[field] = select.value;
    return wanted;
  };

  /**
   * Shows a choice; a value that the bank does not have counts as none.
   * @param {Wanted} wanted
   */
  const show = (wanted) => {
    for (const [field, select] of selects) {
      select.value = wanted[field];
      if (select.selectedIndex < 0) select.value = "";
    }
    wrong.checked = wanted.wrong;
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => changed(chosen()));
  /**
   * Takes one filter back, or all.
   * @param {keyof Wanted} [field]
   */
  const clear = (field) => {
    show(field ? { ...chosen(), [field]: everything()[field] } : everything());
    changed(chosen());
  };
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
  });
  return {
    chosen, show, clear, count, reset,
    /**
     * What is set: the field and what it is called.
     * @returns {[keyof Wanted, string][]}
     */
    named() {
      /** @type {[keyof Wanted, string][]} */
      const set = [...selects].filter(([, { value }]) => value)
        .map(([field, { selectedOptions }]) => [field, selectedOptions[0]?.text.trim() ?? ""]);
      if (wrong.checked) set.push(["wrong", word("site-wrong")]);
      return set;
    },
  };
}
