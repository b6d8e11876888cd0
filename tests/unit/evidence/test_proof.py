"""A pack with its part of the journal's chain: nothing invented, and nothing left out."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from daq.evidence import verifier
from daq.evidence.seal import signature_of
from daq.evidence.subject import subject_of_period
from daq.evidence.verifier import joined, key_in, link, parted, values_in, verify
from daq.journal.chain.checkpoint import Checkpoint
from daq.journal.chain.read import ChainReader
from daq.journal.codec import ScanCodec
from drivers.model import Status, Value
from tests.evidence_samples import (
    END,
    Files,
    changed,
    journal_of_a_run,
    key_pair,
    packed,
    signing,
)
from tests.journal_samples import NOON, NS, Clock, running
from tests.unit.evidence.test_pack import forged

METER = subject_of_period(NOON, END, ("meter",))


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path)


@pytest.fixture
async def journal(tmp_path: Path, keys: tuple[Path, Path]) -> Path:
    """With a checkpoint that vouches for all before it."""
    path = await journal_of_a_run(tmp_path)
    with ChainReader(path) as chain:
        station, last = chain.station, chain.last
        told = chain.link_of(last)
    assert told is not None
    key = signing(keys[0])
    plain = Checkpoint(
        station=station,
        entry=last,
        link=told,
        time="2026-11-24T00:00:00.000000000Z",
        previous=b"",
        public_key=key.public,
    )
    made = msgspec.structs.replace(plain, signature=key.sign(plain.statement.encode()))
    async with running(path, clock=Clock(END + NS)) as one:
        one.append_event("checkpoint", "journal", "vouched", data={"text": made.text})
    return path


@pytest.fixture
def pack(journal: Path, keys: tuple[Path, Path], tmp_path: Path) -> Path:
    return packed(journal, tmp_path / "pack.zip", keys[0], METER, proof=True)


def test_a_pack_is_of_the_chain(pack: Path, keys: tuple[Path, Path]) -> None:
    verdict = verify(pack, [key_in(keys[1])])
    assert verdict.wrong == []
    assert any("vouches up to entry 191" in note for note in verdict.notes)


def test_without_a_checkpoint_it_says_so(tmp_path: Path, journal: Path) -> None:
    subject = subject_of_period(NOON, NOON + 10 * NS, ("meter",))
    plain = packed(journal, tmp_path / "plain.zip", None, subject, proof=True)
    found = verify(plain, unsigned=True)
    assert found.wrong == []


def _lines(files: Files, change: Callable[[list[bytes]], object]) -> None:
    lines = files["chain.jsonl"].splitlines(keepends=True)
    change(lines)
    files["chain.jsonl"] = b"".join(lines)


def _leave_out(files: Files, key: Path) -> None:
    """One reading was never there, says whoever has the key."""
    lines = files["journal.jsonl"].splitlines()
    scans = [n for n, line in enumerate(lines) if b'"values"' in line]
    gone = json.loads(lines.pop(scans[4]))
    files["journal.jsonl"] = b"".join(line + b"\n" for line in lines)
    rows = files["readings.csv"].splitlines(keepends=True)
    seq = str(gone["seq"]).encode()
    files["readings.csv"] = b"".join(row for row in rows if row.split(b",")[8] != seq)
    _seal(files, key)


def _invent(files: Files, key: Path) -> None:
    """A reading is another, says whoever has the key."""
    lines = files["journal.jsonl"].splitlines()
    made = [line.replace(b"[3,-0.25]", b"[4,-0.25]") + b"\n" for line in lines]
    files["journal.jsonl"] = b"".join(made)
    files["readings.csv"] = files["readings.csv"].replace(b",c1,3,", b",c1,4,")
    _seal(files, key)


def _seal(files: Files, key: Path) -> None:
    forged(files, key)
    count = files["journal.jsonl"].count(b"\n")
    manifest = json.loads(files["manifest.json"])
    manifest["extract"]["lines"] = count
    files["manifest.json"] = json.dumps(manifest).encode()
    files["manifest.sig"] = signature_of(files["manifest.json"], signing(key))


INSIDE: dict[str, tuple[Callable[[Files, Path], None], str]] = {
    "left out": (_leave_out, "was left out of the pack"),
    "invented": (_invent, "is another in journal.jsonl"),
}


@pytest.mark.parametrize("what", INSIDE)
def test_who_has_the_key_cannot_do_it_either(
    pack: Path, keys: tuple[Path, Path], what: str
) -> None:
    change, text = INSIDE[what]
    found = verify(changed(pack, lambda files: change(files, keys[0])), [key_in(keys[1])]).wrong
    assert len(found) == 1, found
    assert found[0].startswith("chain.jsonl line ")
    assert found[0].endswith(text)


def _other_link(lines: list[bytes]) -> None:
    place = max(n for n, line in enumerate(lines) if line.startswith(b'{"link":"'))
    lines[place] = lines[place][:9] + b"0123" + lines[place][13:]


def _later(lines: list[bytes]) -> None:
    lines[-1] = lines[-1].replace(b"time: 2026", b"time: 2027")


def _reordered(lines: list[bytes]) -> None:
    """One commit in the place of another."""
    ends = [n for n, line in enumerate(lines) if line.startswith(b'{"link":"')]
    first, second = lines[1 : ends[0] + 1], lines[ends[0] + 1 : ends[1] + 1]
    lines[1 : ends[1] + 1] = [*second, *first]


TAMPERED: dict[str, tuple[Callable[[list[bytes]], object], str]] = {
    "an entry removed": (lambda lines: lines.pop(5), "is altered"),
    "commits reordered": (_reordered, "is altered"),
    "another link": (_other_link, "the group up to entry 191 is altered"),
    "another time of the checkpoint": (
        _later,
        "the signature of the checkpoint of entry 191 is not its own",
    ),
    "no line at all": (lambda lines: lines.clear(), "has not entry"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_proof_that_is_altered(pack: Path, keys: tuple[Path, Path], what: str) -> None:
    change, text = TAMPERED[what]

    def tamper(files: Files) -> None:
        _lines(files, change)
        forged(files, keys[0])

    found = verify(changed(pack, tamper), [key_in(keys[1])]).wrong
    assert found
    assert text in found[0]


VALUES: list[tuple[Value, ...]] = [
    (1.5, -2.0),
    (0.1, 1e300),
    (None, 3),
    (True, False),
    (-5, -200),
    (40_000, -40_000),
    (3_000_000_000, -3_000_000_000),
    (2**63, -(2**62)),
    (200, 70_000),
    ("text", "x" * 300),
    ("y" * 70_000, "é"),
    (2**80, 1.0),
    (0, 128),
]


@pytest.mark.parametrize("values", VALUES)
def test_every_form_of_a_scan_is_read(values: tuple[Value, ...]) -> None:
    codec = ScanCodec(2)
    for statuses in ((Status.GOOD, Status.GOOD), (Status.GOOD, Status.TIMEOUT)):
        assert values_in(codec.encode(values, statuses), 2) == (list(values), list(statuses))
    failed = codec.encode((None, None), (Status.TIMEOUT, Status.TIMEOUT))
    assert values_in(failed, 2) == ([None, None], [128, 128])


def test_wide_scans_are_read() -> None:
    for width in (20, 70_000):
        values = tuple(range(width))
        body = ScanCodec(width).encode(values, (Status.GOOD,) * width)
        assert values_in(body, width)[0] == list(values)


def test_what_is_no_scan_is_refused() -> None:
    for body in (b"\x09", b"\x04\xc1", b"\x04\x92\x01", b"\x04\x91\x91\x01"):
        with pytest.raises((ValueError, IndexError)):
            values_in(body, 1)


def test_lines_are_bound() -> None:
    content = b'{"seq":1}'
    told = link(verifier.START, content)
    assert parted(joined(told, content)) == (told, content)
    with pytest.raises(ValueError, match="without a link"):
        parted(content)
