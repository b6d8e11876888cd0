"""An entry in quarantine, for programs and for people."""

from daq.journal.cursor import Quarantined
from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339


def plain(reader: JournalReader, item: Quarantined) -> dict[str, object]:
    """Its number, time and what it is; the sink, when it was refused, and why."""
    return {
        "seq": item.seq,
        **_what(reader, item.seq),
        "sink": item.sink,
        "refused": rfc3339(item.time),
        "reason": item.reason,
    }


def _what(reader: JournalReader, seq: int) -> dict[str, object]:
    found = reader.entries(seq - 1, 1, seq)
    if not found:
        return {"time": ""}  # retention was faster than we
    (entry,) = found
    if isinstance(entry, Event):
        return {"time": rfc3339(entry.time), "event": entry.kind, "subject": entry.subject}
    key = entry.series.key
    return {"time": rfc3339(entry.time), "instrument": key.instrument, "group": key.group}


def row(plain: dict[str, object]) -> tuple[str, ...]:
    """The same as a row of a table."""
    names = ("instrument", "group") if "instrument" in plain else ("event", "subject")
    what = " ".join(str(plain[name]) for name in names if name in plain)
    texts = {name: str(value) for name, value in plain.items()}
    return (
        texts["seq"],
        _short(texts["time"]),
        what,
        texts["sink"],
        _short(texts["refused"]),
        texts["reason"],
    )


def _short(time: str) -> str:
    return time[:19].replace("T", " ")
