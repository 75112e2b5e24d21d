// The mock interview: its choices, its questions, its report, and those before; it outlives a reload.

import { element, openDialog, word } from "./dom.js";
import { choiceOf, button, interviewForm, newSeed, stepsOf, writeChoice } from "./interview_form.js";
import { askedOf } from "./interview_items.js";
import { dateText, missedIds, ofText, reportData, reportOf, reportText } from "./interview_report.js";
import { begun, byTopic, countsOf, giveUp, turnOf } from "./interview_run.js";
import { interviewTurn } from "./interview_turn.js";
import { copy } from "./reading.js";

/**
 * @typedef {import("./items.js").Item} Item
 * @typedef {import("./interview_run.js").Run} Run
 * @typedef {import("./interview_form.js").Choice} Choice
 */

/** How many interviews stand beside each other to be compared. */
const COMPARED = 5;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.main
 * @param {readonly Item[]} parts.items
 * @param {ReadonlyMap<string, string>} parts.topicTitles
 * @param {import("./interview_store.js").Interviews} parts.interviews
 * @param {(ids: string[]) => void} parts.practise marks items as not known, and has them practised
 * @param {(change: (query: URLSearchParams) => void, step?: boolean) => void} parts.address
 * @param {() => void} parts.kept something was kept, or could not be
 * @param {() => number} parts.now
 */
