// Which view is shown: reading, practice or interview.

import { byId } from "./dom.js";

/** The view that an address without a word about it means. */
export const READ = "read";
export const PRACTICE = "practice";
export const INTERVIEW = "interview";

/**
 * @param {HTMLElement} nav with a button for each view
 * @param {(name: string) => void} chosen
 */
export function viewSwitch(nav, chosen) {
  const buttons = [...nav.querySelectorAll("button[data-view]")].filter(
    (one) => one instanceof HTMLButtonElement,
  );
  /** @param {string} name */
  const view = (name) => byId(name, HTMLElement);
  /** @type {Map<string, number>} how far down the reader was in a view */
  const places = new Map();
  for (const button of buttons) {
    // A view that nothing fills has no button.
    button.hidden = !view(button.dataset.view ?? "")?.childElementCount;
    button.addEventListener("click", () => chosen(button.dataset.view ?? READ));
  }
  return {
    /** @param {string | null} name */
    known: (name) => (buttons.some((one) => one.dataset.view === name) ? (name ?? READ) : READ),
    /**
     * @param {string} name
     * @param {boolean} focus whether the reader asked for it, and goes along
     */
    show(name, focus) {
      const root = document.documentElement;
      places.set(root.dataset.viewing ?? READ, scrollY);
      for (const button of buttons) {
        const own = button.dataset.view ?? "";
        const main = view(own);
        if (main) main.hidden = own !== name;
        if (own === name) button.setAttribute("aria-current", "page");
        else button.removeAttribute("aria-current");
      }
      root.dataset.viewing = name;
      const main = view(name);
      if (!focus || !main) return;
      const heading = name === READ ? main : (main.querySelector("h1") ?? main);
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      scrollTo({ top: places.get(name) ?? 0, behavior: "instant" });
    },
  };
}
