// Who else has the manuscript open. While the tab is seen it says every ten seconds that it is
// there, and is told who else is; a tab that falls silent is forgotten by the server.

const PAUSE = 10_000;

const line = document.querySelector("[data-presence]");
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
// Not randomUUID: a desk in a local network may have no HTTPS.
const bytes = crypto.getRandomValues(new Uint8Array(16));
const tab = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
let timer;

/** Return what the tab sends. */
function form(extra = {}) {
  const data = new FormData();
  for (const [name, value] of Object.entries({ tab, csrfmiddlewaretoken: token, ...extra }))
    data.append(name, value);
  return data;
}

/** Say that the tab is here, show who else is, and come again. */
async function ping() {
  clearTimeout(timer);
  if (document.visibilityState !== "visible") return;
  timer = setTimeout(ping, PAUSE);
  try {
    const signal = AbortSignal.timeout(PAUSE);
    const answer = await fetch(line.dataset.presence, { method: "POST", body: form(), signal });
    show(answer.ok ? (await answer.json()).said : "");
  } catch {
    show(""); // without the network nobody knows
  }
}

/** Show the words; the same ones again are not read out again. */
function show(words) {
  if (line.textContent !== words) line.textContent = words;
}

/** Say that the tab goes. */
function leave() {
  clearTimeout(timer);
  navigator.sendBeacon(line.dataset.presence, form({ leave: "1" }));
}

if (line && token) {
  document.addEventListener("visibilitychange", ping);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => event.persisted && ping());
  ping();
}
