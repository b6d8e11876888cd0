// Reading a chart: a cursor by pointer or arrow keys says the values there; dragging, or Enter on
// two places, looks at a part of it. The picture itself comes from the server.

const NS = "http://www.w3.org/2000/svg";

function number(value) {
  return value === null ? "–" : String(Number(value.toPrecision(6)));
}

class Reading {
  constructor(figure) {
    this.figure = figure;
    this.box = figure.querySelector(".drawing");
    this.svg = figure.querySelector("svg");
    this.left = Number(this.svg.dataset.left);
    this.right = Number(this.svg.dataset.right);
    this.start = Number(figure.dataset.start);
    this.end = Number(figure.dataset.end);
    this.at = null; // time of the cursor, ms
    this.from = null; // where dragging began
    this.points = null;
    this.line = this.shape("line", "cursor");
    this.area = this.shape("rect", "selection");
    const height = this.svg.viewBox.baseVal.height;
    this.line.setAttribute("y1", "0");
    this.line.setAttribute("y2", String(height));
    this.area.setAttribute("y", "0");
    this.area.setAttribute("height", String(height));
    this.listen();
  }

  shape(kind, name) {
    const made = document.createElementNS(NS, kind);
    made.setAttribute("class", name);
    made.setAttribute("visibility", "hidden");
    this.svg.append(made);
    return made;
  }

  time(event) {
    const place = new DOMPoint(event.clientX, 0).matrixTransform(this.svg.getScreenCTM().inverse());
    const share = (place.x - this.left) / (this.right - this.left);
    return this.start + Math.min(Math.max(share, 0), 1) * (this.end - this.start);
  }

  x(time) {
    const share = (time - this.start) / (this.end - this.start);
    return this.left + share * (this.right - this.left);
  }

  async known() {
    if (!this.points) {
      this.points = fetch(this.figure.dataset.points).then((answer) => answer.json());
    }
    return this.points;
  }

  async show(time) {
    this.at = Math.min(Math.max(time, this.start), this.end);
    const x = String(this.x(this.at));
    this.line.setAttribute("x1", x);
    this.line.setAttribute("x2", x);
    this.line.setAttribute("visibility", "visible");
    this.select();
    const { channels } = await this.known();
    this.figure.querySelector(".readout").textContent = this.said(channels);
  }

  said(channels) {
    const moment = new Date(this.at).toLocaleString(document.documentElement.lang);
    const reach = ((this.end - this.start) / 480) * 3; // a few points: beyond that is a gap
    const values = channels.map((channel) => {
      const at = nearest(channel.time, this.at);
      if (at < 0 || Math.abs(channel.time[at] - this.at) > Math.max(reach, 5000)) {
        return `${channel.id}: –`;
      }
      const [low, mean, high] = ["least", "mean", "greatest"].map((key) => channel[key][at]);
      const spread = low === high ? "" : ` (${number(low)} … ${number(high)})`;
      return `${channel.id}: ${number(mean)} ${channel.unit}${spread}`;
    });
    return [moment, ...values].join(" · ");
  }

  select() {
    const shown = this.from !== null;
    this.area.setAttribute("visibility", shown ? "visible" : "hidden");
    if (!shown) return;
    const [a, b] = [this.x(this.from), this.x(this.at)];
    this.area.setAttribute("x", String(Math.min(a, b)));
    this.area.setAttribute("width", String(Math.abs(a - b)));
  }

  go() {
    const [from, to] = [Math.min(this.from, this.at), Math.max(this.from, this.at)];
    this.from = null;
    this.select();
    if (this.x(to) - this.x(from) < 4) return; // a click, not a stretch
    const link = new URL(location.href);
    link.searchParams.set("from", new Date(from).toISOString());
    link.searchParams.set("to", new Date(Math.max(to, from + 1000)).toISOString());
    location.assign(link);
  }

  key(event) {
    const step = (this.end - this.start) / (event.shiftKey ? 20 : 200);
    const moves = { ArrowLeft: -step, ArrowRight: step };
    if (event.key in moves) {
      this.show((this.at ?? (this.start + this.end) / 2) + moves[event.key]);
    } else if (event.key === "Enter" && this.at !== null) {
      if (this.from === null) this.from = this.at;
      else this.go();
      this.select();
    } else if (event.key === "Escape") {
      this.from = null;
      this.select();
    } else return;
    event.preventDefault();
  }

  listen() {
    this.box.addEventListener("pointermove", (event) => this.show(this.time(event)));
    this.box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      this.at = this.from = this.time(event);
      this.box.setPointerCapture(event.pointerId);
    });
    this.box.addEventListener("pointerup", () => this.from !== null && this.go());
    this.box.addEventListener("keydown", (event) => this.key(event));
  }
}

function nearest(times, wanted) {
  let [low, high] = [0, times.length - 1];
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - times[low - 1] < times[low] - wanted ? low - 1 : low;
}

async function exact(part) {
  const place = part.querySelector("[data-exact-from]");
  if (!place || place.dataset.asked) return;
  place.dataset.asked = "yes";
  for (const cell of part.querySelectorAll("td[data-exact]")) cell.textContent = "…";
  const answer = await fetch(place.dataset.exactFrom);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const row of page.querySelectorAll("tr[data-channel]")) {
    const own = part.querySelector(`tr[data-channel="${CSS.escape(row.dataset.channel)}"]`);
    for (const cell of row.cells) {
      const target = own?.querySelector(`td[data-exact="${cell.dataset.exact}"]`);
      if (target) target.textContent = cell.textContent;
    }
  }
}

const readings = new WeakMap();

function begin() {
  const part = document.getElementById("trend");
  const figure = part?.querySelector("figure");
  if (!figure) return;
  const svg = figure.querySelector("svg");
  if (!readings.has(svg)) readings.set(svg, new Reading(figure));
  if (part.querySelector("[data-at-once]")) exact(part).catch(() => {});
}

document.addEventListener("loaded", begin);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-compute]")) exact(document.getElementById("trend")).catch(() => {});
});
begin();
