"""Packs: what is in them, that it is found again, and that nothing can be changed unseen."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from daq.evidence.errors import EvidenceError
from daq.evidence.evaluate import evaluate
from daq.evidence.reading import opened
from daq.evidence.seal import Filed, sealed, signature_of
from daq.evidence.subject import subject_of_period
from daq.evidence.verifier import joined, key_in, link, parted, verify
from daq.export.again import Again
from tests.evidence_samples import (
    CONFIGURATION,
    END,
    Files,
    certificate,
    changed,
    files_of,
    journal_of_a_run,
    key_pair,
    material_of,
    packed,
    signing,
)
from tests.journal_samples import NOON, NS


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    return await journal_of_a_run(tmp_path)


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path)


@pytest.fixture
def pack(journal: Path, keys: tuple[Path, Path], tmp_path: Path) -> Path:
    return packed(journal, tmp_path / "pack.zip", keys[0])


def wrong(pack: Path, public: Path) -> list[str]:
    return verify(pack, [key_in(public)]).wrong


def test_a_pack_is_what_was_written(pack: Path, keys: tuple[Path, Path]) -> None:
    verdict = verify(pack, [key_in(keys[1])])
    assert verdict.wrong == []
    assert verdict.notes[0] == f"signed with the key {key_in(keys[1]).fingerprint}"
    assert "station " in verdict.notes[1]


def test_the_same_journal_gives_the_same_pack(journal: Path, keys: tuple[Path, Path]) -> None:
    one, other = (packed(journal, journal.with_name(f"{n}.zip"), keys[0]) for n in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_what_is_in_it(pack: Path) -> None:
    files = files_of(pack)
    rows = list(csv.DictReader(io.StringIO(files["readings.csv"].decode())))
    assert len(rows) == 90 * 3
    assert (rows[0]["value"], rows[0]["uncorrected"], rows[0]["certificate"]) == (
        "0.5",
        "0.0",
        "2026-0815",
    )
    kinds = [row["kind"] for row in csv.DictReader(io.StringIO(files["events.csv"].decode()))]
    assert kinds == ["alarm-raised", "alarm-acknowledged", "alarm-returned", "start"]
    (episode,) = json.loads(files["alarms.json"])
    assert (episode["saw"], episode["by"], episode["why"]) == ("21 g", "Li", "on my way")
    assert episode["returned"] - episode["raised"] == 11 * NS
    (name,) = [name for name in files if name.startswith("certificates/")]
    assert hashlib.sha256(files[name]).hexdigest() in name
    manifest = json.loads(files["manifest.json"])
    assert manifest["configurations"] == [CONFIGURATION]
    assert manifest["journal"]["missing"] == 0
    assert manifest["certificates"][0]["enclosed"]


def test_what_is_missing_is_said_with_its_reason(journal: Path) -> None:
    material = material_of(journal)
    balance, meter = material.coverage
    assert (balance.expected, balance.present, balance.missing, balance.failed) == (100, 90, 10, 1)
    assert meter.reasons == {"daemon-cut-off": 10}
    (gap,) = meter.gaps
    assert (gap.start, gap.end) == (NOON + 39 * NS + NS // 4, NOON + 50 * NS + NS // 4)
    (outage,) = material.outages
    assert outage.reason == "daemon-cut-off"


def test_a_period_beyond_the_journal_is_missing(journal: Path) -> None:
    before = NOON - 60 * NS
    material = material_of(journal, subject_of_period(before, END + 20 * NS, ("meter", "none")))
    (meter,) = material.coverage
    assert (meter.present, meter.missing) == (90, 60 + 10 + 20)
    assert meter.reasons == {"before-the-journal": 60, "daemon-cut-off": 10, "unexplained": 20}


def test_statistics_of_corrected_values(journal: Path) -> None:
    weight, *_ = material_of(journal).results
    values = [0.1 * n + 0.5 for n in range(100) if not 40 <= n < 50 and n != 60]
    assert weight.name == "balance.weighing.weight"
    assert (weight.readings, weight.bad, weight.count) == (90, 1, 89)
    assert weight.flaws == {"bad: timeout": 1}
    assert weight.mean == pytest.approx(sum(values) / len(values))
    assert (weight.least, weight.last) == (0.5, pytest.approx(values[-1]))
    assert weight.uncertainty == pytest.approx(0.0001 + 0.0003 * 9.9 / 200)


def test_the_numbers_come_out_again_from_the_pack_alone(pack: Path, journal: Path) -> None:
    journal.unlink()
    with opened(pack) as one:
        found = evaluate(one)
    assert found.differences == ()
    assert (found.scans, len(found.results)) == (180, 3)


def test_another_number_is_named(pack: Path) -> None:
    def more(files: Files) -> None:
        results = json.loads(files["results.json"])
        results[0]["mean"] += 1e-12
        files["results.json"] = json.dumps(results).encode()

    with opened(changed(pack, more)) as one:
        (difference,) = evaluate(one).differences
    assert (difference.channel, difference.what) == ("balance.weighing.weight", "mean")


def test_under_another_certificate(pack: Path, tmp_path: Path) -> None:
    from daq.calibration.file import read_certificate  # noqa: PLC0415
    from tests.calibration_samples import balance  # noqa: PLC0415

    other = read_certificate(balance(tmp_path / "other", "2027-1", offset=1.5))[0]
    with opened(pack) as one:
        found = evaluate(one, Again("balance", other.calibrations()))
        before = one.results[0].mean
    assert found.results[0].certificate == "2027-1"
    assert before is not None
    assert found.results[0].mean == pytest.approx(before + 1.0)
    assert {one.channel for one in found.differences} == {"balance.weighing.weight"}


def _flip(name: str, place: int) -> Callable[[Files], None]:
    def flip(files: Files) -> None:
        content = bytearray(files[name])
        content[place] ^= 1
        files[name] = bytes(content)

    return flip


def _line(files: Files, change: Callable[[list[bytes]], object]) -> None:
    lines = files["journal.jsonl"].splitlines(keepends=True)
    change(lines)
    files["journal.jsonl"] = b"".join(lines)


def _replace(name: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    def replace(files: Files) -> None:
        assert files[name].count(old) == 1
        files[name] = files[name].replace(old, new)

    return replace


TAMPERED: dict[str, tuple[Callable[[Files], object], str]] = {
    "a flipped bit of a reading": (
        _replace("journal.jsonl", b"[3,", b"[2,"),
        "journal.jsonl line 8: entry 11 is altered",
    ),
    "a removed entry": (
        lambda files: _line(files, lambda lines: lines.pop(9)),
        "journal.jsonl line 10: entry 14 is altered, or one between 12 and it was removed",
    ),
    "reordered entries": (
        lambda files: _line(files, lambda lines: lines.insert(4, lines.pop(9))),
        "journal.jsonl line 5: entry 13 comes before 8: reordered",
    ),
    "an entry that comes again": (
        lambda files: _line(files, lambda lines: lines.insert(9, lines[4])),
        "journal.jsonl line 10: entry 8 comes after 12: reordered",
    ),
    "a removed end": (
        lambda files: _line(files, lambda lines: lines.pop()),
        "journal.jsonl: ends with entry 188; what follows was removed",
    ),
    "another value in the table": (
        _replace("readings.csv", b",17,V", b",18,V"),
        "readings.csv line 54: meter.power.c1 of entry 39 is '18', not '17'",
    ),
    "a row removed from the table": (
        lambda files: files.__setitem__(
            "readings.csv", b"\n".join(files["readings.csv"].split(b"\n")[:-2]) + b"\n"
        ),
        "readings.csv line 271: the reading of meter.power.c2 of entry 189 was removed",
    ),
    "a report changed": (
        _flip("results.json", 40),
        "results.json: is altered: its SHA-256 is another",
    ),
    "a manifest changed": (
        _replace("manifest.json", b'"missing": 0', b'"missing": 1'),
        "manifest.sig: is not that of this manifest.json: one of both is altered or swapped",
    ),
    "a file removed": (lambda files: files.pop("events.csv"), "events.csv: is missing"),
    "a file added": (
        lambda files: files.__setitem__("more.txt", b""),
        "more.txt: is not in the manifest: somebody put it there",
    ),
    "no signature": (
        lambda files: files.pop("manifest.sig"),
        "manifest.sig: is missing: nobody has signed this",
    ),
    "no manifest": (lambda files: files.pop("manifest.json"), "manifest.json: is missing"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_named(pack: Path, keys: tuple[Path, Path], what: str) -> None:
    change, name = TAMPERED[what]
    found = wrong(changed(pack, change), keys[1])
    assert any(line.startswith(name) for line in found), found


def test_a_signature_of_another_pack(journal: Path, pack: Path, keys: tuple[Path, Path]) -> None:
    subject = subject_of_period(NOON, END - NS, ("meter",))
    other = files_of(packed(journal, journal.with_name("other.zip"), keys[0], subject))
    swapped = changed(pack, lambda files: files.update({"manifest.sig": other["manifest.sig"]}))
    assert wrong(swapped, keys[1]) == [
        "manifest.sig: is not that of this manifest.json: one of both is altered or swapped"
    ]


def forged(files: Files, key: Path) -> None:
    """Everything consistent again, but signed with another key."""
    previous, first = bytes(32), True
    lines: list[bytes] = []
    for line in files["journal.jsonl"].splitlines():
        content = parted(line)[1]
        previous = link(previous, content)
        lines.append(joined(previous, content) + b"\n")
        first = False
    assert not first
    files["journal.jsonl"] = b"".join(lines)
    manifest = json.loads(files["manifest.json"])
    manifest["extract"]["link"] = previous.hex()
    others = [name for name in files if not name.startswith("manifest.")]
    filed = [
        Filed(name, len(files[name]), hashlib.sha256(files[name]).hexdigest()) for name in others
    ]
    files["manifest.json"] = sealed(manifest, filed)
    files["manifest.sig"] = signature_of(files["manifest.json"], signing(key))


def test_a_whole_pack_forged_with_another_key(
    pack: Path, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "thief").mkdir()
    thief, own = key_pair(tmp_path / "thief")
    fake = changed(pack, lambda files: forged(files, thief))
    assert verify(fake).wrong == [], "who asks without the station's key learns whose it is"
    assert wrong(fake, own) == []
    found = wrong(fake, keys[1])
    assert len(found) == 1
    assert found[0].startswith("manifest.sig: is of another key, ")


def test_an_unsigned_pack(journal: Path, tmp_path: Path) -> None:
    plain = packed(journal, tmp_path / "plain.zip", None)
    assert verify(plain).wrong == ["manifest.sig: is missing: nobody has signed this"]
    assert verify(plain, unsigned=True).sound


def test_a_bomb_is_not_unpacked(pack: Path, keys: tuple[Path, Path]) -> None:
    bomb = changed(pack, lambda files: files.__setitem__("events.csv", bytes(10_000_000)))
    assert any("is longer than the" in line for line in wrong(bomb, keys[1]))


def test_a_member_that_does_not_unpack_is_said(pack: Path, keys: tuple[Path, Path]) -> None:
    content = bytearray(pack.read_bytes())
    with zipfile.ZipFile(pack) as file:
        start = file.getinfo("series.json").header_offset + 60
    content[start : start + 40] = b"\xff" * 40
    pack.write_bytes(content)
    assert any(line.startswith("series.json: cannot be read") for line in wrong(pack, keys[1]))
    with pytest.raises(EvidenceError, match=r"series\.json: "), opened(pack):
        pass


def test_another_instrument_is_not_in_it(journal: Path, tmp_path: Path) -> None:
    subject = subject_of_period(NOON, END, ("meter",))
    with zipfile.ZipFile(packed(journal, tmp_path / "meter.zip", None, subject)) as file:
        everything = b"".join(file.read(name) for name in file.namelist() if "parquet" not in name)
    assert b"weight" not in everything.replace(b"weights", b"")
    assert certificate(tmp_path / "certificates").number.encode() not in everything
