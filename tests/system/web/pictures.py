"""The pictures of the documentation, of the real page over the simulated laboratory.

    python -m tests.system.web.pictures [FOLDER]

The laboratory runs for some minutes first, so that there is something to see, and has two faults;
at last its chamber gets too hot.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from playwright.sync_api import sync_playwright

from tests.system.web.alarm_lab import HOT, AlarmLab
from tests.system.web.delivery_lab import DeliveryLab

FOLDER = Path("docs/pictures")
CHROMIUM = "/usr/bin/chromium"
RUN = 200.0
"""Seconds the laboratory runs before the pictures."""

SETTLE = 6.0
"""Seconds a fault has to be seen in."""


class PictureLab(DeliveryLab, AlarmLab):
    """Everything that a view shows."""


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

EMERGENCY = (
    Picture("alarms", "/alarms"),
    Picture("incident", "/incident/{incident}", height=1080),
    Picture("incident-zh-dark", "/incident/{incident}", "zh-CN", "dark", 1080),
)
"""Those of a chamber that is too hot."""


def main() -> None:
    """Make them all."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        lab = PictureLab(Path(name))
        with lab.running():
            time.sleep(RUN / 2)
            with lab.faulty("furnace", "silence"):
                time.sleep(SETTLE)
            time.sleep(RUN / 2)
            with lab.faulty("probes", "sensor-break", channel="t4"):
                time.sleep(SETTLE)
                _take(lab, folder, PICTURES)
                lab.heat(60.0)
                lab.becomes(HOT, "unacknowledged")
                time.sleep(SETTLE * 2)
                _take(lab, folder, EMERGENCY)


def _take(lab: PictureLab, folder: Path, pictures: Sequence[Picture]) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for one in pictures:
            context = browser.new_context(
                locale=one.locale,
                color_scheme="dark" if one.scheme == "dark" else "light",
                viewport={"width": 1280, "height": one.height},
            )
            page = context.new_page()
            page.goto(lab.url + one.link.format(incident=(lab.incidents() or [""])[-1]))
            page.wait_for_timeout(SETTLE * 500)
            page.screenshot(path=folder / f"{one.name}.png", animations="disabled")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
