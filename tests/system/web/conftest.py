"""One laboratory for all views' tests, and a browser that tells what it is told."""

from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.system.house import WAIT
from tests.system.web.lab import Lab, until

PICTURES = Path("build/web")
CHROMIUM = "/usr/bin/chromium"

expect.set_options(timeout=WAIT * 1000)

Scheme: TypeAlias = Literal["light", "dark"]

Opener: TypeAlias = Callable[..., Page]
"""``open_page("/", locale="zh-CN", scheme="dark", width=1280, height=900)``"""


SEEN_WITHIN = 3.0
"""Seconds from the journal to the page."""

WATCH = """selector => {
  window.seen = 0; window.stall = 0; let last = Date.now();
  setInterval(() => {
    window.stall = Math.max(window.stall, Date.now() - last - 50); last = Date.now();
    const bad = document.querySelector(selector).classList.contains('bad');
    if (!window.seen && bad) window.seen = Date.now();
  }, 50);
}"""


class Sighting:
    """When something on a page turns bad, by the browser's own clock."""

    def __init__(self, page: Page, selector: str) -> None:
        self._page = page
        page.evaluate(WATCH, selector)

    def after(self, moment: float) -> float:
        """Wait for it; seconds since a moment, less those the browser itself stood still."""
        seen: float = until(lambda: self._page.evaluate("window.seen"), "the page shows it")
        stall: float = self._page.evaluate("window.stall")
        return (seen - stall) / 1000 - moment


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Lab]:
    """Simulators, daemon and page; shared: leave it as you found it."""
    made = Lab(tmp_path_factory.mktemp("web"))
    with made.running():
        yield made


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Debian's chromium. A module long: while it is open no other test can run an event loop."""
    with sync_playwright() as playwright:
        # Its sandbox needs namespaces, which a container and root do not have.
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(lab: Lab, browser: Browser) -> Generator[Opener]:
    """Opens pages; none may ask anybody but the page's own server, or have trouble in a script."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    trouble: list[str] = []

    def opened(
        path: str = "/",
        *,
        locale: str = "en-GB",
        scheme: Scheme = "light",
        width: int = 1280,
        height: int = 900,
    ) -> Page:
        context = browser.new_context(
            locale=locale, color_scheme=scheme, viewport={"width": width, "height": height}
        )
        contexts.append(context)
        context.set_default_timeout(WAIT * 1000)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(lab.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith(lab.url + "/")] == []
    assert trouble == []


def flaws(page: Page) -> list[str]:
    """What axe finds that keeps people from using a page: serious and critical."""
    axe: Any = import_module("axe_playwright_python.sync_playwright").Axe()  # has no types
    found: list[dict[str, Any]] = axe.run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def keep_picture(page: Page, name: str, *, whole: bool = True) -> None:
    """A picture of the page, kept with the build."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole, animations="disabled")
