"""Alarms in a real browser: against the journal, by keyboard, and an emergency to its end."""

import re
from collections.abc import Generator
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from daq.control.incidents import ask_incident, ask_incidents
from tests.system.web.alarm_lab import HOT, AlarmLab
from tests.system.web.conftest import SEEN_WITHIN, Opener, Scheme, Sighting, flaws, keep_picture
from tests.system.web.lab import sign_in, until

pytestmark = pytest.mark.alone
"""An alarm is seen within 3 s."""

LOOKS: list[tuple[str, Scheme]] = [
    (locale, scheme) for locale in ("en-GB", "zh-CN") for scheme in ("light", "dark")
]
NS = 1e9


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Generator[AlarmLab]:
    """In place of the laboratory of the other views: this one has a chamber, and alarms."""
    made = AlarmLab(tmp_path_factory.mktemp("alarms"))
    with made.running():
        yield made


def row(page: Page, name: str = HOT) -> str:
    """A row of the list, in words."""
    return re.sub(r"\s+", " ", page.locator(f'[id="alarm-{name}"]').inner_text())


def test_the_list_is_what_the_journal_has(lab: AlarmLab, open_page: Opener) -> None:
    raised = lab.ring()
    page = open_page("/alarms")
    waiting = page.locator("#waiting tbody tr").first
    expect(waiting).to_have_id(f"alarm-{HOT}")
    expect(waiting).to_contain_text("unacknowledged")
    for text in ("high", "Chamber too hot", HOT, "first out", "Climate chamber", "temperature"):
        assert text in row(page)
    assert str(raised.data["saw"]) in row(page)
    moment = page.locator(f'[id="alarm-{HOT}"] time').get_attribute("datetime") or ""
    assert datetime.fromisoformat(moment).timestamp() == pytest.approx(raised.time / NS, abs=0.002)
    expect(page.locator("#normal")).to_have_count(0)
    page.get_by_role("link", name="Show normal ones, too").click()
    expect(page.locator("#normal")).to_contain_text("chamber.high-high")
    expect(page.locator("main button")).to_have_count(0)  # nobody has signed in


def test_it_is_on_every_view_within_three_seconds_and_until_somebody_takes_charge(
    lab: AlarmLab, open_page: Opener
) -> None:
    lab.calm()
    page = open_page("/buses")
    expect(page).to_have_title(re.compile(r"^Buses"))
    expect(page.locator("#urgent")).to_be_hidden()
    sighting = Sighting(page, "#urgent:not([hidden])")
    raised = lab.ring()
    assert sighting.after(raised.time / NS) < SEEN_WITHIN
    expect(page.locator("#urgent-said")).to_have_attribute("role", "alert")
    expect(page.locator("#urgent-said")).to_contain_text("high: Chamber too hot")
    expect(page.locator("#alarms-waiting")).to_contain_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\) Buses"))
    assert flaws(page) == []
    lab.act(HOT, "acknowledged")  # somebody else, at a terminal
    expect(page.locator("#urgent")).to_be_hidden()
    expect(page).to_have_title(re.compile(r"^Buses"))
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


