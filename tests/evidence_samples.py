"""A journal of a run with all that can befall it, and packs of it."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from daq.calibration.certificate import Certificate
from daq.calibration.file import read_certificate
from daq.evidence.concern import Concern
from daq.evidence.material import Material, gather
from daq.evidence.pack import write_pack
from daq.evidence.subject import Subject, subject_of_period
from daq.journal import kinds
from daq.journal.chain.keys import SigningKey, new_key
from daq.journal.journal import Journal
from daq.journal.reader import JournalReader
from daq.runs.desk import Desk
from daq.runs.happening import Ended, Marked, Started
from daq.runs.rules import Rules
from drivers.model import Channel, Status
from tests.calibration_samples import balance
from tests.journal_samples import NOON, NS, Clock, good, running, series_key, until
from tests.run_samples import journal_events

CONFIGURATION = "ab" * 32
NUMBER = "20261123-1"
END = NOON + 100 * NS
MADE = NOON + 500 * NS


def certificate(folder: Path) -> Certificate:
    """Adds 0.5 to the weight."""
    return read_certificate(balance(folder, asset="EM-0012"))[0]


def key_pair(folder: Path) -> tuple[Path, Path]:
    """A private key and its public one."""
    private, public = folder / "station.pem", folder / "station.pub"
    private.write_text(new_key())
    public.write_text(signing(private).public_pem)
    return private, public


def _tell(
    journal: Journal, second: int, kind: str, subject: str, severity: str = "info", **data: object
) -> None:
    journal.append_event(
        kind,
        subject,
        f"{kind} of {subject}",
        severity=severity,  # pyright: ignore[reportArgumentType]
        data=data,  # pyright: ignore[reportArgumentType]
        time=NOON + second * NS,
    )


def _begin(journal: Journal, held: Certificate) -> None:
    _tell(journal, -5, kinds.START.name, "daq", config_hash=CONFIGURATION)
    _tell(
        journal,
        -4,
        kinds.CERTIFICATE_IN_FORCE.name,
        "balance",
        number=held.number,
        hash=held.hash,
        certificate=held.canonical.decode(),
    )


def _fill(journal: Journal, held: Certificate) -> None:
    """100 s of a balance and a meter; from 40 s to 50 s the daemon was away, cut off."""

    weight = Channel(name="weight", unit="g", display_unit="gram")
    key = series_key("balance", "weighing", 1)
    key = msgspec.structs.replace(key, channels=(weight,), calibrations=held.calibrations())
    scale, meter = journal.series(key), journal.series(series_key("meter", "power", 2))
    cause = 0
    for second in range(100):
        if second == 20:
            saw = {"saw": "21 g", "priority": "high", "cause": cause}
            _tell(journal, 20, kinds.ALARM_RAISED.name, "heavy", "error", **saw)
            _tell(journal, 20, kinds.SINK_LOST.name, "broker", "warning")
            _tell(journal, 20, kinds.INSTRUMENT_FAULT.name, "furnace", "warning")
        if second == 30:
            _tell(journal, 30, kinds.ALARM_ACKNOWLEDGED.name, "heavy", by="Li", why="on my way")
            _tell(journal, 31, kinds.ALARM_RETURNED.name, "heavy")
        if second == 50:
            _tell(journal, 50, kinds.START.name, "daq", config_hash=CONFIGURATION)
        if 40 <= second < 50:
            continue
        time = NOON + second * NS + NS // 4
        bad = second == 60
        cause = journal.append_scan(
            scale, time, (None if bad else 0.1 * second,), (Status.TIMEOUT if bad else Status.GOOD,)
        )
        journal.append_scan(meter, time, (second, -0.25), good(2))


RUN = Started(
    by="Li", operator="Wang", instruments=("balance", "meter"), sample="S-0815 <1>", order="4711"
)


async def journal_of_a_run(folder: Path) -> Path:
    """The journal of ``_fill``."""
    path = folder / "journal.db"
    async with running(path, clock=Clock()) as journal:
        held = certificate(folder / "certificates")
        _begin(journal, held)
        desk = Desk(lambda: Rules(instruments=frozenset(RUN.instruments)))
        name, began = desk.start(NOON, RUN)
        assert name == NUMBER
        journal_events(journal, [began])
        _fill(journal, held)
        await until(lambda: not journal.pending)  # a commit of its own
        marked = desk.mark(name, NOON + 90 * NS, Marked(by="Li", text="door opened"))
        over = Ended(by="Li", conclusion="within tolerance")
        journal_events(journal, [marked[1], desk.end(name, END, over)[1]])
    return path


def concern(subject: Subject) -> Concern:
    wanted = frozenset(subject.instruments)
    return Concern(
        instruments=wanted,
        buses={"balance": "b1", "meter": "b2"},
        everything=not wanted,
    )


SUBJECT = subject_of_period(NOON, END, ("balance", "meter"))


def material_of(path: Path, subject: Subject = SUBJECT) -> Material:
    with JournalReader(path) as reader:
        return gather(reader, subject, concern(subject))


def signing(key: Path) -> SigningKey:
    return SigningKey(key.read_text(), str(key))


def packed(
    path: Path,
    target: Path,
    key: Path | None,
    subject: Subject = SUBJECT,
    *,
    proof: bool = False,
) -> Path:
    """A pack of the journal."""
    with JournalReader(path) as reader, target.open("wb") as stream:
        material = gather(reader, subject, concern(subject))
        signer = None if key is None else signing(key)
        write_pack(reader, material, {}, MADE, signer, stream, proof=proof)
    return target


Files = dict[str, bytes]


def files_of(pack: Path) -> Files:
    with zipfile.ZipFile(pack) as file:
        return {name: file.read(name) for name in file.namelist()}


def changed(pack: Path, change: Callable[[Files], object]) -> Path:
    """A pack as somebody has changed it."""
    files = files_of(pack)
    change(files)
    target = pack.with_name("changed.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return target
