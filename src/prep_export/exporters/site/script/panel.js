// What lies over the page and folds when one goes elsewhere: the filters.

/**
 * Folds an element by Escape, by a press outside of it, and when the focus leaves it.
 * @param {HTMLDetailsElement} panel
 */
export function foldsAway(panel) {
  /** @param {EventTarget | null} place */
  const outside = (place) => place instanceof Node && !panel.contains(place);
  const fold = () => {
    panel.open = false;
  };
  document.addEventListener("pointerdown", ({ target }) => outside(target) && fold());
  // Where nothing gets the focus, as when another window does, it is still used.
  panel.addEventListener("focusout", ({ relatedTarget }) => outside(relatedTarget) && fold());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open || (outside(event.target) && event.target !== document.body)) return;
    fold();
    panel.querySelector("summary")?.focus();
    event.preventDefault();
  });
  return fold;
}
