// The calendar: a planned manuscript is dragged to another day, or carried there with the arrow
// keys. Each way ends in the form that stands below the mark for those without this script.

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const status = document.getElementById("calendar-status");
let held = null; // what is being carried: the mark, and the day it would come to

const calendar = () => document.getElementById("calendar");
const markOf = (post) => calendar().querySelector(`.mark[data-post="${post}"]`);
const titleOf = (mark) => mark.querySelector(".mark-title").textContent.trim();

/** Say `words` to whoever listens to the page. */
function say(words) {
  status.textContent = words;
}

/** Show which day a mark would come to; none when `day` is missing. */
function aim(day) {
  for (const other of calendar().querySelectorAll(".day.target")) other.classList.remove("target");
  day?.classList.add("target");
}

/** Make the marks that may be moved draggable, with a button for the keyboard. */
function prepare() {
  for (const mark of calendar().querySelectorAll(".mark[data-post]")) {
    mark.draggable = true;
    const handle = document.createElement("button");
    handle.type = "button";
    handle.className = "handle";
    handle.textContent = "矢印で動かす";
    handle.setAttribute("aria-label", `${titleOf(mark)}：矢印キーで日を動かす`);
    mark.querySelector(".mark-move").before(handle);
  }
}

/** Send the form of `mark` with another day, and show the calendar that comes back. */
async function move(mark, day) {
  if (!mark || mark.closest(".day") === day) return;
  const form = mark.querySelector("form");
  form.elements.planned_on.value = day.dataset.day;
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
  } catch {
    say("つながらないので、動かせませんでした。");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("calendar");
  if (!answer.ok || !fresh) return form.submit(); // the page says what is wrong
  const post = mark.dataset.post;
  calendar().replaceWith(document.adoptNode(fresh));
  prepare();
  tell(page);
  (markOf(post)?.querySelector(".handle") ?? document.getElementById("content-start")).focus();
}

/** Show what the answer says of the move. */
function tell(page) {
  const list = page.querySelector("ul.messagelist");
  say(list?.textContent.trim() ?? "");
  document.querySelector("ul.messagelist")?.remove();
  if (list) document.getElementById("content").before(document.adoptNode(list));
}

document.addEventListener("dragstart", (event) => {
  const mark = event.target.closest?.(".mark[data-post]");
  if (!mark) return;
  event.dataTransfer.setData("text/plain", mark.dataset.post);
  event.dataTransfer.effectAllowed = "move";
  held = { mark };
});

document.addEventListener("dragover", (event) => {
  const day = held && event.target.closest?.(".day");
  aim(day);
  if (day) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const day = held && event.target.closest?.(".day");
  if (!day) return;
  event.preventDefault();
  move(held.mark, day);
});

document.addEventListener("dragend", () => {
  held = null;
  aim();
});

/** Take a mark up, or put it down on the day it was carried to. */
function toggle(mark) {
  if (held) {
    const { mark: carried, day } = held;
    letGo();
    move(carried, day);
    return;
  }
  held = { mark, day: mark.closest(".day") };
  mark.classList.add("held");
  aim(held.day);
  say(`${titleOf(mark)}を持ちました。矢印キーで日を選び、Enter で置きます。Esc でやめます。`);
}

/** Stop carrying. */
function letGo() {
  held?.mark.classList.remove("held");
  held = null;
  aim();
}

document.addEventListener("click", (event) => {
  const handle = event.target.closest(".handle");
  if (handle) toggle(handle.closest(".mark"));
});

document.addEventListener("keydown", (event) => {
  if (!held?.day || !event.target.closest(".handle")) return;
  if (event.key === "Escape") {
    letGo();
    say("やめました。");
  }
  if (!(event.key in STEPS)) return;
  event.preventDefault();
  const days = [...calendar().querySelectorAll(".day")];
  const day = days[days.indexOf(held.day) + STEPS[event.key]];
  if (!day) return say("この予定表の端です。");
  held.day = day;
  aim(day);
  say(day.querySelector("time").textContent.trim());
});

document.addEventListener("focusout", (event) => {
  if (held?.day && event.target.closest(".handle")) letGo();
});

prepare();
