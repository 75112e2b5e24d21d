// Starts everything, and joins what the modules do: the address, the filters, the views.

import { announce, byId, element, word } from "./dom.js";
import { choices, countOf, everything, filterForm, fits, wantedOf, write } from "./filters.js";
import { filteredView } from "./filtered.js";
import { queryText, writeChoice } from "./interview_form.js";
import { openInterviews } from "./interview_store.js";
import { interviewView } from "./interview_view.js";
import { readItems } from "./items.js";
import { startKeys } from "./keys.js";
import { foldsAway } from "./panel.js";
import { practiceView, wrongItems } from "./practice_view.js";
import { startReading } from "./reading.js";
import { searchField } from "./search_view.js";
import { openStore } from "./store.js";
import { newEntry, startTrail } from "./trail.js";
import { INTERVIEW, PRACTICE, READ, viewSwitch } from "./views.js";

/** @typedef {import("./items.js").Item} Item */

function start() {
  const root = document.documentElement;
  root.dataset.script = "";
  const now = () => Date.now();
  const store = openStore(root.dataset.bank ?? "", () => localStorage);
  const read = byId(READ, HTMLElement);
  const items = readItems(document);
  const byItem = new Map(items.map((item) => [item.id, item]));
  const topicTitles = titles("topic");
  const form = byId("filters", HTMLFormElement);
  const nav = byId("views", HTMLElement);

  let wanted = wantedOf(new URLSearchParams(location.search));
  let wrong = wrongItems(store, now());
  /** @param {Item} item */
  const shown = (item) => fits(item, wanted, wrong);
  /** @type {(() => void)[]} called when the filters or what is known have changed, or a view is shown */
  const refreshes = [];

  const filters = form && filterForm(form, choices(items, topicTitles, titles("tag")), (chosen) => {
    wanted = chosen;
    address((query) => write(wanted, query));
    apply();
    const number = items.filter(shown).length;
    announce(word("site-shown", { count: number, all: items.length }));
  });

  const line = byId("filtered", HTMLElement);
  const left = filters && line && read && filteredView({ line, read, filters });
  const panel = document.querySelector(".filtering");
  const foldFilters = panel instanceof HTMLDetailsElement ? foldsAway(panel) : null;

  /** Shows the items that the filters let through, and a chapter that has one. */
  function apply() {
    wrong = wrongItems(store, now());
    let number = 0;
    /** @type {Map<Element, number>} */
    const chapters = new Map();
    for (const item of items) {
      const fitting = shown(item);
      item.element.hidden = !fitting;
      const chapter = item.element.closest("section.chapter");
      if (fitting) number++;
      if (fitting && chapter) chapters.set(chapter, (chapters.get(chapter) ?? 0) + 1);
    }
    const set = countOf(wanted);
    for (const chapter of document.querySelectorAll("section.chapter")) {
      if (!(chapter instanceof HTMLElement)) continue;
      const filtered = set > 0 || chapter.querySelector("article") !== null;
      chapter.hidden = filtered && !chapters.has(chapter); // what was retired is no item
    }
    if (filters) {
      const count = word("site-shown", { count: number, all: items.length });
      filters.count.textContent = count;
      filters.reset.disabled = !set;
      left?.show(chapters, count);
    }
    root.toggleAttribute("data-filtered", set > 0);
    for (const refresh of refreshes) refresh();
  }

  /**
   * @param {string} name
   * @param {boolean} focus
   */
  function go(name, focus) {
    foldFilters?.();
    views?.show(name, focus);
    for (const refresh of refreshes) refresh();
  }

  /** Shows what the address names: a view, the filters' choice, an item. */
  function follow() {
    const query = new URLSearchParams(location.search);
    filters?.show(wantedOf(query));
    wanted = filters ? filters.chosen() : everything();
    apply();
    go(views ? views.known(viewIn(query)) : READ, false);
  }

  const trail = startTrail();

  /**
   * Goes to the item or drill in the address, also where the filters leave it out.
   * @param {boolean} again whether Back leads there: then the browser knows how far down
   */
  function visit(again) {
    const target = document.getElementById(fragment());
    if (!target || !read?.contains(target)) return;
    if (read.hidden) {
      if (again) return; // the address is one of another view
      address((query) => viewTo(READ, query));
      go(READ, false);
    }
    for (const one of [target.closest("article.item"), target.closest("section.chapter")]) {
      if (!(one instanceof HTMLElement) || !one.hidden) continue;
      one.hidden = false;
      if (left) left.none.hidden = true;
      if (one === target) for (const item of items) if (one.contains(item.element)) item.element.hidden = false;
    }
    if (again) return trail.resume();
    for (let at = target.closest("details"); at; at = at.parentElement?.closest("details") ?? null) at.open = true;
    const answer = target.matches("article") ? target.querySelector("details.answer") : null;
    if (answer instanceof HTMLDetailsElement) answer.open = true;
    search?.mark(target);
    const title = target.querySelector(".asked") ?? target;
    if (title instanceof HTMLElement) {
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
    }
    target.scrollIntoView();
  }

  const input = byId("search", HTMLInputElement);
  const results = byId("results", HTMLElement);
  const search = input && results && searchField({
    input,
    results,
    items,
    topicTitles,
    shown: (id) => {
      const item = byItem.get(id);
      return item !== undefined && shown(item);
    },
  });

  const practice = byId("practice", HTMLElement);
  const seed = new URLSearchParams(location.search).get("seed") ?? "";
  const cards = practice && practiceView({
    main: practice, items, store, shown, seed, now,
    choose(topic) {
      address((query) => write({ ...everything(), topic }, query), true);
      follow();
    },
  });
  refreshes.push(() => practice?.hidden || cards?.refresh());

  /** @param {string} name */
  const turnTo = (name) => {
    address((query) => viewTo(name, query), true);
    go(name, true);
  };

  const interview = byId(INTERVIEW, HTMLElement);
  const interviews = openInterviews(root.dataset.bank ?? "", () => localStorage);
  if (interview) {
    const view = interviewView({
      main: interview, items, topicTitles, interviews, address, now,
      practise(ids) {
        store.miss(ids, now());
        cards?.practise(ids);
        turnTo(PRACTICE);
      },
      kept: () => tell(),
    });
    refreshes.push(view.refresh);
  }

  const views = nav && viewSwitch(nav, turnTo);

  const notice = element("p", { class: "notice", role: "alert", hidden: true });
  document.getElementById("status")?.after(notice);
  const tell = () => {
    const trouble = store.trouble() || interviews.trouble();
    // What was put aside stays said; room that is found again need not be.
    if (!trouble && notice.dataset.trouble === "broken") return;
    notice.dataset.trouble = trouble;
    notice.textContent = trouble ? word(`site-storage-${trouble}`) : "";
    notice.hidden = !trouble;
  };
  store.onChange(tell);
  tell();

  addEventListener("storage", (event) => store.heard(event.key));
  let again = false;
  addEventListener("popstate", () => {
    again = trail.arrived();
    follow();
  });
  addEventListener("hashchange", () => visit(again));
  startReading();
  startKeys();
  follow();
  if (location.hash) {
    visit(false);
    // A browser goes there too when all is loaded, and takes the focus away.
    addEventListener("load", () => visit(false), { once: true });
  }
}

