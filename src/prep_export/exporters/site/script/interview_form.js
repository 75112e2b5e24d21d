// What somebody chooses before a mock interview: minutes, level, topics, seed.

import { element, word } from "./dom.js";
import { MINUTES, SENIORITY, plan } from "./interview.js";
import { hash } from "./random.js";
import { copy } from "./reading.js";

/**
 * @typedef {import("./interview.js").Wishes} Wishes
 * @typedef {import("./interview.js").Step} Step
 * @typedef {import("./interview_items.js").Asked} Asked
 * @typedef {{seed: string, wishes: Wishes}} Choice
 */

const MINUTES_AT_FIRST = 30;
const SEED_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const SEED_LENGTH = 6;
const LONGEST_SEED = 40;
/** Minutes that a plan may leave without a word about it. */
const SLACK = 3;

/** A seed that nobody chose, short enough to be read aloud. */
export function newSeed() {
  const drawn = crypto.getRandomValues(new Uint32Array(SEED_LENGTH));
  return [...drawn].map((one) => SEED_LETTERS[one % SEED_LETTERS.length]).join("");
}

/**
 * What an address asks for; what is missing or nonsense is as it is at first, and has no seed.
 * @param {URLSearchParams} query
 * @returns {Choice}
 */
export function choiceOf(query) {
  const minutes = Number(query.get("minutes"));
  const level = SENIORITY.find((one) => one === query.get("level"));
  return {
    seed: seedFrom(query.get("seed") ?? ""),
    wishes: {
      minutes: MINUTES.includes(minutes) ? minutes : MINUTES_AT_FIRST,
      level: level ?? "mid",
      topics: [...new Set((query.get("topics") ?? "").split(",").filter(Boolean))],
    },
  };
}

/**
 * Writes a choice into an address.
 * @param {Choice | null} choice null takes it away
 * @param {URLSearchParams} query
 */
export function writeChoice(choice, query) {
  for (const name of ["interview", "seed", "minutes", "level", "topics"]) query.delete(name);
  if (!choice) return;
  const { seed, wishes } = choice;
  query.set("interview", "");
  query.set("seed", seed);
  query.set("minutes", String(wishes.minutes));
  query.set("level", wishes.level);
  if (wishes.topics.length) query.set("topics", wishes.topics.join(","));
}

/**
 * A query as the page writes it.
 * @param {URLSearchParams} query
 */
export function queryText(query) {
  return query.toString().replace(/\binterview=(?=&|$)/, "interview").replaceAll("%2C", ",");
}

/**
 * The address by which anybody gets the same interview. A file has none: it lies elsewhere for others,
 * and where it lies here is nobody's business.
 * @param {Choice} choice
 */
export function addressOf(choice) {
  if (!/^https?:/.test(location.protocol)) return "";
  const query = new URLSearchParams();
  writeChoice(choice, query);
  return `${location.href.replace(/[?#].*$/, "")}?${queryText(query)}`;
}

/**
 * What somebody needs for the same interview: the address, or else all that was chosen.
 * @param {Choice} choice
 * @param {(root: string) => string} title of a topic
 */
export function sharedText(choice, title) {
  const { seed, wishes } = choice;
  return addressOf(choice) || [
    `${word("site-interview-seed")}${word("colon")}${seed}`,
    word("site-interview-in-minutes", { minutes: wishes.minutes }),
    word(`site-interview-${wishes.level}`),
    ...wishes.topics.map(title),
  ].join(" · ");
}

/**
 * The questions of an interview.
 * @param {readonly Asked[]} asked
 * @param {Choice} choice
 */
export function stepsOf(asked, { seed, wishes }) {
  const questions = asked.map(({ question }) => question);
  return plan(questions, wishes, (name) => hash(`${seed}\n${name}`) / 2 ** 32);
}

/** @param {string} text */
function seedFrom(text) {
  return text.trim().toLowerCase().slice(0, LONGEST_SEED);
}

/**
 * @param {object} parts
 * @param {readonly Asked[]} parts.asked
 * @param {readonly [string, string][]} parts.topics roots with their titles
 * @param {Choice} parts.choice
 * @param {(choice: Choice) => void} parts.start
 */
