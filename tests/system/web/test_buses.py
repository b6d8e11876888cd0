"""The view of buses in a real browser, against what the daemon says and its plan."""

import json
import re

import pytest
from playwright.sync_api import expect

from daq.control.status import DaemonStatus, ask_status
from tests.system.house import daq
from tests.system.web.conftest import Opener, Scheme, flaws, keep_picture
from tests.system.web.lab import Lab, until

pytestmark = pytest.mark.alone
"""A fault is seen within 3 s."""

LOOKS: list[tuple[str, Scheme]] = [
    (locale, scheme) for locale in ("en-GB", "zh-CN") for scheme in ("light", "dark")
]
BUSES = ("rs485-1", "meter-line", "balance-line")


def status(lab: Lab) -> DaemonStatus:
    return ask_status(lab.journal.with_suffix(".sock"))


def test_every_bus_shows_who_answers(lab: Lab, open_page: Opener) -> None:
    page = open_page("/buses")
    told = status(lab)
    for bus in BUSES:
        card = page.locator(f"#bus-{bus}")
        expect(card.locator("header .state")).to_have_text("connected")
        members = [one for one in told.instruments if one.bus == bus]
        expect(card.locator("tbody tr[id^=member-]")).to_have_count(len(members))
        for one in members:
            row = card.locator(f"#member-{one.name}")
            expect(row.locator(".state")).to_have_text("answers")
            unit = "–" if one.unit is None else str(one.unit)
            expect(row.locator("td").first).to_have_text(unit)
    expect(page.locator("#bus-rs485-1 .address")).to_have_text(f"{lab.folder}/rs485-1")


def test_the_plan_is_that_of_daq_check_and_stands_beside_what_is_measured(
    lab: Lab, open_page: Opener
) -> None:
    plan = json.loads(daq("check", str(lab.config), "--json").stdout)["plan"]["buses"]
    page = open_page("/buses")
    for bus in plan:
        total = page.locator(f"#load-total-{bus['bus']} td")
        expect(total.nth(0)).to_have_text(str(bus["requests"]))
        expect(total.nth(1)).to_have_text(re.compile(r"^[\d.]+$"))  # measured
        assert total.nth(2).inner_text() == lapse(bus["seconds"])
        assert total.nth(4).inner_text() == percent(100 * bus["load"])
        for group in bus["groups"]:
            row = page.locator(f"#load-{group['instrument']}-{group['group']} td")
            assert row.nth(1).inner_text() == str(group["requests"])
            one = (group["instrument"], group["group"])
            until(lambda r=row, o=one: r.nth(2).inner_text() == few(lab, *o), "it is measured")
    # A pty paced at 19200 baud takes at least what the plan says its characters take.
    measured = next(bus for bus in status(lab).buses if bus.name == "rs485-1")
    expect(page.locator("#load-total-rs485-1 td").nth(5)).not_to_have_text("–")
    assert measured.load > 0.3 * measured.planned_load


def few(lab: Lab, instrument: str, group: str) -> str:
    """Requests a scan took on average, as the daemon counts and the page says them."""
    one = next(one for one in status(lab).instruments if one.name == instrument)
    found = next(each for each in one.groups if each.name == group)
    mean = found.requests / found.scans
    return f"{mean:.0f}" if abs(mean - round(mean)) < 0.005 else f"{mean:.2f}"


def lapse(seconds: float) -> str:
    """A time below a second as the page says it."""
    ms = seconds * 1000
    return f"{ms:.0f}\u202fms" if ms >= 10 else f"{ms:.1f}\u202fms"


def percent(value: float) -> str:
    return f"{value:.0f}\u202f%" if value >= 10 else f"{value:.1f}\u202f%"


def test_timing_goes_on_by_itself(lab: Lab, open_page: Opener) -> None:
    page = open_page("/buses?bus=meter-line")
    counted = page.locator("#bus-meter-line .figures").get_by_text(re.compile(r"of [\d\s]+ scans"))
    first = counted.inner_text()
    until(lambda: counted.inner_text() != first, "scans are counted")
    scans = int(re.sub(r"\D", "", counted.inner_text().partition("of ")[2]))
    found = next(bus for bus in status(lab).buses if bus.name == "meter-line")
    assert 0 < scans <= found.scans
    expect(page.locator("#bus-meter-line .lateness rect").first).to_be_attached()
    expect(page.locator("#bus-rs485-1")).to_have_count(0)  # the link names one


def test_a_silent_instrument_is_told_first_with_since_and_when_it_is_asked_next(
    lab: Lab, open_page: Opener
) -> None:
    page = open_page("/buses")
    expect(page.locator("#member-furnace .state")).to_have_text("answers")
    with lab.faulty("furnace", "silence"):
        card = page.locator("#bus-rs485-1")
        expect(card.locator(".problems")).to_contain_text(
            re.compile(r"Tube furnace does not answer\s+since \d\d:")
        )
        expect(page.locator(".summary tbody tr").first).to_have_id("row-rs485-1")
        expect(page.locator("main > article").first).to_have_id("bus-rs485-1")
        row = card.locator("#member-furnace")
        expect(row.locator(".state")).to_have_text("does not answer")
        expect(row).to_contain_text(re.compile(r"in \d+\ss"))
        expect(card.locator("h3").first).to_contain_text("1 of 2")
        told = next(one for one in status(lab).instruments if one.name == "furnace")
        assert told.state == "silent"
        assert flaws(page) == []
        keep_picture(page, "buses-fault")
    expect(page.locator("#member-furnace .state")).to_have_text("answers")
    expect(page.get_by_text("Tube furnace does not answer")).to_have_count(0)


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_everybody_can_use_it(open_page: Opener, locale: str, scheme: Scheme) -> None:
    page = open_page("/buses", locale=locale, scheme=scheme)
    expect(page.locator("#bus-meter-line .lateness rect").first).to_be_attached()
    assert flaws(page) == []
    keep_picture(page, f"buses-{locale[:2]}-{scheme}")


def test_it_fits_a_tablet_and_a_telephone(open_page: Opener) -> None:
    for width in (1024, 768, 390):
        page = open_page("/buses", width=width)
        expect(page.locator("#bus-rs485-1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep_picture(page, f"buses-{width}")


def test_by_keyboard_one_bus_is_chosen_and_left_again(open_page: Opener) -> None:
    page = open_page("/buses")
    page.locator("#row-meter-line a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main > article")).to_have_count(1)
    assert page.url.endswith("/buses?bus=meter-line")
    page.get_by_role("link", name="All buses").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main > article")).to_have_count(3)


def test_a_bus_that_is_not_there_is_said(open_page: Opener) -> None:
    page = open_page("/buses?bus=nowhere")
    expect(page.locator("main")).to_contain_text("There is no bus nowhere")


def test_without_the_daemon_it_says_what_it_does_not_know(lab: Lab, open_page: Opener) -> None:
    page = open_page("/buses")
    lab.stop_daemon()
    try:
        expect(page.locator("#bus-rs485-1 header")).to_contain_text("not known")
        expect(page.locator("#member-furnace")).to_contain_text("Tube furnace")
        assert flaws(page) == []
        keep_picture(page, "buses-no-daemon")
    finally:
        lab.start_daemon()
    expect(page.locator("#bus-rs485-1 header .state")).to_have_text("connected")
