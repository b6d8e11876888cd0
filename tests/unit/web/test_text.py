"""Both languages say everything, and nothing that is never said."""

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from markupsafe import escape

from daq.alarms.board import Priority
from daq.alarms.figures.figures import figures
from daq.alarms.figures.guide import compared
from daq.alarms.lifecycle import State
from daq.config.web import WebConfig
from daq.incidents.incident import Tick
from daq.journal import Severity
from daq.journal.errors import JournalError
from daq.journal.kinds import KINDS
from daq.journal.settings import WhenFull
from daq.method.conformity import Statement
from daq.method.judge import Why
from daq.method.words import Form
from daq.programme import result
from daq.runs.interruption import Cause
from daq.usage.account import KINDS as USAGE_KINDS
from daq.usage.plan import STATES
from daq.usage.remarks import SAID
from daq.usage.rows import CHOICES
from daq.web.data.alarms import Place
from daq.web.data.events.about import ITSELF
from daq.web.data.events.kinds import Topic
from daq.web.data.journalstate import JournalState
from daq.web.data.problem import Kind, Level
from daq.web.errors import ToldError, WrongLinkError, told
from daq.web.text import LANGUAGES, Language, Text, best, words
from daq.web.views import VIEWS
from daq.web.views.run.sections import SECTIONS
from daq.web.words import UNITS
from drivers.model import Quality, Status

WEB = Path("daq/web")
SOURCES = [path.read_text("utf-8") for path in (*WEB.rglob("*.html"), *WEB.rglob("*.py"))]

JUDGED = [one.name for one in compared(figures([], 0, 1))]
"""The figures of alarms for which something is advised."""

nowhere: Any = None  # to be named, a view needs no sources

PUT_TOGETHER: dict[str, list[str]] = {
    "view": [make(nowhere).name for make in VIEWS],
    "event": [kind.name for kind in KINDS],
    "reason": [
        *[status.reason.replace(" ", "-") for status in Status if status],
        *("silent", "refusing"),  # states of an instrument
    ],
    "problem": list(get_args(Kind)),
    "quality": [quality.name.lower() for quality in Quality],
    "level": [level.name.lower() for level in Level],
    "journal": [state for state in get_args(JournalState) if state != "readable"],
    "journal-todo": [state for state in get_args(JournalState) if state != "readable"],
    "unit": [unit for unit, _ in UNITS],
    "error": ["403", "404", "503", "other"],
    "sign-in": ["wrong", "wait"],
    "severity": list(get_args(Severity)),
    "about": list(ITSELF),
    "topic": [*get_args(Topic), "gone"],
    "meaning": [kind.name for kind in KINDS],
    "todo": [kind.name for kind in KINDS if kind.severities != ("info",)],
    "instrument": ["line-opened", "line-closed", "line-lost"],
    "state": [
        *("connected", "lost", "away"),  # of buses and sinks
        *("unknown", "answering", "silent", "refusing", "disconnected"),  # of instruments
    ],
    "health": ["well", "look", "wrong"],
    "priority": [priority for priority in get_args(Priority) if priority != "none"],
    "alarm-state": [state.value.replace(" ", "-") for state in State],
    "run": [
        *("running", "paused", "completed", "aborted"),  # how it is
        *("number", "state", "begun", "ended-at"),  # columns
        *("do-start", "do-pause", "do-resume", "do-stop"),  # cards of a scanner
        *("standard", "programme", "cost-centre"),  # fields
        *(f"cause-{cause.replace(' ', '-')}" for cause in get_args(Cause)),
        *(f"section-{section.name}" for section in SECTIONS),
    ],
    "programme": [
        *(f"cause-{cause}" for cause in get_args(result.Cause)),
        *(f"ended-{status}" for status in get_args(result.Status) if status != "running"),
        *("within", "deviated", "unfinished"),  # verdicts
        *("step", "begun", "ended", "counted", "in-band", "out", "waited", "measured", "verdict"),
    ],
    "alarms": [
        *get_args(Place),
        *("priority", "alarm", "state", "since", "what", "where", "group"),  # columns
        *("raised", "changed", "by", "name", "why", "after"),
    ],
    "figures": [
        *(one.replace("_", "-") for one in JUDGED),
        *(
            "to-acknowledge",
            "reading-raised",
            "reading-noticed",
            "reading-sent",
            "reading-acknowledged",
        ),
        *("mean", "median", "most", "longest"),
    ],
    "incidents": [
        *("number", "matter", "priority", "opened", "closed-at", "alarms", "steps"),  # columns
        *(f"tick-{tick}" for tick in get_args(Tick)),
    ],
    "series": [
        *("between", "at-least", "at-most"),
        *(f"rule-{form}" for form in get_args(Form)),
        *(f"said-{said.replace(' ', '-')}" for said in get_args(Statement)),
        *(f"why-{why.replace(' ', '-')}" for why in get_args(Why)),
    ],
    "series-refused": ["the-series-is-complete", "the-run-is-paused", "no-value"],
    "usage": [
        *(*STATES, "utilisation", "planned", "availability", "failures", "mtbf", "energy"),
        *(f"kind-{kind}" for kind in USAGE_KINDS),
        *(f"{form}-{by}" for form in ("by", "name") for by in CHOICES),
        *(f"remark-{key}" for key in SAID),
    ],
    "delivery": [
        *(f"first-{limit}" for limit in ("max_size", "disk", "none")),
        *get_args(WhenFull),
    ],
}
"""Keys that are put together from what the daemon or our own code says: nowhere as they stand."""

