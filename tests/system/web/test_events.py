"""The log in a real browser, against the events the journal holds."""

import csv
import json
import re
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from daq.journal.entry import Event
from tests.system.web.conftest import SEEN_WITHIN, Opener, Scheme, Sighting, flaws, keep_picture
from tests.system.web.lab import Lab, until

pytestmark = pytest.mark.alone
"""A fault is seen within 3 s."""

parquet: Any = import_module("pyarrow.parquet")  # comes without types

LOOKS: list[tuple[str, Scheme]] = [
    (locale, scheme) for locale in ("en-GB", "zh-CN") for scheme in ("light", "dark")
]


def shown(page: Page) -> list[int]:
    """The numbers of the events on a page."""
    rows = page.locator("#rows tr")
    return rows.evaluate_all("rows => rows.map(row => Number(row.dataset.seq))")


def held(lab: Lab, *kinds: str) -> list[Event]:
    """The events of the journal, the newest first."""
    return [event for event in reversed(lab.events()) if not kinds or event.kind in kinds]


def first_after(lab: Lab, seq: int, kind: str) -> Event:
    """The next event of a kind, as soon as the journal has it."""
    return until(
        lambda: [event for event in reversed(held(lab, kind)) if event.seq > seq],
        f"the journal has {kind}",
    )[0]


def fail_and_recover(lab: Lab) -> None:
    """The furnace has a fault that is over; once is enough for all tests."""
    if held(lab, "instrument-restored"):
        return
    with lab.faulty("furnace", "silence"):
        until(lambda: held(lab, "instrument-fault"), "the journal has the fault")
    until(lambda: held(lab, "instrument-restored"), "the journal has its end")


def test_it_is_the_journal_newest_first(lab: Lab, open_page: Opener) -> None:
    page = open_page("/events")
    until(lambda: shown(page) == [event.seq for event in held(lab)][:100], "all events, in order")
    for event in held(lab)[:10]:
        row = page.locator(f"#event-{event.seq}")
        expect(row).to_contain_text(event.text)
        expect(row.locator("time")).to_have_attribute("datetime", re.compile(r"\d{4}-\d\d-\d\dT"))


def test_a_fault_appears_within_three_seconds_and_is_announced(lab: Lab, open_page: Opener) -> None:
    page = open_page("/events?kind=instrument-fault")
    before = lab.last
    sighting = Sighting(page, f"#rows tr:nth-child({len(shown(page)) + 1})")
    with lab.faulty("furnace", "silence"):
        fault = first_after(lab, before, "instrument-fault")
        assert sighting.after(time.time()) < SEEN_WITHIN
        row = page.locator(f"#event-{fault.seq}")
        expect(row).to_contain_text(fault.text)
        expect(row.locator(".mark")).to_contain_text(fault.severity.capitalize())
        expect(row.locator(".going")).to_contain_text("not over yet")
        expect(page.locator("#announce")).to_contain_text("Tube furnace")
        expect(page.locator("#announce")).to_have_attribute("role", "status")
        assert page.evaluate("performance.getEntriesByType('navigation').length") == 1
        keep_picture(page, "events-fault")
    end = first_after(lab, fault.seq, "instrument-restored")
    seconds = end.data["seconds"]
    assert isinstance(seconds, float)
    expect(row.locator(".over")).to_have_text(f"over after {round(seconds)}\u202fs")


def test_what_a_fault_means_and_what_to_do_is_said(lab: Lab, open_page: Opener) -> None:
    fail_and_recover(lab)
    fault = held(lab, "instrument-fault")[0]
    page = open_page("/events?kind=instrument-fault", locale="zh-CN")
    row = page.locator(f"#event-{fault.seq}")
    row.locator("summary").click()
    expect(row.locator(".more")).to_contain_text("检查仪器是否开机")
    expect(row.locator(".more")).to_contain_text(str(fault.data["reason"]))
    version = page.evaluate("document.body.dataset.version")
    until(lambda: page.evaluate("document.body.dataset.version") != version, "a renewal")
    expect(row.locator(".more")).to_be_visible()  # renewing takes nothing away


