// 縦書き: a wheel and the keys of a page turn leftwards. Without this the box scrolls by itself.
const article = document.querySelector(".tate .article");
const PAGE = 0.9; // of what is seen, so that a line is seen twice

/** Return whether there is no more to the left (forward) or to the right. */
function atEnd(forward) {
  const from = Math.abs(article.scrollLeft); // goes down from 0, at the right
  return forward ? from + article.clientWidth >= article.scrollWidth - 1 : from <= 1;
}

function turn(event) {
  if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
  if (event.target.closest("pre, .table-scroll, iframe")) return;
  if (atEnd(event.deltaY > 0)) return; // then the page goes on below, or back above
  event.preventDefault();
  const unit = event.deltaMode ? parseFloat(getComputedStyle(article).lineHeight) : 1;
  article.scrollBy({ left: -event.deltaY * unit });
}

function press(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("a, button, select, input, summary, pre, .table-scroll")) return;
  const back = event.key === "PageUp" || (event.key === " " && event.shiftKey);
  const forward = event.key === "PageDown" || (event.key === " " && !event.shiftKey);
  if (!(back || forward) || atEnd(forward)) return;
  event.preventDefault();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const left = article.clientWidth * PAGE * (back ? 1 : -1);
  article.scrollBy({ left, behavior: calm ? "instant" : "smooth" });
}

article.addEventListener("wheel", turn, { passive: false });
document.addEventListener("keydown", press);