export function interviewForm({ asked, topics, choice, start }) {
  const minutes = MINUTES.map((value) =>
    radio("minutes", String(value), String(value), value === choice.wishes.minutes),
  );
  const levels = SENIORITY.map((value) =>
    radio("level", value, word(`site-interview-${value}`), value === choice.wishes.level),
  );
  const boxes = topics.map(([root, title]) => {
    const box = element("input", { type: "checkbox", name: "topic", value: root });
    box.checked = choice.wishes.topics.includes(root);
    const count = asked.filter(({ question }) => question.roots.includes(root)).length;
    return element(
      "label", { class: "iv-topic" }, box,
      element("span", { dir: "auto" }, title), element("span", { class: "pe-count" }, String(count)),
    );
  });
  const seed = element("input", {
    name: "seed", type: "text", maxlength: LONGEST_SEED, autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", "aria-describedby": "interview-seed-about",
  });
  seed.value = choice.seed || newSeed();
  const another = button("site-interview-another", () => {
    seed.value = newSeed();
    show();
  });
  const named = new Map(topics);
  const toCopy = addressOf(choice) ? "site-interview-copy-address" : "site-copy";
  const copying = button(toCopy, async () => {
    const copied = await copy(sharedText(chosen(), (root) => named.get(root) ?? root));
    copying.textContent = word(copied ? "site-copied" : toCopy);
    setTimeout(() => { copying.textContent = word(toCopy); }, 1600);
  });
  const begin = element("button", { type: "submit", class: "iv-main" }, word("site-interview-start"));
  const strip = element("div", { class: "iv-strip", "aria-hidden": "true" });
  const planned = element("p", { class: "iv-planned", role: "status" });
  const form = element(
    "form", { class: "iv-form" },
    fieldset("site-interview-minutes", "iv-segments", minutes),
    fieldset("site-interview-level", "iv-segments", levels),
    boxes.length > 1 ? fieldset("site-interview-topics", "iv-topics", boxes, "site-interview-all-topics") : "",
    element(
      "div", { class: "iv-seed" },
      element("label", {}, element("span", {}, word("site-interview-seed")), seed), another, copying,
      element("p", { id: "interview-seed-about" }, word("site-interview-seed-about")),
    ),
    element("div", { class: "iv-begin" }, begin, element("div", {}, strip, planned)),
  );

  /** @returns {Choice} */
  const chosen = () => {
    const data = new FormData(form);
    const query = new URLSearchParams({
      seed: seed.value,
      minutes: String(data.get("minutes")),
      level: String(data.get("level")),
      topics: data.getAll("topic").join(","),
    });
    const made = choiceOf(query);
    if (!made.seed) {
      made.seed = newSeed();
      seed.value = made.seed;
    }
    return made;
  };

  const show = () => {
    if (!seed.value.trim()) return;
    const { wishes, ...rest } = chosen();
    const steps = stepsOf(asked, { wishes, ...rest });
    begin.disabled = !steps.length;
    strip.replaceChildren(...stripOf(steps));
    planned.textContent = plannedText(asked, topics, wishes, steps);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(chosen());
  });
  show();
  return form;
}

/**
 * What a plan comes to, and what it does not reach.
 * @param {readonly Asked[]} asked
 * @param {readonly [string, string][]} topics
 * @param {Wishes} wishes
 * @param {Step[]} steps
 */
function plannedText(asked, topics, wishes, steps) {
  if (!steps.length) return word("site-interview-none");
  const minutes = steps.reduce((sum, step) => sum + step.minutes, 0);
  const ids = new Set(steps.map(({ id }) => id));
  const met = new Set(asked.flatMap(({ question }) => (ids.has(question.id) ? question.roots : [])));
  const unmet = topics.filter(([root]) => wishes.topics.includes(root) && !met.has(root));
  const said = [word("site-interview-planned", { count: steps.length, minutes })];
  if (minutes < wishes.minutes - SLACK) said.push(word("site-interview-short"));
  if (unmet.length) {
    said.push(word("site-interview-unmet", { topics: unmet.map(([, title]) => title).join(word("comma")) }));
  }
  return said.join(" ");
}

/**
 * The course of an interview as a strip: a piece for each question, as wide as it is long.
 * @param {readonly Step[]} steps
 * @param {number} [at] which one is asked now
 */
export function stripOf(steps, at = -1) {
  return steps.map((step, place) => {
    const piece = element("i", { class: `iv-piece iv-${step.place}` });
    piece.style.flexGrow = String(step.minutes);
    if (place < at) piece.classList.add("gone");
    if (place === at) piece.classList.add("now");
    return piece;
  });
}

/**
 * @param {string} label
 * @param {() => void} pressed
 * @param {string} [kind]
 */
export function button(label, pressed, kind = "iv-button") {
  const made = element("button", { type: "button", class: kind }, word(label));
  made.addEventListener("click", pressed);
  return made;
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} label
 * @param {boolean} checked
 */
function radio(name, value, label, checked) {
  const input = element("input", { type: "radio", name, value });
  input.checked = checked;
  return element("label", {}, input, element("span", {}, label));
}

/**
 * @param {string} label
 * @param {string} kind
 * @param {Node[]} children
 * @param {string} [about]
 */
function fieldset(label, kind, children, about) {
  return element(
    "fieldset", {},
    element("legend", {}, word(label), about ? element("small", {}, ` ${word(about)}`) : ""),
    element("div", { class: kind }, ...children),
  );
}
