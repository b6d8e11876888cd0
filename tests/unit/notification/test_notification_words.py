"""Messages in both languages, and texts from which secrets are taken out."""

from datetime import UTC
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.journal.kinds import KINDS
from daq.notification.conceal import conceal
from daq.notification.kinds import BEGUN_WITH, CRASH, TELLABLE, USUAL
from daq.notification.ledger import ranges
from daq.notification.matter import ALARM, Matter, Stage
from daq.notification.recipient import Language
from daq.notification.record import sent_of
from daq.notification.text import words
from daq.notification.words import LINES, compose, trial
from tests.notification_samples import MONDAY, House, policy, recipient

RULES = policy(recipient(), page="https://lab-pc:8470")


def matter(**given: object) -> Matter:
    fields: dict[str, object] = {
        "seq": 7,
        "newest": 9,
        "kind": ALARM,
        "subject": "fire",
        "rank": 0,
        "since": MONDAY,
        "began": MONDAY,
        "changed": MONDAY + 60 * 10**9,
        "stage": "raised",
        "text": "fire (Fire in the oven): raised, 900, limit above 60",
    }
    return Matter(**(fields | given))  # pyright: ignore[reportArgumentType]


def test_both_languages_have_the_same_words() -> None:
    assert words("en").keys() == words("zh").keys()
    for key, text in words("en").items():
        places = {word.split("}")[0] for word in text.split("{")[1:]}
        assert places == {word.split("}")[0] for word in words("zh")[key].split("{")[1:]}, key


def test_every_kind_has_words_and_is_a_kind_of_event() -> None:
    kinds = {kind.name for kind in KINDS}
    assert {*USUAL} <= TELLABLE
    assert TELLABLE - {CRASH} <= kinds
    assert {*BEGUN_WITH} | {*BEGUN_WITH.values()} <= kinds
    assert {f"kind.{kind}" for kind in TELLABLE} <= words("en").keys()
    for table in ("stage", "since"):
        assert {f"{table}.{stage}" for stage in get_args(Stage)} <= words("en").keys()


def test_one_alarm_in_english() -> None:
    message = compose(RULES, recipient(), [matter()])
    assert message.title == "[lab] CRITICAL: Fire in the oven (fire) raised"
    assert message.body.splitlines() == [
        "CRITICAL #7 Fire in the oven (fire): since 2026-11-23 12:00:00, not acknowledged",
        "    900, limit above 60",
        "",
        "Take charge: daq ack NAME",
        "Look: https://lab-pc:8470",
        "Times: UTC",
    ]
    assert (message.tone, message.matters, message.rank) == ("failure", {7: "raised"}, 0)


def test_what_went_on_in_chinese() -> None:
    taken = matter(stage="acknowledged", by="李", why="门开着")
    message = compose(RULES, recipient(language="zh"), [taken])
    assert message.title == "[lab] 紧急：Fire in the oven（fire） 已确认"
    assert message.body.splitlines()[0].endswith(
        "2026-11-23 12:01:00 已确认（李），门开着，仍未恢复"
    )
    assert message.tone == "success"


def test_an_escalation_says_that_nobody_has_come() -> None:
    message = compose(RULES, recipient(after=60), [matter(rank=2)])
    assert "Nobody has taken charge yet." in message.body
    assert message.tone == "warning"


@pytest.mark.parametrize(
    ("kind", "stage", "title"),
    [
        ("sink-lost", "raised", "[lab] HIGH: Delivery has stopped: broker"),
        ("sink-lost", "over", "[lab] HIGH: Delivery has stopped: broker over"),
    ],
)
def test_an_event(kind: str, stage: str, title: str) -> None:
    one = matter(kind=kind, stage=stage, subject="broker", rank=1, text="refused")
    message = compose(RULES, recipient(), [one])
    assert message.title == title
    assert ("over since 2026-11-23 12:01:00" in message.body) is (stage == "over")


def test_of_many_the_most_urgent_are_told_and_the_others_counted() -> None:
    many = [matter(seq=n, subject=f"a{n}", rank=n % 4) for n in range(1, LINES + 11)]
    message = compose(policy(recipient(), zone=UTC), recipient(), many)
    lines = message.body.splitlines()
    assert sum("#" in line for line in lines) == LINES
    assert "... and 10 more: 3 MEDIUM, 7 LOW" in lines
    assert len(message.matters) == LINES + 10
    assert message.title.startswith(f"[lab] {LINES + 10} messages, the most urgent: a4 ")


@pytest.mark.parametrize("language", get_args(Language))
def test_a_trial_names_who_can_be_reached(language: Language) -> None:
    message = trial(RULES, recipient(title="Li", language=language))
    assert "Li" in message.body
    assert message.matters == {}


def test_what_does_not_fit_in_a_title_is_not_in_it() -> None:
    rules = policy(recipient(), titles={"fire": "Fire\r\nBcc: all@example.com"})
    assert "\n" not in compose(rules, recipient(), [matter()]).title


URL = "mailtos://li%40home:s3cr%40et!@smtp.example.com:465/wang?from=daq@example.com&key=abcdef"


def test_parts_of_an_address_are_not_told() -> None:
    text = f"cannot log in to smtp.example.com:465 as li@home with s3cr@et!, key abcdef of {URL}"
    assert conceal(text, URL) == (
        "cannot log in to smtp.example.com:465 as *** with ***, key *** of ***"
    )
    assert conceal("dead at tokentoken", "dingtalk://tokentoken/1") == "dead at ***"
    assert conceal("is smtp.example.com", URL, hosts=False) == "is ***"
    assert conceal("no json://[::1", "json://[::1") == "no ***"


@given(st.text(min_size=4), st.sampled_from(["json://host/{}", "wecombot://{}", "x:{}@y"]))
def test_the_address_itself_is_never_told(secret: str, form: str) -> None:
    url = form.format(secret)
    assert url not in conceal(f"cannot reach {url} now", url)


@given(st.lists(st.integers(1, 60), unique=True).map(sorted))
def test_ranges_are_the_numbers(numbers: list[int]) -> None:
    found = ranges(numbers)
    assert [n for first, last in found for n in range(first, last + 1)] == numbers
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(found))


def test_what_an_event_says_was_sent_is_read_with_care() -> None:
    lab = House(policy(recipient()))
    event = lab.event("notification-sent", "li", data={"matters": "3:raised x 4:what 5:over -1:"})
    found = sent_of(event)
    assert found is not None
    assert found.matters == {3: "raised", 5: "over"}
    assert sent_of(lab.event("notification-sent", "li")) is None
