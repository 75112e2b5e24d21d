// Making and reading elements. Text only ever becomes text: nothing here takes markup.

import { fill } from "./text.js";

/**
 * A new element. An attribute that is false is left out; one that is true is empty.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * The element with an id, of a class of elements; null where there is none.
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E | null}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  return found instanceof type ? found : null;
}

/** @type {Map<string, string>} */
const labels = new Map();

/**
 * A word or sentence of ours in the language of the page: a label of the bank.
 * @param {string} name
 * @param {Record<string, string | number>} [values] what stands for its fields
 * @returns {string}
 */
export function word(name, values) {
  if (!labels.size) {
    const template = byId("words", HTMLTemplateElement);
    for (const one of template ? template.content.querySelectorAll("[data-word]") : []) {
      labels.set(one.getAttribute("data-word") ?? "", one.textContent ?? "");
    }
  }
  const label = labels.get(name) ?? name;
  return values ? fill(label, values) : label;
}

/**
 * Says something to those who hear the page; it also stands in the line of status.
 * @param {string} text
 */
export function announce(text) {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}

/**
 * Opens a dialog, below which nothing hears a key; what is returned takes it away. It is gone at once, not when the
 * browser comes to say that it is closed: what is gone holds no focus, so that the next key is not its own.
 * @param {HTMLDialogElement} dialog
 * @param {Element} place
 * @param {string[]} keys which take it away
 * @param {() => void} [left] what follows
 * @returns {() => void}
 */
export function openDialog(dialog, place, keys, left) {
  const close = () => {
    if (!dialog.isConnected) return;
    dialog.close();
    dialog.remove();
    left?.();
  };
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (!keys.includes(event.key)) return;
    event.preventDefault();
    close();
  });
  dialog.addEventListener("close", close);
  place.append(dialog);
  dialog.showModal();
  return close;
}

const INLINE = new Set(
  "a abbr b bdi cite code del em i ins kbd mark q s small span strong sub sup u var wbr tspan".split(" "),
);
const UNREAD = new Set(["annotation", "annotation-xml", "button", "defs", "script", "style", "template"]);

/** What stands between the parts of a formula that its layout alone tells apart: as in TeX, and as people type it. */
const JOINTS = new Map(Object.entries({ msub: "_", msup: "^", msubsup: "_^", munder: "_", munderover: "_^", mfrac: "/" }));
/** Elements of a formula that are names and numbers. */
const SIGNS = new Set(["mi", "mn", "mtext"]);
const LETTER_LAST = /[\p{L}\p{N}]$/u;

/**
 * The text of an element as one reads it: with a space where a block ends, what stands for pictures, and
 * formulas in one line: `√d_k`, `O(n^2)`.
 * @param {Node} node
 * @param {(element: Element) => boolean} [without] what is left out
 * @returns {string}
 */
export function textOf(node, without) {
  /** @type {string[]} */
  const pieces = [];
  /**
   * @param {Node} at
   * @param {boolean} [close] whether the signs in it are one name, as in an index
   */
  const walk = (at, close = false) => {
    const joints = at instanceof MathMLElement ? JOINTS.get(at.localName) : undefined;
    let part = 0;
    for (let child = at.firstChild; child; child = child.nextSibling) {
      if (child.nodeType === Node.TEXT_NODE) pieces.push(child.nodeValue ?? "");
      else if (child instanceof Element) {
        const name = child.localName;
        if (child instanceof HTMLImageElement) pieces.push(" ", child.alt, " ");
        if (UNREAD.has(name) || without?.(child)) continue;
        const joint = joints?.[part - 1] ?? "";
        if (joint) pieces.push(joint);
        if (!close && SIGNS.has(name) && LETTER_LAST.test(pieces.at(-1) ?? "")) pieces.push(" ");
        if (name === "msqrt") pieces.push("√");
        const word = /^[_^]$/.test(joint) && [...child.children].every((one) => one.localName === "mi");
        const many = name === "mfrac" || (name === "mrow" && child.childElementCount > 1 && !word);
        const together = many && (joint || joints === "/" || at.nodeName === "msqrt");
        const block = child instanceof MathMLElement ? /^mt[rd]$/.test(name) : !INLINE.has(name);
        if (block || together) pieces.push(block ? " " : "(");
        walk(child, word);
        if (block || together) pieces.push(block ? " " : ")");
        part++;
      }
    }
  };
  walk(node);
  return pieces.join("").replace(/\s+/g, " ").trim();
}

/**
 * A copy of a node's children. Ids stay with the originals: an address leads to those.
 * @param {Element} from
 * @param {(child: Node) => boolean} [without]
 * @returns {DocumentFragment}
 */
export function copyOf(from, without) {
  const copy = document.createDocumentFragment();
  for (const child of from.childNodes) if (!without?.(child)) copy.append(child.cloneNode(true));
  for (const one of copy.querySelectorAll("[id]")) one.removeAttribute("id");
  return copy;
}

/**
 * Whether letters and digits belong to what has the focus: somebody types, or chooses.
 * @param {Event} event
 */
export function isTyped(event) {
  const { target } = event;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=checkbox], [type=radio], [type=file]), select, textarea"))
  );
}

/**
 * Whether Space and Enter do something to what has the focus.
 * @param {Event} event
 */
export function isPressed(event) {
  const { target } = event;
  return target instanceof Element && target.closest("a, button, summary, input, select, textarea, label") !== null;
}

/**
 * Whether a key is pressed alone.
 * @param {KeyboardEvent} event
 */
export function isPlain(event) {
  return !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
}

/**
 * Text with pieces of it marked.
 * @param {string} text
 * @param {[number, number][]} pieces in order, not over each other
 * @returns {DocumentFragment}
 */
export function marked(text, pieces) {
  const made = document.createDocumentFragment();
  let at = 0;
  for (const [start, end] of pieces) {
    made.append(text.slice(at, start), element("mark", {}, text.slice(start, end)));
    at = end;
  }
  made.append(text.slice(at));
  return made;
}
