// What the filters leave, and that they are set: a line below the bar, the contents, an empty page.

import { element, word } from "./dom.js";

/** @typedef {ReturnType<typeof import("./filters.js").filterForm>} Filters */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.line
 * @param {HTMLElement} parts.read
 * @param {Filters} parts.filters
 */
export function filteredView({ line, read, filters }) {
  /**
   * @param {string} name
   * @param {keyof import("./filters.js").Wanted} [field]
   */
  const clearing = (name, field) => {
    const label = field ? word("site-unfilter", { name }) : name;
    const button = element("button", { type: "button", "aria-label": label }, name);
    button.addEventListener("click", () => filters.clear(field));
    return button;
  };
  const none = element("p", { class: "none-fit", hidden: true }, word("site-none-fit"), " ", clearing(word("site-reset")));
  read.prepend(none);
  const contents = document.getElementById("contents");
  /** @type {HTMLElement[]} */
  const rows = [...(contents?.querySelectorAll("li") ?? [])];

  return {
    none,
    /**
     * @param {ReadonlyMap<Element, number>} chapters with the number of their items that fit
     * @param {string} count
     */
    show(chapters, count) {
      const at = [...line.children].findIndex((one) => one === document.activeElement);
      const set = filters.named().map(([field, name]) => clearing(name, field));
      line.replaceChildren(element("span", {}, count), ...set);
      line.hidden = !set.length;
      // Where one was taken away, the next one is at hand.
      const next = set[at - 1] ?? set.at(-1) ?? document.getElementById("search");
      if (at > 0) next?.focus();
      none.hidden = !set.length || chapters.size > 0;
      contents?.toggleAttribute("hidden", !none.hidden);
      for (const row of rows) {
        const chapter = document.getElementById(row.querySelector("a")?.hash.slice(1) ?? "");
        if (!chapter) continue;
        row.hidden = chapter.hidden;
        row.querySelector(".pe-count")?.replaceChildren(String(chapters.get(chapter) ?? 0));
      }
    },
  };
}
