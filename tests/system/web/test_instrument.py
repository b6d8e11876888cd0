"""One instrument in a real browser, against what the journal holds and what went over its line."""

import csv
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from daq.control.recording import ask_recording
from daq.journal.entry import Scan
from tests.system.web.conftest import Opener, Scheme, flaws, keep_picture
from tests.system.web.lab import Lab, until

pytestmark = pytest.mark.alone
"""A fault is seen within 3 s."""

NS = 1_000_000_000

LOOKS: list[tuple[str, Scheme]] = [
    (locale, scheme) for locale in ("en-GB", "zh-CN") for scheme in ("light", "dark")
]


def numbers(page: Page, channel: str) -> list[str]:
    """The row of the statistics of a channel."""
    row = page.locator(f'#numbers tr[data-channel="{channel}"] td')
    return [text.replace("\u202f", " ") for text in row.all_text_contents()]


def test_its_trend_is_that_of_the_journal(lab: Lab, open_page: Opener) -> None:
    def enough() -> list[Scan]:
        found = lab.scans_after(0, "furnace")
        return found if len(found) > 12 else []

    scans = until(enough, "some scans")
    start, end = scans[-12].time // NS, scans[-1].time // NS  # links say whole seconds exactly
    shown = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment)) for moment in (start, end)]
    page = open_page(
        f"/instrument/furnace?channel=control.temperature&from={shown[0]}&to={shown[1]}"
    )
    expect(page.locator("svg.chart path.line.c0").first).to_be_attached()
    held = [scan.values[0] for scan in scans if start * NS <= scan.time < end * NS]
    channel = lab.newest("furnace").series.key.channels[0]
    last, least, greatest, *_ = numbers(page, "control.temperature")
    floats = [float(value) for value in held if isinstance(value, float)]
    assert last == channel.format(floats[-1])
    assert least == channel.format(min(floats))
    assert greatest == channel.format(max(floats))
    assert numbers(page, "control.temperature")[5] == str(len(held))
    until(lambda: "…" not in numbers(page, "control.temperature"), "the exact statistics come")


