// The front page of the desk follows what others do: while it is visible, its lists are fetched
// anew every half minute. Without this script the page is as it was when it was opened.

const EVERY = 30_000; // milliseconds
const ended = document.getElementById("queue-ended");
let asked = Date.now();
let timer = 0;

/** Return what names an element of the lists in the page before and in the next. */
function nameOf(element) {
  return element?.closest("#queue a") && element.getAttribute("href");
}

/** Put the fresh lists in the place of the old ones; the focus stays on what it was on. */
function replace(fresh) {
  const queue = document.getElementById("queue");
  if (queue.isEqualNode(fresh)) return;
  const shelf = document.activeElement?.closest(".shelf")?.getAttribute("aria-labelledby");
  const name = nameOf(document.activeElement);
  queue.replaceWith(document.adoptNode(fresh));
  if (!name) return;
  const same = [...fresh.querySelectorAll("a")].filter((link) => link.getAttribute("href") === name);
  const here = same.find((link) => link.closest(".shelf").getAttribute("aria-labelledby") === shelf);
  (here ?? same[0] ?? document.getElementById("content-start")).focus({ preventScroll: true });
}

/** Fetch the page and show its lists. Nothing changes while the network is away. */
async function refresh() {
  // A form with its button under the finger must not go away.
  if (document.hidden || document.querySelector("#queue form:focus-within")) return;
  asked = Date.now();
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return;
  }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("queue");
  if (fresh) replace(fresh);
  else stop();
}

/** The login has ended: say so, and ask no more. */
function stop() {
  clearInterval(timer);
  ended.hidden = false;
}

timer = setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - asked > EVERY && ended.hidden) refresh();
});