ERRORS = [error.__name__ for error in ToldError.__subclasses__()]
CALL = r"\b(?:t|text|_text|put)(\.count)?\(\s*"
LITERAL = re.compile(CALL + r"""['"]([a-z-]+\.[a-z0-9.-]+[a-z0-9])['"]""")
TOLD = re.compile(rf"""(?<!class )\b(?:{"|".join(ERRORS)})\((?:\s*["']([a-z-]+)["'][,)])?""")
JOINED = re.compile(r"""\bt\('([a-z-]+\.(?:[a-z]+-)?)' ~""")


def told_keys() -> list[str]:
    """What errors are told by; empty for one that is not told by a key as it stands."""
    return [key for source in SOURCES for key in TOLD.findall(source)]


def literal() -> set[str]:
    """Keys that stand in a template or a module."""
    found = [match for source in SOURCES for match in LITERAL.findall(source)]
    forms = {f"{key}.{form}" for count, key in found if count for form in ("one", "many")}
    told = {f"wrong.{key}" for key in told_keys() if key}
    return {key for count, key in found if not count} | forms | told


def joined() -> Iterator[str]:
    """Keys of which the last word stands in a list of the same template."""
    for source in SOURCES:
        for prefix in JOINED.findall(source):
            yield from (prefix + word for word in re.findall(r"'([a-z0-9-]+)'", source))


def put_together() -> set[str]:
    return {f"{table}.{key}" for table, keys in PUT_TOGETHER.items() for key in keys}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_used_is_there(language: Language) -> None:
    assert (literal() | put_together()) - set(words(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_is_there_is_used(language: Language) -> None:
    assert set(words(language)) - literal() - put_together() - set(joined()) == set()


def test_every_error_is_told_by_a_key() -> None:
    assert "" not in told_keys()
    assert len(set(told_keys())) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_told_in_the_language_of_who_looks(language: Language) -> None:
    error = WrongLinkError("bus", name="<b>")
    assert str(error) == "There is no bus <b> with instruments."
    assert told(error, Text(language)) == escape(Text(language)("wrong.bus", name="<b>"))
    foreign = told(JournalError("<disk>"), Text(language))
    assert foreign == '<span lang="en">&lt;disk&gt;</span>'


def test_the_same_values_go_into_both() -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, chinese = words("en"), words("zh")
    assert [key for key in english if places(english[key]) != places(chinese[key])] == []


def test_chinese_is_chinese() -> None:
    bare = [key for key, text in words("zh").items() if not re.search(r"[\u4e00-\u9fff]", text)]
    assert bare == ["problem.bad", "problem.uncertain"]  # only what is put in


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,de;q=0.9,en;q=0.5,zh;q=0.4", "en"),
        ("en;q=0.2,zh-TW;q=0.9", "zh"),
        ("fr", "en"),
        ("", "en"),
        ("zh;q=x", "zh"),
        ("," * 5000, "en"),
    ],
)
def test_the_browser_says_which_language(wanted: str, language: str) -> None:
    assert best(wanted) == language


def test_counts_have_a_form_for_one() -> None:
    text = Text("en")
    assert text.count("overview.bad", 1) == "1 bad"
    assert text.count("overview.good", 12) == "12 good"


def test_the_configuration_knows_the_languages() -> None:
    field: Any = WebConfig.model_fields["language"].annotation
    assert get_args(field) == ("browser", *LANGUAGES)
