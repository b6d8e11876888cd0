// Parts of a page with an address of their own: data-load says which, data-every how often (s).
// Loaded when they can be seen: not in a closed <details>, not in a tab in the background.
import { morph } from "./morph.js";

const LIMIT = 70000;
const due = new WeakMap();

async function load(part) {
  due.set(part, Infinity);
  try {
    const answer = await fetch(part.dataset.load, {
      headers: { Accept: "text/html" },
      signal: AbortSignal.timeout(LIMIT),
    });
    const text = await answer.text();
    const fresh = part.cloneNode(false);
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = answer.ok ? page.body : page.getElementById("main"); // an error is a whole page
    if (main) fresh.replaceChildren(...main.childNodes);
    fresh.removeAttribute("data-keep");
    part.removeAttribute("data-keep");
    morph(part, fresh);
    part.setAttribute("data-keep", "");
    part.dispatchEvent(new Event("loaded", { bubbles: true }));
  } catch {
    // live.js says that there is no connection; what is shown here has its own times
  }
  due.set(part, Date.now() + Number(part.dataset.every || Infinity) * 1000);
}

const open = (part) => part.checkVisibility();

function look() {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-load]")) {
    const filled = part.childElementCount && part.id === "trend";
    if (!due.has(part)) due.set(part, filled ? Date.now() + Number(part.dataset.every) * 1000 : 0);
    if (open(part) && due.get(part) <= Date.now()) load(part);
  }
}

setInterval(look, 250);
look();