def test_a_trend_up_to_now_goes_on(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/meter?from=-5min&to=now")
    first = numbers(page, "power.voltage_l1")
    until(lambda: numbers(page, "power.voltage_l1")[5] != first[5], "more scans are drawn")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_bad_readings_and_gaps_are_marked(lab: Lab, open_page: Opener) -> None:
    with lab.faulty("furnace", "silence"):
        seq = lab.last
        until(
            lambda: any(scan.statuses[0] for scan in lab.scans_after(seq, "furnace")),
            "the journal has the fault",
        )
        page = open_page("/instrument/furnace?from=-1h&to=now")
        expect(page.locator("svg.chart rect.bad").first).to_be_attached()
        expect(page.locator("svg.chart rect.gap").first).to_be_attached()  # before the daemon began
        expect(page.locator("#problems")).to_contain_text("does not answer")
        expect(page.locator("#faults")).to_contain_text("Instrument at fault")
        told = [event.text for event in lab.events() if event.kind == "instrument-fault"]
        expect(page.locator("#faults")).to_contain_text(told[-1])
        keep_picture(page, "instrument-fault")


def test_the_bytes_on_its_bus_are_those_of_the_daemon(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/balance")
    page.locator("#traffic summary").click()
    expect(page.locator("#bytes tbody tr").nth(3)).to_be_visible()
    shown = page.locator("#bytes code:not(.characters)").all_text_contents()
    socket = lab.journal.with_suffix(".sock")
    ring = ask_recording(socket, "balance-line", 0).page.pieces
    held = {bytes.fromhex(piece.hex).hex(" ").upper() for piece in ring if piece.dir == "tx"}
    assert shown
    assert [text for text in shown if text in held]
    expect(page.locator("#bytes")).to_contain_text("53 49 0D 0A")  # "SI", a command of SICS


def test_what_it_is(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/balance")
    what = page.locator("section", has=page.locator("h2", has_text="What it is"))
    for text in ("Weighing room", "BA-0007", "mettler-sics", "balance-line"):
        expect(what).to_contain_text(text)
    (found,) = [e for e in lab.events() if e.kind == "instrument-found" and e.subject == "balance"][
        -1:
    ]
    expect(what).to_contain_text(str(found.data["serial_number"]))


def test_an_export_is_what_is_shown(lab: Lab, open_page: Opener, tmp_path: Path) -> None:
    page = open_page("/instrument/probes?channel=temperatures.t2&from=-1h&to=now")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    path = tmp_path / "probes.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    held = {scan.seq: scan.values[1] for scan in lab.scans_after(0, "probes")}
    assert len(rows) > 5
    for row in rows:
        assert row["channel"] == "t2"
        value = held[int(row["seq"])]
        assert row["value"] == ("" if value is None else str(value))


def test_channels_and_period_are_chosen_and_are_in_the_link(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/meter")
    page.locator("#choose summary").click()
    for name in page.locator("#choose input:checked").evaluate_all("all => all.map(b => b.value)"):
        page.get_by_label(name).uncheck()
    page.get_by_label("power.frequency").check()
    page.get_by_label("From").fill("-10min")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#numbers tbody tr")).to_have_count(1)
    assert "channel=power.frequency" in page.url
    assert "from=-10min" in page.url
    page.get_by_role("link", name="8 h").click()
    expect(page.locator("#numbers tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Link to exactly this").click()
    assert re.search(r"from=\d{4}-\d\d-\d\dT", page.url)
    other = open_page(page.url.removeprefix(lab.url), locale="zh-CN")  # somebody follows it
    assert numbers(other, "power.frequency")[:4] == numbers(page, "power.frequency")[:4]


def test_the_chart_is_read_and_narrowed_by_keyboard_and_by_mouse(
    lab: Lab, open_page: Opener
) -> None:
    page = open_page("/instrument/meter?from=-2min&to=now&channel=power.frequency")
    drawing = page.locator(".drawing")
    drawing.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("power.frequency")
    page.keyboard.press("Enter")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("from=20"))
    box = page.locator("svg.chart").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    before = page.url
    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: url != before)
    expect(page.locator("svg.chart")).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_everybody_can_use_it(lab: Lab, open_page: Opener, locale: str, scheme: Scheme) -> None:
    page = open_page("/instrument/furnace?from=-15min&to=now", locale=locale, scheme=scheme)
    page.locator("#traffic summary").click()
    expect(page.locator("#bytes tbody tr").first).to_be_visible()
    expect(page.locator("#faults table")).to_be_visible()
    assert flaws(page) == []
    keep_picture(page, f"instrument-{locale[:2]}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_it_fits_a_tablet(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/meter", width=768)
    expect(page.locator("svg.chart")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 768


def test_a_download_that_cannot_be_had_is_said_on_a_page(open_page: Opener) -> None:
    page = open_page("/instrument/furnace", locale="zh-CN")
    link = page.get_by_role("link", name="CSV")
    # At once: a renewal would put the link right again.
    link.evaluate("a => { a.href = a.href.replace('format=csv', 'format=exe'); a.click(); }")
    expect(page.locator("main")).to_contain_text("没有 exe 格式")


def renewed_as_an_error(page: Page) -> None:
    """Wait until the open page has asked for what is new, and been told that it is not there."""
    with page.expect_response(lambda answer: "x-live" in answer.request.headers) as answered:
        pass
    assert answered.value.status == 404


def test_an_error_is_told_in_chinese_too(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/furnace?from=soon", locale="zh-CN")
    expect(page).to_have_title(re.compile("^链接无效"))
    expect(page.locator("main")).to_contain_text("“soon”至“now”：其中有无效的时间")
    expect(page.locator("main [lang=en]")).to_have_count(0)
    assert flaws(page) == []


def test_an_instrument_that_is_not_there_is_said_in_words(lab: Lab, open_page: Opener) -> None:
    page = open_page("/instrument/nobody")
    expect(page.locator("h1")).to_have_text("This link leads to nothing")
    renewed_as_an_error(page)
    expect(page.locator("#cut-off")).to_be_hidden()  # there is a connection
    page.get_by_role("link", name="To the overview").click()
    expect(page.locator("h1")).to_have_text("Overview")


def test_an_open_page_becomes_an_error_when_what_it_shows_is_gone_and_comes_back(
    lab: Lab, open_page: Opener
) -> None:
    page = open_page("/instrument/furnace?from=-1h&to=now")
    expect(page.locator("svg.chart")).to_be_visible()
    page.evaluate("history.replaceState(null, '', '/instrument/gone')")  # it asks for news there
    expect(page.locator("h1")).to_have_text("This link leads to nothing")
    page.evaluate("history.replaceState(null, '', '/instrument/furnace?from=-1h&to=now')")
    expect(page.locator("h1")).to_have_text("Tube furnace")
    expect(page.locator("svg.chart")).to_be_visible()
