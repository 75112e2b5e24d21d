// Back and forward: the link that led away is met again where it was, and has the focus. Browsers go to
// the element that the address names, or how far down one was in a page whose parts had other sizes.

/** The state of a new entry of the history: one that is met again is known by it. */
export function newEntry() {
  return { at: Date.now() };
}

/** Follows where the reader goes within the page. */
export function startTrail() {
  /** @type {Map<number, [HTMLElement, number]>} the links by which entries were left, and how far down */
  const left = new Map();
  /**
   * Marks the entry that is shown, if it is new.
   * @returns {boolean} whether Back or forward led here
   */
  const arrived = () => {
    if (history.state) return true;
    try {
      history.replaceState(newEntry(), "");
    } catch {
      // A page that has no address of its own has no way back either.
    }
    return false;
  };
  arrived();
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a") : null;
    if (link) left.set(history.state?.at, [link, link.getBoundingClientRect().top]);
  });
  return {
    arrived,
    /** Shows the link that led away as it was. */
    resume() {
      const [link, top] = left.get(history.state?.at) ?? [];
      if (!link?.checkVisibility()) return;
      link.focus({ preventScroll: true });
      scrollBy({ top: link.getBoundingClientRect().top - (top ?? 0), behavior: "instant" });
    },
  };
}
