// Commenting on selected words. Without this script each passage as a whole has its form.

// What is on the page and no word of the article, as posts/text/html/passages.py leaves it out.
const ASIDE = "rt, rp, .footnote-ref, .footnote-backref, .task-box";
const LONGEST = 2000; // letters of a quotation; the desk keeps the first of them

const pick = document.createElement("button");
pick.type = "button";
pick.className = "pick";
pick.textContent = "コメント";

/** Return the words in `range`, without what stands aside. */
function words(range) {
  const held = range.cloneContents();
  for (const aside of held.querySelectorAll(ASIDE)) aside.remove();
  return held.textContent;
}

/** Return what is selected in the first passage that the selection reaches, or null. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const start = range.startContainer;
  const prose = (start.nodeType === Node.TEXT_NODE ? start.parentElement : start).closest(
    ".passage > .prose",
  );
  const form = prose?.parentElement.querySelector(".remarks .add form");
  if (!form) return null;
  if (!prose.contains(range.endContainer)) range.setEnd(prose, prose.childNodes.length);
  const quote = words(range).trim();
  if (!quote) return null;
  const before = document.createRange();
  before.setStart(prose, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const near = words(before).replace(/\s/g, "").length;
  return { form, quote: quote.slice(0, LONGEST), near, box: range.getBoundingClientRect() };
}

/** Offer the button below what is selected. */
function offer() {
  const found = selected();
  if (!found) return pick.remove();
  document.body.append(pick);
  const left = found.box.right + scrollX - pick.offsetWidth;
  pick.style.left = `${Math.max(8, Math.min(left, innerWidth - pick.offsetWidth - 8))}px`;
  pick.style.top = `${found.box.bottom + scrollY + 6}px`;
}

/** Open the form of the passage, with the words it is on above it. */
function comment() {
  const found = selected();
  pick.remove();
  if (!found) return;
  const { form, quote, near } = found;
  form.quote.value = quote;
  form.near.value = near;
  const shown = form.querySelector(".picked") ?? document.createElement("p");
  shown.className = "picked";
  shown.textContent = quote.length > 60 ? `${quote.slice(0, 60)}…` : quote;
  form.body.before(shown);
  form.closest("details").open = true;
  getSelection().removeAllRanges();
  form.body.focus();
}

/** Lead from marked words to the comment on them. */
function follow(event) {
  const mark = event.target.closest?.('mark[id^="on-"]');
  const thread = mark && document.getElementById(mark.id.replace("on-", "c"));
  if (!thread || event.target.closest("a") || !getSelection().isCollapsed) return;
  location.hash = thread.id;
  thread.focus();
}

/** Send with Ctrl+Enter, close with Escape; never while an input method composes. */
function key(event) {
  const form = event.target.closest?.(".reviewed form");
  if (!form || event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button"));
  }
  if (event.key === "Escape" && !event.target.value) {
    const details = form.closest("details");
    if (!details) return;
    details.open = false;
    details.querySelector("summary").focus();
  }
}

/** Put the cursor into a form that was opened. */
function opened(event) {
  if (event.target.matches?.(".add, .reply") && event.target.open) {
    event.target.querySelector("textarea").focus({ preventScroll: true });
  }
}

let sent = null;

/** Warn of words in other forms than the one that is sent. */
function leave(event) {
  const typed = [...document.querySelectorAll(".reviewed form textarea")];
  const kept = typed.some((field) => field.value !== field.defaultValue && field.form !== sent);
  if (kept) event.preventDefault();
}

document.addEventListener("selectionchange", offer);
pick.addEventListener("pointerdown", (event) => event.preventDefault());
pick.addEventListener("click", comment);
document.addEventListener("click", follow);
document.addEventListener("keydown", key);
document.addEventListener("toggle", opened, true);
document.addEventListener("submit", (event) => (sent = event.target));
addEventListener("beforeunload", leave);
