// Says what is new in the log, once and politely, and lets it be seen for a moment.
const announce = document.getElementById("announce");
const rows = () => [...document.querySelectorAll("#rows tr")];
const first = new URLSearchParams(location.search).get("before");

let newest = Math.max(0, ...rows().map((row) => Number(row.dataset.seq)));

const words = (row) =>
  ["time", "about", "kind"].map((name) => row.querySelector(`.${name}`).textContent.trim()).join(" ");

document.addEventListener("renewed", () => {
  if (first) return;
  const fresh = rows().filter((row) => Number(row.dataset.seq) > newest);
  if (!fresh.length) return;
  newest = Math.max(...fresh.map((row) => Number(row.dataset.seq)));
  for (const row of fresh) row.classList.add("fresh"); // until the next renewal
  announce.textContent = announce.dataset.said
    .replace("{n}", String(fresh.length))
    .replace("{what}", words(fresh[0]));
});
