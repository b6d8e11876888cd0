"""A journal of an emergency, and the report of it."""

import hashlib
from pathlib import Path

from daq.incidents.happening import Recorded
from daq.incidents.past import find_incident
from daq.journal.reader import JournalReader
from daq.report.incident import Laboratory, incident_report
from daq.report.text import Text
from daq.web.text import Language
from drivers.model import Status
from drivers.recording.piece import About, LineSettings, Page, Piece
from drivers.recording.writer import Writer
from tests.alarm_samples import series
from tests.incident_samples import House
from tests.journal_samples import NOON, NS, running

NOTE = "smoke <from above>\n第二行"


def recording(folder: Path) -> Recorded:
    """The kept traffic of a bus, forty exchanges."""
    folder.mkdir()
    path = folder / "x.b1.jsonl"
    pieces = tuple(
        Piece(t=n * NS, dir="rx" if n % 2 else "tx", hex=f"{n:02x}" * (100 if n == 39 else 2))
        for n in range(40)
    )
    page = Page(clock=40 * NS, wall=NOON, pieces=pieces, after=40, more=False, dropped=0)
    with path.open("wb") as file:
        Writer(file, About(bus="b1", framing="rtu", line=LineSettings())).write(page)
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    return Recorded(bus="b1", file=path.name, pieces=40, size=len(content), sha256=sha256)


async def emergency(folder: Path, *, closed: bool = True) -> tuple[Path, str]:
    """A journal of an emergency at an oven, and the name of the incident."""
    house = House()
    house.alarm("oven.high-high", "raised", 60, text="limit above 75: 81.5")
    (one,) = house.desk.book.open
    house.tell(house.desk.recorded(one.id, NOON + 61 * NS, recording(folder / "kept")))
    house.tell(house.desk.recorded(one.id, NOON + 61 * NS, Recorded(bus="b9", trouble="full")))
    house.alarm("oven.high-high", "acknowledged", 90, by="Li", why="on my way")
    house.tell(house.desk.note(one.id, NOON + 100 * NS, by="Wu", text=NOTE))
    house.tell(house.desk.tick(one.id, NOON + 110 * NS, step=1, tick="done", by="Li", why="F3"))
    house.alarm("oven.high-high", "returned", 400)
    if closed:
        for step in (2, 3):
            told = house.desk.tick(one.id, NOON + 500 * NS, step=step, tick="skipped", by="Li")
            house.tell(told)
        house.tell(house.desk.close(one.id, NOON + 600 * NS, by="Wu", why="Relay K1 replaced"))
    async with running(folder / "journal.db") as journal:
        for event in house.journal:
            rest = {"severity": event.severity, "data": event.data, "time": event.time}
            journal.append_event(event.kind, event.subject, event.text, **rest)  # pyright: ignore[reportArgumentType]
        oven = journal.series(series("oven", "temperature").key)
        for second in range(0, 700, 2):
            value, status = 40.0 + second % 50, Status.GOOD
            journal.append_scan(oven, NOON + second * NS, (value,), (status,))
    return folder / "journal.db", one.id


def made(path: Path, name: str, language: Language, now: int = NOON + 9000 * NS) -> str:
    laboratory = Laboratory(site="Lab 7", folder=path.parent / "kept", titles={"oven": "Tube oven"})
    with JournalReader(path) as reader:
        one = find_incident(reader, name)
        return incident_report(reader, one, laboratory, Text(language), now)


SAID = {
    "en": ("does not apply", "First acknowledged", "Alarm raised", "unchanged", "Page 1 of"),
    "zh": ("不适用", "首次确认", "报警触发", "未改动", "第 1 页，共"),
}
FACTS = (
    *(
        "Lab 7",
        "Tube oven (oven)",
        "Oven much too hot",
        "Switch the heating off",
        "Relay K1 replaced",
    ),
    *("limit above 75: 81.5", "on my way", "第二行", "oven.high-high", "R1", "all.temperature"),
)
