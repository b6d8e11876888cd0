"""The overview in a real browser, against what the journal holds."""

import csv
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from daq.control.status import ask_status
from drivers.model import Quality
from tests.system.web.conftest import SEEN_WITHIN, Opener, Scheme, Sighting, flaws, keep_picture
from tests.system.web.lab import Lab, until

pytestmark = pytest.mark.alone
"""A fault is seen within 3 s."""

LOOKS: list[tuple[str, Scheme]] = [
    (locale, scheme) for locale in ("en-GB", "zh-CN") for scheme in ("light", "dark")
]


def tile_values(page: Page, name: str) -> dict[str, str]:
    rows = page.locator(f"#tile-{name} table tr")
    pairs = rows.evaluate_all(
        "rows => rows.map(r => [r.querySelector('th').textContent,"
        " r.querySelector('.value').textContent])"
    )
    return dict(pairs)


def test_every_instrument_shows_values_of_the_journal(lab: Lab, open_page: Opener) -> None:
    before = lab.last
    page = open_page("/")
    for name in ("furnace", "probes", "meter", "balance"):
        expect(page.locator(f"#tile-{name}")).to_be_visible()

        def agrees(name: str = name) -> bool:
            shown = tile_values(page, name)
            scans = lab.scans_after(before - 50, name)
            held = [
                {c.name: c.format(v) for c, v in zip(s.series.key.channels, s.values, strict=True)}
                for s in scans
            ]
            # What is shown is one scan of the journal, every value of it.
            return any(shown.items() <= one.items() and shown for one in held)

        until(agrees, f"the tile of {name} shows a scan of the journal")


@pytest.mark.parametrize("view", ["/", "/buses", "/delivery"])
def test_what_is_shown_can_be_taken_along(lab: Lab, open_page: Opener, view: str) -> None:
    page = open_page(view)
    with page.expect_download() as download:
        page.locator(".tools a", has_text="CSV").first.click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = ask_status(lab.journal.with_suffix(".sock"))
    if view == "/delivery":
        assert {row["sink"]: row["state"] for row in rows} == {s.name: s.state for s in told.sinks}
        return
    assert {row["instrument"] for row in rows} == {one.name for one in told.instruments}
    assert {row["bus"] for row in rows} == {one.bus for one in told.instruments}
    assert all(row["time" if view == "/" else "last_good"] for row in rows)


def test_instruments_are_grouped_by_room_and_good_ones_say_so(lab: Lab, open_page: Opener) -> None:
    page = open_page("/")
    rooms = page.locator(".rooms h2")
    expect(rooms).to_contain_text(["Heat treatment", "Weighing room", "Without a room"])
    section = page.locator("section", has=page.locator("h2", has_text="Heat treatment"))
    expect(section.locator("article")).to_have_count(2)
    expect(page.locator("#tile-meter .mark")).to_contain_text("good")


def test_values_and_ages_go_on_by_themselves(lab: Lab, open_page: Opener) -> None:
    page = open_page("/")
    first = tile_values(page, "meter")
    until(lambda: tile_values(page, "meter") != first, "the values change")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_what_waits_for_news_does_not_hold_up_a_second_window(open_page: Opener) -> None:
    page = open_page("/")
    with page.expect_request(lambda request: "x-live" in request.headers) as held:
        pass
    # The browser's cache lets one request at a time through for an address, and this one waits.
    assert held.value.all_headers()["cache-control"] == "no-cache"


def test_a_fault_is_seen_first_with_its_reason_within_three_seconds(
    lab: Lab, open_page: Opener
) -> None:
    page = open_page("/")
    expect(page.locator("#tile-furnace .mark")).to_contain_text("good")
    sighting = Sighting(page, "#tile-furnace.bad")
    before = lab.last
    with lab.faulty("furnace", "silence"):
        until(
            lambda: next(
                (
                    s
                    for s in lab.scans_after(before, "furnace")
                    if s.statuses[0].quality is Quality.BAD
                ),
                None,
            ),
            "the journal has the fault",
        )
        journalled = time.time()
        assert sighting.after(journalled) < SEEN_WITHIN
        wrong = page.locator("section", has=page.locator("h2", has_text="Needs a look"))
        expect(wrong.locator("article").first).to_have_id("tile-furnace")
        expect(wrong.locator("#tile-furnace .problems")).to_contain_text("does not answer")
        expect(wrong.locator("#tile-furnace .problems")).to_contain_text(re.compile(r"since \d\d:"))
        expect(page.locator(".counts")).to_contain_text("1 bad")
        keep_picture(page, "overview-fault")
    expect(page.locator("#tile-furnace .mark")).to_contain_text("good")


