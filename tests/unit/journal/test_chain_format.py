"""The format of the chain never changes: what it was is written down here."""

from hashlib import sha256

import msgspec
import pytest

from daq.cli.chaining.verdict_lines import verdict_lines
from daq.journal.chain.beginning import stated
from daq.journal.chain.checkpoint import Checkpoint, CheckpointError, fingerprint, parse
from daq.journal.chain.kept import Kept
from daq.journal.chain.link import (
    GROUP,
    NO_SERIES,
    chained,
    contents,
    entry_bytes,
    link,
    series_digest,
)
from daq.journal.chain.names import file_name
from daq.journal.chain.verdict import Unproven, Verdict
from tests.journal_samples import NOON

STATION = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"
ROW = (7, NOON, 3, b"\x01\x00\x00\x80?", 5)

TAKEN = Checkpoint(
    station=STATION,
    entry=7,
    link=bytes(range(32)),
    time="2026-11-23T12:00:00.000000000Z",
    previous=b"",
    public_key=bytes(32),
    signature=bytes(64),
)
TEXT = f"""lab-daq checkpoint 1
station: {STATION}
entry: 7
link: 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
time: 2026-11-23T12:00:00.000000000Z
previous: none
public-key: {"A" * 43}=
signature: {"A" * 86}==
"""


def test_an_entry() -> None:
    digest = series_digest(b'{"site":"lab"}')
    assert digest == sha256(b'{"site":"lab"}').digest()
    head = (
        b"\x07\0\0\0\0\0\0\0"
        + NOON.to_bytes(8, "little")
        + b"\x03\0\0\0\0\0\0\0"
        + digest
        + b"\x05\0\0\0\0\0\0\0"
    )
    assert entry_bytes(ROW, digest) == head + ROW[3]
    assert contents([ROW, ROW], {3: digest}) == sha256(2 * (head + ROW[3])).digest()


def test_a_link() -> None:
    assert link(b"a" * 32, b"b" * 32) == sha256(b"a" * 32 + b"b" * 32).digest()


def test_a_beginning() -> None:
    text = (
        f"lab-daq chain 1\nstation: {STATION}\nbegins: migrated\nafter: 5\n"
        "time: 2026-11-23T12:00:00.000000000Z\n"
    )
    assert stated(STATION, "migrated", 5, NOON).hash == sha256(text.encode()).digest()


def test_links_are_made_for_groups() -> None:
    rows = [(number, NOON, 0, b"{}", 1) for number in range(1, 2 * GROUP + 2)]
    linked, last = chained(rows, {0: NO_SERIES}, bytes(32))
    ends = [row[0] for row in linked if row[5] is not None]
    assert ends == [GROUP, 2 * GROUP, 2 * GROUP + 1]
    first = link(bytes(32), contents(rows[:GROUP], {0: NO_SERIES}))
    assert linked[GROUP - 1][5] == first
    assert linked[-1][5] == last
    assert chained([], {}, b"before") == ([], b"before")


def test_a_checkpoint() -> None:
    assert TAKEN.text == TEXT
    assert parse(TEXT) == TAKEN
    assert TAKEN.digest == sha256(TEXT.encode()).digest()
    assert TAKEN.fingerprint == fingerprint(bytes(32)) == sha256(bytes(32)).hexdigest()
    plain = msgspec.structs.replace(TAKEN, public_key=b"", signature=b"", previous=bytes(32))
    assert parse(plain.text) == plain
    assert plain.text.endswith(f"previous: {'00' * 32}\npublic-key: none\n")
    assert plain.fingerprint == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lab-daq checkpoint 1", "lab-daq checkpoint 2"),
        ("entry: 7", "entry: seven"),
        ("entry: 7", "entry: 07"),
        ("entry: 7\n", ""),
        ("entry: 7\n", "entry: 7\nentry: 7\n"),
        ("entry: 7", "entry 7"),
        ("000102", "0102"),
        ("000102", "zz0102"),
        ("AAAA", "AAA"),
        ("A=\n", "A*\n"),
        ("previous: none", "previous: no\u00e9"),
        ("signature", "signed"),
    ],
)
def test_what_is_no_checkpoint_is_told(old: str, new: str) -> None:
    with pytest.raises(CheckpointError, match="not a checkpoint"):
        parse(TEXT.replace(old, new, 1))


def test_the_name_of_a_file() -> None:
    assert file_name(Kept(12345, NOON, TEXT)) == "checkpoint-1b4e28ba-000000012345.txt"
    assert file_name(Kept(1, NOON, "x"), ".tsr") == "checkpoint-unknown-000000000001.tsr"


def test_a_verdict_in_words() -> None:
    verdict = Verdict(
        path="journal.db",
        station=STATION,
        schema=4,
        begins="migrated",
        unproven=[Unproven(n, n + 1, "older") for n in range(0, 24, 2)],
        last=30,
        stamped=2,
    )
    text = "\n".join(verdict_lines(verdict))
    assert "where a version with a chain took over" in text
    assert "not proven: entries 0 to 1, older" in text
    assert "2 more stretches" in text
    assert "2 time stamps, not looked into" in text
    verdict.stamps_checked, verdict.stamped_time = True, "then"
    assert "2 time stamps, all right, the last at then" in "\n".join(verdict_lines(verdict))
