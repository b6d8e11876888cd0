"""What is done to a journal is found and named: by somebody who knows its checksums, too."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from daq.journal import checksum
from daq.journal.chain.beginning import stated
from daq.journal.chain.checkpoint import Checkpoint, parse
from daq.journal.chain.verdict import What
from daq.journal.chain.verify import Known, verify
from daq.journal.chain.vouch import Deposit
from tests.chain_samples import (
    KEY,
    OTHER,
    alter,
    chain_anew,
    checkpoint,
    commit,
    fault,
    found,
    put,
    rows,
    sample,
    tampered,
)
from tests.journal_samples import QUICK, running


@pytest.fixture
async def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    await sample(path)
    return path


async def test_a_journal_as_it_was_written_is_proven(journal: Path) -> None:
    verdict = verify(journal, Known([KEY.public]))
    assert verdict.fault is None
    assert (verdict.first, verdict.last, verdict.entries) == (1, 112, 112)
    assert (verdict.proven, verdict.unproven, verdict.begins) == (112, [], "born")
    assert (verdict.checkpoints, verdict.signed, verdict.vouched) == (2, 2, 101)
    assert [(s.fingerprint, s.trusted) for s in verdict.signers] == [
        (parse_key(journal).fingerprint, True)
    ]


def parse_key(journal: Path) -> Checkpoint:
    with tampered(journal) as connection:
        (text,) = connection.execute("SELECT text FROM checkpoints").fetchone()
    return parse(text)


async def test_without_keys_whoever_signed_is_named_and_not_trusted(journal: Path) -> None:
    verdict = verify(journal)
    assert verdict.fault is None
    assert [signer.trusted for signer in verdict.signers] == [False]


def flip(column: str, seq: int, byte: int = 0) -> Callable[[sqlite3.Connection], None]:
    def do(connection: sqlite3.Connection) -> None:
        (value,) = connection.execute(
            f"SELECT {column} FROM entries WHERE seq = ?",  # noqa: S608
            (seq,),
        ).fetchone()
        if isinstance(value, bytes):
            value = value[:byte] + bytes([value[byte] ^ 4]) + value[byte + 1 :]
        else:
            value ^= 4
        connection.execute(
            f"UPDATE entries SET {column} = ? WHERE seq = ?",  # noqa: S608
            (value, seq),
        )

    return do


def remove(*seqs: int) -> Callable[[sqlite3.Connection], None]:
    def do(connection: sqlite3.Connection) -> None:
        connection.executemany("DELETE FROM entries WHERE seq = ?", [(seq,) for seq in seqs])

    return do


def exchange(connection: sqlite3.Connection) -> None:
    """Two commits change places: their numbers and links stay, what they say is swapped."""
    entries = {row[0]: row for row in rows(connection)}
    for one, other in zip(range(21, 26), range(26, 31), strict=True):
        a, b = entries[one], entries[other]
        put(connection, (a[0], *b[1:4], a[4], a[5]))
        put(connection, (b[0], *a[1:4], b[4], b[5]))


def exchange_links(connection: sqlite3.Connection) -> None:
    entries = {row[0]: row for row in rows(connection)}
    for one, other in ((25, 30), (30, 25)):
        put(connection, (*entries[one][:5], entries[other][5]))


def put_in(connection: sqlite3.Connection) -> None:
    """A commit between two others is made to have one entry more, where a number was free."""
    entries = {row[0]: row for row in rows(connection)}
    put(connection, (113, *entries[112][1:4], None, None))


def change_series(connection: sqlite3.Connection) -> None:
    """The balance becomes another one, in both tables, with the right checksums."""
    (key,) = connection.execute("SELECT key FROM series WHERE id = 2").fetchone()
    other = key.replace("EM-0012", "EM-0013")
    assert other != key
    for table in ("series", "series_again"):
        connection.execute(
            f"UPDATE {table} SET key = ?, crc = ? WHERE id = 2",  # noqa: S608
            (other, checksum.of_row("series", 2, other)),
        )


def change_series_once(connection: sqlite3.Connection) -> None:
    change_series(connection)
    connection.execute("DELETE FROM series_again")
    connection.execute(
        "INSERT INTO series_again SELECT id, replace(key, 'EM-0013', 'EM-0012'), crc FROM series"
    )


def make_anew(connection: sqlite3.Connection) -> None:
    alter(connection, 60)
    chain_anew(connection)


def alter_one(connection: sqlite3.Connection) -> None:
    alter(connection, 23)


def alter_tail(connection: sqlite3.Connection) -> None:
    alter(connection, 110)


@pytest.mark.parametrize(
    ("do", "what", "first", "last", "text"),
    [
        (flip("body", 23, 3), "checksum", 23, 23, "entry 23 is not what was written"),
        (flip("time", 1), "checksum", 1, 1, "entry 1 is not what was written"),
        (flip("series", 112), "series", 112, 112, "entry 112 is of series 5, which is missing"),
        (flip("crc", 77), "checksum", 77, 77, "entry 77"),
        (flip("link", 30, 31), "altered", 26, 30, "entries 26 to 30, committed together"),
        (alter_one, "altered", 21, 25, "one or more of them were altered"),
        (alter_tail, "altered", 108, 112, "entries 108 to 112, committed together"),
        (remove(33), "missing", 33, 33, "numbers are missing there (33)"),
        (remove(30), "missing", 30, 30, "numbers are missing there (30)"),
        (remove(*range(41, 46)), "missing", 41, 45, "(41 to 45)"),
        (remove(1), "missing", 1, 1, "(1)"),
        (exchange, "altered", 21, 25, "put into another order"),
        (exchange_links, "altered", 21, 25, "or the link was"),
        (put_in, "unlinked", 113, 113, "no link vouches for entry 113"),
        (change_series, "series", 57, 57, "series 2 (balance, power) is not what was written"),
        (change_series_once, "series", 57, 57, "series 2 (balance, power)"),
        (make_anew, "altered", 51, 101, "and the chain made anew"),
    ],
)
async def test_what_was_done_is_named(
    journal: Path,
    do: Callable[[sqlite3.Connection], None],
    what: What,
    first: int,
    last: int,
    text: str,
) -> None:
    with tampered(journal) as connection:
        do(connection)
    fault = found(journal, KEY)
    assert (fault.what, fault.first, fault.last) == (what, first, last), fault
    assert text in fault.text


def replace_text(
    connection: sqlite3.Connection, seq: int, change: Callable[[Checkpoint], Checkpoint]
) -> None:
    """A checkpoint becomes another one, in the table and the event; the chain is made to fit."""
    (old,) = connection.execute("SELECT text FROM checkpoints WHERE seq = ?", (seq,)).fetchone()
    time, text = 0, change(parse(old)).text
    (row,) = [row for row in rows(connection) if row[0] == seq]
    time = row[1]
    connection.execute(
        "UPDATE checkpoints SET text = ?, crc = ? WHERE seq = ?",
        (text, checksum.of_row("checkpoints", seq, time, text), seq),
    )
    event = msgspec.json.decode(row[3])
    event["data"]["text"] = text
    body = msgspec.json.format(msgspec.json.encode(event), indent=1)
    assert b'"checkpoint"' in body
    put(connection, (*row[:3], body, *row[4:]))
    chain_anew(connection)


def signed_by_another(taken: Checkpoint) -> Checkpoint:
    forged = msgspec.structs.replace(taken, public_key=OTHER.public)
    return msgspec.structs.replace(forged, signature=OTHER.sign(forged.statement.encode()))


async def test_a_swapped_signature_is_named(journal: Path) -> None:
    with tampered(journal) as connection:
        texts = connection.execute("SELECT text FROM checkpoints ORDER BY seq").fetchall()
        first, second = (parse(text) for (text,) in texts)
        replace_text(
            connection, 51, lambda c: msgspec.structs.replace(c, signature=second.signature)
        )
    fault = found(journal, KEY)
    assert (fault.what, fault.first) == ("signature", 51)
    assert "its signature is not of this text and key" in fault.text
    assert first.signature != second.signature


async def test_a_forged_key_is_named_when_the_right_one_is_known(journal: Path) -> None:
    with tampered(journal) as connection:
        replace_text(connection, 51, signed_by_another)
    fault = found(journal, KEY)
    assert (fault.what, fault.first) == ("key", 51)
    assert signed_by_another(parse_key(journal)).fingerprint in fault.text
    # Without it the forgery shows where the next one says what it followed.
    fault = found(journal)
    assert (fault.what, fault.first) == ("checkpoint", 102)


async def test_a_checkpoint_of_something_else_is_named(journal: Path) -> None:
    with tampered(journal) as connection:
        connection.execute("DELETE FROM checkpoints WHERE seq = 102")
    assert "the table of checkpoints does not say the same" in found(journal, KEY).text


async def test_an_event_that_was_taken_out_leaves_its_checkpoint(journal: Path) -> None:
    with tampered(journal) as connection:
        connection.execute("DELETE FROM entries WHERE seq = 51")
        chain_anew(connection)
    fault = found(journal, KEY)
    assert (fault.what, fault.first) == ("checkpoint", 51)


async def test_a_removed_end_is_found_by_what_was_kept_elsewhere(journal: Path) -> None:
    with tampered(journal) as connection:
        kept = [text for (text,) in connection.execute("SELECT text FROM checkpoints").fetchall()]
        connection.execute("DELETE FROM entries WHERE seq > 76")
        connection.execute("DELETE FROM checkpoints WHERE seq > 76")
    journal.with_name("journal.db.lock").unlink()
    deposits = [Deposit(f"{number}.txt", text) for number, text in enumerate(kept)]
    gone = fault(verify(journal, Known([KEY.public], deposits)))
    assert (gone.what, gone.first, gone.last) == ("tail", 77, 101)
    assert "1.txt" in gone.text


async def test_a_removed_end_is_found_by_the_lock_file_if_it_is_there(journal: Path) -> None:
    with tampered(journal) as connection:
        connection.execute("DELETE FROM entries WHERE seq > 102")
    gone = found(journal)
    assert (gone.what, gone.first, gone.last) == ("tail", 103, 112)
    journal.with_name(journal.name + ".lock").unlink()
    verdict = verify(journal, Known([KEY.public]))
    assert verdict.fault is None  # nobody can know: said by what is vouched for
    assert (verdict.vouched, verdict.last) == (101, 102)


async def test_a_journal_made_anew_with_its_checkpoints_is_found_by_one_kept_elsewhere(
    journal: Path, tmp_path: Path
) -> None:
    kept = parse_key(journal)
    (tmp_path / "false").mkdir()
    forged = tmp_path / "false" / "journal.db"
    await sample(forged, OTHER)
    with tampered(forged) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'station'", (kept.station,))
        (time,) = connection.execute("SELECT time FROM beginnings").fetchone()
        born = stated(kept.station, "born", 0, time)
        connection.execute("UPDATE beginnings SET hash = ?", (born.hash,))
        connection.execute("DELETE FROM checkpoints")
        connection.execute("DELETE FROM entries WHERE seq IN (51, 102)")
        chain_anew(connection)
    assert verify(forged).fault is None  # there is nothing to compare it with
    fault = verify(forged, Known((), [Deposit("kept.txt", kept.text)])).fault
    assert fault is not None
    assert (fault.what, fault.last) == ("altered", 50)
    assert "kept.txt has another link for entry 50" in fault.text


async def test_a_deposit_is_compared_with_the_chain(journal: Path) -> None:
    false = msgspec.structs.replace(parse_key(journal), link=bytes(32))
    for taken, what in (
        (false, "signature"),
        (msgspec.structs.replace(false, signature=KEY.sign(false.statement.encode())), "altered"),
        (msgspec.structs.replace(false, station="another"), "checkpoint"),
        (signed_by_another(parse_key(journal)), "key"),
    ):
        verdict = verify(journal, Known([KEY.public], [Deposit("kept.txt", taken.text)]))
        assert fault(verdict).what == what
        assert fault(verdict).text.startswith("kept.txt")
    verdict = verify(journal, Known([KEY.public], [Deposit("kept.txt", "anything")]))
    assert "does not begin with" in fault(verdict).text


async def test_a_key_that_has_signed_nothing_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await commit(journal)
        await checkpoint(journal, None)
    verdict = verify(path)
    assert (verdict.fault, verdict.checkpoints, verdict.signed) == (None, 1, 0)
    assert verdict.vouched == 0
    assert found(path, KEY).what == "key"


async def test_a_beginning_that_says_something_else_is_a_fault(journal: Path) -> None:
    with tampered(journal) as connection:
        connection.execute("UPDATE beginnings SET time = time + 1")
    assert found(journal).what == "beginning"
    with tampered(journal) as connection:
        connection.execute("DELETE FROM beginnings")
    assert "not said where the chain begins" in found(journal).text


async def test_nonsense_in_the_file_is_a_fault_and_no_crash(journal: Path) -> None:
    with tampered(journal) as connection:
        connection.execute("UPDATE entries SET body = 'text', time = 'noon' WHERE seq = 40")
    fault = found(journal)
    assert (fault.what, fault.first) == ("checksum", 36)
    with tampered(journal) as connection:
        connection.execute("UPDATE series SET key = 'no JSON' WHERE id = 1")
    assert found(journal).what == "series"


async def test_it_can_be_verified_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, QUICK) as journal:
        for number in range(5):
            await commit(journal)
            if number % 2:
                await checkpoint(journal)
            assert verify(path, Known([KEY.public] if number else [])).fault is None