def test_a_broken_sensor_is_told_by_channel_and_reason(lab: Lab, open_page: Opener) -> None:
    page = open_page("/", locale="zh-CN")
    with lab.faulty("probes", "sensor-break", channel="t4"):
        expect(page.locator("#tile-probes .problems")).to_contain_text("t4：低于量程下限")
        expect(page.locator("#tile-probes tr.bad .value")).to_have_text("--")
    expect(page.locator("#tile-probes .mark")).to_contain_text("正常")


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_everybody_can_use_it(lab: Lab, open_page: Opener, locale: str, scheme: Scheme) -> None:
    page = open_page("/", locale=locale, scheme=scheme)
    expect(page.locator("#tile-meter .spark").first).to_be_visible()
    with lab.faulty("probes", "sensor-break", channel="t4"):
        expect(page.locator("#tile-probes.bad")).to_be_visible()
        assert flaws(page) == []
        keep_picture(page, f"overview-{locale[:2]}-{scheme}")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if locale == "zh-CN" else "en")


def test_language_and_theme_are_chosen_and_remembered(lab: Lab, open_page: Opener) -> None:
    page = open_page("/?size=small")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_have_text("总览")
    page.get_by_role("link", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url == f"{lab.url}/?size=small"
    page.goto(lab.url)
    expect(page.locator("h1")).to_have_text("总览")


def test_it_is_used_by_keyboard_alone(lab: Lab, open_page: Opener) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("To the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator("#tile-meter a").first.focus()
    until(lambda: page.evaluate("document.body.dataset.version"), "a version")
    version = page.evaluate("document.body.dataset.version")
    until(lambda: page.evaluate("document.body.dataset.version") != version, "a renewal")
    expect(page.locator("#tile-meter a").first).to_be_focused()  # renewing takes nothing away
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Feeder")


def test_the_focus_stays_where_it_is_while_tiles_move(lab: Lab, open_page: Opener) -> None:
    page = open_page("/")
    for name in ("meter", "probes"):  # one that others pass, one that moves itself
        link = page.locator(f"#tile-{name} a").first
        expect(page.locator("#tile-probes.good")).to_be_visible()
        link.focus()
        with lab.faulty("probes", "sensor-break", channel="t4"):
            expect(page.locator("#wrongs #tile-probes")).to_be_visible()
            expect(link).to_be_focused()
        expect(page.locator("#rooms #tile-probes")).to_be_visible()
        expect(link).to_be_focused()


def test_it_fits_a_tablet_and_a_telephone(lab: Lab, open_page: Opener) -> None:
    for width in (1024, 768, 390):
        page = open_page("/", width=width)
        expect(page.locator("#tile-meter")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_the_daemon_the_past_stays_and_says_since_when(lab: Lab, open_page: Opener) -> None:
    page = open_page("/")
    expect(page.locator(".daemon")).to_contain_text("Daemon runs")
    lab.stop_daemon()
    try:
        expect(page.locator(".banner[role=alert]:not([hidden])")).to_contain_text(
            re.compile(r"The daemon does not answer since \d\d:\d\d")
        )
        last = lab.newest("meter")
        channel, value = last.series.key.channels[0], last.values[0]
        until(
            lambda: tile_values(page, "meter")[channel.name] == channel.format(value),
            "the last reading is shown",
        )
        expect(page.locator("#tile-meter .problems")).to_contain_text("Nothing new")
        fresh = open_page("/")  # also for who comes now
        expect(fresh.locator("#tile-meter")).to_be_visible()
        assert flaws(fresh) == []
        keep_picture(fresh, "overview-no-daemon")
    finally:
        lab.start_daemon()
    expect(page.locator(".daemon")).to_contain_text("Daemon runs")
    expect(page.locator("#tile-meter .mark")).to_contain_text("good")
