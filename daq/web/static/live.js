// Keeps an open page true: asks for it anew when something has changed, puts what is different in
// its place, and lets ages count on. Without a connection it says so; it never shows old as new.
import { morph } from "./morph.js";

const RETRY = 2000; // ms between two attempts without an answer
const LIMIT = 30000; // ms an answer may take; the server holds a request for at most 20 s

let ahead = Number(document.body.dataset.now) - Date.now(); // the server's clock against ours
let cutOff = 0;

function count() {
  const now = Date.now() + ahead;
  const units = document.body.dataset.units.split(",");
  const sizes = [86400, 3600, 60, 1]; // as in words.py
  for (const age of document.querySelectorAll(".age[data-time]")) {
    const time = Number(age.dataset.time);
    if (!time) continue;
    const seconds = Math.max(0, (now - time) / 1000);
    const at = sizes.findIndex((size) => size === 1 || seconds >= 2 * size);
    const text = `${Math.floor(seconds / sizes[at])}\u202f${units[at]}`;
    if (age.textContent !== text) age.textContent = text;
  }
}

function tell(since) {
  cutOff = since;
  const banner = document.getElementById("cut-off");
  banner.hidden = !since;
  banner.querySelector(".age").dataset.time = since ? String(since + ahead) : "0";
  count();
}

// What is moved in a document loses the focus: who works by keyboard must find it where it was.
function holdFocus() {
  const held = document.activeElement;
  const home = held.closest("[id]")?.id;
  return () => {
    if (held === document.body || held === document.activeElement) return;
    const near = home && document.getElementById(home);
    const again = held.isConnected ? held : near?.querySelector(held.localName) ?? near;
    again?.focus({ preventScroll: true });
  };
}

const pause = (time) => new Promise((done) => setTimeout(done, time));

async function renew() {
  const answer = await fetch(location.href, {
    cache: "no-store", // the browser's cache has one request at a time for an address: this one waits
    headers: { "X-Live": document.body.dataset.version, Accept: "text/html" },
    signal: AbortSignal.timeout(LIMIT),
  });
  if (answer.redirected) location.reload(); // signed out meanwhile
  if (answer.status >= 500) throw new Error(String(answer.status));
  // From a page to an error in words and back: not piece by piece, and an error has no news.
  if (answer.ok === ("error" in document.body.dataset)) location.reload();
  if (!answer.ok) return pause(RETRY);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  ahead = Number(fresh.body.dataset.now) - Date.now();
  const back = holdFocus();
  morph(document.body, fresh.body);
  back();
  document.title = fresh.title;
  document.dispatchEvent(new Event("renewed"));
}

async function shown() {
  while (document.hidden) await pause(500);
}

async function keep() {
  for (;;) {
    await shown();
    const asked = Date.now();
    try {
      await renew();
      tell(0);
    } catch {
      tell(cutOff || asked);
      await pause(RETRY);
    }
  }
}

setInterval(count, 1000);
keep();
