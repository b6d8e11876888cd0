"""Chained journals with checkpoints, and what somebody may do to them who knows how."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from daq.journal import Journal, checksum, kinds
from daq.journal.block import Linked
from daq.journal.chain.checkpoint import Checkpoint
from daq.journal.chain.keys import SigningKey, new_key
from daq.journal.chain.link import NO_SERIES, contents, link, series_digest
from daq.journal.chain.seal import Seal, particulars
from daq.journal.chain.verdict import Fault, Verdict
from daq.journal.chain.verify import Known, verify
from tests.journal_samples import NOON, append, running, series_key

KEY = SigningKey(new_key(), "test")
OTHER = SigningKey(new_key(), "test")

COMMITS, TOGETHER = 10, 5
"""Commits of so many scans each between two checkpoints."""


async def commit(journal: Journal, count: int = TOGETHER, instrument: str = "meter") -> None:
    """One commit of some scans."""
    series = journal.series(series_key(instrument))
    last = journal.committed
    for _ in range(count):
        last = append(journal, series, last + 1)
    await journal.wait_beyond(last - 1)


async def checkpoint(journal: Journal, key: SigningKey | None = KEY) -> Checkpoint:
    """Vouch for all that is committed."""
    newest = await journal.newest_checkpoint()
    seal = Seal(await journal.station(), key, b"" if newest is None else newest.digest)
    taken = seal.checkpoint(*await journal.newest_link(), now=NOON)
    seq = journal.append_event(
        kinds.CHECKPOINT.name, "journal", "checkpoint", data=particulars(taken, "asked")
    )
    await journal.wait_beyond(seq - 1)
    return taken


async def sample(path: Path, key: SigningKey | None = KEY) -> list[Checkpoint]:
    """Two checkpoints: of entry 50, whose event is 51, and of 101, whose event is 102; then ten.

    Commits are of five scans each; from 52 on every second one is of another series.
    """
    async with running(path) as journal:
        for _ in range(COMMITS):
            await commit(journal)
        first = await checkpoint(journal, key)
        for number in range(COMMITS):
            await commit(journal, instrument="balance" if number % 2 else "meter")
        second = await checkpoint(journal, key)
        await commit(journal)
        await commit(journal)
    return [first, second]


@contextmanager
def tampered(path: Path) -> Generator[sqlite3.Connection]:
    """The file in the hands of somebody who may write it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def rows(connection: sqlite3.Connection) -> list[Linked]:
    return connection.execute(
        "SELECT seq, time, series, body, crc, link FROM entries ORDER BY seq"
    ).fetchall()


def put(connection: sqlite3.Connection, row: Linked) -> None:
    """Put an entry into its place, with a checksum that is right."""
    crc = checksum.of_entry(*row[:4])
    connection.execute(
        "INSERT OR REPLACE INTO entries VALUES(?, ?, ?, ?, ?, ?)", (*row[:4], crc, row[5])
    )


def alter(connection: sqlite3.Connection, seq: int) -> None:
    """Change the last byte of an entry, and its checksum with it."""
    (row,) = [row for row in rows(connection) if row[0] == seq]
    body = row[3][:-1] + bytes([row[3][-1] ^ 1])
    put(connection, (*row[:3], body, *row[4:]))


def chain_anew(connection: sqlite3.Connection) -> None:
    """Make every link again, so that the chain holds."""
    digests = {0: NO_SERIES} | {
        number: series_digest(key)
        for number, key in connection.execute("SELECT id, CAST(key AS BLOB) FROM series")
    }
    (before,) = connection.execute("SELECT hash FROM beginnings ORDER BY seq").fetchone()
    waiting: list[Linked] = []
    for row in rows(connection):
        waiting.append(row)
        if row[5] is not None:
            before = link(before, contents(waiting, digests))
            connection.execute("UPDATE entries SET link = ? WHERE seq = ?", (before, row[0]))
            waiting = []


def fault(verdict: Verdict) -> Fault:
    assert verdict.fault is not None
    return verdict.fault


def found(path: Path, *keys: SigningKey) -> Fault:
    """The fault of a journal."""
    return fault(verify(path, Known([key.public for key in keys])))