def test_instruments_say_which_channel_is_in_alarm(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    page = open_page("/")
    tile = page.locator("#wrongs article").first
    expect(tile).to_have_id("tile-chamber")
    expect(tile).to_contain_text("Chamber too hot")
    expect(tile.locator("tr.alarmed")).to_have_count(1)
    expect(tile.locator("tr.alarmed")).to_contain_text("temperature")
    expect(page.locator(".counts").first).to_contain_text("1 in alarm")
    keep_picture(page, "alarms-overview")
    page.goto(f"{lab.url}/instrument/chamber?from=-1min&to=now")
    expect(page.locator("#in-alarm")).to_contain_text("Chamber too hot")
    expect(page.locator("svg.chart path.limit.high")).to_have_count(1)
    expect(page.locator("figcaption .limits")).to_contain_text("climate.temperature >\u202f45")
    page.locator("figcaption .limits a").first.click()
    expect(page.locator("h1")).to_have_text("Chamber too hot")


def test_without_a_sign_in_nothing_is_done(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    page = open_page(f"/alarm/{HOT}")
    expect(page.locator("#history table")).to_be_visible()
    expect(page.locator("#duty")).to_have_count(0)
    answer = page.evaluate(
        f"async () => (await fetch('/alarm/{HOT}/act', {{method: 'POST',"
        " body: new URLSearchParams({action: 'acknowledged'})})).status"
    )
    assert answer == 403
    assert lab.alarm(HOT).state == "unacknowledged"


def test_it_is_acknowledged_by_keyboard_with_the_name_of_who_does(
    lab: AlarmLab, open_page: Opener
) -> None:
    lab.ring()
    last = lab.last
    page = open_page("/")
    sign_in(page, lab.url, "/alarms")
    button = page.get_by_role("button", name="Acknowledge Chamber too hot")
    page.locator(f'[id="alarm-{HOT}"] .about a').focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#standing")).to_contain_text("Chamber too hot")
    expect(page.locator("#urgent")).to_be_hidden()
    (done,) = until(lambda: lab.kinds(HOT, "alarm-acknowledged", last), "the event")[-1:]
    assert done.data["by"] == "Ada"


def test_a_comment_and_each_way_of_keeping_it_quiet(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    last = lab.last
    page = open_page("/")
    sign_in(page, lab.url, f"/alarm/{HOT}")
    page.locator("#do-comment").click()  # without words: the browser says what is missing
    expect(page.locator("#reason")).to_be_focused()
    page.locator("#reason").fill("somebody looks")
    page.locator("#do-comment").click()
    expect(page.locator("#history")).to_contain_text("somebody looks")
    assert lab.alarm(HOT).state == "unacknowledged"
    quieten(page, "probe is being exchanged", "#do-shelve")
    expect(page.locator("h1 ~ [role=status]")).to_contain_text("shelved")
    expect(page.locator("#urgent")).to_be_hidden()
    assert 3000 < (lab.alarm(HOT).until - lab.alarm(HOT).since) / NS < 3700  # an hour
    page.locator("#do-unshelve").click()
    expect(page.locator("h1 ~ [role=status]")).to_have_text("unacknowledged")
    quieten(page, "sent for repair", "#do-out")
    expect(page.locator("h1 ~ [role=status]")).to_have_text("out of service")
    expect(page.locator("#quieten")).to_have_count(0)
    page.locator("#do-in-service").click()
    expect(page.locator("h1 ~ [role=status]")).to_have_text("unacknowledged")
    until(lambda: lab.kinds(HOT, "alarm-in-service", last), "the journal has it all")
    steps = [step for step in lab.steps(HOT, last) if step.data.get("by") == "Ada"]
    assert [(step.kind.removeprefix("alarm-"), step.data.get("why")) for step in steps] == [
        ("comment", "somebody looks"),
        ("shelved", "probe is being exchanged"),
        ("unshelved", None),
        ("out-of-service", "sent for repair"),
        ("in-service", None),
    ]


def quieten(page: Page, reason: str, button: str) -> None:
    page.locator("#reason").fill(reason)
    page.locator("#quieten summary").click()
    page.locator(button).click()


def test_what_does_not_fit_is_said_in_words(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    page = open_page("/")
    sign_in(page, lab.url, f"/alarm/{HOT}")
    lab.act(HOT, "acknowledged")  # somebody was faster
    page.evaluate(
        "() => { const form = document.createElement('form'); form.method = 'post';"
        f" form.action = '/alarm/{HOT}/act';"
        " form.innerHTML = '<input name=action value=acknowledged>';"
        " document.body.append(form); form.submit(); }"
    )
    expect(page.locator("h1")).to_have_text("That did not work")
    expect(page.locator("main")).to_contain_text("is acknowledged: cannot be acknowledged")
    page.goto(f"{lab.url}/alarm/nobody")
    expect(page.locator("h1")).to_have_text("This link leads to nothing")


def test_figures_are_those_of_the_journal(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    told = len(lab.kinds(HOT, "alarm-raised"))
    page = open_page("/alarms/figures?from=-1d&to=now")
    top = page.locator(f'#top tr[data-name="{HOT}"] td').first
    assert int(top.inner_text()) >= told
    expect(page.locator('#guide tr[data-name="peak_ten_minutes"]')).to_contain_text("≤ 10")
    expect(page.locator("#priorities tr")).to_have_count(5)
    expect(page.locator("svg.chart rect.bar").first).to_be_attached()
    page.goto(f"{lab.url}/alarms/figures?from=2001-01-01&to=2001-01-02")
    expect(page.locator("main")).to_contain_text("nothing of this period")


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_everybody_can_use_it(
    lab: AlarmLab, open_page: Opener, locale: str, scheme: Scheme
) -> None:
    lab.ring()
    page = open_page("/alarms", locale=locale, scheme=scheme)
    expect(page.locator("#waiting tbody tr").first).to_be_visible()
    for name, link in (
        ("alarms", "/alarms?show=all"),
        ("alarm", f"/alarm/{HOT}"),
        ("figures", "/alarms/figures"),
        ("incidents", "/incidents"),
        ("incident", f"/incident/{ask_incidents(lab.socket)[0].id}"),
    ):
        page.goto(lab.url + link)
        expect(page.locator("h1")).to_be_visible()
        assert flaws(page) == []
        keep_picture(page, f"{name}-{locale[:2]}-{scheme}")


def test_it_fits_a_tablet_and_a_telephone(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    for width in (1024, 768, 390):
        page = open_page("/alarms", width=width)
        for link in ("/alarms", f"/alarm/{HOT}", "/incidents", "/alarms/figures"):
            page.goto(lab.url + link)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, link


def test_an_emergency_from_the_first_alarm_to_the_report(lab: AlarmLab, open_page: Opener) -> None:
    lab.calm()
    lab.close_incidents()
    page = open_page("/")
    sign_in(page, lab.url, "/")
    sighting = Sighting(page, "#urgent:not([hidden])")
    raised = lab.ring()
    assert sighting.after(raised.time / NS) < SEEN_WITHIN
    page.locator("#urgent-said a", has_text="Chamber too hot").click()
    page.locator("#reason").fill("I am on my way")
    page.locator("#do-acknowledge").click()
    expect(page.locator("h1 ~ [role=status]")).to_have_text("acknowledged")
    expect(page.locator("#urgent")).to_be_hidden()
    page.locator("nav a", has_text="Incidents").click()
    page.locator("#going tbody th a").click()
    expect(page.locator("#course tbody tr").first).to_be_visible()
    expect(page.locator("#around svg.chart path.limit")).to_have_count(1)
    expect(page.locator("#close-duty")).to_have_count(0)  # first the check list
    for number in (1, 2):
        page.locator(f"#done-{number}").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#step-{number}")).to_contain_text("done · Ada")
    page.locator("#undo-2").click()
    page.locator("#done-2").click()
    expect(page.locator("#not-yet")).to_contain_text("the last step")
    page.locator("#skip-3 summary").click()
    page.locator("#why-3").fill("the door is locked")
    page.get_by_role("button", name="Does not apply").click()
    expect(page.locator("#step-3")).to_contain_text("the door is locked")
    page.locator("#text").fill("set point was 60 °C\ninstead of 25 °C")
    page.locator("#noting button").click()
    expect(page.locator("#course")).to_contain_text("instead of 25 °C")
    assert flaws(page) == []
    keep_picture(page, "incident-open")
    page.locator("#conclusion").fill("set point corrected")
    page.locator("#closing button").click()
    expect(page.locator("#open-or-closed")).to_have_text("closed")
    expect(page.locator("#duty")).to_have_count(0)
    name = page.url.rpartition("/")[2].partition("#")[0]
    detail = ask_incident(lab.socket, name)
    assert [step.tick for step in detail.steps] == ["done", "done", "skipped"]
    assert (detail.closed_by, detail.conclusion) == ("Ada", "set point corrected")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    text = "".join(part.extract_text() for part in PdfReader(download.value.path()).pages)
    for said in (name, "Chamber too hot", "set point corrected", "the door is locked", "Ada"):
        assert said in text
    page.locator("#report").click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("body")).to_contain_text("instead of 25 °C")
    expect(page.locator("svg.chart")).to_be_visible()
    keep_picture(page, "incident-report")


def test_the_log_leads_to_alarms_and_incidents(lab: AlarmLab, open_page: Opener) -> None:
    lab.ring()
    page = open_page(f"/events?about={HOT}")
    page.locator("#rows .about a").first.click()
    expect(page.locator("h1")).to_have_text("Chamber too hot")
    page.get_by_role("link", name="In the log of events").click()
    expect(page.locator("#about")).to_have_value(HOT)
    page.goto(f"{lab.url}/events?kind=incident-opened")
    page.locator("#rows .about a").first.click()
    expect(page.locator("#steps")).to_contain_text("Switch the heating off")


def test_an_incident_is_opened_by_hand(lab: AlarmLab, open_page: Opener) -> None:
    page = open_page("/")
    sign_in(page, lab.url, "/incidents")
    page.locator("#by-hand summary").click()
    page.get_by_label("What is the matter").fill("Smell of smoke")
    page.get_by_label("How it is known").fill("the guard called")
    page.locator("#instrument").select_option("furnace")
    page.locator("#procedure").select_option("over-temperature")
    page.locator("#open button").click()
    expect(page.locator("h1")).to_have_text("Smell of smoke")
    expect(page.locator("main")).to_contain_text("the guard called")
    expect(page.locator("#steps li")).to_have_count(3)
    page.goto(f"{lab.url}/incidents")
    expect(page.locator("#going")).to_contain_text("Smell of smoke")
    expect(page.locator("#incidents-open")).to_be_visible()
    (one,) = [each for each in ask_incidents(lab.socket) if each.title == "Smell of smoke"]
    assert (one.by, one.waiting) == ("Ada", 3)


def test_without_the_daemon_the_last_state_stays_and_is_called_so(
    lab: AlarmLab, open_page: Opener
) -> None:
    lab.ring()
    page = open_page("/alarms")
    expect(page.locator("#waiting")).to_be_visible()
    lab.stop_daemon()
    try:
        expect(page.locator("#alarms-unknown")).to_contain_text("what it said last")
        expect(page.locator("#waiting")).to_contain_text("Chamber too hot")
        assert flaws(page) == []
        name = lab.incidents()[-1]  # the journal has it
        page.goto(f"{lab.url}/incident/{name}")
        expect(page.locator("#course tbody tr").first).to_be_visible()
        expect(page.locator("#duty")).to_have_count(0)
        page.goto(f"{lab.url}/incident/19990101-1")
        expect(page.locator("h1")).to_have_text("This link leads to nothing")
        page.goto(f"{lab.url}/alarms")
    finally:
        lab.start_daemon()
    expect(page.locator("#alarms-unknown")).to_have_count(0)
    expect(page.locator("#waiting")).to_contain_text("unacknowledged")