/**
 * The view that an address names; an interview has a word of its own.
 * @param {URLSearchParams} query
 */
function viewIn(query) {
  return query.has(INTERVIEW) ? INTERVIEW : query.get("view");
}

/**
 * @param {string} name
 * @param {URLSearchParams} query
 */
function viewTo(name, query) {
  query.delete("view");
  writeChoice(null, query);
  if (name === INTERVIEW) query.set(INTERVIEW, "");
  else if (name !== READ) query.set("view", name);
}

/** What the address says after `#`. */
function fragment() {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Changes the query of the address, and nothing else of it.
 * @param {(query: URLSearchParams) => void} change
 * @param {boolean} [step] whether Back leads here again
 */
function address(change, step = false) {
  const query = new URLSearchParams(location.search);
  change(query);
  const text = queryText(query);
  const target = `${location.pathname}${text ? `?${text}` : ""}${location.hash}`;
  try {
    if (step) history.pushState(newEntry(), "", target);
    else history.replaceState(history.state, "", target);
  } catch {
    // A page within another, or one that a program shows, may have no address to change.
  }
}

/**
 * The titles of topics or tags, in the order of the bank.
 * @param {"topic" | "tag"} what
 * @returns {Map<string, string>}
 */
function titles(what) {
  const template = byId("topics", HTMLTemplateElement);
  const named = template ? [...template.content.querySelectorAll(`[data-${what}]`)] : [];
  return new Map(named.map((one) => [one.getAttribute(`data-${what}`) ?? "", one.textContent ?? ""]));
}

start();
