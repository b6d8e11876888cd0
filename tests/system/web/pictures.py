"""The pictures of the documentation, of the real page over the simulated laboratory.

    python -m tests.system.web.pictures [FOLDER]

The laboratory runs for some minutes first, so that there is something to see, and has two faults.
"""

import sys
import tempfile
import time
from pathlib import Path

import msgspec
from playwright.sync_api import sync_playwright

from tests.system.web.delivery_lab import DeliveryLab
from tests.system.web.lab import Lab

FOLDER = Path("docs/pictures")
CHROMIUM = "/usr/bin/chromium"
RUN = 200.0
"""Seconds the laboratory runs before the pictures."""

SETTLE = 6.0
"""Seconds a fault has to be seen in."""


class Picture(msgspec.Struct, frozen=True):
    """One picture: a file's name, a link, and how it is looked at."""

    name: str
    link: str
    locale: str = "en-GB"
    scheme: str = "light"
    height: int = 760


PICTURES = (
    Picture("overview", "/"),
    Picture("overview-zh-dark", "/", "zh-CN", "dark"),
    Picture("instrument", "/instrument/furnace?from=-4min&to=now", height=1080),
    Picture("buses", "/buses", height=1080),
    Picture("delivery", "/delivery", height=1080),
    Picture("events", "/events"),
)
"""Each view adds its own here."""


def main() -> None:
    """Make them all."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        lab = DeliveryLab(Path(name))
        with lab.running():
            time.sleep(RUN / 2)
            with lab.faulty("furnace", "silence"):
                time.sleep(SETTLE)
            time.sleep(RUN / 2)
            with lab.faulty("probes", "sensor-break", channel="t4"):
                time.sleep(SETTLE)
                _take(lab, folder)


def _take(lab: Lab, folder: Path) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for one in PICTURES:
            context = browser.new_context(
                locale=one.locale,
                color_scheme="dark" if one.scheme == "dark" else "light",
                viewport={"width": 1280, "height": one.height},
            )
            page = context.new_page()
            page.goto(lab.url + one.link)
            page.wait_for_timeout(SETTLE * 500)
            page.screenshot(path=folder / f"{one.name}.png", animations="disabled")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
