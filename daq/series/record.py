"""What happens to a series as an event of the journal, and back. Pure.

The particulars of an event are single values: a method and a verdict stand in one text each, as
JSON, beside what people look for.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from daq.alarms.record import Record
from daq.journal import kinds
from daq.journal.entry import Event, Severity
from daq.journal.eventcodec import Data
from daq.journal.kinds import Kind
from daq.method.conformity import Statement
from daq.method.judge import Judgement
from daq.method.method import Method
from daq.series.happening import (
    Begun,
    Filled,
    Happening,
    Impossible,
    Judged,
    Named,
    Refused,
    Struck,
    What,
)
from daq.series.measured import Line, RunSeries

PREFIX = "series-"
"""What the kind of every event of a series begins with."""

KIND_OF: Mapping[type[What], Kind] = {
    Begun: kinds.SERIES_BEGUN,
    Filled: kinds.SERIES_LINE,
    Struck: kinds.SERIES_STRUCK,
    Named: kinds.SERIES_SAMPLE,
    Refused: kinds.SERIES_REFUSED,
    Judged: kinds.SERIES_VERDICT,
    Impossible: kinds.SERIES_IMPOSSIBLE,
}


def event_of(done: Happening, one: RunSeries | None) -> Record:
    """What is journalled of it; ``one`` is how the series is afterwards, if there is any."""
    what: Any = done.what
    data = _WRITE[type(what)](what, one)
    return Record(
        kind=KIND_OF[type(what)].name,
        subject=done.run,
        text=f"{done.run}: {_SAY[type(what)](what, one)}",
        severity=_severity(what),
        data={key: value for key, value in data.items() if value not in ("", None)},
        time=done.time,
    )


def happening_of(event: Event) -> Happening | None:
    """What happened by this event; None when it is of no series, or of a kind of tomorrow.

    Raises:
        ValueError: it does not carry what its kind has to.
    """
    kind = _KINDS.get(event.kind)
    if kind is None:
        return None
    try:
        return Happening(event.subject, event.time, _READ[kind](event.data))
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise ValueError(f"event {event.seq} is no event of a series: {error}") from error


_KINDS = {kind.name: made for made, kind in KIND_OF.items()}


def _severity(what: object) -> Severity:
    if isinstance(what, (Refused, Impossible)):
        return "warning"
    if isinstance(what, Judged) and what.judgement.statement != "pass":
        return "warning"
    return "info"


def said(statement: Statement) -> str:
    """A statement in English."""
    return "no statement possible" if statement == "none" else statement


def _say_line(what: Filled, one: RunSeries) -> str:
    line = what.line
    name = f" ({line.sample})" if line.sample else ""
    place = f"line {line.number} of {one.method.count}{name}"
    return f"{place}: {one.shown(line)}, {said(one.assessed(line).statement)}"


def _say_verdict(what: Judged, _: RunSeries) -> str:
    why = f" ({', '.join(what.judgement.why)})" if what.judgement.why else ""
    return f"verdict on the series: {said(what.judgement.statement)}{why}"


def _by(who: str) -> str:
    return f", by {who}" if who else ""


_SAY: Mapping[type[Any], Callable[[Any, Any], str]] = {
    Begun: lambda what, _: (
        f"series of {what.method.count} by method {what.method.name}, "
        f"measured with {what.instrument}"
    ),
    Filled: _say_line,
    Struck: lambda what, _: f"line {what.number} struck out{_by(what.by)}: {what.why}",
    Named: lambda what, _: f"the next sample is {what.sample or 'not named'}{_by(what.by)}",
    Refused: lambda what, one: f"a reading did not fill line {one.next}: {what.why}",
    Judged: _say_verdict,
    Impossible: lambda what, _: f"no series: {what.why}",
}


def _write_begun(what: Begun, _: RunSeries) -> Data:
    return {
        "method": what.method.name,
        "standard": what.method.standard,
        "edition": what.method.edition,
        "instrument": what.instrument,
        "count": what.method.count,
        "cause": what.cause,
        "rule": msgspec.json.encode(what.method).decode(),
    }


def _write_filled(what: Filled, one: RunSeries) -> Data:
    line = msgspec.structs.asdict(what.line)
    for key in ("struck", "struck_by", "struck_why"):
        del line[key]
    return {**line, "statement": one.assessed(what.line).statement}


def _write_judged(what: Judged, _: RunSeries) -> Data:
    made, summary = what.judgement, what.judgement.summary
    data: Data = {
        "statement": made.statement,
        "why": ", ".join(made.why),
        "judgement": msgspec.json.encode(made).decode(),
    }
    if summary is not None:
        data |= {
            "count": summary.count,
            "mean": summary.mean,
            "s": summary.s,
            "min": summary.low,
            "max": summary.high,
        }
    return data


def _plain(what: Any, _: RunSeries) -> Data:  # noqa: ANN401 - a kind of What without parts
    return msgspec.structs.asdict(what)


def _text(data: Data, key: str) -> str:
    return msgspec.convert(data.get(key, ""), str)


_WRITE: Mapping[type[Any], Callable[[Any, Any], Data]] = {
    Begun: _write_begun,
    Filled: _write_filled,
    Struck: _plain,
    Named: _plain,
    Refused: _plain,
    Judged: _write_judged,
    Impossible: _plain,
}

_READ: Mapping[type[What], Callable[[Data], What]] = {
    Begun: lambda data: Begun(
        msgspec.json.decode(_text(data, "rule"), type=Method),
        _text(data, "instrument"),
        msgspec.convert(data.get("cause", 0), int),
    ),
    Filled: lambda data: Filled(msgspec.convert(data, Line)),
    Struck: lambda data: msgspec.convert({"why": "", "by": "", **data}, Struck),
    Named: lambda data: Named(sample=_text(data, "sample"), by=_text(data, "by")),
    Refused: lambda data: Refused(why=_text(data, "why"), by=_text(data, "by")),
    Impossible: lambda data: Impossible(_text(data, "why")),
    Judged: lambda data: Judged(msgspec.json.decode(_text(data, "judgement"), type=Judgement)),
}
