"""The view of delivery in a real browser: real broker and database, against status and journal."""

import re
import time
from collections.abc import Generator

import pytest
from playwright.sync_api import Locator, Page, expect

from daq.journal.entry import Event
from tests.system.web.conftest import SEEN_WITHIN, Opener, Scheme, Sighting, flaws, keep_picture
from tests.system.web.delivery_lab import DeliveryLab
from tests.system.web.lab import PASSWORD, until

pytestmark = pytest.mark.alone
"""A fault is seen within 3 s."""

LOOKS: list[tuple[str, Scheme]] = [
    (locale, scheme) for locale in ("en-GB", "zh-CN") for scheme in ("light", "dark")
]
NS = 1e9


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[DeliveryLab]:
    """In place of the laboratory of the other views: this one has destinations."""
    made = DeliveryLab(tmp_path_factory.mktemp("delivery"))
    with made.running():
        until(lambda: len(made.quarantine("broker")) >= 3, "the broker refuses the balance")
        until(lambda: made.sink("history").delivered > 10, "the database takes entries")
        yield made


def number(found: Locator) -> int:
    """A count as it is shown."""
    return int(re.sub(r"\D", "", found.inner_text()))


def sign_in(page: Page, to: str) -> None:
    page.goto(page.url.partition("/delivery")[0] + f"/sign-in?to={to}")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("h1")).to_have_text("Delivery")


def test_sinks_show_what_the_daemon_says(lab: DeliveryLab, open_page: Opener) -> None:
    before = {name: lab.sink(name).delivered for name in ("broker", "history")}
    page = open_page("/delivery")
    for name in ("broker", "history"):
        card = page.locator(f"#sink-{name}")
        until(lambda c=card, n=name: number(c.locator(".delivered")) > before[n], "it counts on")
        assert number(card.locator(".delivered")) <= lab.sink(name).delivered
        expect(card.locator(".state")).to_have_text("connected")
        expect(card.locator(".rate")).to_have_text(re.compile(r"^[\d.]+ /s$"))
    assert lab.sink("broker").address in page.locator("#sink-broker .address").inner_text()
    expect(page.locator("#sink-history")).to_have_class(re.compile("good"))
    shown = number(page.locator("#sink-broker .quarantined"))
    assert 3 <= shown <= len(lab.quarantine("broker"))


def test_the_journal_shows_its_room_and_what_happens_when_it_is_full(
    lab: DeliveryLab, open_page: Opener
) -> None:
    page = open_page("/delivery")
    store = page.locator("#journal")
    status = lab.status().journal
    assert number(store.locator(".used")) > 0
    expect(store).to_contain_text(str(lab.journal))
    expect(store).to_contain_text("the oldest entries give way")
    assert status.when_full == "drop-oldest"
    first = number(store.locator("#stored dd").first)
    assert first <= lab.last
    until(lambda: number(store.locator("#stored dd").first) > first, "the count goes on")


def test_the_quarantine_is_listed_with_reasons(lab: DeliveryLab, open_page: Opener) -> None:
    page = open_page("/delivery?sink=broker")
    held = lab.quarantine("broker")
    rows = page.locator(".refused tbody tr")
    expect(rows.first).to_have_id(f"refused-{held[0].seq}")
    expect(rows.first).to_contain_text(held[0].reason)
    expect(rows.first).to_contain_text("Analytical balance")
    expect(page.locator(".refused input")).to_have_count(0)
    expect(page.locator(".act")).to_have_count(0)  # nobody has signed in


def test_without_a_sign_in_nothing_is_released(lab: DeliveryLab, open_page: Opener) -> None:
    page = open_page("/delivery")
    held = lab.quarantine("broker")
    answer = page.evaluate(
        "async () => (await fetch('/delivery/release', {method: 'POST',"
        " body: new URLSearchParams({sink: 'broker', action: 'drop', which: 'all', last: '1',"
        " reason: 'x'})})).status"
    )
    assert answer == 403
    assert {item.seq for item in held} <= {item.seq for item in lab.quarantine("broker")}


def test_entries_are_given_up_and_delivered_again_with_name_and_reason(
    lab: DeliveryLab, open_page: Opener
) -> None:
    page = open_page("/delivery?sink=broker")
    sign_in(page, "/delivery?sink=broker")
    first, second = lab.quarantine("broker")[:2]
    page.locator(f"#entry-{first.seq}").check()
    page.locator("#reason").fill("scale was being moved")
    for _ in range(2):  # the list is renewed, and what was typed and ticked stays
        known = page.locator("input[name=last]").get_attribute("id") or ""
        expect(page.locator(f"#{known}")).to_have_count(0)
    expect(page.locator("#reason")).to_have_value("scale was being moved")
    expect(page.locator("#reason")).to_be_focused()
    expect(page.locator(f"#entry-{first.seq}")).to_be_checked()
    page.get_by_text("Give them up …").click()
    page.get_by_role("button", name="Give up", exact=True).click()
    expect(page.locator(f"#refused-{second.seq}")).to_be_visible()
    expect(page.locator(f"#refused-{first.seq}")).to_have_count(0)
    assert page.url.endswith("/delivery?sink=broker#quarantine")
    done = until(lambda: happened(lab, "quarantine-dropped"), "the event")[-1]
    assert (done.data["first"], done.data["by"]) == (first.seq, "Ada")
    assert done.data["reason"] == "scale was being moved"

    page.locator(f"#entry-{second.seq}").check()
    page.locator("#reason").fill("rights were corrected")
    page.get_by_role("button", name="Deliver again").click()
    again = until(lambda: happened(lab, "quarantine-released"), "the event")[-1]
    assert (again.data["first"], again.data["count"]) == (second.seq, 1)
    assert again.data["reason"] == "rights were corrected"
    expect(page.locator("table.events")).to_contain_text("rights were corrected")
    # The broker refuses it again: the page says so, too.
    expect(page.locator(f"#refused-{second.seq}")).to_be_visible()


