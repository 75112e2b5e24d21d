// Measures every card of CARDS in the frame whose page is PAGE, and writes what it found into the
// page; texts are paler than text may be where their contrast is below LEAST. See browser.py.
const rgb = (text) => {
  const parts = text.match(/[\d.]+/g).map(Number);
  return parts.length > 3 ? parts : [...parts, 1];
};
const over = (top, below) => [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3]));
const luminance = (color) => {
  const [r, g, b] = color.slice(0, 3).map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, two) => {
  const [low, high] = [luminance(one), luminance(two)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const ground = (view, element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    layers.push(rgb(view.getComputedStyle(at).backgroundColor));
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
};
const scrolls = (view, element) => {
  for (let at = element; at && at !== view.document.body; at = at.parentElement) {
    if (view.getComputedStyle(at).overflowX !== "visible") return true;
  }
  return false;
};
const measure = (view, name) => {
  const { document } = view, found = [];
  for (const details of document.querySelectorAll("details")) details.open = true;
  const width = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth;
  if (wide > width) {
    const right = (element) => element.getBoundingClientRect().right;
    const culprit = [...document.body.querySelectorAll("*")]
      .filter((element) => !scrolls(view, element))
      .sort((a, b) => right(b) - right(a))[0];
    const about = `<${culprit?.tagName.toLowerCase()} class="${culprit?.className}">`;
    found.push(`${name}: ${wide} pixels wide by ${about}: ${culprit?.textContent.slice(0, 60)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, element = text.parentElement;
    if (!text.data.trim() || !element.getClientRects().length) continue;
    const below = ground(view, element);
    const ratio = contrast(over(rgb(view.getComputedStyle(element).color), below), below);
    words += 1;
    if (ratio < LEAST) {
      found.push(`${name}: contrast ${ratio.toFixed(2)} of "${text.data.trim().slice(0, 40)}"`);
    }
  }
  return found;
};
let words = 0;
const frame = document.querySelector("iframe");
frame.onload = async () => {
  const view = frame.contentWindow, found = [];
  await view.document.fonts.ready;
  for (const [name, html] of CARDS) {
    view.document.body.innerHTML = html;
    for (const image of view.document.images) {
      const lost = () => found.push(`${name}: no picture ${image.getAttribute("src")}`);
      await image.decode().catch(lost);
    }
    found.push(...measure(view, name));
  }
  const result = document.createElement("pre");
  result.id = "found";
  result.textContent = JSON.stringify({ words, cards: CARDS.length, found });
  document.body.replaceChildren(result);
};
frame.srcdoc = PAGE;
