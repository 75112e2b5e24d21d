// What helps to read: themes, code to copy, folded parts on paper, keys for what scrolls.

import { announce, byId, element, word } from "./dom.js";

const THEMES = ["system", "light", "dark"];

/** Wires up the part of the page that is read. */
export function startReading() {
  startThemes();
  startSeeking();
  startContents();
  startCopying();
  document.addEventListener("toggle", linkDrills, true);
  window.addEventListener("beforeprint", openAll);
  window.addEventListener("afterprint", closeAgain);
  new ResizeObserver(letKeysScroll).observe(document.body);
  startSizes();
}

/** Once all has been laid out at a width, browsers remember how long each item is, and need not do it again. */
function startSizes() {
  const read = byId("read", HTMLElement);
  let width = 0;
  let later = 0;
  const look = new ResizeObserver(() => {
    if (!read?.clientWidth || read.clientWidth === width) return;
    width = read.clientWidth;
    const root = document.documentElement;
    delete root.dataset.sized;
    clearTimeout(later);
    later = setTimeout(() => { root.dataset.sized = ""; }, 500);
  });
  if (read) look.observe(read);
}

/** On a narrow screen the row of the search goes with the page; a button brings it back. */
function startSeeking() {
  const seek = byId("seek", HTMLElement);
  const input = byId("search", HTMLInputElement);
  const row = input?.closest(".find");
  if (!seek || !input || !row) return;
  seek.addEventListener("click", () => {
    input.focus({ preventScroll: true });
    input.select();
  });
  const look = new IntersectionObserver(([one]) => {
    seek.hidden = !one || one.intersectionRatio > 0.5;
  }, { threshold: 0.5 });
  look.observe(row);
}

/** Marks in the contents the chapter that is read. */
function startContents() {
  const contents = byId("contents", HTMLElement);
  if (!contents) return;
  const rows = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash, link]));
  // The one that a line across the screen, below the bar, runs through.
  const look = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      const row = rows.get(`#${target.id}`);
      row?.removeAttribute("aria-current");
      if (!row || !isIntersecting) continue;
      row.setAttribute("aria-current", "true");
      contents.scrollTop = row.offsetTop - contents.clientHeight / 2;
    }
  }, { rootMargin: "-20% 0px -80%" });
  for (const chapter of document.querySelectorAll("section.chapter")) look.observe(chapter);
}

/** The theme is kept where the browser lets a page keep something. */
function startThemes() {
  const button = document.getElementById("theme");
  if (!button) return;
  let theme = "system";
  try {
    theme = localStorage.getItem("prep-export:theme") ?? "system";
  } catch {
    // no storage: the theme lasts as long as the page
  }
  const show = () => {
    if (!THEMES.includes(theme)) theme = "system";
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const name = `${word("site-theme")}${word("colon")}${word(`site-theme-${theme}`)}`;
    button.setAttribute("aria-label", name);
    button.title = name;
    button.dataset.shows = theme;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
    try {
      localStorage.setItem("prep-export:theme", theme);
    } catch {
      // as above
    }
    show();
  });
  show();
}

/**
 * Makes the ids of drills links when they are shown: in the file they would be a thirtieth of it.
 * @param {Event} event
 */
function linkDrills(event) {
  const opened = event.target;
  if (!(opened instanceof HTMLDetailsElement) || !opened.matches("[open].drills")) return;
  for (const drill of opened.querySelectorAll(":scope > .drill")) {
    if (drill.querySelector(":scope > .id")) continue;
    drill.append(element("a", { class: "id", href: `#${drill.id}` }, drill.id));
  }
}

function startCopying() {
  for (const block of document.querySelectorAll("pre.code")) {
    const frame = document.createElement("div");
    frame.className = "code-frame";
    block.replaceWith(frame);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = word("site-copy");
    button.addEventListener("click", async () => {
      const copied = await copy(block.textContent ?? "");
      button.textContent = word(copied ? "site-copied" : "site-copy");
      setTimeout(() => { button.textContent = word("site-copy"); }, 1600);
    });
    frame.append(block, button);
  }
}

/**
 * Puts a text into the clipboard, where the browser lets a page of its place do so.
 * @param {string} text
 * @returns {Promise<boolean>} whether it did
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce(word("site-copied"));
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (done) announce(word("site-copied"));
    return done;
  }
}

/** @type {HTMLDetailsElement[]} */
let openedToPrint = [];

function openAll() {
  for (const one of document.querySelectorAll("main:not([hidden]) details:not([open])")) {
    if (!(one instanceof HTMLDetailsElement)) continue;
    one.open = true;
    openedToPrint.push(one);
  }
}

function closeAgain() {
  for (const one of openedToPrint) one.open = false;
  openedToPrint = [];
}

/** What is wider than its place can be scrolled by keys, once it has the focus. */
function letKeysScroll() {
  // To measure what is folded away or far off costs a layout each, and nobody can scroll it.
  const wide = [...document.querySelectorAll(".table, pre.code, .display")]
    .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }))
    .map((one) => /** @type {[Element, boolean]} */ ([one, one.scrollWidth > one.clientWidth]));
  for (const [one, scrolls] of wide) {
    if (scrolls) one.setAttribute("tabindex", "0");
    else one.removeAttribute("tabindex");
  }
}
