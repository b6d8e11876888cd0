"""How long the page takes to show something, by the browser's own clock."""

from playwright.sync_api import Page

from tests.system.web.lab import until

LOOK = 50
"""Milliseconds between two looks."""

START = """([wanted, look]) => {
  window.seen = 0; window.stall = 0; let last = Date.now();
  setInterval(() => {
    window.stall = Math.max(window.stall, Date.now() - last - look); last = Date.now();
    if (!window.seen && document.querySelector(wanted)) window.seen = Date.now();
  }, look);
}"""


class Stopwatch:
    """Runs in a page until an element is there; start it before that comes about."""

    def __init__(self, page: Page, wanted: str) -> None:
        self._page, self._wanted = page, wanted
        page.evaluate(START, [wanted, LOOK])

    def stop_within(self, limit: float, since: float) -> None:
        """It was there within so many seconds of a moment (s since 1970).

        The time is added for which the browser itself stood still: the machine is busy.
        """
        seen = until(lambda: self._page.evaluate("window.seen"), f"{self._wanted} is shown") / 1000
        stall = self._page.evaluate("window.stall") / 1000
        late = seen - since
        assert late < limit + stall, f"{late:.1f} s, stalled {stall:.1f} s"
