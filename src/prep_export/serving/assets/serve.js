// What `prep-export serve` adds to a page: news of a save, findings at their items, the way to the
// other products. Texts of a bank are set as text, never as markup.

const own = /** @type {HTMLScriptElement} */ (document.getElementById("serve-script"));
const prefix = own.dataset.prefix ?? "";
let version = Number(own.dataset.version);
const KEPT = `prep-export-serve:${location.pathname}`;

/**
 * An element with a class and a text.
 * @param {string} name
 * @param {string} kind
 * @param {string} [text]
 */
function element(name, kind, text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

const bar = element("aside", "serve-bar");
bar.lang = "en";
bar.dir = "ltr";
bar.setAttribute("aria-label", "prep-export serve");
const links = element("nav", "serve-links");
const state = element("p", "serve-state");
state.setAttribute("role", "status");
const list = element("ul", "serve-list");
bar.append(links, state, list);

/**
 * A finding with its place, which leads to an editor where one has been named.
 * @param {any} finding
 * @param {boolean} whole with the item that it stands in
 */
function line(finding, whole) {
  const made = element("li", `serve-${finding.severity}`);
  const place = element(finding.address ? "a" : "code", "serve-place", finding.place);
  if (finding.address) place.setAttribute("href", finding.address);
  made.append(place, " ", element("b", "", `${finding.severity}[${finding.code}]`), " ");
  made.append(element("span", "", finding.message));
  if (finding.excerpt) made.append(element("pre", "serve-excerpt", finding.excerpt));
  if (finding.hint) made.append(element("span", "serve-hint", finding.hint));
  const there = whole && home(finding.item);
  if (there) {
    const link = element("a", "serve-item", finding.item);
    link.setAttribute("href", `#${there.id}`);
    made.append(" ", link);
  }
  return made;
}

/**
 * The element of an item, by the rule by which the page gives it its id.
 * @param {string} item
 */
function home(item) {
  if (!item) return null;
  for (const id of [item, `${item}/`]) {
    const found = document.getElementById(id);
    if (found?.matches("article.item")) return found;
  }
  return document.querySelector(`.serve-card[data-item="${CSS.escape(item)}"]`);
}

/** A link from each item of the study page to its cards. */
function leadToCards() {
  for (const id of document.querySelectorAll("article.item > .meta > .id")) {
    if (id.nextElementSibling?.matches(".serve-to-cards")) continue;
    const link = element("a", "serve-to-cards", "cards");
    link.setAttribute("href", `${prefix}/card/${id.textContent}`);
    link.lang = "en";
    id.after(" ", link);
  }
}

/**
 * Changes something and leaves what the reader looks at where it is.
 * @param {() => void} change
 */
function inPlace(change) {
  const { id, top } = topmost();
  change();
  const there = scrollY > 0 && id && document.getElementById(id);
  if (!there) return;
  const moved = there.getBoundingClientRect().top - top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}

/**
 * Shows what is wrong, at the top and at each item.
 * @param {any} about
 */
function show(about) {
  document.querySelectorAll(".serve-here").forEach((old) => old.remove());
  leadToCards();
  const current = location.pathname.slice(prefix.length + 1);
  links.replaceChildren(
    ...about.links.map((/** @type {any} */ link) => {
      const made = element("a", "", link.title);
      made.setAttribute("href", link.address);
      if (link.address === `${prefix}/${current}`) made.setAttribute("aria-current", "page");
      return made;
    }),
  );
  state.textContent = about.failure
    ? `This is a fault of prep-export, not of the bank: ${about.failure}`
    : about.summary || "no findings";
  state.dataset.sound = String(about.sound);
  bar.dataset.sound = String(about.sound);
  list.replaceChildren(...about.findings.map((/** @type {any} */ one) => line(one, true)));
  list.hidden = !about.findings.length;
  for (const finding of about.findings) {
    const there = home(finding.item);
    if (!there) continue;
    let here = there.querySelector(":scope > .serve-here");
    if (!here) {
      here = element("ul", "serve-list serve-here");
      here.setAttribute("lang", "en");
      here.setAttribute("dir", "ltr");
      there.prepend(here);
    }
    here.append(line(finding, false));
  }
}

/**
 * What folds on the page, each with a name that the next page has too.
 * @param {ParentNode} within
 * @returns {Map<string, HTMLDetailsElement>}
 */
function folds(within) {
  const found = new Map();
  const counts = new Map();
  for (const one of within.querySelectorAll("details")) {
    const around = one.closest("[id]")?.id ?? "";
    const place = counts.get(around) ?? 0;
    counts.set(around, place + 1);
    found.set(`${around} ${place}`, one);
  }
  return found;
}

/**
 * Opens and closes what folds as it was.
 * @param {ParentNode} within
 * @param {[string, boolean][]} before
 */
function foldAgain(within, before) {
  const now = folds(within);
  for (const [name, open] of before) {
    const one = now.get(name);
    if (one && one.open !== open) one.open = open;
  }
}

/**
 * How things fold now.
 * @param {ParentNode} within
 * @returns {[string, boolean][]}
 */
function folded(within) {
  return [...folds(within)].map(([name, one]) => [name, one.open]);
}

/** The element at the top of the window, by which the place is found again. */
function topmost() {
  for (const one of document.querySelectorAll("[id]")) {
    const box = one.getBoundingClientRect();
    if (box.bottom > 1 && box.top < innerHeight && one.matches("article, .drill, section, li")) {
      if (!one.matches("section") || box.top >= 0) return { id: one.id, top: box.top };
    }
  }
  return { id: "", top: 0 };
}

/** Keeps where the reader is for the page that comes. */
function keep() {
  const kept = {
    scroll: scrollY,
    at: topmost(),
    folds: folded(document),
    searching: document.activeElement?.id === "search",
  };
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // no storage: the page begins at its top
  }
}

