"""Runs in a real browser: a bar-code scanner takes one from its start to its end."""

import pytest
from playwright.sync_api import Page, expect

from daq.journal import JournalReader
from daq.runs.past import runs_since
from daq.runs.run import Run
from tests.system.web.conftest import Opener, flaws, keep_picture
from tests.system.web.lab import Lab, sign_in, until

pytestmark = pytest.mark.alone


def scan(page: Page, *labels: str) -> None:
    """As a scanner does: what is on the label, and Enter, wherever the cursor is."""
    for label in labels:
        page.keyboard.type(label)
        page.keyboard.press("Enter")


def known(lab: Lab) -> list[Run]:
    with JournalReader(lab.journal) as reader:
        return runs_since(reader)


def test_a_scanner_starts_and_stops_a_run(lab: Lab, open_page: Opener) -> None:
    page = open_page("/runs")
    expect(page.locator("#start")).to_have_count(0)
    sign_in(page, lab.url, "/runs")
    expect(page.locator("#sample")).to_be_focused()
    scan(page, "S-0815", "4711", "by hand", "Wang")
    expect(page.locator("#scanned")).to_be_focused()
    scan(page, "no such thing")
    assert page.locator("#scanned").evaluate("one => !one.checkValidity()")
    scan(page, "BA-0007", "furnace")
    expect(page.locator("#tick-balance")).to_be_checked()
    expect(page.locator("#tick-furnace")).to_be_checked()
    scan(page, "RUN-START")
    page.wait_for_url("**/run/*")
    (run,) = known(lab)
    assert (run.sample, run.order, run.method, run.operator, run.begun_by) == (
        *("S-0815", "4711", "by hand", "Wang", "Ada"),
    )
    assert run.instruments == ("furnace", "balance")
    expect(page.locator("#text")).to_be_focused()
    scan(page, "door opened")
    expect(page.locator("#marks")).to_contain_text("door opened")
    expect(page.locator("#readings figure")).to_have_count(2)
    assert flaws(page) == []
    keep_picture(page, "run")
    page.goto(f"{lab.url}/instrument/balance")
    expect(page.locator(f'[id="in-run-{run.id}"]')).to_contain_text("S-0815")
    page.goto(f"{lab.url}/runs")
    expect(page.locator(f'[id="run-{run.id}"]')).to_contain_text("running")
    assert flaws(page) == []
    keep_picture(page, "runs")
    expect(page.locator("#sample")).to_be_focused()
    scan(page, "S-0815", "RUN-PAUSE")
    expect(page.locator(f'[id="run-{run.id}"]')).to_contain_text("paused")
    expect(page.locator("#sample")).to_be_focused()
    scan(page, "BA-0007", "RUN-STOP")
    expect(page.locator("#ended")).to_contain_text("completed")
    until(lambda: known(lab)[0].outcome == "completed", "the journal has the end")
    for locale, scheme in (("zh-CN", "dark"), ("en-GB", "dark")):
        for path in ("/runs", f"/run/{run.id}"):
            assert flaws(open_page(path, locale=locale, scheme=scheme)) == []
