// Which view is shown: reading, practice or interview.

import { byId } from "./dom.js";

/** The view that an address without a word about it means. */
export const READ = "read";

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
  for (const button of buttons) {
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
      for (const button of buttons) {
        const own = button.dataset.view ?? "";
        const main = view(own);
        if (main) main.hidden = own !== name;
        if (own === name) button.setAttribute("aria-current", "page");
        else button.removeAttribute("aria-current");
      }
      document.documentElement.dataset.view = name;
      const heading = view(name)?.querySelector("h1, h2");
      if (focus && heading instanceof HTMLElement) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        scrollTo({ top: 0 });
      }
    },
  };
}