/** Takes the reader back to where the last page was left. */
function back() {
  /** @type {any} */
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
  } catch {
    // as above
  }
  if (!kept) return;
  foldAgain(document, kept.folds);
  const place = () => {
    const there = kept.at.id && document.getElementById(kept.at.id);
    if (there) scrollBy({ top: there.getBoundingClientRect().top - kept.at.top, behavior: "instant" });
    else scrollTo({ top: kept.scroll, behavior: "instant" });
  };
  place();
  requestAnimationFrame(place); // once the page's script has gone where the address leads
  addEventListener("load", () => {
    if (kept.searching) document.getElementById("search")?.focus({ preventScroll: true });
    requestAnimationFrame(place);
  });
}

/**
 * Puts what the server has made of an item in the place of what it was. The element stays, since
 * the page's script knows it.
 * @param {string} id
 * @param {string} html the page's own, as it would be loaded
 */
function replaceItem(id, html) {
  const there = document.getElementById(id);
  const made = new DOMParser().parseFromString(html, "text/html").querySelector("article");
  if (!there || !made) return;
  const before = folded(there);
  for (const { name, value } of made.attributes) there.setAttribute(name, value);
  there.replaceChildren(...made.childNodes);
  foldAgain(there, before);
}

/** Whether items stand here that the page's script has not seen, or others should. */
let patched = false;

/** Whether items are what is looked at: practice and interviews must not be interrupted. */
function reading() {
  return !document.getElementById("read")?.hidden;
}

/** Brings the page to the newest version: what has changed of it, or all of it. */
async function renew() {
  if (document.querySelector("main#read")) {
    const answer = await fetch(`${prefix}/changes.json?since=${version}`, { cache: "no-store" });
    const { version: now, items } = answer.ok ? await answer.json() : { version: -1, items: null };
    if (items) {
      inPlace(() => {
        for (const [name, html] of Object.entries(items)) replaceItem(name, html);
      });
      version = now;
      patched = true;
      await findings();
      return;
    }
  }
  if (reading()) again();
  else patched = true;
}

/** Loads the page, and comes back to where the reader is. */
function again() {
  if (leaving) return;
  leaving = true;
  keep();
  history.scrollRestoration = "manual";
  location.reload();
}

// A page that has been changed in place is loaded once nobody looks, or when its script is needed.
document.addEventListener("visibilitychange", () => document.hidden && patched && reading() && again());
document.addEventListener("focusin", (event) => {
  if (patched && event.target instanceof HTMLElement && event.target.id === "search") again();
});
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("nav [data-view]");
  if (patched && button) setTimeout(again); // the address says which view has been chosen
});

let judged = -1;
let leaving = false;

async function findings() {
  const answer = await fetch(`${prefix}/findings.json`, { cache: "no-store" });
  if (!answer.ok) return;
  const about = await answer.json();
  judged = about.judged;
  inPlace(() => show(about));
}

/** One thing after another: news that comes meanwhile is looked at afterwards. */
let busy = false;
/** @type {{version: number, judged: number} | null} */
let newest = null;

async function catchUp() {
  if (busy || leaving) return;
  busy = true;
  try {
    while (newest && !leaving) {
      const now = newest;
      newest = null;
      if (now.version !== version) await renew();
      else if (now.judged !== judged) await findings();
    }
  } catch {
    // the server has gone, and the bar says so
  } finally {
    busy = false;
  }
}

/** Hears of every save. */
function listen() {
  const news = new EventSource(`${prefix}/events`);
  news.addEventListener("message", (event) => {
    delete bar.dataset.gone;
    newest = JSON.parse(event.data);
    catchUp();
  });
  news.addEventListener("error", () => {
    if (!leaving) bar.dataset.gone = "true";
  });
  addEventListener("pagehide", () => {
    leaving = true;
    news.close();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // it has slept, and heard of nothing
  });
}

document.body.prepend(bar);
back();
listen();