def test_all_of_a_quarantine_are_given_up_at_once(lab: DeliveryLab, open_page: Opener) -> None:
    page = open_page("/delivery?sink=broker")
    sign_in(page, "/delivery?sink=broker")
    before, last = lab.quarantine("broker"), lab.last
    page.locator("#which-all").check()
    page.locator("#reason").fill("nobody needs them")
    page.get_by_text("Give them up …").click()
    page.get_by_role("button", name="Give up", exact=True).click()
    expect(page.locator(f"#refused-{before[0].seq}")).to_have_count(0)
    meant = {item.seq for item in before}
    until(lambda: not meant & {item.seq for item in lab.quarantine("broker")}, "all are gone")
    until(lambda: happened(lab, "quarantine-dropped", last), "the event")


def test_a_form_that_is_not_complete_changes_nothing(lab: DeliveryLab, open_page: Opener) -> None:
    page = open_page("/delivery?sink=broker")
    sign_in(page, "/delivery?sink=broker")
    until(lambda: lab.quarantine("broker"), "something is refused again")
    page.locator("#reason").fill("nothing is ticked")
    page.get_by_role("button", name="Deliver again").click()
    expect(page.locator("h1")).to_have_text("That did not work")
    expect(page.locator("main")).to_contain_text("Tick the entries")


def test_a_broker_that_is_gone_is_seen_within_three_seconds(
    lab: DeliveryLab, open_page: Opener
) -> None:
    page = open_page("/delivery")
    expect(page.locator("#sink-broker .state")).to_have_text("connected")
    sighting = Sighting(page, "#sink-broker")
    last = lab.last
    lab.broker.stop()
    try:
        lost = until(lambda: happened(lab, "sink-lost", last), "the event")[-1]
        assert sighting.after(lost.time / NS) < SEEN_WITHIN
        card = page.locator("#sink-broker")
        expect(card.locator(".problems")).to_contain_text("Does not deliver")
        since = time.strftime("%H:%M:", time.localtime(lost.time / NS))
        expect(card.locator(".problems .since").first).to_contain_text(f"since {since}")
        expect(card.locator(".state")).to_have_text("not connected")
        expect(page.locator(".columns > article").first).to_have_id("sink-broker")
        expect(page.locator("#sink-history")).to_have_class(re.compile("good"))
        until(lambda: number(card.locator(".lag")) > 10, "what waits grows")
        assert number(card.locator(".lag")) <= lab.sink("broker").lag_entries
        expect(page.locator("table.events")).to_contain_text("Delivery interrupted")
        assert flaws(page) == []
        keep_picture(page, "delivery-broker-gone")
    finally:
        lab.broker.start()
    expect(page.locator("#sink-broker .state")).to_have_text("connected")
    until(lambda: number(page.locator("#sink-broker .lag")) < 10, "it catches up")


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_everybody_can_use_it(open_page: Opener, locale: str, scheme: Scheme) -> None:
    page = open_page("/delivery?sink=broker", locale=locale, scheme=scheme)
    expect(page.locator(".refused tbody tr").first).to_be_visible()
    assert flaws(page) == []
    keep_picture(page, f"delivery-{locale[:2]}-{scheme}")


def test_who_signed_in_can_use_the_form_by_keyboard(open_page: Opener) -> None:
    page = open_page("/delivery")
    sign_in(page, "/delivery?sink=broker")
    expect(page.locator(".act")).to_be_visible()
    assert flaws(page) == []
    page.locator(".refused tbody input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".refused tbody input").first).to_be_checked()
    page.locator("#which-chosen").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#which-all")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator("#reason")).to_be_focused()
    keep_picture(page, "delivery-signed-in")


def test_it_fits_a_tablet_and_a_telephone(open_page: Opener) -> None:
    for width in (1024, 768, 390):
        page = open_page("/delivery?sink=broker", width=width)
        expect(page.locator("#sink-broker")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep_picture(page, f"delivery-{width}")


def test_without_the_daemon_it_shows_what_waits(lab: DeliveryLab, open_page: Opener) -> None:
    page = open_page("/delivery")
    lab.stop_daemon()
    try:
        expect(page.locator("#sink-history")).to_contain_text("not known")
        expect(page.locator("#stored")).to_contain_text("Waiting for history")
        assert flaws(page) == []
        keep_picture(page, "delivery-no-daemon")
    finally:
        lab.start_daemon()
    expect(page.locator("#sink-history .state")).to_have_text("connected")


def happened(lab: DeliveryLab, kind: str, after: int = 0) -> list[Event]:
    """The events of a kind beyond a number, the newest last."""
    return [event for event in lab.events() if event.kind == kind and event.seq > after]