export function interviewView(parts) {
  const { main, items, topicTitles, interviews, practise, address, kept, now } = parts;
  const root = document.documentElement;
  const asked = askedOf(items);
  const byId_ = new Map(asked.map((one) => [one.item.id, one]));
  const roots = new Set(asked.flatMap(({ question }) => question.roots));
  const topics = [...new Set([...topicTitles.keys(), ...roots])]
    .filter((name) => roots.has(name))
    .map((name) => /** @type {[string, string]} */ ([name, topicTitles.get(name) ?? name]));
  const sources = {
    find: (/** @type {string} */ id) => byId_.get(id),
    title: (/** @type {string} */ name) => topicTitles.get(name) ?? (name || word("site-interview-no-topic")),
    language: root.lang || "en",
    bank: document.title,
  };
  const before = element("div", {});
  /** @type {ReturnType<typeof interviewTurn> | null} */
  let turn = null;

  /** @param {Run} run */
  const keep = (run) => {
    interviews.keep(run);
    kept();
  };

  /** @param {...(Node | string)} children */
  const fill = (...children) => {
    turn?.stop();
    turn = null;
    main.replaceChildren(...children);
  };

  const focusHeading = () => {
    const heading = main.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
  };

  /** @param {Choice} choice */
  function setUp(choice) {
    const run = interviews.current();
    const started = run && turnOf(run) ? run : null;
    showEarlier(null);
    fill(
      element("h1", {}, word("site-interview")),
      element("p", { class: "iv-about" }, word("site-interview-about")),
      started ? underWay(started) : "",
      asked.length
        ? interviewForm({ asked, topics, choice, start: begin })
        : element("p", {}, word("site-interview-none")),
      before,
    );
  }

  /** Shows the interviews before. @param {Run | null} deleted one that can be had back */
  function showEarlier(deleted) {
    before.replaceChildren(...earlier());
    if (!deleted) return;
    const date = dateText(deleted, sources.language);
    const undo = button("site-undo", () => {
      interviews.restore(deleted);
      kept();
      showEarlier(null);
      const row = before.querySelectorAll("tbody tr")[interviews.past().indexOf(deleted)];
      row?.querySelector("button")?.focus();
    });
    undo.setAttribute("aria-label", [word("site-undo"), word("site-interview-delete"), date].join(word("colon")));
    before.prepend(element("p", {}, element("s", {}, date), " ", undo));
    undo.focus();
  }

  /** @param {Run} run */
  function underWay(run) {
    return element(
      "div", { class: "iv-under-way" },
      element("p", {}, word("site-interview-under-way", { number: run.at + 1, count: run.turns.length })),
      element("div", { class: "iv-actions" },
        button("site-interview-continue", () => go(run, false), "iv-main"),
        button("site-interview-end", () => end(run))),
    );
  }

  /** @param {Choice} choice */
  function begin(choice) {
    const run = begun(choice.seed, choice.wishes, stepsOf(asked, choice), now());
    if (!run.turns.length) return;
    keep(run);
    address((query) => writeChoice(choice, query));
    go(run, false);
  }

  /**
   * @param {Run} run
   * @param {boolean} paused
   */
  function go(run, paused) {
    if (!fitted(run)) {
      interviews.drop();
      setUp(choiceOf(new URLSearchParams()));
      return;
    }
    fill();
    turn = interviewTurn({
      main, run, now, paused,
      find: sources.find,
      keep: () => keep(run),
      ended: () => report(run),
      end: () => askToEnd(run),
    });
  }

  /**
   * Takes out what the page no longer has.
   * @param {Run} run
   * @returns {boolean} whether there is something left to ask
   */
  function fitted(run) {
    const at = run.turns.slice(0, run.at).filter(({ step }) => sources.find(step.id)).length;
    const current = turnOf(run);
    const asked_ = current && sources.find(current.step.id);
    if (!asked_) run.phase = "asked";
    else if (current.points && current.points !== asked_.points.length) {
      Object.assign(current, { points: asked_.points.length, said: [], admitted: [] });
    }
    run.turns = run.turns.filter(({ step }) => sources.find(step.id));
    run.at = at;
    const next = turnOf(run);
    if (next && !next.state) next.state = "asked";
    return Boolean(next);
  }

  /** Asks before it ends what is under way. @param {Run} run */
  function askToEnd(run) {
    const dialog = element("dialog", { class: "iv-dialog", "aria-labelledby": "interview-end" });
    const goOn = button("site-interview-go-on", () => close(), "iv-main");
    goOn.autofocus = true; // what ends something is not what Enter does
    const answered = run.turns.some(({ state, answered: at }) => state === "done" || at > 0);
    dialog.append(
      element("p", { id: "interview-end" }, word(answered ? "site-interview-end-report" : "site-interview-end-nothing")),
      element("div", { class: "iv-actions" },
        button("site-interview-end", () => {
          close();
          end(run);
        }),
        goOn),
    );
    const close = openDialog(dialog, main, ["Escape"], () => turn?.focus());
  }

  /** @param {Run} run */
  function end(run) {
    giveUp(run, now());
    if (run.turns.some(({ state }) => state === "done")) {
      keep(run);
      report(run);
      return;
    }
    turn?.stop();
    interviews.drop();
    setUp({ seed: run.seed, wishes: run.wishes });
    focusHeading();
  }

  /** @param {Run} run */
  function report(run) {
    const ids = missedIds(run, sources);
    const copying = button("site-interview-copy", async () => {
      const copied = await copy(reportText(run, sources));
      copying.textContent = word(copied ? "site-copied" : "site-interview-copy");
      setTimeout(() => { copying.textContent = word("site-interview-copy"); }, 1600);
    });
    const { seed, wishes } = run;
    fill(
      reportOf(run, sources),
      element("div", { class: "iv-actions iv-after" },
        ids.length ? button("site-interview-practise", () => practise(ids)) : "",
        button("site-interview-print", () => print()),
        button("site-interview-save", () => save(run)),
        copying,
        button("site-interview-again", () => begin({ seed, wishes })),
        button("site-interview-new", () => {
          address((query) => {
            writeChoice(null, query);
            query.set("interview", "");
          });
          setUp({ seed: newSeed(), wishes });
          focusHeading();
        }, "iv-main")),
    );
    focusHeading();
  }

  /** @param {Run} run */
  function save(run) {
    const bank = root.dataset.bank ?? "bank";
    const text = `${JSON.stringify(reportData(run, sources, bank), null, 1)}\n`;
    const place = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const day = new Date(run.started).toISOString().slice(0, 10);
    element("a", { href: place, download: `${bank}-interview-${day}-${run.seed.replace(/\W+/g, "-")}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(place), 60_000);
  }

  /** Interviews before, and how they compare. */
  function earlier() {
    const past = interviews.past();
    if (!past.length) return [];
    const heads = ["site-interview-date", "site-interview-minutes", "site-interview-level",
      "site-interview-said", "site-interview-follow-ups-had"];
    const rows = past.map((run) => {
      const counts = countsOf(run.turns);
      const cells = [
        String(run.wishes.minutes), word(`site-interview-${run.wishes.level}`),
        ofText(counts.said, counts.points), ofText(counts.had, counts.followUps),
      ];
      const date = dateText(run, sources.language);
      const open = button("site-interview-report", () => report(run), "iv-quiet");
      open.setAttribute("aria-label", `${word("site-interview-report")}${word("colon")}${date}`);
      const remove = button("site-interview-delete", () => {
        interviews.remove(run);
        kept();
        showEarlier(run);
      }, "iv-quiet");
      remove.setAttribute("aria-label", `${word("site-interview-delete")}${word("colon")}${date}`);
      return element("tr", {}, element("th", { scope: "row" }, date),
        ...cells.map((text, at) => element("td", { "data-head": word(heads[at + 1] ?? "") }, text)),
        element("td", { class: "iv-row-actions" }, open, remove));
    });
    /** @type {Node[]} */
    const made = [
      element("h2", {}, word("site-interview-earlier")),
      element("table", { class: "iv-table" },
        element("thead", {}, element("tr", {},
          ...heads.map((name) => element("th", { scope: "col" }, word(name))), element("td"))),
        element("tbody", {}, ...rows)),
    ];
    if (past.length > 1) made.push(element("h2", {}, word("site-interview-compared")), comparison(past));
    return made;
  }

  /** @param {readonly Run[]} past */
  function comparison(past) {
    const shown = past.slice(0, COMPARED).reverse();
    const counts = shown.map((run) => byTopic(run.turns));
    const names = [...new Set(counts.flatMap((one) => [...one.keys()]))];
    const short = new Intl.DateTimeFormat(sources.language, { month: "short", day: "numeric" });
    const rows = names.map((name) =>
      element("tr", {}, element("th", { scope: "row", dir: "auto" }, sources.title(name)),
        ...counts.map((one, at) => {
          const { said, points } = countsOf(one.get(name) ?? []);
          return element("td", { "data-head": short.format(shown[at]?.started) }, ofText(said, points));
        })));
    return element(
      "div", { class: "table", tabindex: 0, role: "region", "aria-label": word("site-interview-compared") },
      element("table", { class: "iv-compare" },
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, word("site-topic")),
          ...shown.map((run) => element("th", { scope: "col" }, short.format(run.started))))),
        element("tbody", {}, ...rows)),
    );
  }

  /** What the address and the browser know decides what is shown first. */
  function open() {
    const query = new URLSearchParams(location.search);
    const choice = choiceOf(query);
    const run = interviews.current();
    const same = run && (!choice.seed || choice.seed === run.seed);
    if (run && same && query.has("interview")) go(run, true);
    else setUp(choice);
  }
  open();

  return {
    /** Called when views change: a clock does not run while something else is shown. */
    refresh() {
      if (main.hidden) turn?.pause();
    },
  };
}
