"""The view of use and cost in a real browser, over the month that is calculated by hand."""

from collections.abc import Generator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.servers.process import free_port
from tests.system.house import running
from tests.system.web.conftest import Opener, flaws, keep_picture
from tests.usage_samples import CASES, Case

pytestmark = pytest.mark.alone

CASE = Case(CASES / "march")


@dataclass(frozen=True)
class Laboratory:
    """Where the page is; no daemon runs."""

    url: str


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[Laboratory]:
    folder, port = tmp_path_factory.mktemp("usage"), free_port()
    CASE.fill(folder / "journal.db")
    config = folder / "daq.toml"
    web = f'[web]\nlisten = "127.0.0.1:{port}"\n'
    config.write_text((CASE.folder / "daq.toml").read_text("utf-8") + web)
    with running(folder / "web.log", "web", str(config)) as page:
        page.wait_text("the page is at")
        yield Laboratory(f"http://127.0.0.1:{port}")


def test_a_month_is_chosen_and_taken_along(open_page: Opener) -> None:
    page = open_page("/usage?month=2026-03")
    expect(page.locator("#cost tbody tr")).to_have_count(3)
    expect(page.locator("#hours tr[data-name=chamber]")).to_contain_text("649.0")
    assert flaws(page) == []
    keep_picture(page, "usage")
    page.get_by_label("By").select_option("cost-centre")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#cost tr[data-name='9000']")).to_contain_text("253.46")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV for the finance system").click()
    assert download.value.suggested_filename == "usage-2026-03.csv"
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.locator("h1")).to_have_text("Utilisation and cost 2026-03")
    other = open_page("/usage?month=2026-03", locale="zh-CN", scheme="dark", width=820)
    expect(other.locator("#hours tr[data-name=oven]")).to_contain_text("561.0")
    assert flaws(other) == []
    keep_picture(other, "usage-zh-dark")
