"""The series of a run in a real browser, with a keyboard or scanner alone."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from daq.control.runs import RunStartRequest, ask_run_change
from tests.servers.process import free_port
from tests.system.web.conftest import Opener, flaws, keep_picture
from tests.system.web.lab import Lab, sign_in

pytestmark = pytest.mark.alone

PACKER = """
[bus.packer-line]
address = "127.0.0.1:{port}"

[instrument.packer]
profile = "sartorius-sbi-print"
bus = "packer-line"
title = "Packer's balance"
group.print = {{ interval = "100ms" }}

[method.fill]
measures = "packer.weight"
title = "Filling, 50 g"
standard = "Q/ABC 12"
edition = "2024"
count = 3
nominal = 50
below = 0.5
above = 0.5
rule = "conditional"
uncertainty = 0.1
decimals = 2

[method.scale]
measures = "balance.weight"
count = 2
upper = 200
rule = "simple"

[lab.wire.packer-line]
tcp = "127.0.0.1:{port}"
[lab.device.packer]
model = "sartorius-sbi"
wire = "packer-line"
samples = false
output = "stable"
"""


class SeriesLab(Lab):
    """With a second balance, which has a print key."""

    groups = 5

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        more = PACKER.format(port=free_port())
        self.config.write_text(self.config.read_text("utf-8") + more, "utf-8")

    def start(self, instrument: str, method: str) -> str:
        """The number of a run that begins."""
        wanted = RunStartRequest(instruments=(instrument,), method=method, by="Li")
        return ask_run_change(self.socket, wanted).run.id

    def press(self, load: float) -> None:
        """Lay it on the packer's balance and press its key."""
        self.ask("set", device="packer", values={"load": load})
        self.ask("set", device="packer", values={"print": None})

    def lay(self, load: float) -> None:
        """Lay it on the balance that is read all the time, until it is stable."""
        self.ask("set", device="balance", values={"load": load})


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[SeriesLab]:
    """In place of the laboratory of the other views."""
    made = SeriesLab(tmp_path_factory.mktemp("series"))
    with made.running():
        made.ask("speed", speed=20.0)
        yield made


def scan(page: Page, code: str) -> None:
    """What a bar-code scanner does: it types, quickly, and presses Enter."""
    expect(page.locator("#sample")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def test_each_press_of_the_print_key_fills_the_next_line(lab: SeriesLab, open_page: Opener) -> None:
    run = lab.start("packer", "fill")
    page = open_page(f"/run/{run}")
    sign_in(page, lab.url, f"/run/{run}")
    page.locator("#to-series").click()
    expect(page.locator("#next")).to_have_text(re.compile(r"1\s*/ 3"))
    scan(page, "A-1")
    expect(page.locator("#next")).to_contain_text("A-1")
    lab.press(50.1)
    expect(page.locator("#next")).to_have_text(re.compile(r"2\s*/ 3"))
    line = page.locator("tbody tr").first
    for text in ("A-1", "50.10 g", "± 0.1 (k = 2)", "pass"):
        expect(line).to_contain_text(text)
    expect(page.locator("#sample")).to_be_focused()
    lab.press(50.45)
    expect(page.locator("tbody tr").first).to_contain_text("conditional pass")
    lab.press(51.0)
    expect(page.locator("#verdict")).to_contain_text("fail")
    expect(page.locator("#next")).to_contain_text("All measured")
    assert flaws(page) == []
    page.locator("#striking summary").click()
    page.get_by_label("Line", exact=True).fill("3")
    page.locator("#reason").fill("wrong sample")
    page.get_by_role("button", name="Strike out").click()
    expect(page.locator("tr.struck")).to_contain_text("wrong sample")
    expect(page.locator("#next")).to_have_text(re.compile(r"3\s*/ 3"))
    lab.press(50.0)
    expect(page.locator("#verdict")).to_contain_text("conditional pass")
    keep_picture(page, "series")
    chinese = open_page(f"/series/{run}", locale="zh-CN", scheme="dark", width=800)
    expect(chinese.locator("#verdict")).to_contain_text("有条件合格")
    keep_picture(chinese, "series-zh-dark")
    assert flaws(chinese) == []


def test_a_balance_without_key_is_filled_by_scanning_alone(
    lab: SeriesLab, open_page: Opener
) -> None:
    lab.lay(100.0)
    run = lab.start("balance", "scale")
    page = open_page(f"/series/{run}")
    sign_in(page, lab.url, f"/series/{run}")
    expect(page.locator("#next")).to_have_text(re.compile(r"1\s*/ 2"))
    with_draught = {"device": "balance", "kind": "unstable"}
    lab.ask("fault", **with_draught)
    scan(page, "B-1")
    expect(page.locator("#refused")).to_contain_text("unstable")
    lab.ask("cancel", device="balance")
    for _ in range(100):  # until it has settled
        if not page.locator("#refused").count():
            break
        scan(page, "B-1")
    expect(page.locator("tbody tr").first).to_contain_text("B-1")
    expect(page.locator("tbody tr").first).to_contain_text("pass")
    scan(page, "")
    expect(page.locator("#verdict")).to_contain_text("pass")