def test_a_search_finds_what_the_journal_has_and_is_in_the_link(
    lab: Lab, open_page: Opener
) -> None:
    fail_and_recover(lab)
    page = open_page("/events")
    page.get_by_label("Contains").fill("tube furnace")  # what people call it
    page.get_by_label("Warning").check()
    page.get_by_label("About").select_option("furnace")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#rows tr").first).to_be_visible()
    assert "text=tube+furnace" in page.url
    assert shown(page) == [
        e.seq for e in held(lab) if e.subject == "furnace" and e.severity == "warning"
    ]
    other = open_page(page.url.removeprefix(lab.url), locale="zh-CN")  # somebody follows it
    assert shown(other) == shown(page)
    expect(other.locator("#text")).to_have_value("tube furnace")


def test_kinds_are_found_by_what_either_language_calls_them(lab: Lab, open_page: Opener) -> None:
    found = [event.seq for event in held(lab, "instrument-found")]
    for word in ("发现仪器", "instrument found"):
        assert shown(open_page(f"/events?text={word}"))[-len(found) :] == found


def test_periods(lab: Lab, open_page: Opener) -> None:
    events = held(lab)
    middle = events[len(events) // 2]
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(middle.time // 10**9))
    page = open_page(f"/events?to={moment}")
    assert shown(page) == [e.seq for e in events if e.time < middle.time // 10**9 * 10**9]
    page.get_by_role("link", name="8 h").click()
    until(lambda: shown(page) == [e.seq for e in held(lab)], "everything of today")
    page.get_by_label("From").fill("last tuesday")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#wrong")).to_contain_text("“last tuesday” is no time")
    assert flaws(page) == []


def test_exports_are_what_is_shown(lab: Lab, open_page: Opener, tmp_path: Path) -> None:
    fail_and_recover(lab)
    page = open_page("/events?about=furnace")
    until(lambda: shown(page), "events")
    before, numbers = of_furnace(lab), dict[str, list[int]]()
    for name in ("CSV", "JSON", "Parquet"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        path = tmp_path / name
        download.value.save_as(path)
        numbers[name] = read_numbers(path)
    after = of_furnace(lab)
    for found in numbers.values():  # what has happened meanwhile may be in it, or not yet
        assert set(before) <= set(found)
        assert found == [seq for seq in after if seq in found]


def of_furnace(lab: Lab) -> list[int]:
    """The numbers of its events, the newest first."""
    return [event.seq for event in reversed(held(lab)) if event.subject == "furnace"]


def read_numbers(path: Path) -> list[int]:
    if path.name == "CSV":
        return [int(row["seq"]) for row in csv.DictReader(path.read_text().splitlines())]
    if path.name == "JSON":
        return [json.loads(line)["seq"] for line in path.read_text().splitlines()]
    numbers: list[int] = parquet.read_table(path).column("seq").to_pylist()
    return numbers


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_everybody_can_use_it(lab: Lab, open_page: Opener, locale: str, scheme: Scheme) -> None:
    fail_and_recover(lab)
    page = open_page("/events", locale=locale, scheme=scheme)
    page.locator("#rows tr summary").first.click()
    page.locator("#kinds summary").click()
    assert flaws(page) == []
    keep_picture(page, f"events-{locale[:2]}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_it_fits_a_tablet_and_a_telephone(lab: Lab, open_page: Opener) -> None:
    fail_and_recover(lab)
    for width in (768, 390):
        page = open_page("/events", width=width)
        expect(page.locator("#rows tr").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep_picture(page, f"events-{width}")


def test_it_is_used_by_keyboard_alone(lab: Lab, open_page: Opener) -> None:
    fail_and_recover(lab)
    page = open_page("/events")
    page.locator("#text").focus()
    page.keyboard.type("furnace")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("text=furnace"))
    page.locator("#rows summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rows .more").first).to_be_visible()
