// Videos and slides of other sites: nothing is loaded from there before the reader asks for it.
// Without this script their figures are what they are in feeds: links.

// What may be framed, as the renderer writes it (posts/text/html/embeds.py) and the CSP allows it.
const FRAMES = [
  /^https:\/\/www\.youtube-nocookie\.com\/embed\/[\w-]{11}(\?start=\d{1,7})?$/,
  /^https:\/\/player\.vimeo\.com\/video\/\d{1,15}(\?h=[\da-f]{6,20})?$/,
  /^https:\/\/speakerdeck\.com\/player\/[\da-f]{32}$/,
];

const ATTRIBUTES = {
  allow: "fullscreen; picture-in-picture; encrypted-media",
  allowfullscreen: "",
  loading: "lazy",
  referrerpolicy: "strict-origin-when-cross-origin", // YouTube plays for nobody unnamed
  // What a player opens in a tab of its own ("watch on …") has to work there as ever.
  sandbox:
    "allow-scripts allow-same-origin allow-presentation" +
    " allow-popups allow-popups-to-escape-sandbox",
};

/** Return the frame that shows what `link` leads to. */
function frameOf(link) {
  const frame = document.createElement("iframe");
  for (const [name, value] of Object.entries(ATTRIBUTES)) frame.setAttribute(name, value);
  frame.title = link.textContent.trim();
  frame.src = link.dataset.frame;
  return frame;
}

/** Put the frame into the place of the link, unless the reader wants a tab or a window. */
function open(event) {
  const link = event.target.closest("figure.embed a[data-frame]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || event.button || elsewhere) return;
  if (!FRAMES.some((known) => known.test(link.dataset.frame))) return;
  event.preventDefault();
  const frame = frameOf(link);
  link.replaceWith(frame);
  frame.focus();
}

document.addEventListener("click", open);
