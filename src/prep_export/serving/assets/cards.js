// The frames of cards are as high as what is in them; a list of cards can be searched.

/** @param {HTMLIFrameElement} frame */
function fit(frame) {
  const root = frame.contentDocument?.documentElement;
  if (!root) return;
  const height = () => {
    // Of the content, whatever the frame has: pictures are measured by the frame.
    frame.style.height = `${Math.ceil(root.offsetHeight) + 2}px`;
    try {
      sessionStorage.setItem(`height ${frame.src}`, frame.style.height);
    } catch {
      // no storage: the next page begins with frames of one height
    }
  };
  height();
  // What folds in it, a font that comes, a picture.
  new ResizeObserver(height).observe(root.querySelector("#qa") ?? root);
}

for (const frame of document.querySelectorAll("iframe")) {
  // As high as last time from the start, so that the place on the page is kept.
  try {
    frame.style.height = sessionStorage.getItem(`height ${frame.src}`) ?? "";
  } catch {
    // as above
  }
  frame.addEventListener("load", () => fit(frame));
  if (frame.contentDocument?.readyState === "complete") fit(frame);
}

const find = document.getElementById("find");
if (find instanceof HTMLInputElement) {
  find.addEventListener("input", () => {
    const wanted = find.value.toLowerCase().trim();
    for (const line of document.querySelectorAll(".serve-cards li")) {
      const text = (line.textContent ?? "").toLowerCase();
      /** @type {HTMLElement} */ (line).hidden = !text.includes(wanted);
    }
  });
}

addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const rel = event.key === "ArrowLeft" ? "prev" : event.key === "ArrowRight" ? "next" : "";
  const link = rel && document.querySelector(`a[rel="${rel}"]`);
  if (link instanceof HTMLElement) link.click();
});
