"""Somebody signs in as a user, signs a run and looks at what people did, in a real browser."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Page, expect

from daq.control.runs import RunStartRequest, RunStopRequest, ask_run_change
from daq.journal import kinds
from tests.access_samples import one_of_each, password_of, write
from tests.system.web.conftest import Opener, Scheme, flaws, keep_picture
from tests.system.web.lab import Lab

pytestmark = pytest.mark.alone

LOOKS: list[tuple[str, Scheme, str, str]] = [
    ("en-GB", "light", "operator", "performed"),
    ("zh-CN", "dark", "quality", "reviewed"),
]
"""How it looks to whom, and as what they sign."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Lab]:
    """In place of the laboratory of the other views: in this one people have users."""
    made = Lab(tmp_path_factory.mktemp("users"))
    users = write(made.folder / "users.toml", one_of_each())
    shared = f'password = {{ file = "{made.folder}/password" }}\n'
    text = made.config.read_text("utf-8").replace(shared, "")
    made.config.write_text(text + f'\n[access]\nusers = "{users}"\n', "utf-8")
    with made.running():
        yield made


def test_a_run_is_signed_and_the_audit_trail_has_it(lab: Lab, open_page: Opener) -> None:
    start = RunStartRequest(instruments=("furnace",), by="operator", sample="S-0815")
    ask_run_change(lab.socket, start)
    number = ask_run_change(lab.socket, RunStopRequest(by="operator", reason="well")).run.id
    pages = [
        _signs(open_page(f"/sign-in?to=/sign/{number}", locale=locale, scheme=scheme), *who)
        for locale, scheme, *who in LOOKS
    ]
    page = pages[-1]
    page.goto(f"{lab.url}/password")
    assert flaws(page) == []
    page.goto(f"{lab.url}/audit")
    expect(page.locator("#deeds tbody tr").first).to_be_visible()
    assert flaws(page) == []
    keep_picture(page, "audit-zh-CN-dark")
    expect(page.locator("#deeds")).to_contain_text(number)
    signed = [e.data["by"] for e in lab.events() if e.kind == kinds.RUN_SIGNED.name]
    assert signed == ["operator", "quality"]


def _signs(page: Page, who: str, meaning: str) -> Page:
    """Somebody signs in by keyboard, and signs."""
    assert flaws(page) == []
    page.fill("#name", who)
    page.fill("#password", password_of(who))
    page.keyboard.press("Enter")
    page.check(f"#as-{meaning}")
    assert flaws(page) == []
    keep_picture(page, f"sign-{meaning}")
    before = page.locator("#run tbody tr").count()
    page.fill("#password", password_of(who))
    page.click("#do-sign")
    expect(page.locator("#run tbody tr")).to_have_count(before + 1)
    expect(page.locator("#run .mark.bad")).to_have_count(0)
    return page
