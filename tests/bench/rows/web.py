"""The page: a month of one instrument at 1 Hz, 20 channels, from the click to the chart.

The daemon does not run; a real browser (Debian's chromium) follows a link to the instrument. What
counts is the time until the chart has been painted, the server and the browser on the same machine.
"""

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench.figure import Figure
from tests.bench.month import CHANNELS, MONTH, fill, summarise
from tests.journal_samples import NS
from tests.servers.process import free_port
from tests.system.house import Process, running

SECONDS = 1.0
CHROMIUM = "/usr/bin/chromium"
WATCH = """
const look = () => document.querySelector("svg.chart path.line")
  ? requestAnimationFrame(() => { window.painted = performance.now(); })
  : requestAnimationFrame(look);
requestAnimationFrame(look);
"""
"""Notes when the chart has been painted, ms since the link was followed, by the browser's clock."""

PAINTED = """
new Promise(done => {
  const look = () => window.painted ? done(window.painted) : requestAnimationFrame(look);
  look();
})
"""

CONFIG = """
[site]
name = "lab"
[journal]
path = "{folder}/journal.db"
[web]
listen = "127.0.0.1:{port}"
[bus.line]
address = "127.0.0.1:1"
[instrument.meter]
profile = "eastron-sdm630"
bus = "line"
unit = 1
group.power = {{ interval = "1s" }}
"""


def measure(*, quick: bool) -> list[Figure]:
    """Seconds from following the link to the painted chart, the median of some."""
    scans = MONTH // 10 if quick else MONTH
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        fill(folder / "journal.db", scans, time.time_ns() - scans * NS)
        summarise(folder / "journal.db")
        config = folder / "daq.toml"
        config.write_text(CONFIG.format(folder=folder, port=port))
        started = time.perf_counter()
        with running(folder / "web.log", "web", str(config)) as web, sync_playwright() as driver:
            web.wait_text("the page is at")
            begun = time.perf_counter() - started
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            page.add_init_script(WATCH)
            page.goto(f"http://127.0.0.1:{port}/")
            link = f"http://127.0.0.1:{port}/instrument/meter?from=-31d&to=now&channel=all"
            cpu = _cpu(web)
            times = [_opened(page, link) for _ in range(3 if quick else 9)]
            cpu = (_cpu(web) - cpu) / len(times)
            memory = _memory(web)
            browser.close()
    return [
        Figure(
            row="web",
            what=f"the page opens {scans / 86400:.0f} days at 1 Hz, {CHANNELS} channels",
            value=statistics.median(times),
            unit="s",
            target=SECONDS,
            better="less",
            detail={
                "fastest": min(times),
                "slowest": max(times),
                "server's CPU s a page": cpu,
                "server's MB": memory,
                "s to start": begun,
            },
        )
    ]


def _opened(page: Page, link: str) -> float:
    page.goto(link, wait_until="commit")
    return float(page.evaluate(PAINTED)) / 1000


def _cpu(web: Process) -> float:
    fields = Path(f"/proc/{web.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _memory(web: Process) -> float:
    lines = Path(f"/proc/{web.pid}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1000
