// Light or dark: follows the system, unless the reader chose. Runs before the page is painted.
(() => {
  const NAMES = { "": "自動", light: "明るい", dark: "暗い" };
  const root = document.documentElement;

  /** Return what the reader chose, "" for the system's way. */
  function chosen() {
    try {
      const name = localStorage.getItem("scheme");
      return name in NAMES ? name : "";
    } catch {
      return ""; // the reader's browser keeps nothing
    }
  }

  function show(name) {
    if (name) root.dataset.scheme = name;
    else delete root.dataset.scheme;
  }

  function choose(name) {
    show(name);
    try {
      if (name) localStorage.setItem("scheme", name);
      else localStorage.removeItem("scheme");
    } catch {
      // Then it holds for this page.
    }
  }

  /** Offer the choice in the footer: without this script there would be nothing to choose. */
  function offer() {
    const place = document.querySelector("[data-scheme-choice]");
    if (!place) return;
    const label = document.createElement("label");
    const select = document.createElement("select");
    for (const [value, name] of Object.entries(NAMES)) select.append(new Option(name, value));
    select.value = chosen();
    select.addEventListener("change", () => choose(select.value));
    label.append("表示の明るさ ", select);
    place.append(label);
    place.hidden = false;
  }

  show(chosen());
  document.addEventListener("DOMContentLoaded", offer);
  addEventListener("storage", (event) => event.key === "scheme" && show(chosen()));
})();
